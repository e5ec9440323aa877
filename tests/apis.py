"""Public APIs played on loopback: for each kind of source what it is told, what it answers, and what must come of it.

A case is ``tests/feeds/connectors/fixtures/KIND.toml`` beside the answer's body, ``KIND.json`` or ``KIND.xml``:

- ``options``, ``url`` (added to the server's address), ``auth`` (whether a key is configured), ``content_type``
- ``requests``: what must be asked, ``METHOD /path?query``; ``headers`` that must come along; ``asks``: texts that must
  stand in the body of the first request
- ``rows``: path to the list of records in the body, ``required``: the field without which a record is no record
- ``expect``: for each entry its ``id``, and ``title``, ``link``, ``published`` (a day), ``signals`` (that fields
  decide), ``fields``, ``facts`` where they are to be checked; ``cursor``; ``absent``: texts that must be nowhere in it
"""

from __future__ import annotations

import asyncio
import json
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from feeds.connectors import connector
from feeds.fetch import Bounds, BudgetGate, Fetcher
from feeds.ledger import Ledger
from feeds.model import Entry, FetchState, Page, Polled, Request, Response, Source
from feeds.poll import poll

FIXTURES = Path(__file__).parent / "feeds" / "connectors" / "fixtures"
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
KEY = "k3y/of+tests"
"""The secret of every source that has one, in the environment variable TEST_KEY."""
CONTACT = "Jo Tester jo@tests.example"
PATH = "/submissions/"


@dataclass
class Case:
    """One kind of source, what it is told and answered, and what must come of it."""

    kind: str
    body: bytes
    told: dict[str, Any]

    @property
    def content_type(self) -> str:
        return str(self.told.get("content_type", "application/json"))

    @property
    def required(self) -> str:
        return str(self.told.get("required", ""))

    def source(self, base: str) -> Source:
        """A source of this kind at a server."""
        return Source(
            id=self.kind,
            url=f"{base}{PATH}{self.told.get('url', '')}",
            kind=self.kind,
            name="Brightwater",
            auth="env:TEST_KEY" if self.told.get("auth") else "",
            allow_private=("127.0.0.1",),
            options=self.told.get("options", {}),
        )

    def rows(self, document: Any) -> list[Any]:
        """The records in a decoded body; none where they are no list."""
        for name in filter(None, self.told.get("rows", "").split(".")):
            document = document[name]
        return document if "rows" in self.told else []

    def read(self, body: bytes, content_type: str = "") -> Page[Entry]:
        """What its connector makes of a body, out of thin air."""
        source, kind = self.source("https://api.example"), connector(self.kind)
        request = kind.first(source, FetchState(checked_at=NOW))
        headers = {"content-type": content_type or self.content_type}
        return kind.read(source, Response(request.url, 200, headers, body, NOW, asked=request))


def cases() -> list[Case]:
    """Every kind that has a fixture."""
    found = []
    for told in sorted(FIXTURES.glob("*.toml")):
        bodies = [each for each in FIXTURES.glob(f"{told.stem}.*") if each.suffix != ".toml"]
        found.append(Case(told.stem, bodies[0].read_bytes(), tomllib.loads(told.read_text(encoding="utf-8"))))
    return found


@dataclass
class Heard:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Told:
    """What the server answers."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Api:
    """A server on loopback: ``answer`` gives the answer to a request; all requests are kept."""

    base: str
    answer: Callable[[Heard], Told]
    heard: list[Heard] = field(default_factory=list)

    @property
    def asked(self) -> list[str]:
        """Methods and paths of all requests."""
        return [f"{each.method} {each.path}" for each in self.heard]


@contextmanager
def serving(*answers: Told | Callable[[Heard], Told]) -> Iterator[Api]:
    """A server that gives these answers in turn, the last one for ever; a function answers for itself."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard = Heard(self.command, self.path, headers, self.rfile.read(length))
            api.heard.append(heard)
            told = api.answer(heard)
            body = told.body.encode() if isinstance(told.body, str) else told.body
            self.send_response(told.status)
            for name, value in {"Content-Type": "application/json", **told.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Quiet."""

    def answer(heard: Heard) -> Told:
        each = answers[min(len(api.heard), len(answers)) - 1]
        return each if isinstance(each, Told) else each(heard)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    api = Api(f"http://127.0.0.1:{http.server_address[1]}", answer)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def ask(
    source: Source,
    state: FetchState | None = None,
    *,
    contact: str = CONTACT,
    ledger: Ledger | None = None,
    now: datetime = NOW,
) -> Polled[Entry]:
    """Poll a source once, over the wire."""
    kind = connector(source.kind)

    async def read(source: Source, response: Response) -> Page[Entry]:
        return kind.read(source, response)

    async def run() -> Polled[Entry]:
        budgets = BudgetGate(ledger, now=lambda: now)
        bounds = Bounds(deadline=5.0, connect=2.0)
        async with Fetcher(bounds, contact=contact, budgets=budgets, proxies={}) as fetcher:

            async def send(request: Request) -> Response:
                return await fetcher.send(request)

            return await poll(
                source,
                state or FetchState(),
                send=send,
                read=read,
                first=kind.first,
                dates=lambda entries: [each.published for each in entries if each.published],
                now=now,
                terms=kind.ABOUT.terms,
            )

    return asyncio.run(run())


def as_json(value: Any) -> bytes:
    """A document as a server sends it."""
    return json.dumps(value, ensure_ascii=False).encode()
