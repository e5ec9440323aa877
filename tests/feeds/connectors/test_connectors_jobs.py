"""Job boards over several polls: what opens, what closes, and boards that fall silent."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.catalog import core_tagger
from feeds.connectors import connector
from feeds.connectors.jobs import MAX_REMEMBERED
from feeds.model import Page, Response, Source
from tests.apis import NOW, Told, as_json, ask, serving

SOURCE = Source("jobs", "https://boards.example/jobs", kind="greenhouse", options={"greenhouse": "acme"})


def job(number: int, title: str = "Buyer") -> dict[str, Any]:
    return {"id": number, "internal_job_id": number, "title": f"{title} {number}", "updated_at": "2026-11-20T09:00:00Z"}


def read(rows: list[Any], cursor: str = "") -> Page[Any]:
    body = as_json({"jobs": rows})
    return connector("greenhouse").read(SOURCE, Response(SOURCE.url, 200, {}, body, NOW, cursor=cursor))


def test_an_advert_that_two_readings_lack_is_closed_and_told_once() -> None:
    first = read([job(1), job(2)])
    second = read([job(1)], first.cursor)
    third = read([job(1)], second.cursor)
    fourth = read([job(1)], third.cursor)
    assert [len(page.entries) for page in (first, second, third, fourth)] == [2, 1, 2, 1]
    closed = third.entries[1]
    assert closed.title == "No longer advertised: Buyer 2"
    assert closed.fields == {"board": "acme", "board_system": "greenhouse", "closed_job": "2", "job_status": "closed"}
    assert "structure.hiring_need" not in [
        tag.signal for tag in core_tagger().tag(closed.title, "", fields=closed.fields)
    ]


def test_an_advert_that_comes_back_was_not_closed() -> None:
    second = read([job(1)], read([job(1), job(2)]).cursor)
    back = read([job(1), job(2)], second.cursor)
    gone = read([job(1)], back.cursor)
    assert [len(page.entries) for page in (back, gone)] == [2, 1]


def test_an_advert_that_was_written_long_ago_is_news_when_it_comes_on_the_board() -> None:
    old = {**job(2), "first_published": "2026-03-01T09:00:00Z"}
    assert read([old]).entries[0].published is not None
    entry = read([job(1), old], read([job(1)]).cursor).entries[1]
    assert (entry.published, entry.updated, entry.fields["posted"]) == (None, None, "2026-03-01")
    again = read([job(1), old], read([job(1), old]).cursor).entries[1]
    assert again.published is not None


def test_an_empty_board_closes_nothing_and_says_so() -> None:
    first = read([job(1), job(2)])
    silent = read([], first.cursor)
    assert (silent.entries, silent.cursor) == ((), "")
    assert silent.problems == ("the board is empty, though it had 2 adverts: it may have moved",)


def test_a_reading_with_unreadable_adverts_counts_no_absence() -> None:
    page = read([job(1), job(2)])
    for _ in range(3):
        page = read([job(1), {"id": 2}], page.cursor)
        assert [entry.id for entry in page.entries] == ["greenhouse:acme:1"]
        assert page.problems == ('1 of 2 adverts unreadable: no title; the first: {"id": 2}',)
    assert len(read([job(1)], read([job(1)], page.cursor).cursor).entries) == 2


def test_what_is_remembered_of_a_large_board_is_bounded() -> None:
    page = read([job(number, "Senior Buyer of very many different things") for number in range(2_000)])
    assert len(page.entries) == 2_000
    assert page.cursor.count('"Senior') == MAX_REMEMBERED
    assert len(page.cursor) < 60_000


@pytest.mark.parametrize(
    "cursor", ["rubbish", "{}", '{"board": 1, "jobs": [1]}', '{"board":"x","jobs":{"a":7}}', "[" * 9_999]
)
def test_a_memory_that_cannot_be_read_is_none(cursor: str) -> None:
    assert [entry.fields["job_status"] for entry in read([job(1)], cursor).entries] == ["open"]


def test_closing_is_seen_over_the_wire_although_the_answers_are_alike() -> None:
    both, one = Told(as_json({"jobs": [job(1), job(2)]})), Told(as_json({"jobs": [job(1)]}))
    with serving(both, one, one) as api:
        source = Source(
            "jobs", f"{api.base}/b", kind="greenhouse", allow_private=("127.0.0.1",), options={"board": "a"}
        )
        polled = ask(source)
        for _ in range(2):
            polled = ask(source, polled.state)
    assert [entry.fields["job_status"] for entry in polled.entries] == ["open", "closed"]


def test_an_unknown_lever_site_is_told_in_words() -> None:
    with serving(Told(b'{"ok": false, "error": "Document not found"}')) as api:
        source = Source("jobs", api.base, kind="lever", allow_private=("127.0.0.1",), options={"lever": "a"})
        polled = ask(source)
    assert polled.state.reason == "the server tells of an error: Document not found"
