"""What a rep does beside triage (notes, shares, owners, pins, thanks, stage moves, saved views); all can be undone."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from aggregator.errors import LeadlineError
from aggregator.model import STAGES, Deed, Note, Prospect, Standing
from aggregator.source_tables import near_prospect
from aggregator.store.base import Store
from feeds.tables import did_you_mean
from feeds.text import clean, one_line

MAX_NOTE = 20_000
"""Characters of a note."""
ON = "yes"
"""The value of a deed that is only done or not."""


@dataclass(frozen=True, slots=True)
class View:
    """A query saved under a name."""

    name: str
    query: str
    origin: str = "own"
    """``own``, or the pack that brings it."""


class Team:
    """The ledger of one rep and his team.

    What changes something returns deeds that ``undo`` takes; the ledger itself only grows.
    """

    def __init__(
        self, store: Store, rep: str, clock: Callable[[], datetime], prospects: Collection[str] = (),
        packed: Callable[[], Iterable[View]] = tuple,
    ) -> None:  # fmt: skip
        self._store = store
        self._rep = rep
        self._clock = clock
        self._prospects = prospects
        self._packed = packed

    # Notes

    def notes(self, item: str) -> list[Note]:
        """The rep's own notes on an item and those that others shared, oldest first."""
        return self._store.notes(item, self._rep)

    def prospect_notes(self, prospect: str) -> list[Note]:
        """The same on a prospect and on its items."""
        return self._store.prospect_notes(prospect, self._rep)

    def add_note(self, text: str, *, item: str = "", prospect: str = "", shared: bool = False) -> Note:
        """Write a note on an item or a prospect. Raises LeadlineError for an empty or overlong one."""
        text = clean(text).strip()
        if not text or len(text) > MAX_NOTE:
            raise LeadlineError("a note needs some words" if not text else f"a note has {MAX_NOTE} characters at most")
        note = Note(
            secrets.token_hex(8), item, self._rep, text, self._clock(), "shared" if shared else "private", prospect
        )
        self._store.add_note(note)
        return note

    def set_note(self, note: Note, *, text: str | None = None, visibility: str | None = None) -> Note:
        """Reword one's own note, or make it ``private``, ``shared`` or ``removed``; how it was, for undo."""
        if note.rep != self._rep:
            raise LeadlineError(f"the note is {note.rep}'s", hint="only who wrote it can change it")
        self._store.add_note(replace(note, text=text or note.text, visibility=visibility or note.visibility))
        return note

    # Items

    def share(self, items: Iterable[str], words: str = "") -> list[Deed]:
        """Show items to the whole team; who shares one first is its finder for good."""
        return self._do("share", items, one_line(words) or ON)

    def unshare(self, items: Iterable[str]) -> list[Deed]:
        """Take shares back; the finder stays known."""
        return self._do("share", items, "")

    def assign(self, items: Iterable[str], owner: str) -> list[Deed]:
        """Make a rep responsible for items; nobody, if ``owner`` is empty."""
        return self._do("assign", items, one_line(owner))

    def answer(self, items: Iterable[str], done: bool = True) -> list[Deed]:
        """Mark that somebody acted on items."""
        return self._do("answer", items, ON if done else "")

    def pin(self, items: Iterable[str], done: bool = True) -> list[Deed]:
        """Pin items: never pruned, first in a dossier."""
        return self._do("pin", items, ON if done else "")

    def thank(self, items: Iterable[str], words: str = "") -> list[Deed]:
        """Thank the finders of shared items. Raises LeadlineError for an item that nobody shared."""
        items = list(items)
        shared = self.shares(items)
        for item in items:
            if item not in shared:
                raise LeadlineError(f"nobody shared the item {item[:8]}", hint="thanks go to who shared an item first")
        return self._do("thank", items, one_line(words) or ON)

    def shares(self, items: Collection[str] | None = None) -> Mapping[str, Standing]:
        """Which items are shared, by whom, and who found them."""
        return self._store.standing("share", items)

    def owners(self, items: Collection[str] | None = None) -> dict[str, str]:
        """Item → the rep who is responsible for it."""
        return {item: held.deed.value for item, held in self._store.standing("assign", items).items()}

    def answered(self, items: Collection[str] | None = None) -> Mapping[str, Standing]:
        """Which items somebody acted on."""
        return self._store.standing("answer", items)

    def pinned(self, items: Collection[str] | None = None) -> frozenset[str]:
        """Which items the rep pinned."""
        return frozenset(self._store.standing("pin", items, rep=self._rep))

    # Prospects

    def move_stage(self, prospect: str, stage: str, *, cites: str = "") -> list[Deed]:
        """Move a prospect to a stage of the sale, for an item that led to it if there is one; empty as configured.

        Raises LeadlineError for a stage or prospect that there is not.
        """
        if stage and stage not in STAGES:
            raise LeadlineError(f"no stage {stage!r}", hint=did_you_mean(stage, STAGES))
        if prospect not in self._prospects:
            raise LeadlineError(f"no prospect has the id {prospect!r}", hint=near_prospect(prospect, self._prospects))
        return self._store.record([Deed("stage", prospect, self._rep, stage, self._clock(), cites)])

    def stages(self) -> dict[str, str]:
        """Prospect → the stage that it was moved to, over what the config says."""
        return {prospect: held.deed.value for prospect, held in self._store.standing("stage").items()}

    def moved(self, prospects: Iterable[Prospect]) -> list[Prospect]:
        """Prospects with the stages that they were moved to."""
        stages = self.stages()
        return [replace(each, stage=stages.get(each.id, each.stage)) for each in prospects]

    # Views

    def views(self) -> list[View]:
        """The rep's saved views and those of packs, by name; his own stands for a pack's of that name."""
        own = {name: View(name, held.deed.value) for name, held in self._store.standing("view", rep=self._rep).items()}
        return sorted({**{each.name: each for each in self._packed()}, **own}.values(), key=lambda view: view.name)

    def save_view(self, name: str, query: str) -> list[Deed]:
        """Save a query under a name, or put it in the place of the former. Raises LeadlineError without a name."""
        name = one_line(name).strip()
        if not name or not query.strip():
            raise LeadlineError("a view needs a name and a query")
        return self._do("view", [name], query.strip())

    def remove_view(self, name: str) -> list[Deed]:
        """Remove one of the rep's own views. Raises LeadlineError where there is none."""
        own = self._store.standing("view", rep=self._rep)
        if name not in own:
            raise LeadlineError(f"no view of your own is named {name!r}", hint=did_you_mean(name, list(own) or [""]))
        return self._do("view", [name], "")

    # What left

    def note_left(self, what: str, target: str, count: int, withheld: int = 0, words: str = "") -> None:
        """Enter in the ledger that so many items left this machine; ``withheld`` stayed. Never undone."""
        value = {"what": what, "target": target, "count": count, "withheld": withheld, "words": words}
        entry = Deed("left", secrets.token_hex(8), self._rep, json.dumps(value), self._clock())
        self._store.record([entry])

    def left(self, *, since: datetime | None = None) -> list[dict[str, Any]]:
        """What left this machine, oldest first: when, by whom, what, to where, how many items, how many withheld."""
        return [{"at": deed.at, "rep": deed.rep, **json.loads(deed.value)} for deed in self.ledger("left", since=since)]

    # All

    def undo(self, deeds: Sequence[Deed]) -> list[Deed]:
        """Put back what held before; what it returns does it again."""
        now = self._clock()
        return self._store.record([replace(deed, at=now) for deed in reversed(deeds)])

    def ledger(self, *kinds: str, since: datetime | None = None) -> list[Deed]:
        """Every deed of these kinds, or of all, oldest first."""
        return self._store.deeds(kinds, since=since)

    def _do(self, kind: str, subjects: Iterable[str], value: str) -> list[Deed]:
        now = self._clock()
        return self._store.record([Deed(kind, each, self._rep, value, now) for each in dict.fromkeys(subjects)])
