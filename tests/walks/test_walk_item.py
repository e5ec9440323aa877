"""One item from its feed to the digest, and everything that can go wrong on the way, with real processes."""

from __future__ import annotations

import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.command import Leadline
from tests.servers import Reply, Server, item, rss


def ago(**age: float) -> str:
    """An RFC 822 date so long ago."""
    return format_datetime(datetime.now(UTC) - timedelta(**age))


def test_from_feed_to_digest(web: Server, desk: Leadline) -> None:
    """A new item of a prospect stands in the digest with its type, its reason, its link and the coverage."""
    title = "Acme Corporation appoints Jo Bell as chief financial officer"
    desk.configure(web.serve("/feed", rss(item(title, guid="1", link="https://acme.example/1", date=ago(hours=2)))))

    desk("poll")
    digest = desk("digest")

    assert title in digest
    assert "Organizational structure" in digest
    assert "“appoints" in digest
    assert "https://acme.example/1" in digest
    assert "1 of 1 sources answered." in digest


def test_second_poll_is_conditional_and_adds_nothing(web: Server, desk: Leadline) -> None:
    """The validator is sent back, the 304 counts as an answer, and nothing is due without --force."""
    desk.configure(web.serve("/feed", rss(item("A", guid="1"))))
    desk("poll")

    assert "Nothing is due" in desk("poll")
    again = desk.json("poll", "--force")

    assert [each.status for each in web.asked("/feed")] == [200, 304]
    assert web.asked("/feed")[1].headers["if-none-match"].startswith('"')
    assert (again["new"], again["sources"][0]["outcome"]) == (0, "unchanged")
    assert desk.titles() == ["A"]


def test_a_poll_names_itself(web: Server, desk: Leadline) -> None:
    """The User-Agent says who asks and where to complain."""
    desk.configure(web.serve("/feed", rss(item("A"))), more='[poll]\ncontact = "ops@acme.example"')
    desk("poll")

    agent = web.asked("/feed")[0].headers["user-agent"]
    assert agent.startswith("leadline/")
    assert "ops@acme.example" in agent


def test_edit_keeps_the_former_text(web: Server, desk: Leadline) -> None:
    """An edited entry is one item with its new text; the old one can still be read."""
    first, second = (rss(item("Acme", guid="1", text=text)) for text in ("costs 5 million", "costs 9 million"))
    desk.configure(web.serve("/feed", first, second))
    desk("poll")

    assert desk.json("poll", "--force")["sources"][0]["changed"] == 1
    [found] = desk.json("items")
    shown = desk.json("show", found["id"])

    assert shown["text"] == "costs 9 million"
    assert [version["text"] for version in shown["versions"]] == ["costs 5 million"]


def test_first_poll_is_a_baseline(web: Server, desk: Leadline) -> None:
    """What a source already held is stored, but only what is recent is new."""
    feed = rss(
        item("Acme old", guid="1", date=ago(days=40)),
        item("Acme fresh", guid="2", date=ago(days=2)),
        item("Acme undated", guid="3"),
    )
    later = feed.replace("</channel>", item("Acme later undated", guid="4") + "</channel>")
    desk.configure(web.serve("/feed", feed, later))
    desk("poll")

    assert set(desk.titles()) == {"Acme old", "Acme fresh", "Acme undated"}
    assert desk.titles("is:new") == ["Acme fresh"]
    desk("poll", "--force")
    assert set(desk.titles("is:new")) == {"Acme fresh", "Acme later undated"}


def test_one_bad_source_leaves_the_others_alone(web: Server, desk: Leadline) -> None:
    """Each failure is told in words and unknown in the digest; the good source is stored; the exit code tells."""
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/real"></head><body>hi</body></html>'
    desk.configure(
        web.serve("/good", rss(item("Acme wins", guid="1", date=ago(hours=1)))),
        web.serve("/html", Reply(page.encode(), headers={"Content-Type": "text/html"})),
        web.serve("/empty", ""),
        web.serve("/error", Reply(b"", 500)),
        web.serve("/cut", Reply(b"\x1f\x8b\x08\x00junk", headers={"Content-Encoding": "gzip"})),
        "http://127.0.0.1:9/nobody",
    )

    report = desk.json("poll", code=3)
    reasons = {each["id"]: each["reason"] for each in report["sources"]}
    digest = desk("digest")

    assert reasons["s1"] == ""
    assert f"{web.base}/real" in reasons["s2"]
    assert "empty" in reasons["s3"]
    assert "500" in reasons["s4"]
    assert "refused" in reasons["s6"]
    assert "Acme wins" in digest
    assert "1 of 6 sources answered." in digest
    assert digest.count("UNKNOWN") == 5


