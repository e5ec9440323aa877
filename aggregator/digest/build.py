"""Items, prospects and sources' states → a digest: stories by prospect, what is worth a call, and what was not seen.

Each thing is told once: a story of two prospects is told in full where it counts most, what stands above is named below
by its number, and what a former digest told comes again only if something material is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aggregator.digest.coming import DEADLINE, END, Due
from aggregator.digest.coverage import Coverage, coverage
from aggregator.digest.news import Followed, Shared
from aggregator.model import MATCH_THRESHOLD, Item, Match, Prospect, Score, SourceStatus, Tag
from aggregator.pipeline.keeping import Keeps
from aggregator.pipeline.material import told, what_is_new
from aggregator.pipeline.scoring import Account, account_score, count_publishers, match_for, score
from aggregator.pipeline.stories import Story, group
from feeds.model import Source

TOP_FROM = 40.0
"""A story scored lower is never "worth acting on today"."""
RARE = 2
"""A source with no more stories in a digest is rare: its best is shown though others score higher."""
SECTIONS = ("top", "prospects", "deadlines", "ends", "changes", "shared", "packs")
"""The parts of a digest beside its coverage, in their order."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a digest shows."""

    per_prospect: int = 8
    per_source: int = 3
    top: int = 5
    coming: int = 10
    """Deadlines, ends of contracts, changes and shares, of each kind."""


@dataclass(frozen=True, slots=True)
class Line:
    """One story as it concerns one prospect."""

    story: Story
    prospect: Prospect | None
    match: Match | None
    score: Score
    source_names: tuple[str, ...]
    """Publishers of the story, the primary's first."""
    update: str = ""
    """What is new in a story that was told before."""

    @property
    def item(self) -> Item:
        """The item to show."""
        return self.story.primary

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The story's tags, the surest of each content type, its own before the other sources'."""
        best: dict[str, Tag] = {}
        for item in self.story.items:
            for tag in sorted(item.tags, key=lambda tag: -tag.confidence):
                best.setdefault(tag.type, tag)
        return tuple(best.values())


@dataclass(frozen=True, slots=True)
class Section:
    """One prospect's stories, best first."""

    prospect: Prospect | None
    lines: tuple[Line, ...]
    withheld: int
    """Stories over the limit."""
    account: Account
    """The prospect's own score, by which prospects are ordered; from all stories, those withheld included."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything that a digest says, for any format."""

    made_at: datetime
    since: datetime
    rep: str
    top: tuple[Line, ...]
    sections: tuple[Section, ...]
    quiet: tuple[Prospect, ...]
    """Prospects of which nothing is new."""
    coverage: Coverage
    unmatched: int
    """New items that concern no prospect."""
    doubtful: int
    """New items whose match is too unsure to show."""
    by_type: Mapping[str, int] = field(default_factory=dict)
    """Content type → stories, those over the limits included."""
    stories: int = 0
    """All of them, each once though it concern several prospects."""
    prospects: int = 0
    """Prospects that were looked at; 0 where none is configured, and everything new is shown."""
    is_whole: bool = True
    """Whether it looks at every prospect."""
    left_out: str = ""
    """The scope of items that are not in it (``internal`` in what leaves the house); empty where none is."""
    withheld: int = 0
    """Items of that scope that stayed out."""
    deadlines: tuple[Due, ...] = ()
    ends: tuple[Due, ...] = ()
    changes: tuple[Followed, ...] = ()
    shared: tuple[Shared, ...] = ()
    packs: tuple[str, ...] = ()
    """What happened to packs, a line each."""
    calendar: tuple[Due, ...] = ()
    """All days to come, told or not, for calendars."""
    kept: tuple[Item, ...] = ()
    """What the rep keeps, the latest first, for a feed."""
    retold: int = 0
    """Stories that were told before and that others only repeated."""
    sections_shown: tuple[str, ...] = SECTIONS
    notices: tuple[str, ...] = ()
    """What is to be said of former deliveries."""
    open_tenders: int = 0
    """Procurements that are open and not told here."""
    looked_at: tuple[str, ...] = ()
    """Ids of the items behind it."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a digest holds beside its stories, as far as there is any."""

    dues: tuple[Due, ...] = ()
    changes: tuple[Followed, ...] = ()
    shared: tuple[Shared, ...] = ()
    packs: tuple[str, ...] = ()
    kept: tuple[Item, ...] = ()
    before: tuple[Item, ...] = ()
    """Items that a former digest looked at: what only repeats them is not told."""
    rhythms: Mapping[str, timedelta] = field(default_factory=dict)
    """How far apart the items of a source usually are."""
    notices: tuple[str, ...] = ()


