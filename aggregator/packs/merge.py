"""Config, installed packs and the rep's overlay → the sources, prospects and rules in force. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from aggregator.config import Config
from aggregator.model import Prospect
from aggregator.packs.overlay import Overlay, overlaid, path_for, read_overlay
from aggregator.packs.tables import PackSource, prospects_of, sources_of
from aggregator.templates import NotConfigured, expand
from feeds.model import Source
from feeds.packs.library import Library, State


@dataclass(frozen=True, slots=True)
class Origin:
    """Whence a source in force, or one that the rep muted, comes."""

    pack: str
    local: str
    """Its id within the pack."""
    template: str
    """Id of the template it was made from, as the overlay names it; its own id where there is none."""
    source: Source
    """As the pack has it."""


@dataclass(frozen=True, slots=True)
class PackRules:
    """The rules of one pack as text."""

    pack: str
    text: str
    muted: tuple[str, ...] = ()
    """Ids of those that the rep muted."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Everything in force, and where each source comes from."""

    sources: tuple[Source, ...]
    prospects: tuple[Prospect, ...]
    rules: tuple[PackRules, ...] = ()
    origins: Mapping[str, tuple[Origin, ...]] = field(default_factory=dict)
    """Source id → the packs that bring it, the first of which it is kept as; sources of the config have none."""
    muted: tuple[str, ...] = ()
    """Ids of sources of packs that the rep muted."""
    not_configured: tuple[NotConfigured, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    """``pack/source`` → the id under which it is kept."""
    overlay: Overlay = field(default_factory=Overlay)


def library_of(config: Config) -> Library:
    """Where the packs of a config's database are installed."""
    return Library(config.database.parent / "packs")


def merge(config: Config) -> Merged:
    """What is in force. Raises PackError and ConfigError where a file is damaged."""
    library = library_of(config)
    overlay = read_overlay(path_for(config.path)) if config.path else Overlay()
    state = library.state
    if not state.packs:
        return Merged(config.sources, config.prospects, overlay=overlay)
    tables = {id_: sources_of(library.documents(each.folder).get("sources.toml")) for id_, each in state.packs.items()}
    prospects = _prospects(config.prospects, library, state)
    rules = tuple(_rules(library, state, overlay))
    return merged(config.sources, prospects, tables, state.ids, overlay, rules)


def merged(
    own: Sequence[Source],
    prospects: Sequence[Prospect],
    tables: Mapping[str, Sequence[PackSource]],
    ids: Mapping[str, str],
    overlay: Overlay,
    rules: tuple[PackRules, ...] = (),
) -> Merged:
    """As ``merge``, of values: the rep's own sources first, then each pack's; the same source twice is one."""
    taken = {source.id: fingerprint(source) for source in own}
    by_print = {print_: id_ for id_, print_ in taken.items()}
    origins: dict[str, list[Origin]] = {}
    given: dict[str, str] = {}
    mine = frozenset(taken)
    lacking: list[NotConfigured] = []
    for pack, written in tables.items():
        expanded, lacks = _expanded(pack, written, prospects, overlay, ids)
        lacking += lacks
        for each in expanded:
            print_ = fingerprint(each.source)
            id_ = _id(pack, each, print_, ids, taken, by_print)
            given[f"{pack}/{each.local}"] = id_
            if id_ not in taken:
                taken[id_], by_print[print_] = print_, id_
            if id_ not in mine:
                origins.setdefault(id_, []).append(_origin(pack, each, id_))
    sources, muted = list(own), []
    for id_, found in origins.items():
        change = overlay.of(id_, found[0].template)
        source = overlaid(found[0].source, change)
        if source is None:
            muted.append(id_)
        else:
            sources.append(source)
    return Merged(
        tuple(sources), tuple(prospects), rules, {id_: tuple(found) for id_, found in origins.items()},
        tuple(muted), tuple(lacking), given, overlay,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Expanded:
    """One source of a pack under its id within the pack, and the id of the table that it was made from."""

    local: str
    template: str
    source: Source


def _expanded(
    pack: str, tables: Sequence[PackSource], prospects: Sequence[Prospect], overlay: Overlay, ids: Mapping[str, str]
) -> tuple[list[_Expanded], list[NotConfigured]]:
    """The sources of a pack for these prospects, under the ids that they have unless another has them."""
    polled = [_with_key(pack, each, overlay, ids) for each in tables if not each.proposal]
    sources, lacking = expand([(table, pack) for table in polled], prospects)
    templates = {table.id for table in polled if table.each}
    start, found = len(pack) + 1, []
    for source in sources:
        base = source.id.removesuffix(f".{source.prospect}")
        template = base if base in templates else source.id
        found.append(_Expanded(source.id[start:], template[start:], source))
    return found, list(lacking)


def _with_key(pack: str, table: PackSource, overlay: Overlay, ids: Mapping[str, str]) -> PackSource:
    """The table under its whole id; a key that the rep set for it is there before it is asked for."""
    own = f"{pack}.{table.id}"
    change = overlay.of(ids.get(f"{pack}/{table.id}", own), own)
    return msgspec.structs.replace(table, id=own, auth=change.auth if change and change.auth else "")


def fingerprint(source: Source) -> bytes:
    """Two sources with the same are one, whatever they are called and whatever a list of feeds said of them."""
    options = {name: value for name, value in source.options.items() if name != "outline"}
    return msgspec.json.encode((source.kind, source.url.rstrip("/"), options), order="sorted")


def _id(
    pack: str,
    each: _Expanded,
    print_: bytes,
    ids: Mapping[str, str],
    taken: Mapping[str, bytes],
    by_print: Mapping[bytes, str],
) -> str:
    """Under which id a source is kept: that of the same source if there is one, else its own, else a free one."""
    if print_ in by_print:
        return by_print[print_]
    own = f"{pack}.{each.local}"
    for candidate in (ids.get(f"{pack}/{each.local}", own), own):
        if candidate not in taken:
            return candidate
    number = 2
    while f"{own}-{number}" in taken:
        number += 1
    return f"{own}-{number}"


def _origin(pack: str, each: _Expanded, id_: str) -> Origin:
    template = f"{pack}.{each.template}" if each.template != each.local else id_
    return Origin(pack, each.local, template, each.source if each.source.id == id_ else replace(each.source, id=id_))


def _prospects(own: Sequence[Prospect], library: Library, state: State) -> tuple[Prospect, ...]:
    """The rep's own prospects, and those of packs whose ids he does not use himself."""
    found = {prospect.id: prospect for prospect in own}
    for each in state.packs.values():
        for prospect in prospects_of(library.text(each.folder, "prospects.csv"), f"{each.folder}/prospects.csv"):
            found.setdefault(prospect.id, prospect)
    return tuple(found.values())


def _rules(library: Library, state: State, overlay: Overlay) -> Iterable[PackRules]:
    for id_, each in state.packs.items():
        text = library.text(each.folder, "rules.toml")
        muted = tuple(name.partition("/")[2] for name in overlay.muted_rules if name.partition("/")[0] == id_)
        if text:
            yield PackRules(id_, text, muted)
