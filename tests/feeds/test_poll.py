"""Asking one source: what is sent, what is believed, what is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from feeds.connectors import connector
from feeds.errors import BudgetSpentError, FetchError, HostHeldError, ReadError
from feeds.model import FetchState, Page, Polled, Request, Response, Rhythm, Source, Terms
from feeds.politeness import Pace
from feeds.poll import poll

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SOURCE = Source("s1", "https://a.example/feed")
ETAG = 'W/"odd, \\ one"'
DATE = "Wednesday, 25-Nov-26 10:00:00 GMT"
NEW = "https://b.example/feed"
FRESH = FetchState()
STORED = FetchState(
    etag=ETAG,
    last_modified=DATE,
    body_hash="old",
    status="ok",
    answered_at=NOW - timedelta(hours=1),
    cursor="c0",
)

Answer = Response | Exception


class World:
    """Answers given in turn (the last one again and again), and all that was asked."""

    def __init__(self, *answers: Answer, pages: dict[bytes, Page[str] | Exception] | None = None) -> None:
        self.answers = list(answers)
        self.pages = pages or {}
        self.asked: list[Request] = []
        self.read: list[bytes] = []

    async def send(self, request: Request) -> Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if answer.url else replace(answer, url=request.url)

    async def read_page(self, source: Source, response: Response) -> Page[str]:
        self.read.append(response.body)
        page = self.pages.get(response.body, Page(entries=(response.body.decode(),)))
        if isinstance(page, Exception):
            raise page
        return page

    def poll(self, state: FetchState = FRESH, source: Source = SOURCE, now: datetime = NOW, **more: Any) -> Polled[str]:
        def first(source: Source, state: FetchState) -> Request:
            return Request(source.url)

        def dates(entries: Sequence[str]) -> list[datetime]:
            return [NOW - timedelta(hours=2 * n) for n in range(10)]

        arguments: dict[str, Any] = {"first": first, "dates": dates, **more}
        return asyncio.run(poll(source, state, send=self.send, read=self.read_page, now=now, **arguments))

    def header(self, name: str, at: int = -1) -> str | None:
        """A header of a request."""
        return {key.lower(): value for key, value in self.asked[at].headers}.get(name)


def ok(body: bytes = b"news", status: int = 200, moved_to: str = "", **headers: str) -> Response:
    """An answer from wherever it was asked for."""
    return Response(
        "", status, {key.replace("_", "-"): value for key, value in headers.items()}, body, moved_to=moved_to
    )


def test_a_first_poll_brings_entries_and_remembers_how_to_ask_again() -> None:
    """Validators byte for byte, the next time with its reason."""
    polled = World(ok(etag=ETAG, last_modified=DATE)).poll()
    state = polled.state
    assert (polled.outcome, polled.entries, polled.requests, polled.size) == ("changed", ("news",), 1, 4)
    assert (state.etag, state.last_modified, state.status, state.failures) == (ETAG, DATE, "ok", 0)
    assert state.checked_at == state.answered_at == NOW
    assert state.changed_at is None
    assert state.body_hash
    assert state.next_at is not None
    assert NOW + timedelta(hours=2) <= state.next_at <= NOW + timedelta(hours=2.3)
    assert state.next_why == "its rhythm is 2 h"


def test_validators_are_sent_back_byte_for_byte() -> None:
    """And a 304 is a success that keeps them."""
    world = World(ok(b"", 304, etag='"another"'))
    polled = world.poll(STORED)
    assert (world.header("if-none-match"), world.header("if-modified-since")) == (ETAG, DATE)
    assert (polled.outcome, polled.entries, world.read) == ("unchanged", (), [])
    assert (polled.state.etag, polled.state.status, polled.state.answered_at) == (ETAG, "ok", NOW)


@pytest.mark.parametrize("state", [FRESH, FetchState(etag=ETAG, last_modified=DATE)])
def test_nothing_stored_nothing_conditional(state: FetchState) -> None:
    """Whoever never brought a readable answer is asked without conditions."""
    world = World(ok())
    world.poll(state)
    assert world.header("if-none-match") is world.header("if-modified-since") is None


def test_a_304_that_nobody_asked_for_is_a_failure() -> None:
    """The next poll asks without conditions again."""
    world = World(ok(b"", 304), ok())
    polled = world.poll()
    assert (polled.outcome, polled.state.is_first) == ("failed", True)
    assert "nobody asked for" in polled.state.reason
    assert world.poll(polled.state).outcome == "changed"
    assert world.header("if-none-match") is None


def test_the_same_bytes_are_not_read_again() -> None:
    """New validators are not lost on the way."""
    world = World(ok(etag='"1"'), ok(etag='"2"'))
    first = world.poll()
    second = world.poll(first.state)
    assert (second.outcome, len(world.read), second.state.etag) == ("unchanged", 1, '"2"')


def test_the_same_bytes_are_read_again_where_that_counts() -> None:
    """A job board that still lacks an advert, a window of time that is still empty."""
    world = World(ok())
    first = world.poll()
    second = world.poll(first.state, terms=Terms(anew=True))
    assert (second.outcome, world.read) == ("changed", [b"news", b"news"])


def test_an_empty_file_of_this_machine_is_no_failure() -> None:
    world = World(Response("file:///srv/x", 200, {}, b""))
    assert world.poll(terms=Terms(local=True), source=replace(SOURCE, url="file:///srv/x")).outcome == "changed"
    assert world.poll().outcome == "failed"


def test_an_unreadable_answer_drops_the_validators() -> None:
    """A 304 could not prove that the source can be read again; only a readable 200 ends the failure."""
    world = World(
        ok(b"<html>", etag='"bad"'),
        pages={b"<html>": ReadError("no feed", feeds=("https://a.example/f\x1b",))},
    )
    polled = world.poll(STORED)
    state = polled.state
    assert (polled.outcome, state.etag, state.last_modified, state.status) == ("failed", "", "", "failed")
    assert state.reason == "no feed; it names these feeds: https://a.example/f"
    assert state.answered_at == STORED.answered_at
    still = World(ok(b"", 304)).poll(state)
    assert still.outcome == "failed"
    healed = World(ok()).poll(still.state)
    assert (healed.state.status, healed.state.failures, healed.state.failed_since) == ("ok", 0, None)


@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_an_empty_answer_is_a_failure(body: bytes) -> None:
    """What was stored stays."""
    polled = World(ok(body)).poll(STORED)
    assert (polled.outcome, polled.state.reason) == ("failed", "the answer is empty")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (ok(status=404), "the server answered 404 Not Found"),
        (ok(status=500), "the server answered 500 Internal Server Error"),
        (ok(status=401), "a login is needed"),
        (ok(status=403), "does not let us in"),
        (ok(status=403, cf_mitigated="challenge"), "lets only browsers through"),
        (ok(status=204), "the server answered 204 No Content"),
        (ok(status=301), "the server answered 301 Moved Permanently"),
        (ok(status=299), "the server answered 299"),
        (FetchError("timeout", "the server did not answer within 20 s"), "within 20 s"),
        (ValueError("s3cret"), "leadline could not handle this source (ValueError)"),
    ],
)
def test_failures_are_an_outcome_in_words(answer: Answer, words: str) -> None:
    """Nothing is raised, nothing is read, the validators stay for the next try where the answer was none."""
    world = World(answer)
    polled = world.poll(replace(STORED, failures=2, failed_since=NOW - timedelta(days=1)))
    state = polled.state
    assert (polled.outcome, polled.entries, world.read) == ("failed", (), [])
    assert words in state.reason
    assert "s3cret" not in state.reason
    assert (state.status, state.failures, state.failed_since) == ("failed", 3, NOW - timedelta(days=1))
    assert (state.checked_at, state.answered_at) == (NOW, STORED.answered_at)
    assert state.next_at is not None
    assert state.next_at > NOW


@pytest.mark.parametrize(
    ("headers", "answered", "told"),
    [
        ((("X-Key", "env:K"),), "https://b.example/feed", True),
        ((("X-Key", "env:K"),), SOURCE.url, False),
        ((), NEW, False),
    ],
)
def test_who_was_redirected_away_from_his_login_is_told_so(
    headers: tuple[tuple[str, str], ...], answered: str, told: bool
) -> None:
    """Headers stay at the source's own address: where it moved, it must be changed by hand."""
    reason = World(replace(ok(status=401), url=answered)).poll(source=replace(SOURCE, headers=headers)).state.reason
    assert ("its headers do not go where it was redirected to, https://b.example" in reason) == told


