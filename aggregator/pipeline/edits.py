"""What a source edited in an item after it came: each former version against the one that took its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aggregator.model import Item, Version
from aggregator.pipeline.differences import Piece, differences, is_changed

MAX_FIELDS = 50
MAX_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: what of title and text was kept, removed and added, and which fields changed."""

    at: datetime
    """When the new version was first seen."""
    former: Version
    title: tuple[Piece, ...] = ()
    """Empty where the title is as it was."""
    text: tuple[Piece, ...] = ()
    """Empty where the text is as it was."""
    fields: tuple[tuple[str, str, str], ...] = ()
    """Name, value before, value after; empty where there was or is none."""


def edits(item: Item, versions: Sequence[Version]) -> list[Edit]:
    """The edits of an item, the latest first; ``versions`` are its former ones, newest first."""
    after = Version(item.id, item.seen_at, item.title, item.text, item.fields)
    made = []
    for before in versions:
        made.append(
            Edit(
                before.replaced_at,
                before,
                _pieces(before.title, after.title),
                _pieces(before.text, after.text),
                _fields(before.fields, after.fields),
            )
        )
        after = before
    return made


def _pieces(before: str, after: str) -> tuple[Piece, ...]:
    pieces = differences(before, after) if before != after else ()
    return pieces if is_changed(pieces) else ()


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    names = list(dict.fromkeys((*before, *after)))[:MAX_FIELDS]
    return tuple(
        (name, _shown(before.get(name)), _shown(after.get(name)))
        for name in names
        if _shown(before.get(name)) != _shown(after.get(name))
    )


def _shown(value: Any) -> str:
    return "" if value is None else str(value)[:MAX_SHOWN]