def build(
    items: Sequence[Item],
    prospects: Sequence[Prospect],
    statuses: Sequence[SourceStatus],
    *,
    now: datetime,
    since: datetime,
    rep: str = "",
    limits: Limits | None = None,
    is_whole: bool = True,
    external: bool = False,
    keeps: Keeps | None = None,
    beside: Beside | None = None,
    sections: Collection[str] = (),
) -> Digest:
    """A digest of these items; pure, so that the same arguments always give the same digest.

    ``external`` leaves internal items out, and says so: for what leaves the house. ``keeps`` is what the rep kept and
    dismissed so far. ``sections`` are the ``SECTIONS`` to show, all if there are none.
    """
    limits, beside = limits or Limits(), beside or Beside()
    sources = {status.source.id: status.source for status in statuses}
    inside = [item for item in items if item.scope == "internal"] if external else []
    if external:
        items = [item for item in items if item.scope != "internal"]
    asked: Sequence[Prospect | None] = prospects or (None,)
    ranked = [(prospect, *_ranked(prospect, items, beside.before, sources, now, keeps)) for prospect in asked]
    made = [_section(prospect, lines, limits) for prospect, lines, _ in ranked]
    made.sort(key=lambda section: -section.account.value)
    stories = _each_once(line for _, lines, _ in ranked for line in lines)
    shown = {item.id for section in made for line in section.lines for item in line.story.items}
    beside = _fitting(beside, external)
    coming = [due for due in beside.dues if due.is_now and due.item.id not in shown]
    nearest = {kind: tuple(due for due in coming if due.kind == kind)[: limits.coming] for kind in (DEADLINE, END)}
    told_now = shown | {due.item.id for due in nearest[DEADLINE]}
    return Digest(
        made_at=now,
        since=since,
        rep=rep,
        top=_top((line for section in made for line in section.lines), limits.top),
        sections=tuple(section for section in made if section.lines),
        quiet=tuple(section.prospect for section in made if section.prospect and not section.lines),
        coverage=coverage(statuses, now, since, beside.rhythms),
        unmatched=sum(not item.matches for item in items) if prospects else 0,
        doubtful=sum(bool(item.matches) and not any(_sure(match) for match in item.matches) for item in items),
        by_type=Counter(tag.type for line in stories for tag in line.tags),
        stories=len(stories),
        prospects=len(prospects),
        is_whole=is_whole and not sections,
        left_out="internal" if external and any(each.scope == "internal" for each in sources.values()) else "",
        withheld=len(inside),
        deadlines=nearest[DEADLINE],
        ends=nearest[END],
        changes=tuple(each for each in beside.changes if each.item.id not in shown)[: limits.coming],
        shared=tuple(each for each in beside.shared if each.item.id not in shown)[: limits.coming],
        packs=beside.packs,
        calendar=beside.dues,
        kept=beside.kept,
        retold=len({id_ for _, _, retold in ranked for id_ in retold}),
        sections_shown=tuple(each for each in SECTIONS if not sections or each in sections),
        notices=beside.notices,
        open_tenders=len({due.item.id for due in beside.dues if due.kind == DEADLINE} - told_now),
        looked_at=tuple(sorted(item.id for item in (*items, *inside))),
    )


def _fitting(beside: Beside, external: bool) -> Beside:
    """Without what must stay in the house."""
    if not external:
        return beside
    return replace(
        beside,
        dues=tuple(each for each in beside.dues if each.item.scope != "internal"),
        changes=tuple(each for each in beside.changes if each.item.scope != "internal"),
        shared=tuple(each for each in beside.shared if each.item.scope != "internal"),
        kept=tuple(each for each in beside.kept if each.scope != "internal"),
    )


