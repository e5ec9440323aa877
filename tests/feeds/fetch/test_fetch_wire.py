"""What servers do wrong on the wire, over loopback: each misbehaviour ends in one FetchError."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds import __version__
from feeds.errors import FetchError
from feeds.fetch import Bounds, Fetcher
from feeds.model import Request, Response

Handler = Callable[[str, asyncio.StreamWriter], Awaitable[None]]
LOOPBACK = ("127.0.0.0/8",)
SMALL = Bounds(deadline=0.5, connect=0.3, max_wire=200_000, max_decoded=400_000)
FEED = b"<rss><channel><title>Hello</title></channel></rss>" * 20


class Server:
    """A loopback server that answers every request with a handler and remembers what it was asked."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.requests: list[str] = []
        self.connections = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                self.requests.append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
                await self.handler(self.requests[-1].split()[1], writer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def fetch(
    handler: Handler, *paths: str, bounds: Bounds = SMALL, headers: tuple[tuple[str, str], ...] = ()
) -> tuple[list[Response | FetchError], Server]:
    """Serve with the handler and fetch the paths one after the other with one Fetcher."""

    async def run() -> list[Response | FetchError]:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        found: list[Response | FetchError] = []
        async with Fetcher(bounds, proxies={}) as fetcher:
            for path in paths or ("/",):
                url = path if "://" in path else server.url + path
                try:
                    found.append(await fetcher.send(Request(url, headers=headers, allow_private=LOOPBACK)))
                except FetchError as error:
                    found.append(error)
        listening.close()
        return found

    server = Server(handler)
    return asyncio.run(run()), server


def raw(*pieces: bytes, pause: float = 0.0, close: bool = True) -> Handler:
    """A handler that writes these bytes, whatever it is asked."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            if pause:
                await asyncio.sleep(pause)
        if close:
            raise OSError("done")

    return handler


def answer(body: bytes = FEED, status: str = "200 OK", **headers: str) -> bytes:
    """A well-formed answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def silent(path: str, writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(5)


async def endless(path: str, writer: asyncio.StreamWriter) -> None:
    """Send bytes without end."""
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"A" * 65536)
        await writer.drain()


async def reset(path: str, writer: asyncio.StreamWriter) -> None:
    """Break the connection off in the middle of the body."""
    writer.write(answer()[:300])
    await writer.drain()
    writer.transport.abort()
    raise OSError("gone")


async def never_ending_headers(path: str, writer: asyncio.StreamWriter) -> None:
    """Send header lines without end."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        writer.write(b"X-%d: %s\r\n" % (number, b"y" * 500))
        await writer.drain()


BOMB = gzip.compress(bytes(5_000_000))
BAD: list[tuple[str, Handler, str, str]] = [
    ("silent", silent, "timeout", "did not answer within 0.5 s"),
    ("drip", raw(answer()[:60], *[b"x"] * 100, pause=0.05), "timeout", "within 0.5 s"),
    ("stalls", raw(answer()[:300], pause=2.0), "timeout", "within 0.5 s"),
    ("drips headers", raw(b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 100, pause=0.05), "timeout", "within"),
    ("endless", endless, "too-large", "0.2 MB"),
    ("announces too much", raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n"), "too-large", "0.2 MB"),
    ("gzip bomb", raw(answer(BOMB, Content_Encoding="gzip")), "too-large", "unpacked"),
    (
        "nested gzip",
        raw(answer(gzip.compress(BOMB), Content_Encoding="gzip, gzip")),
        "encoding",
        "more than once",
    ),
    ("brotli unasked", raw(answer(b"\x0b\x02\x80", Content_Encoding="br")), "encoding", "not asked for"),
    ("gzip cut", raw(answer(gzip.compress(FEED)[:40], Content_Encoding="gzip")), "encoding", "cut off"),
    ("huge header", raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 500_000), "header-too-large", "headers"),
    ("endless headers", never_ending_headers, "protocol", "proper HTTP"),
    ("reset in the body", reset, "protocol", "cut off"),
    ("length too long", raw(answer().replace(b"h: 1", b"h: 9")), "protocol", "cut off"),
    (
        "chunks of garbage",
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx"),
        "protocol",
        "",
    ),
    (
        "chunks cut",
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
        "protocol",
        "cut off",
    ),
    ("no HTTP", raw(b"SSH-2.0-OpenSSH_9.2\x1b[2J\r\n"), "protocol", "not proper HTTP"),
    ("odd length", raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc"), "protocol", "not proper HTTP"),
    ("closes at once", raw(b""), "reset", "without an answer"),
    ("redirects to itself", raw(answer(b"", "302 Found", Location="/")), "redirects", "circle"),
    ("redirects to a file", raw(answer(b"", "302 Found", Location="file:///etc/passwd")), "guard", "http"),
    (
        "redirects to metadata",
        raw(answer(b"", "302 Found", Location="http://169.254.169.254/")),
        "guard",
        "link-local",
    ),
    (
        "redirects to a login",
        raw(answer(b"", "302 Found", Location="http://a:b@example.org/")),
        "guard",
        "login",
    ),
    (
        "redirects to nowhere",
        raw(answer(b"", "302 Found", Location="http://[/")),
        "redirects",
        "cannot be read",
    ),
]


@pytest.mark.parametrize(("handler", "kind", "words"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_misbehaviour_ends_in_one_plain_error(handler: Handler, kind: str, words: str) -> None:
    """The error counts under its kind, says what happened, and repeats nothing of the server."""
    (error,), _ = fetch(handler)
    assert isinstance(error, FetchError), error
    assert (error.kind, words in str(error)) == (kind, True), str(error)
    assert str(error).isprintable()


@pytest.mark.parametrize(
    "wire",
    [
        answer(),
        answer(gzip.compress(FEED), Content_Encoding="gzip"),
        answer(gzip.compress(FEED), Content_Encoding="x-gzip"),
        answer(gzip.compress(FEED[:100]) + gzip.compress(FEED[100:]), Content_Encoding="gzip"),
        answer(FEED, Content_Encoding="gzip"),
        answer(zlib.compress(FEED), Content_Encoding="deflate"),
        answer(zlib.compress(FEED)[2:-4], Content_Encoding="deflate"),
        b"HTTP/1.1 200 OK\r\n\r\n" + FEED,
        b"HTTP/1.0 200\r\n\r\n" + FEED,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(FEED), FEED),
    ],
)
def test_every_ordinary_way_of_sending_a_body_is_understood(wire: bytes) -> None:
    """Plain, compressed, mislabelled, chunked, or ended by closing."""
    (response,), _ = fetch(raw(wire))
    assert isinstance(response, Response), response
    assert response.body == FEED


def test_a_slow_but_honest_server_is_waited_for() -> None:
    """The deadline is for the whole, not a hair trigger."""

    async def slow(path: str, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(answer())

    (response,), _ = fetch(slow)
    assert isinstance(response, Response)


def test_bytes_beyond_the_announced_length_do_not_reach_the_next_answer() -> None:
    """A server that says too short a length harms nobody else."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"short") + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")

    found, _ = fetch(handler, "/a", "/b")
    bodies = [response.body for response in found if isinstance(response, Response)]
    assert bodies == [b"short", b"short"]


