"""Feeds of a list as sources of a config, and back; the config's other words stay."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator import config
from aggregator.configuring import Configuring
from aggregator.errors import ConfigError, LeadlineError
from aggregator.opml import Import, as_toml, plan_export, plan_import
from aggregator.packs.merge import fingerprint
from feeds.opml import FeedList, Listed, label, read_feed_list, write_opml

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
OWN = """\
# my accounts
[[prospects]]
id = "acme"
name = "Acme Corporation"
aliases = ["ACME"]

[[sources]]
id = "trade"
url = "https://known.example/feed/"   # the good one
"""


def planned(*feeds: Listed, own: str = OWN) -> Import:
    return plan_import(FeedList(feeds), config.parse(own))


def added(plan: Import, own: str = OWN) -> config.Config:
    return config.parse(own + as_toml(plan.sources, "a list"))


@pytest.mark.parametrize("name", ["acme", "Acme  Corporation", "ACME corporation"])
def test_a_folder_called_like_a_prospect_makes_the_feed_its_own(name: str) -> None:
    plan = planned(Listed("https://a.example/1", "News", (("Accounts", name, "Press"), ("Later",))))

    assert (plan.sources[0].prospect, plan.sources[0].folders) == ("acme", (("Accounts", "Press"), ("Later",)))
    source = added(plan).sources[1]
    assert (source.id, source.prospect, source.url) == ("news", "acme", "https://a.example/1")


def test_what_the_config_has_already_is_told_and_left() -> None:
    """With or without a closing slash, and whether or not it is encrypted."""
    plan = planned(
        Listed("http://KNOWN.example/feed"), Listed("https://a.example/x#top"), Listed("https://a.example/x")
    )

    assert plan.known == ("http://KNOWN.example/feed", "https://a.example/x")
    assert [each.url for each in plan.sources] == ["https://a.example/x#top"]


def test_ids_are_free_and_fit() -> None:
    feeds = [
        Listed(f"https://a.example/{n}", title) for n, title in enumerate(["Trade", "Trade", "", "", "製粉", "x" * 190])
    ]
    sources = added(planned(*feeds)).sources

    assert [each.id for each in sources[:5]] == ["trade", "trade-2", "trade-3", "a-example", "a-example-2"]
    assert len({each.id for each in sources}) == 7


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://a.example/feed", "not a web address"),
        ("https://me:secret@a.example/feed", "login"),
        ("https://a.example/${domain}", "fill in"),
        ("https://a.example/" + "x" * 5_000, "characters"),
        ("https://[::1/feed", "not a web address"),
        ("https:///feed", ""),
        ("https://a.example:99999/", ""),
    ],
)
def test_an_address_that_can_be_no_source_is_left_out(url: str, words: str) -> None:
    plan = planned(Listed(url, "X"))

    assert not plan.sources
    assert words in plan.left_out[0][1]


def test_what_a_list_says_of_a_feed_fills_no_place_and_makes_no_other_source() -> None:
    plan = planned(
        Listed("https://a.example/1", "News ${cik}", (("${x}",),), {"htmlUrl": "https://a.example/", "d": "${y}"})
    )
    source = added(
        planned(Listed("https://a.example/1", "News", (("T",),), {"htmlUrl": "https://a.example/"}))
    ).sources[1]

    assert fingerprint(source) == fingerprint(config.parse('[[sources]]\nurl = "https://a.example/1"\n').sources[0])
    made = added(plan)
    assert not made.not_configured
    assert made.sources[1].url == "https://a.example/1"


def test_an_export_holds_no_key_header_nor_internal_source() -> None:
    own = config.parse(
        OWN
        + """
