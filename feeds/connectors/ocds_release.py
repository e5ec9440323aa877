"""One OCDS release as an entry: what it tells of, who buys, who supplies, how much, until when. Pure.

Contact persons are never read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from feeds.connectors.records import UnreadableError, at, day, fields, instant, money, required, summary, text, texts
from feeds.model import Entry
from feeds.text import safe_link, title_text

STAGES = (
    ("planning", "planningUpdate"),
    ("tender", "tenderUpdate", "tenderAmendment", "tenderCancellation"),
    ("award", "awardUpdate", "awardCancellation"),
    ("contract", "contractUpdate", "contractAmendment", "contractTermination"),
    ("implementation", "implementationUpdate"),
)
"""Tags by stage; of several the latest stage counts."""
BUYERS, SUPPLIERS = ("buyer", "procuringEntity"), ("supplier",)
SCHEMES = {"GB-COH": "company_number", "XI-LEI": "lei", "LEI": "lei", "US-UEI": "uei", "GB-PPON": "ppon"}
"""Registers of organisations whose numbers are identifiers of prospects, by the identifier's name."""
_NOTICES = frozenset({"marketEngagementNotice", "plannedProcurementNotice", "tenderNotice", "awardNotice", "notice"})
_SECTIONS = ("planning", "tender", "awards", "contracts")


def entry_of(release: Mapping[str, Any], base: str = "") -> Entry:
    """The release; ``base`` is the address of its package. UnreadableError without an ocid or anything to call it."""
    ocid = required(release, "ocid")
    number = text(release.get("id")) or _fingerprint(release)
    tag = tag_of(release)
    title = _title(release)
    if not title:
        raise UnreadableError("no title")
    told = facts_of(release, tag)
    return Entry(
        id=f"ocds:{ocid}#{number}",
        link=_link(release, base),
        title=title,
        content=_content(release, told),
        published=instant(release.get("date")) or instant(release.get("publishedDate")),
        categories=tuple(told.get("categories", ())),
        language=text(release.get("language"), 20),
        fields={"ocid": ocid, "release_id": number, "ocds_tag": tag, **told},
    )


def tag_of(release: Mapping[str, Any]) -> str:
    """The tag of the latest stage; for a compiled release that of the latest section that says something."""
    tags = set(texts(release.get("tag")))
    for stage in reversed(STAGES):
        for tag in reversed(stage):
            if tag in tags:
                return tag
    present = [name for name in _SECTIONS if release.get(name)]
    return {"awards": "award", "contracts": "contract"}.get(present[-1], present[-1]) if present else ""


def facts_of(release: Mapping[str, Any], tag: str) -> dict[str, Any]:
    """Typed fields, without the empty ones."""
    buyers, suppliers = _parties(release, BUYERS), _parties(release, SUPPLIERS)
    done = not tag.startswith(("planning", "tender"))
    start, end = _period(release)
    return fields(
        uk_notice=notice_type(release),
        notice_type="consultation" if tag.startswith("planning") and _is_engagement(release) else "",
        stage=tag,
        buyer=_names(buyers),
        buyer_id=_ids(buyers),
        supplier=_names(suppliers),
        supplier_id=_ids(suppliers),
        **_registered("buyer", buyers),
        **_registered("supplier", suppliers),
        value=_value(release, done),
        deadline=None if done else _deadline(release),
        expected=day(at(release, "tender.communication.futureNoticeDate")),
        award_date=max(filter(None, (day(each.get("date")) for each in _rows(release, "awards"))), default=None),
        contract_start=start,
        contract_end=end,
        method=text(at(release, "tender.procurementMethodDetails"), 200)
        or text(at(release, "tender.procurementMethod")),
        status=text(at(release, "tender.status")),
        category=text(at(release, "tender.mainProcurementCategory")),
        cpv=_classes(release, "id"),
        categories=_classes(release, "description"),
    )


def notice_type(release: Mapping[str, Any]) -> str:
    """``UK4`` and its like: of the last document of the latest section that has one."""
    for section in reversed(_SECTIONS):
        for document in reversed(list(_documents(release, section))):
            if found := text(document.get("noticeType"), 20):
                return found.upper()
    return ""


def _is_engagement(release: Mapping[str, Any]) -> bool:
    """Whether the market is being asked before there is a tender, by what the notice says that it is."""
    kinds = {text(each.get("documentType")) for each in _documents(release, "planning")}
    return "marketEngagementNotice" in kinds and "plannedProcurementNotice" not in kinds


def names_organisation(release: Mapping[str, Any], wanted: Sequence[str]) -> bool:
    """Whether any party, buyer or supplier has one of these names or ids (case and spaces do not count)."""
    asked = {"".join(each.casefold().split()) for each in wanted}
    told = (text(at(party, path)) for party in _parties(release, None) for path in ("name", "id", "identifier.id"))
    return any("".join(each.casefold().split()) in asked for each in told if each)


def _title(release: Mapping[str, Any]) -> str:
    for path in ("tender.title", "awards.0.title", "contracts.0.title", "planning.project.title",
                 "planning.budget.project", "title", "tender.description", "description"):  # fmt: skip
        if found := title_text(text(at(release, path), 500)):
            return found[:300]
    return ""