def test_the_wait_grows_with_failures_but_not_without_a_network() -> None:
    """An offline laptop must not forget its sources for a day."""
    tired = replace(STORED, failures=20, status="failed")
    far = World(FetchError("timeout", "late")).poll(tired).state.next_at
    near = World(FetchError("offline", "no network")).poll(tired).state.next_at
    assert far is not None
    assert near is not None
    assert near - NOW < timedelta(minutes=20) < timedelta(hours=15) < far - NOW


@pytest.mark.parametrize("status", [429, 503, 500, 200])
@pytest.mark.parametrize("value", ["432000", "Mon, 30 Nov 2026 12:00:00 GMT"])
def test_retry_after_is_obeyed_in_both_forms(status: int, value: str) -> None:
    """Five days, longer than any rhythm or back-off."""
    state = World(ok(status=status, retry_after=value)).poll(STORED).state
    assert state.next_at is not None
    assert NOW + timedelta(days=5) <= state.next_at <= NOW + timedelta(days=7)
    assert state.next_why == "the server asks to wait 5 d"


def test_gone_is_gone() -> None:
    """A 410 ends polling; asked by hand, a source may come back."""
    polled = World(ok(status=410)).poll(STORED)
    assert (polled.outcome, polled.state.status, polled.state.next_at) == ("gone", "gone", None)
    assert World(ok()).poll(polled.state).state.status == "ok"


