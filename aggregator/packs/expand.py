"""Tables of sources → sources: one for each table, or for each prospect where the table is a template. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aggregator.model import Prospect
from aggregator.packs.model import NotConfigured
from aggregator.packs.tables import PackSource
from feeds.model import Source
from feeds.templates import fill_text, fill_url, missing, names_in
from feeds.text import one_line


@dataclass(frozen=True, slots=True)
class Expanded:
    """One source of a pack: ``local`` is its id within the pack, ``template`` that of the table it was made from."""

    local: str
    template: str
    source: Source


def expand(tables: Iterable[PackSource], prospects: Sequence[Prospect]) -> tuple[list[Expanded], list[NotConfigured]]:
    """The sources that tables make for these prospects, and the templates that lack an identifier for one."""
    found: list[Expanded] = []
    lacking: list[NotConfigured] = []
    values = [(prospect, values_of(prospect)) for prospect in prospects]
    for table in tables:
        if table.proposal:
            continue
        if not table.each:
            found.append(Expanded(table.id or "", table.id or "", _source(table, table.id or "", {}, "")))
            continue
        names = names_needed(table)
        for prospect, given in values:
            if lacks := missing(names, given):
                lacking.append(NotConfigured(table.id or "", prospect.id, lacks))
                continue
            local = f"{table.id}.{prospect.id}"
            try:
                found.append(Expanded(local, table.id or "", _source(table, local, given, prospect.id)))
            except KeyError as error:
                lacking.append(NotConfigured(table.id or "", prospect.id, (str(error.args[0]),)))
    return found, lacking


def values_of(prospect: Prospect) -> Mapping[str, str]:
    """The plain values of a prospect that may fill a template."""
    return {**prospect.identifiers, "id": prospect.id, "name": prospect.name, "domain": prospect.domain}


def names_needed(table: PackSource) -> tuple[str, ...]:
    """The places in a template."""
    return names_in(table.url, table.name, *_texts(table.options))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)


def _source(table: PackSource, id_: str, values: Mapping[str, str], prospect: str) -> Source:
    return Source(
        id=id_,
        url=fill_url(table.url, values).strip() if values else table.url.strip(),
        kind=table.kind,
        name=one_line(fill_text(table.name, values) if values else table.name),
        prospect=prospect,
        types=tuple(table.types),
        every=float(table.every) if table.every else None,
        source_class=table.source_class,
        scope=table.scope,
        publisher=table.publisher,
        reputation=table.reputation,
        options=_filled(table.options, values) if values else table.options,
    )


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return fill_text(value, values)
    if isinstance(value, dict):
        return {key: _filled(each, values) for key, each in value.items()}
    return [_filled(each, values) for each in value] if isinstance(value, list) else value
