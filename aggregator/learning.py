"""What one rep taught: his corrections, and what he keeps and dismisses; all of it shown, all taken back at will."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from aggregator.errors import LeadlineError
from aggregator.model import KEPT_STATES, Correction, Item
from aggregator.pipeline.corrections import apply_corrections, as_examples
from aggregator.pipeline.keeping import KeepRate, Keeps, Suggestion, counted_from, rates, recounted, suggestions
from aggregator.store.base import Store
from aggregator.tagging.signals import SIGNAL, TAG_NAMES
from feeds.tables import did_you_mean

MANY = 200
"""Of more sources than this an error does not guess which is meant."""
Said = tuple[str, str, bool]
"""``tag`` or ``prospect``, a content type, signal or prospect's id, and whether it holds."""


class Learning:
    """The corrections and keep-rates of one rep; ``prospects`` are the ids that may be named."""

    def __init__(self, store: Store, rep: str, clock: Callable[[], datetime], prospects: Sequence[str]) -> None:
        self._store, self._rep, self._clock, self._prospects = store, rep, clock, prospects
        self._keeps: Keeps | None = None

    def refresh(self) -> None:
        """Read anew what was kept and dismissed when it is next asked for."""
        self._keeps = None

    def keeps(self) -> Keeps:
        """What the rep kept and dismissed since he last started anew; read once until ``refresh``."""
        if self._keeps is None:
            whole = self._store.mark(self._mark)
            resets = {name: at for name, at in self._resets().items() if whole is None or at > whole}
            self._keeps = counted_from(self._counts(whole), {name: self._counts(at) for name, at in resets.items()})
        return self._keeps

    def rates(self) -> list[KeepRate]:
        """What the rep kept of each signal and of each source since he last started anew with it."""
        self.refresh()
        return rates(self.keeps())

    def _counts(self, since: datetime | None) -> Keeps:
        """The store's counts, with corrected items under the tags that the rep gave them."""
        said = [each for each in self.corrections() if each.subject == "tag"]
        verdicts = self._store.verdicts(self._rep, {each.item for each in said})
        judged = {
            item_id: verdict.state in KEPT_STATES
            for item_id, verdict in verdicts.items()
            if verdict.state in (*KEPT_STATES, "dismissed") and (since is None or verdict.at >= since)
        }
        pairs = [
            (item, apply_corrections(item, [each for each in said if each.item == item_id]), kept)
            for item_id, kept in judged.items()
            if (item := self._store.item(item_id))
        ]
        return recounted(self._store.keep_counts(self._rep, since), pairs)

    def _resets(self) -> dict[tuple[str, str], datetime]:
        """(``signal`` or ``source``, its name) → since when it counts."""
        prefix = f"{self._mark}:"
        found = self._store.marks(prefix)
        return {(subject, name): at for key, at in found.items()
                for subject, _, name in [key[len(prefix) :].partition(":")]}  # fmt: skip

    def suggestions(self) -> list[Suggestion]:
        """Sources and signals that the rep nearly always dismisses; nothing follows from them by itself."""
        self.refresh()
        return suggestions(self.keeps())

    def forget(self, name: str = "", *, sources: Collection[str] = ()) -> None:
        """Let only verdicts from now on count in scores and suggestions; the verdicts themselves stay.

        ``name`` is a signal, ``untagged``, or one of these sources; without it all start anew. Raises LeadlineError
        for a name that is none of them.
        """
        if not name:
            self._store.set_mark(self._mark, self._clock())
        elif name in TAG_NAMES or name == "untagged":
            self._store.set_mark(f"{self._mark}:signal:{'' if name == 'untagged' else name}", self._clock())
        elif name in sources:
            self._store.set_mark(f"{self._mark}:source:{name}", self._clock())
        else:
            hint = did_you_mean(name, [*SIGNAL, *sources]) if len(sources) < MANY else "`leadline sources` lists them"
            raise LeadlineError(f"no signal or source {name!r}", hint=hint)
        self.refresh()

    def corrections(self, item: Item | None = None) -> list[Correction]:
        """The rep's corrections, of all items or of one, the earliest first."""
        return self._store.corrections(self._rep, [item.id] if item else None)

    def by_item(self) -> dict[str, list[Correction]]:
        """The rep's corrections by item."""
        found: dict[str, list[Correction]] = {}
        for each in self.corrections():
            found.setdefault(each.item, []).append(each)
        return found

    def corrected(self, item: Item) -> Item:
        """The item as the rep has it."""
        return apply_corrections(item, self.corrections(item))

    def correct(self, item: Item, said: Sequence[Said]) -> Item:
        """Record what the rep says of an item; how it is then.

        Raises LeadlineError for a tag or prospect that there is not, or that the item does not have.
        """
        for subject, value, holds in said:
            if subject == "prospect":
                self._check_prospect(item, value, holds=holds)
            else:
                self._check_tag(item, value, holds=holds)
        now = self._clock()
        self._store.correct([Correction(item.id, self._rep, *each, now) for each in said])
        return self.corrected(item)

    def uncorrect(self, item: Item, said: Sequence[Said] = ()) -> int:
        """Take back what the rep said of an item, either way; without ``said`` all of it. How many were taken back."""
        matters = {(subject, value) for subject, value, _ in said}
        mine = self.corrections(item)
        return self._store.uncorrect([each for each in mine if not said or (each.subject, each.value) in matters])

    def examples(self, *, internal: bool = False) -> tuple[str, int]:
        """Items whose tags the rep corrected, as entries of a pack's ``examples.toml``, and how many were left out.

        Items of internal sources, of subscriptions and of the CRM are written only where ``internal`` asks for them.
        """
        ids = dict.fromkeys(each.item for each in self.corrections() if each.subject == "tag")
        items = [self.corrected(item) for item in map(self._store.item, ids) if item]
        shown = [item for item in items if internal or (item.scope == "external" and item.source_class == "public")]
        return as_examples(shown), len(items) - len(shown)

    @property
    def _mark(self) -> str:
        return f"keeps:{self._rep}"

    def _check_prospect(self, item: Item, value: str, *, holds: bool) -> None:
        if holds and value not in self._prospects:
            hint = did_you_mean(value, self._prospects) if self._prospects else "no [[prospects]] are configured"
            raise LeadlineError(f"no prospect has the id {value!r}", hint=hint)
        has = any(match.prospect == value for match in item.matches)
        if not holds and not has and not self._was_said(item, "prospect", value):
            raise LeadlineError(f"the item has no match with {value}", hint=f"leadline show {item.id[:8]}")

    def _check_tag(self, item: Item, value: str, *, holds: bool) -> None:
        if value not in TAG_NAMES:
            raise LeadlineError(f"no content type or signal {value!r}", hint=did_you_mean(value, TAG_NAMES))
        if holds and value in SIGNAL and not SIGNAL[value].type:
            raise LeadlineError(f"{value} is no content type of a lead", hint="no item is tagged with it")
        has = any(value in (tag.type, tag.signal) for tag in item.tags)
        if not holds and not has and not self._was_said(item, "tag", value):
            raise LeadlineError(f"the item is not tagged {value}", hint=f"leadline show {item.id[:8]}")

    def _was_said(self, item: Item, subject: str, value: str) -> bool:
        return any((each.subject, each.value) == (subject, value) for each in self.corrections(item))