def test_a_held_host_is_no_failure_of_the_source() -> None:
    """It was not asked; it waits as long as its host."""
    held = HostHeldError("a.example asked for a pause, which has not ended", 300.0)
    polled = World(held).poll(replace(STORED, failures=1))
    assert (polled.outcome, polled.state.failures, polled.kind) == ("failed", 1, "held")
    assert polled.state.next_at == NOW + timedelta(seconds=300)


def test_a_permanent_move_is_learnt_and_used() -> None:
    """After the target has answered with something readable."""
    world = World(ok(moved_to=NEW), ok())
    polled = world.poll()
    assert polled.state.moved_to == NEW
    again = world.poll(replace(polled.state, body_hash=""))
    assert (world.asked[-1].url, again.state.moved_to) == (NEW, NEW)


@pytest.mark.parametrize(
    ("source", "moved_to"),
    [
        (replace(SOURCE, headers=(("Authorization", "env:T"),)), NEW),
        (SOURCE, "http://a.example/feed"),
        (SOURCE, SOURCE.url),
    ],
)
def test_moves_that_are_not_learnt(source: Source, moved_to: str) -> None:
    """With credentials to another origin, from https to http, to itself."""
    assert World(ok(moved_to=moved_to)).poll(source=source).state.moved_to == ""


@pytest.mark.parametrize("kind", ["feed", "press_wire", "page_watch"])
def test_real_connectors_learn_each_further_move_of_a_document_and_of_a_page_none(kind: str) -> None:
    """From the second address to a third as well. Any web page is readable, a parked domain's too: none is learnt."""
    source = replace(SOURCE, kind=kind)
    made = connector(kind)
    further = "https://c.example/feed"
    world = World(ok(b"1", moved_to=NEW), ok(b"2", moved_to=further), ok(b"3"))
    state = FRESH
    for _ in range(3):
        state = world.poll(state, source, first=made.first, terms=made.ABOUT.terms).state
    asked = [request.url for request in world.asked]
    assert asked == ([SOURCE.url] * 3 if kind == "page_watch" else [SOURCE.url, NEW, further])