[[sources]]
id = "with-key"
url = "https://a.example/feed?token=abc"
[[sources]]
id = "with-header"
url = "https://a.example/h"
headers = { Authorization = "env:TOKEN" }
[[sources]]
id = "inside"
url = "https://wiki.example/feed"
scope = "internal"
[[sources]]
id = "lan"
url = "http://10.1.2.3/feed"
allow_private = ["10.0.0.0/8"]
[[sources]]
id = "search"
kind = "gdelt"
each = "prospect"
"""
    )
    plan = plan_export(own.sources, own.prospects)

    assert [each.url for each in plan.feeds] == ["https://known.example/feed/"]
    assert [what for what, _ in plan.left_out] == ["with-key", "with-header", "inside", "lan", "search.acme"]


NAMES = st.text("abcdefgh & é<\"'", min_size=1, max_size=20).map(label).filter(bool)
FEEDS = st.builds(
    Listed,
    url=st.text("abcdefghij&%?=/", max_size=20).map(lambda path: f"https://a.example/{path}"),
    title=NAMES,
    folders=st.lists(
        st.lists(NAMES | st.just("Acme Corporation"), min_size=1, max_size=3).map(tuple), unique=True, max_size=3
    ).map(tuple),
    attributes=st.dictionaries(st.sampled_from(["htmlUrl", "frss:priority"]), NAMES),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(FEEDS, max_size=8))
def test_an_export_imported_again_is_the_same(feeds: list[Listed]) -> None:
    """List → config → list → another config: the same feeds, names, prospects and folders."""
    prospects = OWN.partition("[[sources]]")[0]
    first = added(planned(*feeds, own=prospects), prospects)
    raw = write_opml(plan_export(first.sources, first.prospects).feeds, "x", NOW).encode()
    second = added(plan_import(read_feed_list(raw), config.parse(prospects)), prospects)

    told = [{(s.url, s.name, s.prospect, repr(sorted(map(str, s.options.items())))) for s in each.sources}
            for each in (first, second)]  # fmt: skip
    assert told[0] == told[1]


def test_a_files_name_writes_no_line_of_its_own() -> None:
    told = as_toml(planned(Listed("https://a.example/1")).sources, 'x"\n[poll]\nat_least = "1s"\n#.opml')

    assert config.parse(OWN + told).settings == config.parse(OWN).settings


def test_appending_keeps_every_word_rights_and_line_ends(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "leadline.toml"
    before = b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").rstrip().encode()
    real.write_bytes(before)
    real.chmod(0o600)
    link.symlink_to(real)

    Configuring(link).add_text(as_toml(planned(Listed("https://a.example/1", "News")).sources, "a list"))

    assert real.read_bytes().startswith(before)
    assert b"\n" not in real.read_bytes().replace(b"\r\n", b"")
    assert real.stat().st_mode & 0o777 == 0o600
    assert link.is_symlink()
    assert [each.id for each in config.read(link).sources] == ["trade", "news"]
    assert sorted(os.listdir(tmp_path)) == ["leadline.toml", "real.toml"]


def test_a_config_that_would_not_be_valid_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "leadline.toml"
    path.write_text('sources = [{ url = "https://a.example/" }]\n')
    with pytest.raises(LeadlineError, match="left as it is") as caught:
        Configuring(path).add_text('\n[[sources]]\nurl = "https://b.example/"\n')
    assert "write each as [[sources]]" in caught.value.hint

    path.write_text(OWN)
    with pytest.raises(ConfigError, match="second source"):
        Configuring(path).add_text('\n[[sources]]\nid = "trade"\nurl = "https://b.example/"\n')
    assert path.read_text() == OWN


def test_feeds_are_added_to_a_config_that_names_lists_of_prospects(tmp_path: Path) -> None:
    path = tmp_path / "leadline.toml"
    path.write_text('prospect_files = ["prospects.csv"]\n')
    path.with_name("prospects.csv").write_text("id,name\nacme,Acme Corporation\n")
    own = config.read(path)
    plan = plan_import(FeedList((Listed("https://a.example/1", "News", (("Acme Corporation",),)),)), own)

    Configuring(path).add_text(as_toml(plan.sources, "a list"))

    assert [(each.id, each.prospect) for each in config.read(path).sources] == [("news", "acme")]
