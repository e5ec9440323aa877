"""Help: every action with its keys, found by typing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.formatting import fit, heading, line
from tui.keys import ACTIONS, Action, all_shown, word
from tui.widgets.lines import Lines


class HelpScreen(ModalScreen[str | None]):
    """The one list of actions; Enter does the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(12)", show=False, priority=True),
        Binding("pageup", "move(-12)", show=False, priority=True),
    ]

    def __init__(self, keys: Mapping[str, str]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """A line to type, and the list."""
        with Container(classes="dialog help"):
            yield Static(
                line(
                    [
                        ("Keys", "bold"),
                        ("   type to search, Enter does it, Esc closes; digits before a key repeat it", "$faint"),
                    ]
                ),
                classes="title",
                markup=False,
            )
            yield Input(placeholder="search", id="help-filter", compact=True)
            yield Lines(self._line, id="help-lines", skip=lambda row: isinstance(row, str))

    def on_mount(self) -> None:
        """Everything."""
        self._fill("")
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._fill(message.value.casefold().strip())

    def _fill(self, wanted: str) -> None:
        rows: list[str | Action] = []
        for group in dict.fromkeys(action.group for action in ACTIONS):
            those = [action for action in ACTIONS if action.group == group and self._is_found(action, wanted)]
            rows += [group, *those] if those else []
        self.query_one(Lines).fill(rows, top=0)

    def _is_found(self, action: Action, wanted: str) -> bool:
        text = f"{action.help} {action.name} {self.keys_of(action)}".casefold()
        return all(word_ in text for word_ in wanted.split())

    def keys_of(self, action: Action) -> str:
        """The keys in force."""
        return all_shown(self._keys.get(action.name, action.keys))

    def _line(self, row: str | Action, width: int) -> Content:
        if isinstance(row, str):
            return heading(row, width)
        name = f":{word(row)}"
        return line(
            [
                (f"  {fit(self.keys_of(row), 12)} ", "bold $accent"),
                (fit(row.help, max(10, width - 34)), ""),
                (fit(name, 18), "$faint"),
            ]
        )

    def action_move(self, by: int) -> None:
        """Up or down."""
        self.query_one(Lines).move(by)

    def action_close(self) -> None:
        """Away."""
        self.dismiss(None)

    @on(Input.Submitted)
    def _do(self, message: Input.Submitted) -> None:
        message.stop()
        row = self.query_one(Lines).row
        self.dismiss(row.name if isinstance(row, Action) else None)
