"""What a desk shows: stories a line each, page by page; one story whole; counts by prospect."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from msgspec.structs import replace

from aggregator.catalog import Catalog
from aggregator.learning import Learning
from aggregator.model import Correction, Item, Prospect, Query, Score, Verdict, Version
from aggregator.pipeline.corrections import answers, apply_corrections, whatever_it_means
from aggregator.pipeline.scoring import count_publishers, score
from aggregator.pipeline.stories import Story, group
from aggregator.pipeline.timing import deciding_day
from aggregator.store.base import Store
from aggregator.store.shared import cut, cut_at, micros
from aggregator.team import Team

SCANNED = 5_000
"""Items read at most for one page, where a score leaves most of them out."""
MOST_UNREAD = 1_000
"""Undecided items of a prospect are counted no further."""
SPARK_DAYS = 14


@dataclass(frozen=True, slots=True)
class Row:
    """One story on one line."""

    item: Item
    """The one that tells it best; without its text, so that thousands can be held."""
    score: float
    """The highest of its prospects'."""
    prospects: tuple[str, ...]
    doubtful: bool
    """Whether all its matches are doubtful."""
    others: tuple[str, ...] = ()
    """Ids of the other items that tell it."""
    publishers: int = 1
    verdict: Verdict | None = None
    deadline: date | None = None

    @property
    def state(self) -> str:
        """What the rep made of it."""
        return self.verdict.state if self.verdict else "new"

    @property
    def ids(self) -> tuple[str, ...]:
        """Every item of the story, the shown one first."""
        return (self.item.id, *self.others)


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some rows, and where the following page starts; empty on the last."""

    rows: tuple[Row, ...]
    next: str = ""
    scanned: int = 0
    """Items that were read for it."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One story whole."""

    item: Item
    """As the rep corrected it."""
    source: str
    """Its source's name."""
    scores: tuple[tuple[Prospect | None, Score], ...]
    others: tuple[tuple[Item, str], ...]
    """The other items of the story, each with its source's name."""
    versions: tuple[Version, ...]
    corrections: tuple[Correction, ...]
    verdict: Verdict | None


