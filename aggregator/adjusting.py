"""What a rep changes of the sources and packs at hand (mute, address, update), each with its way back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from aggregator.catalog import Catalog
from aggregator.errors import LeadlineError
from aggregator.model import SourceStatus
from aggregator.packs.overlay import edit, path_for, read_overlay

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.packs.health import Finding
    from aggregator.packs.installs import Packs
    from aggregator.packs.plan import Plan

Back = Callable[[], None]
"""Puts back what was there before, and takes it over."""


class Adjusting:
    """``catalog`` tells what is in force now, and ``reload`` takes over what was written."""

    def __init__(self, catalog: Callable[[], Catalog], packs: Callable[[], Packs], reload: Callable[[], None]) -> None:
        self._catalog, self._packs, self._reload = catalog, packs, reload

    def is_muted(self, source: str) -> bool:
        """Whether the rep muted this source of a pack."""
        return source in self._catalog().merged.muted

    def mute(self, source: str, *, muted: bool) -> Back:
        """Poll a source of a pack no longer, or again; its items stay. Raises LeadlineError for one of the config."""
        template = self._template(source)
        overlay = self._catalog().merged.overlay
        wide = overlay.sources.get(template) if template != source else None
        released = False if wide and wide.muted else None
        return self._write({source: {"muted": True if muted else released}})

    def mute_pack(self, pack: str, *, muted: bool) -> Back:
        """Mute all sources of a pack, or let all be polled again."""
        found = self._of_pack(pack)
        if not found:
            raise LeadlineError(f"{pack} brings no source to mute", hint="mute its rules: `leadline overlay rule`")
        names = set(found.values()) if muted else {*found, *found.values()}
        return self._write({name: {"muted": True if muted else None} for name in sorted(names)})

    def is_pack_muted(self, pack: str) -> bool:
        """Whether all that a pack brings is muted."""
        found = self._of_pack(pack)
        return bool(found) and set(found) <= set(self._catalog().merged.muted)

    def move(self, source: str, url: str) -> Back:
        """Ask a source of a pack at another address. Raises LeadlineError for one of the config, or no web address."""
        self._template(source)
        return self._write({source: {"url": url.strip()}})

    def update(self, plan: Plan) -> Back:
        """Put a newer version of a pack in force; back is the version that it replaces, pinned only if it was."""
        packs, before = self._packs(), plan.current
        packs.put(plan)
        self._reload()

        def back() -> None:
            if before is None:
                packs.remove(plan.id)
            else:
                packs.pin(plan.id, before.version)
                packs.pin(plan.id, pinned=before.pinned)
            self._reload()

        return back

    def findings(
        self, statuses: Iterable[SourceStatus], keeps: Mapping[tuple[str, str], tuple[int, int]], now: datetime
    ) -> list[Finding]:
        """What is wrong with installed packs' sources, and what to do."""
        from aggregator.packs.health import findings, observe
        from aggregator.packs.tables import sources_of

        packs = self._packs()
        tables = {
            (id_, table.id or ""): table
            for id_, each in packs.state.packs.items()
            for table in sources_of(packs.library.documents(each.folder).get("sources.toml"))
        }
        return list(findings(observe(self._catalog().merged.origins, statuses, keeps, now), tables))

    def _of_pack(self, pack: str) -> dict[str, str]:
        """The sources that are kept as a pack's → the name under which the overlay changes all of their table."""
        origins = self._catalog().merged.origins
        return {id_: found[0].template for id_, found in origins.items() if found[0].pack == pack}

    def _template(self, source: str) -> str:
        catalog = self._catalog()
        found = catalog.merged.origins.get(source)
        if found:
            return found[0].template
        if any(each.id == source for each in catalog.config.sources):
            path = catalog.config.path
            raise LeadlineError(f"{source} is your own: change it in {path or 'the config'}{_line(path, source)}")
        raise LeadlineError(f"no installed pack brings {source}")

    def _write(self, changes: Mapping[str, Mapping[str, Any]]) -> Back:
        path = path_for(self._catalog().config.path)
        held = read_overlay(path).sources
        before = {
            name: {key: getattr(held[name], key) if name in held else None for key in values}
            for name, values in changes.items()
        }

        def write(those: Mapping[str, Mapping[str, Any]]) -> None:
            for name, values in those.items():
                edit(path, name, values)
            self._reload()

        write(changes)
        return lambda: write(before)


def _line(path: Any, source: str) -> str:
    """Where in the config a source's id stands; nothing where its id follows from its name."""
    try:
        text = path.read_text("utf-8") if path else ""
    except (OSError, UnicodeDecodeError):
        return ""
    found = re.search(rf"""^\s*id\s*=\s*["']{re.escape(source)}["']""", text, re.MULTILINE)
    return f", line {text.count(chr(10), 0, found.end()) + 1}" if found else ""
