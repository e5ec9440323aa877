"""How a source does: in which state it is, how often it is asked, what it brings and what of that is kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aggregator.model import SourceStatus
from feeds.politeness import spell

WEEKS = 4
"""Weeks back over which what a source brings is counted."""
HELD = "held: "
"""How a wait begins that a quota or a host imposed."""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source's state and figures."""

    status: SourceStatus
    state: str
    """``new``, ``ok``, ``partly`` (some of it was unreadable), ``held`` (its quota is spent), ``failed``, ``gone`` or
    ``retired``."""
    every: float | None
    """Seconds between polls: the user's own interval, else that of the next poll; None where it is not asked."""
    per_week: float
    """Items a week, over the last ``WEEKS``."""
    kept: int
    dismissed: int
    """What the rep made of its items."""

    @property
    def kept_ratio(self) -> float | None:
        """Kept items among those that the rep judged; None where he judged none."""
        judged = self.kept + self.dismissed
        return self.kept / judged if judged else None

    @property
    def cadence(self) -> str:
        """How often it is asked, in words."""
        return spell(self.every) if self.every else "-"


def health_of(
    status: SourceStatus,
    brought: Mapping[str, int],
    counts: Mapping[tuple[str, str], tuple[int, int]],
    now: datetime,
) -> SourceHealth:
    """The health of a source, from its items of the last weeks and from keep-rates (see ``Store.keep_counts``)."""
    kept, dismissed = counts.get(("*", status.source.id), (0, 0))
    return SourceHealth(
        status=status,
        state=_state(status, now),
        every=_every(status),
        per_week=brought.get(status.source.id, 0) / WEEKS,
        kept=kept,
        dismissed=dismissed,
    )


def _state(status: SourceStatus, now: datetime) -> str:
    state = status.state
    if status.retired:
        return "retired"
    if state.next_why.startswith(HELD) and state.next_at and state.next_at > now:
        return "held"
    return "partly" if state.status == "ok" and " unreadable: " in state.reason else state.status


def _every(status: SourceStatus) -> float | None:
    state = status.state
    if status.retired or state.status == "gone":
        return None
    if status.source.every:
        return status.source.every
    if state.status == "ok" and state.next_at and state.checked_at and state.next_at > state.checked_at:
        return (state.next_at - state.checked_at).total_seconds()
    return None
