"""GitHub, Bluesky, Mastodon and Hacker News over several polls: how far back they read, and how often they ask."""

from __future__ import annotations

from typing import Any

import pytest

from feeds.connectors import connector
from feeds.connectors.bluesky import read as read_bluesky
from feeds.connectors.github_releases import is_early
from feeds.errors import LeadlineError, ReadError
from feeds.model import FetchState, Response, Source
from feeds.text import html_to_text
from tests.apis import NOW, Heard, Told, as_json, ask, cases, serving

HERE = ("127.0.0.1",)


def event(number: int) -> dict[str, Any]:
    return {"id": str(number), "type": "CreateEvent", "repo": {"id": 1, "name": f"acme/r{number}"},
            "payload": {"ref_type": "repository"}, "created_at": "2026-11-24T00:00:00Z"}  # fmt: skip


def test_github_is_not_asked_oftener_than_it_says_and_pages_only_to_what_is_known() -> None:
    page = as_json([event(30), event(20)])
    link = '<https://api.example/x?per_page=100&page=2>; rel="next"'
    told = {"etag": 'W/"1"', "x-poll-interval": "7200", "link": link}
    source = Source("g", "https://api.example/x?per_page=100", kind="github", options={"github_org": "acme"})
    read = connector("github").read
    first = read(source, Response(source.url, 200, told, page, NOW))
    assert (first.next, first.cursor, first.rhythm.ttl) == (None, "30", 7200.0)
    behind = read(source, Response(source.url, 200, told, page, NOW, cursor="10"))
    assert behind.next is not None
    assert behind.next.url == "https://api.example/x?per_page=100&page=2"
    later = read(source, Response(behind.next.url, 200, told, page, NOW, asked=behind.next, cursor="10"))
    assert later.cursor == ""
    assert read(source, Response(source.url, 200, told, page, NOW, cursor="20")).next is None
    elsewhere = {**told, "link": link.replace("api.example", "evil.example")}
    assert read(source, Response(source.url, 200, elsewhere, page, NOW, cursor="10")).next is None


def test_github_answers_304_to_the_etag_and_the_wait_holds() -> None:
    def answer(heard: Heard) -> Told:
        if heard.headers.get("if-none-match") == 'W/"1"':
            return Told(b"", 304)
        return Told(as_json([event(30)]), headers={"ETag": 'W/"1"', "X-Poll-Interval": "14400"})

    with serving(answer) as api:
        source = Source("g", api.base, kind="github", every=60.0, allow_private=HERE, options={"github_org": "acme"})
        first = ask(source)
        second = ask(source, first.state)
    assert (first.outcome, second.outcome) == ("changed", "unchanged")
    assert second.state.next_at is not None
    assert (second.state.next_at - NOW).total_seconds() >= 14_400


def test_githubs_refusal_is_told() -> None:
    source = Source("g", "https://api.example", kind="github", options={"github_org": "acme"})
    with pytest.raises(ReadError, match="GitHub answered: Not Found"):
        connector("github").read(source, Response(source.url, 200, {}, b'{"message": "Not Found"}', NOW))


def test_a_release_is_one_in_both_of_githubs_feeds() -> None:
    both = {case.kind: case.read(case.body).entries[0] for case in cases() if case.kind.startswith("github")}
    event, release = both["github"], both["github_releases"]
    assert (event.id, event.link, event.title) == (release.id, release.link, release.title)


@pytest.mark.parametrize("repository", ["acme", "acme/", "../..", "acme/x/y", "acme/a?b", "acme/..", ""])
def test_a_repository_that_is_none_is_named(repository: str) -> None:
    source = Source("r", "https://github.example", kind="github_releases", options={"repository": repository})
    with pytest.raises(LeadlineError, match="no repository"):
        connector("github_releases").first(source, FetchState())


def test_releases_that_come_early_are_known_by_their_tags() -> None:
    early = ["v2.0.0-rc.1", "1.0-beta", "v3-alpha2", "nightly", "2.0.dev1", "v1.0.0RC1"]
    whole = ["v2.0.0", "release-2026", "architecture-1.0", "v1.prerogative", "2026.11"]
    assert [is_early(tag) for tag in early] == [True, True, True, True, True, True]
    assert [is_early(tag) for tag in whole] == [False] * 5


def test_bluesky_reads_back_to_what_is_known_and_no_further() -> None:
    case = next(case for case in cases() if case.kind == "bluesky")
    source = case.source("https://api.example")

    def read(cursor: str) -> Any:
        request = connector("bluesky").first(source, FetchState())
        return read_bluesky(source, Response(request.url, 200, {}, case.body, NOW, asked=request, cursor=cursor))

    assert read("").next is None
    assert read("2026-11-24T09:00:00+00:00").next is None
    further = read("2026-11-20T09:00:00+00:00").next
    assert further.url.endswith("?actor=brightwater.example&limit=50&cursor=2026-11-23T09%3A00%3A00Z")


