"""By which way a source is reached: authorities, certificates and proxies of its own."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from feeds.errors import FetchError
from feeds.fetch import Bounds, Fetcher
from feeds.fetch.hops import Hop, next_hop
from feeds.model import Request, Response
from tests.feeds.fetch.test_fetch_dialing import CERTIFICATE, KEY

SMALL = Bounds(deadline=3.0, connect=1.0)
LOOPBACK = ("127.0.0.0/8", "::1")


@pytest.fixture
def pem(tmp_path: Path) -> str:
    """A file with a certificate for localhost, which is its own authority, and its key."""
    file = tmp_path / "both.pem"
    file.write_text(CERTIFICATE + KEY, encoding="ascii")
    return str(file)


@asynccontextmanager
async def listening(pem: str, *, asks_for_a_certificate: bool = False) -> AsyncIterator[int]:
    """A TLS server on loopback; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    if asks_for_a_certificate:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(pem)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def tunnel(heard: list[str]) -> AsyncIterator[str]:
    """A proxy on loopback that opens tunnels; its address."""

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        heard.append(head)
        port = int(head.split()[1].rpartition(":")[2])
        there = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(pour(reader, there[1]), pour(there[0], writer))
        except asyncio.CancelledError:
            pass
        finally:
            for each in (writer, there[1]):
                each.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def outcome(fetcher: Fetcher, request: Request) -> str:
    """The status, or the kind of failure."""
    try:
        response: Response = await fetcher.send(request)
    except FetchError as error:
        return error.kind
    return str(response.status)


@pytest.mark.parametrize(
    ("own", "for_all", "expected"), [(True, False, "200"), (False, True, "200"), (False, False, "tls")]
)
def test_an_own_authority_is_trusted(pem: str, own: bool, for_all: bool, expected: str) -> None:
    """That of the source, or the one for all."""

    async def run() -> str:
        async with listening(pem) as port, Fetcher(SMALL, proxies={}, ca=pem if for_all else "") as fetcher:
            request = Request(f"https://localhost:{port}/", allow_private=LOOPBACK, ca=pem if own else "")
            return await outcome(fetcher, request)

    assert asyncio.run(run()) == expected


def test_a_source_does_not_ride_on_the_trust_of_another(pem: str) -> None:
    """A pooled connection that one authority vouched for is not used by a source that does not trust it."""

    async def run() -> list[str]:
        async with listening(pem) as port, Fetcher(SMALL, proxies={}) as fetcher:
            trusting = Request(f"https://localhost:{port}/", allow_private=LOOPBACK, ca=pem)
            return [await outcome(fetcher, each) for each in (trusting, replace(trusting, ca=""))]

    assert asyncio.run(run()) == ["200", "tls"]


def test_a_client_certificate_is_shown_to_who_asks_for_it(pem: str) -> None:
    """Without one the server lets nobody in."""

    async def run() -> Sequence[str]:
        async with listening(pem, asks_for_a_certificate=True) as port, Fetcher(SMALL, proxies={}) as fetcher:
            without = Request(f"https://localhost:{port}/", allow_private=LOOPBACK, ca=pem)
            return [await outcome(fetcher, each) for each in (replace(without, client_cert=pem), without)]

    shown, hidden = asyncio.run(run())
    assert shown == "200"
    assert hidden in ("tls", "reset")


def test_a_client_certificate_stays_at_its_origin() -> None:
    """As every credential does; trust in an authority travels."""
    hop = Hop("https://a.example/", "GET", {}, b"", ca="ca.pem", client_cert="me.pem")
    assert next_hop(hop, "https://a.example/2", 302).client_cert == "me.pem"
    elsewhere = next_hop(hop, "https://b.example/", 302)
    assert (elsewhere.ca, elsewhere.client_cert) == ("ca.pem", "")


@pytest.mark.parametrize("content", [None, "no certificate at all"])
def test_a_file_that_cannot_be_used_is_named_as_the_cause(tmp_path: Path, content: str | None) -> None:
    """And nothing is asked without it."""
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content, encoding="ascii")

    async def run() -> FetchError:
        async with Fetcher(SMALL, proxies={}) as fetcher:
            with pytest.raises(FetchError) as caught:
                await fetcher.send(Request("https://127.0.0.1:1/", allow_private=LOOPBACK, ca=str(file)))
            return caught.value

    error = asyncio.run(run())
    assert error.kind == "local"
    assert "cannot be read" in str(error)


@pytest.mark.parametrize("way", ["own", "for all", "environment", "secret"])
def test_https_goes_through_a_tunnel(pem: str, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy hears the name and no more; the certificate is checked all the same."""
    heard: list[str] = []

    async def run() -> list[str]:
        async with listening(pem) as port, tunnel(heard) as proxy:
            monkeypatch.setenv("OUR_PROXY", proxy)
            named = {"own": proxy, "secret": "env:OUR_PROXY"}.get(way, "")
            fetcher = Fetcher(
                SMALL,
                proxies={"https": proxy} if way == "environment" else {},
                proxy=proxy if way == "for all" else "",
            )
            async with fetcher:
                trusting = Request(f"https://feeds.example.org:{port}/secret-path", ca=pem, proxy=named)
                return [await outcome(fetcher, each) for each in (trusting, replace(trusting, ca=""))]

    assert asyncio.run(run()) == ["200", "tls"]
    assert [head.split()[0] for head in heard] == ["CONNECT", "CONNECT"]
    assert "secret-path" not in "".join(heard)


def test_a_source_may_refuse_the_proxy_for_all(pem: str) -> None:
    """``none`` asks directly; a private network is never asked through the proxy for all, only through its own."""
    heard: list[str] = []

    async def run() -> list[str]:
        async with listening(pem) as port, tunnel(heard) as proxy, Fetcher(SMALL, proxy=proxy) as fetcher:
            private = Request(f"https://localhost:{port}/", ca=pem, allow_private=LOOPBACK)
            ways = (private, replace(private, proxy="none"), replace(private, proxy=proxy))
            return [await outcome(fetcher, each) for each in ways]

    assert asyncio.run(run()) == ["200"] * 3
    assert len(heard) == 1


def test_a_literal_address_is_judged_before_any_proxy() -> None:
    """The proxy might reach what we must not."""

    async def run() -> str:
        async with Fetcher(SMALL, proxy="http://127.0.0.1:9") as fetcher:
            return await outcome(fetcher, Request("http://169.254.169.254/latest"))

    assert asyncio.run(run()) == "guard"
