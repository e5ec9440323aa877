"""Keys: put in at the last moment, sent to their own host alone, seen in nothing that comes out."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from feeds.errors import FetchError
from feeds.fetch import Bounds, Fetcher
from feeds.fetch.authorize import Key
from feeds.model import AUTH, AUTH_BASIC, FetchState, Page, Request, Response, Source
from feeds.poll import poll
from tests.apis import NOW, Heard, Told, serving

SECRET = "s3cr/et+key="
FORMS = (SECRET, "s3cr%2Fet%2Bkey%3D", "s3cr/et%2Bkey%3D", "czNjci9ldCtrZXk9Og==")


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", SECRET)


def request(url: str, **more: Any) -> Request:
    return Request(url, auth="env:SOME_KEY", allow_private=("127.0.0.1",), **more)


def send(asked: Request) -> Response:
    async def run() -> Response:
        async with Fetcher(Bounds(deadline=3.0), proxies={}) as fetcher:
            return await fetcher.send(asked)

    return asyncio.run(run())


def test_a_key_stands_where_its_place_was() -> None:
    with serving(Told("{}")) as api:
        send(request(f"{api.base}/x?a=1&api_key={AUTH}"))
        send(request(f"{api.base}/x", headers=(("X-Api-Key", AUTH), ("Authorization", f"Bearer {AUTH}"))))
        send(request(f"{api.base}/x", headers=(("Authorization", f"Basic {AUTH_BASIC}"),)))
        body = json.dumps({"key": AUTH}).encode()
        send(request(f"{api.base}/x", method="POST", body=body, headers=(("Content-Type", "application/json"),)))
        send(request(f"{api.base}/x", method="POST", body=f"key={AUTH}".encode()))
    query, header, basic, in_json, form = api.heard
    assert query.path == "/x?a=1&api_key=s3cr/et%2Bkey%3D"
    assert (header.headers["x-api-key"], header.headers["authorization"]) == (SECRET, f"Bearer {SECRET}")
    assert basic.headers["authorization"] == "Basic czNjci9ldCtrZXk9Og=="
    assert json.loads(in_json.body) == {"key": SECRET}
    assert form.body == b"key=s3cr%2Fet%2Bkey%3D"


def echo(heard: Heard) -> Told:
    links = json.dumps({"next": f"http://x{heard.path}", "key": SECRET, "all": FORMS})
    return Told(links, headers={"Link": f'<http://x{heard.path}&p=2>; rel="next"', "X-Echo": SECRET})


def test_what_a_server_repeats_is_taken_out() -> None:
    with serving(echo) as api:
        response = send(request(f"{api.base}/x?api_key={AUTH}"))
    shown = repr(response)
    assert not [form for form in FORMS if form in shown]
    assert response.headers["link"] == f'<http://x/x?api_key={AUTH}&p=2>; rel="next"'
    assert response.url.endswith(f"/x?api_key={AUTH}")


def move(target: str, status: int = 302) -> Callable[[Heard], Told]:
    return lambda heard: Told("", status, {"Location": target}) if heard.path.startswith("/x") else Told("{}")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("place", ["query", "header"])
def test_no_key_follows_to_another_origin(status: int, place: str) -> None:
    with serving(Told("{}")) as other, serving(move(f"{other.base}/there", status)) as api:
        in_query = f"?k={AUTH}" if place == "query" else ""
        headers = () if place == "query" else (("X-Key", AUTH),)
        with pytest.raises(FetchError, match="redirected a request with a key to another site") as caught:
            send(request(f"{api.base}/x{in_query}", headers=headers))
    assert other.heard == []
    assert not [form for form in FORMS if form in repr(caught.value)]


def test_a_redirect_at_home_is_followed_and_shows_nothing() -> None:
    with serving(move(f"/there?k={SECRET.replace('+', '%2B')}", 301)) as api:
        response = send(request(f"{api.base}/x?k={AUTH}"))
    assert len(api.heard) == 2
    assert not [form for form in FORMS if form in repr(response)]


@pytest.mark.parametrize(
    "url", [f"http://{AUTH}.example/", f"http://127.0.0.1:1/{AUTH}", f"http://127.0.0.1:1/{AUTH}?x"]
)
def test_no_key_stands_in_a_host_or_path(url: str) -> None:
    with pytest.raises(FetchError, match="query only"):
        send(request(url))


def test_a_missing_key_is_a_clear_failure_and_nothing_is_sent() -> None:
    with serving(Told("{}")) as api:
        asked = request(f"{api.base}/x?k={AUTH}")
        for auth, words in (
            ("", "it needs a key: set `auth`"),
            ("env:NO_SUCH_KEY", "the environment variable NO_SUCH_KEY is not set"),
            (SECRET, "a secret in the open"),
        ):
            with pytest.raises(FetchError, match=words) as caught:
                send(replace(asked, auth=auth))
            assert SECRET not in str(caught.value)
    assert api.heard == []


def test_errors_and_logs_do_not_tell(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong below: no message, no traceback, no log line has the key."""
    import traceback

    with caplog.at_level(logging.DEBUG):
        try:
            send(request(f"http://127.0.0.1:1/x?k={AUTH}"))
        except FetchError as error:
            told = "".join(traceback.format_exception(error))
    assert not [form for form in FORMS if form in told + caplog.text]
    assert repr(Key(SECRET)) == "<key>"
    assert SECRET not in Key(SECRET).fingerprint


def poll_source(source: Source, pages: list[Request | None]) -> Any:
    """Poll with a connector that puts the key into its first request and then asks for these pages."""

    async def read(_source: Source, _response: Response) -> Page[str]:
        return Page(("x",), next=pages.pop(0))

    async def run() -> Any:
        async with Fetcher(Bounds(deadline=3.0), proxies={}) as fetcher:
            return await poll(
                source, FetchState(), send=fetcher.send, read=read,
                first=lambda source, _: Request(f"{source.url}?k={AUTH}"), dates=lambda _: (), now=NOW,
            )  # fmt: skip

    return asyncio.run(run())


def test_a_next_page_on_another_host_never_gets_the_key() -> None:
    with serving(Told("{}")) as other, serving(Told("{}")) as api:
        source = Source("s", f"{api.base}/x", auth="env:SOME_KEY", allow_private=("127.0.0.1",))
        stolen = poll_source(source, [Request(f"{other.base}/y?k={AUTH}")])
        assert "it needs a key" in stolen.state.reason
        poll_source(source, [Request(f"{other.base}/y"), Request(f"{api.base}/z?k={AUTH}"), None])
    assert [heard.path for heard in other.heard] == ["/y"]
    assert api.heard[-1].path.startswith("/z?k=s3cr")
