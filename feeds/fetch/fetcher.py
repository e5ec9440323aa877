"""Sends one Request: budgets kept, its key put in, redirects walked, sizes and times bounded, the body unpacked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, cast
from urllib.parse import urldefrag, urlsplit
from urllib.request import getproxies, proxy_bypass

from msgspec.structs import replace

from feeds import __version__, secrets
from feeds.errors import FetchError
from feeds.fetch.authorize import Key, wants_secret
from feeds.fetch.bounds import DEFAULT_BOUNDS, Bounds
from feeds.fetch.budgets import BudgetGate
from feeds.fetch.coding import decode
from feeds.fetch.failures import as_fetch_error
from feeds.fetch.hops import PERMANENT, VALIDATORS, Answer, Hop, check_target, next_hop, target_of
from feeds.fetch.hosts import HostGate
from feeds.fetch.local import read_local
from feeds.fetch.room import SMALL, Intake, Room
from feeds.fetch.transport import Dialler, Incoming, Line, Transport
from feeds.guard import check_url, origin
from feeds.model import Request, Response
from feeds.politeness import parse_retry_after

USER_AGENT = f"leadline/{__version__} (+https://github.com/leadline/leadline; feed reader)"
PAUSE_WITHOUT_A_WORD = 60.0
"""How long a host is left alone after a 429 that does not say."""
NO_PROXY = "none"
"""A source's own way of saying that it is asked directly."""
KEEP_SECRETS = 600.0
"""Seconds that the output of a secret's command is used: no key store asks for a password at each poll."""

_OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "te", "upgrade"})
"""Headers that a Request cannot set: the exchange itself depends on them."""


