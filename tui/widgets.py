"""What is drawn at the desk: the list of items, and the reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from aggregator.model import Item
from tui.messages import ItemChosen, Widened


class ItemList(OptionList, inherit_bindings=False):
    """Items, a line each; tells which one is chosen. A click chooses; it opens nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "page_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._items: list[Item] = []
        self._width = 0

    @property
    def line_width(self) -> int:
        """Columns that a line may take, the padding of an option aside."""
        return max(1, self.scrollable_content_region.width - 2)

    def on_resize(self) -> None:
        """Tell the desk when lines no longer fit."""
        if self._width != self.line_width:
            self._width = self.line_width
            self.post_message(Widened())

    def fill(self, items: Sequence[Item], lines: Sequence[Text], chosen: int = 0) -> None:
        """Show these items with these lines, the cursor on one of them."""
        self._items = list(items)
        self.clear_options()
        self.add_options([Option(line, id=item.id) for item, line in zip(items, lines, strict=True)])
        if items:
            self.highlighted = min(chosen, len(items) - 1)
        else:
            self.post_message(ItemChosen(None))

    @property
    def item(self) -> Item | None:
        """The item under the cursor."""
        return self._items[self.highlighted] if self.highlighted is not None and self._items else None

    def action_cursor_down(self) -> None:
        """Down one, and no further than the last."""
        if self.highlighted is None or self.highlighted + 1 < len(self._items):
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """Up one, and no further than the first."""
        if self.highlighted:
            super().action_cursor_up()

    def on_option_list_option_highlighted(self) -> None:
        """Tell the desk."""
        self.post_message(ItemChosen(self.item))


class Reader(VerticalScroll):
    """One item, whole."""

    can_focus = False

    def show(self, page: Text) -> None:
        """Show a page from its top."""
        self.query_one(Static).update(page)
        self.scroll_home(animate=False)

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(Text(""), markup=False)