def _content(release: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """Descriptions, then the facts as lines, so that a changed date or amount is seen as an edit."""
    paths = ("tender.description", "planning.rationale", "description", "awards.0.description", "planning.project")
    said = dict.fromkeys(text(at(release, path), 20_000) for path in paths)
    head = "".join(f"<p>{escape(title_text(each))}</p>" for each in said if each)
    lines = {
        "Buyer": told.get("buyer"), "Supplier": told.get("supplier"), "Value": told.get("value"),
        "Deadline": told.get("deadline"), "Contract start": told.get("contract_start"),
        "Contract end": told.get("contract_end"), "Procedure": told.get("method"), "Subject": told.get("categories"),
    }  # fmt: skip
    return head + summary(facts={name: value for name, value in lines.items() if value})


def _link(release: Mapping[str, Any], base: str) -> str:
    for section in reversed(_SECTIONS):
        for document in reversed(list(_documents(release, section))):
            official = text(document.get("noticeType")) or text(document.get("documentType")) in _NOTICES
            if official and (link := safe_link(text(document.get("url")), base)):
                return link
    return safe_link(text(release.get("url")) or text(at(release, "tender.url")), base)


def _fingerprint(release: Mapping[str, Any]) -> str:
    whole = json.dumps(release, sort_keys=True, default=str)
    return hashlib.blake2b(whole.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _rows(release: Any, path: str) -> list[Mapping[str, Any]]:
    found = at(release, path)
    return [each for each in found if isinstance(each, Mapping)][:200] if isinstance(found, list) else []


def _documents(release: Mapping[str, Any], section: str) -> Iterator[Mapping[str, Any]]:
    for part in _rows(release, section) or _one(release.get(section)):
        yield from _rows(part, "documents")


def _parties(release: Mapping[str, Any], roles: Sequence[str] | None) -> list[Mapping[str, Any]]:
    """Parties in these roles, with what stands of them elsewhere; the full records first. None for all of them."""
    listed = _rows(release, "parties")
    found = [each for each in listed if roles is None or set(texts(each.get("roles"))) & set(roles)]
    if roles is None or BUYERS[0] in roles:
        found += [*_one(release.get("buyer")), *_one(at(release, "tender.procuringEntity"))]
    if roles is None or SUPPLIERS[0] in roles:
        found += [each for award in _rows(release, "awards") for each in _rows(award, "suppliers")]
    return found


def _one(value: Any) -> list[Mapping[str, Any]]:
    return [value] if isinstance(value, Mapping) and value else []


def _names(parties: Iterable[Mapping[str, Any]]) -> list[str]:
    told = (title_text(text(each.get("name")) or text(at(each, "identifier.legalName"))) for each in parties)
    return texts(list(told))


def _ids(parties: Iterable[Mapping[str, Any]]) -> list[str]:
    """Identifiers that hold beyond the release: ``GB-COH-01234567``."""
    told = []
    for each in parties:
        scheme, number = text(at(each, "identifier.scheme")), text(at(each, "identifier.id"))
        told.append(f"{scheme}-{number}" if scheme and number else text(each.get("id")))
    return [each for each in texts(told) if "-" in each]


def _registered(role: str, parties: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Numbers in registers by the names of prospects' identifiers: ``supplier_company_number``."""
    found: dict[str, list[str]] = {}
    for each in parties:
        known = [each.get("identifier"), *_rows(each, "additionalIdentifiers")]
        for scheme, number in ((text(at(one, "scheme")), text(at(one, "id"))) for one in known):
            name = f"{role}_{SCHEMES[scheme]}" if scheme in SCHEMES else ""
            if name and number and number not in found.setdefault(name, []):
                found[name].append(number)
    return found


def _value(release: Mapping[str, Any], done: bool) -> dict[str, Any] | None:
    """What was awarded, all awards of one currency together; else what is estimated."""
    if done:
        awarded = [money(each.get("value")) for each in (*_rows(release, "awards"), *_rows(release, "contracts"))]
        known = [each for each in awarded[: len(_rows(release, "awards")) or None] if each]
        if known and len({each["currency"] for each in known}) == 1:
            return {"amount": sum(each["amount"] for each in known), "currency": known[0]["currency"]}
    for path in ("tender.value", "tender.minValue", "planning.budget.amount"):
        if found := money(at(release, path)):
            return found
    return None


def _deadline(release: Mapping[str, Any]) -> Any:
    told = day(at(release, "tender.tenderPeriod.endDate")) or day(at(release, "tender.expressionOfInterestDeadline"))
    due = [
        day(each.get("dueDate")) for each in _rows(release, "planning.milestones") if each.get("type") == "engagement"
    ]
    return told or next(filter(None, due), None)


def _period(release: Mapping[str, Any]) -> tuple[Any, Any]:
    """First start and last end of what was agreed; else of what is planned."""
    agreed = [each.get("contractPeriod") for each in _rows(release, "awards")]
    agreed += [each.get("period") for each in _rows(release, "contracts")]
    planned = [at(release, "tender.contractPeriod"), *(e.get("contractPeriod") for e in _rows(release, "tender.lots"))]
    for periods in (agreed, planned):
        starts = [found for each in periods if (found := day(at(each, "startDate")))]
        ends = [found for each in periods if (found := day(at(each, "endDate")))]
        if ends or starts:
            return min(starts, default=None), max(ends, default=None)
    return None, None


def _classes(release: Mapping[str, Any], name: str) -> list[str]:
    """Classifications of the subject, by code (``72260000``) or in words."""
    parts: list[Any] = [at(release, "tender.classification")]
    for item in _rows(release, "tender.items"):
        parts += [item.get("classification"), *_rows(item, "additionalClassifications")]
    told = [text(at(each, name), 200) for each in parts]
    return texts([each.removesuffix(".0") if name == "id" else each for each in told])
