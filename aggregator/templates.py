"""Source tables and prospects in; one source for each that can be asked out, and what is not configured. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from msgspec.structs import replace

from aggregator.model import Prospect
from aggregator.source_tables import SourceTable, about, source_of
from feeds.connectors.base import About
from feeds.model import Source
from feeds.templates import fill_json, fill_text, fill_url, missing, names_in
from feeds.text import one_line

LATER = frozenset({"from", "to", "page", "offset", "cursor", "limit"})
"""Places that a connector fills itself when it asks."""
JSON_OPTIONS = frozenset({"body"})
"""Options that are JSON text."""
MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class NotConfigured:
    """A source that is not asked because something that it needs is not there: no fault, and no source."""

    source: str
    """Id of its table."""
    prospect: str
    """Id of the prospect that lacks it; empty where no prospect is concerned."""
    missing: tuple[str, ...]
    """Names of identifiers or options (``a|b`` for either), or ``auth``."""
    kind: str = ""
    name: str = ""


def expand(
    tables: Iterable[tuple[SourceTable, str]], prospects: Sequence[Prospect]
) -> tuple[tuple[Source, ...], tuple[NotConfigured, ...]]:
    """Tables, each with the pack that it is from (empty for the config), as sources.

    A table with ``each = "prospect"`` becomes a source for each prospect, ``ID.PROSPECT``; what its kind needs, and the
    places in its address, name and options, are filled from that prospect. Muted tables become none.
    """
    by_id = {prospect.id: prospect for prospect in prospects}
    known = cache(lambda name: values_of(by_id.get(name)))
    sources: list[Source] = []
    lacking: list[NotConfigured] = []
    for table, pack in tables:
        if table.muted or (pack and about(table.kind).local):
            continue
        for source, prospect in _instances(table, pack, by_id):
            made = _filled(source, prospect, about(table.kind), known(prospect.id if prospect else ""))
            if isinstance(made, Source):
                sources.append(made)
            else:
                lacking.append(made)
    return tuple(sources), tuple(lacking)


def values_of(prospect: Prospect | None) -> dict[str, Any]:
    """What places may be filled with: a prospect's name, names, domain, id, and identifiers as ``[a-z0-9_]`` names."""
    if prospect is None:
        return {}
    identifiers = {
        "".join(sign if sign.isalnum() else "_" for sign in key.lower()): value.strip()
        for key, value in prospect.identifiers.items()
    }
    own = {"name": prospect.name, "domain": prospect.domain, "prospect": prospect.id}
    return {**identifiers, **{key: value for key, value in own.items() if value}, "names": _names(prospect)}


def _names(prospect: Prospect) -> list[str]:
    return list(dict.fromkeys((prospect.name, *prospect.aliases)))


def _instances(
    table: SourceTable, pack: str, prospects: Mapping[str, Prospect]
) -> Iterator[tuple[Source, Prospect | None]]:
    source = source_of(table, pack)
    if not table.each:
        yield source, prospects.get(source.prospect)
        return
    for prospect in prospects.values():
        if table.prospects and prospect.id not in table.prospects:
            continue
        if table.stage and prospect.stage not in table.stage:
            continue
        yield replace(source, id=f"{source.id}.{prospect.id}", prospect=prospect.id), prospect


def _filled(source: Source, prospect: Prospect | None, of: About, known: Mapping[str, Any]) -> Source | NotConfigured:
    own = {name: value for name, value in source.options.items() if value not in (None, "", [])}
    written = [name for name in (source.url, source.name, *_texts(source.options)) if "${" in name]
    places = [name for name in names_in(*written) if name not in LATER]
    from_own = {name: value for name, value in own.items() if isinstance(value, (str, int)) and "${" not in str(value)}
    values = {**known, **from_own}
    lacking = [*missing(places, values), *missing(of.needs, {**known, **own})]
    if of.needs_key and not source.auth:
        lacking.append("auth")
    if lacking:
        told = tuple(dict.fromkeys(lacking))
        return NotConfigured(_table_id(source), source.prospect, told, source.kind, source.name)
    try:
        return replace(
            source,
            url=fill_url(source.url, values, LATER),
            name=one_line(fill_text(source.name, values) if "${" in source.name else _named(source, prospect, of)),
            options={**_wanted(of, known), **_fill(source.options, values)},
        )
    except KeyError as error:  # a value that no address may hold
        return NotConfigured(_table_id(source), source.prospect, (str(error.args[0]),), source.kind, source.name)


def _table_id(source: Source) -> str:
    return source.id.removesuffix(f".{source.prospect}") if source.prospect else source.id


def _named(source: Source, prospect: Prospect | None, of: About) -> str:
    """Its name; without one, and where its kind has an address of its own, prospect and kind."""
    if source.name or not of.url:
        return source.name if not prospect or not source.id.endswith(f".{prospect.id}") else _both(source, prospect)
    return f"{prospect.name}: {of.title}" if prospect else of.title


def _both(source: Source, prospect: Prospect) -> str:
    return f"{prospect.name}: {source.name}" if source.name else prospect.name


def _wanted(of: About, known: Mapping[str, Any]) -> dict[str, Any]:
    """What the connector needs or takes, as far as the prospect has it."""
    names = [name for each in (*of.needs, *of.takes) for name in each.split("|")]
    return {name: known[name] for name in names if known.get(name)}


def _fill(value: Any, values: Mapping[str, Any], depth: int = 0) -> Any:
    if isinstance(value, str):
        return fill_text(value, values, LATER) if "${" in value else value
    if depth < MAX_DEPTH and isinstance(value, Mapping):
        return {
            key: fill_json(each, values, LATER)
            if key in JSON_OPTIONS and isinstance(each, str)
            else _fill(each, values, depth + 1)
            for key, each in value.items()
        }
    if depth < MAX_DEPTH and isinstance(value, list):
        return [_fill(each, values, depth + 1) for each in value]
    return value


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < MAX_DEPTH and isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each, depth + 1)
    elif depth < MAX_DEPTH and isinstance(value, list):
        for each in value:
            yield from _texts(each, depth + 1)