def test_all_failed_is_exit_code_1(web: Server, desk: Leadline) -> None:
    """Nothing answered: cron must hear of it."""
    desk.configure(web.serve("/error", Reply(b"", 503)))

    desk("poll", code=1)


def test_a_failed_source_keeps_its_items_and_recovers(web: Server, desk: Leadline) -> None:
    """Failing is a state, not a loss."""
    good = rss(item("A", guid="1"))
    desk.configure(web.serve("/feed", good, Reply(b"", 500), good))
    desk("poll")
    desk("poll", "--force", code=1)

    assert desk.titles() == ["A"]
    assert "500" in desk("sources", "--failed")
    desk("poll", "--force")
    assert desk("sources", "--failed") == ""


@pytest.mark.parametrize(
    ("name", "polls", "wanted"),
    [
        ("one guid for all", [[("a", "g", "/1"), ("b", "g", "/2"), ("c", "g", "/3")]] * 2, 3),
        (
            "guids that change",
            [[("a", "g1", "/1"), ("b", "g2", "/2")], [("a", "h1", "/1"), ("b", "h2", "/2")]],
            2,
        ),
        ("entries repeated", [[("a", "g", "/1")] * 3] * 2, 1),
        ("no guid", [[("a", "", "/1"), ("b", "", "/2")]] * 2, 2),
        ("one link for all, no guid", [[("a", "", "/"), ("b", "", "/")]] * 2, 2),
        ("one link for all, guids", [[("a", "1", "/"), ("b", "2", "/")]] * 2, 2),
        ("neither guid nor link", [[("a", "", ""), ("b", "", "")]] * 2, 2),
        ("no title, no link", [[("", "1", ""), ("", "2", "")]] * 2, 2),
        ("repeated under other guids", [[("a", "1", "/1"), ("a", "2", "/1")]] * 2, 1),
    ],
)
def test_guid_trust(
    web: Server, desk: Leadline, name: str, polls: list[list[tuple[str, str, str]]], wanted: int
) -> None:
    """Whatever a feed does with its guids, its items are neither lost nor doubled."""
    documents = [
        rss(
            *(
                item(title, guid=guid, link=f"https://x.example{link}" if link else "", text=f"text {title}")
                for title, guid, link in entries
            ),
            title=str(number),
        )
        for number, entries in enumerate(polls)
    ]
    desk.configure(web.serve("/feed", *documents))
    for _ in documents:
        desk("poll", "--force")

    assert len(desk.titles()) == wanted, name


def test_one_link_and_title_on_different_days_are_different_items(web: Server, desk: Leadline) -> None:
    """A page without guids that publishes "Progress report" again and again beside other news."""
    link = "https://x.example/news"
    days = [item("Progress report", link=link, date=ago(days=day), text=f"day {day}") for day in (1, 2)]
    feed = rss(*days, item("Other", link=link, date=ago(days=3)))
    desk.configure(web.serve("/feed", feed, feed.replace("<title>T", "<title>U")))
    desk("poll")
    desk("poll", "--force")

    assert sorted(desk.titles()) == ["Other", "Progress report", "Progress report"]


def test_two_feeds_that_share_guids_keep_their_items(web: Server, desk: Leadline) -> None:
    """Identity holds within one source."""
    feeds = [web.serve(f"/{name}", rss(item(name, guid="1"))) for name in ("a", "b")]
    desk.configure(*feeds)
    desk("poll")

    assert set(desk.titles()) == {"a", "b"}


def test_nothing_raw_reaches_the_terminal(web: Server, desk: Leadline) -> None:
    """Escapes, controls, bidi overrides and markup are text or gone, in every command."""
    nasty = "Acme &#x9b;31m \u202eevil&amp;#27;]0;x&amp;#7; [bold]b[/bold] [/nope] " + "x" * 10_000
    desk.configure(web.serve("/feed", rss(item(nasty, guid="1", date=ago(hours=1), link="javascript:alert(1)"))))
    desk("poll")

    [found] = desk.json("items")
    for arguments in (
        ("items",),
        ("digest",),
        ("digest", "--format", "md"),
        ("show", found["id"]),
        ("sources",),
    ):
        out = desk(*arguments)
        assert not {
            sign for sign in out if (ord(sign) < 32 and sign != "\n") or 127 <= ord(sign) < 160 or sign == "\u202e"
        }
    assert found["link"] == ""
    assert len(found["title"]) <= 500
    assert "[bold]b[/bold] [/nope]" in desk("items")


