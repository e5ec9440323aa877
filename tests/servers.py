"""A web server on loopback whose answers a test sets, and which notes what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """What a path answers."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    validates: bool = True
    """Whether it sends an ETag and answers 304 to it."""


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    status: int


class Server:
    """Routes from path to reply, a function of the number of the request, and the log of requests."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.routes: dict[str, Callable[[int], Reply]] = {}
        self.log: list[Asked] = []
        self._lock = threading.Lock()

    def serve(self, path: str, *replies: Reply | bytes | str) -> str:
        """Answer a path with these replies in turn, the last one for ever; returns its address."""
        made = [
            each if isinstance(each, Reply) else Reply(each.encode() if isinstance(each, str) else each)
            for each in replies
        ]
        self.routes[path] = lambda number: made[min(number, len(made)) - 1]
        return self.base + path

    def asked(self, path: str) -> list[Asked]:
        """The requests for a path so far."""
        with self._lock:
            return [each for each in self.log if each.path == path]

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        """The reply to a request, noted."""
        with self._lock:
            number = sum(each.path == path for each in self.log) + 1
            reply = self.routes[path](number) if path in self.routes else Reply(b"not here", 404)
            etag = f'"{sha256(reply.body).hexdigest()[:12]}"'
            if reply.status == 200 and reply.validates:
                reply = Reply(reply.body, 200, {"ETag": etag, **reply.headers}, reply.delay)
                if headers.get("if-none-match") == etag:
                    reply = Reply(b"", 304, {"ETag": etag}, reply.delay)
            self.log.append(Asked(path, headers, reply.status))
        return reply


@contextmanager
def web() -> Iterator[Server]:
    """A server for as long as the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            reply = server.answer(self.path, {name.lower(): value for name, value in self.headers.items()})
            time.sleep(reply.delay)
            try:
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/xml", **reply.headers}.items():
                    self.send_header(name, value)
                if reply.status != 304 and "Content-Length" not in reply.headers:
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body if reply.status != 304 else b"")
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = Server(f"http://127.0.0.1:{http.server_address[1]}")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def rss(*items: str, title: str = "T") -> str:
    """An RSS 2.0 document around items."""
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{"".join(items)}</channel></rss>'


def item(title: str, *, guid: str = "", link: str = "", date: str = "", text: str = "") -> str:
    """One RSS item."""
    parts = [f"<title>{title}</title>"]
    parts += [f'<guid isPermaLink="false">{guid}</guid>'] if guid else []
    parts += [f"<link>{link}</link>"] if link else []
    parts += [f"<pubDate>{date}</pubDate>"] if date else []
    parts += [f"<description>{text}</description>"] if text else []
    return f"<item>{''.join(parts)}</item>"
