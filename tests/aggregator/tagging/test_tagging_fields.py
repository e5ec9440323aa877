"""Structured fields of records decide tags, under the names and in the spellings that sources use."""

import pytest

from aggregator.tagging.fields import decisions

PLANS, HISTORY, POSITION = "purchasing_plans", "purchasing_history", "market_position"

DECIDED = {
    "items": {
        "1.01": "strategy.partnership", "1.02": f"{HISTORY}.change", "1.03": f"{POSITION}.distress",
        "2.04": f"{POSITION}.distress", "3.01": f"{POSITION}.distress", "1.05": "requirements.incident",
        "2.01": "strategy.ma", "5.01": "strategy.ma", "2.02": f"{POSITION}.results", "2.03": f"{POSITION}.funding",
        "3.02": f"{POSITION}.funding", "2.05": "structure.reorg", "2.06": "structure.reorg",
        "4.01": f"{POSITION}.oversight", "4.02": f"{POSITION}.oversight", "5.02": "structure.exec_in",
        "5.07": "structure.board_control", "5.08": "structure.board_control", "Item 1.05": "requirements.incident",
        "Item 2.02: Results of Operations and Financial Condition": f"{POSITION}.results",
    },
    "form_type": {
        "D": f"{POSITION}.funding", "D/A": f"{POSITION}.funding", "S-1": f"{POSITION}.funding",
        "F-1/A": f"{POSITION}.funding", "424B3": f"{POSITION}.funding", "DEFM14A": "strategy.ma",
        "PREM14A": "strategy.ma",
        "SC TO-T": "strategy.ma", "SC TO-T/A": "strategy.ma", "425": "strategy.ma", "S-4": "strategy.ma",
        "SC 13D": "structure.board_control", "SCHEDULE 13D/A": "structure.board_control",
        "NT 10-K": f"{POSITION}.distress", "NT 10-Q": f"{POSITION}.distress", "10-K": f"{POSITION}.results",
        "10-Q": f"{POSITION}.results", "20-F": f"{POSITION}.results", "competition": f"{PLANS}.tender",
        "dir-awa-pre": f"{PLANS}.direct_award", "cont-modif": f"{HISTORY}.change",
    },
    "notice_type": {
        "r": f"{PLANS}.market_engagement", "s": f"{PLANS}.market_engagement", "p": f"{PLANS}.pipeline",
        "o": f"{PLANS}.tender", "k": f"{PLANS}.tender", "a": f"{HISTORY}.award", "u": f"{PLANS}.direct_award",
        "Sources Sought": f"{PLANS}.market_engagement", "Presolicitation": f"{PLANS}.pipeline",
        "Combined Synopsis/Solicitation": f"{PLANS}.tender", "Award Notice": f"{HISTORY}.award",
        "cn-standard": f"{PLANS}.tender", "pin-only": f"{PLANS}.pipeline", "pmc": f"{PLANS}.market_engagement",
        "qu-sy": f"{PLANS}.framework", "veat": f"{PLANS}.direct_award", "can-standard": f"{HISTORY}.award",
        "can-modif": f"{HISTORY}.change", "compl": f"{HISTORY}.change", "UK1": f"{PLANS}.pipeline",
        "UK2": f"{PLANS}.market_engagement", "UK3": f"{PLANS}.pipeline", "UK4": f"{PLANS}.tender",
        "UK5": f"{PLANS}.direct_award", "UK6": f"{HISTORY}.award", "UK7": f"{HISTORY}.award",
        "UK10": f"{HISTORY}.change", "UK11": f"{HISTORY}.change", "UK12": f"{PLANS}.tender_update",
        "UK13": f"{PLANS}.framework", "UK16": f"{PLANS}.framework",
    },
    "notice_subtype": {
        "1": f"{PLANS}.pipeline", "9": f"{PLANS}.pipeline", "E2": f"{PLANS}.pipeline", "T01": f"{PLANS}.pipeline",
        "E1": f"{PLANS}.market_engagement", "10": f"{PLANS}.tender", "24": f"{PLANS}.tender", "CEI": f"{PLANS}.tender",
        "15": f"{PLANS}.framework", "25": f"{PLANS}.direct_award", "28": f"{PLANS}.direct_award",
        "29": f"{HISTORY}.award", "37": f"{HISTORY}.award", "T02": f"{HISTORY}.award", "38": f"{HISTORY}.change",
        "E5": f"{HISTORY}.change", "E6": f"{HISTORY}.change",
    },
    "tag": {
        "planning": f"{PLANS}.pipeline", "planningUpdate": f"{PLANS}.pipeline", "tender": f"{PLANS}.tender",
        "tenderUpdate": f"{PLANS}.tender_update", "tenderAmendment": f"{PLANS}.tender_update",
        "tenderCancellation": f"{PLANS}.tender_update", "award": f"{HISTORY}.award", "awardUpdate": f"{HISTORY}.award",
        "contract": f"{HISTORY}.award", "contractUpdate": f"{HISTORY}.change", "contractAmendment": f"{HISTORY}.change",
        "contractTermination": f"{HISTORY}.change", "implementation": f"{HISTORY}.spend",
    },
    "framework_agreement": {"fa-wo-rc": f"{PLANS}.framework", "fa-mix": f"{PLANS}.framework"},
    "dps_usage": {"dps-list": f"{PLANS}.framework", "dps-nlist": f"{PLANS}.framework"},
    "change_corrig": {"cancel": f"{PLANS}.tender_update", "susp-review": f"{PLANS}.tender_update"},
    "filing_type": {"AP01": "structure.board_control", "TM01": "structure.board_control", "MR01": f"{POSITION}.funding",
                    "SH01": f"{POSITION}.funding", "AA": f"{POSITION}.results"},
    "filing_description": {
        "appoint-person-director-company-with-name-date": "structure.board_control",
        "termination-director-company-with-name-termination-date": "structure.board_control",
        "mortgage-create-with-deed-with-charge-number-charge-creation-date": f"{POSITION}.funding",
        "capital-allotment-shares": f"{POSITION}.funding", "gazette-notice-compulsory": f"{POSITION}.distress",
        "change-registered-office-address-company-with-date-old-address-new-address": "structure.sites",
        "liquidation-in-administration-proposals": f"{POSITION}.distress",
        "accounts-with-accounts-type-full": f"{POSITION}.results",
        "notification-of-a-person-with-significant-control": "structure.board_control",
    },
    "insolvency_case": {"in-administration": f"{POSITION}.distress"},
    "headline_code": {"BOA": "structure.exec_in", "ACQ": "strategy.ma", "DIS": "strategy.ma",
                      "AGR": "strategy.partnership",
                      "HOL": "structure.board_control", "FR": f"{POSITION}.results", "IOE": f"{POSITION}.funding"},
    "document_type": {"Rule": "requirements.regulation", "Proposed Rule": "requirements.regulation",
                      "PRORULE": "requirements.regulation"},
    "action": {"Notice; request for information.": f"{PLANS}.market_engagement"},
    "opportunity_status": {"forecasted": f"{PLANS}.pipeline", "posted": f"{PLANS}.tender"},
    "contract_award_type": {"DELIVERY ORDER": f"{HISTORY}.award", "DEFINITIVE CONTRACT": f"{HISTORY}.award"},
    "ats": {"greenhouse": "structure.hiring_need", "lever": "structure.hiring_need"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "signal"),
    [(name, value, signal) for name, values in DECIDED.items() for value, signal in values.items()],
)
def test_each_value_decides_as_it_is_documented(name: str, value: str, signal: str) -> None:
    (decision, *_) = decisions({name: value})

    assert (decision.signals[0], decision.field, decision.value) == (signal, name, value)


