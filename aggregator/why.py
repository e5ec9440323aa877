"""Where each setting comes from: the config, a pack, the rep's overlay, the kind of source, or leadline's default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from aggregator.catalog import Catalog
from aggregator.config import Settings
from aggregator.errors import LeadlineError
from aggregator.packs.merge import Origin, library_of
from aggregator.packs.tables import SourceOverlay
from aggregator.source_tables import SourceTable, about, source_id
from feeds.model import Source
from feeds.tables import Document, did_you_mean

DEFAULT = "leadline's default"
_SHOWN = (
    "name", "url", "kind", "prospect", "every", "types", "reputation", "scope", "source_class", "publisher", "auth",
    "options",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Because:
    """One setting, its value, and where that stands."""

    key: str
    value: Any
    place: str


def why(catalog: Catalog, name: str) -> list[Because]:
    """Why a setting (``poll.at_least``, ``rep``) or everything of a source is as it is. Raises LeadlineError."""
    found = list(_setting(catalog, name)) or list(_source(catalog, name))
    if not found:
        known = [*_keys(), *(source.id for source in catalog.sources), *catalog.merged.origins]
        raise LeadlineError(f"no setting and no source is called {name!r}", hint=did_you_mean(name, known)[:300])
    return found


def _keys() -> Iterator[str]:
    for each in msgspec.structs.fields(Settings):
        if isinstance(each.default, msgspec.Struct):
            yield from (f"{each.name}.{field}" for field in each.default.__struct_fields__)
        else:
            yield each.name


def _document(path: Path | None) -> Document:
    return (
        Document.parse(path.read_text(encoding="utf-8-sig"), str(path)) if path and path.is_file() else Document("", {})
    )


def _setting(catalog: Catalog, name: str) -> Iterator[Because]:
    document = _document(catalog.config.path)
    for key in _keys():
        section, _, last = key.rpartition(".")
        if key != name and section != name:
            continue
        given = document.data.get(section, {}) if section else document.data
        value = getattr(getattr(catalog.settings, section), last) if section else getattr(catalog.settings, last)
        there = isinstance(given, dict) and last in given
        yield Because(key, value, _place(document, key) if there else DEFAULT)


def _place(document: Document, key: str) -> str:
    return f"{document.file}, line {document.line(key)}"


def _source(catalog: Catalog, name: str) -> Iterator[Because]:
    origins = catalog.merged.origins.get(name)
    if origins:
        yield from _of_pack(catalog, name, origins[0])
        more = [f"{each.pack}/{each.local}" for each in origins]
        yield Because("pack", ", ".join(more), "the same source in several packs" if len(more) > 1 else "its pack")
        return
    document = _document(catalog.config.path)
    for number, raw in enumerate(document.data.get("sources", [])):
        table = document.decode(SourceTable, raw)
        source = next((each for each in catalog.sources if each.id == name), None)
        if table and source and name in (source_id(table), f"{source_id(table)}.{source.prospect}"):
            for key, value in _values(source):
                there = _place(document, f"sources[{number}].{key}") if key in raw else _otherwise(source, key)
                yield Because(key, value, there)
            return


def _of_pack(catalog: Catalog, name: str, origin: Origin) -> Iterator[Because]:
    installed = library_of(catalog.config).state.packs[origin.pack]
    raw = _written(catalog, installed.folder, origin)
    change = catalog.merged.overlay.of(name, origin.template)
    overlay = _document(catalog.merged.overlay.path)
    in_force = next((each for each in catalog.sources if each.id == name), origin.source)
    pack = f"pack {origin.pack} {installed.version}"
    for key, value in _values(in_force):
        by = {"reputation": "boost"}.get(key, key)
        if change and getattr(change, by, None) not in (None, {}):
            line, own = _overlay_line(overlay, name, origin, by), _pack_value(origin, key)
            yield Because(key, value, f"{overlay.file}, line {line} (the pack says {own})")
        else:
            yield Because(key, value, pack if key in raw else _otherwise(in_force, key))
    if name in catalog.merged.muted:
        yield Because("muted", True, f"{overlay.file}, line {_overlay_line(overlay, name, origin, 'muted')}")


def _written(catalog: Catalog, folder: str, origin: Origin) -> Mapping[str, Any]:
    document = library_of(catalog.config).documents(folder).get("sources.toml")
    table = origin.template.partition(".")[2] if origin.template != origin.source.id else origin.local
    found = document.data.get("sources", []) if document else []
    return next((each for each in found if each.get("id") == table), {})


def _overlay_line(overlay: Document, name: str, origin: Origin, key: str) -> int:
    found = (overlay.line(f"sources.{each}.{key}") for each in (name, origin.template))
    return next((line for line in found if line), 0)


def _pack_value(origin: Origin, key: str) -> str:
    return msgspec.json.encode(getattr(origin.source, key)).decode()[:80]


def _otherwise(source: Source, key: str) -> str:
    of = about(source.kind)
    given = {"url": of.url, "types": of.types, "every": of.every, "publisher": of.publisher}.get(key)
    return f"the kind {source.kind}" if given else DEFAULT


def _values(source: Source) -> Iterator[tuple[str, Any]]:
    for key in _SHOWN:
        value = getattr(source, key)
        if value not in ("", None, (), {}) or key in ("name", "every"):
            yield key, value


assert set(SourceOverlay.__struct_fields__) == {"muted", "boost", "name", "url", "every", "auth", "options"}
