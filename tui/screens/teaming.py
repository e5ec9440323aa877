"""What a rep does with his team: notes, shares, owners, answers, pins, stages, saved views; undo takes each back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual.content import Content
from textual.widgets import Input

from aggregator.board import Row
from aggregator.errors import LeadlineError
from aggregator.model import STAGES, Deed, Note, Standing
from aggregator.team import ON
from feeds.text import clean, one_line
from tui.formatting import line, when
from tui.screens.deciding import DecidingScreen, Target
from tui.screens.dialogs import Ask, Choice, Pick
from tui.session import Undo


class TeamingScreen(DecidingScreen):
    """Stories that a team works on; who can see what is always said."""

    def more_on(self, row: Row) -> list[Content]:
        """Owner, shares, answers, pins and notes."""
        team, id_ = self.aggregator.team, row.item.id
        parts = [
            *_standing("Owned by", team.owners([id_]).get(id_)),
            *_shared(team.shares([id_]).get(id_)),
            *_answered(team.answered([id_]).get(id_)),
            *([line([("Pinned", "$accent")])] if id_ in team.pinned([id_]) else []),
        ]
        for note in team.notes(id_):
            parts += [Content(""), *_noted(note)]
        return [Content(""), *parts] if parts else []

    def _deed(self, words: str, do: Callable[[list[str]], Sequence[Deed]], target: Target | None = None) -> None:
        """A deed on what is targeted, which is then read anew."""
        team = self.aggregator.team

        def deed(ids: list[str]) -> Callable[[], object]:
            done = do(ids)
            return lambda: team.undo(done)

        self.do(words, target or self.target(), deed)

    def action_answer(self, query: str = "") -> None:
        """Answered."""
        self._deed("answered", lambda ids: self.aggregator.team.answer(ids), self.target(query))

    def action_share(self, words: str = "") -> None:
        """Share with the team."""
        self._deed("shared with the team", lambda ids: self.aggregator.team.share(ids, words))

    def action_pin(self) -> None:
        """Pin or unpin."""
        team = self.aggregator.team

        def turn(ids: list[str]) -> list[Deed]:
            return team.pin(ids, not team.pinned(ids))

        self._deed("pin turned", turn)

    def action_assign(self, owner: str = "") -> None:
        """Make somebody the owner."""
        if owner:
            self._deed(f"assigned to {one_line(owner)}", lambda ids: self.aggregator.team.assign(ids, owner))
            return
        target = self.target()
        names = sorted({self.aggregator.rep, *self.aggregator.team.owners().values()})
        choices = [Choice(name, name, "you" if name == self.aggregator.rep else "") for name in names[:15]]

        def chosen(name: str | None) -> None:
            if name:
                self._deed(f"assigned to {one_line(name)}", lambda ids: self.aggregator.team.assign(ids, name), target)

        self.app.push_screen(Pick("Whose is it?", choices, entry="or type a name"), chosen)

    def action_note(self, text: str = "") -> None:
        """Write a note."""
        row = self.story
        if row is None:
            self.say("There is no story here.")
        elif text:
            self._note(row, text)
        else:
            ask = Ask("✎", "a note, which only you see; N shares it")
            self.app.push_screen(ask, lambda typed: self._note(row, typed) if typed else None)

    def _note(self, row: Row, text: str) -> None:
        team = self.aggregator.team

        def deed(_ids: list[str]) -> Callable[[], object]:
            note = team.add_note(text, item=row.item.id)
            return lambda: team.set_note(note, visibility="removed")

        self.do("noted, only you see it", Target((row,), row.item.title), deed)

    def action_share_note(self) -> None:
        """Share one's last note, or make it private again."""
        row, team = self.story, self.aggregator.team
        if row is None:
            return

        def deed(_ids: list[str]) -> Callable[[], object]:
            mine = [note for note in team.notes(row.item.id) if note.rep == self.aggregator.rep]
            if not mine:
                raise LeadlineError("you have no note on this story", hint="i writes one")
            former = team.set_note(mine[-1], visibility="private" if mine[-1].visibility == "shared" else "shared")
            return lambda: team.set_note(former)

        self.do("who sees the note turned", Target((row,), row.item.title), deed)

    def action_stage(self, stage: str = "") -> None:
        """Move the story's prospect to a stage, for this story."""
        row = self.story
        prospect = row.prospects[0] if row and row.prospects else self.session.prospect
        if not prospect:
            self.say("This story is of no prospect.")
        elif stage:
            self._move_stage(prospect, stage, row.item.id if row else "")
        else:
            name = next((p.name for p in self.aggregator.catalog.prospects if p.id == prospect), prospect)
            choices = [Choice(each, each) for each in STAGES]

            def chosen(value: str | None) -> None:
                if value:
                    self._move_stage(prospect, value, row.item.id if row else "")

            self.app.push_screen(Pick(f"{name} is now", choices), chosen)

    def _move_stage(self, prospect: str, stage: str, cites: str) -> None:
        target = Target((self.story,) if self.story else (), prospect)
        self._deed(f"to {stage}", lambda _ids: self.aggregator.team.move_stage(prospect, stage, cites=cites), target)

    def action_save_view(self, name: str = "") -> None:
        """Save the filter under a name."""
        if name:
            self.spawn(partial(self._save_view, name), "deeds")
        else:
            ask = Ask("@", f"a name for: {one_line(self.text, 100)}")
            self.app.push_screen(ask, lambda typed: self.action_save_view(typed) if typed else None)

    async def _save_view(self, name: str) -> None:
        team, query = self.aggregator.team, self.text
        async with self.session.order:
            deeds = await self.run("write", lambda: team.save_view(name, query))
            self.session.push(Undo(f"view {name} saved", lambda: team.undo(deeds)))
        self.say(f"saved: @{name} now stands for {query}", ("  u undoes", "$faint"))

    def action_views(self, name: str = "") -> None:
        """Pick a saved view."""
        views = self.aggregator.team.views()
        if name:
            found = next((view.query for view in views if view.name == name), None)
            if found is None:
                self.say(f"no view is named {name!r}", fault=True)
            else:
                self._take(found)
            return
        if not views:
            self.say("No view is saved yet: v saves the filter as one.")
            return
        choices = [Choice(view.query, view.name, view.query) for view in views]
        self.app.push_screen(Pick("Views", choices), lambda query: self._take(query) if query else None)

    def _take(self, query: str) -> None:
        self.query_one("#filter", Input).value = query


def _standing(words: str, name: str | None) -> list[Content]:
    return [line([(f"{words} ", "$faint"), (name, "bold")])] if name else []


def _shared(shared: Standing | None) -> list[Content]:
    if shared is None:
        return []
    words = f": {shared.deed.value}" if shared.deed.value != ON else ""
    found = f"· found by {shared.first_rep} {when(shared.first_at)}{words}"
    return [line([("The team sees this ", "$warning"), (one_line(found, 500), "$faint")])]


def _answered(answered: Standing | None) -> list[Content]:
    if answered is None:
        return []
    return [line([("Answered ", "$success"), (f"by {answered.deed.rep} {when(answered.deed.at)}", "$faint")])]


def _noted(note: Note) -> list[Content]:
    is_shared = note.visibility == "shared"
    seen = ("the team sees it", "$warning") if is_shared else ("only you see it", "$success")
    return [line([(f"Note by {note.rep}, {when(note.at)} · ", "$faint"), seen]), line([(clean(note.text), "")])]
