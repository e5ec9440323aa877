"""Dials: the guard judges the address of every connection, after the lookup and before the dial."""

from __future__ import annotations

import asyncio
import os
import queue
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote, urlsplit

import certifi

from feeds.errors import FetchError
from feeds.fetch.bounds import Bounds
from feeds.fetch.failures import as_fetch_error, lookup_failed
from feeds.fetch.hops import Hop
from feeds.fetch.http import AbstractResolver, ResolveResult, aiohttp
from feeds.guard import check_address

T = TypeVar("T")

IDLE = 3.0
"""Seconds that a connection waits for the next request to its host; longer would cost too many open files."""
LOOKUPS = 32
"""Names looked up at once; a dead name server must not stop the others for long."""


class Incoming(Protocol):
    """An answer whose head has come and whose body has yet to be read."""

    @property
    def status(self) -> int:
        """Its status."""
        ...

    @property
    def headers(self) -> Sequence[tuple[bytes, bytes]]:
        """Its header lines, as they came."""
        ...

    def body(self) -> AsyncIterator[bytes]:
        """The body as it comes in, in whatever coding it has. Raises FetchError."""
        ...

    def close(self) -> None:
        """Let go of it, read or not."""
        ...


class Transport(Protocol):
    """Takes one request to its server."""

    async def ask(self, hop: Hop) -> Incoming:
        """Send it; returns when the head of the answer has come. Raises FetchError."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """By which way a source is reached; sources share connections only where all of it is equal."""

    allowed: tuple[str, ...] = ()
    """Networks that are not public and may be dialled all the same."""
    proxy: str = ""
    """The user's own choice: it is dialled unjudged, and looks names up itself."""
    ca: str = ""
    """A PEM file with the only authorities to trust; empty for the system's and certifi's, or SSL_CERT_FILE's."""
    client_cert: str = ""
    """A PEM file with the certificate, and its key, that a server is shown that asks for one."""


class Dialler:
    """The transport over aiohttp. Its connections go to public addresses and the line's own networks only."""

    def __init__(self, bounds: Bounds, line: Line = Line()) -> None:
        self._line = line
        self._resolver = None if line.proxy else GuardedResolver(line.allowed, bounds.deadline / 2)
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=bounds.deadline * 0.75, sock_connect=min(bounds.connect, bounds.deadline / 2)
        )  # well before the deadline: who accepts no connection is told from who does not answer
        self._proxy, self._login = _split(line.proxy)
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            socket_factory=None if line.proxy else _guarded_socket(line.allowed),
            limit=0,
            ttl_dns_cache=60,
            keepalive_timeout=IDLE,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            skip_auto_headers=("accept", "accept-encoding", "user-agent", "content-type"),
            timeout=self._timeout,
            max_line_size=bounds.max_header // 2,
            max_field_size=bounds.max_header // 2,
        )

    async def ask(self, hop: Hop) -> Incoming:
        """See ``Transport.ask``."""
        try:
            answer = await self._session.request(
                hop.method,
                hop.url,
                headers=hop.headers,
                data=hop.body or None,
                allow_redirects=False,
                ssl=self._tls(hop),
                proxy=self._proxy,
                proxy_auth=self._login,
            )
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise as_fetch_error(error) from None
        return _Incoming(answer)

    async def close(self) -> None:
        """See ``Transport.close``."""
        await self._session.close()
        if self._resolver is not None:  # aiohttp leaves it to whoever made it
            await self._resolver.close()

    def _tls(self, hop: Hop) -> ssl.SSLContext | bool:
        """The context for an https server or proxy; it takes a while to make, so nobody else makes one."""
        if hop.url.startswith("https:") or (self._proxy or "").startswith("https:"):
            return tls_context(self._line.ca, self._line.client_cert)
        return True


class _Incoming:
    """An answer of aiohttp's."""

    __slots__ = ("_answer",)

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status

    @property
    def headers(self) -> Sequence[tuple[bytes, bytes]]:
        return self._answer.raw_headers

    async def body(self) -> AsyncIterator[bytes]:
        content = self._answer.content
        try:
            while chunk := await content.readany():
                yield chunk
        except (aiohttp.ClientError, OSError) as error:
            raise as_fetch_error(error) from None

    def close(self) -> None:
        self._answer.release()


def _split(proxy: str) -> tuple[str | None, aiohttp.BasicAuth | None]:
    """A proxy's address without its login, and the login."""
    parts = urlsplit(proxy)
    if "@" not in parts.netloc:
        return proxy or None, None
    login, _, place = parts.netloc.rpartition("@")
    name, _, word = login.partition(":")
    return parts._replace(netloc=place).geturl(), aiohttp.BasicAuth(unquote(name), unquote(word))