class Fetcher:
    """An async context manager: connections, courtesy to hosts and TLS settings live as long as it does.

    ``transport`` replaces the network (tests). ``proxy`` is asked for everything (``none``: no proxy at all); else
    ``proxies`` maps ``http`` and ``https`` to a proxy's address, None takes them from the environment. Sources with
    ``allow_private`` networks never go through these, only through a proxy of their own. ``ca`` names a file with
    the only authorities to trust. ``room`` bounds what comes in at once.
    """

    def __init__(
        self,
        bounds: Bounds = DEFAULT_BOUNDS,
        *,
        user_agent: str = USER_AGENT,
        contact: str = "",
        budgets: BudgetGate | None = None,
        transport: Transport | None = None,
        gate: HostGate | None = None,
        proxies: Mapping[str, str] | None = None,
        proxy: str = "",
        ca: str = "",
        room: Room | None = None,
    ) -> None:
        self.bounds = bounds
        self._room = room or Room()
        self.gate = gate or HostGate(bounds.per_host, bounds.gap)
        self.budgets = budgets or BudgetGate()
        self._contact = contact
        self._secrets: dict[str, asyncio.Future[str]] = {}
        self._open = asyncio.Semaphore(bounds.connections)
        self._user_agent = user_agent
        self._transport = transport
        self._ca = ca
        self._proxy_for_all = proxy
        self._bypasses = proxies is None  # no_proxy belongs to the environment's proxies
        self._proxies = getproxies() if proxies is None and transport is None else dict(proxies or {})
        self._transports: dict[Line, Transport] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        transports, self._transports = self._transports, {}
        for transport in transports.values():
            await transport.close()

    async def send(self, request: Request) -> Response:
        """The answer, whatever its status. Only FetchError is raised, its message for the user.

        A request's key goes to its own host alone, and stands in nothing that comes out of here.
        """
        if request.terms.local:
            return await asyncio.to_thread(read_local, request, self.bounds.max_decoded)
        check_url(request.url, request.allow_private)
        key = await self._key(request)
        response = await self._walk(request, key)
        seconds = request.terms.waits.get(response.status)
        if seconds is not None:
            await self.budgets.hold(request.terms.budgets, seconds, key.fingerprint if key else "")
        if key is None:
            return response
        return replace(
            response,
            url=key.redact(response.url),
            moved_to=key.redact(response.moved_to),
            headers=key.redact_headers(response.headers),
            body=key.redact_bytes(response.body),
        )

    async def _key(self, request: Request) -> Key | None:
        """The secret of a request that has a place for one; FetchError where none is configured."""
        if not wants_secret(request):
            return None
        if not request.auth:
            message = (
                'it needs a key: set `auth` of the source to "env:NAME", "file:PATH", "cmd:COMMAND" or "keyring:…"'
            )
            raise FetchError("secret", message)
        if not secrets.is_reference(request.auth):
            raise FetchError("secret", "`auth` of the source holds a secret in the open instead of referring to one")
        return Key(await self._secret(request.auth))

    async def _walk(self, request: Request, key: Key | None) -> Response:
        await self.budgets.take(request.terms.budgets, key.fingerprint if key else "")
        hop = await self._first_hop(key.put_in(request) if key else request)
        left = self.bounds.deadline
        moved_to = ""
        permanent = True
        seen = {hop.url}
        for _ in range(self.bounds.redirects + 1):
            answer, seconds = await self._exchange(hop, left)
            left -= seconds
            target = target_of(hop, answer)
            if not target:
                now = datetime.now(UTC)
                self._note_pause(hop, answer, now)
                return Response(
                    hop.url,
                    answer.status,
                    answer.headers,
                    answer.body,
                    now,
                    self.bounds.deadline - left,
                    moved_to,
                )
            check_target(target, request.allow_private, seen)
            if key and origin(target) != origin(hop.url):
                raise FetchError("redirects", "the server redirected a request with a key to another site")
            seen.add(target)
            permanent = permanent and answer.status in PERMANENT
            moved_to = target if permanent else moved_to
            hop = next_hop(hop, target, answer.status)
        raise FetchError("redirects", f"the server redirected more than {self.bounds.redirects} times")

    async def _first_hop(self, request: Request) -> Hop:
        headers = {
            "user-agent": self._named() if request.terms.contact else self._user_agent,
            "accept": "*/*",
            "accept-encoding": "gzip, deflate",
        }
        for name, value in request.headers:
            lower = name.lower()
            if lower not in _OURS:
                headers[lower] = await self._plain(lower, value)
        proxy = request.proxy or ("" if request.allow_private else self._proxy_for_all)
        return Hop(
            urldefrag(request.url).url,
            request.method,
            headers,
            request.body,
            request.allow_private,
            request.ca,
            request.client_cert,
            await self._secret(proxy) if secrets.is_reference(proxy) else proxy,
        )

    def _named(self) -> str:
        """The User-Agent for who insists on knowing whom to write to."""
        if "@" not in self._contact:
            message = "it may be asked only with your contact: set `contact` in [poll] to your name and e-mail address"
            raise FetchError("contact", message)
        return f"leadline/{__version__} {self._contact}"

    async def _plain(self, name: str, value: str) -> str:
        if name not in VALIDATORS and secrets.is_reference(value):
            value = await self._secret(value)
        if any(sign in name + value for sign in "\r\n\0"):
            raise FetchError("guard", "a request header holds a line break")
        return value

    async def _secret(self, reference: str) -> str:
        """Resolve a reference; a command is run once for all that name it, not again within KEEP_SECRETS."""
        asked = self._secrets.get(reference)
        if asked is None:
            asked = asyncio.ensure_future(asyncio.to_thread(secrets.resolve, reference))
            self._secrets[reference] = asked
            keep = KEEP_SECRETS if reference.startswith("cmd:") else 0.0
            asyncio.get_running_loop().call_later(keep, self._secrets.pop, reference, None)
        try:
            return await asyncio.shield(asked)
        except FetchError:
            self._secrets.pop(reference, None)
            raise

    async def _exchange(self, hop: Hop, left: float) -> tuple[Answer, float]:
        loop = asyncio.get_running_loop()
        async with self.gate.turn(_host(hop.url), paced=not hop.allowed) as host, self._open:
            began = loop.time()
            raw: Incoming | None = None
            intake: Intake | None = None
            try:
                async with asyncio.timeout(max(left, 0.0)) as deadline:
                    raw = await self._through(hop).ask(hop)
                    host.reached()
                    intake = Intake(self._room, self.bounds.max_decoded, deadline)
                    answer = await self._take(hop, raw, intake)
            except TimeoutError:
                late = "finish its answer" if raw is not None else "answer"
                seconds = f"{self.bounds.deadline:g} s"
                raise FetchError("timeout", f"the server did not {late} within {seconds}") from None
            except FetchError:
                raise
            except Exception as error:
                raise as_fetch_error(error) from None
            finally:
                if intake is not None:
                    intake.end()
            return answer, loop.time() - began - intake.waited

    async def _take(self, hop: Hop, raw: Incoming, intake: Intake) -> Answer:
        try:
            headers = _headers(raw, self.bounds.max_header)
            return Answer(raw.status, headers, await self._body(hop, raw, headers, intake))
        finally:
            raw.close()

    async def _body(self, hop: Hop, raw: Incoming, headers: Mapping[str, str], intake: Intake) -> bytes:
        """The body of a success; what comes with any other status is not even read."""
        if raw.status == 204 or raw.status >= 300 or hop.method == "HEAD":
            return b""
        wire = await _read(raw, headers, self.bounds.max_wire, intake)
        coding = headers.get("content-encoding", "")
        if coding:
            await intake.widen()
        return decode(wire, coding, self.bounds.max_decoded)

    def _through(self, hop: Hop) -> Transport:
        if self._transport is not None:
            return self._transport
        line = Line(hop.allowed, self._proxy(hop), hop.ca or self._ca, hop.client_cert)
        if line not in self._transports:
            self._transports[line] = Dialler(self.bounds, line)
        return self._transports[line]

    def _proxy(self, hop: Hop) -> str:
        """The hop's own proxy, else the one for all; that one never for networks that are not public."""
        if hop.proxy:
            proxy = "" if hop.proxy == NO_PROXY else hop.proxy
        elif not self._proxies or hop.allowed:
            proxy = ""
        else:
            scheme, name, _ = origin(hop.url)
            proxy = self._proxies.get(scheme, "")
            proxy = "" if proxy and self._bypasses and proxy_bypass(name) else proxy
        if not proxy:
            return ""
        if not proxy.startswith(("http://", "https://")):
            raise FetchError("proxy", "only http and https proxies can be used")
        return proxy

    def _note_pause(self, hop: Hop, answer: Answer, now: datetime) -> None:
        if answer.status != 429:
            self.gate.answered(_host(hop.url))
        elif not hop.allowed:
            asked = parse_retry_after(answer.headers.get("retry-after", ""), now)
            self.gate.refused(_host(hop.url), PAUSE_WITHOUT_A_WORD if asked is None else asked)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


