"""Items that no source told: what follows from stored ones on its day, each with what it was computed from.

Two kinds. A contract's end comes into view, and its buyer will have to buy again; a job board shows far more openings
in a week than it mostly does. They become items of the source that they were computed from, so that whatever holds for
items (digest, lists, score, triage, corrections) holds for them. The same item gives the same one at any time.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from aggregator.model import Evidence, Item, Tag
from aggregator.pipeline.normalize import digest
from aggregator.pipeline.roles import SUPPLIER, role_of
from aggregator.pipeline.timing import OPENS, deciding_day
from aggregator.tagging.fields import DECIDING
from aggregator.tagging.signals import SIGNAL

RECOMPETE, SURGE = "purchasing_plans.recompete", "structure.hiring_surge"
COMPUTED = "computed"
"""Field of a computed item that holds its signal."""
EVIDENCE = "computed_from"
"""Field of a computed item that holds its evidence in words."""
SURE = 0.9

FRESH = timedelta(days=30)
"""A window that opened longer ago than this, when it is first seen, is no news."""

WEEK = timedelta(days=7)
WEEKS = 8
"""Weeks of a board that this week is compared with, at most."""
MIN_WEEKS = 4
"""Weeks that a board must have been watched before anything is made of it."""
MIN_OPENINGS = 5
TIMES = 2.0
"""A surge is so many openings at least, and so many times the median."""

_HISTORY = ("purchasing_history.award", "purchasing_history.spend", "purchasing_history.change",
            "purchasing_history.customer_win", "purchasing_history.vendor_named", "purchasing_history")  # fmt: skip
_DECIDING = frozenset(name for each in DECIDING for name in each.names)


def computed_tags(fields: Mapping[str, Any]) -> tuple[Tag, ...]:
    """The tag of a computed item; none for an item that a source told."""
    signal = SIGNAL.get(str(fields.get(COMPUTED, ""))) if fields else None
    if signal is None or signal.id not in (RECOMPETE, SURGE):
        return ()
    evidence = Evidence("field", str(fields.get(EVIDENCE, "")), field=EVIDENCE)
    return (Tag(signal.type, signal.id, evidence, f"{COMPUTED}.{signal.id.partition('.')[2]}", "", SURE),)


def recompete(item: Item, now: datetime) -> Item | None:
    """What an award says on the day on which its contract's end comes into view, a year and a half ahead.

    None before and after, for an item that tells of no contract's end, and where all its prospects are suppliers.
    """
    end = contract_end(item)
    opens = datetime.combine(end, time(), UTC) - timedelta(days=OPENS) if end else None
    if end is None or opens is None or opens > now or end < now.date():
        return None
    if item.matches and all(role_of(item, match) == SUPPLIER for match in item.matches):
        return None
    fact = next(fact for fact in item.facts if fact.kind == "end" and fact.day == end)
    where = f"{fact.field} is {fact.text}" if fact.where == "field" else f"“{fact.text}” in the {fact.where}"
    fields = {name: value for name, value in item.fields.items() if name not in _DECIDING}
    return _computed(
        item, f"{item.id}:{end}", f"Contract ends on {_day(end)}: {item.title}",
        f"From an item of {_day(item.dated.date())}: {where}.",
        {**fields, "contract_end": end.isoformat(), COMPUTED: RECOMPETE,
         EVIDENCE: f"contract ends on {_day(end)} ({where})"},
        max(opens, item.dated), now, is_news=item.dated <= opens and now - opens <= FRESH,
    )  # fmt: skip


def contract_end(item: Item) -> date | None:
    """When the contract ends that an item tells of, as a thing bought or sold."""
    if COMPUTED in item.fields or not any(tag.signal in _HISTORY or tag.type in _HISTORY for tag in item.tags):
        return None
    return deciding_day(item.facts, ("end",), item.dated.date())


@dataclass(frozen=True, slots=True)
class Surge:
    """A week of a job board that is out of its own ordinary."""

    board: str
    openings: int
    median: float
    weeks: int
    """How many former weeks the median is of."""

    @property
    def words(self) -> str:
        """The evidence: ``14 openings in 7 days, median 4``."""
        return f"{self.openings} openings in 7 days, median {self.median:g}"


def surges(postings: Iterable[tuple[str, datetime]], now: datetime) -> list[Surge]:
    """Boards that showed far more new openings in the last seven days than in most of the weeks before.

    ``postings`` are (board, when an opening was first seen). What a board had when it was first seen is its baseline
    and counts for no week; a week without an opening counts as none.
    """
    by_board: dict[str, list[datetime]] = {}
    for board, seen in postings:
        by_board.setdefault(board, []).append(seen)
    found = (_surge(board, seen, now) for board, seen in sorted(by_board.items()))
    return [each for each in found if each]


def _surge(board: str, seen: Sequence[datetime], now: datetime) -> Surge | None:
    first = min(seen)
    weeks = Counter((now - at) // WEEK for at in seen if first < at <= now)
    watched = min(WEEKS, (now - first) // WEEK - 1)
    if watched < MIN_WEEKS:
        return None
    median = statistics.median(weeks[week] for week in range(1, watched + 1))
    if weeks[0] < MIN_OPENINGS or weeks[0] < TIMES * median:
        return None
    return Surge(board, weeks[0], median, watched)


def hiring_surges(items: Sequence[Item], now: datetime) -> Iterator[Item]:
    """Surges of the boards that these openings stand on, as items: one a board in any week of the calendar."""
    by_board: dict[str, list[Item]] = {}
    jobs: set[tuple[str, str]] = set()
    for item in sorted(items, key=lambda item: (item.seen_at, item.id)):
        board = board_of(item)
        job = (board, str(item.fields.get("job_id") or item.id))
        if board and job not in jobs:
            jobs.add(job)
            by_board.setdefault(board, []).append(item)
    for surge in surges(((board, item.seen_at) for board, of in by_board.items() for item in of), now):
        yield _surge_item(surge, by_board[surge.board], now)


def board_of(item: Item) -> str:
    """The job board that an opening stands on, told from others by its source; empty for other items."""
    fields = item.fields
    if COMPUTED in fields or not any(fields.get(name) for name in ("job_board", "ats", "job_id")):
        return ""
    return f"{item.source} {fields.get('job_board') or fields.get('ats') or ''}".strip()


def _surge_item(surge: Surge, items: Sequence[Item], now: datetime) -> Item:
    recent = [item for item in items if now - item.seen_at < WEEK]
    last = recent[-1]
    name = next((str(last.fields[key]) for key in ("company", "company_name", "employer") if last.fields.get(key)), "")
    parts = [f"{words} {_most(recent, key)}" for key, words in (("department", "in"), ("location", "at"))
             if _most(recent, key)]  # fmt: skip
    most = f", most {' and '.join(parts)}" if parts else ""
    fields: dict[str, Any] = {COMPUTED: SURGE, EVIDENCE: surge.words}
    fields |= {
        key: last.fields[key] for key in ("company", "company_name", "employer", "job_board") if last.fields.get(key)
    }
    year, week, _ = now.isocalendar()
    return _computed(
        last, f"{surge.board}:{year}-{week}", f"Hiring surge{f' at {name}' if name else ''}: {surge.words}",
        "\n".join([f"{surge.words} of {surge.weeks} weeks{most}.", *(item.title for item in recent[-20:])]),
        fields, now, now, is_news=True,
    )  # fmt: skip


def _most(items: Sequence[Item], key: str) -> str:
    """What most of the items have under a field, where that is a third of them and more than one."""
    found = Counter(
        str(item.fields[key]) for item in items if isinstance(item.fields.get(key), str) and item.fields[key]
    )
    value, count = max(found.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    return value if count > 1 and 3 * count >= len(items) else ""


def _computed(
    origin: Item,
    identity: str,
    title: str,
    text: str,
    fields: Mapping[str, Any],
    listed: datetime,
    now: datetime,
    *,
    is_news: bool,
) -> Item:
    key = digest(COMPUTED, str(fields[COMPUTED]), identity)
    return Item(
        id=digest(origin.source, key), source=origin.source, title=title[:500], link=origin.link, text=text, key=key,
        twin_key=digest("twin", key), content_hash=digest(title, text), seen_at=now, listed_at=listed,
        published=listed, language=origin.language, fields=dict(fields), scope=origin.scope,
        source_class=origin.source_class, is_news=is_news, matches=origin.matches,
    )  # fmt: skip


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
