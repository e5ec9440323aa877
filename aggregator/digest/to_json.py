"""A digest as JSON, for programs; the shape is part of the interface."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import msgspec

from aggregator.digest import words
from aggregator.digest.build import Digest, Line, Section
from aggregator.digest.coming import Due
from aggregator.digest.coverage import Coverage, Gap
from aggregator.model import MATCH_THRESHOLD, Item
from feeds.text import one_line

VERSION = 1
"""Of the shape: grows when a field is taken away or means another thing, not when one is added."""


def render(digest: Digest) -> str:
    """One JSON object, indented; times are RFC 3339 in UTC."""
    return encoded(as_dict(digest), indent=2) + "\n"


_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def encoded(value: Any, *, indent: int = 0) -> str:
    """A value as JSON; what could steer a terminal is written as an escape, so that nothing is lost either."""
    try:
        compact = msgspec.json.encode(value)
    except UnicodeEncodeError:  # half a character, as a broken source may give in an id: no JSON may hold it
        compact = json.dumps(msgspec.to_builtins(value), ensure_ascii=False).encode("utf-8", "replace")
    text = (msgspec.json.format(compact, indent=indent) if indent else compact).decode()
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def as_dict(digest: Digest) -> dict[str, Any]:
    """The digest as plain values."""
    return {
        "version": VERSION,
        "made_at": _time(digest.made_at),
        "since": _time(digest.since),
        "rep": digest.rep,
        "summary": words.summary(digest),
        "stories": digest.stories,
        "by_type": dict(digest.by_type),
        "top": [line.item.id for line in digest.top],
        "prospects": [_section(section, digest.made_at) for section in digest.sections],
        "quiet": [prospect.id for prospect in digest.quiet],
        "unmatched": digest.unmatched,
        "doubtful": digest.doubtful,
        "withheld_internal": digest.withheld,
        "retold": digest.retold,
        "deadlines": [_due(due) for due in digest.deadlines],
        "contract_ends": [_due(due) for due in digest.ends],
        "changes": [{**_of(each.item), "at": _time(each.at), "words": each.words, "because": each.because}
                    for each in digest.changes],
        "shared": [{**_of(each.item), "at": _time(each.at), "rep": each.rep, "words": each.words}
                   for each in digest.shared],
        "packs": list(digest.packs),
        "notices": list(digest.notices),
        "coverage": _coverage(digest.coverage),
    }  # fmt: skip


def _of(item: Item) -> dict[str, Any]:
    return {"id": item.id, "title": item.title, "link": item.link, "scope": item.scope}


def _due(due: Due) -> dict[str, Any]:
    return {
        **_of(due.item), "day": due.day.isoformat(), "days_left": due.days_left, "words": due.words,
        "evidence": words.due_reason(due),
        "prospects": [match.prospect for match in due.item.matches if match.confidence >= MATCH_THRESHOLD],
    }  # fmt: skip


def _section(section: Section, now: datetime) -> dict[str, Any]:
    prospect = section.prospect
    return {
        "id": prospect.id if prospect else None,
        "name": one_line(prospect.name) if prospect else None,
        "stage": prospect.stage if prospect else None,
        "score": section.account.value,
        "score_best": section.account.best,
        "score_bonus": section.account.bonus,
        "signals": list(section.account.signals),
        "stories": [_line(line, now) for line in section.lines],
        "withheld": section.withheld,
    }


def _line(line: Line, now: datetime) -> dict[str, Any]:
    item = line.item
    return {
        "id": item.id,
        "title": item.title,
        "link": item.link,
        "published": _time(item.published),
        "seen_at": _time(item.seen_at),
        "score": line.score.value,
        "score_reasons": [{"words": reason.words, "factor": reason.factor} for reason in line.score.reasons],
        "types": [tag.type for tag in line.tags],
        "tags": [
            {"type": tag.type, "signal": tag.signal, "where": tag.evidence.where, "evidence": tag.evidence.text,
             "field": tag.evidence.field, "rule": tag.rule, "pack": tag.pack, "confidence": tag.confidence}
            for tag in line.tags
        ],
        "why": words.line_reasons(line),
        "why_now": words.why_now(line),
        "update": line.update,
        "due": words.due_in(line, now),
        "sources": list(line.source_names),
        "items": [each.id for each in line.story.items],
        "scope": item.scope,
    }  # fmt: skip


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "total": coverage.total,
        "answered": coverage.answered,
        "failed": [_gap(each) for each in coverage.failed],
        "gone": [_gap(each) for each in coverage.gone],
        "faulty": [_gap(each) for each in coverage.faulty],
        "held": [_gap(each) for each in coverage.held],
        "silent": [_gap(each) for each in coverage.silent],
        "stale": [source.id for source in coverage.stale],
        "not_asked": [source.id for source in coverage.waiting],
        "last_checked": _time(coverage.last_checked),
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {"source": gap.source.id, "name": one_line(gap.source.name), "reason": gap.reason, "since": _time(gap.since)}


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
