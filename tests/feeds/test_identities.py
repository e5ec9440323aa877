"""Who a name may mean in public records: Wikidata's entities and EDGAR's tickers, whatever their shape."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import ReadError
from feeds.identities import (
    entities_request,
    read_entities,
    read_search,
    read_tickers,
    search_request,
    tickers_request,
)
from feeds.model import Response


def response(document: Any) -> Response:
    return Response("https://x.example/", 200, {"content-type": "application/json"}, json.dumps(document).encode())


def statement(value: Any, rank: str = "normal", **more: Any) -> dict[str, Any]:
    return {"mainsnak": {"snaktype": "value", "datavalue": {"value": value}}, "rank": rank, **more}


ENTITY = {
    "labels": {"en": {"language": "en", "value": "Brightwater Pumps"}},
    "descriptions": {"en": {"language": "en", "value": "maker of pumps"}},
    "aliases": {"en": [{"language": "en", "value": "BWP"}, {"language": "en", "value": "Brightwater Pumps"}]},
    "claims": {
        "P5531": [statement("0009999999", "deprecated"), statement("0001234567")],
        "P2622": [statement("00001111", qualifiers={"P582": [{}]}), {"mainsnak": {"snaktype": "novalue"}}],
        "P1278": [statement("OLDLEI"), statement("NEWLEI", "preferred")],
        "P856": [statement("https://www.brightwater.example/en")],
        "P1448": [statement({"text": "Brightwater Pumps Inc.", "language": "en"})],
        "P414": [statement({"id": "Q13677"}, qualifiers={"P249": [{"datavalue": {"value": "BWPI"}}]})],
    },
}


def test_an_entity_is_a_candidate_with_what_identifies_it() -> None:
    """Deprecated, ended and outranked statements do not count."""
    document = {"entities": {"Q1": ENTITY, "Q2": {"id": "Q2", "missing": ""}, "Q3": {"labels": [], "claims": []}}}
    (found,) = read_entities(response(document))
    assert (found.id, found.name, found.description) == ("Q1", "Brightwater Pumps", "maker of pumps")
    assert found.aliases == ("BWP", "Brightwater Pumps Inc.")
    assert found.domain == "brightwater.example"
    assert found.identifiers == {"cik": "0001234567", "lei": "NEWLEI", "ticker": "BWPI"}


def test_a_search_gives_ids_and_an_error_in_a_good_answer_is_one() -> None:
    assert read_search(response({"search": [{"id": "Q1"}, {"id": "L2"}, None, {"id": "Q3"}]})) == ("Q1", "Q3")
    with pytest.raises(ReadError, match="too much lag"):
        read_search(response({"error": {"code": "maxlag", "info": "too much lag"}}))


def test_tickers_are_found_by_all_words_of_a_name() -> None:
    document = {
        "0": {"cik_str": 1234567, "ticker": "BWPI", "title": "BRIGHTWATER PUMPS INC"},
        "1": {"cik_str": 1234567, "ticker": "BWPI-B", "title": "BRIGHTWATER PUMPS INC"},
        "2": {"cik_str": 77, "ticker": "PMP", "title": "Other Pumps"},
        "3": None,
    }
    (found,) = read_tickers(response(document), "brightwater Pumps")
    assert found.identifiers == {"cik": "0001234567", "ticker": "BWPI"}
    assert read_tickers(response(document), "") == ()


def test_requests_carry_the_contact_and_keep_the_pace() -> None:
    for request in (search_request("A & B"), entities_request(["Q1", "Q2"]), tickers_request()):
        assert request.terms.contact
        assert request.terms.budgets
    assert "search=A+%26+B" in search_request("A & B").url
    assert "ids=Q1%7CQ2" in entities_request(["Q1", "Q2"]).url


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
JSON = st.recursive(
    LEAVES, lambda i: st.lists(i, max_size=3) | st.dictionaries(st.sampled_from([*ENTITY, "P414", "Q1", "en"]), i)
)


@given(JSON)
def test_whatever_is_answered_only_read_errors_come_out(value: Any) -> None:
    for read in (read_entities, read_search, lambda answer: read_tickers(answer, "x")):
        for document in (
            value,
            {"entities": {"Q1": value}, "search": value},
            {"entities": {"Q1": {**ENTITY, "claims": value}}},
        ):
            try:
                read(response(document))
            except ReadError:
                continue
