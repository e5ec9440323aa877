"""Dialogs over a screen: pick one of some lines by its letter, type one line, read a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from feeds.text import one_line, printable
from tui.formatting import fit, line
from tui.messages import LineChosen
from tui.widgets.lines import Lines
from tui.widgets.reader import Reader

HINTS = "asdfghlwertyuiopzxcvbnm"
"""Letters for lines, the nearest first; j, k and q keep their meaning, or can be typed where something may be."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A line to pick."""

    value: str
    label: str
    detail: str = ""
    key: str = ""
    """Its letter; given in order where empty."""


class Pick(ModalScreen[str | None]):
    """One of some lines, by letter, arrow keys and Enter, or mouse; or a text typed in its place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("down", "down", show=False),
        Binding("up", "up", show=False),
        Binding("enter", "choose", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], *, entry: str = "", note: str = "") -> None:
        super().__init__()
        letters = (letter for letter in HINTS if letter not in {choice.key for choice in choices})
        self._choices = [Choice(c.value, c.label, c.detail, c.key or next(letters, "")) for c in choices]
        self._title, self._entry, self._note = title, entry, note

    def compose(self) -> ComposeResult:
        """Title, lines, and a line to type where one may."""
        with Container(classes="dialog"):
            yield Static(Content(one_line(self._title, 300)), classes="title", markup=False)
            if self._note:
                yield Static(Content(printable(self._note)), classes="note", markup=False)
            lines = Lines(self._line, id="choices")
            lines.styles.height = max(1, min(len(self._choices), 20))
            yield lines
            if self._entry:
                yield Input(placeholder=self._entry, id="entry", select_on_focus=False)

    def on_mount(self) -> None:
        """Show the choices."""
        self.query_one(Lines).fill(self._choices)
        self.query_one(Lines).focus()

    def _line(self, choice: Choice, width: int) -> Content:
        label = min(width - 4, max(len(each.label) for each in self._choices) + 2)
        return line(
            [
                (f" {choice.key or ' '} ", "bold $accent"),
                (fit(choice.label, label), ""),
                (fit(choice.detail, width - label - 3), "$faint"),
            ]
        )

    def on_key(self, event: events.Key) -> None:
        """A letter chooses at once."""
        if isinstance(self.focused, Input):
            return
        for choice in self._choices:
            if choice.key and event.character == choice.key:
                event.stop()
                self.dismiss(choice.value)
                return
        moves = {"j": self.action_down, "k": self.action_up, "q": self.action_close}
        if not self._entry and event.key in moves:
            event.stop()
            moves[event.key]()
        elif self._entry and event.character and event.character.isprintable():
            entry = self.query_one(Input)
            entry.focus()
            entry.value = event.character
            entry.cursor_position = 1
            event.stop()

    def action_close(self) -> None:
        """Nothing."""
        self.dismiss(None)

    def action_down(self) -> None:
        """Down."""
        self.query_one(Lines).move(1)

    def action_up(self) -> None:
        """Up."""
        self.query_one(Lines).move(-1)

    @on(LineChosen)
    def action_choose(self) -> None:
        """The line under the cursor."""
        row = self.query_one(Lines).row
        if row is not None:
            self.dismiss(row.value)

    @on(Input.Submitted)
    def _typed(self, message: Input.Submitted) -> None:
        message.stop()
        if message.value.strip():
            self.dismiss(message.value.strip())


class Ask(ModalScreen[str | None]):
    """One line to type at the foot of the screen, with completion by Tab and what was typed before by arrow keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False, priority=True),
        Binding("tab", "complete", show=False, priority=True),
        Binding("up", "back(1)", show=False, priority=True),
        Binding("down", "back(-1)", show=False, priority=True),
    ]

    def __init__(
        self,
        sign: str,
        placeholder: str,
        *,
        value: str = "",
        complete: Callable[[str], Sequence[str]] = lambda _typed: (),
        history: list[str] | None = None,
    ) -> None:
        super().__init__()
        self._sign, self._placeholder, self._value = sign, placeholder, value
        self._complete, self._history = complete, history if history is not None else []
        self._place = 0

    def compose(self) -> ComposeResult:
        """Completions over the line."""
        with Container(id="ask"):
            yield Static(Content(""), id="completions", markup=False)
            yield Static(Content(self._sign), id="sign", markup=False)
            yield Input(self._value, placeholder=self._placeholder, id="line", select_on_focus=False)

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(Input).focus()
        self._offer(self._value)

    def on_key(self, event: events.Key) -> None:
        """What was typed while this was opening."""
        entry = self.query_one(Input)
        if self.focused is not entry or event.is_forwarded:
            return
        if event.character and event.character.isprintable():
            event.stop()
            entry.insert_text_at_cursor(event.character)

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self._offer(message.value)

    def _offer(self, typed: str) -> None:
        found = self._complete(typed)[:8]
        self.query_one("#completions", Static).update(Content("   ".join(one_line(each, 60) for each in found)))

    def action_complete(self) -> None:
        """As far as all completions agree; the first where that is nothing more."""
        entry = self.query_one(Input)
        found = self._complete(entry.value)
        if found:
            common = found[0]
            while not all(each.startswith(common) for each in found):
                common = common[:-1]
            entry.value = common if len(common) > len(entry.value) else found[0]
            entry.cursor_position = len(entry.value)

    def action_back(self, by: int) -> None:
        """What was typed before."""
        self._place = max(0, min(len(self._history), self._place + by))
        entry = self.query_one(Input)
        entry.value = self._history[-self._place] if self._place else self._value
        entry.cursor_position = len(entry.value)

    def action_close(self) -> None:
        """Nothing."""
        self.dismiss(None)

    @on(Input.Submitted)
    def _typed(self, message: Input.Submitted) -> None:
        message.stop()
        typed = message.value.strip()
        if typed:
            self._history.append(typed)
        self.dismiss(typed or None)


class Show(ModalScreen[None]):
    """A page over the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("space,pagedown", "scroll(15)", show=False),
        Binding("b,pageup", "scroll(-15)", show=False),
    ]

    def __init__(self, title: str, page: Any) -> None:
        super().__init__()
        self._title, self.page = title, page

    def compose(self) -> ComposeResult:
        """Title and page."""
        with Container(classes="dialog page"):
            yield Static(Content(one_line(self._title, 300)), classes="title", markup=False)
            yield Reader("shown")

    def on_mount(self) -> None:
        """Show it."""
        self.query_one(Reader).show(self.page)

    def action_scroll(self, by: int) -> None:
        """Read on or back."""
        self.query_one(Reader).scroll_relative(y=by, animate=False)

    def action_close(self) -> None:
        """Away."""
        self.dismiss(None)
