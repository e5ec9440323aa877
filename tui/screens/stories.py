"""A screen with stories: a list held in a window, a reader beside it, and a filter that answers while it is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.events import Key
from textual.timer import Timer
from textual.widgets import Input, Static

from aggregator.board import Detail, Row, RowPage
from aggregator.errors import LeadlineError
from aggregator.model import Query
from tui.formatting import line, story_line
from tui.messages import EdgeNear, LineMoved, Loaded
from tui.page import differences, story_page
from tui.screens.base import RESTING, TYPING, DeskScreen, bindings
from tui.widgets.bars import StatusBar
from tui.widgets.lines import Lines
from tui.widgets.reader import Reader
from tui.window import Window


class StoriesScreen(DeskScreen):
    """Reads rows off the screen's thread and shows them; decisions are made in the screens below."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("lists", "stories")]
    WITH_PROSPECT: ClassVar[bool] = True

    def __init__(self, session: object, text: str) -> None:
        super().__init__(session)  # type: ignore[arg-type]  # told by its subclasses
        self.text = text
        self._before = text
        self.query_now = Query(rep=self.aggregator.rep)
        self.window = Window()
        self.marked: dict[str, Row] = {}
        self.detail: Detail | None = None
        self.loaded_at: datetime | None = None
        self._reading_more = False
        self.waiting: dict[str, Timer] = {}

    def compose_body(self) -> ComposeResult:
        """Filter over list, and the reader."""
        with Container(id="panes"):
            with Container(id="list-pane"):
                yield Input(
                    self.text,
                    placeholder="words, prospect:ID type:TYPE score>60 age<7d",
                    id="filter",
                    compact=True,
                    select_on_focus=False,
                )
                lines = Lines(self._line, id="stories")
                lines.add_class("main")
                yield lines
                yield Static(Content(""), id="nothing", markup=False)
            yield Reader()

    def on_mount(self) -> None:
        """Show what is there."""
        self.first_focus()
        self.spawn(self._load, "list", latest=True)

    def first_focus(self) -> None:
        """Keys go to the list."""
        self.stories.focus()

    @property
    def stories(self) -> Lines:
        """The list."""
        return self.query_one("#stories", Lines)

    @property
    def story(self) -> Row | None:
        """The row under the cursor."""
        row = self.stories.row
        return row if isinstance(row, Row) else None

    def _line(self, row: Row, width: int) -> Content:
        return story_line(row, self._now(), width, marked=row.item.id in self.marked)

    def _now(self) -> datetime:
        return self.aggregator.now()

    # Reading

    def reload(self, item: str = "") -> None:
        """Read the rows anew; the cursor stays on its story, or goes to another."""
        self.spawn(partial(self._load, to=item, keep=True), "list", latest=True)

    def start_over(self) -> None:
        """Another query or order: from the top."""
        self.window = Window(self.window.best_first)
        self.marked.clear()
        self.spawn(self._load, "list", latest=True)

    def _ask(self, text: str) -> Query:
        query = self.aggregator.query(text)
        if self.WITH_PROSPECT and self.session.prospect and not query.prospects:
            query = replace(query, prospects=(self.session.prospect,))
        return query

    async def _load(self, *, to: str = "", keep: bool = False) -> None:
        text, window, began = self.text, self.window, self._now()
        entry = self.query_one("#filter", Input)

        def read() -> tuple[Query, Window]:
            self.aggregator.learning.refresh()
            query = self._ask(text)
            return query, window.read(lambda after, count, best: self._page(query, after, count, best))

        try:
            query, fresh = await self.run("list", read)
        except LeadlineError:
            entry.add_class("-wrong")
            raise
        entry.remove_class("-wrong")
        self.query_now, self.window, self.loaded_at = query, fresh, began
        self.session.fresh = 0
        self._show(fresh.rows, to=to, keep=keep)
        self.post_message(Loaded())
        self.loaded()

    def _page(self, query: Query, after: str, count: int, best: bool) -> RowPage:
        return self.aggregator.board.page(query, after=after, count=count, best_first=best)

    def loaded(self) -> None:
        """The list was read: what else is to be done then."""

    def _show(self, rows: list[Row], *, to: str, keep: bool) -> None:
        stories, held = self.stories, self.story
        wanted = to or (held.item.id if keep and held else "")
        place = next((n for n, row in enumerate(rows) if wanted and wanted in row.ids), None)
        if place is None:
            stories.fill(rows, stories.cursor if keep else 0)
        else:
            stories.fill(rows, place, top=max(0, place - stories.cursor + int(stories.scroll_y)) if keep else None)
        self.tell_place()
        nothing = self.query_one("#nothing", Static)
        nothing.display = not rows
        stories.display = bool(rows)
        if not rows:
            nothing.update(self.nothing_words())
            self.detail = None
            self.query_one(Reader).show(Content(""))

    def nothing_words(self) -> Content:
        """What to do where no story is."""
        return Content(
            f"Nothing for: {self.text or 'everything'}\n\n/ asks for something else, like age<30d or a word."
        )

    @on(EdgeNear)
    def _edge(self, message: EdgeNear) -> None:
        message.stop()
        more = bool(self.window.next) if message.at_end else self.window.has_before
        if message.list_id == "stories" and more and not self._reading_more:
            self._reading_more = True
            self.spawn(partial(self._more, at_end=message.at_end), "more")

    async def _more(self, *, at_end: bool) -> None:
        window, query = self.window, self.query_now
        try:
            start = window.next if at_end else window.starts[window.first - 1]
            number = window.first + len(window.pages) if at_end else window.first - 1
            page = await self.run(
                "list", lambda: window.fetch_at(lambda *what: self._page(query, *what), start, number)
            )
            if window is not self.window:
                return
            if at_end:
                rows, gone = window.append(page)
                self.stories.extend(rows)
                if gone:
                    self.stories.drop_first(gone)
            else:
                rows, gone = window.prepend(page)
                self.stories.prepend(rows)
                if gone:
                    self.stories.drop_last(gone)
            self.tell_place()
        finally:
            self._reading_more = False

    @on(LineMoved)
    def _moved(self, message: LineMoved) -> None:
        if message.list_id == "stories":
            message.stop()
            self.tell_place()
            self._later("read", RESTING, lambda: self.spawn(self._read, "reader", latest=True))

    def _later(self, name: str, seconds: float, do: Callable[[], None]) -> None:
        """Do something after a while, unless it is put off again meanwhile."""
        if name in self.waiting:
            self.waiting.pop(name).stop()

        def now() -> None:
            self.waiting.pop(name, None)
            do()

        self.waiting[name] = self.set_timer(seconds, now)

    async def _read(self) -> None:
        row = self.story
        if row is None:
            self.detail = None
            self.query_one(Reader).show(Content(""))
            return
        detail, notes = await self.run("read", lambda: (self.aggregator.board.detail(row.ids), self.more_on(row)))
        if self.story is row and detail:
            self.detail = detail
            self.query_one(Reader).show(story_page(detail, self._now(), notes), row.item.id)

    def more_on(self, _row: Row) -> list[Content]:
        """What else a story's page says; called off the screen's thread."""
        return []

    def tell_place(self) -> None:
        """Where one is, how much there is, what is marked, and which way it is ordered."""
        stories = self.stories
        total, more = len(stories.rows), "+" if self.window.next or self.window.has_before else ""
        place = f"{min(stories.cursor + 1, total)}/{total}{more}" if total else "0"
        marked = f"{len(self.marked)} marked · " if self.marked else ""
        order = "best first" if self.window.best_first else "latest first"
        self.query_one(StatusBar).place(line([(marked, "bold $accent"), (f"{order} · {place}", "$faint")]))

    # Filter

    def action_filter(self, text: str = "") -> None:
        """Type a filter; with a text, take it."""
        entry = self.query_one("#filter", Input)
        self._before = self.text
        if text:
            entry.value = text
            self.stories.focus()
        else:
            entry.focus()
            entry.cursor_position = len(entry.value)

    @on(Input.Changed, "#filter")
    def _typing(self, message: Input.Changed) -> None:
        message.stop()
        if message.value.strip() != self.text:
            self.text = message.value.strip()
            self._later("filter", TYPING, self.start_over)

    @on(Input.Submitted, "#filter")
    def _typed(self, message: Input.Submitted) -> None:
        message.stop()
        self._before = self.text
        (self.stories if self.stories.display else self.query_one(Reader)).focus()

    def on_key(self, event: Key) -> None:
        """Escape in the filter puts it back as it was; arrow down goes to the list."""
        entry = self.query_one("#filter", Input)
        if self.focused is entry and event.key in ("escape", "down"):
            event.stop()
            event.prevent_default()
            if event.key == "escape":
                entry.value = self._before
            self.stories.focus()

    def action_order(self) -> None:
        """Best first or latest first."""
        self.window = Window(not self.window.best_first)
        self.start_over()
        self.say(
            "best first: the latest 400 items ranked, older ones behind them"
            if self.window.best_first
            else "latest first"
        )

    def action_show_new(self) -> None:
        """What came in meanwhile."""
        self.window = Window(self.window.best_first, self.window.starts[:1])
        self.reload()

    def action_differences(self) -> None:
        """What changed between versions."""
        if self.detail:
            self.spawn(partial(self._differences, self.detail), "reader", latest=True)

    async def _differences(self, detail: Detail) -> None:
        self.query_one(Reader).show(await self.run("read", lambda: differences(detail)))

    def action_leave(self) -> None:
        """Out of reading, then out of marks."""
        if self.has_class("reading"):
            self.action_zoom()
        elif self.marked:
            self.marked.clear()
            self.stories.redraw()
            self.tell_place()
        else:
            self.stories.focus()
