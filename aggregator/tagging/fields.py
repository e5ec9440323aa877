"""Structured fields that decide a tag outright, as tables: field → value → signals.

Where a value admits several signals, the text decides between them and the first is the default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_PLANS, _HISTORY, _POSITION = "purchasing_plans", "purchasing_history", "market_position"
_TENDER, _AWARD, _CHANGE = f"{_PLANS}.tender", f"{_HISTORY}.award", f"{_HISTORY}.change"
_ENGAGE, _PIPELINE, _UPDATE = f"{_PLANS}.market_engagement", f"{_PLANS}.pipeline", f"{_PLANS}.tender_update"
_FRAMEWORK, _DIRECT = f"{_PLANS}.framework", f"{_PLANS}.direct_award"
_MA, _FUNDING, _DISTRESS = "strategy.ma", f"{_POSITION}.funding", f"{_POSITION}.distress"
_EXEC_IN, _EXEC_OUT = "structure.exec_in", "structure.exec_out"
_BOARD, _SITES, _OVERSIGHT = "structure.board_control", "structure.sites", f"{_POSITION}.oversight"

Table = Mapping[str, tuple[str, ...]]


def _table(rows: Mapping[str, str | tuple[str, ...]]) -> Table:
    """Space-separated values → signals."""
    return {
        value: (signals,) if isinstance(signals, str) else signals
        for values, signals in rows.items()
        for value in values.split()
    }


EIGHT_K = _table({
    "1.01": ("strategy.partnership", f"{_HISTORY}.customer_win", _FUNDING, _MA), "1.02": _CHANGE,
    "1.03 2.04 3.01": _DISTRESS, "1.05": "requirements.incident", "2.01 5.01": _MA,
    "2.02": (f"{_POSITION}.results", f"{_POSITION}.guidance"), "2.03 3.02": _FUNDING,
    "2.05 2.06": ("structure.reorg", "structure.layoffs", _SITES), "4.01 4.02": _OVERSIGHT,
    "5.02": (_EXEC_IN, _EXEC_OUT, _BOARD), "5.07 5.08": _BOARD,
})  # fmt: skip
SEC_FORM = _table({
    "d s-1 f-1 s-11 424b1 424b2 424b3 424b4 424b5 424b7 424b8": _FUNDING,
    "defm14a prem14a defm14c prem14c sc_to-t sc_to-c sc_to-i sc_14d9 425 s-4 f-4 sc_13e3": _MA,
    "sc_13d schedule_13d": _BOARD, "nt_10-k nt_10-q nt_20-f": _DISTRESS,
    "10-k 10-q 10-kt 20-f 40-f": f"{_POSITION}.results",
})  # fmt: skip
NOTICE = _table({
    # SAM.gov
    "r s sources_sought special_notice": _ENGAGE, "p presolicitation": _PIPELINE,
    "o k solicitation combined_synopsis/solicitation": _TENDER, "a award_notice": _AWARD,
    "u justification justification_and_approval": _DIRECT,
    # eForms: form types, subtypes, notice types
    "planning 1 2 3 4 5 6 7 8 9 e2 t01 pin-only pin-buyer pin-rtl pin-tran": _PIPELINE,
    "consultation e1 pmc": _ENGAGE,
    "competition 10 11 12 13 14 16 17 18 19 20 21 22 23 24 cei e3 cn-standard cn-social cn-desg pin-cfc-standard"
    " pin-cfc-social subco": _TENDER,
    "15 qu-sy": _FRAMEWORK, "dir-awa-pre 25 26 27 28 veat": _DIRECT,
    "result 29 30 31 32 33 34 35 36 37 t02 e4 can-standard can-social can-desg can-tran": _AWARD,
    "cont-modif completion compl 38 39 40 e5 e6 can-modif": _CHANGE, "change corr": _UPDATE,
    # United Kingdom, Procurement Act 2023
    "uk1 uk3": _PIPELINE, "uk2": _ENGAGE, "uk4": _TENDER, "uk5": _DIRECT, "uk6 uk7": _AWARD, "uk10 uk11": _CHANGE,
    "uk12": _UPDATE, "uk13 uk14 uk15 uk16": _FRAMEWORK,
    # OCDS tags
    "planningupdate": _PIPELINE, "tender": _TENDER, "tenderupdate tenderamendment tendercancellation": _UPDATE,
    "award awardupdate awardcancellation contract": _AWARD,
    "contractupdate contractamendment contracttermination": _CHANGE,
    "implementation implementationupdate": f"{_HISTORY}.spend",
    # in words
    "contract_notice call_for_tenders": _TENDER, "prior_information_notice": _PIPELINE, "contract_award_notice": _AWARD,
    "forecasted": _PIPELINE, "posted": _TENDER,
    # USAspending: kinds of award
    "definitive_contract delivery_order purchase_order bpa_call bpa idv": _AWARD,
    "subaward sub-award": f"{_HISTORY}.spend",
})  # fmt: skip
FORM_TYPE: Table = {value: signals for value, signals in NOTICE.items() if len(value) > 3 and not value[0].isdigit()}
"""Without the numbers of subtypes, which are also forms of the SEC."""
VEHICLE = _table({"fa-wo-rc fa-w-rc fa-mix dps-list dps-nlist": _FRAMEWORK})
"""Techniques that a call uses besides."""
CHANGED = _table({"cancel update-add info-release susp-review ins-fund chan-need no-rece": _UPDATE})
"""Why a notice was changed, or nothing was awarded."""
COMPANIES_HOUSE_CODE = _table({
    "ap01 ap02 ap03 ap04": (_BOARD, _EXEC_IN), "tm01 tm02": (_BOARD, _EXEC_OUT),
    "psc01 psc02 psc03 psc04 psc07": _BOARD, "mr01 mr02 mr08 sh01": _FUNDING, "ad01": _SITES, "gaz1": _DISTRESS,
    "aa": f"{_POSITION}.results",
})  # fmt: skip
INSOLVENCY = _table({
    "compulsory-liquidation creditors-voluntary-liquidation members-voluntary-liquidation in-administration"
    " corporate-voluntary-arrangement corporate-voluntary-arrangement-moratorium administration-order"
    " administrative-receiver receiver-manager receivership foreign-insolvency moratorium": _DISTRESS,
})  # fmt: skip
COMPANIES_HOUSE = _table({
    "appoint-": (_BOARD, _EXEC_IN), "termination-": (_BOARD, _EXEC_OUT),
    "notification-of-a-person-with-significant-control cessation-of-a-person-with": _BOARD,
    "mortgage-create capital-allotment": _FUNDING, "change-registered-office-address": _SITES,
    "gazette-notice-compulsory liquidation- insolvency administration-": _DISTRESS,
    "accounts-with-accounts-type": f"{_POSITION}.results",
})  # fmt: skip
RNS = _table({
    "boa": (_EXEC_IN, _EXEC_OUT, _BOARD), "acq dis off mer": _MA,
    "agr jve": "strategy.partnership",
    "hol": _BOARD, "fr ir qrf": f"{_POSITION}.results", "tst upd": (f"{_POSITION}.results", f"{_POSITION}.guidance"),
    "ioe iod": _FUNDING, "prl": "strategy.product_launch",
})  # fmt: skip
REGISTER = _table({"rule prorule proposed_rule interim_rule final_rule": "requirements.regulation"})
REGISTER_ACTION = _table({"notice;_request_for_information notice_and_request_for_information": _ENGAGE})
WIRE_SUBJECT = _table({
    "directors_and_officers management_changes personnel_announcements": (
        _EXEC_IN, _EXEC_OUT, _BOARD),
    "mergers_and_acquisitions acquisitions_mergers_and_takeovers": _MA,
    "joint_ventures partnerships licensing_agreements": "strategy.partnership",
    "earnings_releases_and_operating_results earnings interim_information annual_report": (
        f"{_POSITION}.results", f"{_POSITION}.guidance"),
    "financing_agreements private_placement public_offerings initial_public_offerings": _FUNDING,
    "restructuring/recapitalization restructuring restructurings_/_recapitalizations": (
        "structure.reorg", "structure.layoffs", _DISTRESS),
    "bankruptcy bankruptcies": _DISTRESS,
    "contracts contracts/purchase_orders": f"{_HISTORY}.customer_win",
    "product_/_services_announcement product_launches": "strategy.product_launch",
})  # fmt: skip
ANY = _table({"*": "structure.hiring_need"})


@dataclass(frozen=True, slots=True)
class Deciding:
    """Fields, under the names that connectors give them, and what their values decide."""

    names: tuple[str, ...]
    table: Table
    prefix: bool = False
    kind: str = ""
    """Kind of text that an item with such a field is."""


DECIDING = (
    Deciding(("items", "item", "sec_items"), EIGHT_K),
    Deciding(("form", "form_type", "sec_form"), SEC_FORM),
    Deciding(("notice_subtype", "notice_code", "uk_notice"), NOTICE, kind="procurement"),
    Deciding(("notice_type", "notice", "ptype", "tag", "tags", "ocds_tag"), NOTICE, kind="procurement"),
    Deciding(("form_type", "opportunity_status", "opp_status", "contract_award_type", "award_type"), FORM_TYPE,
             kind="procurement"),
    Deciding(("framework_agreement", "dps_usage"), VEHICLE),
    Deciding(("change_corrig", "change_reason", "non_award_reason"), CHANGED),
    Deciding(("filing_code", "filing_type"), COMPANIES_HOUSE_CODE),
    Deciding(("filing_type", "filing_description", "description_code"), COMPANIES_HOUSE, prefix=True),
    Deciding(("insolvency_case", "insolvency_type", "case_type"), INSOLVENCY),
    Deciding(("headline_code", "rns_code"), RNS),
    Deciding(("wire_subject",), WIRE_SUBJECT),
    Deciding(("document_type", "register_type"), REGISTER, kind="register"),
    Deciding(("register_action", "action"), REGISTER_ACTION, kind="register"),
    Deciding(("job_board", "ats", "job_id"), ANY, kind="job"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """What one field decided."""

    signals: tuple[str, ...]
    """The text decides between them; the first is the default."""
    field: str
    value: str
    kind: str


def decisions(fields: Mapping[str, Any]) -> list[Decision]:
    """What the fields of an item decide, one for each deciding field and value; the sharpest field first."""
    made: list[Decision] = []
    kinds: set[str] = set()
    named = {_snake(name): (name, value) for name, value in fields.items()}
    for rule in DECIDING:
        if rule.kind and rule.kind in kinds:
            continue
        for each in rule.names:
            name, given = named.get(each, (each, None))
            found = [d for value in _values(given) for d in _decided(rule, name, value)]
            made += found
            if found:
                kinds.add(rule.kind)
                break
    return [*made, *_of_calls(named, made)]


def _of_calls(named: Mapping[str, tuple[str, Any]], made: list[Decision]) -> Iterator[Decision]:
    """What else the fields of a call say: by a direct or limited method, or grown out of an earlier notice."""
    decided = {decision.signals[0] for decision in made}
    if not decided & {_PIPELINE, _TENDER, _ENGAGE}:  # an award by such a method stays an award
        return
    name, given = named.get("procurement_method") or named.get("method") or ("", None)
    if isinstance(given, str) and given.lower() in ("direct", "limited"):
        yield Decision((_DIRECT,), name, given, "")
    name, given = named.get("base_type") or ("", None)
    if _TENDER in decided and isinstance(given, str) and given not in {decision.value for decision in made}:
        yield Decision((_UPDATE,), name, given, "")


@lru_cache(maxsize=1024)
def _snake(name: str) -> str:
    """A field's name as the tables have it: ``noticeType`` and ``notice-type`` are ``notice_type``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[- .]", "_", name[:80]).lower()


def _decided(rule: Deciding, name: str, value: str) -> Iterator[Decision]:
    folded = value.strip().lower().replace(" ", "_").removeprefix("item_").removesuffix("/a").rstrip(".")
    if rule.table is EIGHT_K:
        folded = folded.partition(":")[0].partition("_")[0]
    signals = rule.table.get("*") or rule.table.get(folded)
    if rule.prefix:
        signals = next((s for prefix, s in rule.table.items() if folded.startswith(prefix)), None)
    if signals:
        yield Decision(signals, name, value, rule.kind)


def _values(value: Any) -> list[str]:
    """A field's values as texts: a list's members, a text's comma-separated parts, a number."""
    if isinstance(value, str):
        return [part for part in value[:500].split(",") if part.strip()]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return [str(value)]
    if isinstance(value, (list, tuple)):
        return [text for each in value[:20] for text in (_values(each) if isinstance(each, (str, int, float)) else [])]
    return []
