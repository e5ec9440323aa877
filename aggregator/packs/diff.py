"""Two versions of a pack → what changes for a rep, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from aggregator.packs.content import hosts_of
from aggregator.packs.model import Content
from aggregator.packs.tables import PackSource
from feeds.tables import Document

RETIRING = 1 / 3
"""An update that retires a larger share of a pack's sources waits for a yes."""
_QUIET = ("seen", "unverified", "cadence", "terms", "quota", "name")
"""Keys of a source that change nothing in how it is polled or counted."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one version does to what another did."""

    added: tuple[PackSource, ...] = ()
    removed: tuple[PackSource, ...] = ()
    changed: tuple[tuple[PackSource, PackSource], ...] = ()
    before: int = 0
    """How many sources there were."""
    hosts: tuple[str, ...] = ()
    """Hosts contacted that were not before."""
    lines: tuple[str, ...] = ()
    """All of it, in words."""

    @property
    def retires_much(self) -> bool:
        """Whether more than a third of the sources would go."""
        return self.before > 0 and len(self.removed) > self.before * RETIRING


def compare(old: Content | None, new: Content) -> Change:
    """What a rep would see change; everything is new where there was nothing."""
    before = {each.id or "": each for each in old.sources} if old else {}
    after = {each.id or "": each for each in new.sources}
    added = tuple(each for id_, each in after.items() if id_ not in before)
    removed = tuple(each for id_, each in before.items() if id_ not in after)
    changed = tuple((before[id_], each) for id_, each in after.items() if id_ in before and before[id_] != each)
    known = frozenset(hosts_of(old.sources)) if old else frozenset()
    hosts = tuple(each for each in hosts_of(new.sources) if each not in known)
    lines = (
        *(f"+ source {_shown(each)}" for each in added),
        *(f"- source {_shown(each)}: no longer polled; its items stay" for each in removed),
        *(line for pair in changed for line in _source_lines(*pair)),
        *_named("rule", _rules(old), _rules(new)),
        *_named("view", {v.id: v for v in old.views} if old else {}, {v.id: v for v in new.views}),
        *_named("question", {q.id: q for q in old.questions} if old else {}, {q.id: q for q in new.questions}),
        *_named("prospect", {p.id: p for p in old.prospects} if old else {}, {p.id: p for p in new.prospects}),
        *(f"+ contacts {host}" for host in hosts if old),
    )
    return Change(added, removed, changed, len(before), hosts, lines)


def _shown(source: PackSource) -> str:
    return f"{source.id} ({source.name or source.url or source.kind}{', for each prospect' if source.each else ''})"


def _source_lines(old: PackSource, new: PackSource) -> Iterator[str]:
    for each in msgspec.structs.fields(PackSource):
        was, becomes = getattr(old, each.name), getattr(new, each.name)
        if was != becomes:
            moved = " (its items stay with it)" if each.name == "url" else ""
            sign = " " if each.name in _QUIET else "*"
            yield f"{sign} source {new.id}: {each.name} {_value(was)} → {_value(becomes)}{moved}"


def _value(value: Any) -> str:
    return "nothing" if value in (None, "", [], {}) else msgspec.json.encode(value).decode()[:160]


def _rules(content: Content | None) -> Mapping[str, Any]:
    """Rules, kinds, context and words by name, as written: each change counts."""
    data = Document.parse(content.rules, "rules.toml").data if content else {}
    tables = {str(each.get("id", "")): each for each in data.get("rules", []) if isinstance(each, dict)}
    rest = {name: value for name, value in data.items() if name != "rules"}
    return {**tables, **({"(words and contexts)": rest} if rest else {})}


def _named(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Names only; more than a handful are counted."""
    for sign, names in (
        ("+", [name for name in new if name not in old]),
        ("-", [name for name in old if name not in new]),
        ("*", [name for name in new if name in old and new[name] != old[name]]),
    ):
        if len(names) > 6:
            yield f"{sign} {len(names)} {what}s"
        elif names:
            yield f"{sign} {what}{'s' if len(names) > 1 else ''} {', '.join(names)}"
