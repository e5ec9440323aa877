"""A screen of lines, some of which are headings: what tenders, sources, packs and dossiers have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content

from tui.formatting import heading
from tui.messages import LineChosen, LineMoved
from tui.screens.base import DeskScreen, bindings
from tui.session import Undo
from tui.widgets.bars import StatusBar
from tui.widgets.lines import Lines
from tui.widgets.reader import Reader


@dataclass(frozen=True, slots=True)
class Sheeted:
    """A line of a sheet: how it is drawn, and what stands behind it; headings have nothing behind them."""

    draw: Callable[[int], Content]
    behind: Any = None


def title(words: str, note: str = "") -> Sheeted:
    """A heading."""
    return Sheeted(lambda width: heading(words, width, note))


def words(content: Content) -> Sheeted:
    """A line of words, behind which nothing stands."""
    return Sheeted(lambda _width: content)


class Sheet(DeskScreen):
    """Lines left, what stands behind one of them right."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("lists")

    def compose_body(self) -> ComposeResult:
        """Lines and reader."""
        with Container(id="panes"):
            with Container(id="list-pane"):
                lines = Lines(lambda row, width: row.draw(width), id="sheet", skip=lambda row: row.behind is None)
                lines.add_class("main")
                yield lines
            yield Reader()

    def on_mount(self) -> None:
        """Read and show."""
        self.query_one("#sheet", Lines).focus()
        self.reload()

    def on_screen_resume(self) -> None:
        """What it shows may have changed while another screen was in front."""
        if self.query_one("#sheet", Lines).rows:
            self.reload()

    def reload(self, item: str = "") -> None:  # noqa: ARG002 - of other screens
        """Read anew what is shown."""
        self.spawn(self._load, "sheet", latest=True)

    async def _load(self) -> None:
        rows = await self.run("list", self.read)
        sheet = self.query_one("#sheet", Lines)
        sheet.fill(rows, sheet.cursor, top=int(sheet.scroll_y) if sheet.rows else None)
        self.query_one(StatusBar).place(Content(f"{sum(row.behind is not None for row in rows)} lines"))

    def read(self) -> list[Sheeted]:
        """The lines; called off the screen's thread."""
        return []

    @on(LineMoved)
    def _moved(self, message: LineMoved) -> None:
        message.stop()
        row = self.query_one("#sheet", Lines).row
        if row is not None and row.behind is not None:
            self.spawn(partial(self._tell, row.behind), "behind", latest=True)
        else:
            self.query_one(Reader).show(Content(""))

    async def _tell(self, behind: Any) -> None:
        page = await self.run("read", lambda: self.page(behind))
        self.query_one(Reader).show(page, repr(behind)[:200])

    @property
    def behind(self) -> Any:
        """What stands behind the line under the cursor; None for nothing."""
        row = self.query_one("#sheet", Lines).row
        return row.behind if row is not None else None

    def change(self, words: str, work: Callable[[], Callable[[], object]]) -> None:
        """Do what can be undone, off the screen's thread: ``work`` gives its way back."""

        async def deed() -> None:
            async with self.session.order:
                back = await self.run("write", work)
                self.session.push(Undo(words, back))
            self.say(f"{words} · u undoes it")
            self.reload()

        self.spawn(deed, "deeds")

    def page(self, _behind: Any) -> Content:
        """What stands behind a line; called off the screen's thread."""
        return Content("")

    @on(LineChosen)
    def _chosen(self, message: LineChosen) -> None:
        message.stop()
        self.action_zoom()