@pytest.mark.parametrize(
    "fields",
    [
        {"items": "7.01,9.01"}, {"items": "8.01"}, {"form_type": "EFFECT"}, {"form_type": "4"}, {"form_type": "15"},
        {"notice_type": "i"},
        {"notice_type": "g"}, {"filing_type": "CERTNM"}, {"filing_type": "CS01"}, {"document_type": "Notice"},
        {"document_type": "Presidential Document"}, {"framework_agreement": "none"}, {"dps_usage": "none"},
        {"procurement_method": "limited"}, {"base_type": "Presolicitation"},
    ],
    ids=str,
)  # fmt: skip
def test_what_says_nothing_decides_nothing(fields: dict[str, object]) -> None:
    assert decisions(fields) == []


def test_names_are_read_in_the_spellings_of_their_sources() -> None:
    for name in ("notice-type", "noticeType", "Notice Type", "notice_type"):
        (decision,) = decisions({name: "cn-standard"})
        assert (decision.field, decision.signals[0]) == (name, f"{PLANS}.tender")


def test_a_call_by_a_limited_method_is_a_direct_award_and_an_award_stays_one() -> None:
    planned = decisions({"tag": ["tender"], "procurementMethod": "limited"})
    made = decisions({"tag": ["award"], "procurementMethod": "limited"})

    assert [decision.signals[0] for decision in planned] == [f"{PLANS}.tender", f"{PLANS}.direct_award"]
    assert [decision.signals[0] for decision in made] == [f"{HISTORY}.award"]


def test_a_call_that_grew_out_of_an_earlier_notice_is_a_change_of_it() -> None:
    grown = decisions({"notice_type": "Solicitation", "baseType": "Presolicitation"})
    same = decisions({"notice_type": "Solicitation", "baseType": "Solicitation"})

    assert [decision.signals[0] for decision in grown] == [f"{PLANS}.tender", f"{PLANS}.tender_update"]
    assert [decision.signals[0] for decision in same] == [f"{PLANS}.tender"]
