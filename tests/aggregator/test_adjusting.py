"""What a rep changes of packs' sources, and how it is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator import config
from aggregator.core import Aggregator
from aggregator.errors import ConfigError, LeadlineError
from tests.packing import source, write_pack

CONFIG = """\
database = "leadline.db"
[[sources]]
id = "mine"
url = "https://mine.example/feed"
"""


@pytest.fixture
def desk(tmp_path: Path) -> Aggregator:
    """A config with a source of its own, and a pack of two."""
    path = tmp_path / "leadline.toml"
    path.write_text(CONFIG, encoding="utf-8")
    aggregator = Aggregator.open(config.read(path))
    tables = source("one", "https://one.example/feed") + source("two", "https://two.example/feed")
    folder = write_pack(tmp_path / "made", tables)
    for plan in aggregator.packs.plan(str(folder)):
        aggregator.packs.put(plan)
    aggregator.reload()
    return aggregator


def polled(aggregator: Aggregator) -> dict[str, str]:
    return {each.id: each.url for each in aggregator.catalog.sources}


ALL = {"mine": "https://mine.example/feed", "team.one": "https://one.example/feed",
       "team.two": "https://two.example/feed"}  # fmt: skip


def test_a_source_is_muted_moved_and_as_it_was(desk: Aggregator) -> None:
    assert polled(desk) == ALL
    unmute = desk.adjusting.mute("team.one", muted=True)
    assert set(polled(desk)) == {"mine", "team.two"}
    assert desk.adjusting.is_muted("team.one")
    back = desk.adjusting.move("team.two", "https://two.example/new")
    assert polled(desk)["team.two"] == "https://two.example/new"
    unmute()
    assert polled(desk) == {**ALL, "team.two": "https://two.example/new"}
    back()
    assert polled(desk) == ALL
    desk.close()


def test_a_pack_is_muted_whole_and_one_of_it_let_go(desk: Aggregator) -> None:
    desk.adjusting.mute("team.two", muted=True)
    back = desk.adjusting.mute_pack("team", muted=True)
    assert desk.adjusting.is_pack_muted("team")
    back()
    assert set(polled(desk)) == {"mine", "team.one"}
    desk.adjusting.mute_pack("team", muted=True)
    desk.adjusting.mute_pack("team", muted=False)
    assert polled(desk) == ALL
    desk.close()


def test_what_is_the_rep_s_own_is_changed_where_it_stands(desk: Aggregator) -> None:
    where = r"your own.*leadline\.toml, line 3"
    with pytest.raises(LeadlineError, match=where):
        desk.adjusting.mute("mine", muted=True)
    with pytest.raises(LeadlineError, match=where):
        desk.adjusting.move("mine", "https://x.example")
    with pytest.raises(LeadlineError, match="no installed pack"):
        desk.adjusting.mute("nobody", muted=True)
    desk.close()


@pytest.mark.parametrize("url", ["ftp://a.example", "javascript:alert(1)", "https://me:pw@a.example/", "https://"])
def test_an_address_that_is_none_is_refused_and_changes_nothing(desk: Aggregator, url: str) -> None:
    with pytest.raises(ConfigError):
        desk.adjusting.move("team.one", url)
    desk.reload()
    assert polled(desk) == ALL
    desk.close()


def test_an_update_goes_back_to_the_version_before(desk: Aggregator, tmp_path: Path) -> None:
    write_pack(tmp_path / "made", source("one", "https://one.example/feed"), version="1.1.0")
    (plan,) = desk.packs.offer(["team"]).plans
    back = desk.adjusting.update(plan)
    assert desk.packs.installed("team").version == "1.1.0"
    assert set(polled(desk)) == {"mine", "team.one"}
    back()
    assert desk.packs.installed("team").version == "1.0.0"
    assert not desk.packs.installed("team").pinned
    assert polled(desk) == ALL
    desk.close()
