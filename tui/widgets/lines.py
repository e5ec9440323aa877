"""A list of which only the lines in sight are drawn, however long it is; rows come and go at both ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from tui.messages import EdgeNear, LineChosen, LineMoved

Draw = Callable[[Any, int], Content]
"""A row and a width → its line."""
NEAR = 40
"""So many lines before an end, more rows are asked for."""


class Lines(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows, a line each, with a cursor; what a row is, only ``draw`` knows."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--cursor", "lines--cursor-focused"}
    cursor: reactive[int] = reactive(0, repaint=False)

    def __init__(self, draw: Draw, *, id: str, skip: Callable[[Any], bool] = lambda _row: False) -> None:  # noqa: A002 - its name in Textual
        super().__init__(id=id)
        self._draw, self._skip = draw, skip
        self._rows: list[Any] = []
        self._drawn: dict[tuple[int, bool, bool], Strip] = {}

    @property
    def rows(self) -> Sequence[Any]:
        """What is held."""
        return self._rows

    @property
    def row(self) -> Any:
        """The row under the cursor; None where there is none."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    @property
    def line_width(self) -> int:
        """Columns of a line."""
        return max(1, self.scrollable_content_region.width)

    def fill(self, rows: Sequence[Any], cursor: int = 0, *, top: int | None = None) -> None:
        """Show these rows instead, with the cursor and the first line in sight where they are wanted."""
        self._rows = list(rows)
        self._resized()
        self._place(cursor, tell=True)
        if top is not None:
            self.scroll_to(y=top, animate=False, force=True)

    def extend(self, rows: Sequence[Any]) -> None:
        """Add rows at the end."""
        self._rows += rows
        self._resized()

    def prepend(self, rows: Sequence[Any]) -> None:
        """Add rows before the first; what is in sight stays where it is."""
        self._rows[:0] = rows
        self._resized()
        self._shift(len(rows))

    def drop_first(self, count: int) -> None:
        """Let go of the first rows; what is in sight stays where it is."""
        del self._rows[:count]
        self._resized()
        self._shift(-count)

    def drop_last(self, count: int) -> None:
        """Let go of the last rows."""
        del self._rows[len(self._rows) - count :]
        self._resized()

    def redraw(self) -> None:
        """Draw every line anew."""
        self._drawn.clear()
        self.refresh()

    def move(self, by: int) -> None:
        """The cursor so many lines on or back, over lines where it cannot stand, and no further than the ends."""
        self._place(self.cursor + by, step=1 if by >= 0 else -1)

    def move_to(self, index: int) -> None:
        """The cursor to a line; -1 is the last."""
        self._place(index if index >= 0 else len(self._rows) + index, step=-1 if index < 0 else 1)

    def page(self, part: float) -> None:
        """A page, or a part of one, on or back."""
        self.move(int(max(1, self.scrollable_content_region.height - 1) * part) or 1)

    def _place(self, index: int, *, step: int = 1, tell: bool = False) -> None:
        last = len(self._rows) - 1
        index = max(0, min(index, last))
        for direction in (step, -step):
            place = index
            while 0 <= place <= last and self._skip(self._rows[place]):
                place += direction
            if 0 <= place <= last:
                index = place
                break
        moved, self.cursor = index != self.cursor, index
        self.scroll_to_region(Region(0, index, 1, 1), animate=False, force=True, immediate=True)
        if moved or tell:
            self.post_message(LineMoved(self.id or "", index))
        self._look_for_more()

    def _look_for_more(self) -> None:
        if not self._rows:
            return
        at = max(self.cursor, int(self.scroll_y) + self.size.height)
        if at >= len(self._rows) - NEAR:
            self.post_message(EdgeNear(self.id or "", at_end=True))
        if min(self.cursor, int(self.scroll_y)) < NEAR:
            self.post_message(EdgeNear(self.id or "", at_end=False))

    def _shift(self, by: int) -> None:
        top = max(0, int(self.scroll_y) + by)
        self.set_reactive(Lines.cursor, max(0, self.cursor + by))
        self.scroll_to(y=top, animate=False, force=True, immediate=True)

    def _resized(self) -> None:
        self.virtual_size = Size(self.line_width, len(self._rows))
        self.redraw()

    def on_resize(self) -> None:
        """Lines are drawn for the new width."""
        self.virtual_size = Size(self.line_width, len(self._rows))
        self.redraw()
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True, immediate=True)

    def notify_style_update(self) -> None:
        """Another theme: other colours."""
        super().notify_style_update()
        self._drawn.clear()

    def watch_cursor(self, before: int, after: int) -> None:
        """Draw the two lines that changed."""
        for index in (before, after):
            self.refresh_line(index - int(self.scroll_y))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """More rows may be wanted."""
        super().watch_scroll_y(old_value, new_value)
        self._look_for_more()

    def on_focus(self) -> None:
        """The cursor shows where keys go."""
        self.redraw()

    def on_blur(self) -> None:
        """The cursor shows that keys go elsewhere."""
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """One line of what is in sight."""
        index, width = y + int(self.scroll_offset.y), self.line_width
        if index >= len(self._rows):
            return Strip.blank(width, self.visual_style.rich_style)
        key = (index, index == self.cursor, self.has_focus)
        if key not in self._drawn:
            if len(self._drawn) > 2_000:
                self._drawn.clear()
            self._drawn[key] = self._strip(index, width)
        return self._drawn[key]

    def _strip(self, index: int, width: int) -> Strip:
        style = self.visual_style
        if index == self.cursor and not self._skip(self._rows[index]):
            style += self.get_visual_style(f"lines--cursor{'-focused' if self.has_focus else ''}")
        content = self._draw(self._rows[index], width)
        strips = Visual.to_strips(self, content, width, 1, style, pad=True, apply_selection=False)
        strip = strips[0] if strips else Strip.blank(width, style.rich_style)
        return Strip([Segment(s.text, s.style) for s in strip.adjust_cell_length(width, style.rich_style)], width)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one chooses."""
        index = int(event.y + self.scroll_offset.y)
        if index < len(self._rows) and not self._skip(self._rows[index]):
            self._place(index)
            if event.chain == 2:
                self.post_message(LineChosen(self.id or "", index))
