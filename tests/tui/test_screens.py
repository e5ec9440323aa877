"""The other screens, dialogs, the command line, and what goes on in the background."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input

from aggregator.core import Aggregator
from aggregator.errors import LeadlineError
from aggregator.model import Batch, Fact
from aggregator.refresh import Report, Result
from aggregator.store import open_store
from feeds.model import FetchState
from tests.samples import a_tag, an_item
from tests.tui.desks import deals, news, opened, press, reader, rest, said, sheet, states, stories, titles
from tui.app import Desk
from tui.keys import ACTIONS
from tui.screens.dialogs import Ask, Pick, Show
from tui.screens.help import HelpScreen
from tui.screens.prospect import ProspectScreen
from tui.screens.search import SearchScreen
from tui.widgets.lines import Lines


def test_every_action_has_its_method_and_keys_do_not_clash() -> None:
    from tui.screens.packs import PacksScreen
    from tui.screens.sources import SourcesScreen
    from tui.screens.triage import TriageScreen

    holders = {"sources": SourcesScreen, "packs": PacksScreen}
    for action in ACTIONS:
        holder = holders.get(action.scope, TriageScreen)
        assert hasattr(holder, f"action_{action.method}") or hasattr(Desk, f"action_{action.method}"), action.name
    for scopes in ({"everywhere", "lists", "stories", "triage"}, {"everywhere", "lists", "sources"},
                   {"everywhere", "lists", "packs"}):  # fmt: skip
        keys = [key for action in ACTIONS if action.scope in scopes for key in action.keys.split(",")]
        assert len(keys) == len(set(keys))
    assert len({action.name for action in ACTIONS}) == len(ACTIONS)


def test_every_screen_is_reached_by_key_by_letter_by_mouse_and_by_word(path: Path) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        screens = (("f3", "p", "prospect"), ("f4", "n", "tenders"), ("f5", "s", "sources"), ("f6", "k", "packs"),
                   ("f7", "slash", "search"), ("f8", "d", "digest"))  # fmt: skip
        for key, _, name in screens:
            await press(pilot, key)
            assert app.current_mode == name
        await press(pilot, "f2")
        assert app.current_mode == "triage"
        for _, letter, name in screens:
            await press(pilot, "escape", "g", letter)
            assert app.current_mode == name
        await app.do_typed(":go-triage")
        assert app.current_mode == "triage"
        await press(pilot, "f8")
        await pilot.click("Tab", offset=(2, 0))
        await rest(pilot)
        assert app.current_mode == "triage"

    opened(path, use, *deals(2)).close()


def test_the_dossier_says_what_is_known_and_what_is_not(path: Path) -> None:
    day = an_item().seen_at.date() + timedelta(days=3000)
    tender = an_item(
        "Acme invites bids for a data platform",
        tags=(a_tag("purchasing_plans", "purchasing_plans.tender", words="invites bids"),),
        facts=(
            Fact("deadline", "soon", "body", day=day),
            Fact("person", "Ann Bell, CIO", "body", person="Ann Bell", role="CIO"),
        ),
    )

    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "f3")
        assert isinstance(app.screen, ProspectScreen)
        shown = sheet(app)
        assert "Acme" in shown.splitlines()[0]
        assert "pricing" in shown
        assert "Ann Bell, CIO" in shown
        assert "? Which suppliers are in there" in shown
        assert "unknown" in shown
        assert "Open tenders" in shown
        assert "invites bids" in reader(app) or "Acme buys" in reader(app)
        await press(pilot, "f4")
        assert "Acme invites bids for a data platform" in sheet(app)
        assert "Later" in sheet(app)

    opened(path, use, tender, *deals(2)).close()


def test_search_finds_what_was_dismissed_and_takes_decisions(path: Path) -> None:
    items = deals(12)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "d", "f7")
        assert isinstance(app.screen, SearchScreen)
        assert isinstance(app.focused, Input)
        await press(pilot, *"harbour")
        assert all("harbour" in title for title in titles(app))
        app.screen.query_one("#filter", Input).value = "state:dismissed"
        await rest(pilot)
        assert titles(app) == [items[0].title]
        await press(pilot, "enter", "U")
        assert titles(app) == []

    opened(path, use, *items).close()


def test_sources_say_what_ails_them_and_are_asked_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def refresh(self: Aggregator, **options: Any) -> Report:
        asked.append((options["only"], options["force"]))
        options["progress"](Result(self.catalog.sources[0], "failed", "no route"))
        return Report((Result(self.catalog.sources[0], "failed", "no route"),))

    monkeypatch.setattr(Aggregator, "refresh", refresh)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        store = open_store(app.session.aggregator.config.database)
        now = app.session.aggregator.now()
        store.claim_due(now, worker="x", limit=9, lease=60, force=True)
        state = FetchState(status="failed", reason="404 Not Found", checked_at=now, failures=3)
        store.apply([Batch("post", "x", state)], now)
        store.close()
        await press(pilot, "f5")
        assert "Ailing 1" in sheet(app)
        assert "404 Not Found" in sheet(app)
        assert "https://post.example/feed" in reader(app)
        await press(pilot, "t")
        assert asked == [(["post"], True)]
        assert said(app) == "0 new items, 1 of 1 sources failed"
        assert "1 failing" in news(app)

    opened(path, use, *deals(1)).close()


def test_polls_run_behind_and_their_faults_are_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = [Report()]

    def refresh(_self: Aggregator, **_options: object) -> Report:
        if not reports:
            raise OSError("disk full")
        return reports.pop()

    monkeypatch.setattr(Aggregator, "refresh", refresh)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "j", "r")
        assert said(app) == "Nothing is due."
        assert "Body 1." in reader(app)
        await press(pilot, "R")
        assert said(app) == "poll failed: disk full"

    opened(path, use, *deals(3)).close()


def test_what_another_process_stores_is_told_and_never_moves_the_cursor(path: Path) -> None:
    items = deals(9)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        aggregator = app.session.aggregator
        await press(pilot, "j", "j", "j")
        now = aggregator.now()
        late = replace(items[0], id="f" * 16, key="f" * 16, title="Acme buys a lighthouse", seen_at=now, published=now)
        store = open_store(aggregator.config.database)
        store.claim_due(now, worker="cron", limit=9, lease=60, force=True)
        store.apply([Batch("wire", "cron", FetchState(status="ok"), (late,))], now)
        store.close()
        await app._look()
        await rest(pilot)
        assert "1 new" in news(app)
        assert len(titles(app)) == 9
        assert titles(app)[stories(app).cursor] == items[3].title
        await press(pilot, "n")
        assert "1 new" not in news(app)
        assert len(titles(app)) == 10
        assert titles(app)[stories(app).cursor] == items[3].title

    opened(path, use, *items).close()


def test_help_is_searched_and_does_what_is_chosen(path: Path) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
        lines = app.screen.query_one(Lines)
        assert sum(not isinstance(row, str) for row in lines.rows) == len(ACTIONS)
        await press(pilot, *"latest")
        assert [row.name for row in lines.rows if not isinstance(row, str)] == ["order"]
        await press(pilot, "enter")
        assert not app.desk_screen.window.best_first  # type: ignore[union-attr]  # the triage screen

    opened(path, use, *deals(2)).close()


def test_the_command_line_completes_and_tells_what_it_does_not_know(path: Path) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "colon", *"the", "tab", "space", *"li", "tab", "enter")
        assert app.theme == "light"
        await press(pilot, "colon", "up")
        assert isinstance(app.screen, Ask)
        assert app.screen.query_one(Input).value == "theme light"
        await press(pilot, "escape")
        await app.do_typed("dismis")
        await rest(pilot)
        assert len(titles(app)) == 2
        await app.do_typed("snore")
        assert "no action 'snore'" in said(app)
        await app.do_typed("help me")
        assert said(app) == "help takes nothing behind it"

    opened(path, use, *deals(3)).close()


def test_keys_typed_faster_than_a_dialog_opens_reach_it(path: Path) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "G")
        for key in ("g", "g"):
            app.post_message(Key(key, key))
        await rest(pilot, 8)
        assert (app.screen, stories(app).cursor) == (app.desk_screen, 0)
        for key, character in (("colon", ":"), *((letter, letter) for letter in "keep"), ("enter", None)):
            app.post_message(Key(key, character))
        await rest(pilot, 8)
        assert states(app.session.aggregator, *items) == ["kept", "new", "new"]

    items = deals(3)
    opened(path, use, *items).close()


def test_links_are_shown_whole_and_only_web_links_open(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    went: list[str] = []
    monkeypatch.setattr(Desk, "open_url", lambda _self, url, **_: went.append(url))
    link = f"https://a.example/{'long/' * 60}end"
    items = an_item("Acme one deal", link=link), an_item("Acme two", hours=900, link="javascript:alert(1)")

    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "o")
        assert isinstance(app.screen, Pick)
        assert link in app.screen._note
        assert went == []
        await press(pilot, "escape", "o", "o")
        assert went == [link]
        await press(pilot, "j", "o")
        assert said(app).startswith("This story has no link")
        assert went == [link]

    opened(path, use, *items).close()


def test_copy_and_pipe(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    monkeypatch.setattr(Desk, "copy_to_clipboard", lambda _self, text: copied.append(text))
    item = an_item("Acme; rm -rf $HOME `date`", link="https://a.example/1", text="Body.")

    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "y", "Y")
        assert copied == ["https://a.example/1", f"{item.title}\nhttps://a.example/1\n\nBody."]
        program = f"{sys.executable} -c 'import sys,json; print(json.load(sys.stdin)[\"title\"], sys.argv[1:])' '$HOME'"
        await app.do_typed(f"pipe {program}")
        await rest(pilot)
        assert isinstance(app.screen, Show)
        assert app.screen.page.plain == f"{item.title} ['$HOME']\n"
        await press(pilot, "escape")
        await app.do_typed("pipe no-such-program-here")
        await rest(pilot)
        assert "could not be started" in said(app)

    opened(path, use, item).close()


def test_notes_shares_owners_stages_and_views_are_undone(path: Path) -> None:
    (item,) = deals(1)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        team = app.session.aggregator.team
        await press(pilot, "i", *"call", "space", *"Ann", "enter")
        assert "only you see it" in reader(app)
        assert "call Ann" in reader(app)
        await press(pilot, "N")
        assert "the team sees it" in reader(app)
        await press(pilot, "S", "a", "P", "A", *"jo", "enter")
        assert "found by me" in reader(app)
        assert team.owners() == {item.id: "jo"}
        assert item.id in team.answered()
        assert item.id in team.pinned()
        await app.do_typed("stage closing")
        await rest(pilot)
        assert team.stages() == {"acme": "closing"}
        await app.do_typed("save-view mine")
        await rest(pilot)
        assert [view.query for view in team.views()] == ["is:new is:matched"]
        await press(pilot, *"uuuuuuuu")
        assert (team.owners(), dict(team.answered()), team.pinned(), team.stages(), team.views()) == (
            {},
            {},
            frozenset(),
            {},
            [],
        )
        assert team.notes(item.id) == []
        assert said(app).startswith("undone: noted")

    opened(path, use, item).close()


def test_keys_and_theme_come_from_the_config(path: Path) -> None:
    path.write_text(
        path.read_text() + '[desk]\ntheme = "high-contrast"\nkeys = { dismiss = "ctrl+x" }\n', encoding="utf-8"
    )

    async def use(pilot: Pilot[None], app: Desk) -> None:
        assert app.theme == "high-contrast"
        await press(pilot, "d")
        assert len(titles(app)) == 2
        await press(pilot, "ctrl+x")
        assert len(titles(app)) == 1

    opened(path, use, *deals(2)).close()


def test_an_empty_desk_says_what_to_do_next(path: Path) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        assert "r polls your 2 sources" in app.desk_screen.nothing_words().plain  # type: ignore[union-attr]  # triage
        await press(pilot, "d", "s", "u", "o", "c", "z", "m", "space", "enter", "enter", "G", "y", "i")

    opened(path, use).close()


def test_a_store_that_fails_is_told_and_the_list_put_right(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_args: object, **_options: object) -> None:
        raise LeadlineError("the database is locked", hint="try again")

    async def use(pilot: Pilot[None], app: Desk) -> None:
        monkeypatch.setattr(Aggregator, "triage", locked)
        await press(pilot, "d")
        assert "the database is locked" in said(app)
        assert len(titles(app)) == 2
        assert app.session.undo == []

    opened(path, use, *deals(2)).close()