def test_what_is_shown_to_its_own_server_is_not_shown_where_it_moved_to() -> None:
    """A client certificate and a key stay at the origin that the config names, learnt address or not."""
    source = replace(SOURCE, client_cert="me.pem", auth="env:KEY")
    world = World(ok())
    world.poll(replace(STORED, moved_to=NEW), source, first=connector("feed").first)
    assert (world.asked[0].url, world.asked[0].client_cert, world.asked[0].auth) == (NEW, "", "")


def test_a_learnt_address_outlives_a_time_without_a_network() -> None:
    """It did not fail: nothing was asked."""
    for answer in (
        FetchError("offline", "no network"),
        HostHeldError("a pause", 60.0),
        BudgetSpentError("spent", 60.0),
    ):
        assert World(answer).poll(replace(STORED, moved_to=NEW)).state.moved_to == NEW


def test_a_move_to_something_unreadable_is_not_learnt() -> None:
    """A parked domain."""
    world = World(ok(b"<html>", moved_to=NEW), pages={b"<html>": ReadError("no feed")})
    assert world.poll().state.moved_to == ""


@pytest.mark.parametrize("answer", [ok(status=404), ok(status=410), ok(b""), FetchError("dns", "unknown")])
def test_a_learnt_address_that_fails_is_forgotten(answer: Answer) -> None:
    """The configured one is asked next time."""
    world = World(answer, ok())
    polled = world.poll(replace(STORED, moved_to=NEW))
    assert (polled.outcome, polled.state.moved_to, world.asked[0].url) == ("failed", "", NEW)
    world.poll(polled.state)
    assert world.asked[-1].url == SOURCE.url


def chain(length: int) -> dict[bytes, Page[str] | Exception]:
    """Pages p1, p2, … that each name the next."""
    return {
        b"p%d" % n: Page(
            entries=(f"e{n}",),
            cursor=f"c{n}",
            next=Request(f"https://a.example/{n + 1}") if n < length else None,
        )
        for n in range(1, length + 1)
    }


def answers(length: int) -> list[Answer]:
    """One for each page."""
    return [ok(b"p%d" % n, etag=f'"{n}"') for n in range(1, length + 1)]


def test_pages_are_followed_to_the_last() -> None:
    """The validators are the first page's, the cursor the last one's."""
    polled = World(*answers(3), pages=chain(3)).poll(STORED)
    assert (polled.entries, polled.requests) == (("e1", "e2", "e3"), 3)
    assert (polled.state.etag, polled.state.cursor, polled.state.reason) == ('"1"', "c3", "")


def test_pages_end() -> None:
    """At the bound, which is said; and where they lead back."""
    polled = World(*answers(9), pages=chain(9)).poll(max_pages=4)
    assert (polled.outcome, polled.requests, polled.state.cursor) == ("changed", 4, "c4")
    assert "more pages" in polled.state.reason
    loop = Page(entries=("e",), next=Request("https://a.example/2"))
    polled = World(ok(b"p"), pages={b"p": loop}).poll()
    assert (polled.outcome, polled.requests) == ("changed", 2)


@pytest.mark.parametrize("failure", [FetchError("timeout", "late"), ok(status=500)])
def test_a_missing_page_leaves_the_rest_to_the_next_poll(failure: Answer) -> None:
    """What was read counts; cursor and validators wait, so that nothing is skipped."""
    polled = World(*answers(2), failure, pages=chain(3)).poll(STORED)
    state = polled.state
    assert (polled.outcome, polled.entries) == ("changed", ("e1", "e2"))
    assert (state.cursor, state.etag, state.body_hash, state.status) == ("c0", "", "", "failed")
    assert state.reason.startswith("page 3: ")


