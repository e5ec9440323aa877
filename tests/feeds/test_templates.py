"""Templates are filled with plain values, and a value can never become more than a value."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.templates import fill_json, fill_text, fill_url, missing, names_in


def test_names_are_told_in_order_and_once() -> None:
    assert names_in("https://x.example/${cik}?n=${name}", "${cik} ${lei|uei}") == ("cik", "name", "lei|uei")


def test_either_of_two_names_will_do() -> None:
    assert fill_text("${lei|uei}", {"uei": "U1"}) == "U1"
    assert missing(["lei|uei", "cik"], {"uei": "U1"}) == ("cik",)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(KeyError, match="cik"):
        fill_url("https://x.example/${cik}", {"cik": ""})


def test_other_braces_and_formats_stay_as_they_are() -> None:
    text = '{"a": {0.__class__}, "b": "$name", "c": "${Name}"}'
    assert fill_text(text, {"name": "x", "Name": "y"}) == text


@given(st.text(min_size=1).filter(lambda value: value not in {".", ".."}))
def test_a_value_cannot_leave_its_place_in_an_address(value: str) -> None:
    value = value.encode("utf-8", "replace").decode()
    parts = urlsplit(fill_url("https://host.example/a/${x}/b?q=1", {"x": value}))
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", "host.example", "q=1", "")
    assert parts.path.startswith("/a/")
    assert parts.path.endswith("/b")
    assert parts.path.count("/") == 3


@given(st.text(min_size=1))
def test_a_value_cannot_leave_its_string_in_json(value: str) -> None:
    assert json.loads(fill_json('{"q": "${x}", "n": 1}', {"x": value})) == {"q": value, "n": 1}
