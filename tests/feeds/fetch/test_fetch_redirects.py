"""Redirects walked by hand: what is followed, what is learnt, what never leaves its origin."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest

from feeds.errors import FetchError
from feeds.fetch import Bounds, Fetcher
from feeds.fetch.hops import Hop
from feeds.model import Request, Response
from tests.transports import FakeTransport, Told

Step = tuple[int, str]


def walk(
    steps: Mapping[str, Step], request: Request, bounds: Bounds | None = None
) -> tuple[Response | FetchError, list[Hop]]:
    """Send the request into a world in which some addresses redirect; every other answers 200."""

    def handle(sent: Hop) -> Told:
        asked.append(sent)
        status, location = steps.get(sent.url, (200, ""))
        headers = {"Location": location} if location else {}
        return Told(status, b"<rss/>", headers)

    async def run() -> Response | FetchError:
        async with Fetcher(bounds or Bounds(), transport=FakeTransport(handle)) as fetcher:
            try:
                return await fetcher.send(request)
            except FetchError as error:
                return error

    asked: list[Hop] = []
    return asyncio.run(run()), asked


@pytest.mark.parametrize(
    ("steps", "url", "moved_to"),
    [
        ({"http://a.example/": (302, "/b")}, "http://a.example/b", ""),
        ({"http://a.example/": (301, "/b")}, "http://a.example/b", "http://a.example/b"),
        ({"http://a.example/": (308, "//b.example/c")}, "http://b.example/c", "http://b.example/c"),
        (
            {"http://a.example/": (301, "/b"), "http://a.example/b": (307, "/c")},
            "http://a.example/c",
            "http://a.example/b",
        ),
        ({"http://a.example/": (302, "/b"), "http://a.example/b": (301, "/c")}, "http://a.example/c", ""),
        (
            {"http://a.example/": (301, "/b"), "http://a.example/b": (308, "https://c.example/#x")},
            "https://c.example/",
            "https://c.example/",
        ),
        ({"http://a.example/": (302, "/my feed.xml")}, "http://a.example/my%20feed.xml", ""),
    ],
)
def test_redirects_are_followed_and_the_permanent_ones_reported(
    steps: dict[str, Step], url: str, moved_to: str
) -> None:
    """``moved_to`` is where the leading permanent redirects end."""
    response, _ = walk(steps, Request("http://a.example/"))
    assert isinstance(response, Response), response
    assert (response.url, response.moved_to) == (url, moved_to)


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("http://127.0.0.1/", "guard"),
        ("http://[::1]/", "guard"),
        ("http://2130706433/", "guard"),
        ("http://169.254.169.254/latest/meta-data/", "guard"),
        ("file:///etc/passwd", "guard"),
        ("ftp://a.example/", "guard"),
        ("javascript:alert(1)", "guard"),
        ("http://user:secret@b.example/", "guard"),
        ("http://a.example/", "redirects"),
    ],
)
def test_a_redirect_to_where_nothing_is_fetched_ends_the_fetch(location: str, kind: str) -> None:
    """Nothing is sent there."""
    error, asked = walk({"http://a.example/": (302, location)}, Request("http://a.example/"))
    assert isinstance(error, FetchError), error
    assert (error.kind, len(asked)) == (kind, 1)


def test_an_escape_in_a_location_stays_encoded() -> None:
    """No byte of it can act on a terminal or split a request."""
    response, _ = walk({"http://a.example/": (302, "/\x1b[2J\r\nX: y")}, Request("http://a.example/"))
    assert isinstance(response, Response)
    assert response.url == "http://a.example/%1B[2J%0D%0AX:%20y"


def test_redirects_end() -> None:
    """After five, with the number in the words."""
    steps = {f"http://a.example/{n}": (302, f"/{n + 1}") for n in range(30)}
    error, asked = walk(steps, Request("http://a.example/0"))
    assert isinstance(error, FetchError)
    assert (error.kind, len(asked)) == ("redirects", 6)
    assert "more than 5" in str(error)


def test_a_redirect_without_a_target_is_an_answer() -> None:
    """Its status says what it is."""
    response, _ = walk({"http://a.example/": (301, "")}, Request("http://a.example/"))
    assert isinstance(response, Response)
    assert (response.status, response.moved_to) == (301, "")


SECRETS = (("Authorization", "Bearer s3cret"), ("X-Api-Key", "s3cret"), ("Cookie", "s=s3cret"))


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/b", True),
        ("http://a.example:80/b", True),
        ("https://a.example/b", False),
        ("http://b.example/", False),
        ("http://a.example:8080/", False),
        ("http://a.example.b.example/", False),
    ],
)
def test_credentials_stay_at_their_origin(target: str, kept: bool) -> None:
    """Scheme, host and port: another of them is another origin. Validators may travel."""
    request = Request("http://a.example/", headers=(*SECRETS, ("If-None-Match", '"x"')))
    _, asked = walk({"http://a.example/": (302, target)}, request)
    last = asked[-1]
    assert ("s3cret" in str(last.headers)) == kept
    assert last.headers["if-none-match"] == '"x"'
    assert "s3cret" in str(asked[0].headers)


def test_credentials_do_not_come_back_with_a_second_redirect() -> None:
    """Once away, they stay away."""
    steps = {
        "http://a.example/": (302, "http://b.example/"),
        "http://b.example/": (302, "http://a.example/2"),
    }
    _, asked = walk(steps, Request("http://a.example/", headers=SECRETS))
    assert [urlsplit(sent.url).hostname for sent in asked] == ["a.example", "b.example", "a.example"]
    assert "s3cret" not in str(asked[-1].headers)


def test_a_body_is_repeated_only_where_the_server_may_ask_for_it() -> None:
    """303 makes a POST a GET; 307 repeats it, but never at another site."""
    post = Request("http://a.example/", "POST", body=b"query")
    _, asked = walk({"http://a.example/": (303, "/b")}, post)
    assert [(sent.method, sent.body) for sent in asked] == [("POST", b"query"), ("GET", b"")]
    _, asked = walk({"http://a.example/": (307, "/b")}, post)
    assert [(sent.method, sent.body) for sent in asked] == [("POST", b"query")] * 2
    error, asked = walk({"http://a.example/": (307, "http://b.example/")}, post)
    assert isinstance(error, FetchError)
    assert len(asked) == 1
