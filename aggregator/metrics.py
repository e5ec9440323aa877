"""How things stand, as a text file for Prometheus (node_exporter's textfile collector)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from aggregator.core import Aggregator

_METRICS = {
    "leadline_sources": "Sources by state.",
    "leadline_sources_due": "Sources that are due now.",
    "leadline_lag_seconds": "How long the source that is overdue most has been due.",
    "leadline_items": "Items stored.",
    "leadline_failures": "Polls that failed in a row, over all sources.",
    "leadline_last_poll_timestamp_seconds": "When a source was last asked.",
    "leadline_last_answer_timestamp_seconds": "When a source last answered.",
    "leadline_run_alive": "Whether `leadline run` is at work.",
    "leadline_database_bytes": "Size of the database file.",
}


def exposition(aggregator: Aggregator) -> str:
    """Every metric in the text format 0.0.4, all gauges; times are seconds since 1970."""
    return "\n".join(_lines(aggregator)) + "\n"


def _lines(aggregator: Aggregator) -> Iterator[str]:
    values = _values(aggregator)
    for name, meaning in _METRICS.items():
        yield f"# HELP {name} {meaning}"
        yield f"# TYPE {name} gauge"
        for labels, value in values[name].items():
            yield f"{name}{labels} {value}"


def _values(aggregator: Aggregator) -> dict[str, dict[str, float]]:
    now = aggregator.now()
    statuses = aggregator.sources()
    states = Counter(status.state.status for status in statuses)
    by_state = {f'{{state="{name}"}}': float(states[name]) for name in ("new", "ok", "failed", "gone")}
    due = aggregator.next_due()
    beat = aggregator.heartbeat()
    path = aggregator.config.database
    return {
        "leadline_sources": by_state,
        "leadline_sources_due": {"": float(aggregator.count_due())},
        "leadline_lag_seconds": {"": max(0.0, (now - due).total_seconds()) if due and due.year > 1970 else 0.0},
        "leadline_items": {"": float(sum(status.items for status in statuses))},
        "leadline_failures": {"": float(sum(status.state.failures for status in statuses))},
        "leadline_last_poll_timestamp_seconds": {"": _latest(status.state.checked_at for status in statuses)},
        "leadline_last_answer_timestamp_seconds": {"": _latest(status.state.answered_at for status in statuses)},
        "leadline_run_alive": {"": float(beat is not None and beat.lives)},
        "leadline_database_bytes": {"": float(path.stat().st_size if path.exists() else 0)},
    }


def _latest(moments: Iterator[datetime | None]) -> float:
    return max((moment.timestamp() for moment in moments if moment), default=0.0)
