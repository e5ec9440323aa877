"""Paging: every page is asked for, each once, and no answer leads to another server or round in circles."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from feeds.model import Source
from tests.apis import KEY, Heard, Told, ask, cases, serving

CASES = {case.kind: case for case in cases()}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", KEY)


def number(heard: Heard, name: str) -> int:
    return int(parse_qs(urlsplit(heard.path).query)[name][0])


def rows(page: int, **more: Any) -> list[dict[str, Any]]:
    return [{**more, "id": f"{page}-{row}", "title": f"T {page}-{row}"} for row in range(2)]


def usaspending(heard: Heard) -> Told:
    page = json.loads(heard.body)["page"]
    about = {"page": page, "hasNext": page < 3}
    found = [{"generated_internal_id": f"A{page}", "Recipient Name": "X", "Last Modified Date": f"2026-11-2{page}"}]
    return Told(json.dumps({"results": found, "page_metadata": about}))


def sam(heard: Heard) -> Told:
    page = number(heard, "offset")
    row = {"noticeId": f"n{page}", "title": "T", "type": "Solicitation", "postedDate": "2026-11-20"}
    return Told(json.dumps({"totalRecords": 2500, "opportunitiesData": [row]}))


def ted(heard: Heard) -> Told:
    page = json.loads(heard.body)["page"]
    return Told(json.dumps({"notices": [{"publication-number": f"{page}-2026"}], "totalNoticeCount": 250}))


def federal_register(heard: Heard) -> Told:
    page = number(heard, "page") if "&page=" in heard.path else 1
    row = {"document_number": f"d{page}", "title": "T", "publication_date": "2026-11-20"}
    url = f"http://{heard.headers['host']}{heard.path.partition('&page=')[0]}&page={page + 1}"
    return Told(json.dumps({"count": 3, "results": [row], "next_page_url": url if page < 3 else None}))


def regulations(heard: Heard) -> Told:
    page = int(parse_qs(urlsplit(heard.path).query)["page[number]"][0])
    row = {"id": f"r{page}", "attributes": {"title": "T", "lastModifiedDate": "2026-11-20T00:00:00Z"}}
    return Told(json.dumps({"data": [row], "meta": {"hasNextPage": page < 3}}))


def grants(heard: Heard) -> Told:
    start = json.loads(heard.body)["startRecordNum"]
    row = {"id": f"g{start}", "title": "T", "oppStatus": "posted", "openDate": "11/20/2026"}
    return Told(json.dumps({"errorcode": 0, "data": {"hitCount": 250, "oppHits": [row]}}))


def full_text(heard: Heard) -> Told:
    start = number(heard, "from")
    record = {
        "adsh": f"0000000000-26-{start:06}",
        "form": "8-K",
        "ciks": ["1"],
        "display_names": ["X"],
    }
    hits = {"total": {"value": 250}, "hits": [{"_id": "a:b", "_source": record}]}
    return Told(json.dumps({"hits": hits}))


THREE_PAGES: dict[str, Callable[[Heard], Told]] = {
    "usaspending": usaspending,
    "sam_opportunities": sam,
    "ted": ted,
    "federal_register": federal_register,
    "regulations_gov": regulations,
    "grants_gov": grants,
    "sec_full_text": full_text,
}


@pytest.mark.parametrize("kind", THREE_PAGES)
def test_three_pages_are_read_each_once(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.fetch.budgets.PATIENCE", 600.0)
    monkeypatch.setattr("feeds.fetch.budgets.asyncio.sleep", _no_waiting)
    with serving(THREE_PAGES[kind]) as api:
        polled = ask(CASES[kind].source(api.base), ledger=_Generous())
    assert len(api.heard) == len({(heard.path, heard.body) for heard in api.heard}) == 3
    assert len({entry.id for entry in polled.entries}) == 3
    assert (polled.outcome, polled.state.reason) == ("changed", "")


def test_filings_are_followed_back_to_what_is_known() -> None:
    """The newest stand first; of a company asked for the first time the newest hundred are enough."""

    def history(heard: Heard) -> Told:
        start = number(heard, "start_index")
        row = {"transaction_id": f"t{start}", "category": "officers", "date": f"2026-{11 - start // 100:02}-20"}
        return Told(json.dumps({"items": [row], "total_count": 500}))

    with serving(history) as api:
        source = CASES["companies_house"].source(api.base)
        first = ask(source)
        assert len(api.heard) == 1
        later = ask(source, _cursor(first.state, "2026-09-30"))
    assert [number(heard, "start_index") for heard in api.heard[1:]] == [0, 100, 200]
    assert later.state.cursor == "2026-11-20"


def test_a_next_page_on_another_server_is_not_asked_for() -> None:
    document = {"count": 1, "results": [], "next_page_url": "https://evil.example/?x"}
    document["results"] = [{"document_number": "d", "title": "T"}]
    with serving(Told(json.dumps(document))) as api:
        polled = ask(CASES["federal_register"].source(api.base))
    assert (len(api.heard), polled.outcome, polled.state.reason) == (1, "changed", "")


def api_source(base: str, url: str, paging: dict[str, Any], **options: Any) -> Source:
    mapping = {"items": "rows", "id": "id", "title": "title"}
    return Source(
        "x", base + url, "json_api", auth="env:TEST_KEY", allow_private=("127.0.0.1",),
        options={"paging": paging, "map": mapping, "key": {"query": "api_key"}, **options},
    )  # fmt: skip


def by_offset(heard: Heard) -> Told:
    start = number(heard, "skip")
    return Told(json.dumps({"rows": rows(start), "total": 6}))


def by_cursor(heard: Heard) -> Told:
    page = int(parse_qs(urlsplit(heard.path).query).get("after", ["0"])[0])
    return Told(json.dumps({"rows": rows(page), "next": str(page + 1) if page < 2 else None}))


def by_body_cursor(heard: Heard) -> Told:
    page = int(json.loads(heard.body)["after"] or 0)
    return Told(json.dumps({"rows": rows(page), "next": str(page + 1) if page < 2 else None}))


def by_next_url(heard: Heard) -> Told:
    page = int(parse_qs(urlsplit(heard.path).query).get("p", ["0"])[0])
    address = f"/things?p={page + 1}&api_key={KEY}"
    return Told(json.dumps({"rows": rows(page), "links": {"next": address if page < 2 else None}}))


def by_link_header(heard: Heard) -> Told:
    page = int(parse_qs(urlsplit(heard.path).query).get("p", ["0"])[0])
    host = f"http://{heard.headers['host']}"
    links = f'<{host}/things?p={page + 1}>; rel="next", <{host}/things?p=0>; rel="first"' if page < 2 else ""
    return Told(json.dumps({"rows": rows(page)}), headers={"Link": links})


STYLES: list[tuple[Callable[[Heard], Told], str, dict[str, Any], dict[str, Any]]] = [
    (by_offset, "/things?skip=${offset}", {"style": "offset", "total": "total"}, {}),
    (by_cursor, "/things", {"style": "cursor", "next": "next", "param": "after"}, {}),
    (by_body_cursor, "/things", {"style": "cursor", "next": "next"}, {"body": '{"after": "${cursor}"}'}),
    (by_next_url, "/things", {"style": "next_url", "next": "links.next"}, {}),
    (by_link_header, "/things", {"style": "link_header"}, {}),
]


@pytest.mark.parametrize(("answer", "url", "paging", "options"), STYLES)
def test_styles_of_paging(
    answer: Callable[[Heard], Told], url: str, paging: dict[str, Any], options: dict[str, Any]
) -> None:
    """Three pages of two, and the key goes along with each exactly once."""
    with serving(answer) as api:
        polled = ask(api_source(api.base, url, paging, **options))
    assert len({entry.id for entry in polled.entries}) == 6
    assert (len(api.heard), polled.state.reason) == (3, "")
    assert all(heard.path.count("api_key=") == 1 for heard in api.heard)
    assert KEY not in repr(polled)


def test_a_link_to_another_server_gets_neither_request_nor_key() -> None:
    with serving(Told("{}")) as other:
        answer = Told(json.dumps({"rows": rows(0)}), headers={"Link": f'<{other.base}/x?k={{auth}}>; rel="next"'})
        with serving(answer) as api:
            polled = ask(api_source(api.base, "/things", {"style": "link_header"}))
    assert other.heard == []
    assert "another server" in polled.state.reason
    assert len(polled.entries) == 2


class _Generous:
    """A ledger that always has room."""

    def spend(self, *_: object) -> float:
        return 0.0

    def hold_budget(self, *_: object) -> None:
        """Never."""

    def budget_held(self, *_: object) -> float:
        return 0.0


async def _no_waiting(_seconds: float) -> None:
    """Time flies."""


def _cursor(state: Any, cursor: str) -> Any:
    from msgspec.structs import replace

    return replace(state, cursor=cursor, body_hash="")


def test_what_is_new_on_the_last_page_is_found_behind_an_unchanged_first_one() -> None:
    """The oldest stand first: the first page, even a 304 to it, says nothing of the others."""
    late: list[str] = []

    def answer(heard: Heard) -> Told:
        page = number(heard, "page")
        ids = [["1-0", "1-1"], ["2-0", *late], []][page - 1]
        found = [{"id": each, "title": "T"} for each in ids]
        if heard.headers.get("if-none-match") == f'"{page}"':
            return Told("", 304)
        return Told(json.dumps({"rows": found}), headers={"ETag": f'"{page}"'})

    with serving(answer) as api:
        source = api_source(api.base, "/things?page=${page}", {"style": "page", "size": 2})
        first = ask(source)
        late.append("late")
        second = ask(source, first.state)
    assert [entry.id for entry in first.entries] == ["1-0", "1-1", "2-0"]
    assert [entry.id for entry in second.entries] == ["1-0", "1-1", "2-0", "late"]
