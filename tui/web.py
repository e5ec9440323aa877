"""``leadline tui --web``: the same desk in a browser, by textual-serve; on loopback, and only for who has the token."""

from __future__ import annotations

import ipaddress
import secrets
import shlex
import socket
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aggregator.errors import LeadlineError

if TYPE_CHECKING:
    from aiohttp.web import Application, Request, StreamResponse

COOKIE = "leadline_desk"
_HEADERS = {"Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Cache-Control": "no-store"}


def serve(options: Mapping[str, Any], query: str, host: str, port: int, *, public: bool,
          tell: Callable[[str], None]) -> None:  # fmt: skip
    """Serve until Ctrl-C. Raises LeadlineError for a public address not asked for, a taken port, or a missing extra."""
    check_host(host, public=public)
    try:
        from aiohttp import web
    except ImportError:  # pragma: no cover - aiohttp is a dependency
        raise LeadlineError("aiohttp is missing", hint="install leadline again") from None
    token = secrets.token_urlsafe(24)
    with _bound(host, port) as listening:
        address = f"http://{_in_url(host)}:{listening.getsockname()[1]}"
        server = _server(command(options, query), host, address)
        tell(f"The desk is at {address}/?token={token}\nWhoever has this address has the desk. Ctrl-C ends it.")
        web.run_app(_made(server, address, token), sock=listening, print=None, access_log=None)


async def _made(server: Any, address: str, token: str) -> Application:
    made: Application = await server._make_app()
    made.on_startup.clear()  # it would print a banner
    made.middlewares.append(guard(token, address))
    return made


def _server(program: str, host: str, address: str) -> Any:
    try:
        from textual_serve.server import Server
    except ImportError:
        raise LeadlineError("--web needs textual-serve", hint="pip install 'leadline[web]'") from None
    return Server(program, host=host, port=urlsplit(address).port or 80, title="leadline", public_url=address)


def command(options: Mapping[str, Any], query: str) -> str:
    """The command line of one desk, as textual-serve starts it for each browser."""
    words = [sys.executable, "-c", "from aggregator.cli import main; main()"]
    for name in ("config", "db"):
        if options.get(name):
            words += [f"--{name}", str(options[name])]
    words.append("tui")
    return shlex.join([*words, "--query", query] if query else words)


def check_host(host: str, *, public: bool) -> None:
    """Raise LeadlineError for an address that other machines can reach, unless that is asked for."""
    try:
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise LeadlineError(f"{host!r} is no address", hint="127.0.0.1, or one of this machine with --public") from None
    if not is_loopback and not public:
        raise LeadlineError(
            f"{host} can be reached by other machines", hint="--public allows it; put TLS in front, as by a proxy"
        )


def guard(token: str, address: str) -> Any:
    """A middleware: only who brings the token, in the address once and then in a cookie, and comes from here."""
    from aiohttp import web

    @web.middleware
    async def guarded(request: Request, handler: Callable[[Request], Any]) -> StreamResponse:
        if request.host != urlsplit(address).netloc:
            raise web.HTTPForbidden(text="another host is asked for than is served here\n")
        if request.headers.get("Origin", address) != address:
            raise web.HTTPForbidden(text="the page that asks is not from here\n")
        if _same(request.query.get("token", ""), token) and request.path == "/":
            found = web.HTTPSeeOther("/")
            found.set_cookie(COOKIE, token, httponly=True, samesite="Strict", path="/")
            found.headers.update(_HEADERS)
            raise found
        if not _same(request.cookies.get(COOKIE, ""), token):
            raise web.HTTPForbidden(text="the address with its token is needed, as `leadline tui --web` printed it\n")
        response: StreamResponse = await handler(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    return guarded


def _same(given: str, token: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(64)
    except OSError as error:
        listening.close()
        raise LeadlineError(f"cannot listen on {host}:{port}: {error.strerror}", hint="--port 0 takes any") from None
    return listening
