"""Sources: how each of them does, and what can be done about those that ail."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from aggregator.digest.words import age
from aggregator.model import SourceStatus
from tui.formatting import Part, fit, line, when
from tui.messages import Retry
from tui.screens.base import bindings
from tui.screens.sheet import Sheet, Sheeted, title, words
from tui.widgets.lines import Lines

SIGNS = {"ok": ("✓", "$success"), "failed": ("✗", "bold $error"), "gone": ("∅", "bold $error"), "new": ("·", "$faint")}


class SourcesScreen(Sheet):
    """Sick ones first."""

    NAME = "sources"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("lists", "sources")]

    def action_retry(self) -> None:
        """Ask the source under the cursor again."""
        row = self.query_one("#sheet", Lines).row
        if row is not None and row.behind is not None:
            self.post_message(Retry(row.behind.source.id))

    def read(self) -> list[Sheeted]:
        """Ailing, waiting, well."""
        found = self.aggregator.sources()
        if not found:
            return [words(Content("No sources yet: add [[sources]] to the config; `leadline init` writes one."))]
        groups = (
            ("Ailing", [each for each in found if each.state.status in ("failed", "gone")]),
            ("Not asked yet", [each for each in found if each.state.status == "new"]),
            ("Well", [each for each in found if each.state.status == "ok"]),
        )
        lines: list[Sheeted] = []
        for name, those in groups:
            if those:
                lines += [title(name, str(len(those))), *map(self._source, those), words(Content(""))]
        return lines

    def _source(self, status: SourceStatus) -> Sheeted:
        now = self.aggregator.now()
        answered = age(status.state.answered_at, now) if status.state.answered_at else "never"

        def draw(width: int) -> Content:
            asked = self.session.polling.get(status.source.id)
            sign: Part = ("…", "bold $accent") if asked == "asked" else SIGNS.get(status.state.status, ("·", ""))
            name = max(14, min(34, width // 3))
            rest = width - name - 32
            return line(
                [
                    (f" {sign[0]} ", sign[1]),
                    (fit(status.source.name or status.source.id, name) + " ", "bold" if sign[0] in "✗∅" else ""),
                    (f"{status.items:>7,} items ", "$faint"),
                    (fit(answered, 13) + " ", "$faint"),
                    (
                        fit(status.state.reason or status.state.next_why, rest),
                        "$error" if sign[0] in "✗∅" else "$faint",
                    ),
                ]
            )

        return Sheeted(draw, status)

    def page(self, behind: Any) -> Content:
        """Everything about one, and what can be done."""
        source, state = behind.source, behind.state
        pairs = [
            ("address", source.url),
            ("read as", source.kind),
            ("status", state.status),
            ("reason", state.reason or "—"),
            ("last asked", when(state.checked_at)),
            ("last answered", when(state.answered_at)),
            ("last new item", when(state.changed_at)),
            ("failing since", when(state.failed_since) if state.failed_since else "—"),
            (
                "next",
                f"{when(state.next_at)}{f' ({state.next_why})' if state.next_why else ''}" if state.next_at else "now",
            ),
            ("items", f"{behind.items:,}"),
            ("moved to", state.moved_to or "—"),
        ]
        advice = "t asks it again now."
        if state.status == "gone":
            advice = "It says that it is gone for good. t asks once more; else take it out of the config."
        elif state.status == "failed":
            advice = "t asks it again now; is its address still right?"
        return Content("\n").join(
            [
                line([(source.name or source.id, "bold")]),
                line([(source.id, "$faint")]),
                Content(""),
                *(line([(f"{name:<15}", "$faint"), (value, "")]) for name, value in pairs),
                Content(""),
                line([(advice, "$accent")]),
            ]
        )