def _sure(match: Match) -> bool:
    return match.confidence >= MATCH_THRESHOLD


def _concerns(item: Item, prospect: Prospect | None) -> bool:
    return prospect is None or any(match.prospect == prospect.id and _sure(match) for match in item.matches)


def _ranked(
    prospect: Prospect | None,
    items: Sequence[Item],
    before: Sequence[Item],
    sources: Mapping[str, Source],
    now: datetime,
    keeps: Keeps | None,
) -> tuple[list[Line], list[str]]:
    """All new stories that concern a prospect, best first; and the items that only repeat former ones."""
    mine = [item for item in items if _concerns(item, prospect)]
    new = {item.id for item in mine}
    former = [item for item in before if item.id not in new and _concerns(item, prospect)] if mine else []
    lines, retold = [], []
    for story in group([*mine, *former], sources):
        fresh = [item for item in story.items if item.id in new]
        known = [item for item in story.items if item.id not in new]
        if not fresh:
            continue
        update = _update(known, fresh) if known else ""
        if known and not update:
            retold += [item.id for item in fresh]
            continue
        told_now = Story(fresh[0], (*fresh[1:], *known))
        lines.append(replace(_line(told_now, prospect, sources, now, keeps), update=update))
    return sorted(lines, key=lambda line: (-line.score.value, -line.item.dated.timestamp(), line.item.id)), retold


def _update(known: Sequence[Item], fresh: Sequence[Item]) -> str:
    """What is materially new in a story that was told before."""
    former = [told(item) for item in sorted(known, key=lambda item: item.dated)]
    return "; ".join(dict.fromkeys(words for item in fresh for words in what_is_new(former, told(item))))


def _section(prospect: Prospect | None, lines: Sequence[Line], limits: Limits) -> Section:
    shown = _capped(lines, limits)
    signals = [(line.score.value, {tag.signal for item in line.story.items for tag in item.tags}) for line in lines]
    return Section(prospect, tuple(shown), len(lines) - len(shown), account_score(signals))


def _line(
    story: Story, prospect: Prospect | None, sources: Mapping[str, Source], now: datetime, keeps: Keeps | None
) -> Line:
    publishers = count_publishers(story.items, sources)
    scores = [
        score(item, prospect, sources.get(item.source), now, keeps=keeps, publishers=publishers) for item in story.items
    ]
    best = max(scores, key=lambda each: each.value)
    names = dict.fromkeys(_source_name(item, sources) for item in story.items)
    return Line(story, prospect, match_for(story.primary, prospect), best, tuple(names))


def _source_name(item: Item, sources: Mapping[str, Source]) -> str:
    source = sources.get(item.source)
    return (source.name or source.id) if source else item.source


def _capped(lines: Sequence[Line], limits: Limits) -> list[Line]:
    """At most so many stories, of one source at most so many, and the best of each rare source among them."""
    shown: list[Line] = []
    per_source: Counter[str] = Counter()
    for line in lines:
        if len(shown) < limits.per_prospect and per_source[line.item.source] < limits.per_source:
            per_source[line.item.source] += 1
            shown.append(line)
    everywhere = Counter(line.item.source for line in lines)
    for line in lines:
        source = line.item.source
        frequent = [each for each in shown if everywhere[each.item.source] > RARE and per_source[each.item.source] > 1]
        if everywhere[source] <= RARE and not per_source[source] and frequent:
            shown[shown.index(frequent[-1])] = line
            per_source[frequent[-1].item.source] -= 1
            per_source[source] += 1
    return sorted(shown, key=lines.index)


def _top(lines: Iterable[Line], count: int) -> tuple[Line, ...]:
    """The best stories over all prospects, each once: under the prospect for whom it counts most."""
    ranked = sorted(lines, key=lambda line: (-line.score.value, line.item.id))
    return _each_once(line for line in ranked if line.score.value >= TOP_FROM and line.tags)[:count]


def _each_once(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Without those that tell a story that a line before them tells: its items may differ from prospect to prospect."""
    seen: set[str] = set()
    found = []
    for line in lines:
        ids = {item.id for item in line.story.items}
        if not ids & seen:
            found.append(line)
        seen |= ids
    return tuple(found)
