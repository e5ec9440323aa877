"""The desk in a browser: a real server on loopback, real clients, and who is let in."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from aggregator.errors import LeadlineError
from tests.command import Leadline
from tui.web import check_host, command

pytest.importorskip("textual_serve")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """A desk served by `leadline tui --web`; its address with the token."""
    desk = Leadline(tmp_path)
    desk.configure("https://wire.example/feed")
    process = desk.start("tui", "--web", "--port", "0")
    assert process.stderr is not None
    try:
        told = process.stderr.readline()
        yield re.findall(r"http://\S+", told)[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def test_only_who_has_the_token_gets_the_desk(served: str) -> None:
    async def ask() -> None:
        address, _, token = served.partition("/?token=")
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:

            async def status(path: str, **headers: str) -> int:
                async with session.get(f"{address}{path}", headers=headers) as answer:
                    return answer.status

            assert [await status(path) for path in ("/", "/?token=wrong", "/ws")] == [403, 403, 403]
            async with session.get(served, allow_redirects=False) as first:
                assert (first.status, first.headers["location"]) == (303, "/")
                assert {"HttpOnly", "SameSite=Strict"} <= set(first.headers["set-cookie"].replace(" ", "").split(";"))
            async with session.get(f"{address}/") as page:
                text = await page.text()
                assert page.status == 200
                assert page.headers["referrer-policy"] == "no-referrer"
            assert "leadline" in text
            assert token not in text
            assert await status("/", Host="evil.example") == 403
            assert await status("/ws", Origin="https://evil.example") == 403

    asyncio.run(ask())


def test_the_same_desk_is_drawn_in_the_browser(served: str) -> None:
    async def look() -> str:
        address, _, _token = served.partition("/?token=")
        seen = b""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            async with session.get(served) as answer:
                assert answer.status == 200
            async with session.ws_connect(f"{address}/ws?width=100&height=30", origin=address) as socket:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(25):
                        async for message in socket:
                            seen += message.data if isinstance(message.data, bytes) else str(message.data).encode()
                            if b"Triage" in seen and b"fetched" in seen:
                                break
        return seen.decode("utf-8", "replace")

    drawn = asyncio.run(look())
    assert "Triage" in drawn
    assert "Nothing has been fetched yet" in re.sub(r"\x1b\[[0-9;:]*m", "", drawn)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::"])
def test_an_address_that_others_reach_must_be_asked_for(host: str) -> None:
    with pytest.raises(LeadlineError, match="other machines"):
        check_host(host, public=False)
    check_host(host, public=True)


def test_loopback_is_served_and_names_are_not() -> None:
    for host in ("127.0.0.1", "::1", "localhost"):
        check_host(host, public=False)
    with pytest.raises(LeadlineError, match="no address"):
        check_host("example.com", public=True)


def test_what_each_browser_starts_is_quoted() -> None:
    made = command({"config": "/a b/$(x).toml", "db": None}, "prospect:acme; rm -rf ~")

    assert "'/a b/$(x).toml'" in made
    assert made.endswith("--query 'prospect:acme; rm -rf ~'")
