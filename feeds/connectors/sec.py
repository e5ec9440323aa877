"""What the connectors for the SEC share: terms, addresses, form items and their short names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from feeds.errors import LeadlineError
from feeds.model import Budget, Source

SEC = Budget("sec.gov", 10, 1.0)
"""Ten requests a second over all hosts of sec.gov together."""
WAITS: Mapping[int, float] = {403: 600.0, 429: 600.0}
"""A refusal lasts about ten minutes, and longer for who asks meanwhile."""
LIMITS = (
    "10 requests a second over all sec.gov hosts together (leadline keeps to 5); a User-Agent with a name and an "
    "e-mail address is required (`[poll] contact`). Public domain."
)
ITEM = re.compile(r"\d\.\d\d", re.ASCII)
ITEM_NAMES: Mapping[str, str] = {
    "1.01": "material agreement", "1.02": "end of a material agreement", "1.03": "bankruptcy or receivership",
    "1.05": "cybersecurity incident", "2.01": "acquisition or disposal completed", "2.02": "results of operations",
    "2.03": "new debt", "2.04": "debt falls due early", "2.05": "exit or disposal costs", "2.06": "impairments",
    "3.01": "listing", "3.02": "unregistered sale of shares", "4.01": "auditor", "4.02": "former statements unreliable",
    "5.01": "change in control", "5.02": "directors and officers", "5.03": "bylaws", "5.07": "votes of shareholders",
    "5.08": "nominations", "7.01": "disclosure", "8.01": "other events", "9.01": "exhibits",
}  # fmt: skip
"""Short names that lean to no side: whether an officer comes or goes is for the text to say."""
INSIDERS = frozenset("3 3/A 4 4/A 5 5/A 144 144/A".split())
"""Forms by which insiders report their own dealings: hundreds a year, and none a lead."""


def cik_of(source: Source) -> str:
    """The prospect's CIK as ten digits; LeadlineError where it is none."""
    digits = str(source.options.get("cik", "")).strip().upper().removeprefix("CIK")
    if not re.fullmatch(r"[0-9]{1,10}", digits, re.ASCII):
        raise LeadlineError("`cik` is not a number of at most ten digits")
    return digits.zfill(10)


def wanted_forms(source: Source) -> frozenset[str]:
    """The forms that the source names, in capitals; empty for all."""
    forms = source.options.get("forms") or ()
    return frozenset(str(each).strip().upper() for each in (forms.split(",") if isinstance(forms, str) else forms))


def is_wanted(form: str, wanted: frozenset[str]) -> bool:
    """Whether a form is asked for, amendments along with it; without a wish, all but insiders' own dealings."""
    upper = form.upper()
    return upper.removesuffix("/A") in wanted or upper in wanted if wanted else upper not in INSIDERS


def items_of(form: str, told: str | Iterable[Any]) -> list[str]:
    """The items of an 8-K; other forms have only junk in their place."""
    if not form.upper().startswith("8-K"):
        return []
    text = told if isinstance(told, str) else ",".join(map(str, told))
    return [each for each in dict.fromkeys(ITEM.findall(text)) if each in ITEM_NAMES]


def title_of(name: str, form: str, items: Iterable[str], description: str = "") -> str:
    """``Acme Corp: 8-K, directors and officers``."""
    told = [ITEM_NAMES[each] for each in items if each != "9.01"]
    more = ", ".join(told) or (description if description.upper() != form.upper() else "")
    return f"{name}: {form}" + (f", {more}" if more else "")


def filing_url(cik: str, accession: str, document: str = "") -> str:
    """The address of a filing's document, or of its index page."""
    folder = f"https://www.sec.gov/Archives/edgar/data/{int(cik)}/{accession.replace('-', '')}"
    return f"{folder}/{document or f'{accession}-index.htm'}"