class Board:
    """Reads rows, counts and details; any thread may call any method."""

    def __init__(
        self, store: Store, learning: Learning, team: Team, catalog: Catalog, rep: str, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._learning, self._team, self._catalog = store, learning, team, catalog
        self._rep, self._now = rep, clock
        self._sources = {source.id: source for source in catalog.sources}

    def page(self, query: Query, *, after: str = "", count: int = 200, best_first: bool = False) -> RowPage:
        """The rows of about ``count`` items behind a place, latest listed first, or the best of them first."""
        page = self._items(replace(query, after=after), count)
        found, scanned = list(self.within(query, page[0])), len(page[0])
        while page[1] and len(found) < count // 4 and scanned < SCANNED:
            page = self._items(replace(query, after=page[1]), PAGE_MOST)
            found += self.within(query, page[0])
            scanned += len(page[0])
        rows = self._rows(found)
        return RowPage(tuple(sorted(rows, key=_by_score) if best_first else rows), page[1], scanned)

    def ids(self, query: Query, *, at_and_after: Item | None = None) -> list[str]:
        """Ids of everything that a query finds; with an item, only of it and what is listed behind it."""
        if at_and_after is not None:
            query = replace(query, after=_place_before(at_and_after))
        if query.score_from is None and query.score_to is None and not self._learning.by_item():
            return self._store.ids(query)
        found: list[str] = []
        after = query.after
        while True:
            items, after = self._items(replace(query, after=after), PAGE_MOST)
            found += [item.id for item in self.within(query, items)]
            if not after:
                return found

    def scores(self, item: Item, *, publishers: int = 1) -> list[tuple[Prospect | None, Score]]:
        """The item's score for each prospect that it matches; for none where it matches none."""
        return self._scores(item, self.prospects(), publishers)

    def prospects(self) -> list[Prospect]:
        """Every prospect, at the stage that it was last moved to."""
        return self._team.moved(self._catalog.prospects)

    def _scores(
        self, item: Item, among: Sequence[Prospect], publishers: int = 1
    ) -> list[tuple[Prospect | None, Score]]:
        matched = {match.prospect for match in item.matches}
        prospects: list[Prospect | None] = [p for p in among if p.id in matched]
        source, now, keeps = self._sources.get(item.source), self._now(), self._learning.keeps()
        return [
            (prospect, score(item, prospect, source, now, keeps=keeps, publishers=publishers))
            for prospect in prospects or [None]
        ]

    def within(self, query: Query, items: Iterable[Item]) -> Iterator[Item]:
        """The items whose scores lie where a query wants them."""
        if query.score_from is None and query.score_to is None:
            yield from items
            return
        prospects, left = self.prospects(), iter(items)
        least = -1.0 if query.score_from is None else query.score_from
        most = 101.0 if query.score_to is None else query.score_to
        while held := list(islice(left, PAGE_MOST)):
            told = self.publishers(held)
            yield from (each for each in held if least < _best(self._scores(each, prospects, told[each.id])) < most)

    def publishers(self, items: Sequence[Item]) -> dict[str, int]:
        """How many publishers tell the story of each of these items, as far as these items themselves show."""
        return {
            item.id: count for story in group(items, self._sources)
            for count in [count_publishers(story.items, self._sources)] for item in story.items
        }  # fmt: skip

    def detail(self, ids: Sequence[str]) -> Detail | None:
        """A story whole, by its row's ids; None where its item is gone."""
        items = [found for found in map(self._store.item, ids) if found]
        if not items or items[0].id != ids[0]:
            return None
        item = self._learning.corrected(items[0])
        publishers = count_publishers(items, self._sources)
        return Detail(
            item,
            self._name(item),
            tuple(self.scores(item, publishers=publishers)),
            tuple((other, self._name(other)) for other in items[1:]),
            tuple(self._store.versions(item.id)) if item.versions else (),
            tuple(self._learning.corrections(item)),
            self._store.verdicts(self._rep, [item.id]).get(item.id),
        )

    def unread(self) -> Mapping[str, int]:
        """Prospect → news about it that the rep has not decided on, up to ``MOST_UNREAD``."""
        return self._store.unread(self._rep, self._now(), MOST_UNREAD)

    def activity(self) -> Mapping[str, tuple[int, ...]]:
        """Prospect → items a day over the last fourteen days, today's last."""
        counts = self._store.per_day(self._now() - timedelta(days=SPARK_DAYS))
        return {
            prospect: tuple(counts.get((prospect, day), 0) for day in range(SPARK_DAYS))
            for prospect in {prospect for prospect, _ in counts}
        }

    def newest(self) -> int:
        """A number that grows whenever items are stored, by whatever process."""
        return self._store.newest()

    def arrived(self, query: Query, since: datetime, most: int = 1_000) -> int:
        """How many items that a query finds were first seen after a moment."""
        start = max(since, query.seen_from) if query.seen_from else since
        return len(self._store.ids(replace(query, seen_from=start), most))

    def _items(self, query: Query, count: int) -> tuple[list[Item], str]:
        """A page of items as the rep corrected them, and where the next starts."""
        page = self._store.items(replace(query, limit=count))
        corrected = self._learning.by_item()
        if not corrected:
            return list(page.items), page.next
        mine = self._store.items(replace(whatever_it_means(query, list(corrected)), limit=len(corrected))).items
        end = cut_at(page.next) if page.next else None
        mine = tuple(item for item in mine if end is None or _place(item) >= end)
        here = [apply_corrections(item, corrected[item.id]) for item in mine]
        both = [item for item in page.items if item.id not in corrected]
        both += [item for item in here if answers(query, item)]
        return sorted(both, key=_place, reverse=True), page.next

    def _rows(self, items: Collection[Item]) -> list[Row]:
        stories = group(list(items), self._sources)
        verdicts = self._store.verdicts(self._rep, [story.primary.id for story in stories])
        today, prospects = self._now().date(), self.prospects()
        return [self._row(story, verdicts.get(story.primary.id), today, prospects) for story in stories]

    def _row(self, story: Story, verdict: Verdict | None, today: date, prospects: Sequence[Prospect]) -> Row:
        item = story.primary
        publishers = self._told(story)
        best = _best(self._scores(item, prospects, publishers))
        deadline = deciding_day(item.facts, ("deadline",), today)
        return Row(
            replace(item, text="", facts=(), fields={}),
            best,
            tuple(dict.fromkeys(match.prospect for match in item.matches)),
            bool(item.matches) and all(match.confidence < 0.5 for match in item.matches),
            tuple(other.id for other in story.others),
            publishers,
            verdict,
            deadline,
        )

    def _told(self, story: Story) -> int:
        return count_publishers(story.items, self._sources)

    def _name(self, item: Item) -> str:
        source = self._sources.get(item.source)
        return (source.name if source else "") or item.source


PAGE_MOST = 500
"""Items read from the store at once."""


def _best(scores: Sequence[tuple[Prospect | None, Score]]) -> float:
    return max(score.value for _, score in scores)


def _by_score(row: Row) -> tuple[float, float, str]:
    return -row.score, -row.item.listed.timestamp(), row.item.id


def _place(item: Item) -> tuple[int, str]:
    return micros(item.listed), item.id


def _place_before(item: Item) -> str:
    """The place just before an item, so that a page from there begins with it."""
    return cut(micros(item.listed), f"{item.id}\x7f")