@lru_cache(maxsize=64)
def tls_context(ca: str = "", client_cert: str = "") -> ssl.SSLContext:
    """Certificates are always checked. See ``Line`` for the files; raises FetchError where one cannot be used."""
    file, folder = ca or os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    try:
        context = ssl.create_default_context(
            cafile=file or (None if folder else certifi.where()), capath=None if file else folder
        )
        if not ca:
            context.load_default_certs()
        if client_cert:
            context.load_cert_chain(client_cert, password=_no_password)
    except (OSError, ValueError) as error:
        what = "the certificate authorities or the client certificate cannot be read"
        raise FetchError("local", f"{what}: {_plainly(error)}", hint="see `ca` and `client_cert`") from None
    context.set_alpn_protocols(["http/1.1"])
    return context


def _no_password() -> str:
    """Asked for where a key is encrypted; there is nobody to type it."""
    raise ValueError("its key is encrypted")


def _plainly(error: OSError | ValueError) -> str:
    if isinstance(error, ssl.SSLError):
        return "it is no PEM file, or the key does not belong to the certificate"
    return (isinstance(error, OSError) and error.strerror) or str(error)


class _Threads:
    """A few threads for calls that may hang: unlike a pool's, they keep no process from ending."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._busy = 0
        """Calls that wait or are under way, also those for which nobody waits any more."""
        self._calls: queue.SimpleQueue[tuple[asyncio.Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()

    def run(self, call: Callable[[], T]) -> asyncio.Future[T]:
        """What the call returns or raises; it waits for a thread that is free."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._busy += 1
        self._calls.put((future, call))
        if self._count < min(self._busy, self._most):
            self._count += 1
            threading.Thread(target=self._serve, name=f"lookup-{self._count}", daemon=True).start()
        return future

    def end(self) -> None:
        """Let each thread end after its call."""
        for _ in range(self._count):
            self._calls.put(None)

    def _serve(self) -> None:
        while (asked := self._calls.get()) is not None:
            future, call = asked
            found, error = None, None
            try:
                found = None if future.cancelled() else call()
            except Exception as raised:  # told to whoever asked
                error = raised
            with suppress(RuntimeError):  # the loop has ended: nobody waits
                future.get_loop().call_soon_threadsafe(self._land, future, found, error)

    def _land(self, future: asyncio.Future[Any], found: Any, error: Exception | None) -> None:
        self._busy -= 1
        if future.cancelled():
            return
        if error is None:
            future.set_result(found)
        else:
            future.set_exception(error)


class GuardedResolver(AbstractResolver):
    """Looks names up in threads of its own and hands on only addresses that may be contacted.

    A lookup that takes longer than ``patience`` seconds fails: a name server that is silent is a network that is not
    there.
    """

    def __init__(self, allowed: Sequence[str], patience: float) -> None:
        self._allowed = tuple(allowed)
        self._patience = patience
        self._threads = _Threads(LOOKUPS)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The host's addresses without the forbidden; FetchError("guard") when none is left, "offline" when late."""
        asked = self._threads.run(lambda: _look_up(host, port, family))
        try:
            found = await asyncio.wait_for(asked, self._patience)
        except TimeoutError:
            raise lookup_failed() from None
        return _permitted(found, self._allowed)

    async def close(self) -> None:
        """Wait for no lookup that is still under way."""
        self._threads.end()


def _look_up(host: str, port: int, family: int) -> list[ResolveResult]:
    infos = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [
        ResolveResult(
            hostname=host,
            host=str(address[0]),
            port=port,
            family=found,
            proto=proto,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for found, _, proto, _, address in infos
    ]


def _permitted(found: list[ResolveResult], allowed: tuple[str, ...]) -> list[ResolveResult]:
    permitted: list[ResolveResult] = []
    refusal: FetchError | None = None
    for result in found:
        try:
            check_address(result["host"], allowed)
        except FetchError as error:
            refusal = error
        else:
            permitted.append(result)
    if not permitted and refusal is not None:
        raise refusal
    return permitted


class _RefusedError(OSError):
    """Carries a FetchError through the racing of connections, which expects OSErrors."""

    def __init__(self, error: FetchError) -> None:
        super().__init__(str(error))
        self.__cause__ = error


def _guarded_socket(allowed: tuple[str, ...]) -> Any:
    def make(info: tuple[Any, ...]) -> socket.socket:
        family, kind, proto, _, address = info
        try:
            check_address(str(address[0]), allowed)
        except FetchError as error:
            raise _RefusedError(error) from error
        return socket.socket(family=family, type=kind, proto=proto)

    return make
