"""``overlay.toml`` beside the config: what a rep changed of what packs bring, by stable id, field by field."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from aggregator.errors import ConfigError, LeadlineError
from aggregator.packs.tables import OverlayFile, RulesOverlay, SourceOverlay
from aggregator.source_tables import check_url
from feeds.model import Source
from feeds.tables import Document, Fault, did_you_mean

FILE = "overlay.toml"
HEAD = """\
# Your own changes to what packs bring; no update touches this file. `leadline overlay` lists and changes them.
"""


@dataclass(frozen=True, slots=True)
class Overlay:
    """A rep's changes: by the id of a source (or of a template, for all that it makes), and muted rules."""

    sources: Mapping[str, SourceOverlay] = field(default_factory=dict)
    muted_rules: tuple[str, ...] = ()
    path: Path | None = None

    def of(self, source: str, template: str = "") -> SourceOverlay | None:
        """The changes of one source: its own, on top of its template's."""
        own, wide = self.sources.get(source), self.sources.get(template)
        if own is None or wide is None or own is wide:
            return own or wide
        given = {name: getattr(own, name) for name in SourceOverlay.__struct_fields__ if name != "options"}
        kept = {name: getattr(wide, name) if value is None else value for name, value in given.items()}
        return SourceOverlay(**kept, options={**wide.options, **own.options})


def path_for(config: Path | None) -> Path:
    """Where the overlay of a config is."""
    return (config.parent if config else Path()) / FILE


def read_overlay(path: Path) -> Overlay:
    """The overlay in a file; an empty one where there is no file. Raises ConfigError with every fault."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Overlay(path=path)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([Fault(str(path), 0, "", f"cannot be read: {error}")]) from None
    return parse_overlay(text, path)


def parse_overlay(text: str, path: Path) -> Overlay:
    """The overlay in TOML text. Raises ConfigError with every fault."""
    document = Document.parse(text, str(path))
    for key in document.data:
        if key not in OverlayFile.__struct_fields__:
            document.fault(key, "unknown key", did_you_mean(key, OverlayFile.__struct_fields__))
    tables = document.data.get("sources", {})
    if not isinstance(tables, dict):
        document.fault("sources", "expected tables", 'write each as [sources."pack.source"]')
        tables = {}
    read = {id_: document.decode(SourceOverlay, table, f"sources.{id_}") for id_, table in tables.items()}
    for id_, each in read.items():
        if each and each.url:
            check_url(document, each.url, f"sources.{id_}.url")
    rules = document.decode(RulesOverlay, document.data.get("rules", {}), "rules")
    if document.faults:
        raise ConfigError(document.faults)
    return Overlay({id_: each for id_, each in read.items() if each}, tuple(rules.muted) if rules else (), path)


def overlaid(source: Source, change: SourceOverlay | None) -> Source | None:
    """A source as the rep wants it; None where he muted it."""
    if change is None:
        return source
    if change.muted:
        return None
    return replace(
        source,
        reputation=source.reputation * change.boost if change.boost is not None else source.reputation,
        name=change.name or source.name,
        url=change.url or source.url,
        every=float(change.every) if change.every is not None else source.every,
        auth=change.auth or source.auth,
        options={**source.options, **change.options} if change.options else source.options,
    )


def edit(path: Path, source: str, values: Mapping[str, Any]) -> None:
    """Write settings of one source (None takes one away) and leave every other word of the file as it is."""
    import tomlkit

    document = _document(path)
    sources = document.setdefault("sources", tomlkit.table(is_super_table=True))
    table = sources.setdefault(source, tomlkit.table())
    for name, value in values.items():
        if value is None:
            table.pop(name, None)
        elif name == "options":
            table.setdefault("options", tomlkit.inline_table()).update(value)
        else:
            table[name] = value
    if not table:
        sources.pop(source)
    if not sources:
        document.pop("sources")
    _write(path, tomlkit.dumps(document))


def mute_rule(path: Path, rule: str, *, muted: bool) -> None:
    """Write whether a pack's rule (``pack/rule``) counts."""
    import tomlkit

    document = _document(path)
    table = document.setdefault("rules", tomlkit.table())
    names = [str(each) for each in table.get("muted", []) if each != rule]
    table["muted"] = [*names, rule] if muted else names
    if not table["muted"]:
        document.pop("rules")
    _write(path, tomlkit.dumps(document))


def _document(path: Path) -> Any:
    import tomlkit

    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        text = HEAD
    parse_overlay(text, path)
    return tomlkit.parse(text)


def _write(path: Path, text: str) -> None:
    parse_overlay(text, path)
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, path)
    except OSError as error:
        raise LeadlineError(f"{path} cannot be written: {error.strerror}") from None
