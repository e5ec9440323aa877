"""Who is dialled, and how: addresses behind names, certificates, proxies, secrets in headers."""

from __future__ import annotations

import asyncio
import os
import shlex
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from feeds.errors import FetchError
from feeds.fetch import Bounds, Fetcher, transport
from feeds.model import Request, Response

SMALL = Bounds(deadline=2.0, connect=1.0)
LOOPBACK = ("127.0.0.0/8",)
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBsTCCAVagAwIBAgIULr4SvPBgVkGID3Z26H7BWhLbG3YwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTIwMTAxNTYyOVoYDzIxMjYxMTA3
MDE1NjI5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARHRbkhV5fuSncuaXE+/6JpBTGyRm3e5IOEAUEW6sabX92A2DtwRz0O
x3OeFiaTCDNZKXitYfBMdCBqB80hXsqFo4GDMIGAMB0GA1UdDgQWBBRo3EYDk3N3
riSTTIcVTb+M5YveQTAfBgNVHSMEGDAWgBRo3EYDk3N3riSTTIcVTb+M5YveQTAt
BgNVHREEJjAkgglsb2NhbGhvc3SHBH8AAAGCEWZlZWRzLmV4YW1wbGUub3JnMA8G
A1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAKBUGMbj7jyHysDK3NOe
aPV8ilYcNkmYun1icILzqPwTAiEArAXKOwlBLjxHGu9GLVaodtqzAX9w7zUiVVT5
JIzbXTM=
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgWLrLyPBMN4zXIq6p
6xQBVDUnvMlK0l+kT+p9j3q3MyahRANCAARHRbkhV5fuSncuaXE+/6JpBTGyRm3e
5IOEAUEW6sabX92A2DtwRz0Ox3OeFiaTCDNZKXitYfBMdCBqB80hXsqF
-----END PRIVATE KEY-----
"""


async def _serve(context: ssl.SSLContext | None, heard: list[str]) -> tuple[asyncio.Server, int]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heard.append((await reader.read(4000)).decode("latin-1"))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    return server, server.sockets[0].getsockname()[1]


def ask(
    url: str,
    *,
    allowed: tuple[str, ...] = LOOPBACK,
    context: ssl.SSLContext | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    proxied: bool = False,
) -> tuple[Response | FetchError, list[str]]:
    """Ask a loopback server, or through it as a proxy, for an URL in which {port} is its port."""

    async def run() -> Response | FetchError:
        server, port = await _serve(context, heard)
        proxies = {"http": f"http://127.0.0.1:{port}"} if proxied else {}
        try:
            async with Fetcher(SMALL, proxies=proxies) as fetcher:
                return await fetcher.send(Request(url.format(port=port), headers=headers, allow_private=allowed))
        except FetchError as error:
            return error
        finally:
            server.close()

    heard: list[str] = []
    return asyncio.run(run()), heard


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """What a server with a self-signed certificate for localhost uses."""
    (tmp_path / "cert.pem").write_text(CERTIFICATE)
    (tmp_path / "key.pem").write_text(KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name lead to these addresses."""

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://0x7f.1:{port}/"])
def test_loopback_is_never_dialled_unless_the_source_allows_it(url: str) -> None:
    """Neither by number nor by name."""
    error, heard = ask(url, allowed=())
    assert isinstance(error, FetchError)
    assert (error.kind, heard) == ("guard", [])
    assert "allow_private" in error.hint


def test_a_name_is_judged_by_the_address_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A public name that leads into the private network is refused."""
    names(monkeypatch, "127.0.0.1")
    error, heard = ask("http://feeds.example.org:{port}/", allowed=("10.0.0.0/8",))
    assert isinstance(error, FetchError)
    assert (error.kind, heard) == ("guard", [])


def test_of_several_addresses_only_the_permitted_are_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The forbidden ones are passed over."""
    names(monkeypatch, "10.0.0.5", "127.0.0.1")
    response, heard = ask("http://feeds.example.org:{port}/")
    assert isinstance(response, Response)
    assert len(heard) == 1


def test_the_dial_itself_is_guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the lookup to let a forbidden address through, its socket would still not be made."""
    monkeypatch.setattr(transport, "_permitted", lambda found, allowed: found)
    names(monkeypatch, "127.0.0.1")
    error, heard = ask("http://feeds.example.org:{port}/", allowed=())
    assert isinstance(error, FetchError)
    assert (error.kind, heard) == ("guard", [])


def test_a_source_cannot_use_the_connection_that_another_may_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pooled connections are kept apart by what the sources allow."""
    names(monkeypatch, "127.0.0.1")

    async def run() -> str:
        server, port = await _serve(None, [])
        async with Fetcher(SMALL, proxies={}) as fetcher:
            await fetcher.send(Request(f"http://feeds.example.org:{port}/", allow_private=LOOPBACK))
            try:
                await fetcher.send(Request(f"http://feeds.example.org:{port}/"))
            except FetchError as error:
                return error.kind
            finally:
                server.close()
        return ""

    assert asyncio.run(run()) == "guard"


@pytest.mark.parametrize(
    ("failure", "kind"), [(socket.EAI_NONAME, "dns"), (socket.EAI_AGAIN, "offline"), (socket.EAI_FAIL, "dns")]
)
def test_lookups_that_fail(monkeypatch: pytest.MonkeyPatch, failure: int, kind: str) -> None:
    """An unknown name is the source's fault, a lookup that cannot be made the network's."""

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        raise socket.gaierror(failure, "no")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    error, _ = ask("http://feeds.example.org/")
    assert isinstance(error, FetchError)
    assert error.kind == kind


