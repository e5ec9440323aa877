"""Nouns to rows and rows to nouns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from aggregator.errors import StoreError
from aggregator.model import Evidence, Fact, Item, Match, Note, Tag, Verdict
from aggregator.store.shared import micros, moment
from feeds.model import Enclosure, FetchState, Source

Row = tuple[Any, ...]

STATE_COLUMNS = (
    "etag, last_modified, body_hash, cursor, status, reason, checked_at, answered_at, changed_at, "
    "failed_since, failures, next_at, next_why, moved_to, cadence"
)
ITEM_COLUMNS = (
    "n, id, source, key, twin_key, content_hash, seen_at, listed_at, dated_at, published, updated, is_news, tagged, "
    "matched, versions, rules_version, scope, source_class, language, title, link, author, extra, text"
)
TAG_COLUMNS = "item, place, type, signal, found, words, start, stop, field, rule, pack, confidence, phase"
MATCH_COLUMNS = "item, place, prospect, why, found, words, start, stop, field, confidence, about"


@dataclass(frozen=True, slots=True)
class _Extra:
    """What no query asks for, kept as one JSON text."""

    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()


_encoder = msgspec.json.Encoder(enc_hook=str)
_sources = msgspec.json.Decoder(Source)
_extras = msgspec.json.Decoder(_Extra)


def maybe_micros(at: datetime | None) -> int | None:
    """``micros``, or None for none."""
    return None if at is None else micros(at)


def maybe_moment(stored: int | None) -> datetime | None:
    """``moment``, or None for none."""
    return None if stored is None else moment(stored)


def as_json(value: object) -> str:
    """A value as JSON text; what JSON has no word for is kept as its ``str``."""
    try:
        return _encoder.encode(value).decode()
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError) as error:
        raise StoreError(f"a value cannot be stored: {error}") from error


def spec_row(source: Source) -> tuple[str, str]:
    """A source as JSON text, and the digest by which a change is noticed."""
    spec = as_json(source)
    return spec, hashlib.blake2b(spec.encode(), digest_size=8).hexdigest()


def to_source(spec: str) -> Source:
    """The source of a stored JSON text."""
    return _sources.decode(spec)


def state_row(state: FetchState) -> Row:
    """The values of ``STATE_COLUMNS``."""
    return (
        state.etag,
        state.last_modified,
        state.body_hash,
        state.cursor,
        state.status,
        state.reason,
        maybe_micros(state.checked_at),
        maybe_micros(state.answered_at),
        maybe_micros(state.changed_at),
        maybe_micros(state.failed_since),
        state.failures,
        maybe_micros(state.next_at),
        state.next_why,
        state.moved_to,
        state.cadence,
    )


def to_state(row: Sequence[Any]) -> FetchState:
    """The state of a row of ``STATE_COLUMNS``."""
    values = list(row)
    for place in (6, 7, 8, 9, 11):
        values[place] = maybe_moment(row[place])
    return FetchState(*values)


def item_row(n: int, item: Item) -> Row:
    """The values of ``ITEM_COLUMNS``."""
    return (
        n,
        item.id,
        item.source,
        item.key,
        item.twin_key,
        item.content_hash,
        micros(item.seen_at),
        micros(item.listed),
        micros(item.dated),
        maybe_micros(item.published),
        maybe_micros(item.updated),
        item.is_news,
        bool(item.tags),
        bool(item.matches),
        item.versions,
        item.rules_version,
        item.scope,
        item.source_class,
        item.language,
        item.title,
        item.link,
        item.author,
        extra_of(item),
        item.text,
    )


def extra_of(item: Item) -> str:
    """The value of the column ``extra``."""
    if item.categories or item.enclosures or item.fields or item.facts:
        return as_json(_Extra(item.categories, item.enclosures, item.fields, item.facts))
    return ""


def fields_of(extra: str) -> Mapping[str, Any]:
    """The fields in a value of the column ``extra``."""
    return _extras.decode(extra).fields if extra else {}


def to_item(row: Row, tags: Sequence[Tag], matches: Sequence[Match]) -> Item:
    """The item of a row of ``ITEM_COLUMNS``, with its tags and matches."""
    extra = _extras.decode(row[22]) if row[22] else _Extra()
    return Item(
        id=row[1],
        source=row[2],
        title=row[19],
        link=row[20],
        text=row[23],
        key=row[3],
        twin_key=row[4],
        content_hash=row[5],
        seen_at=moment(row[6]),
        listed_at=None if row[7] == row[6] else moment(row[7]),
        published=maybe_moment(row[9]),
        updated=maybe_moment(row[10]),
        author=row[21],
        categories=extra.categories,
        enclosures=extra.enclosures,
        language=row[18],
        fields=extra.fields,
        scope=row[16],
        source_class=row[17],
        is_news=bool(row[11]),
        tags=tuple(tags),
        matches=tuple(matches),
        facts=extra.facts,
        rules_version=row[15],
        versions=row[14],
    )


def tag_rows(n: int, tags: Sequence[Tag]) -> list[Row]:
    """One row of ``TAG_COLUMNS`` a tag."""
    return [
        (n, place, t.type, t.signal, *_evidence_row(t.evidence), t.rule, t.pack, t.confidence, t.phase)
        for place, t in enumerate(tags)
    ]


def to_tag(row: Row) -> Tag:
    """The tag of a row of ``TAG_COLUMNS``."""
    return Tag(row[2], row[3], Evidence(*row[4:9]), row[9], row[10], row[11], row[12])


def match_rows(n: int, matches: Sequence[Match]) -> list[Row]:
    """One row of ``MATCH_COLUMNS`` a match."""
    return [
        (n, place, m.prospect, m.why, *_evidence_row(m.evidence), m.confidence, m.about)
        for place, m in enumerate(matches)
    ]


def to_match(row: Row) -> Match:
    """The match of a row of ``MATCH_COLUMNS``."""
    return Match(row[2], row[3], Evidence(*row[4:9]), row[9], bool(row[10]))


def to_verdict(row: Row) -> Verdict:
    """The verdict of a row: item id, rep, state, at, until."""
    return Verdict(row[0], row[1], row[2], moment(row[3]), maybe_moment(row[4]))


def to_note(row: Row) -> Note:
    """The note of a row: id, item id, rep, text, at, visibility, prospect."""
    return Note(row[0], row[1], row[2], row[3], moment(row[4]), row[5], row[6])


def _evidence_row(evidence: Evidence) -> Row:
    return (evidence.where, evidence.text, evidence.start, evidence.end, evidence.field)
