"""A rep's corrections: applied to what rules and prospects made of an item, and written as examples for rules."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from aggregator.model import Correction, Evidence, Item, Match, Query, Tag
from aggregator.tagging.signals import SIGNAL

CORRECTION = "correction"
"""What stands where a rule's name, a match's reason or the place of evidence would."""


def apply_corrections(item: Item, corrections: Iterable[Correction]) -> Item:
    """The item as the rep has it: each correction adds or takes away a tag or a prospect, the last word wins."""
    said = in_order(corrections)
    for each in said:
        item = _with_tag(item, each) if each.subject == "tag" else _with_prospect(item, each)
    for place, each in enumerate(said):  # who says "strategy, but no merger" leaves it a strategy without a signal
        if each.subject == "tag" and each.holds and not any(_denies(later, each) for later in said[place + 1 :]):
            item = _with_tag(item, each)
    return item


def _denies(later: Correction, said: Correction) -> bool:
    """Whether a later word takes back what was said of a tag."""
    return later.subject == "tag" and not later.holds and later.value in (said.value, _type_of(said.value))


def _type_of(value: str) -> str:
    return SIGNAL[value].type if value in SIGNAL else value


def _with_tag(item: Item, correction: Correction) -> Item:
    others = tuple(tag for tag in item.tags if correction.value not in (tag.type, tag.signal))
    if not correction.holds:
        return replace(item, tags=others)
    return item if len(others) < len(item.tags) else replace(item, tags=(*item.tags, _tag(correction)))


def _with_prospect(item: Item, correction: Correction) -> Item:
    others = tuple(match for match in item.matches if match.prospect != correction.value)
    return replace(item, matches=(*others, _match(correction)) if correction.holds else others)


def in_order(corrections: Iterable[Correction]) -> list[Correction]:
    """The earliest first; of one moment what is taken away before what is added."""
    return sorted(corrections, key=lambda each: (each.at, each.holds, each.subject, each.value))


def told(correction: Correction) -> str:
    """Who corrected it and when."""
    return f"corrected by {correction.rep or 'you'} on {correction.at.day} {correction.at:%b %Y}"


def answers(query: Query, item: Item) -> bool:
    """Whether an item has the tags and prospects that a query asks for."""
    types = {name for tag in item.tags for name in (tag.type, tag.signal)}
    return (
        (query.tagged is None or bool(item.tags) == query.tagged)
        and (query.matched is None or bool(item.matches) == query.matched)
        and (not query.types or not types.isdisjoint(query.types))
        and types.isdisjoint(query.not_types)
        and (not query.prospects or any(match.prospect in query.prospects for match in item.matches))
    )


def whatever_it_means(query: Query, ids: Sequence[str]) -> Query:
    """The same query of these items only, whatever their tags and prospects are stored to be."""
    return replace(query, ids=tuple(ids), prospects=(), types=(), not_types=(), tagged=None, matched=None)


def as_examples(items: Iterable[Item]) -> str:
    """Corrected items as entries of a pack's ``examples.toml``: the title, and the content types that it must get.

    A type that only the body or a field earns is left out, as the examples hold the title alone.
    """
    return "\n".join(_example(item) for item in items)


def _example(item: Item) -> str:
    types = {tag.type for tag in item.tags if tag.evidence.where in ("title", CORRECTION)}
    title = json.dumps(item.title, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[[examples]]\ntitle = {title}\ntypes = {json.dumps(sorted(types))}\n"


def _tag(correction: Correction) -> Tag:
    return Tag(_type_of(correction.value), correction.value, _evidence(correction), CORRECTION, "", 1.0)


def _match(correction: Correction) -> Match:
    return Match(correction.value, CORRECTION, _evidence(correction), 1.0, about=True)


def _evidence(correction: Correction) -> Evidence:
    return Evidence(CORRECTION, told(correction))