def test_a_self_signed_certificate_is_refused(tls: ssl.SSLContext) -> None:
    """And the reason is said."""
    error, heard = ask("https://127.0.0.1:{port}/", context=tls)
    assert isinstance(error, FetchError)
    assert (error.kind, str(error)) == ("tls", "the server's certificate is self-signed")
    assert not any("GET" in request for request in heard)


def test_an_own_authority_is_trusted_through_the_environment(
    tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE names it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    transport.tls_context.cache_clear()
    try:
        response, _ = ask("https://localhost:{port}/", context=tls)
    finally:
        transport.tls_context.cache_clear()
    assert isinstance(response, Response), response


def test_https_to_a_plain_server_is_a_tls_error() -> None:
    """Nothing is sent in the clear instead."""
    error, heard = ask("https://127.0.0.1:{port}/")
    assert isinstance(error, FetchError)
    assert error.kind == "tls"
    assert not any("GET" in request for request in heard)


def test_a_proxy_is_used_but_not_for_private_networks() -> None:
    """The proxy looks names up; literal addresses are judged here all the same."""
    response, heard = ask("http://feeds.example.org/news", allowed=(), proxied=True)
    assert isinstance(response, Response), response
    assert heard[0].startswith("GET http://feeds.example.org/news HTTP/1.1")
    error, heard = ask("http://169.254.169.254/", allowed=(), proxied=True)
    assert isinstance(error, FetchError)
    assert (error.kind, heard) == ("guard", [])
    _, heard = ask("http://127.0.0.1:{port}/news", proxied=True)
    assert heard[0].startswith("GET /news HTTP/1.1")


def test_a_secret_is_put_in_at_the_last_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The request names it, the wire carries it."""
    monkeypatch.setenv("FEED_TOKEN", "Bearer s3cret")
    _, heard = ask("http://127.0.0.1:{port}/", headers=(("Authorization", "env:FEED_TOKEN"),))
    assert "authorization: bearer s3cret\r\n" in heard[0].lower()
    assert "FEED_TOKEN" in os.environ


def test_a_secret_of_a_command_is_asked_for_once(tmp_path: Path) -> None:
    """However many sources name it, and however many polls there are."""
    code = f"open({str(tmp_path / 'runs')!r}, 'a').write('x'); print('s3cret')"
    headers = (("X-Key", f"cmd:{shlex.quote(sys.executable)} -c {shlex.quote(code)}"),)

    async def run() -> None:
        server, port = await _serve(None, heard)
        async with Fetcher(SMALL, proxies={}) as fetcher:
            for _ in range(2):
                request = Request(f"http://127.0.0.1:{port}/", headers=headers, allow_private=LOOPBACK)
                await asyncio.gather(*(fetcher.send(request) for _ in range(3)))
        server.close()

    heard: list[str] = []
    asyncio.run(run())
    assert [request.lower().count("x-key: s3cret") for request in heard] == [1] * 6
    assert (tmp_path / "runs").read_text() == "x"


def test_a_missing_secret_stops_the_request() -> None:
    """Nothing is asked without it."""
    error, heard = ask("http://127.0.0.1:{port}/", headers=(("X-Key", "env:NO_SUCH_SECRET"),))
    assert isinstance(error, FetchError)
    assert (error.kind, heard) == ("secret", [])


@contextmanager
def full(*addresses: str) -> Iterator[int]:
    """Loopback addresses with one port that accepts no connection: a few wait there already. The port."""
    held: list[socket.socket] = []
    port = 0
    for address in addresses:
        server = socket.socket()
        server.bind((address, port))
        server.listen(0)
        port = server.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex((address, port))
        held += [server, *waiting]
    try:
        yield port
    finally:
        for each in held:
            each.close()


@pytest.mark.allow_hosts(["127.0.0.2", "127.0.0.3", "127.0.0.4"])
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue of connections refuses")
def test_a_host_that_accepts_no_connection_at_any_of_its_addresses_is_dialled_for_one_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many addresses it has, that is told from a slow answer: the other sources fail with the first."""
    lookups: list[str] = []

    async def run(port: int) -> list[str]:
        async with Fetcher(SMALL, proxies={}) as fetcher:
            asked = (fetcher.send(Request(f"http://a.example:{port}/{n}", allow_private=LOOPBACK)) for n in range(5))
            return [getattr(each, "kind", "") for each in await asyncio.gather(*asked, return_exceptions=True)]

    with full("127.0.0.2", "127.0.0.3", "127.0.0.4") as port:
        names(monkeypatch, "127.0.0.2", "127.0.0.3", "127.0.0.4")
        found = socket.getaddrinfo

        def noted(*arguments: Any, **more: Any) -> Any:
            lookups.append(str(arguments[0]))
            return found(*arguments, **more)

        monkeypatch.setattr(socket, "getaddrinfo", noted)
        assert asyncio.run(run(port)) == ["unreachable"] * 5
    assert lookups == ["a.example"]


SILENT_NAMES = """
import asyncio, socket, threading
from feeds.errors import FetchError
from feeds.fetch import Bounds, Fetcher
from feeds.model import Request
socket.getaddrinfo = lambda *_, **__: threading.Event().wait(600)

async def run():
    async with Fetcher(Bounds(deadline=1.0), proxies={}) as fetcher:
        asked = (fetcher.send(Request(f"http://h{n}.example/")) for n in range(40))
        print({each.kind for each in await asyncio.gather(*asked, return_exceptions=True)})

asyncio.run(run())
"""


def test_a_name_server_that_is_silent_is_no_network_and_keeps_nobody_from_leaving() -> None:
    """More names than there are threads that look them up, none of which ever ends."""
    done = subprocess.run([sys.executable, "-c", SILENT_NAMES], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "{'offline'}", done.stderr
