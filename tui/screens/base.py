"""What every screen of the desk has: its bars, its keys, a word on what was done, and work off the screen's thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from aggregator.errors import LeadlineError
from feeds.text import one_line
from tui.formatting import Part, line
from tui.keys import in_scopes, shown
from tui.session import Session
from tui.widgets.bars import StatusBar, TopBar
from tui.widgets.lines import Lines
from tui.widgets.reader import Reader

LEAST = (40, 10)
"""Fewer columns or lines than these show nothing but a word about it."""
TYPING = 0.03
"""Seconds of silence before a filter that is being typed is asked for."""
RESTING = 0.04
"""Seconds that the cursor rests on a story before it is read."""
WIDE, VERY_WIDE = 120, 170
"""From so many columns on there is a pane more beside the list, and the reader stands beside it too."""


def bindings(*scopes: str) -> list[BindingType]:
    """The keys of all actions of these scopes; each can be bound anew by its name."""
    return [
        Binding(
            action.keys,
            action.method,
            action.label,
            show=action.footer,
            id=action.name,
            tooltip=action.help,
            key_display=shown(action.keys.split(",")[0]),
        )
        for action in in_scopes(scopes)
    ]


class DeskScreen(Screen[None]):
    """A screen with bars; its body is what ``compose_body`` yields."""

    NAME: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("lists")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.aggregator = session.aggregator

    def compose(self) -> ComposeResult:
        """Bars around the body."""
        yield TopBar(self.NAME)
        with Container(id="body"):
            yield from self.compose_body()
        yield StatusBar()
        yield Footer(show_command_palette=False, compact=True)
        yield Static(Content("This terminal is too small for the desk: 40 × 10 at least."), id="tiny", markup=False)

    def compose_body(self) -> ComposeResult:
        """What stands between the bars."""
        yield from ()

    def on_resize(self, event: events.Resize) -> None:
        """Panes beside each other where there is room; a word where there is none for anything."""
        width, height = event.size
        self.set_class(width < LEAST[0] or height < LEAST[1], "tiny")
        self.set_class(width >= WIDE, "wide")
        self.set_class(width >= VERY_WIDE, "very-wide")
        self.set_class(height < 16 or width < 60, "cramped")

    def on_key(self, event: events.Key) -> None:
        """Remember what came through here: a dialog may be opening that it belongs to."""
        self.session.passed.append(event)

    def say(self, words: str, *more: Part, fault: bool = False) -> None:
        """A word in the line under the screen; never as markup."""
        style = "$error" if fault else ""
        self.query_one(StatusBar).say(line([(one_line(words, 400), style), *more]))

    def spawn(self, work: Callable[[], Awaitable[None]], group: str = "", *, latest: bool = False) -> None:
        """Go on with something while keys are taken; ``latest`` drops what the group was still at."""

        async def guarded() -> None:
            await self._guarded(work)

        worker: Any = guarded  # a function, as a coroutine that is dropped before it began would be warned of
        self.run_worker(worker, group=group or "default", exclusive=latest, exit_on_error=False)

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except LeadlineError as error:
            self.say(f"{error}{f' · {error.hint}' if error.hint else ''}", fault=True)
        except OSError as error:
            self.say(f"{error.filename or 'input/output'}: {error.strerror or error}", fault=True)

    async def run(self, lane: str, work: Callable[[], Any]) -> Any:
        """Do something off the screen's thread."""
        return await self.session.run(lane, work)

    def reload(self, item: str = "") -> None:
        """Read anew what is shown; the cursor stays, or goes to a story."""

    def current(self) -> Lines | None:
        """The list that keys move in: the one in focus, else the screen's first."""
        focused = self.focused
        if isinstance(focused, Lines):
            return focused
        found = self.query(Lines).filter(".main")
        return found.first() if found else None

    def _move(self, do: Callable[[Lines], None], scroll: Callable[[Reader], None] | None = None) -> None:
        if isinstance(self.focused, Reader) and scroll:
            scroll(self.focused)
        elif lines := self.current():
            do(lines)

    def action_next(self) -> None:
        """Down."""
        count = self.session.take_count()
        self._move(lambda lines: lines.move(count), lambda reader: reader.scroll_relative(y=count, animate=False))

    def action_previous(self) -> None:
        """Up."""
        count = self.session.take_count()
        self._move(lambda lines: lines.move(-count), lambda reader: reader.scroll_relative(y=-count, animate=False))

    def action_half_down(self) -> None:
        """Half a page down."""
        self._move(lambda lines: lines.page(0.5), lambda reader: reader.scroll_relative(y=10, animate=False))

    def action_half_up(self) -> None:
        """Half a page up."""
        self._move(lambda lines: lines.page(-0.5), lambda reader: reader.scroll_relative(y=-10, animate=False))

    def action_page_down_list(self) -> None:
        """A page down."""
        self._move(lambda lines: lines.page(1), lambda reader: reader.scroll_page_down(animate=False))

    def action_page_up_list(self) -> None:
        """A page up."""
        self._move(lambda lines: lines.page(-1), lambda reader: reader.scroll_page_up(animate=False))

    def action_first(self) -> None:
        """To the top."""
        self._move(lambda lines: lines.move_to(0), lambda reader: reader.scroll_home(animate=False))

    def action_last(self) -> None:
        """To the end."""
        self._move(lambda lines: lines.move_to(-1), lambda reader: reader.scroll_end(animate=False))

    def action_left(self) -> None:
        """To the pane before."""
        self.focus_previous()

    def action_right(self) -> None:
        """To the pane after."""
        self.focus_next()

    def action_read_on(self) -> None:
        """Read on."""
        for reader in self.query(Reader):
            if reader.is_at_end:
                self.action_next()
            else:
                reader.scroll_page_down(animate=False)
            return
        self.action_page_down_list()

    def action_read_back(self) -> None:
        """Read back."""
        for reader in self.query(Reader):
            reader.scroll_page_up(animate=False)
            return
        self.action_page_up_list()

    def action_zoom(self) -> None:
        """The reader over the whole screen, and back."""
        self.toggle_class("reading")
        reader = self.query(Reader)
        if reader and self.has_class("reading"):
            reader.first().focus()
        elif lines := self.query(Lines).filter(".main"):
            lines.first().focus()

    def action_leave(self) -> None:
        """Back to the list."""
        if self.has_class("reading"):
            self.action_zoom()
        elif lines := self.query(Lines).filter(".main"):
            lines.first().focus()

    def action_prospect_before(self) -> None:
        """The prospect before."""
        self.turn_prospect(-1)

    def action_prospect_after(self) -> None:
        """The prospect after."""
        self.turn_prospect(1)

    def turn_prospect(self, by: int) -> None:
        """Another prospect, where the screen is about one."""
        ids = ["", *(prospect.id for prospect in self.aggregator.catalog.prospects)]
        place = ids.index(self.session.prospect) if self.session.prospect in ids else 0
        self.choose_prospect(ids[(place + by * self.session.take_count()) % len(ids)])

    def choose_prospect(self, prospect_id: str) -> None:
        """Let the desk be about one prospect, or about all."""
        self.session.prospect = prospect_id
        self.reload()
