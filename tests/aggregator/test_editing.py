"""Edits of configs: comments and all else stay, what cannot be proved is refused, nothing is half written."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.editing import rewrite, with_changes, with_setting, with_table, without_table
from aggregator.errors import LeadlineError

TEXT = """\
# mine
rep = "jo"  # that is me
#prospect_files = []

[[prospects]]
name = "Acme"  # the big one
ids = { cik = "1" }

# feeds follow
[[sources]]
id = "a"
url = "https://a.example/"   # wire
text = '''
[[sources]]
'''

[sources.options]
x = 1

# about b
[[sources]]
id = "b"
# the end of b

[[prospects]]
name = "Beta"
"""


def test_an_added_table_stands_at_the_end_and_all_else_stays() -> None:
    table = {"id": "c", "name": 'with "quotes" \\ and 🌊\x7f', "options": {"board": "x", "list": [1, "é"]}}
    text = with_table(TEXT, "sources", table)

    assert text.startswith(TEXT)
    assert tomllib.loads(text)["sources"][2] == table


@pytest.mark.parametrize("text", ["", "\n", "x = 1", "# only a word", "[poll]\nat_least = 900"])
def test_a_table_is_added_to_whatever_there_is(text: str) -> None:
    assert tomllib.loads(with_table(text, "sources", {"id": "c"}))["sources"] == [{"id": "c"}]


def test_a_key_is_set_changed_and_taken_out_with_comments_kept() -> None:
    muted = with_changes(TEXT, "sources", 0, {"muted": True})

    assert muted.replace("muted = true\n", "") == TEXT
    assert with_changes(muted, "sources", 0, {"muted": None}) == TEXT
    named = with_changes(TEXT, "prospects", 0, {"name": "Acme Ltd", "ids": {"lei": "2"}, "aliases": ["A"]})
    assert '"Acme Ltd"  # the big one' in named
    data = tomllib.loads(named)
    assert data["prospects"] == [{"name": "Acme Ltd", "ids": {"lei": "2"}, "aliases": ["A"]}, {"name": "Beta"}]


def test_a_table_taken_out_leaves_the_comments_of_others() -> None:
    text = without_table(TEXT, "sources", 0)

    assert "# feeds follow" in text
    assert "# about b" in text
    assert [each["id"] for each in tomllib.loads(text)["sources"]] == ["b"]
    assert len(tomllib.loads(text)["prospects"]) == 2


def test_signs_that_only_look_like_line_ends_move_no_line() -> None:
    text = TEXT.replace("# wire", "# wire \u2028 \x0c \x85").replace("\x0c", "")

    assert with_changes(text, "sources", 1, {"muted": True}).replace("muted = true\n", "") == text


def test_a_setting_takes_the_place_of_its_commented_default() -> None:
    once = with_setting(TEXT, "prospect_files", ["a.csv"])
    twice = with_setting(once, "prospect_files", ["a.csv", "b.csv"])

    assert once.replace('prospect_files = ["a.csv"]', "#prospect_files = []") == TEXT
    assert tomllib.loads(twice)["prospect_files"] == ["a.csv", "b.csv"]
    assert tomllib.loads(with_setting("[poll]\n", "rep", "x")) == {"rep": "x", "poll": {}}


@pytest.mark.parametrize("text", ['sources = [{ id = "a" }]\n', "sources = []\n"])
def test_what_cannot_be_edited_safely_is_refused(text: str) -> None:
    with pytest.raises(LeadlineError) as caught:
        with_table(text, "sources", {"id": "c"})
    assert "by hand" in caught.value.hint
    if "id" in text:
        with pytest.raises(LeadlineError):
            with_changes(text, "sources", 0, {"muted": True})


NAMES = st.sampled_from(["prospects", "sources"])
VALUES = st.text(max_size=12) | st.booleans() | st.lists(st.text(max_size=5), max_size=3)
PIECES = st.tuples(NAMES, st.dictionaries(st.sampled_from(["id", "name", "url"]), VALUES, max_size=3))


@given(st.lists(PIECES, min_size=1, max_size=6), st.data())
def test_whatever_stands_there_an_edit_says_what_it_should_and_no_more(
    pieces: list[tuple[str, dict[str, Any]]], data: st.DataObject
) -> None:
    text = "# head\n"
    for kind, table in pieces:
        text = with_table(text, kind, table) + "# behind\n"
    before = tomllib.loads(text)
    kind = data.draw(st.sampled_from(sorted(before)))
    number = data.draw(st.integers(0, len(before[kind]) - 1))
    value = data.draw(VALUES)

    changed = with_changes(text, kind, number, {"name": value})
    removed = without_table(text, kind, number)

    before[kind][number]["name"] = value
    assert tomllib.loads(changed) == before
    assert changed.count("# behind") == text.count("# behind")
    del before[kind][number]
    assert tomllib.loads(removed) == {key: each for key, each in before.items() if each}


def test_a_refused_text_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n")

    def refuse(text: str) -> None:
        raise LeadlineError("no")

    with pytest.raises(LeadlineError):
        rewrite(path, lambda text: text + "c = 3\n", refuse)
    assert path.read_bytes() == b"\xef\xbb\xbfa = 1\r\nb = 2\r\n"
    rewrite(path, lambda text: text + "c = 3\n", tomllib.loads)
    assert path.read_bytes() == b"\xef\xbb\xbfa = 1\r\nb = 2\r\nc = 3\r\n"
    assert [each.name for each in tmp_path.iterdir()] == ["x.toml"]


def test_a_private_file_stays_private_and_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "x.toml", tmp_path / "link.toml"
    path.write_text("a = 1\n")
    path.chmod(0o600)
    link.symlink_to(path)

    rewrite(link, lambda text: text + "b = 2\n", tomllib.loads)

    assert link.is_symlink()
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("a = 1\nb = 2\n", 0o600)


def test_two_that_edit_at_once_lose_nothing(tmp_path: Path, project: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("")
    code = (
        "import sys, tomllib; from pathlib import Path; from aggregator.editing import rewrite, with_table\n"
        "for n in range(10):\n"
        "    table = {'id': sys.argv[2] + str(n)}\n"
        "    rewrite(Path(sys.argv[1]), lambda t: with_table(t, 'sources', table), tomllib.loads)"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(path), name], cwd=project) for name in "abc"]

    assert [each.wait(60) for each in running] == [0, 0, 0]
    assert len({each["id"] for each in tomllib.loads(path.read_text())["sources"]}) == 30
