"""The JSON shapes of the command line; they are part of the interface."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from aggregator.model import Correction, Evidence, Fact, Item, Match, SourceStatus, Tag
from aggregator.tagging.signals import SIGNAL
from feeds.model import Enclosure

if TYPE_CHECKING:
    from aggregator.pipeline.edits import Edit
    from aggregator.pipeline.procurements import Thread
    from aggregator.source_health import SourceHealth
    from aggregator.templates import NotConfigured


def item_dict(item: Item) -> dict[str, Any]:
    """An item as plain values; times are datetimes (RFC 3339 when written)."""
    return {
        "id": item.id, "source": item.source, "title": item.title, "link": item.link, "text": item.text,
        "published": item.published, "updated": item.updated, "seen_at": item.seen_at, "author": item.author,
        "categories": item.categories, "enclosures": [enclosure_dict(each) for each in item.enclosures],
        "fields": item.fields, "scope": item.scope, "source_class": item.source_class, "is_news": item.is_news,
        "types": list(dict.fromkeys(tag.type for tag in item.tags)),
        "tags": [tag_dict(tag) for tag in item.tags],
        "prospects": [match_dict(match) for match in item.matches],
        "facts": [fact_dict(fact) for fact in item.facts],
    }  # fmt: skip


def enclosure_dict(enclosure: Enclosure) -> dict[str, Any]:
    """A file that an entry carries."""
    return {"url": enclosure.url, "media_type": enclosure.media_type, "length": enclosure.length}


def tag_dict(tag: Tag) -> dict[str, Any]:
    """A tag with its evidence."""
    return {
        "type": tag.type, "signal": tag.signal, **_evidence(tag.evidence), "rule": tag.rule, "pack": tag.pack,
        "confidence": round(tag.confidence, 3), "phase": tag.phase,
        "polarity": SIGNAL[tag.signal].polarity if tag.signal in SIGNAL else "",
    }  # fmt: skip


def match_dict(match: Match) -> dict[str, Any]:
    """A match with its evidence."""
    return {
        "prospect": match.prospect, "why": match.why, **_evidence(match.evidence),
        "confidence": round(match.confidence, 3), "about": match.about,
    }  # fmt: skip


def fact_dict(fact: Fact) -> dict[str, Any]:
    """A fact with its typed value and where it stands."""
    return {
        "kind": fact.kind, "value": fact.value, "currency": fact.currency or None, "role": fact.role or None,
        "where": fact.where, "text": fact.text, "span": [fact.start, fact.end] if fact.start >= 0 else None,
        "field": fact.field or None,
    }  # fmt: skip


def not_configured_dict(lacking: NotConfigured) -> dict[str, Any]:
    """A source that is not asked because something that it needs is missing."""
    return {
        "id": lacking.source, "kind": lacking.kind, "name": lacking.name, "prospect": lacking.prospect,
        "status": "not configured", "missing": lacking.missing,
    }  # fmt: skip


def correction_dict(correction: Correction) -> dict[str, Any]:
    """A rep's own word on an item."""
    return {
        "item": correction.item, "subject": correction.subject, "value": correction.value, "holds": correction.holds,
        "rep": correction.rep, "at": correction.at,
    }  # fmt: skip


def edit_dict(edit: Edit) -> dict[str, Any]:
    """One edit of an item: pieces that were kept (``same``), ``removed`` and ``added``; the fields that changed."""
    return {
        "at": edit.at,
        "title": [{"kind": each.kind, "text": each.text} for each in edit.title],
        "text": [{"kind": each.kind, "text": each.text} for each in edit.text],
        "fields": [{"name": name, "before": before, "after": after} for name, before, after in edit.fields],
    }  # fmt: skip


def thread_dict(thread: Thread, today: date) -> dict[str, Any]:
    """A procurement and its notices, the earliest first."""
    amount, currency = thread.value or (None, None)
    return {
        "key": thread.key, "title": thread.latest.title, "stage": thread.stage, "open": thread.is_open(today),
        "deadline": thread.deadline, "days_left": (thread.deadline - today).days if thread.deadline else None,
        "value": amount, "currency": currency or None, "suppliers": thread.suppliers, "contract_end": thread.end,
        "prospects": thread.prospects, "item": thread.latest.item.id, "link": thread.latest.item.link,
        "notices": [
            {
                "item": notice.item.id, "at": notice.at, "stage": notice.stage, "title": notice.title,
                "deadline": notice.deadline, "value": notice.value, "status": notice.status or None,
                "suppliers": notice.suppliers,
                "changes": [
                    {"what": each.what, "before": each.before or None, "after": each.after, "words": each.words}
                    for each in notice.changes
                ],
            }
            for notice in thread.notices
        ],
    }  # fmt: skip


def source_dict(status: SourceStatus) -> dict[str, Any]:
    """A source and its state."""
    source, state = status.source, status.state
    return {
        "id": source.id, "name": source.name, "url": source.url, "kind": source.kind,
        "prospect": source.prospect or None,
        "status": "retired" if status.retired else state.status, "reason": state.reason, "items": status.items,
        "checked_at": state.checked_at, "answered_at": state.answered_at, "changed_at": state.changed_at,
        "failed_since": state.failed_since, "failures": state.failures,
        "next_at": state.next_at, "next_why": state.next_why, "moved_to": state.moved_to or None,
        "scope": source.scope, "class": source.source_class, "pack": source.pack or None,
    }  # fmt: skip


def health_dict(health: SourceHealth) -> dict[str, Any]:
    """A source, its state and its figures."""
    ratio = health.kept_ratio
    return source_dict(health.status) | {
        "health": health.state, "every": round(health.every) if health.every else None,
        "items_per_week": round(health.per_week, 2), "kept": health.kept, "dismissed": health.dismissed,
        "kept_ratio": None if ratio is None else round(ratio, 3),
    }  # fmt: skip


def _evidence(evidence: Evidence) -> dict[str, Any]:
    span = [evidence.start, evidence.end] if evidence.start >= 0 else None
    return {"where": evidence.where, "evidence": evidence.text, "span": span, "field": evidence.field or None}
