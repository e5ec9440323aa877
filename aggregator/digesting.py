"""Reads from the store what a digest is made of: what is new since the one before, and what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.digest.build import Beside, Digest, Limits, build
from aggregator.digest.coming import dues
from aggregator.digest.coverage import LEAST_SILENCE, usual_gap
from aggregator.digest.news import followed_changes, shared_since
from aggregator.model import KEPT_STATES, TRIAGE_STATES, Item, Prospect, Query, SourceStatus, Standing, Version
from aggregator.pipeline.keeping import Keeps
from aggregator.pipeline.stories import LOOK_BACK
from aggregator.store.base import Store
from aggregator.team import ON, Team
from aggregator.tenders import Tenders

MOST = 5_000
"""Items that a digest looks at, newest first."""
MOST_FOLLOWED = 1_000
"""Kept, pinned, owned or shared items whose changes are looked for, the latest first."""
MOST_NOTICES = 1_500
"""Notices of procurements that deadlines are read from, the latest first."""
MOST_RHYTHMS = 200
"""Quiet sources whose rhythm is looked up."""
DATES = 12
"""Items from which a rhythm is told."""
OVERLAP = timedelta(hours=1)
"""An item is dated when its poll began and stored when it ended: so much of the time before the last digest is looked
at again, without what that digest had."""
ITSELF = "reader"
"""The target of digests that are only read here."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a digest begins."""

    at: datetime
    told: frozenset[str] = frozenset()
    """Items that the digest before had though they are no older."""
    follows: bool = False
    """Whether it goes on where another ended, so that nothing is told twice."""


def channel(target: str, rep: str) -> str:
    """The name of a rep's digests to a target."""
    return f"digest {target or ITSELF} {rep}"


class Digesting:
    """Makes digests for one rep."""

    def __init__(
        self, store: Store, rep: str, *, items: Callable[[Query, int], Iterator[Item]], tenders: Tenders, team: Team,
        pack_news: Callable[[datetime], Sequence[str]],
    ) -> None:  # fmt: skip
        self._store, self._rep, self._items = store, rep, items
        self._tenders, self._team, self._pack_news = tenders, team, pack_news

    def after_the_last(self, target: str, default: datetime) -> Start:
        """Where the last digest that reached the target ended; ``default`` if there was none."""
        for last in self._store.deliveries(channel(target, self._rep), states=("sent",), limit=1):
            return Start(last.through, frozenset(last.items), follows=True)
        mark = None if target else self._store.mark(f"digest:{self._rep}")
        return Start(mark, follows=True) if mark else Start(default)

    def make(
        self, start: Start, now: datetime, prospects: Sequence[Prospect], *, only: Collection[str] = (),
        external: bool = False, limits: Limits, keeps: Keeps, sections: Collection[str] = (),
        notices: tuple[str, ...] = (),
    ) -> Digest:  # fmt: skip
        """The digest since then; ``only`` are the ids it was asked to be restricted to."""
        statuses = self._store.source_statuses()
        new = self._new(start, now, tuple(only))
        return build(
            new, prospects, statuses,
            now=now, since=start.at, rep=self._rep, limits=limits, is_whole=not only, external=external, keeps=keeps,
            beside=replace(self._beside(start, now, new, prospects), rhythms=self._rhythms(statuses, now),
                           notices=notices),
            sections=sections,
        )  # fmt: skip

    def _new(self, start: Start, now: datetime, only: tuple[str, ...]) -> list[Item]:
        seen_from = start.at - OVERLAP if start.told else start.at
        query = Query(rep=self._rep, seen_from=seen_from, news_only=True, now=now, prospects=only)
        return [item for item in self._items(query, MOST) if item.id not in start.told]

    def _before(self, start: Start, new: Sequence[Item]) -> tuple[Item, ...]:
        """What the digests of the last days looked at, where this one goes on from them."""
        if not start.follows or not new:
            return ()
        mine = {item.id for item in new}
        query = Query(rep=self._rep, seen_from=start.at - LOOK_BACK, news_only=True, states=TRIAGE_STATES)
        return tuple(
            item
            for item in self._items(query, 2 * MOST)
            if item.id not in mine and (item.seen_at < start.at or item.id in start.told)
        )

    def _beside(self, start: Start, now: datetime, new: Sequence[Item], prospects: Sequence[Prospect]) -> Beside:
        ids = {prospect.id for prospect in prospects}
        threads = self._tenders.threads(ids, most=MOST_NOTICES)
        shares = self._team.shares()
        kept = tuple(self._items(Query(rep=self._rep, states=KEPT_STATES), MOST_FOLLOWED))
        why = self._followed(kept, shares)
        followed = self._among(why, kept)
        return Beside(
            dues=dues(threads, [*new, *followed], now=now, since=start.at, prospects=ids,
                      new={item.id for item in new}),
            changes=followed_changes(why, followed, self._versions(followed), threads, start.at),
            shared=shared_since(shares, followed, self._rep, start.at, own=(ON,)),
            packs=tuple(self._pack_news(start.at)),
            kept=kept,
            before=self._before(start, new),
        )  # fmt: skip

    def _followed(self, kept: Sequence[Item], shares: Mapping[str, Standing]) -> dict[str, str]:
        """Item → why it is followed; the rep's own reasons before the team's."""
        owned = {item for item, owner in self._team.owners().items() if owner == self._rep}
        return {
            **dict.fromkeys(shares, "shared"), **dict.fromkeys((item.id for item in kept), "kept"),
            **dict.fromkeys(self._team.pinned(), "pinned"), **dict.fromkeys(owned, "yours"),
        }  # fmt: skip

    def _among(self, why: Mapping[str, str], kept: Sequence[Item]) -> list[Item]:
        known = {item.id for item in kept}
        others = tuple(sorted(each for each in why if each not in known))
        if not others:
            return list(kept)
        query = Query(rep=self._rep, ids=others, states=TRIAGE_STATES)
        return [*kept, *self._items(query, MOST_FOLLOWED)]

    def _versions(self, items: Sequence[Item]) -> dict[str, list[Version]]:
        return {item.id: list(self._store.versions(item.id)) for item in items if item.versions}

    def _rhythms(self, statuses: Sequence[SourceStatus], now: datetime) -> dict[str, timedelta]:
        """How far apart the items of those sources are that have been quiet for a while."""
        quiet = [
            each.source.id
            for each in statuses
            if each.state.status == "ok" and each.state.changed_at and now - each.state.changed_at > LEAST_SILENCE
        ]
        found = {}
        for source in quiet[:MOST_RHYTHMS]:
            page = self._store.items(Query(sources=(source,), states=TRIAGE_STATES, limit=DATES))
            if usual := usual_gap([item.dated for item in page.items]):
                found[source] = usual
        return found


def recent(digest: Digest, items: Callable[[Query, int], Iterator[Item]]) -> tuple[str, ...]:
    """Which items of a digest the next one must not tell again though it looks so far back."""
    looked_at = set(digest.looked_at)
    query = Query(rep=digest.rep, seen_from=digest.made_at - OVERLAP, news_only=True, states=TRIAGE_STATES)
    return tuple(sorted(item.id for item in items(query, MOST) if item.id in looked_at))


__all__ = ["ITSELF", "OVERLAP", "Digesting", "Limits", "Start", "channel", "recent"]
