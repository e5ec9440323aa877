"""Every connector with a fixture: what it asks, what it makes of the answer, and that no change of schema stops it."""

from __future__ import annotations

import contextlib
import copy
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.catalog import core_tagger
from aggregator.pipeline.normalize import text_of, title_of
from aggregator.tagging.facts import find_facts
from feeds.connectors import connector
from feeds.errors import ReadError
from feeds.model import FetchState
from tests.apis import KEY, Case, Told, as_json, ask, cases, serving

CASES = cases()
JSON = [case for case in CASES if not case.body.lstrip().startswith(b"<")]
LISTED = [case for case in JSON if "rows" in case.told]
TAGGER = core_tagger()
EVERY = pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
EVERY_JSON = pytest.mark.parametrize("case", JSON, ids=lambda case: case.kind)
EVERY_LIST = pytest.mark.parametrize("case", LISTED, ids=lambda case: case.kind)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", KEY)


def ids(case: Case) -> list[str]:
    return [each["id"] for each in case.told["expect"]]


@EVERY
def test_what_is_asked_and_what_comes_of_it(case: Case) -> None:
    with serving(Told(case.body, headers={"Content-Type": case.content_type})) as api:
        polled = ask(case.source(api.base))
    assert (polled.outcome, polled.state.reason) == ("changed", "")
    assert [entry.id for entry in polled.entries] == ids(case)
    assert api.asked == case.told.get("requests", api.asked[:1])
    assert case.told.get("headers", {}).items() <= api.heard[0].headers.items()
    for words in case.told.get("asks", []):
        assert words in api.heard[0].body.decode()
    assert polled.state.cursor.startswith(case.told.get("cursor", ""))
    for words in (*case.told.get("absent", []), KEY):
        assert words not in repr(polled)


@EVERY
def test_fields_decide_tags_and_carry_facts(case: Case) -> None:
    entries = {entry.id: entry for entry in case.read(case.body).entries}
    for expected in case.told["expect"]:
        entry = entries[expected["id"]]
        title, text = title_of(entry), text_of(entry)
        assert {name: entry.fields.get(name) for name in expected.get("fields", {})} == expected.get("fields", {})
        tags = TAGGER.tag(title, text, fields=entry.fields)
        decided = sorted(tag.signal for tag in tags if tag.evidence.where == "field")
        assert decided == sorted(expected.get("signals", decided))
        facts = [
            f"{fact.kind} {fact.value} {fact.currency}".strip()
            for fact in find_facts(title, text, fields=entry.fields)
            if fact.where == "field"
        ]
        assert set(expected.get("facts", [])) <= set(facts)
        assert (title, entry.link) == (expected.get("title", title), expected.get("link", entry.link))
        assert not entry.published or entry.published.date() == expected.get("published", entry.published.date())


@EVERY
def test_a_second_poll_of_the_same_brings_nothing(case: Case) -> None:
    with serving(Told(case.body, headers={"Content-Type": case.content_type})) as api:
        source = case.source(api.base)
        first = ask(source)
        second = ask(source, first.state)
    if connector(case.kind).ABOUT.anew:
        assert {entry.id for entry in second.entries} == {entry.id for entry in first.entries}
    else:
        assert (second.outcome, second.entries) == ("unchanged", ())


@EVERY
@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_a_refusal_is_a_failure_in_words_without_the_key(case: Case, status: int) -> None:
    about = connector(case.kind).ABOUT
    with serving(Told(b'{"error": "k3y/of+tests is not welcome"}', status)) as api:
        polled = ask(case.source(api.base))
    if status in about.nothing:
        assert polled.outcome == "unchanged"
        return
    assert polled.outcome == "failed"
    assert str(status) in polled.state.reason
    assert KEY not in repr(polled)
    wait = about.waits.get(status)
    if wait:
        assert polled.state.next_at
        assert (polled.state.next_at - datetime(2026, 11, 25, 12, tzinfo=UTC)).total_seconds() >= wait


@EVERY
@pytest.mark.parametrize(
    "body",
    [b"<!doctype html><html><body>Down for maintenance</body></html>", b"", b"{", b'{"a": ', b"\xff\xfe\x00", b"[]"],
)
def test_what_is_no_answer_is_a_failure(case: Case, body: bytes) -> None:
    content_type = "text/html" if body.startswith(b"<") else case.content_type
    try:
        page = case.read(body, content_type)
    except ReadError:
        return
    assert page.entries == ()
    assert body == b"[]"


@EVERY_LIST
def test_an_added_field_changes_nothing(case: Case) -> None:
    document = json.loads(case.body)
    for row in case.rows(document):
        row["unheard_of"] = {"deep": [1, None, {"x": "y"}]}
    assert [entry.id for entry in case.read(as_json(document)).entries] == ids(case)


