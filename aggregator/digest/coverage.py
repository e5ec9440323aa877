"""Sources' states → which of them were seen, and which were not; pure."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from aggregator.model import SourceStatus
from feeds.model import Source
from feeds.state import HELD

SILENT_AFTER = timedelta(days=30)
"""A source that answers but brought nothing for so long is named, whatever its rhythm."""
_RHYTHMS = (
    (0.6, "several times a day"), (1.6, "daily"), (4.5, "every few days"), (10.0, "weekly"), (20.0, "every two weeks"),
    (45.0, "monthly"), (float("inf"), "rarely"),
)  # fmt: skip
"""Days between two items up to which a rhythm has this name."""
BORNE = 3
"""A source is silent when it brought nothing for so many times its usual gap, two days at least."""
LEAST_SILENCE = timedelta(days=2)
MIN_DATES = 5
"""Items from which a rhythm is told."""


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
    """Answer, but brought nothing new for longer than is usual for them; the reason says what is usual."""
    held: tuple[Gap, ...] = ()
    """Not asked, because the quota of their publisher is spent."""
    faulty: tuple[Gap, ...] = ()
    """Answered, but with a document that had to be repaired."""
    last_checked: datetime | None = None


def coverage(
    statuses: Iterable[SourceStatus],
    now: datetime,
    since: datetime | None = None,
    rhythms: Mapping[str, timedelta] | None = None,
) -> Coverage:
    """What the sources' states say of how much was seen, since a moment or at all.

    ``rhythms`` is how far apart the items of a source usually are (see ``usual_gap``), by its id.
    """
    live = [status for status in statuses if not status.retired]
    by_status = {name: [s for s in live if s.state.status == name] for name in ("new", "ok", "failed", "gone")}
    stale = [s for s in by_status["ok"] if since and s.state.checked_at and s.state.checked_at < since]
    return Coverage(
        total=len(live),
        answered=len(by_status["ok"]) - len(stale),
        failed=tuple(_gap(each) for each in by_status["failed"]),
        waiting=tuple(s.source for s in by_status["new"] if not s.state.next_why.startswith(HELD)),
        gone=tuple(_gap(each) for each in by_status["gone"]),
        stale=tuple(each.source for each in stale),
        silent=tuple(
            gap for each in by_status["ok"] if (gap := _silence(each, now, (rhythms or {}).get(each.source.id)))
        ),
        held=tuple(
            Gap(each.source, each.state.next_why.removeprefix(HELD), each.state.answered_at)
            for each in live
            if each.state.next_why.startswith(HELD) and (since is None or _unseen(each, since))
        ),
        faulty=tuple(_gap(each) for each in by_status["ok"] if each.state.reason),
        last_checked=max((s.state.checked_at for s in live if s.state.checked_at), default=None),
    )


def usual_gap(dates: Sequence[datetime]) -> timedelta | None:
    """How far apart items usually are, from the dates of the latest; None where they are too few to tell."""
    ordered = sorted(dates)
    if len(ordered) < MIN_DATES:
        return None
    gaps = [(after - before).total_seconds() for before, after in pairwise(ordered)]
    return timedelta(seconds=statistics.median(gaps))


def _silence(status: SourceStatus, now: datetime, usual: timedelta | None) -> Gap | None:
    """A source that brought nothing for longer than its own rhythm lets one expect."""
    since = status.state.changed_at
    if since is None:
        return None
    patience = max(BORNE * usual, LEAST_SILENCE) if usual is not None else SILENT_AFTER
    if now - since <= patience:
        return None
    days = usual.total_seconds() / 86400 if usual is not None else 0.0
    word = next(word for most, word in _RHYTHMS if days <= most) if usual is not None else ""
    return Gap(status.source, word, since)


def _unseen(status: SourceStatus, since: datetime) -> bool:
    return status.state.answered_at is None or status.state.answered_at < since


def _gap(status: SourceStatus) -> Gap:
    return Gap(status.source, status.state.reason, status.state.failed_since or status.state.checked_at)