def test_a_source_adds_its_headers_and_networks_at_its_own_server_only() -> None:
    """A document that names a next page elsewhere does not get the credentials sent there."""
    source = replace(SOURCE, headers=(("Authorization", "env:T"), ("Accept", "x/y")), allow_private=("10.0.0.0/8",))
    pages: dict[bytes, Page[str] | Exception] = {
        b"p1": Page(next=Request("https://evil.example/")),
        b"p2": Page(next=Request("https://a.example/2")),
    }
    world = World(ok(b"p1"), ok(b"p2"), ok(b"p3"), pages=pages)
    world.poll(source=source)
    assert [world.header("authorization", at) for at in range(3)] == ["env:T", None, "env:T"]
    assert all(request.allow_private == ("10.0.0.0/8",) for request in world.asked)


def test_what_the_feed_asks_for_holds_behind_a_304_too() -> None:
    """Its ttl is remembered; the user's own interval does not shorten it."""
    slow = Page(entries=("e",), rhythm=Rhythm(ttl=6 * 3600.0, skip_hours=frozenset({18, 19})))
    first = World(ok(etag='"1"'), pages={b"news": slow}).poll().state
    for every in (None, 900.0):
        second = World(ok(b"", 304)).poll(first, replace(SOURCE, every=every)).state
        assert second.next_at == datetime(2026, 11, 25, 20, tzinfo=UTC)


def test_a_silent_source_is_asked_more_rarely_behind_304s() -> None:
    """Thirty days without a new item make it a daily poll."""
    state = replace(World(ok(etag='"1"')).poll().state, changed_at=NOW)
    later = NOW + timedelta(days=31)
    after = World(ok(b"", 304)).poll(state, now=later).state
    assert after.next_at is not None
    assert after.next_at - later >= timedelta(days=1)


def test_cancelling_is_not_caught() -> None:
    """The only exception that comes out."""

    async def send(request: Request) -> Response:
        raise asyncio.CancelledError

    world = World(ok())
    world.send = send  # type: ignore[method-assign]
    with pytest.raises(asyncio.CancelledError):
        world.poll()


def test_a_connector_that_fails_is_an_outcome_too() -> None:
    """Like a template whose prospect has no CIK."""

    def first(source: Source, state: FetchState) -> Request:
        raise FetchError("request", "the prospect has no CIK")

    polled = World(ok()).poll(first=first)
    assert (polled.outcome, polled.state.reason, polled.requests) == ("failed", "the prospect has no CIK", 0)


def test_problems_of_a_readable_answer_are_said() -> None:
    """It counts as read."""
    page = Page(entries=("e",), problems=("2 items are damaged", "no dates"))
    state = World(ok(), pages={b"news": page}).poll().state
    assert (state.status, state.reason) == ("ok", "2 items are damaged; no dates")


@pytest.mark.parametrize("etag", ["x" * 5000, '"a\x1bb"', '"a\nb"'])
def test_validators_that_nobody_could_send_are_not_kept(etag: str) -> None:
    """Without them the next poll is unconditional, which is safe."""
    assert World(ok(etag=etag)).poll().state.etag == ""


def test_a_poll_interval_that_a_server_asks_for_is_kept_behind_a_304_too() -> None:
    """GitHub's X-Poll-Interval."""
    for answer in (
        Response("", 200, {"x-poll-interval": "36000"}, b"a"),
        Response("", 304, {"x-poll-interval": "36000"}),
    ):
        polled = World(answer).poll(replace(STORED, cadence="60 0 - -"))
        assert polled.state.next_at
        assert polled.state.next_at - NOW >= timedelta(hours=10)
        assert polled.state.next_why == "the server asks for 10 h between polls"


TERMS = Terms(waits={403: 300.0}, nothing=(404,))


@pytest.mark.parametrize(
    ("headers", "least"), [({}, 300.0), ({"retry-after": "4000"}, 4000.0), ({"retry-after": "5"}, 300.0)]
)
def test_a_status_that_means_wait_is_waited_for(headers: dict[str, str], least: float) -> None:
    polled = World(Response("", 403, headers)).poll(replace(STORED, failures=0), terms=TERMS, pace=Pace(floor=60.0))
    assert polled.state.next_at
    assert (polled.state.next_at - NOW).total_seconds() >= least
    assert polled.state.next_why.startswith("the server asks to wait")


