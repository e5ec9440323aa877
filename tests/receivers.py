"""Receivers on loopback: an HTTP server that takes what is posted, and an SMTP server that takes mail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Posted:
    """One request as it came in."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Takes POSTs; ``answers`` are the statuses in turn, the last one for ever; ``before`` is done before answering."""

    url: str
    posted: list[Posted] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=lambda: [(204, {})])
    before: Callable[[], Any] = lambda: None


@contextmanager
def hook() -> Iterator[Receiver]:
    """A receiver for as long as the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.posted.append(Posted({name.lower(): value for name, value in self.headers.items()}, body))
            receiver.before()
            status, headers = receiver.answers[min(len(receiver.posted), len(receiver.answers)) - 1]
            try:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": "0"}.items():
                    self.send_header(name, value)
                self.end_headers()
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{http.server_address[1]}/hook")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


@contextmanager
def mailbox() -> Iterator[tuple[int, list[Message]]]:
    """The port of an SMTP server, and the mail that it took."""
    from aiosmtpd.controller import Controller

    mail: list[Message] = []

    class Handler:
        async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - its name
            mail.append(message_from_bytes(envelope.content))
            return "250 OK"

    class OnAnyPort(Controller):
        """Port 0 lets the system choose, which its own check of the port does not expect."""

        def _trigger_server(self) -> None:
            server: Any = self.server
            self.port = server.sockets[0].getsockname()[1]
            super()._trigger_server()  # type: ignore[no-untyped-call]  # it ships no types

    controller = OnAnyPort(Handler(), hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield controller.port, mail
    finally:
        controller.stop()
