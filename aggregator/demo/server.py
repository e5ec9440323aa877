"""Serves the sample feeds and APIs on loopback, as a courteous web server would: with validators, and 304s to them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources

TYPES = {
    "xml": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
}
_AGE = re.compile(rb"@([+-]\d+)([hd])@")


@dataclass(frozen=True, slots=True)
class Hit:
    """One request that the server answered."""

    path: str
    status: int


@dataclass(slots=True)
class Samples:
    """A running server: its address, and what it was asked."""

    base: str
    dead: str
    """An address on loopback at which nobody listens."""
    hits: list[Hit] = field(default_factory=list)


def names() -> list[str]:
    """Files of the sample sources."""
    folder = resources.files("aggregator.demo").joinpath("samples")
    return sorted(each.name for each in folder.iterdir() if each.name.rpartition(".")[2] in TYPES)


def apis() -> list[str]:
    """Kinds of source whose API is played; each answers at any path below ``/apis/KIND/``."""
    folder = resources.files("aggregator.demo").joinpath("samples", "apis")
    return sorted(each.name.removesuffix(".json") for each in folder.iterdir())


def document(name: str, base: str, now: datetime) -> bytes:
    """One sample source as served at a moment: its dates are given as ages."""
    raw = resources.files("aggregator.demo").joinpath("samples", *name.split("/")).read_bytes()
    form = "rss" if name.endswith(".xml") else "iso"

    def dated(match: re.Match[bytes]) -> bytes:
        age = timedelta(**{{"h": "hours", "d": "days"}[match[2].decode()]: int(match[1])})
        moment = (now + age).replace(microsecond=0)
        return (format_datetime(moment) if form == "rss" else moment.isoformat()).encode()

    return _AGE.sub(dated, raw).replace(b"@base@", base.encode())


@contextmanager
def serving(now: datetime | None = None) -> Iterator[Samples]:
    """The sample sources on a free loopback port for as long as the context lasts."""
    moment = now or datetime.now(UTC)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    unused = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    unused.server_close()
    samples = Samples(_address(server), f"{_address(unused)}/nobody.xml")
    server.samples = samples  # type: ignore[attr-defined]  # how a handler reaches its data
    served = {f"/{name}": document(name, samples.base, moment) for name in names()}
    served |= {f"/apis/{kind}/": document(f"apis/{kind}.json", samples.base, moment) for kind in apis()}
    server.documents = served  # type: ignore[attr-defined]  # likewise
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _address(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = f"/apis/{self.path.split('/')[2]}/" if self.path.startswith("/apis/") else self.path
        body = self.server.documents.get(path)  # type: ignore[attr-defined]  # set in serving()
        etag = f'"{sha256(body).hexdigest()[:16]}"' if body else ""
        asked = self.headers.get("If-None-Match", "")
        status = 404 if body is None else 304 if asked and asked == etag else 200
        self.server.samples.hits.append(Hit(self.path, status))  # type: ignore[attr-defined]  # likewise
        self.send_response(status)
        if etag:
            self.send_header("ETag", etag)
        if status == 304:
            self.end_headers()
            return
        answer = body if body is not None else b"no such sample"
        kind = "application/json" if path.startswith("/apis/") else TYPES.get(path.rpartition(".")[2], "text/plain")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server uses
        """Keep quiet: what was asked is in ``hits``."""
