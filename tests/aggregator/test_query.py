"""The query language: what a user may type, and what is told where it cannot be understood."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import Query
from aggregator.query import QueryError, parse
from tests.samples import NOW


def asked(text: str) -> Query:
    return parse(text, NOW, rep="jo")


def test_fields_and_words() -> None:
    query = asked('prospect:acme,beta type:strategy -type:market_position age<7d "cloud migration" -jobs')

    assert query.prospects == ("acme", "beta")
    assert (query.types, query.not_types) == (("strategy",), ("market_position",))
    assert query.dated_from == NOW - timedelta(days=7)
    assert query.words == '"cloud migration" -jobs'
    assert (query.rep, query.now) == ("jo", NOW)


def test_fields_add_up() -> None:
    query = asked("type:strategy type:structure state:kept is:new is:matched is:untagged scope:internal age>2w")

    assert query.types == ("strategy", "structure")
    assert (query.states, query.news_only, query.matched, query.tagged) == (("kept",), True, True, False)
    assert (query.scope, query.dated_to) == ("internal", NOW - timedelta(weeks=2))


@pytest.mark.parametrize("text", ["PROSPECT:acme", "Prospect:acme", 'prospect:"acme"', "prospect:,acme,"])
def test_fields_are_read_kindly(text: str) -> None:
    assert asked(text).prospects == ("acme",)


@pytest.mark.parametrize(
    "text", ["https://acme.example/a:b", "re:invent", "10:30", 'says: "type:x"', ":", "a<b", '"prospects:acme"']
)
def test_what_only_looks_like_a_field_is_words(text: str) -> None:
    assert asked(text).words == text


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        ("type:strateg", "unknown content type", "did you mean 'strategy'?"),
        ("type:zzz", "unknown content type", "allowed: market_position, purchasing_history"),
        ("state:dismised", "unknown state", "did you mean 'dismissed'?"),
        ("is:old", "unknown is:old", "allowed"),
        ("scope:secret", "unknown scope", "allowed: external, internal"),
        ("age<soon", "expected a duration", "age<7d"),
        ("age<999999w", "300 years", "age<7d"),
        ("-age<7d", "can be excluded", ""),
        ("-prospect:acme", "can be excluded", ""),
        ("prospect<acme", "only prospect:VALUE", ""),
        ("prospect:", "needs a value", "without a blank"),
        ("scope:,", "needs a value", ""),
        ('type:"', "needs a value", ""),
        ("prospects:acme", "unknown field 'prospects'", "did you mean prospect:"),
        ("types:strategy", "unknown field 'types'", "did you mean type:"),
    ],
)
def test_faults_say_what_is_allowed(text: str, words: str, hint: str) -> None:
    with pytest.raises(QueryError, match=words) as caught:
        asked(text)

    assert hint in caught.value.hint
    assert len(caught.value.hint) < 200


_PIECES = st.sampled_from(
    ["prospect", "type", "age", "is", ":", "<", ">", "-", '"', ",", "new", "7d", " ", "*", "(", "a", "\x00", "é", "\n"]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(_PIECES, max_size=10).map("".join), st.text(max_size=40)))
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    try:
        query = asked(text)
    except QueryError:
        return
    assert query.now == NOW
