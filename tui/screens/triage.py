"""Triage: prospects with what is unread, their stories, and one story whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content

from aggregator.model import Prospect
from tui.formatting import line, prospect_line
from tui.messages import LineMoved
from tui.screens.base import TYPING, bindings
from tui.screens.teaming import TeamingScreen
from tui.session import Session
from tui.widgets.lines import Lines

HOME = "is:new is:matched"
"""What a desk opens with unless told otherwise."""


class TriageScreen(TeamingScreen):
    """The rep's ten minutes."""

    NAME = "triage"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("lists", "stories", "triage")]

    def __init__(self, session: Session) -> None:
        super().__init__(session, session.view)
        self.unread: Mapping[str, int] = {}
        self.activity: Mapping[str, tuple[int, ...]] = {}

    def compose_body(self) -> ComposeResult:
        """Prospects left of list and reader."""
        with Container(id="triage"):
            yield Lines(self._prospect_line, id="prospects")
            yield from super().compose_body()

    def on_mount(self) -> None:
        """The prospects; the list follows by itself."""
        self._fill_prospects()

    def _fill_prospects(self) -> None:
        prospects = self.query_one("#prospects", Lines)
        rows: list[Prospect | None] = [None, *self.aggregator.catalog.prospects]
        place = next((n for n, each in enumerate(rows) if each and each.id == self.session.prospect), 0)
        prospects.fill(rows, place)

    def _prospect_line(self, prospect: Prospect | None, width: int) -> Content:
        if prospect is None:
            days = [sum(each) for each in zip(*self.activity.values(), strict=True)] or [0] * 14
            unread = sum(self.unread.values())
        else:
            days, unread = list(self.activity.get(prospect.id, ())) or [0] * 14, self.unread.get(prospect.id, 0)
        chosen = (prospect.id if prospect else "") == self.session.prospect
        return prospect_line(prospect, unread, days, width, chosen=chosen)

    def loaded(self) -> None:
        """Counts are read behind the list."""
        self.spawn(self._count, "counts", latest=True)

    async def _count(self) -> None:
        board = self.aggregator.board
        self.unread, self.activity = await self.run("read", lambda: (board.unread(), board.activity()))
        self.query_one("#prospects", Lines).redraw()

    @on(LineMoved)
    def _prospect_moved(self, message: LineMoved) -> None:
        if message.list_id == "prospects":
            row = self.query_one("#prospects", Lines).row
            wanted = row.id if row else ""
            if wanted != self.session.prospect and self.query_one("#prospects", Lines).has_focus:
                self.session.prospect = wanted
                self.query_one("#prospects", Lines).redraw()
                self._later("prospect", TYPING, self.start_over)

    def choose_prospect(self, prospect_id: str) -> None:
        """Another prospect's stories."""
        self.session.prospect = prospect_id
        self._fill_prospects()
        self.start_over()

    def on_screen_resume(self) -> None:
        """Another screen may have chosen another prospect."""
        asked = self.session.prospect
        if self.loaded_at and asked and self.query_now.prospects != (asked,):
            self.choose_prospect(asked)

    def nothing_words(self) -> Content:
        """What to do next, by what is missing."""
        catalog = self.aggregator.catalog
        if not catalog.sources:
            path = self.aggregator.config.path
            return _steps(
                "No sources yet",
                f"Add [[sources]] to {path or 'the config'}; `leadline init` writes one to start from.",
                "Then r polls them, here, while you go on.",
            )
        if not catalog.prospects:
            return _steps(
                "No prospects yet",
                f"Add [[prospects]] to {self.aggregator.config.path or 'the config'}: whom do you sell to?",
                "Until then, g / searches everything that was stored.",
            )
        if not self.aggregator.board.newest():
            return _steps(
                "Nothing has been fetched yet",
                f"r polls your {len(catalog.sources)} sources now; the first stories are here in moments.",
                "? lists every key.",
            )
        if self.text == HOME and not self.session.prospect:
            return _steps(
                "All done", "Nothing new on your prospects. r polls what is due;", "/ finds what you kept: state:kept"
            )
        return _steps(
            f"Nothing for: {self.text or 'everything'}",
            "/ asks for something else, like age<30d or a word;",
            "[ and ] go to other prospects.",
        )


def _steps(title: str, *steps: str) -> Content:
    return Content("\n").join([line([(title, "bold $primary")]), Content(""), *(line([(step, "")]) for step in steps)])
