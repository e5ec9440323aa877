"""The desk: its screens, what all of them share, polls in the background, and an eye on what others store."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen

from aggregator.core import Aggregator
from aggregator.errors import LeadlineError
from aggregator.model import STAGES, TRIAGE_STATES
from aggregator.tagging.signals import TAG_NAMES
from tui import typed
from tui.formatting import Part
from tui.keys import ACTIONS, BY_NAME, all_shown, in_scopes, word
from tui.messages import Changed, Loaded, Polling, Retry, TabChosen
from tui.screens.base import DeskScreen, bindings
from tui.screens.dialogs import Ask, Choice, Pick
from tui.screens.digest import DigestScreen
from tui.screens.help import HelpScreen
from tui.screens.packs import PacksScreen
from tui.screens.prospect import ProspectScreen
from tui.screens.search import SearchScreen
from tui.screens.sources import SourcesScreen
from tui.screens.stories import StoriesScreen
from tui.screens.tenders import TendersScreen
from tui.screens.triage import TriageScreen
from tui.session import Session
from tui.themes import NAMES, THEMES
from tui.widgets.bars import TABS, TopBar

WATCH = 2.0
"""Seconds between two looks at what other processes stored."""
AHEAD = 0.01
"""Seconds between two looks at whether a screen takes keys yet."""
FRESHEN = 2_000
"""Items tagged anew behind the first list, when rules or prospects were edited."""
INDEXING = 5.0
"""Seconds that full text is brought up to date for, behind the list."""
_KEEPS_PREFIX = frozenset({"digit", "scope_view", "scope_older"})
_GO = {"g": "first", "t": "go_triage", "p": "go_prospect", "n": "go_tenders", "s": "go_sources", "k": "go_packs",
       "slash": "go_search", "d": "go_digest"}  # fmt: skip


class Desk(App[None]):
    """Triage in the terminal."""

    CSS_PATH = "app.tcss"
    TITLE = "leadline"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("everywhere"),
        *(Binding(str(digit), f"digit({digit})", show=False) for digit in range(10)),
    ]
    SHEETS: ClassVar[dict[str, type[DeskScreen]]] = {
        "prospect": ProspectScreen, "tenders": TendersScreen, "sources": SourcesScreen, "packs": PacksScreen,
        "digest": DigestScreen,
    }  # fmt: skip

    def __init__(self, aggregator: Aggregator, query: str = "", *, watch: float = WATCH) -> None:
        super().__init__()
        settings = aggregator.config.settings.desk
        self.session = Session(aggregator, query or settings.view)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = settings.theme
        self.set_keymap(dict(settings.keys))
        self.add_mode("triage", partial(TriageScreen, self.session))
        self.add_mode("search", partial(SearchScreen, self.session))
        for name, kind in self.SHEETS.items():
            self.add_mode(name, partial(kind, self.session))
        self._watch_every = watch
        self._newest = -1
        self._failing = 0
        self._asked, self._due = 0, 0
        self._stop = threading.Event()
        self._typed: list[str] = []
        self._ahead: list[events.Key] = []

    def on_mount(self) -> None:
        """Show what is new; what can wait follows."""
        self.switch_mode("triage")
        if self._watch_every:
            self.set_interval(self._watch_every, self._look)
        self.run_worker(self._settle(), exit_on_error=False)

    async def _settle(self) -> None:
        """Behind the first list: note where we are, then tags and full text are brought up to date."""
        aggregator = self.session.aggregator
        with contextlib.suppress(LeadlineError):
            self._newest = await self.session.run("read", aggregator.board.newest)
            await self._count_failing()
            done = await self.session.run("write", lambda: aggregator.retag(most=FRESHEN))
            indexed = await self.session.run("write", lambda: aggregator.index(within=INDEXING))
            if done or indexed:
                self._reload()

    def on_unmount(self) -> None:
        """End a poll in the background, what is in flight is stored; and let every decision reach the database."""
        self._stop.set()
        self.session.close()

    @property
    def desk_screen(self) -> DeskScreen | None:
        """The screen of the desk in front, under any dialog."""
        return next((each for each in reversed(self.screen_stack) if isinstance(each, DeskScreen)), None)

    def _say(self, words: str, *, fault: bool = False) -> None:
        if screen := self.desk_screen:
            screen.say(words, fault=fault)

    def _reload(self, item: str = "") -> None:
        if screen := self.desk_screen:
            screen.reload(item)

    async def on_event(self, event: events.Event) -> None:
        """As ever; keys typed while a screen is being made wait for it, where Textual would lose them."""
        if isinstance(event, events.Key) and (self._is_late(event) or not (event.is_forwarded or self._is_ready())):
            event.stop()
            self._ahead.append(event)
            if len(self._ahead) == 1:
                self.set_timer(AHEAD, self._take_ahead)
            return
        await super().on_event(event)

    def _is_late(self, event: events.Key) -> bool:
        """Whether a key came through the screen that a dialog covered meanwhile."""
        return isinstance(self.screen, ModalScreen) and any(each is event for each in self.session.passed)

    def _is_ready(self) -> bool:
        return not self._ahead and self._takes_keys()

    def _takes_keys(self) -> bool:
        front = self.screen
        return not isinstance(front, ModalScreen) or (front.is_running and front.is_mounted)

    def _take_ahead(self) -> None:
        if not self._takes_keys():
            self.set_timer(AHEAD, self._take_ahead)
            return
        waited, self._ahead = self._ahead, []
        for event in waited:
            self.post_message(events.Key(event.key, event.character))

    async def run_action(
        self, action: Any, default_namespace: Any = None, namespaces: Mapping[str, Any] | None = None
    ) -> bool:
        """As ever; a count or scope that was typed holds for one action."""
        name = (action if isinstance(action, str) else action[1]).partition("(")[0].rpartition(".")[2]
        done = await super().run_action(action, default_namespace, namespaces)
        if name not in _KEEPS_PREFIX:
            self.session.count, self.session.scope = 0, ""
        return done

    def action_digit(self, digit: int) -> None:
        """A digit of a count."""
        self.session.count = min(self.session.count * 10 + digit, 100_000)
        self._say(f"{self.session.count} …" if self.session.count else "")

    # Watching

    async def _look(self) -> None:
        screen = self.desk_screen
        if self._newest < 0 or screen is None:
            return
        with contextlib.suppress(LeadlineError):
            newest = await self.session.run("read", self.session.aggregator.board.newest)
            if newest == self._newest:
                return
            self._newest = newest
            await self._count_fresh()
            await self._count_failing()

    async def _count_fresh(self) -> None:
        stories = next((s for s in self.screen_stack if isinstance(s, StoriesScreen)), None)
        if stories is None or stories.loaded_at is None:
            return
        query, since = stories.query_now, stories.loaded_at
        self.session.fresh = await self.session.run("read", lambda: self.session.aggregator.board.arrived(query, since))
        if stories.stories.rows or not self.session.fresh:
            self._tell_news()
        else:
            stories.reload()  # an empty list has no place to lose

    async def _count_failing(self) -> None:
        statuses = await self.session.run("read", self.session.aggregator.sources)
        self._failing = sum(each.state.status in ("failed", "gone") for each in statuses)
        self._tell_news()

    def _tell_news(self) -> None:
        parts: list[Part] = []
        if self._due:
            parts.append((f"polling {self._asked}/{self._due}  ", "$primary"))
        if self.session.fresh:
            parts.append((f"{self.session.fresh} new  ", "bold $accent"))
        if self._failing:
            parts.append((f"✗ {self._failing} failing ", "$error"))
        for screen in self.screen_stack:
            for bar in screen.query(TopBar):
                bar.tell(parts)

    @on(Changed)
    def _changed(self, message: Changed) -> None:
        message.stop()
        if isinstance(screen := self.desk_screen, TriageScreen):
            screen.loaded()

    # Polling

    def action_refresh(self) -> None:
        """Poll what is due."""
        self._begin_poll(force=False)

    def action_refresh_all(self) -> None:
        """Poll everything."""
        self._begin_poll(force=True)

    @on(Retry)
    def _retry(self, message: Retry) -> None:
        message.stop()
        self._begin_poll(force=True, only=[message.source])

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        message.stop()
        self._tell_news()

    def _begin_poll(self, *, force: bool, only: Sequence[str] | None = None) -> None:
        if self._due:
            self._say("A poll is under way.")
            return
        self._due, self._asked = 1, 0
        self.session.polling.clear()
        self._say("polling …")
        self._poll(force, list(only) if only else None)

    @work(thread=True, exit_on_error=False, group="poll")
    def _poll(self, force: bool, only: list[str] | None) -> None:
        aggregator = self.session.aggregator
        try:
            due = aggregator.count_due(only=only, force=force)
            self.call_from_thread(self._polling_so_many, due)
            report = aggregator.refresh(
                only=only, force=force, stop=self._stop,
                progress=lambda result: self._told(result.source.id, result.outcome),
            )  # fmt: skip
            words = f"{report.new} new items, {len(report.failed)} of {len(report.results)} sources failed"
            self.post_message(Polling(words=words if report.results else "Nothing is due.", ended=True))
        except (LeadlineError, OSError, RuntimeError) as error:
            self.post_message(Polling(words=f"poll failed: {error}", ended=True))

    def _told(self, source: str, outcome: str) -> None:
        self.post_message(Polling(source, outcome))

    def _polling_so_many(self, due: int) -> None:
        self._due = max(1, due)
        self._tell_news()

    @on(Polling)
    async def _polling(self, message: Polling) -> None:
        message.stop()
        if not message.ended:
            self._asked += 1
            self.session.polling[message.source] = message.outcome
            self._tell_news()
            return
        self._due = 0
        self._say(message.words, fault=message.words.startswith("poll failed"))
        with contextlib.suppress(LeadlineError):
            self._newest = await self.session.run("read", self.session.aggregator.board.newest)
            await self._count_fresh()
            await self._count_failing()
        if not isinstance(self.desk_screen, StoriesScreen):
            self._reload()

    # Undo

    def action_undo(self) -> None:
        """Take the last thing back."""
        self.run_worker(self._undo(), group="deeds", exit_on_error=False)

    async def _undo(self) -> None:
        async with self.session.order:
            if not self.session.undo:
                self._say("Nothing to undo.")
                return
            undo = self.session.undo[-1]
            try:
                await self.session.run("write", undo.back)
            except LeadlineError as error:
                self._say(f"not undone: {error}", fault=True)
                return
            self.session.undo.pop()
        self._say(f"undone: {undo.words}")
        self._reload(undo.item)
        self.post_message(Changed(undo.item))

    # Going

    @on(TabChosen)
    def _tab(self, message: TabChosen) -> None:
        message.stop()
        self.go(message.name)

    def go(self, name: str) -> None:
        """To a screen."""
        if self.current_mode != name:
            while len(self.screen_stack) > 1:
                self.pop_screen()
            self.switch_mode(name)
            self.call_after_refresh(self._tell_news)

    def action_go(self) -> None:
        """Where to: each with its letter."""
        choices = [
            Choice(
                name,
                BY[name],
                all_shown(next(a.keys for a in ACTIONS if a.name == name)),
                "/" if key == "slash" else key,
            )
            for key, name in _GO.items()
        ]

        async def chosen(name: str | None) -> None:
            if name:
                await self._do(name)

        self.push_screen(Pick("Go to", choices), chosen)

    async def _do(self, name: str, argument: str = "") -> None:
        """An action by its name, of the screen in front or of the desk."""
        for holder in (self.desk_screen, self):
            method = getattr(holder, f"action_{BY_NAME[name].method}", None)
            if method:
                result = method(argument) if argument else method()
                if asyncio.iscoroutine(result):
                    await result
                self.session.count, self.session.scope = 0, ""
                return
        self._say(f"{name.replace('_', '-')} does not work on this screen", fault=True)

    def action_go_triage(self) -> None:
        """Triage."""
        self.go("triage")

    def action_go_prospect(self) -> None:
        """Prospect: that of the story under the cursor, where none is chosen."""
        screen = self.desk_screen
        story = screen.story if isinstance(screen, StoriesScreen) else None
        if story and story.prospects:
            self.session.prospect = story.prospects[0]
        self.go("prospect")

    def action_go_tenders(self) -> None:
        """Tenders."""
        self.go("tenders")

    def action_go_sources(self) -> None:
        """Sources."""
        self.go("sources")

    def action_go_packs(self) -> None:
        """Packs."""
        self.go("packs")

    def action_go_search(self) -> None:
        """Search."""
        self.go("search")

    def action_go_digest(self) -> None:
        """Digest."""
        self.go("digest")

    def action_theme(self, name: str = "") -> None:
        """Another theme: by name, or the one after."""
        if name and name not in NAMES:
            self._say(f"no theme {name!r}: {', '.join(NAMES)}", fault=True)
            return
        self.theme = name or NAMES[(NAMES.index(self.theme) + 1) % len(NAMES)]
        self._say(f"theme {self.theme}; [desk] theme in the config keeps it")

    def action_help(self) -> None:
        """Every key."""

        async def chosen(name: str | None) -> None:
            if name:
                await self._do(name)

        self.push_screen(HelpScreen(self.session.aggregator.config.settings.desk.keys), chosen)

    # The command line

    def action_command(self) -> None:
        """The ``:`` line."""

        async def typed_(text: str | None) -> None:
            if text:
                await self.do_typed(text)

        arguments = {"theme": NAMES, "snooze": ("3d", "1w", "tomorrow", "monday"), "stage": STAGES}
        fields = self._fields()
        ask = Ask(
            ":",
            "an action; Tab completes",
            complete=lambda text: typed.complete(text, arguments, fields),
            history=self._typed,
        )
        self.push_screen(ask, typed_)

    def _fields(self) -> list[str]:
        catalog = self.session.aggregator.catalog
        return [
            *(f"prospect:{prospect.id}" for prospect in catalog.prospects),
            *(f"type:{name}" for name in TAG_NAMES),
            *(f"source:{source.id}" for source in catalog.sources[:500]),
            *(f"state:{name}" for name in TRIAGE_STATES),
            "is:new", "is:matched",
            "is:shared", "is:answered", "is:pinned", "is:noted", "is:unmatched",
            "is:tagged", "is:untagged", "age<7d", "age>14d", "score>60",
            "scope:internal", "scope:external",
        ]  # fmt: skip

    async def do_typed(self, text: str) -> None:
        """Do what was typed on the ``:`` line."""
        try:
            action, argument = typed.parse(text)
        except ValueError as error:
            self._say(str(error), fault=True)
            return
        if argument and not action.takes:
            self._say(f"{word(action)} takes nothing behind it", fault=True)
            return
        await self._do(action.name, argument)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:  # noqa: ARG002 - its signature there
        """The palette has every action that works on the screen in front."""
        scopes = {"everywhere", "lists"}
        if isinstance(self.desk_screen, StoriesScreen):
            scopes |= {"stories", "triage"}
        if isinstance(self.desk_screen, SourcesScreen):
            scopes.add("sources")
        if isinstance(self.desk_screen, PacksScreen):
            scopes.add("packs")
        for action in in_scopes(scopes):
            yield SystemCommand(
                f"{action.label}  {all_shown(action.keys)}", action.help, partial(self._do, action.name)
            )


BY = {"first": "Top of the list", **{f"go_{name}": title for name, title in TABS}}
"""What each destination of ``g`` is called."""
