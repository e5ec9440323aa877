"""How a pack's sources do where they are polled, what to do about it, and what of it may leave the house. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from aggregator.model import SourceStatus
from aggregator.packs.merge import Origin
from aggregator.packs.tables import PackSource

DEAD_AFTER = 7.0
SILENT_AFTER = 30.0
"""Days."""
ENOUGH = 10
"""So many dismissed and none kept before "never kept" is said."""
FORMAT = 1


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one installation saw of one table of a pack: counts and days, and nothing of prospects, items or notes."""

    pack: str
    source: str
    """Id of the table, within the pack."""
    made: int = 0
    """Sources that it became: one, or one for each prospect that has what it needs."""
    answered: int = 0
    failed: int = 0
    gone: int = 0
    late: int = 0
    """Of the failed, those that did not answer in time."""
    items: int = 0
    kept: int = 0
    dismissed: int = 0
    failed_days: float | None = None
    """Since when the longest failing fails."""
    silent_days: float | None = None
    """Since when none brought anything new."""
    reason: str = ""
    moved_to: str = ""
    """Both only of sources that are no templates: a template's address can name a prospect."""


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """What a rep hands to whoever makes the packs."""

    leadline_health: int = FORMAT
    packs: dict[str, str] = {}
    """Pack → version."""
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a pack's source, and what to do."""

    pack: str
    source: str
    what: str
    """``dead``, ``moved``, ``slow``, ``empty``, ``silent`` or ``never kept``."""
    words: str
    advice: str
    moved_to: str = ""


def observe(
    origins: Mapping[str, Sequence[Origin]],
    statuses: Iterable[SourceStatus],
    keeps: Mapping[tuple[str, str], tuple[int, int]],
    now: datetime,
) -> list[Seen]:
    """What was seen of each table of each pack; ``keeps`` is (``*``, source) → kept, dismissed."""
    by_table: dict[tuple[str, str], list[Seen]] = {}
    for status in statuses:
        for origin in origins.get(status.source.id, ()):
            table = origin.template.partition(".")[2] if origin.template != status.source.id else origin.local
            seen = _seen(origin.pack, table, status, keeps.get(("*", status.source.id), (0, 0)), now)
            if origin.template != status.source.id:
                seen = msgspec.structs.replace(seen, reason="", moved_to="")
            by_table.setdefault((origin.pack, table), []).append(seen)
    return [together(found) for found in by_table.values()]


def _seen(pack: str, table: str, status: SourceStatus, kept: tuple[int, int], now: datetime) -> Seen:
    state = status.state
    changed = state.changed_at or state.answered_at
    return Seen(
        pack=pack,
        source=table,
        made=1,
        answered=int(state.status == "ok"),
        failed=int(state.status == "failed"),
        gone=int(state.status == "gone"),
        late=int(state.status == "failed" and "within" in state.reason and "did not" in state.reason),
        items=status.items,
        kept=kept[0],
        dismissed=kept[1],
        failed_days=_days(state.failed_since, now) if state.status == "failed" else None,
        silent_days=_days(changed, now) if state.status == "ok" else None,
        reason=state.reason if state.status != "ok" else "",
        moved_to=state.moved_to,
    )


def _days(since: datetime | None, now: datetime) -> float | None:
    return round((now - since).total_seconds() / 86400, 1) if since else None


def together(seen: Sequence[Seen]) -> Seen:
    """What several sources, or installations, saw of one table."""
    failed = [each.failed_days for each in seen if each.failed_days is not None]
    silent = [each.silent_days for each in seen if each.silent_days is not None]
    sums = {
        name: sum(getattr(each, name) for each in seen)
        for name in ("made", "answered", "failed", "gone", "late", "items", "kept", "dismissed")
    }
    return Seen(
        pack=seen[0].pack,
        source=seen[0].source,
        failed_days=max(failed, default=None),
        silent_days=min(silent, default=None),
        reason=next((each.reason for each in seen if each.reason), ""),
        moved_to=next((each.moved_to for each in seen if each.moved_to), ""),
        **sums,
    )


def gathered(exports: Iterable[Export]) -> list[Seen]:
    """What all reps' exports say of each table."""
    by_table: dict[tuple[str, str], list[Seen]] = {}
    for export in exports:
        for each in export.seen:
            by_table.setdefault((each.pack, each.source), []).append(each)
    return [together(found) for found in by_table.values()]


def findings(seen: Iterable[Seen], tables: Mapping[tuple[str, str], PackSource]) -> Iterator[Finding]:
    """What is wrong and what to do; ``tables`` is (pack, id) → the table, where it is known."""
    for each in seen:
        table = tables.get((each.pack, each.source))
        for what, words, advice in _of(each, float(table.cadence) if table and table.cadence else 0.0):
            yield Finding(each.pack, each.source, what, words, advice, each.moved_to if what == "moved" else "")


def _of(seen: Seen, cadence: float) -> Iterator[tuple[str, str, str]]:
    whole = seen.failed + seen.gone == seen.made > 0
    if seen.gone and whole:
        yield "dead", "the server says that it is gone for good", "take it out, or find its new address"
    elif whole and (seen.failed_days or 0) >= DEAD_AFTER:
        told = f": {seen.reason}" if seen.reason else ""
        yield "dead", f"has failed for {seen.failed_days:.0f} days{told}", "find its new address, or take it out"
    elif seen.late:
        yield (
            "slow",
            f"did not answer in time ({seen.late} of {seen.made})",
            "ask less often, or find a lighter address",
        )
    if seen.moved_to:
        yield "moved", f"moved for good to {seen.moved_to}", "change its address: `leadline pack health --fix DIR`"
    if seen.answered and not seen.items:
        yield "empty", "answers and never brought anything", "is it the right address? Else take it out"
    elif seen.silent_days is not None and seen.silent_days > max(SILENT_AFTER, 3 * cadence / 86400):
        expected = f", expected every {cadence / 86400:g} days" if cadence else ""
        yield "silent", f"nothing new for {seen.silent_days:.0f} days{expected}", "has its publisher another feed now?"
    if not seen.kept and seen.dismissed >= ENOUGH:
        yield "never kept", f"{seen.dismissed} items dismissed, none kept", "narrow it, or take it out"
