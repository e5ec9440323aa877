"""The demonstration's world shows everything that leadline does, and harms nothing of the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator import config
from aggregator.demo.server import document, names, serving
from aggregator.demo.world import DATABASE, clear, config_text, write_config
from aggregator.tagging.content_types import TYPE_IDS
from tests.command import Leadline
from tests.samples import NOW


def test_the_demo_shows_everything(desk: Leadline) -> None:
    """Every content type, a story of several sources, five APIs, the broken feed and the dead source, nothing twice."""
    out = desk("demo", "--dir", "world")

    assert "leadline items" in out
    assert "12 sources answered 304 Not Modified, 0 items added" in desk.errors
    digest = desk.json("digest", "--since", "14d", "--config", "world/leadline.toml")
    assert set(digest["by_type"]) == set(TYPE_IDS)
    assert len(digest["prospects"]) == 3
    assert any(len(story["sources"]) > 2 for section in digest["prospects"] for story in section["stories"])
    assert digest["top"]
    coverage = digest["coverage"]
    assert (coverage["total"], coverage["answered"]) == (15, 14)
    assert [each["source"] for each in coverage["failed"]] == ["harbour-journal"]
    assert [each["source"] for each in coverage["faulty"]] == ["county-gazette"]
    assert desk.json("items", '"smart meters"', "--config", "world/leadline.toml")

    desk("demo", "--dir", "world")
    assert len(desk.json("items", "--limit", "0", "--config", "world/leadline.toml")) == 27


def test_the_apis_are_played_like_real_ones(tmp_path: Path) -> None:
    """By their own connectors, with a key from a file, and what a prospect lacks left out."""
    with serving() as samples:
        read = config.read(write_config(tmp_path, samples))
    kinds = {source.kind for source in read.sources} - {"feed"}
    assert len(kinds) == 5
    assert sorted(each.prospect for each in read.not_configured) == ["meridian", "northlake"]


def test_samples_are_four_formats_with_their_dates_put_in() -> None:
    assert len(names()) >= 8
    assert {name.rpartition(".")[2] for name in names()} == {"xml", "atom", "rdf", "json"}
    for name in names():
        raw = document(name, "http://127.0.0.1:1", NOW)
        assert b"@" not in raw.replace(b"rss@", b"")


def test_the_config_of_the_demo_is_valid(tmp_path: Path) -> None:
    with serving() as samples:
        read = config.read(write_config(tmp_path, samples))

    assert (len(read.prospects), len(read.sources)) == (3, 15)


@pytest.mark.parametrize("file", ["leadline.toml", DATABASE])
def test_a_folder_with_the_users_own_is_left_alone(tmp_path: Path, file: str) -> None:
    tmp_path.joinpath(file).write_text("mine")

    assert clear(tmp_path) == str(tmp_path / file)
    assert tmp_path.joinpath(file).read_text() == "mine"


def test_an_earlier_demo_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    with serving() as samples:
        tmp_path.joinpath("leadline.toml").write_text(config_text(samples))
    for name in (DATABASE, f"{DATABASE}-wal", "leadline.search.db", "notes.txt"):
        tmp_path.joinpath(name).write_text("x")

    assert clear(tmp_path) == ""
    assert [each.name for each in tmp_path.iterdir()] == ["notes.txt"]


def test_the_command_says_what_is_in_the_way(desk: Leadline) -> None:
    desk.configure("https://a.example/feed")

    assert desk("demo", "--dir", ".", code=1) == ""
    assert "is not a demo's" in desk.errors
    assert desk.config.read_text().startswith("database")
