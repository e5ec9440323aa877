"""What is drawn at the desk: the list of items, and the reader."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from aggregator.model import Item
from tui.messages import ItemChosen


class ItemList(OptionList):
    """Items, a line each; tells which one is chosen."""

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

    def on_option_list_option_highlighted(self) -> None:
        """Tell the desk."""
        self.post_message(ItemChosen(self.item))


class Reader(VerticalScroll):
    """One item, whole."""

    def show(self, page: Text) -> None:
        """Show a page from its top."""
        self.query_one(Static).update(page)
        self.scroll_home(animate=False)

    def compose(self):  # type: ignore[no-untyped-def]  # textual's ComposeResult is an iterable of widgets
        """One text."""
        yield Static(Text(""), markup=False)
