"""What a rep decides on stories: states, marks, scopes and corrections, each with what takes it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from aggregator.board import Row
from aggregator.errors import LeadlineError
from aggregator.model import Verdict
from aggregator.tagging.content_types import CONTENT_TYPES
from tui import whens
from tui.formatting import state_words, when
from tui.messages import Changed
from tui.screens.dialogs import Choice, Pick
from tui.screens.doing import DoingScreen
from tui.session import Undo

CHUNK = 2_000
"""Items decided on in one transaction: other processes get their turn between two."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an action takes."""

    rows: tuple[Row, ...] = ()
    """Rows in the list, where it is these."""
    words: str = ""
    query: str | None = None
    """A query, where it is all that it finds."""
    older_than: Row | None = None
    """All in view that are not listed after this one."""


class DecidingScreen(DoingScreen):
    """Stories that can be decided on."""

    def target(self, query: str = "") -> Target:
        """What the next action takes: by query, by scope, the marked, or so many from the cursor on."""
        scope, story = self.session.take_scope(), self.story
        count = self.session.take_count()
        if query:
            return Target(words=f"all of {query}", query=query)
        if scope == "view":
            return Target(words="all in view", query=self.text)
        if scope == "older" and story:
            return Target(words="this and all older", query=self.text, older_than=story)
        if self.marked:
            rows = tuple(self.marked.values())
            return Target(rows, f"{len(rows)} marked")
        rows = tuple(self.stories.rows[self.stories.cursor : self.stories.cursor + count])
        return Target(rows, rows[0].item.title if len(rows) == 1 else f"{len(rows)} stories")

    def _ids(self, target: Target) -> list[str]:
        """Ids of everything that an action takes; called off the screen's thread."""
        if target.query is None:
            return [id_ for row in target.rows for id_ in row.ids]
        older = target.older_than.item if target.older_than else None
        return self.aggregator.board.ids(self._ask(target.query), at_and_after=older)

    def do(self, words: str, target: Target, deed: Callable[[list[str]], Callable[[], object]], state: str = "",
           until: datetime | None = None) -> None:  # fmt: skip
        """Do something to what was targeted, in its turn; the list shows it at once, and undo takes it back."""
        if not target.rows and target.query is None:
            self.say("There is no story here.")
            return
        if state and target.rows:
            self._show_decided(target.rows, state, until)
        self.marked.clear()
        self.spawn(partial(self._do, words, target, deed), "deeds")

    async def _do(self, words: str, target: Target, deed: Callable[[list[str]], Callable[[], object]]) -> None:
        first = target.rows[0].item.id if target.rows else ""
        async with self.session.order:
            if target.query is not None:
                self.say(f"{words}: {target.words} …")
            try:
                ids = await self.run("write", lambda: self._ids(target))
                back = await self.run("write", lambda: deed(ids))
            except LeadlineError:
                self.reload()
                raise
            self.session.push(Undo(f"{words}: {target.words}", back, first))
        count = f" ({len(ids):,} items)" if len(ids) > 1 else ""
        self.say(f"{words}: {target.words}{count}", ("  u undoes", "$faint"))
        if target.query is not None:
            self.reload()
        else:
            self.spawn(self._read, "reader", latest=True)
        self.post_message(Changed())

    def _show_decided(self, rows: Sequence[Row], state: str, until: datetime | None) -> None:
        """The rows as they are now, before the database has it; out of the list where the view leaves them out."""
        ids, now = {row.item.id for row in rows}, self._now()
        allowed = self.query_now.states
        stays = state in allowed if allowed else state not in ("dismissed", "snoozed")

        def change(row: Row) -> Row | None:
            if row.item.id not in ids:
                return row
            verdict = Verdict(row.item.id, self.aggregator.rep, state, now, until)
            return replace(row, verdict=verdict) if stays else None

        stories = self.stories
        self.window.replace(change)
        cursor = (
            stories.cursor
            if stays or len(rows) == 1
            else min(n for n, r in enumerate(stories.rows) if r.item.id in ids)
        )
        top = int(stories.scroll_y)
        if stays:
            stories.fill(self.window.rows, cursor, top=top)
            if not self.marked:
                stories.move(len(rows))
        elif self.window.rows:
            stories.fill(self.window.rows, cursor, top=top)
        else:
            self._show([], to="", keep=False)
        self.tell_place()

    def _triage(self, state: str, query: str = "", until: datetime | None = None) -> None:
        words = state_words(state) if state != "new" else "new again"
        words += f" until {when(until)}" if until else ""
        self.do(words, self.target(query), lambda ids: self._decide(ids, state, until), state, until)

    def _decide(self, ids: list[str], state: str, until: datetime | None) -> Callable[[], object]:
        former: list[Verdict] = []
        for start in range(0, len(ids), CHUNK):
            former += self.aggregator.triage(ids[start : start + CHUNK], state, until=until)
        return lambda: self.aggregator.undo(former)

    def action_keep(self, query: str = "") -> None:
        """Keep."""
        self._triage("kept", query)

    def action_qualify(self, query: str = "") -> None:
        """Qualify."""
        self._triage("qualified", query)

    def action_hand_over(self, query: str = "") -> None:
        """Hand over."""
        self._triage("handed_over", query)

    def action_put_away(self, query: str = "") -> None:
        """Dismiss."""
        self._triage("dismissed", query)

    def action_renew(self, query: str = "") -> None:
        """As if nothing had been decided."""
        self._triage("new", query)

    def action_snooze(self, argument: str = "") -> None:
        """Snooze until a moment of choice."""
        words, _, query = argument.partition(" ")
        if words:
            self._snooze(words, query)
            return
        if self.story is None:
            self.say("There is no story here.")
            return
        scope, count = self.session.scope, self.session.count
        choices = [
            Choice(at.isoformat(), label, when(at), key)
            for key, label, at in whens.usual(self._now(), self.story.deadline)
        ]

        def chosen(value: str | None) -> None:
            self.session.scope, self.session.count = scope, count
            if value:
                self._snooze(value)
            self.session.scope, self.session.count = "", 0

        self.app.push_screen(Pick("Snooze until", choices, entry="or type: 3d, 2w, fri, 2026-12-01"), chosen)

    def _snooze(self, words: str, query: str = "") -> None:
        now = self._now()
        try:
            until: datetime | None = datetime.fromisoformat(words) if "T" in words else whens.read(words, now)
        except ValueError:
            until = None
        if until is None:
            self.say(f"cannot tell when {words!r} is: 3d, 2w, fri, 2026-12-01", fault=True)
        else:
            self._triage("snoozed", query, until)

    def action_mark(self) -> None:
        """Mark or unmark, and on."""
        for _ in range(self.session.take_count()):
            if story := self.story:
                if self.marked.pop(story.item.id, None) is None:
                    self.marked[story.item.id] = story
                self.stories.redraw()
                self.stories.move(1)
        self.tell_place()

    def action_mark_all(self) -> None:
        """Mark all, or none."""
        rows = self.stories.rows
        self.marked = {} if len(self.marked) == len(rows) else {row.item.id: row for row in rows}
        self.stories.redraw()
        self.tell_place()

    def action_scope_view(self) -> None:
        """All in view."""
        self.session.scope = "view"
        self.say("All in view: now s keeps, f qualifies, z snoozes, d dismisses, U makes new; esc leaves it")

    def action_scope_older(self) -> None:
        """This and all older."""
        self.session.scope = "older"
        self.say("This and all older: now s keeps, f qualifies, z snoozes, d dismisses, U makes new; esc leaves it")

    # Setting right

    def action_correct(self) -> None:
        """Correct a content type or prospect."""
        detail = self.detail
        if detail is None:
            self.say("There is no story here.")
            return
        item = detail.item
        types = {tag.type for tag in item.tags}
        about = {match.prospect for match in item.matches}
        choices = [
            Choice(f"tag {kind.id} {kind.id not in types}", f"{'✓' if kind.id in types else '·'} {kind.title}",
                   "take it away" if kind.id in types else "add it")
            for kind in CONTENT_TYPES
        ]  # fmt: skip
        choices += [
            Choice(f"prospect {p.id} {p.id not in about}", f"{'✓' if p.id in about else '·'} {p.name}",
                   "it is not about this one" if p.id in about else "it is about this one")
            for p in self.aggregator.catalog.prospects[:30]
        ]  # fmt: skip
        row = self.story

        def chosen(value: str | None) -> None:
            if value and row:
                subject, name, holds = value.split(" ")
                self._correct(row, subject, name, holds == "True")

        self.app.push_screen(Pick(f"What is it? {item.title}", choices), chosen)

    def _correct(self, row: Row, subject: str, name: str, holds: bool) -> None:
        def deed(_ids: list[str]) -> Callable[[], object]:
            item = self.aggregator.one_item(row.item.id)
            learning = self.aggregator.learning
            former = [c for c in learning.corrections(item) if (c.subject, c.value) == (subject, name)]
            learning.correct(item, [(subject, name, holds)])
            if former:
                return lambda: learning.correct(item, [(subject, name, former[0].holds)])
            return lambda: learning.uncorrect(item, [(subject, name, holds)])

        self.do(f"{'' if holds else 'not '}{name}", Target((row,), row.item.title), deed)
        self.reload(row.item.id)
