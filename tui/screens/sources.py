"""Sources: how each of them does, and what can be done about those that ail."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from aggregator.digest.words import age
from aggregator.model import SourceStatus
from feeds.model import FetchState
from tui.formatting import Part, fit, line, when
from tui.messages import Retry
from tui.screens.base import bindings
from tui.screens.dialogs import Ask
from tui.screens.sheet import Sheet, Sheeted, title, words

SIGNS = {"ok": ("✓", "$success"), "failed": ("✗", "bold $error"), "gone": ("∅", "bold $error"), "new": ("·", "$faint")}


class SourcesScreen(Sheet):
    """Sick ones first."""

    NAME = "sources"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("lists", "sources")]

    def action_retry(self) -> None:
        """Ask the source under the cursor again."""
        if self.behind is not None and not self._is_muted(self.behind):
            self.post_message(Retry(self.behind.source.id))

    def action_mute(self) -> None:
        """Mute the source under the cursor, or let it be polled again."""
        if self.behind is None:
            self.say("There is no source here.")
            return
        source, muted = self.behind.source, not self._is_muted(self.behind)
        words = f"{'muted' if muted else 'polled again'}: {source.name or source.id}"
        self.change(words, lambda: self.aggregator.adjusting.mute(source.id, muted=muted))

    def action_fix(self, url: str = "") -> None:
        """Ask the source under the cursor at another address."""
        if self.behind is None:
            self.say("There is no source here.")
            return
        source, moved = self.behind.source, self.behind.state.moved_to

        def typed(new: str | None) -> None:
            if new and new != source.url:
                words = f"{source.name or source.id} is now asked at {new}"
                self.change(words, lambda: self.aggregator.adjusting.move(source.id, new))

        if url:
            typed(url)
        elif source.id in self.aggregator.catalog.merged.origins:
            self.app.push_screen(Ask("address", "https://…", value=moved or source.url), typed)
        else:
            self.change("", lambda: self.aggregator.adjusting.move(source.id, source.url))  # says where it stands

    def _muted(self) -> list[SourceStatus]:
        """Those that the rep muted, as they were last polled if they ever were."""
        merged = self.aggregator.catalog.merged
        if not merged.muted:
            return []
        known = {each.source.id: each for each in self.aggregator.sources(retired=True)}
        return [
            known.get(id_) or SourceStatus(merged.origins[id_][0].source, FetchState(), 0, retired=True)
            for id_ in merged.muted
        ]

    def _is_muted(self, status: SourceStatus) -> bool:
        return self.aggregator.adjusting.is_muted(status.source.id)

    def read(self) -> list[Sheeted]:
        """Ailing, waiting, well."""
        found = self.aggregator.sources()
        muted = self._muted()
        if not found and not muted:
            return [words(Content("No sources yet: add [[sources]] to the config; `leadline init` writes one."))]
        groups = (
            ("Ailing", [each for each in found if each.state.status in ("failed", "gone")]),
            ("Not asked yet", [each for each in found if each.state.status == "new"]),
            ("Well", [each for each in found if each.state.status == "ok"]),
            ("Muted by you", muted),
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
            if status.retired:
                return line([(fit(f"   {status.source.name or status.source.id}", width), "$faint")])
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
        advice = "t asks it again now. m mutes it, e gives it another address."
        if state.status == "gone":
            advice = "It says that it is gone for good. t asks once more, e gives it another address, m mutes it."
        elif state.status == "failed":
            advice = "t asks it again now. Is its address still right? e changes it; m mutes the source."
        if behind.retired:
            advice = "You muted it: it is not polled, its items stay. m polls it again."
        elif source.id not in self.aggregator.catalog.merged.origins:
            advice += " It is your own: m and e tell where it stands in the config."
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
