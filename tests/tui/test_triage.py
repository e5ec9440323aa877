"""Triage by key: what is decided, shown, undone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from aggregator.core import Aggregator
from tests.samples import a_match, an_item
from tests.tui.desks import deals, opened, place, press, reader, rest, rows, said, states, stories, titles
from tui.app import Desk
from tui.widgets.lines import Lines


def test_the_list_is_ranked_and_the_reader_follows_the_cursor(path: Path) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        assert [title[-1] for title in titles(app)] == ["0", "1", "2", "3"]
        assert "Body 0." in reader(app)
        assert " 95.0 Merger, acquisition, sale" in reader(app)
        await press(pilot, "j", "down")
        assert "Body 2." in reader(app)
        await press(pilot, "k", "up", "k")
        assert "Body 0." in reader(app)
        await press(pilot, "G", "j")
        assert "Body 3." in reader(app)
        await press(pilot, "g", "g")
        assert "Body 0." in reader(app)
        await press(pilot, "2", "j")
        assert "Body 2." in reader(app)

    opened(path, use, *deals(4)).close()


STATES_BY_KEY = (("s", "kept", True), ("f", "qualified", True), ("H", "handed_over", True), ("d", "dismissed", False))


def test_every_state_is_set_by_its_key_and_undone(path: Path) -> None:
    items = deals(3)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        for key, state, stays in STATES_BY_KEY:
            await press(pilot, key)
            assert states(app.session.aggregator, *items) == [state, "new", "new"]
            assert len(titles(app)) == (3 if stays else 2)
            assert said(app).startswith(f"{state.replace('_', ' ')}: {items[0].title}")
            await press(pilot, "u")
            assert states(app.session.aggregator, *items) == ["new"] * 3
            assert titles(app)[stories(app).cursor] == items[0].title
        await press(pilot, "u")
        assert said(app) == "Nothing to undo."

    opened(path, use, *items).close()


def test_a_count_takes_so_many_and_holds_for_one_action(path: Path) -> None:
    items = deals(5)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "3", "d")
        assert states(app.session.aggregator, *items) == ["dismissed"] * 3 + ["new"] * 2
        await press(pilot, "2", "question_mark", "escape", "s")
        assert states(app.session.aggregator, *items)[3:] == ["kept", "new"]
        await press(pilot, "u", "u")
        assert states(app.session.aggregator, *items) == ["new"] * 5

    opened(path, use, *items).close()


def test_marked_stories_are_decided_together(path: Path) -> None:
    items = deals(4)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "m", "j", "m")
        assert [row.startswith("▌") for row in rows(app)] == [True, False, True, False]
        assert place(app).startswith("2 marked")
        await press(pilot, "s")
        assert states(app.session.aggregator, *items) == ["kept", "new", "kept", "new"]
        assert not any(row.startswith("▌") for row in rows(app))
        await press(pilot, "M")
        assert place(app).startswith("4 marked")
        await press(pilot, "escape")
        assert "marked" not in place(app)
        await press(pilot, "u")
        assert states(app.session.aggregator, *items) == ["new"] * 4

    opened(path, use, *items).close()


def test_all_in_view_all_older_and_by_query(path: Path) -> None:
    items = deals(6)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        desk = app.session.aggregator
        await press(pilot, "2", "j", "greater_than_sign", "d")
        assert states(desk, *items) == ["new"] * 2 + ["dismissed"] * 4
        assert "(4 items)" in said(app)
        await press(pilot, "u")
        assert states(desk, *items) == ["new"] * 6
        await press(pilot, "asterisk", "s")
        assert states(desk, *items) == ["kept"] * 6
        await press(pilot, "u")
        await app.do_typed(":dismiss age>3d")
        await rest(pilot)
        assert states(desk, *items) == ["new"] * 3 + ["dismissed"] * 3
        await press(pilot, "u")
        assert states(desk, *items) == ["new"] * 6
        await press(pilot, "asterisk", "j", "d")
        assert states(desk, *items).count("dismissed") == 1

    opened(path, use, *items).close()


def test_the_last_decision_holds_when_the_desk_is_left_at_once(path: Path) -> None:
    items = deals(30)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        await pilot.press(*"dddsd", "q")

    aggregator = opened(path, use, *items)
    aggregator.close()
    again = Aggregator.open(aggregator.config)
    assert states(again, *items)[:6] == ["dismissed"] * 3 + ["kept", "dismissed", "new"]
    again.close()


def test_snooze_by_letter_by_typing_and_on_the_command_line(path: Path) -> None:
    items = deals(3)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        desk = app.session.aggregator
        await press(pilot, "z", "t")
        first = desk.verdicts([items[0].id])[items[0].id]
        assert first.state == "snoozed"
        assert first.until is not None
        assert first.until > desk.now()
        assert len(titles(app)) == 2
        await press(pilot, "z", "5", "d", "enter")
        second = desk.verdicts([items[1].id])[items[1].id]
        assert second.until is not None
        assert second.until - desk.now() > timedelta(days=4, hours=23)
        await app.do_typed("snooze 2w")
        await rest(pilot)
        await press(pilot, "z", "escape")
        assert states(desk, *items) == ["snoozed"] * 3
        await app.do_typed("snooze whenever")
        assert "cannot tell when" in said(app)
        await press(pilot, "u", "u", "u")
        assert states(desk, *items) == ["new"] * 3

    opened(path, use, *items).close()


def test_a_whole_story_is_decided_not_only_the_item_that_is_shown(path: Path) -> None:
    title = "Acme acquires Beta Cement for 3 billion"
    first, other = (
        an_item(title),
        an_item("Acme buys Beta Cement for 3 billion", source="post", hours=2),
    )

    async def use(pilot: Pilot[None], app: Desk) -> None:
        assert len(rows(app)) == 1
        assert "×2" in rows(app)[0]
        assert "Also told by" in reader(app)
        await press(pilot, "d")

    aggregator = opened(path, use, first, other)
    assert states(aggregator, first, other) == ["dismissed", "dismissed"]
    aggregator.close()


def test_the_filter_answers_while_it_is_typed(path: Path) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        entry = app.screen.query_one("#filter", Input)
        await press(pilot, "slash", "space", *"harbour")
        assert len(titles(app)) == 1
        await press(pilot, "escape")
        assert entry.value == "is:new is:matched"
        assert len(titles(app)) == 9
        await press(pilot, "slash", "end", *" age", "<", *"3d", "enter")
        assert len(titles(app)) == 3
        assert isinstance(app.focused, Lines)
        await press(pilot, "d")
        assert len(titles(app)) == 2

    opened(path, use, *deals(9)).close()


WRONG = (("type:nonsense", "unknown"), ("age<never", "expected"), ("prospect:nobody", "no prospect"),
         ("scope:,", "needs a value"), ("score>lots", "expected"), ("@none", "no view"))  # fmt: skip


def test_a_query_that_cannot_be_understood_is_told_and_harms_nothing(path: Path) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "slash")
        entry = app.screen.query_one("#filter", Input)
        for query, word in WRONG:
            entry.value = query
            await rest(pilot)
            assert word in said(app), query
            assert entry.has_class("-wrong")
            assert len(titles(app)) == 3

    opened(path, use, *deals(3)).close()


def test_order_by_time_or_by_score(path: Path) -> None:
    old = an_item("Acme acquires the older rival", hours=30)
    new = an_item("Acme opens an office", hours=1, tags=())

    async def use(pilot: Pilot[None], app: Desk) -> None:
        assert titles(app) == [old.title, new.title]
        await press(pilot, "O")
        assert titles(app) == [new.title, old.title]

    opened(path, use, old, new).close()


def test_prospects_with_what_is_unread_choose_what_is_listed(path: Path) -> None:
    other = an_item("Zenith Rail orders trains", matches=(a_match("zenith", words="Zenith Rail"),))

    async def use(pilot: Pilot[None], app: Desk) -> None:
        prospects = app.screen.query_one("#prospects", Lines)
        lines = [prospects._draw(row, 34).plain for row in prospects.rows]
        assert [line.split()[-1] for line in lines] == ["3", "2", "1"]
        assert "pric" in lines[1]
        await press(pilot, "right_square_bracket")
        assert len(titles(app)) == 2
        await press(pilot, "right_square_bracket")
        assert titles(app) == [other.title]
        await press(pilot, "right_square_bracket")
        assert len(titles(app)) == 3
        prospects.focus()
        await press(pilot, "j")
        assert app.session.prospect == "acme"

    opened(path, use, *deals(2), other, size=(160, 40)).close()


def test_corrections_are_made_and_taken_back(path: Path) -> None:
    (item,) = deals(1)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        desk = app.session.aggregator
        await press(pilot, "c", "s")
        assert {tag.type for tag in desk.one_item(item.id).tags} == {"strategy", "structure"}
        assert "corrected by you" in reader(app)
        await press(pilot, "u")
        assert {tag.type for tag in desk.one_item(item.id).tags} == {"strategy"}

    opened(path, use, item).close()


def test_a_doubtful_match_is_marked(path: Path) -> None:
    async def use(_pilot: Pilot[None], app: Desk) -> None:
        assert " acme? " in rows(app)[0]
        assert "(doubtful)" in reader(app)

    opened(path, use, an_item(matches=(a_match(confidence=0.3),))).close()
