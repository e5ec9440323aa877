"""The desk: a list of items beside or over a reader; all state lives here, widgets only draw and tell."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual import events, on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Footer, Input, Static

from aggregator.core import Aggregator
from aggregator.errors import LeadlineError
from aggregator.model import Item, Verdict
from feeds.text import one_line, safe_link
from tui.formatting import empty_text, item_line, reader_text
from tui.keys import ACTIONS
from tui.messages import ItemChosen, Polled, Widened
from tui.screens import HelpScreen
from tui.widgets import ItemList, Reader

LIMIT = 500
"""Items on the desk at once."""
WIDE = 140
"""From so many columns on, list and reader stand side by side."""


class Desk(App[None]):
    """Triage in the terminal."""

    CSS_PATH = "app.tcss"
    TITLE = "leadline"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(action.keys, action.name, action.label, show=action.in_footer) for action in ACTIONS
    ]

    def __init__(self, aggregator: Aggregator, query: str) -> None:
        super().__init__()
        self._aggregator = aggregator
        self._query = query
        self._items: list[Item] = []
        self._best: Mapping[str, float] = {}
        self._verdicts: Mapping[str, Verdict] = {}
        self._undo: list[list[Verdict]] = []
        self._stop = threading.Event()

    def compose(self) -> ComposeResult:
        """Query line, list, reader, status, keys."""
        yield Input(self._query, placeholder="words, prospect:ID, type:TYPE, age<7d", id="query")
        with Container(id="panes"):
            yield ItemList()
            yield Reader()
        yield Static("", id="status", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Show what is new."""
        self._load()
        self.query_one(ItemList).focus()

    def on_unmount(self) -> None:
        """End a poll in the background: what is in flight is stored."""
        self._stop.set()

    def on_resize(self, event: events.Resize) -> None:
        """Side by side where there is room."""
        self.screen_stack[0].set_class(event.size.width >= WIDE, "wide")

    def _load(self, *, to: str = "", keep: bool = False) -> None:
        """Ask for the items; the cursor goes to one of them, stays at its place, or goes to the top."""
        try:
            found = list(self._aggregator.search(self._query, limit=LIMIT))
        except LeadlineError as error:
            self._say(f"{error}. {error.hint}")
            return
        self._best = {item.id: max(score.value for _, score in self._aggregator.scores(item)) for item in found}
        self._items = sorted(found, key=lambda item: -self._best[item.id])
        self._verdicts = self._aggregator.verdicts([item.id for item in found])
        place = (self.query_one(ItemList).highlighted or 0) if keep else 0
        self._draw(next((n for n, item in enumerate(self._items) if item.id == to), place))
        query = self._query or "everything"
        more = f" (the latest {LIMIT})" if len(found) == LIMIT else ""
        self._say(f"{len(found)} items{more} · {query}" if found else f"Nothing for: {query}")

    def _draw(self, place: int) -> None:
        items_list, now = self.query_one(ItemList), self._aggregator.now()
        width = items_list.line_width
        lines = [item_line(item, self._verdicts.get(item.id), self._best[item.id], now, width) for item in self._items]
        items_list.fill(self._items, lines, place)

    @on(Widened)
    def _redraw(self) -> None:
        self._draw(self.query_one(ItemList).highlighted or 0)

    def _say(self, words: str) -> None:
        self.query_one("#status", Static).update(Text(one_line(words), no_wrap=True, overflow="ellipsis"))

    @on(ItemChosen)
    def _read(self, message: ItemChosen) -> None:
        item, reader = message.item, self.query_one(Reader)
        if item is None:
            reader.show(empty_text(has_sources=bool(self._aggregator.catalog.sources)))
            return
        source = self._aggregator.source_name(item.source)
        reader.show(reader_text(item, source, self._aggregator.scores(item), self._aggregator.now()))

    def action_next(self) -> None:
        """Down one."""
        self.query_one(ItemList).action_cursor_down()

    def action_previous(self) -> None:
        """Up one."""
        self.query_one(ItemList).action_cursor_up()

    def action_page_down(self) -> None:
        """Read on."""
        self.query_one(Reader).scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        """Read back."""
        self.query_one(Reader).scroll_page_up(animate=False)

    def _item(self) -> Item | None:
        return self.query_one(ItemList).item

    def action_open(self) -> None:
        """Open the link of the item, if it is one that a browser may open."""
        item = self._item()
        link = safe_link(item.link) if item else ""
        if not link:
            self._say("This item has no link that a browser may open.")
        elif webbrowser.open(link):
            self._say(f"opened {link}")
        else:
            self._say(f"no browser could be started for {link}")

    def action_keep(self) -> None:
        """Mark the item as kept."""
        self._triage("kept")

    def action_dismiss(self) -> None:
        """Hide the item."""
        self._triage("dismissed")

    def _triage(self, state: str) -> None:
        item = self._item()
        if item is not None:
            self._undo.append(self._aggregator.triage([item.id], state))
            self._load(keep=True)
            self._say(f"{state} (u undoes): {item.title}")

    def action_undo(self) -> None:
        """Take the last decision back, and return to its item."""
        if not self._undo:
            self._say("Nothing to undo.")
            return
        verdicts = self._undo.pop()
        self._aggregator.undo(verdicts)
        self._load(to=verdicts[0].item if verdicts else "", keep=True)
        self._say("undone")

    def action_refresh(self) -> None:
        """Poll without blocking a key."""
        self._say("polling …")
        self._poll()

    @work(thread=True, exclusive=True, exit_on_error=False, group="poll")
    def _poll(self) -> None:
        try:
            report = self._aggregator.refresh(stop=self._stop)
            counts = f"{report.new} new items, {len(report.failed)} of {len(report.results)} sources failed"
            words = counts if report.results else "Nothing is due."
        except (LeadlineError, OSError) as error:
            words = f"poll failed: {error}"
        self.post_message(Polled(words))

    @on(Polled)
    def _polled(self, message: Polled) -> None:
        item = self._item()
        self._load(to=item.id if item else "", keep=True)
        self._say(message.words)

    def action_search(self) -> None:
        """Open the query line."""
        line = self.query_one("#query", Input)
        line.add_class("open")
        line.focus()

    def action_leave(self) -> None:
        """Close the query line, its words as they were."""
        line = self.query_one("#query", Input)
        line.value = self._query
        line.remove_class("open")
        self.query_one(ItemList).focus()

    @on(Input.Submitted)
    def _search(self, message: Input.Submitted) -> None:
        self._query = message.value.strip()
        message.input.remove_class("open")
        self._load()
        self.query_one(ItemList).focus()

    def action_help(self) -> None:
        """Show every key."""
        self.push_screen(HelpScreen())
