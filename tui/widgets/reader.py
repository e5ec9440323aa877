"""A page of text that is read on and back."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.visual import VisualType
from textual.widgets import Static


class Reader(VerticalScroll, can_focus=True):
    """One page; keeps its place where the page only changes."""

    def __init__(self, id: str = "reader") -> None:  # noqa: A002 - its name in Textual
        super().__init__(id=id)
        self._of = ""
        self.page_content: VisualType = Content("")

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(Content(""), markup=False)

    def show(self, page: VisualType, of: str = "") -> None:
        """Show a page; from its top unless it is of the same thing."""
        self.page_content = page
        self.query_one(Static).update(page)
        if of != self._of or not of:
            self.scroll_home(animate=False)
        self._of = of

    @property
    def is_at_end(self) -> bool:
        """Whether nothing is left to read."""
        return self.scroll_y >= self.max_scroll_y