def test_connections_are_reused() -> None:
    """Three requests, one connection."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n" if path == "/2" else answer())

    found, server = fetch(handler, "/1", "/2", "/3")
    assert [getattr(response, "status", response) for response in found] == [200, 304, 200]
    assert server.connections == 1


def test_a_request_says_who_asks_and_what_it_can_read() -> None:
    """Product and contact in the User-Agent; gzip and deflate only; no cookie comes back; no referrer."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(Set_Cookie="track=1"))

    _, server = fetch(handler, "/1", "/2", headers=(("Accept-Encoding", "br"), ("Host", "evil.example")))
    for sent in server.requests:
        assert f"user-agent: leadline/{__version__} (+https://github.com/leadline/leadline" in sent.lower()
        assert "accept-encoding: gzip, deflate\r\n" in sent.lower()
        assert "cookie" not in sent.lower()
        assert "referer" not in sent.lower()
        assert "evil.example" not in sent


@pytest.mark.parametrize("etag", ['W/"a-b"', '"with, comma"', "no quotes", '"öäü"', '"env:HOME"', "env:HOME"])
def test_validators_travel_byte_for_byte(etag: str) -> None:
    """What the server said comes back unchanged, and is never taken for a reference to a secret."""
    date = "Wednesday, 25-Nov-26 10:00:00 GMT"

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nETag: " + etag.encode() + b"\r\nContent-Length: 0\r\n\r\n")

    (response,), _ = fetch(handler)
    assert isinstance(response, Response)
    assert response.headers["etag"] == etag
    headers = (("If-None-Match", response.headers["etag"]), ("If-Modified-Since", date))
    _, server = fetch(handler, headers=headers)
    sent = server.requests[0].encode("latin-1").decode()
    assert f"if-none-match: {etag}\r\n" in sent.lower().replace(etag.lower(), etag)
    assert f"if-modified-since: {date}\r\n".lower() in sent.lower()


def test_an_undecodable_etag_is_no_validator() -> None:
    """It could not be sent back byte for byte."""
    (response,), _ = fetch(raw(b'HTTP/1.1 200 OK\r\nETag: "\xe9"\r\nContent-Length: 0\r\n\r\n'))
    assert isinstance(response, Response)
    assert "etag" not in response.headers


def test_an_error_page_keeps_its_status_whatever_its_body() -> None:
    """A 503 in brotli is a 503."""
    (response,), _ = fetch(raw(answer(b"\x0b", "503 Service Unavailable", Content_Encoding="br", Retry_After="9")))
    assert isinstance(response, Response)
    assert (response.status, response.headers["retry-after"]) == (503, "9")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 200), st.booleans())
def test_any_bytes_are_an_answer_or_a_fetch_error(noise: bytes, at: int, chunked: bool) -> None:
    """Noise alone, or in the midst of a proper answer."""
    proper = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" if chunked else answer()
    for wire in (noise, proper[:at] + noise + proper[at:]):
        (found,), _ = fetch(raw(wire))
        assert isinstance(found, (Response, FetchError))


def test_what_comes_with_an_error_is_not_read() -> None:
    """Neither to its end nor for its coding."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 9\r\n\r\n")
        await endless(path, writer)

    (response,), _ = fetch(handler)
    assert isinstance(response, Response)
    assert (response.status, response.headers["retry-after"], response.body) == (503, "9", b"")


def test_a_closed_port_is_a_refusal() -> None:
    """Nobody listens on port 9."""
    found, _ = fetch(silent, "http://127.0.0.1:9/", "http://127.0.0.1:9/again")
    assert [getattr(error, "kind", error) for error in found] == ["refused", "refused"]
