"""Dials: the guard judges the address of every connection, after the lookup and before the dial."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport

from feeds.errors import FetchError
from feeds.fetch.bounds import Bounds
from feeds.guard import check_address

IDLE = 3.0
"""Seconds that a connection waits for the next request to its host; longer would cost too many open files."""
LOOKUPS = 32
"""Names looked up at once; a dead name server must not stop the others for long."""


def make_transport(bounds: Bounds, allowed: tuple[str, ...] = (), *, proxy: str = "") -> httpx.AsyncBaseTransport:
    """A transport that connects to public addresses and the ``allowed`` networks only, or through a proxy.

    One transport serves one set of allowed networks, so that no source uses a pooled connection that it might
    not have opened. A proxy is the user's own choice: it is dialled unjudged, and looks names up itself.
    """
    context = tls_context()
    resolver = None if proxy else GuardedResolver(allowed)

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=resolver,
            socket_factory=None if proxy else _guarded_socket(allowed),
            ssl=context,
            limit=0,
            ttl_dns_cache=60,
            keepalive_timeout=IDLE,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            max_line_size=bounds.max_header // 2,
            max_field_size=bounds.max_header // 2,
        )

    dialler = _Dialler(verify=context, client=session, proxy=httpx.Proxy(proxy) if proxy else None)
    dialler.resolver = resolver
    return dialler


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """Certificates are always checked: against the system's authorities and certifi's, or SSL_CERT_FILE's."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    context.set_alpn_protocols(["http/1.1"])
    return context


class _Dialler(AiohttpTransport):
    """Closes its resolver too, which aiohttp leaves to whoever made it."""

    resolver: AbstractResolver | None = None

    async def aclose(self) -> None:
        await super().aclose()
        if self.resolver is not None:
            await self.resolver.close()


class GuardedResolver(AbstractResolver):
    """Looks names up in threads of its own and hands on only addresses that may be contacted."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = tuple(allowed)
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The host's addresses without the forbidden; FetchError("guard") when none is left."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port, family)
        return _permitted(found, self._allowed)

    async def close(self) -> None:
        """Wait for no lookup that is still under way."""
        self._threads.shutdown(wait=False, cancel_futures=True)


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