def test_bluesky_links_stand_at_offsets_of_bytes() -> None:
    case = next(case for case in cases() if case.kind == "bluesky")
    content = case.read(case.body).entries[0].content
    assert '<a href="https://brightwater.example/jobs">brightwater.example/jobs</a>' in content
    assert html_to_text(content) == "Größe: we hire a VP umps. brightwater.example/jobs"


def status(number: int, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "uri": f"https://m.example/users/acme/statuses/{number}", "created_at":
            "2026-11-24T09:48:33.901Z", "url": f"https://m.example/@acme/{number}", "visibility": "public",
            "content": f"<p>Post &#39;{number}&#39;</p>", "reblog": None, "language": "en", "account": {"acct": "acme"},
            **more}  # fmt: skip


def mastodon(base: str) -> Source:
    return Source("m", base, kind="mastodon", allow_private=HERE, options={"mastodon": "@acme@m.example"})


def test_a_mastodon_account_is_looked_up_once_and_read_on_from_the_newest_known() -> None:
    posts = [status(number) for number in range(101, 191)]

    def answer(heard: Heard) -> Told:
        if "/lookup" in heard.path:
            return Told(as_json({"id": "109", "acct": "acme"}))
        since = int(heard.path.partition("min_id=")[2] or 140)
        return Told(as_json([post for post in posts if int(post["id"]) > since][:40][::-1]))

    with serving(answer) as api:
        first = ask(mastodon(api.base))
        posts.extend(status(number) for number in range(191, 251))
        second = ask(mastodon(api.base), first.state)
        third = ask(mastodon(api.base), second.state)
    assert api.asked[0] == "GET /api/v1/accounts/lookup?acct=acme"
    assert len([path for path in api.asked if "lookup" in path]) == 1
    assert [len(each.entries) for each in (first, second, third)] == [40, 70, 0]
    assert second.state.cursor == '{"account": "109", "since": "250"}'
    assert first.entries[0].title == "Post '180'"


def test_boosts_and_private_posts_are_left_out_and_a_post_without_words_has_a_title() -> None:
    rows = [
        status(1, reblog={"id": "7"}), status(2, visibility="direct"),
        status(3, content="", card={"title": "Our report", "url": "javascript:x"}),
        status(4, spoiler_text="Results"), status(5, content=None, card=None),
    ]  # fmt: skip
    source = mastodon("https://m.example")
    url = "https://m.example/api/v1/accounts/109/statuses?limit=40"
    page = connector("mastodon").read(source, Response(url, 200, {}, as_json(rows), NOW))
    assert [entry.title for entry in page.entries] == ["Our report", "Results", "(a post without words)"]
    assert page.entries[0].fields == {"account": "acme"}


@pytest.mark.parametrize("account", ["acme", "acme@", "a b@c.example", "acme@h/../x", ""])
def test_a_mastodon_account_that_is_none_is_named(account: str) -> None:
    source = Source("m", "https://m.example", kind="mastodon", options={"mastodon": account})
    with pytest.raises(LeadlineError, match="no account"):
        connector("mastodon").first(source, FetchState())


def test_an_account_fills_its_servers_address_from_a_config() -> None:
    from aggregator import config

    text = '[[sources]]\nid = "m"\nkind = "mastodon"\noptions = { mastodon = "acme@m.example" }\n'
    source = config.parse(text).sources[0]
    request = connector("mastodon").first(source, FetchState())
    assert request.url == "https://m.example/api/v1/accounts/lookup?acct=acme"


def test_hacker_news_is_asked_from_a_day_before_the_newest_and_to_the_last_page() -> None:
    kind = connector("hn_algolia")
    source = Source("h", "https://hn.example/s", kind="hn_algolia", options={"name": "Acme"})
    asked = kind.first(source, FetchState(cursor="1795000000"))
    assert "numericFilters=created_at_i%3E1794913600" in asked.url
    seen = []
    for page in range(3):
        hits = [{"objectID": str(page), "title": f"T{page}", "created_at_i": 1_795_000_100 - page}]
        body = as_json({"hits": hits, "page": page, "nbPages": 3})
        told = kind.read(source, Response(asked.url, 200, {}, body, NOW, asked=asked, cursor="1795000000"))
        seen.append((told.cursor, told.next.url[-7:] if told.next else ""))
        asked = told.next or asked
    assert seen == [("1795000100", "&page=1"), ("", "&page=2"), ("", "")]
    first = kind.read(source, Response(asked.url, 200, {}, as_json({"hits": [], "nbPages": 9}), NOW, asked=asked))
    assert first.next is None


def test_hacker_news_finds_links_to_a_domain() -> None:
    options = {"name": "Acme", "domain": "acme.example", "search": "domain"}
    source = Source("h", "https://hn.example", kind="hn_algolia", options=options)
    url = connector("hn_algolia").first(source, FetchState()).url
    assert "query=acme.example&restrictSearchableAttributes=url" in url
