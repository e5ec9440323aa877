"""The desk: a list of items over a reader; all state lives here, widgets only draw and tell."""

from __future__ import annotations

import webbrowser
from typing import ClassVar

from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer, Input, Static

from aggregator.core import Aggregator
from aggregator.errors import LeadlineError
from aggregator.model import Item, Verdict
from feeds.text import safe_link
from tui.formatting import item_line, reader_text
from tui.keys import ACTIONS
from tui.messages import ItemChosen, Polled
from tui.screens import HelpScreen
from tui.widgets import ItemList, Reader

LIMIT = 500
"""Items on the desk at once."""


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
        self._undo: list[list[Verdict]] = []

    def compose(self) -> ComposeResult:
        """Query line, list, reader, status, keys."""
        yield Input(self._query, placeholder="words, prospect:ID, type:TYPE, age<7d", id="query")
        yield ItemList()
        yield Reader()
        yield Static("", id="status", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Show what is new."""
        self._load()
        self.query_one(ItemList).focus()

    def on_resize(self) -> None:
        """Lines fit the new width."""
        self._load(keep=True)

    def _load(self, *, keep: bool = False) -> None:
        items_list = self.query_one(ItemList)
        place = items_list.highlighted or 0 if keep else 0
        try:
            found = list(self._aggregator.search(self._query, limit=LIMIT))
        except LeadlineError as error:
            self._say(f"{error} {error.hint}")
            return
        best = {item.id: max(score.value for _, score in self._aggregator.scores(item)) for item in found}
        found.sort(key=lambda item: -best[item.id])
        verdicts = self._aggregator.verdicts([item.id for item in found])
        now, width = self._aggregator.now(), self.size.width
        lines = [item_line(item, verdicts.get(item.id), best[item.id], now, width) for item in found]
        items_list.fill(found, lines, place)
        self._say(f"{len(found)} items · {self._query}" if found else f"Nothing for: {self._query}")

    def _say(self, words: str) -> None:
        self.query_one("#status", Static).update(words)

    @on(ItemChosen)
    def _read(self, message: ItemChosen) -> None:
        item = message.item
        if item is None:
            return
        source = self._aggregator.source_name(item.source)
        self.query_one(Reader).show(reader_text(item, source, self._aggregator.scores(item), self._aggregator.now()))

    def action_next(self) -> None:
        """Down one."""
        self.query_one(ItemList).action_cursor_down()

    def action_previous(self) -> None:
        """Up one."""
        self.query_one(ItemList).action_cursor_up()

    def _item(self) -> Item | None:
        return self.query_one(ItemList).item

    def action_open(self) -> None:
        """Open the link of the item, if it is one that a browser may open."""
        item = self._item()
        link = safe_link(item.link) if item else ""
        if link:
            webbrowser.open(link)
            self._say(f"opened {link}")

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
            self._say(f"{state}: {item.title}   (u undoes)")

    def action_undo(self) -> None:
        """Take the last decision back."""
        if self._undo:
            self._aggregator.undo(self._undo.pop())
            self._load(keep=True)
            self._say("undone")

    def action_refresh(self) -> None:
        """Poll without blocking a key."""
        self._say("polling …")
        self._poll()

    @work(thread=True, exclusive=True, exit_on_error=False, group="poll")
    def _poll(self) -> None:
        import threading

        try:
            report = self._aggregator.refresh(stop=threading.Event())
            words = f"{report.new} new items, {len(report.failed)} of {len(report.results)} sources failed"
        except LeadlineError as error:
            words = f"poll failed: {error}"
        self.post_message(Polled(words))

    @on(Polled)
    def _polled(self, message: Polled) -> None:
        self._load(keep=True)
        self._say(message.words)

    def action_search(self) -> None:
        """Open the query line."""
        line = self.query_one("#query", Input)
        line.add_class("open")
        line.focus()

    @on(Input.Submitted)
    def _search(self, message: Input.Submitted) -> None:
        self._query = message.value
        message.input.remove_class("open")
        self._load()
        self.query_one(ItemList).focus()

    def action_help(self) -> None:
        """Show every key."""
        self.push_screen(HelpScreen())
