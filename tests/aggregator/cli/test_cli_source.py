"""`leadline source` as users meet it: real processes, real servers on loopback, a config with comments."""

from __future__ import annotations

import json
import os
import pty
import tomllib
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.aggregator.cli.conftest import Run
from tests.apis import KEY, Told, cases, serving
from tests.command import Leadline
from tests.servers import Reply, Server, item, rss

CONFIG = """\
database = "leadline.db"

# whom we sell to
[[prospects]]
name = "Acme Corporation"   # the big one
aliases = ["Acme"]
ids = { cik = "1234567" }
"""
PRIVATE = ("--allow-private", "127.0.0.1")
CASES = {case.kind: case for case in cases()}


@pytest.fixture
def desk(desk: Leadline) -> Leadline:
    desk.config.write_text(CONFIG, encoding="utf-8")
    return desk


@pytest.fixture
def feed(web: Server) -> str:
    today = format_datetime(datetime.now(UTC))
    items = [item("Acme Corporation acquires Beta Ltd", guid="1", date=today), item("Rain", guid="2", date=today)]
    return web.serve("/feed.xml", rss(*items, title="The Wire"))


def page(web: Server, *feeds: str) -> str:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{each}">' for each in feeds)
    reply = Reply(f"<html><head>{links}</head><body>News</body></html>".encode(), headers={"Content-Type": "text/html"})
    return web.serve("/news", reply)