def test_odd_dates_do_not_rule_the_list(web: Server, desk: Leadline) -> None:
    """1970, 2099 and garbage are no dates; the items are stored."""
    dates = ["Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 01 Jan 2099 00:00:00 GMT", "32 Foo 2026", "yesterday", ""]
    desk.configure(
        web.serve(
            "/feed",
            rss(*(item(f"t{number}", guid=str(number), date=date) for number, date in enumerate(dates))),
        )
    )
    desk("poll")

    assert {found["published"] for found in desk.json("items")} == {None}
    assert len(desk.titles()) == len(dates)


def test_editing_the_config_loses_nothing(web: Server, desk: Leadline) -> None:
    """A source that moves to another address keeps its items; one that is removed leaves its items searchable."""
    desk.configure(web.serve("/old", rss(item("A", guid="1"))), web.serve("/other", rss(item("B", guid="2"))))
    desk("poll")
    desk.configure(web.serve("/new", rss(item("A", guid="1"), item("C", guid="3"))))
    desk("poll")

    assert sorted(desk.titles()) == ["A", "B", "C"]
    assert "retired" in desk("sources", "--retired")


def test_a_new_prospect_finds_what_is_stored(web: Server, desk: Leadline) -> None:
    """Prospects are matched to old items as soon as they are configured."""
    url = web.serve("/feed", rss(item("Zenith Rail orders trains", guid="1", date=ago(hours=3))))
    desk.configure(url)
    desk("poll")
    assert desk.titles("is:matched") == []

    desk.configure(url, prospects='[[prospects]]\nid = "zenith"\nname = "Zenith Rail"\n')
    assert desk.titles("prospect:zenith") == ["Zenith Rail orders trains"]
    assert "Zenith Rail orders trains" in desk("digest")


def test_search_finds_words_of_the_body(web: Server, desk: Leadline) -> None:
    """Full text, phrases and exclusion."""
    desk.configure(
        web.serve(
            "/feed",
            rss(
                item("One", guid="1", text="a cloud migration begins"),
                item("Two", guid="2", text="migration of geese"),
            ),
        )
    )
    desk("poll")

    assert desk.titles("cloud migration") == ["One"]
    assert set(desk.titles("migration")) == {"One", "Two"}
    assert desk.titles("migration -geese") == ["One"]
    assert desk.titles('"unbalanced AND ( NEAR *') == []


def test_kill_in_the_middle_of_a_poll(web: Server, desk: Leadline) -> None:
    """Nothing is lost and nothing doubled: the next poll takes over at once what the killed one held."""
    slow = [
        web.serve(f"/{number}", Reply(rss(item(f"t{number}", guid="1")).encode(), delay=0.15)) for number in range(24)
    ]
    desk.configure(*slow, more="[poll]\nper_host = 4")
    process = desk.start("poll", start_new_session=True)
    while len(web.log) < 10:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    survived = len(desk.titles())

    desk("poll")

    assert survived < 24
    assert sorted(desk.titles()) == sorted(f"t{number}" for number in range(24))


def test_two_polls_at_once_ask_each_source_once(web: Server, desk: Leadline) -> None:
    """Claims keep them apart; the second leaves with its own exit code where it finds all held."""
    urls = [
        web.serve(f"/{number}", Reply(rss(item(f"t{number}", guid="1")).encode(), delay=0.1)) for number in range(12)
    ]
    desk.configure(*urls)
    desk("sources")
    polls = [desk.start("poll", "-q") for _ in range(2)]
    codes = [process.wait(timeout=60) for process in polls]
    for process in polls:
        process.communicate()

    assert sorted(codes) in ([0, 0], [0, 75])
    assert [len(web.asked(f"/{number}")) for number in range(12)] == [1] * 12
    assert len(desk.titles()) == 12


def test_ctrl_c_stores_what_was_fetched_and_gives_the_rest_back(web: Server, desk: Leadline) -> None:
    """Stopped early is not failed: what had come is kept, what had not is due again at once."""
    urls = [
        web.serve(f"/{number}", Reply(rss(item(f"t{number}", guid="1")).encode(), delay=0.4)) for number in range(30)
    ]
    desk.configure(*urls)
    process = desk.start("poll")
    while len(web.log) < 6:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)

    stored = len(desk.titles())
    assert 0 < stored < 30
    desk("poll")
    assert len(desk.titles()) == 30


def test_run_polls_prints_and_stops(web: Server, desk: Leadline) -> None:
    """The daemon polls at once, prints a digest when asked, and SIGTERM ends it cleanly."""
    desk.configure(web.serve("/feed", rss(item("Acme news", guid="1", date=ago(hours=1)))))
    process = desk.start("run", "--digest-now", stdin=subprocess.DEVNULL)
    assert process.stdout is not None
    lines = iter(process.stdout.readline, "")
    assert any("Acme news" in line for line in lines)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=15)

    assert process.returncode == 0, errors
    assert "stopping" in errors