def test_a_status_that_means_no_records_is_no_failure() -> None:
    polled = World(Response("", 404)).poll(terms=TERMS)
    assert (polled.outcome, polled.state.status, polled.state.etag) == ("unchanged", "ok", "")
    later = World(
        Response("", 200, body=b"1"), Response("", 404), pages={b"1": Page(("x",), next=Request("https://a.example/2"))}
    )
    assert later.poll(terms=TERMS).entries == ("x",)


def test_what_a_connector_is_told() -> None:
    """The present moment; and with an answer the request, the memory from before, and how far the pages got."""
    world = World(Response("", 200, body=b"1"), Response("", 200, body=b"2"))
    seen: list[Response] = []

    async def read(_source: Source, response: Response) -> Page[str]:
        seen.append(response)
        return Page(next=Request("https://a.example/2") if len(seen) == 1 else None, cursor=f"c{len(seen)}")

    world.read_page = read  # type: ignore[method-assign, assignment]
    polled = world.poll(replace(STORED, body_hash=""))
    assert [each.asked.url for each in seen if each.asked] == ["https://a.example/feed", "https://a.example/2"]
    assert [(each.cursor, each.reached) for each in seen] == [("c0", "c0"), ("c0", "c1")]
    assert polled.state.cursor == "c2"


def test_a_quota_that_ends_between_pages_keeps_what_came_and_is_no_failure() -> None:
    world = World(Response("", 200, body=b"1"), BudgetSpentError("the quota of x is spent", 3600.0),
                  pages={b"1": Page(("x",), next=Request("https://a.example/2"), cursor="c9")})  # fmt: skip
    polled = world.poll(replace(STORED, body_hash=""))
    assert (polled.outcome, polled.entries, polled.state.cursor) == ("changed", ("x",), "c0")
    assert (polled.state.status, polled.state.etag, polled.state.body_hash) == ("ok", "", "")
    assert polled.state.next_why == "held: the quota of x is spent"


@pytest.mark.parametrize(
    "answer", [ok(status=500), ok(status=404), FetchError("protocol", "cut off"), FetchError("too-large", "too large")]
)
def test_a_304_ends_no_failure_of_an_answer(answer: Answer) -> None:
    """What came could not be used: the next poll is unconditional, and a 304 to that is no answer."""
    failed = World(answer).poll(STORED).state
    still = World(ok(b"", 304))
    after = still.poll(failed)
    assert still.header("if-none-match") is None
    assert (after.outcome, after.state.status, after.state.failures) == ("failed", "failed", 2)


@pytest.mark.parametrize(
    "answer", [FetchError("timeout", "late"), FetchError("refused", "no"), ok(status=503), ok(status=429)]
)
def test_a_304_ends_a_failure_to_get_an_answer(answer: Answer) -> None:
    """The server was down or busy, which says nothing of the document: it is asked conditionally, and is healthy."""
    failed = World(answer).poll(STORED).state
    world = World(ok(b"", 304))
    after = world.poll(failed)
    assert world.header("if-none-match") == ETAG
    assert (after.outcome, after.state.status, after.state.failures) == ("unchanged", "ok", 0)


def test_a_client_certificate_is_for_its_own_server_only() -> None:
    """A next page elsewhere does not get it."""
    source = replace(SOURCE, client_cert="me.pem", ca="ca.pem", proxy="http://p.example")
    pages: dict[bytes, Page[str] | Exception] = {b"p1": Page(next=Request("https://evil.example/"))}
    world = World(ok(b"p1"), ok(b"p2"), pages=pages)
    world.poll(source=source)
    assert [(each.client_cert, each.ca, each.proxy) for each in world.asked] == [
        ("me.pem", "ca.pem", "http://p.example"),
        ("", "ca.pem", "http://p.example"),
    ]
