"""What records number a procurement with, which stage of it an item tells of, and whom its fields name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from aggregator.model import Item

PLANNING, TENDER, AMENDMENT, AWARD, CHANGE, CANCELLED = (
    "planning", "tender", "amendment", "award", "change", "cancelled",
)  # fmt: skip
STAGES = (PLANNING, TENDER, AMENDMENT, AWARD, CHANGE, CANCELLED)
"""What a notice of a procurement can be, in order."""

_PLANS, _HISTORY = "purchasing_plans", "purchasing_history"
STAGE_OF = {
    f"{_PLANS}.pipeline": PLANNING, f"{_PLANS}.market_engagement": PLANNING, f"{_PLANS}.budget": PLANNING,
    f"{_PLANS}.tender": TENDER, f"{_PLANS}.framework": TENDER, f"{_PLANS}.direct_award": TENDER,
    f"{_PLANS}.evaluation": TENDER, f"{_PLANS}.tender_update": AMENDMENT,
    f"{_HISTORY}.award": AWARD, f"{_HISTORY}.customer_win": AWARD, f"{_HISTORY}.spend": AWARD,
    f"{_HISTORY}.vendor_named": AWARD, f"{_HISTORY}.change": CHANGE,
}  # fmt: skip
"""Signal → the stage of a procurement that it stands for."""

_NUMBERS = {
    name: family
    for family, names in {
        "ocid": "ocid",
        "procedure": "procedure procedureidentifier procedureid contractfolderid procurementid",
        "solicitation": "solicitationnumber solicitationid solicitation solnum solicitationidentifier rfpnumber "
        "tenderreference opportunitynumber",
        "award": "generatedinternalid generateduniqueawardid awardid piid contractawardid contractid contractnumber "
        "awardnumber",
        "notice": "noticeid noticenumber noticeidentifier publicationnumber relatednotice relatednotices "
        "previousnotice previousnotices parentnotice noticelinks relatedprocess relatedprocesses",
    }.items()
    for name in names.split()
}
"""Folded name of a field → what its value numbers."""
FAMILIES = ("ocid", "procedure", "solicitation", "award", "notice", "item")
_IN_TEXT = (
    ("ocid", re.compile(r"\b(ocds-[a-z0-9]{6}-[\w./-]{0,60}\w)", re.IGNORECASE)),
    (
        "solicitation",
        re.compile(
            r"\b(?:solicitation|RFP|RFQ|ITT|tender|notice)(?: (?:number|no\.?|id|reference|ref\.?)| ?#)[: ]{1,2}"
            r"([A-Z0-9][A-Z0-9./_-]{3,40}[A-Z0-9])\b",
            re.IGNORECASE,
        ),
    ),
)
SUPPLIERS = frozenset("supplier suppliers suppliername recipient recipientname awardee awardeename contractor "
                       "contractorname winner winners vendor vendorname".split())  # fmt: skip
BUYERS = frozenset("buyer buyers buyername agency awardingagency contractingauthority organisationnamebuyer "
                    "fullparentpathname procuringentity".split())  # fmt: skip
STATUSES = frozenset("status tenderstatus noticestatus opportunitystatus contractstatus awardstatus".split())
_ENDED = re.compile(r"cancel|withdrawn|unsuccessful|discontinu|terminated", re.IGNORECASE)

Leaves = list[tuple[str, str]]
"""Folded name and text of every value in fields."""
MAX_PARTS = 3
"""What has more words is a name and no number."""
MAX_VALUES = 300
"""Values of an item's fields that are looked at."""


def thread_keys(item: Item) -> tuple[str, ...]:
    """What an item's fields, or else its text, number its procurement with; the surest first, none for other items."""
    found = {
        (family, number)
        for name, value in leaves(item.fields)
        if (family := _NUMBERS.get(name)) and (number := _number(value))
    }
    if not found:
        start = f"{item.title}\n{item.text[:4000]}"
        found = {
            (family, number)
            for family, pattern in _IN_TEXT
            for hit in pattern.finditer(start)
            if (number := _number(hit[1]))
        }
    return tuple(f"{family} {value}" for family, value in sorted(found, key=lambda it: (FAMILIES.index(it[0]), it[1])))


def stage(item: Item) -> str:
    """Which stage of a procurement an item tells of; empty where it tells of none."""
    tags = [tag for tag in item.tags if tag.signal in STAGE_OF]
    decided = [tag for tag in tags if tag.evidence.where in ("field", "correction")] or tags
    if not decided:
        return ""
    if any(_ENDED.search(tag.evidence.text) or tag.phase == "cancelled" for tag in decided) or _ENDED.search(
        first_value(leaves(item.fields), STATUSES)
    ):
        return CANCELLED
    return max((STAGE_OF[tag.signal] for tag in decided), key=STAGES.index)


def first_value(told: Leaves, names: Collection[str]) -> str:
    """The first value under any of these folded names; empty where there is none."""
    return next(iter(all_values(told, names)), "")


def all_values(told: Leaves, names: Collection[str]) -> tuple[str, ...]:
    """The values under any of these folded names, each once."""
    return tuple(dict.fromkeys(value for name, value in told if name in names and value))


def _number(value: str) -> str:
    """A number for comparison; empty for what numbers nothing."""
    plain = re.sub(r"\s+", "", value).casefold() if len(value.split()) <= MAX_PARTS else ""
    return plain if 3 <= len(plain) <= 120 and any(map(str.isdigit, plain)) else ""


@lru_cache(maxsize=1024)
def _folded_name(name: str) -> str:
    return re.sub(r"[^a-z]", "", name[:100].lower())


def leaves(fields: Mapping[str, Any]) -> Leaves:
    """Every value; a ``name``, ``value`` or ``identifier`` in a table goes by the table's own name."""
    found: list[tuple[str, str]] = []

    def walk(name: str, value: Any, depth: int) -> None:
        if len(found) >= MAX_VALUES or depth > 3:
            return
        if isinstance(value, Mapping):
            for key, each in value.items():
                inner = _folded_name(str(key))
                walk(name if name and inner in ("name", "value", "identifier") else inner, each, depth + 1)
        elif isinstance(value, (list, tuple)):
            for each in value:
                walk(name, each, depth + 1)
        elif isinstance(value, (str, int)) and not isinstance(value, bool):
            found.append((name, str(value)[:500].strip()))

    walk("", fields, 0)
    return found
