"""What trying a source came to, in words and as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aggregator.cli.columns import cut, screen_width
from aggregator.cli.output import BUSY, FAILED, OK, SOME_FAILED, data
from aggregator.cli.shapes import item_dict
from aggregator.digest.words import counted, prospect_ids, short_age
from aggregator.model import Item
from aggregator.trying import Exchange, Trial
from feeds.text import one_line

SHOWN = 20
"""Items printed; --json gives all."""


def exit_code(trial: Trial) -> int:
    """0 read, 3 partly, 1 failed, 75 held by a quota."""
    return {"read": OK, "partly": SOME_FAILED, "held": BUSY}.get(trial.outcome, FAILED)


def print_trial(trial: Trial, now: datetime) -> None:
    """Request and answer, the items, and what would be new."""
    source = trial.source
    data(f"{source.id}  ({source.kind}{f', of {source.prospect}' if source.prospect else ''})")
    for each in trial.exchanges:
        _print_exchange(each)
    if trial.outcome in ("failed", "held"):
        data(f"\n{trial.outcome.upper()}  {trial.reason}")
    for feed in trial.feeds:
        data(f"  names the feed {feed}")
    for problem in trial.problems:
        data(f"\nnote: {problem}" if "more pages than" not in problem else "")
    for row in trial.raw:
        data(f"raw: {row}")
    if trial.outcome not in ("failed", "held"):
        _print_items(trial, now)


def _print_exchange(each: Exchange) -> None:
    data(f"\n> {each.method} {each.url}")
    for name, value in each.headers:
        data(f"> {name}: {value}")
    if each.body:
        data(f"> {one_line(each.body, 1_000)}")
    if not each.status:
        return
    data(f"< {each.status}  {each.content_type or 'no type'}  {each.size:,} bytes  {each.seconds:.2f} s")
    if each.answered_by:
        data(f"< answered by {each.answered_by}")
    for name, value in (("ETag", each.etag), ("Last-Modified", each.last_modified)):
        if value:
            data(f"< {name}: {value}")


def _print_items(trial: Trial, now: datetime) -> None:
    fresh = f"{len(trial.new)} would be new" + (f", {len(trial.changed)} edited" if trial.changed else "")
    more = "; more pages follow" if trial.more else ""
    data(f"\n{counted(len(trial.items), 'item')}, {fresh}{more}")
    width = screen_width()
    for item in trial.items[:SHOWN]:
        line = _line(item, trial, now)
        data(cut(line, width) if width else line)
    if len(trial.items) > SHOWN:
        data(f"  and {len(trial.items) - SHOWN} more (--json shows all)")


def _line(item: Item, trial: Trial, now: datetime) -> str:
    mark = "new" if item.id in trial.new else "edit" if item.id in trial.changed else ""
    tags = ", ".join(dict.fromkeys(tag.signal for tag in item.tags))
    ends = " · ".join(filter(None, (prospect_ids(item), tags)))
    return f"  {mark:4}  {short_age(item, now):>4}  {item.title}" + (f"  [{ends}]" if ends else "")


def trial_dict(trial: Trial) -> dict[str, Any]:
    """A trial as plain values."""
    return {
        "id": trial.source.id, "kind": trial.source.kind, "prospect": trial.source.prospect or None,
        "outcome": trial.outcome, "reason": trial.reason, "title": trial.title,
        "requests": [
            {
                "method": each.method, "url": each.url, "headers": dict(each.headers), "body": each.body or None,
                "status": each.status or None, "content_type": each.content_type, "size": each.size,
                "seconds": round(each.seconds, 3), "etag": each.etag or None,
                "last_modified": each.last_modified or None, "answered_by": each.answered_by or None,
                "error": each.error or None,
            }
            for each in trial.exchanges
        ],
        "items": [
            item_dict(item) | {"would_be": "new" if item.id in trial.new else "changed" if item.id in trial.changed
                               else "known"}
            for item in trial.items
        ],
        "new": len(trial.new), "changed": len(trial.changed), "problems": trial.problems, "more": trial.more,
        "feeds": trial.feeds, "raw": trial.raw,
    }  # fmt: skip
