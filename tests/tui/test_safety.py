"""Whatever feeds, packs and colleagues write is inert text in straight columns; small screens and old databases too."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.pilot import Pilot

from aggregator.board import Row
from aggregator.errors import LeadlineError
from aggregator.model import Evidence, Prospect, Reason, Score, Tag, Verdict
from aggregator.pipeline.differences import differences as compare
from tests.command import Leadline
from tests.samples import NOW, a_tag, an_item
from tests.tui.desks import deals, opened, press, reader, rest, rows, said, stories, titles
from tui.app import Desk
from tui.command import check_keys
from tui.formatting import STATES, countdown, dots, fit, prospect_line, sparkline, story_line
from tui.keys import ACTIONS
from tui.page import changed_words, score_sum
from tui.screens.dialogs import Pick
from tui.typed import complete, parse
from tui.whens import read, usual

HOSTILE = (
    "Acme [/] [@click=app.quit]x[/] [bold red] \\[ $primary {a} acquires",
    "Acme \x1b]8;;https://evil.example\x07link\x1b]8;;\x07 \x1b]52;c;QUJD\x07 acquires",
    "Acme \x1b[31mred\x9b2J\x1b[6n acquires",
    "Acme \u202eevil\u202c \u200bzero\u2060width acquires",
    "Acme 日本語の見出し 👩‍👩‍👧 emoji 🇩🇪 acquires",
    "Acme " + "very long " * 1000 + "acquires",
    "Acme [link=javascript:alert(1)]click[/link] acquires",
)


SIGNS = "\x1b\x9b\x07\u202e\u200b\u2060"


def drawn(app: Desk) -> str:
    """Everything that the terminal would get, as text."""
    return "\n".join("".join(s.text for s in strip) for strip in app.screen._compositor.render_strips())


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_are_text_on_straight_lines(title: str) -> None:
    for width in (40, 80, 200):
        row = story_line(Row(an_item(title), 50.0, (title,), False), NOW, width)
        assert row.cell_length == width
        assert not any(sign in row.plain for sign in SIGNS)


def test_hostile_text_is_shown_as_text_everywhere(path: Path) -> None:
    title = " ".join(HOSTILE)
    path.write_text(path.read_text().replace('name = "Zenith Rail"', 'name = "Zenith [/] [@click=app.quit]Rail[/]"'))
    item = an_item(title, text=f"{title}\n\n{title}", link="https://a.example/[/]?q=[@click=app.quit]", author=title)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        width = stories(app).line_width
        assert [cell_len(row) for row in rows(app)] == [width]
        app.session.aggregator.team.add_note(title or "x", item=item.id)
        app.session.aggregator.team.save_view("[/] view", "age<9d [/]")
        for keys in ("s", "u", "c", "escape", "o", "escape", "V", "escape", "x", "enter", "enter", "f3", "f8", "f2"):
            await press(pilot, keys)
            text = drawn(app)
            assert not any(sign in text for sign in SIGNS)
        assert app.is_running
        await pilot.click("Lines", offset=(60, 0))
        await rest(pilot)
        assert app.is_running

    opened(path, use, item, size=(160, 40)).close()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.integers(0, 60))
def test_any_text_fits_on_exactly_so_many_columns(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.integers(56, 220), st.sampled_from(sorted(STATES)), st.integers(0, 40))
def test_any_story_fits_its_line(title: str, width: int, state: str, days: int) -> None:
    tags = tuple(a_tag(kind, kind) for kind in ("strategy", "structure", "purchasing_history")[: days % 4])
    row = Row(an_item(title, tags=tags), 61.2, ("acme", title), False, ("x",), days, Verdict("x", "me", state, NOW),
              date(2026, 3, 2 + days % 20))  # fmt: skip
    assert story_line(row, NOW, width, marked=True).cell_length == width
    assert prospect_line(Prospect("p", title or "x"), days * 90, [days] * 14, width).cell_length == width


@pytest.mark.parametrize("size", [(20, 8), (40, 12), (80, 24), (200, 60)])
def test_every_size_shows_what_fits_and_reflows(path: Path, size: tuple[int, int]) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        if size == (20, 8):
            assert "too small" in drawn(app).replace("\n", " ")
        else:
            assert {cell_len(row) for row in rows(app)} == {stories(app).line_width}
        await pilot.resize_terminal(90, 20)
        await press(pilot, "j")
        await pilot.resize_terminal(100, 24)
        await rest(pilot)
        assert {cell_len(row) for row in rows(app)} == {stories(app).line_width}
        assert 90 < stories(app).line_width <= 100
        assert "Body 1." in reader(app)

    opened(path, use, *deals(2), an_item("Acme " + "long " * 90, hours=900), size=size).close()


def test_evidence_is_marked_in_place_with_the_name_of_its_signal(path: Path) -> None:
    text = "It said that it acquires Beta."
    at = text.index("acquires")
    tag = Tag("strategy", "strategy.ma", Evidence("body", "acquires", at, at + 8), "rule", "core", 0.9)

    async def use(_pilot: Pilot[None], app: Desk) -> None:
        assert "it acquires ‹Merger, acquisition, sale› Beta" in reader(app)

    opened(path, use, an_item("Acme buys", text=text, tags=(tag,))).close()


def test_a_score_is_shown_as_a_sum_of_its_terms() -> None:
    lines = [
        line.plain
        for line in score_sum(Score(47.5, (Reason("Tender", 100), Reason("old", 0.5), Reason("x", 0.95))), "Acme")
    ]

    assert lines == [" 47.5  score for Acme", " 100.0 Tender", " -50.0 old ×0.5", "  -2.5 x ×0.95"]


def test_small_things_are_drawn_right() -> None:
    assert sparkline([0, 1, 8]) == " ▁█"
    assert sparkline([0, 0]) == "  "
    assert len(dots(range(14))) == 7
    assert countdown(date(2026, 3, 4), date(2026, 3, 2))[0] == "  !2d"
    assert countdown(date(2026, 3, 1), date(2026, 3, 2))[0] == " past"
    assert changed_words(compare("an old word", "an word")).plain == "an [-old -]word"
    assert complete("dis", {}, []) == ["dismiss"] or "dismiss" in complete("dis", {}, [])
    assert complete("keep prospect:a", {}, ["prospect:acme"]) == ["keep prospect:acme"]
    assert parse(":keep age<7d")[1] == "age<7d"
    assert {name for name, _, at in usual(NOW) if at > NOW} == {"l", "t", "m", "w", "o"}
    assert [read(text, NOW) for text in ("", "yesterday", "2020-01-01", "0d", "2026-13-40")] == [None] * 5


def test_reading_on_ends_in_the_next_story_and_the_palette_has_every_action(path: Path) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "space")
        assert stories(app).cursor == 1
        names = {command.help for command in app.get_system_commands(app.screen)}
        assert {action.help for action in ACTIONS if action.scope not in ("sources", "packs")} <= names
        await press(pilot, "g")
        assert isinstance(app.screen, Pick)
        await press(pilot, "q")
        assert titles(app)
        await press(pilot, "x")
        assert "only one version" in reader(app)
        assert said(app) == ""

    opened(path, use, *deals(3)).close()


def test_a_database_that_cannot_be_used_is_told_without_a_traceback(tmp_path: Path) -> None:
    desk = Leadline(tmp_path)
    desk.configure()
    desk("sources")
    with sqlite3.connect(desk.database) as db:
        db.execute("PRAGMA user_version = 999")
    desk("tui", code=74)
    assert "newer leadline" in desk.errors
    (tmp_path / "other.db").write_bytes(b"no database at all, but a letter to a friend")
    desk("tui", "--db", "other.db", code=74)
    assert "not a database" in desk.errors


def test_keys_for_actions_that_there_are_not_are_refused() -> None:
    check_keys({"keep": "ctrl+s"})
    with pytest.raises(LeadlineError, match="keeep"):
        check_keys({"keeep": "s"})
