"""The line over a screen, with its tabs and what goes on; and the line under it, with what was done."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.formatting import Part, line
from tui.messages import TabChosen

TABS = (
    ("triage", "Triage"), ("prospect", "Prospect"), ("tenders", "Tenders"), ("sources", "Sources"), ("packs", "Packs"),
    ("search", "Search"), ("digest", "Digest"),
)  # fmt: skip
"""Screens by name, as they stand in the bar."""


class Tab(Static):
    """The name of a screen; a click goes there."""

    def __init__(self, name: str, title: str, *, here: bool) -> None:
        super().__init__(Content(f" {title} "), markup=False, classes="here" if here else "")
        self._to = name

    def on_click(self, event: events.Click) -> None:
        """Tell the desk."""
        event.stop()
        self.post_message(TabChosen(self._to))


class TopBar(Horizontal):
    """The program's name, the screens, and quietly what came in and what fails."""

    def __init__(self, here: str) -> None:
        super().__init__(id="top")
        self._here = here

    def compose(self) -> ComposeResult:
        """Tabs left, news right."""
        yield Static(Content("leadline"), id="brand", markup=False)
        for name, title in TABS:
            yield Tab(name, title, here=name == self._here)
        yield Static(Content(""), id="news", markup=False)

    def tell(self, parts: list[Part]) -> None:
        """Show what came in, what is polled, what fails."""
        self.query_one("#news", Static).update(line(parts))


class StatusBar(Horizontal):
    """Left what was done or went wrong; right where one is."""

    def __init__(self) -> None:
        super().__init__(id="status")

    def compose(self) -> ComposeResult:
        """Two texts."""
        yield Static(Content(""), id="said", markup=False)
        yield Static(Content(""), id="where", markup=False)

    def say(self, words: Content) -> None:
        """Show what was done."""
        self.query_one("#said", Static).update(words)

    def place(self, words: Content) -> None:
        """Show where one is."""
        self.query_one("#where", Static).update(words)
