"""One request for all sources of an address: who is served by which answer."""

from __future__ import annotations

import asyncio

import pytest

from aggregator import once
from aggregator.once import Once
from feeds.errors import FetchError
from feeds.model import Request, Response

PLAIN = Request("https://a.test/feed")
KNOWING = Request("https://a.test/feed", headers=(("If-None-Match", '"1"'),))


class Server:
    """Answers 304 to whoever knows, else a document; counts."""

    def __init__(self, error: FetchError | None = None) -> None:
        self.asked: list[Request] = []
        self.error = error

    async def send(self, request: Request) -> Response:
        self.asked.append(request)
        await asyncio.sleep(0)
        if self.error:
            raise self.error
        return (
            Response(request.url, 304) if request.headers == KNOWING.headers else Response(request.url, 200, {}, b"x")
        )


def ask(server: Server, *requests: Request, at_once: bool = False) -> list[int | str]:
    """Send the requests in one round: statuses, or words of failure."""

    async def one(made: Once, request: Request) -> int | str:
        try:
            return (await made.send(request)).status
        except FetchError as error:
            return str(error)

    async def run() -> list[int | str]:
        made = Once(server.send)
        try:
            if at_once:
                return list(await asyncio.gather(*(one(made, request) for request in requests)))
            return [await one(made, request) for request in requests]
        finally:
            await made.close()

    return asyncio.run(run())


@pytest.mark.parametrize("at_once", [False, True])
def test_the_same_request_is_sent_once(at_once: bool) -> None:
    server = Server()
    assert ask(server, PLAIN, PLAIN, PLAIN, at_once=at_once) == [200] * 3
    assert len(server.asked) == 1


@pytest.mark.parametrize("at_once", [False, True])
def test_a_304_serves_those_who_know_the_same(at_once: bool) -> None:
    server = Server()
    assert ask(server, KNOWING, PLAIN, KNOWING, PLAIN, at_once=at_once) == [304, 200, 304, 200]
    assert len(server.asked) == 2


def test_a_document_serves_everyone() -> None:
    server = Server()
    assert ask(server, PLAIN, KNOWING) == [200, 200]
    assert len(server.asked) == 1


def test_other_headers_are_another_request() -> None:
    """Another login may see another document."""
    server = Server()
    other = Request(PLAIN.url, headers=(("Authorization", "env:T"),))
    private = Request(PLAIN.url, allow_private=("10.0.0.0/8",))
    ask(server, PLAIN, other, private)
    assert len(server.asked) == 3


def test_a_failure_is_everyones() -> None:
    server = Server(FetchError("refused", "nobody is at home"))
    assert ask(server, PLAIN, PLAIN, at_once=True) == ["nobody is at home"] * 2
    assert len(server.asked) == 1


def test_answers_are_kept_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was dropped is asked for again."""
    monkeypatch.setattr(once, "ROOM", 1)
    server = Server()
    other = Request("https://b.test/feed")
    assert ask(server, PLAIN, other, PLAIN, other) == [200] * 4
    assert len(server.asked) == 4