@EVERY_LIST
def test_a_record_that_cannot_be_read_is_counted_and_the_others_kept(case: Case) -> None:
    document = json.loads(case.body)
    rows = case.rows(document)
    rows += [None, 7, {key: value for key, value in rows[0].items() if key != case.required}]
    page = case.read(as_json(document))
    assert [entry.id for entry in page.entries] == ids(case)
    assert page.problems[0].startswith(f"3 of {len(rows)} ")
    assert "unreadable: not an object; no " in page.problems[0]
    assert page.problems[0].endswith("; the first: null")


@EVERY_JSON
def test_null_where_an_object_or_list_was_stops_nothing(case: Case) -> None:
    for changed in _with_one_null(json.loads(case.body)):
        with contextlib.suppress(ReadError):
            page = case.read(as_json(changed))
            assert {entry.id for entry in page.entries} <= set(ids(case))


@EVERY_JSON
def test_numbers_written_as_text_are_numbers(case: Case) -> None:
    changed = _mapped(json.loads(case.body), lambda value: str(value) if _is_number(value) else value)
    assert [entry.id for entry in case.read(as_json(changed)).entries] == ids(case)


@EVERY_JSON
def test_numbers_beyond_all_bounds_are_none(case: Case) -> None:
    for monster in (b"1e9999", b"-1e9999", b"NaN", b"9" * 5_000):
        body = re.sub(rb"(?<=: )-?\d+(\.\d+)?(?=[,}\]])", monster, case.body)
        try:
            page = case.read(body)
        except ReadError:
            continue
        assert "inf" not in repr([entry.fields for entry in page.entries])
        assert "nan" not in repr([entry.fields for entry in page.entries]).lower().replace("ordinance", "")


@EVERY_LIST
def test_other_charsets_are_read(case: Case) -> None:
    body = case.body.decode().replace("–", "-").replace("’", "'").replace("umps", "ümps")
    told = case.read(body.encode("latin-1"), "application/json; charset=iso-8859-1")
    untold = case.read(body.encode("latin-1"), "application/json")
    assert told == untold == case.read(body.encode())


@EVERY_JSON
def test_monstrous_nesting_is_refused(case: Case) -> None:
    with pytest.raises(ReadError):
        case.read(b"[" * 100_000 + b"]" * 100_000)
    with pytest.raises(ReadError):
        case.read(b'{"a":' * 500 + b"1" + b"}" * 500)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))


@EVERY_JSON
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_place_only_read_errors_come_out(case: Case, data: st.DataObject) -> None:
    document = json.loads(case.body)
    for _ in range(data.draw(st.integers(1, 4))):
        places = list(_places(document))
        holder, name = data.draw(st.sampled_from(places))
        holder[name] = data.draw(VALUES)
    try:
        page = case.read(json.dumps(document).encode("utf-8", "replace"))
    except ReadError:
        return
    for entry in page.entries:
        assert entry.id
        assert entry.title
        text_of(entry)


def test_the_contact_is_sent_to_who_insists_and_nothing_is_asked_without_one() -> None:
    for case in CASES:
        if not connector(case.kind).ABOUT.contact:
            continue
        with serving(Told(case.body, headers={"Content-Type": case.content_type})) as api:
            without = ask(case.source(api.base), contact="")
            ask(case.source(api.base))
        assert without.outcome == "failed"
        assert "set `contact` in [poll]" in without.state.reason
        assert [heard.headers["user-agent"].partition(" ")[2] for heard in api.heard] == ["Jo Tester jo@tests.example"]


def test_examples_are_tables_that_a_config_takes() -> None:
    from aggregator import config
    from feeds.connectors import KINDS

    prospect = (
        '[[prospects]]\nid = "acme"\nname = "Acme"\ndomain = "acme.example"\n'
        'ids = { cik = "1234567", uei = "X1", company_number = "1234" }\n'
    )
    for kind in KINDS:
        text = prospect + connector(kind).ABOUT.example
        read = config.parse(text)
        assert [source.kind for source in read.sources if source.kind == kind] or read.not_configured, kind


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, dict):
        return {key: _mapped(each, change) for key, each in value.items()}
    return [_mapped(each, change) for each in value] if isinstance(value, list) else change(value)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in list(pairs):
        yield value, name
        yield from _places(each)


def _with_one_null(document: Any) -> Iterator[Any]:
    count = sum(isinstance(holder[name], (dict, list)) for holder, name in _places(document))
    for number in range(count):
        changed = copy.deepcopy(document)
        holder, name = [(h, n) for h, n in _places(changed) if isinstance(h[n], (dict, list))][number]
        holder[name] = None
        yield changed


def test_a_state_without_a_cursor_asks_for_a_month_and_one_with_for_what_is_new() -> None:
    """A clock that ran ahead, or a record from the future, loses nothing."""
    from feeds.connectors.windows import window

    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    starts = [
        window(FetchState(checked_at=now, cursor=cursor))[0].isoformat()
        for cursor in ("", "2026-11-20", "2031-01-01", "1999-01-01", "rubbish")
    ]
    assert starts == ["2026-10-26", "2026-11-18", "2026-11-23", "2025-11-26", "2026-10-26"]