def tables(config: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(config.read_text(encoding="utf-8")).get("sources", [])
    return found


def sources(desk: Leadline) -> list[dict[str, Any]]:
    return tables(desk.config)


def test_a_page_becomes_its_feed_and_is_polled(desk: Leadline, web: Server, feed: str) -> None:
    added = desk("source", "add", page(web, "/feed.xml"), *PRIVATE, "--prospect", "acme-corporation").strip()

    assert sources(desk) == [{"id": added, "name": "The Wire", "url": feed, "prospect": "acme-corporation",
                              "allow_private": ["127.0.0.1"]}]  # fmt: skip
    assert desk.config.read_text().startswith(CONFIG)
    assert "[[sources]]" in desk.errors
    desk("poll")
    assert len(desk.titles()) == 2
    again = desk("source", "add", feed, *PRIVATE, code=1)
    assert (again, len(sources(desk))) == ("", 1)
    assert f"{added!r} asks that already" in desk.errors


def test_of_several_feeds_one_must_be_chosen(desk: Leadline, web: Server, feed: str) -> None:
    """Where nobody can be asked they are listed; on a terminal the user is asked, and asked before it is written."""
    address = page(web, "/feed.xml", "/other.xml")
    web.serve("/other.xml", rss(item("x", guid="1"), title="Other"))

    assert desk("source", "add", address, *PRIVATE, code=2).split() == [feed, f"{web.base}/other.xml"]
    assert desk.json("source", "add", address, *PRIVATE, code=2)["feeds"][0] == feed
    assert sources(desk) == []
    for answers, code, count in ((b"2\nn\n", 1, 0), (b"2\ny\n", 0, 1)):
        assert on_terminal(desk, answers, "source", "add", address, *PRIVATE) == code
        assert [each["name"] for each in sources(desk)] == ["Other"] * count


def on_terminal(desk: Leadline, answers: bytes, *arguments: str) -> int:
    """Run a command whose stdin is a terminal on which somebody types; its exit code."""
    theirs, ours = pty.openpty()
    try:
        process = desk.start(*arguments, stdin=ours)
        os.write(theirs, answers)
        process.communicate(timeout=60)
        return process.returncode
    finally:
        os.close(theirs)
        os.close(ours)


def test_a_page_without_a_feed_can_be_watched(desk: Leadline, web: Server) -> None:
    address = page(web)

    desk("source", "add", address, *PRIVATE, code=1)
    assert "--kind page_watch" in desk.errors
    desk("source", "add", address, *PRIVATE, "--kind", "page_watch")
    assert [each["kind"] for each in sources(desk)] == ["page_watch"]


def test_what_cannot_be_reached_is_added_only_unchecked(desk: Leadline, web: Server) -> None:
    desk("source", "add", f"{web.base}/none", *PRIVATE, code=1)
    assert "404" in desk.errors
    assert sources(desk) == []
    desk("source", "add", f"{web.base}/none", *PRIVATE, "--no-check")
    assert len(sources(desk)) == 1


@pytest.fixture
def here(configured: Path) -> Path:
    configured.write_text(CONFIG, encoding="utf-8")
    return configured


def test_a_known_address_becomes_its_connector_without_being_asked(run: Run, here: Path) -> None:
    """The prospect whose identifier an address has is found; a key and a contact that are needed are said."""
    ran = run("source", "add", "https://www.sec.gov/edgar/browse/?CIK=1234567", "--dry-run", "--json")
    assert ran.json["source"] == {"id": "acme-corporation-sec-submissions", "kind": "sec_submissions",
                                  "prospect": "acme-corporation", "options": {"cik": "0001234567"}}  # fmt: skip
    assert "set `contact` in [poll]" in ran.err
    assert (here.read_text(), ran.json["written"]) == (CONFIG, False)
    assert run("source", "add", "boards.greenhouse.io/acme/jobs/1", "--prospect", "acme-corporation").code == 0
    assert "It needs a key" in run("source", "add", "https://sam.gov/search/?index=opp").err
    assert [(each["kind"], each.get("options")) for each in tables(here)] == [
        ("greenhouse", {"board": "acme"}), ("sam_opportunities", None),
    ]  # fmt: skip
    assert run("config", "check").code == 0
    assert sorted(each.name for each in here.parent.iterdir() if "db" not in each.name) == ["leadline.toml"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("https://a.example/feed", "--prospect", "nobody"), 1, "`leadline prospect list` names them"),
        (("https://a.example/feed", "--kind", "rss", "--no-check"), 2, "unknown kind 'rss'"),
        (("https://a.example/feed", "--no-check", "--id", "Bad Id"), 2, "not of the allowed form"),
        (("ftp://a.example/feed", "--no-check"), 2, "not a web address"),
    ],
)
def test_what_could_not_be_asked_is_not_written(
    run: Run, here: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    ran = run("source", "add", *arguments)

    assert (ran.code, here.read_text()) == (code, CONFIG)
    assert words in ran.err


def test_a_config_with_faults_is_not_edited(run: Run, here: Path) -> None:
    here.write_text(f'{CONFIG}\n[[sources]]\nurl = "nonsense"\n', encoding="utf-8")
    before = here.read_bytes()

    assert run("source", "add", "CIK1234567").code == 2
    assert run("source", "mute", "x").code == 2
    assert here.read_bytes() == before


def test_mute_unmute_and_remove_keep_items_and_comments(desk: Leadline, feed: str) -> None:
    desk.config.write_text(f'{CONFIG}\n# the wire\n[[sources]]\nid = "wire"\nurl = "{feed}" # daily\n'
                           'allow_private = ["127.0.0.1"]\n\n# the end\n', encoding="utf-8")  # fmt: skip
    before = desk.config.read_text()
    desk("poll")

    desk("source", "mute", "wire")
    assert "Nothing is due" in desk("poll", "--force")
    assert len(desk.titles()) == 2
    assert desk.json("source", "list") == []
    desk("source", "unmute", "wire")
    assert desk.config.read_text() == before
    desk("source", "remove", "wire")
    assert 'url = "' in desk.errors
    text = desk.config.read_text()
    assert text.startswith(CONFIG)
    assert "# the end" in text
    assert [each["status"] for each in desk.json("sources", "--retired")] == ["retired"]
    assert len(desk.titles()) == 2
    desk("source", "remove", "wire", code=1)
    assert "no source in leadline.toml has the id 'wire'" in desk.errors


def test_a_trial_shows_what_would_be_new_and_stores_nothing(desk: Leadline, feed: str) -> None:
    desk("source", "add", feed, *PRIVATE, "--id", "wire")
    told = desk.json("source", "test", "wire")

    assert (told["outcome"], told["new"], told["title"]) == ("read", 2, "The Wire")
    (request,) = told["requests"]
    assert (request["method"], request["url"], request["status"]) == ("GET", feed, 200)
    assert request["etag"]
    assert request["headers"]["User-Agent"].startswith("leadline/")
    first = next(each for each in told["items"] if "acquires" in each["title"])
    assert (first["would_be"], first["prospects"][0]["prospect"]) == ("new", "acme-corporation")
    assert "strategy.ma" in [tag["signal"] for tag in first["tags"]]
    assert desk.json("items") == []
    assert desk.json("sources")[0]["status"] == "new"
    desk("poll")
    assert "2 items, 0 would be new" in desk("source", "test", "wire")


def test_a_trial_of_any_address(desk: Leadline, web: Server, feed: str) -> None:
    assert "2 would be new" in desk("source", "test", feed, *PRIVATE)
    assert "s3cret" not in desk("source", "test", f"{feed}?api_key=s3cret", *PRIVATE, code=1)
    assert feed in desk("source", "test", page(web, "/feed.xml"), *PRIVATE, code=1)
    assert sources(desk) == []
    desk("source", "test", "wire", code=1)
    assert "no source has the id 'wire'" in desk.errors


def test_a_trial_tells_unreadable_records_and_shows_them(desk: Leadline) -> None:
    document = json.loads(CASES["usaspending"].body)
    document["results"].append({"Award ID": "odd", "email": "jo@private.example"})
    with serving(Told(json.dumps(document))) as api:
        configure(desk, "usaspending", api.base, 'prospect = "acme-corporation"')
        out = desk("source", "test", "s", "--raw", code=3)
        told = desk.json("source", "test", "s", code=3)
    assert "1 of 3 awards unreadable: no generated_internal_id" in out
    assert 'raw: {"Award ID": "odd"}' in out
    assert "jo@private.example" not in out + json.dumps(told)
    assert (told["outcome"], len(told["items"]), told["raw"]) == ("partly", 2, [])


def test_a_trial_shows_no_key_and_keeps_the_quota(desk: Leadline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", KEY)
    with serving(Told(CASES["sam_opportunities"].body)) as api:
        configure(desk, "sam_opportunities", api.base, 'auth = "env:TEST_KEY"')
        out = desk("source", "test", "s") + desk("source", "test", "s", "--json")
        assert "api_key={auth}" in out
        assert KEY not in out + desk.errors
        first = desk.config.read_text().rpartition("[[sources]]")[2]
        for number in range(9):
            table = first.replace('id = "s', f'id = "s{number}').replace('/x/"', f'/x/{number}"')
            with desk.config.open("a") as file:
                file.write(f"[[sources]]{table}")
        desk("poll", code=None)
        assert "HELD" in desk("source", "test", "s", code=75)
        assert len(api.heard) == 10


def test_a_trial_of_what_is_not_configured_says_what_is_missing(run: Run, here: Path) -> None:
    here.write_text(f'{CONFIG}\n[[sources]]\nid = "s"\nkind = "sam_opportunities"\n', encoding="utf-8")

    ran = run("source", "test", "s")

    assert ran.code == 2
    assert "it needs auth" in ran.err


def test_health_is_told_in_columns_and_json(desk: Leadline, feed: str, web: Server) -> None:
    desk.configure(feed, f"{web.base}/none")
    with desk.config.open("a") as file:
        file.write('[[sources]]\nid = "sec"\nkind = "sec_submissions"\neach = "prospect"\n')
    desk("poll", code=3)
    kept, dismissed = (each["id"] for each in desk.json("items"))
    desk("triage", kept, "--state", "kept")
    desk("triage", dismissed, "--state", "dismissed")

    first, second, unset = desk.json("sources")
    assert (first["items_per_week"], first["kept_ratio"], first["health"]) == (0.5, 0.5, "ok")
    assert first["every"] > 0
    assert (second["health"], unset["status"], unset["missing"]) == ("failed", "not configured", ["cik"])
    out = desk("sources")
    assert "404" in out
    assert "50%" in out.splitlines()[0]
    assert "unset     sec is not configured for acme-corporation: it needs cik." in out


def configure(desk: Leadline, kind: str, base: str, more: str) -> None:
    text = (
        f'{CONFIG}\n[[sources]]\nid = "s"\nkind = "{kind}"\nurl = "{base}/x/"\nallow_private = ["127.0.0.1"]\n{more}\n'
    )
    desk.config.write_text(text, encoding="utf-8")
