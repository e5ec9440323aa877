"""Search: everything stored, dismissed stories too, while it is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.widgets import Input

from tui.screens.teaming import TeamingScreen
from tui.session import Session
from tui.window import Window


class SearchScreen(TeamingScreen):
    """One line to type, and what it finds, latest first."""

    NAME = "search"
    WITH_PROSPECT: ClassVar[bool] = False

    def __init__(self, session: Session) -> None:
        super().__init__(session, "")
        self.window = Window(best_first=False)

    def first_focus(self) -> None:
        """Ready to type."""
        self.query_one("#filter", Input).focus()

    def nothing_words(self) -> Content:
        """How else to ask."""
        if not self.text:
            return Content("Nothing is stored yet: r polls your sources.")
        return Content(
            f"Nothing for: {self.text}\n\nFewer words find more; a word's beginning does with a star: migrat*"
        )
