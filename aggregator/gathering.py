"""Gathers from the store what call sheets and dossiers are built from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from aggregator.catalog import Catalog
from aggregator.dossier.build import build_brief, build_dossier
from aggregator.dossier.nouns import Brief, Dossier, Gathered
from aggregator.errors import LeadlineError
from aggregator.model import TRIAGE_STATES, Deed, Item, Prospect, Query, Version
from aggregator.store.base import Store
from aggregator.team import Team
from feeds.tables import did_you_mean

MOST = 20_000
"""Items of one prospect that are looked through, the latest first."""
_TOUCHES = ("share", "assign", "answer", "pin", "stage")


class Gathering:
    """``items`` gives the items of a query as the rep corrected them."""

    def __init__(
        self, store: Store, catalog: Catalog, team: Team, rep: str, clock: Callable[[], datetime],
        items: Callable[[Query, int], Iterator[Item]],
    ) -> None:  # fmt: skip
        self._store, self._catalog, self._team = store, catalog, team
        self._rep, self._clock, self._items = rep, clock, items

    def brief(self, prospect: str, *, since: datetime | None = None, internal: bool = False) -> Brief:
        """One page before a call. Raises LeadlineError for a prospect that there is not."""
        return build_brief(self.gather(prospect), since=since, internal=internal)

    def dossier(self, prospect: str, *, to: str = "", internal: bool = False) -> Dossier:
        """Everything that may be handed on. Raises LeadlineError for a prospect that there is not."""
        return build_dossier(self.gather(prospect), to=to, internal=internal)

    def gather(self, prospect: str) -> Gathered:
        """Everything that is stored of a prospect, whatever its scope. Raises LeadlineError."""
        found = self._prospect(prospect)
        items = list(self._items(Query(prospects=(prospect,), rep=self._rep, states=TRIAGE_STATES), MOST))
        ids = frozenset(item.id for item in items)
        statuses = self._store.source_statuses()
        return Gathered(
            prospect=found,
            rep=self._rep,
            now=self._clock(),
            items=items,
            versions=self._versions(items),
            verdicts=self._store.verdicts(self._rep, ids),
            notes=self._team.prospect_notes(prospect),
            private_notes=self._store.private_notes(prospect),
            shares=self._team.shares(ids),
            owners=self._team.owners(ids),
            keepers=self._store.keepers(ids),
            moves=self._store.deeds(["stage"], subjects=[prospect]),
            touches=self._touches(ids | {prospect}),
            pinned=self._team.pinned(ids),
            documents=self._store.documents(ids),
            sources={status.source.id: status.source for status in statuses},
            statuses=statuses,
            questions=self._catalog.checklist,
            first_stage=next(each.stage for each in self._catalog.prospects if each.id == prospect),
        )

    def _prospect(self, wanted: str) -> Prospect:
        known = {each.id: each for each in self._catalog.prospects}
        if wanted not in known:
            hint = did_you_mean(wanted, list(known)) if known else "no [[prospects]] are configured"
            raise LeadlineError(f"no prospect has the id {wanted!r}", hint=hint)
        return self._team.moved([known[wanted]])[0]

    def _versions(self, items: Sequence[Item]) -> dict[str, Sequence[Version]]:
        """Former texts of what may belong to a procurement."""
        edited = [
            item for item in items if item.versions and any(tag.type.startswith("purchasing") for tag in item.tags)
        ]
        return {item.id: self._store.versions(item.id) for item in edited}

    def _touches(self, subjects: frozenset[str]) -> list[Deed]:
        return [deed for deed in self._store.deeds(_TOUCHES, subjects=subjects) if deed.rep == self._rep]
