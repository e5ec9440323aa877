"""Items, prospects and sources' states → a digest: stories by prospect, what is worth a call, and what was not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aggregator.model import MATCH_THRESHOLD, Item, Match, Prospect, Score, SourceStatus, Tag
from aggregator.pipeline.keeping import Keeps
from aggregator.pipeline.scoring import Account, account_score, count_publishers, match_for, score
from aggregator.pipeline.stories import Story, group
from feeds.model import Source

TOP_FROM = 40.0
"""A story scored lower is never "worth acting on today"."""
SILENT_AFTER = timedelta(days=30)
"""A source that answers but brought nothing for so long is named."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a digest shows."""

    per_prospect: int = 8
    per_source: int = 3
    top: int = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One story as it concerns one prospect."""

    story: Story
    prospect: Prospect | None
    match: Match | None
    score: Score
    source_names: tuple[str, ...]
    """Publishers of the story, the primary's first."""

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
class Gap:
    """A source that could not be seen, and why."""

    source: Source
    reason: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which sources answered. A failed source is unknown, never "no news"."""

    total: int
    answered: int
    failed: tuple[Gap, ...] = ()
    waiting: tuple[Source, ...] = ()
    """Never asked yet."""
    gone: tuple[Gap, ...] = ()
    stale: tuple[Source, ...] = ()
    """Answered once, but were not asked again in the time that the digest covers."""
    silent: tuple[Gap, ...] = ()
    """Answer, but brought nothing new for long."""
    faulty: tuple[Gap, ...] = ()
    """Answered, but with a document that had to be repaired."""
    last_checked: datetime | None = None


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
) -> Digest:
    """A digest of these items; pure, so that the same arguments always give the same digest.

    ``external`` leaves internal items out, and says so: for what leaves the house. ``keeps`` is what the rep kept and
    dismissed so far.
    """
    limits = limits or Limits()
    sources = {status.source.id: status.source for status in statuses}
    if external:
        items = [item for item in items if item.scope != "internal"]
    asked: Sequence[Prospect | None] = prospects or (None,)
    ranked = [(prospect, _ranked(prospect, items, sources, now, keeps)) for prospect in asked]
    sections = [_section(prospect, lines, limits) for prospect, lines in ranked]
    sections.sort(key=lambda section: -section.account.value)
    stories = {line.item.id: line for _, lines in ranked for line in lines}
    return Digest(
        made_at=now,
        since=since,
        rep=rep,
        top=_top((line for section in sections for line in section.lines), limits.top),
        sections=tuple(section for section in sections if section.lines),
        quiet=tuple(section.prospect for section in sections if section.prospect and not section.lines),
        coverage=coverage(statuses, now, since),
        unmatched=sum(not item.matches for item in items) if prospects else 0,
        doubtful=sum(bool(item.matches) and not any(_sure(match) for match in item.matches) for item in items),
        by_type=Counter(tag.type for line in stories.values() for tag in line.tags),
        stories=len(stories),
        prospects=len(prospects),
        is_whole=is_whole,
        left_out="internal" if external and any(each.scope == "internal" for each in sources.values()) else "",
    )


def coverage(statuses: Iterable[SourceStatus], now: datetime, since: datetime | None = None) -> Coverage:
    """What the sources' states say of how much was seen, since a moment or at all."""
    live = [status for status in statuses if not status.retired]
    by_status = {name: [s for s in live if s.state.status == name] for name in ("new", "ok", "failed", "gone")}
    stale = [s for s in by_status["ok"] if since and s.state.checked_at and s.state.checked_at < since]
    return Coverage(
        total=len(live),
        answered=len(by_status["ok"]) - len(stale),
        failed=tuple(_gap(each) for each in by_status["failed"]),
        waiting=tuple(each.source for each in by_status["new"]),
        gone=tuple(_gap(each) for each in by_status["gone"]),
        stale=tuple(each.source for each in stale),
        silent=tuple(
            Gap(each.source, "", each.state.changed_at)
            for each in by_status["ok"]
            if each.state.changed_at and now - each.state.changed_at > SILENT_AFTER
        ),
        faulty=tuple(_gap(each) for each in by_status["ok"] if each.state.reason),
        last_checked=max((s.state.checked_at for s in live if s.state.checked_at), default=None),
    )


def _gap(status: SourceStatus) -> Gap:
    return Gap(status.source, status.state.reason, status.state.failed_since or status.state.checked_at)


def _sure(match: Match) -> bool:
    return match.confidence >= MATCH_THRESHOLD


def _concerns(item: Item, prospect: Prospect | None) -> bool:
    return prospect is None or any(match.prospect == prospect.id and _sure(match) for match in item.matches)


def _ranked(
    prospect: Prospect | None,
    items: Sequence[Item],
    sources: Mapping[str, Source],
    now: datetime,
    keeps: Keeps | None,
) -> list[Line]:
    """All stories that concern a prospect, best first."""
    mine = [item for item in items if _concerns(item, prospect)]
    lines = [_line(story, prospect, sources, now, keeps) for story in group(mine, sources)]
    return sorted(lines, key=lambda line: (-line.score.value, -line.item.dated.timestamp(), line.item.id))


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
    """At most so many stories, and of one source at most so many, so that no source drowns the others."""
    shown: list[Line] = []
    per_source: Counter[str] = Counter()
    for line in lines:
        if len(shown) < limits.per_prospect and per_source[line.item.source] < limits.per_source:
            per_source[line.item.source] += 1
            shown.append(line)
    return shown


def _top(lines: Iterable[Line], count: int) -> tuple[Line, ...]:
    """The best stories over all prospects, each once: under the prospect for whom it counts most."""
    ranked = sorted(lines, key=lambda line: (-line.score.value, line.item.id))
    best: dict[str, Line] = {}
    for line in ranked:
        if line.score.value >= TOP_FROM and line.tags:
            best.setdefault(line.item.id, line)
    return tuple(best.values())[:count]
