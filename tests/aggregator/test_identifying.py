"""Which company a name means: proposed with why, never taken where it is not sure."""

from __future__ import annotations

from aggregator.identifying import proposals, sure_one, taken_over
from feeds.identities import Candidate

PUMPS = Candidate("Q1", "Brightwater Pumps", "maker of pumps", ("BWP", "BP"), "brightwater.example",
                  {"cik": "0001234567", "lei": "L1"})  # fmt: skip
EDGAR = Candidate("CIK0001234567", "BRIGHTWATER PUMPS INC", identifiers={"cik": "0001234567", "ticker": "BWPI"})
OTHER = Candidate("Q2", "Brightwater Pumps Museum")


def test_two_records_of_one_cik_are_one_company() -> None:
    found = proposals("Brightwater Pumps", [OTHER, PUMPS, EDGAR])

    assert [each.candidate.name for each in found] == ["Brightwater Pumps", "Brightwater Pumps Museum"]
    assert found[0].found_in == ("Wikidata Q1", "SEC EDGAR")
    assert found[0].candidate.identifiers["ticker"] == "BWPI"
    assert found[0].why == ("the same name",)


def test_only_a_whole_name_a_domain_or_an_identifier_makes_it_sure() -> None:
    def sure(name: str, *candidates: Candidate, **known: object) -> str:
        found = sure_one(proposals(name, candidates, **known))  # type: ignore[arg-type]
        return found.candidate.id if found else ""

    assert sure("Brightwater Pumps", OTHER, PUMPS) == "Q1"
    assert sure("BWP", PUMPS) == "Q1"
    assert sure("Brightwater Pumps Ltd", PUMPS) == ""
    assert sure("Brightwater", PUMPS) == ""
    assert sure("Brightwater", PUMPS, OTHER, domain="brightwater.example") == "Q1"
    assert sure("Brightwater", PUMPS, OTHER, identifiers={"cik": "1234567"}) == "Q1"
    assert sure("Brightwater Pumps", PUMPS, Candidate("Q3", "Brightwater Pumps")) == ""


def test_what_the_user_said_stays() -> None:
    (found,) = proposals("Brightwater Pumps", [PUMPS])
    table = taken_over(
        {"name": "brightwater pumps", "aliases": ["bwp"], "domain": "bw.example", "ids": {"lei": "MINE"}}, found
    )

    assert table == {"name": "brightwater pumps", "aliases": ["bwp"], "domain": "bw.example",
                     "ids": {"cik": "0001234567", "lei": "MINE"}}  # fmt: skip
    assert taken_over({"name": "Brightwater"}, found)["aliases"] == ["Brightwater Pumps", "BWP"]