async def _read(raw: Incoming, headers: Mapping[str, str], limit: int, intake: Intake) -> bytes:
    announced = headers.get("content-length", "")
    length = int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 16 else None
    if length is not None and length > limit:
        raise FetchError("too-large", f"the answer is larger than {limit / 1e6:g} MB")
    chunks: list[bytes] = []
    size = 0
    async with aclosing(cast("AsyncGenerator[bytes]", raw.body())) as stream:
        async for chunk in stream:
            size += len(chunk)
            if size > limit:
                raise FetchError("too-large", f"the answer is larger than {limit / 1e6:g} MB")
            chunks.append(chunk)
            if size > SMALL:
                await intake.widen()
    if length is not None and size != length:
        raise FetchError("protocol", "the answer is not as long as it claims")
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _headers(raw: Incoming, limit: int) -> dict[str, str]:
    headers: dict[str, str] = {}
    size = 0
    for name, value in raw.headers:
        size += len(name) + len(value) + 4
        if size > limit:
            raise FetchError("header-too-large", "the answer's headers are too large")
        lower = name.decode("latin-1").lower()
        try:
            text = value.decode()
        except UnicodeDecodeError:
            if lower in ("etag", "last-modified"):
                continue
            text = value.decode("latin-1")
        headers[lower] = f"{headers[lower]}, {text}" if lower in headers else text
    return headers
