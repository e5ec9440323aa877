"""Screens over the desk."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.keys import ACTIONS


class HelpScreen(ModalScreen[None]):
    """Every key and what it does; any key closes it."""

    def compose(self) -> ComposeResult:
        """A table made from the one list of actions."""
        table = Table.grid(padding=(0, 2))
        for action in ACTIONS:
            keys = action.keys.replace("slash", "/").replace("question_mark", "?").replace(",", " or ")
            table.add_row(Text(keys, style="bold"), Text(action.help))
        yield Static(table)

    def on_key(self, event: events.Key) -> None:
        """Close, and let the key do nothing else: a d must not dismiss an item behind the help."""
        event.stop()
        event.prevent_default()
        self.dismiss(None)
