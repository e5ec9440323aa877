"""Tallies → a report: rows by facet, and weeks without a gap. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aggregator.model import Tally

MOST_WEEKS = 53
"""Weeks that a trend shows, the latest."""


@dataclass(frozen=True, slots=True)
class Row:
    """One signal, source, pack or prospect."""

    key: str
    name: str
    tally: Tally
    weeks: tuple[int, ...]
    """Items by week, as many as the report has weeks."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report says, for any format."""

    made_at: datetime
    since: datetime
    facet: str
    whole: Tally
    """Over everything."""
    mondays: tuple[date, ...]
    """The weeks of the trends."""
    rows: tuple[Row, ...]
    items: tuple[int, ...]
    """Of the whole, items by week."""
    kept: tuple[int, ...]
    """Of the whole, verdicts by week that kept an item."""


def build(
    whole: Sequence[Tally], tallies: Sequence[Tally], *, facet: str, names: Mapping[str, str], since: datetime,
    now: datetime,
) -> Report:  # fmt: skip
    """A report; ``names`` says what to call a key. Weeks in which nothing came stand as noughts."""
    total = whole[0] if whole else Tally("", 0, 0, 0, 0, None)
    mondays = _mondays(total, since, now)
    return Report(
        now, since, facet, total, mondays,
        tuple(Row(t.key, names.get(t.key) or t.key, t, _counts(t.weeks, mondays)) for t in tallies),
        _counts(total.weeks, mondays), _counts(total.kept_weeks, mondays),
    )  # fmt: skip


def _mondays(total: Tally, since: datetime, now: datetime) -> tuple[date, ...]:
    """The weeks from the first in which anything came, at most MOST_WEEKS, to the present one."""
    last = _monday(now.date())
    first = max(_monday(since.date()), min(total.weeks, default=last), last - timedelta(weeks=MOST_WEEKS - 1))
    return tuple(first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _counts(weeks: Mapping[date, int], mondays: Sequence[date]) -> tuple[int, ...]:
    return tuple(weeks.get(monday, 0) for monday in mondays)


def span(seconds: float | None) -> str:
    """A duration in its largest fitting unit: ``3.5 h``; a dash for none."""
    if seconds is None:
        return "-"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def summary(report: Report) -> str:
    """The whole in one sentence."""
    whole = report.whole
    parts = [f"n = {whole.n:,} items"]
    if whole.decided:
        parts += [f"kept {ratio(whole)} verdicts", f"median time to triage {span(whole.median_seconds)}"]
    else:
        parts.append("no verdict yet")
    return "; ".join([*parts, f"{whole.corrections:,} correction{'' if whole.corrections == 1 else 's'}"])


def ratio(tally: Tally) -> str:
    """The share of verdicts that kept, with its n: ``67% of 12``; a dash where there is none."""
    return "-" if tally.kept_ratio is None else f"{tally.kept_ratio:.0%} of {tally.decided}"
