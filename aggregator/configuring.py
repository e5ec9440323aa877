"""Changes what is configured: sources and prospects added, edited, muted and taken out, in the config or its lists."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aggregator import config
from aggregator.editing import (
    BY_HAND,
    Edited,
    alone,
    rewrite,
    with_changes,
    with_setting,
    with_table,
    without_table,
    written_table,
)
from aggregator.errors import LeadlineError
from aggregator.prospect_edits import with_rows, without_row
from aggregator.prospect_files import read_list
from aggregator.prospect_rows import delimiter_of, numbered_rows, prospects_in_rows
from aggregator.slugs import slug
from aggregator.source_tables import SourceTable, source_id
from aggregator.whole_file import writing
from feeds.tables import TableError, did_you_mean

LIST_NAME = "prospects.csv"
"""The list beside the config that an import writes."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A prospect that was taken out, or would be."""

    path: Path
    text: str
    """As it stood there: a table, or a row."""
    sources: list[str]
    """The ids of those of its own, which went with it."""
    source_texts: list[str]
    """These as they stood in the config."""
    shared: list[str]
    """Sources that named it among others, and no longer do."""


class Configuring:
    """Edits of one config file. Each is checked as a whole before it is written; ``dry_run`` writes nothing."""

    def __init__(self, path: Path, *, dry_run: bool = False) -> None:
        self.path = path
        self._dry_run = dry_run

    # Sources

    def add_source(self, table: Mapping[str, Any]) -> Edited:
        """Write one more ``[[sources]]``. Raises LeadlineError for one that is there already or cannot be."""
        if there := self.same_source(table):
            raise LeadlineError(f"the source {there!r} asks that already", hint=f"`leadline source test {there}`")
        return self._rewrite(lambda text: with_table(text, "sources", table))

    def add_text(self, tables: str) -> Edited:
        """Write many ``[[sources]]``, given as TOML, behind all that stands there.

        Raises ConfigError where the config would not be sound, LeadlineError where nothing can be added at its end.
        """
        if isinstance(self._data().get("sources"), list) and "[[sources]]" not in self.path.read_text("utf-8-sig"):
            hint = "sources = [ … ] cannot be added to: write each as [[sources]]"
            raise LeadlineError(f"{self.path} was left as it is", hint=hint)
        return self._rewrite(lambda text: text + ("" if not text or text.endswith("\n") else "\n") + tables)

    def same_source(self, table: Mapping[str, Any]) -> str:
        """The id of a configured source that asks the same; empty if there is none."""
        wanted = _asks(table)
        return next((_id(each) for each in self._tables("sources") if _asks(each) == wanted), "")

    def set_source(self, name: str, changes: Mapping[str, Any]) -> Edited:
        """Set keys of a source, or take them out (None)."""
        number = self._source(name)
        return self._rewrite(lambda text: with_changes(text, "sources", number, changes))

    def remove_source(self, name: str) -> tuple[Edited, dict[str, Any]]:
        """Take a source out of the config; how it stood there. What it brought stays in the database."""
        number = self._source(name)
        table = self._tables("sources")[number]
        return self._rewrite(lambda text: without_table(text, "sources", number)), table

    def source_ids(self) -> list[str]:
        """The ids of all tables."""
        return [_id(each) for each in self._tables("sources")]

    def _source(self, name: str) -> int:
        ids = self.source_ids()
        if name in ids:
            return ids.index(name)
        table = next((each for each in ids if name.startswith(f"{each}.")), "")
        if table:
            hint = f"it is one of the sources of {table!r}: name that, or choose with its `prospects`"
        else:
            hint = did_you_mean(name, ids) if ids else "no [[sources]] are configured"
        raise LeadlineError(f"no source in {self.path.name} has the id {name!r}", hint=hint)

    # Prospects

    def add_prospect(self, table: Mapping[str, Any]) -> Edited:
        """Write one more ``[[prospects]]``. Raises LeadlineError where the config would not be sound."""
        return self._rewrite(lambda text: with_table(text, "prospects", table))

    def edit_prospect(self, name: str, changes: Mapping[str, Any]) -> Edited:
        """Set keys of a prospect wherever it stands: in the config, or in one of its lists; None takes one out.

        Under ``ids`` all identifiers are given, those to be taken out as empty texts.
        """
        ids = [each.get("id") or slug(str(each.get("name", ""))) for each in self._tables("prospects")]
        if name in ids:
            number = ids.index(name)
            said = _without_empty(changes)
            return self._rewrite(lambda text: with_changes(text, "prospects", number, said))
        for path in self._lists():
            if path.suffix.lower() == ".csv" and name in _row_ids(read_list(path)):
                return rewrite(
                    path, lambda text: with_rows(text, changed={name: changes}), self._list_check(path),
                    dry_run=self._dry_run,
                )  # fmt: skip
        raise LeadlineError(f"{name!r} stands in a list that leadline cannot edit", hint=BY_HAND)

    def remove_prospect(self, name: str, *, with_sources: bool = False) -> Removed:
        """Take a prospect out of the config, or of its list; what was stored of it stays in the database.

        Raises LeadlineError where sources are its own alone and ``with_sources`` does not take them out too. Those
        that are made for it among others no longer name it.
        """
        sources = self._tables("sources")
        naming = [n for n, each in enumerate(sources) if name in (each.get("prospect"), *_only(each))]
        own = [n for n in naming if sources[n].get("prospect") == name or set(_only(sources[n])) == {name}]
        if own and not with_sources:
            message = f"{len(own)} of the sources are its own: {', '.join(_id(sources[n]) for n in own)}"
            raise LeadlineError(message, hint="--with-sources takes them out, too")
        shared = [_id(sources[n]) for n in naming if n not in own]
        taken: list[str] = []

        def cut(text: str) -> str:
            for number in reversed(naming):
                if number in own:
                    taken.insert(0, written_table(text, "sources", number))
                    text = without_table(text, "sources", number)
                else:
                    others = [each for each in _only(sources[number]) if each != name]
                    text = with_changes(text, "sources", number, {"prospects": others})
            return text

        def cut_both(text: str) -> str:
            text = cut(text)
            taken.insert(0, written_table(text, "prospects", number))
            return without_table(text, "prospects", number)

        ids = [each.get("id") or slug(str(each.get("name", ""))) for each in self._tables("prospects")]
        if name in ids:
            number = ids.index(name)
            path = self._rewrite(cut_both).path
            return Removed(path, taken[0], [_id(sources[n]) for n in own], taken[1:], shared)
        for path in self._lists():
            if path.suffix.lower() == ".csv" and name in _row_ids(text := read_list(path)):
                if naming:
                    self._rewrite(cut)
                row = without_row(text, name)[1]
                rewrite(path, lambda text: without_row(text, name)[0], self._list_check(path), dry_run=self._dry_run)
                return Removed(path, row, [_id(sources[n]) for n in own], taken, shared)
        raise LeadlineError(f"{name!r} stands in a list that leadline cannot edit", hint=BY_HAND)

    def add_prospects(
        self, tables: Sequence[Mapping[str, Any]], changed: Mapping[str, Mapping[str, Any]]
    ) -> tuple[Path, Path | None]:
        """Write many into the list beside the config, and change others where they stand.

        Where the list is, and where the former one was kept.
        """
        target, kept = self._list(), None
        with alone(target.parent):
            before = read_list(target) if target.exists() else ""
            rows = set(_row_ids(before)) if before else set()
            after = with_rows(before, tables, {name: each for name, each in changed.items() if name in rows})
            self._list_check(target)(after)
            written = not self._dry_run and (bool(tables) or after != before)
            if written:
                kept = _keep(target, before) if before else None
                with writing(target) as file:
                    file.write(after)
        if written:
            self._name_list(target)
        for name, each in changed.items():
            if name not in rows:
                self.edit_prospect(name, each)
        return target, kept

    def _list(self) -> Path:
        """The first CSV list that the config names, else the one that an import makes."""
        lists = [path for path in self._lists() if path.suffix.lower() == ".csv"]
        return lists[0] if lists else self.path.parent / LIST_NAME

    def _lists(self) -> list[Path]:
        return [config.list_path(name, self.path) for name in config.list_names(self._data())]

    def _name_list(self, target: Path) -> None:
        if target not in self._lists():
            names = [*config.list_names(self._data()), target.name]
            self._rewrite(lambda text: with_setting(text, "prospect_files", names))

    def _list_check(self, path: Path) -> Callable[[str], None]:
        def check(text: str) -> None:
            _, faults = prospects_in_rows(text, str(path))
            if faults:
                raise TableError(faults)

        return check

    # The file

    def _rewrite(self, change: Callable[[str], str]) -> Edited:
        return rewrite(self.path, change, lambda text: config.read_text(text, self.path), dry_run=self._dry_run)

    def _data(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise LeadlineError(f"{self.path} cannot be read: {error}", hint="`leadline config check`") from None

    def _tables(self, kind: str) -> list[dict[str, Any]]:
        found = self._data().get(kind, [])
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _id(table: Mapping[str, Any]) -> str:
    told = {key: str(table.get(key) or "") for key in ("id", "name", "url")}
    kind = str(table.get("kind") or "feed")
    return source_id(SourceTable(id=told["id"] or None, name=told["name"], url=told["url"], kind=kind))


def _only(table: Mapping[str, Any]) -> list[Any]:
    """The prospects for which alone a table makes sources."""
    named = table.get("prospects")
    return named if isinstance(named, list) else []


def _without_empty(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes as a config takes them: an identifier without a value is none."""
    if not isinstance(changes.get("ids"), Mapping):
        return dict(changes)
    return {**changes, "ids": {key: value for key, value in changes["ids"].items() if value} or None}


def _asks(table: Mapping[str, Any]) -> tuple[object, ...]:
    """What a table asks, by which two of them are the same; a feed's address alone counts."""
    kind = table.get("kind", "feed")
    parts = urlsplit(str(table.get("url", "")).strip())
    address = (parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"), parts.query)
    if kind in ("feed", "page_watch", "press_wire"):
        return kind, address
    told = repr(sorted((str(key), str(value).casefold()) for key, value in (table.get("options") or {}).items()))
    whose = (table.get("prospect"), table.get("each")) if not table.get("options") else ()
    return kind, address, told, whose


def _row_ids(text: str) -> list[str]:
    rows = numbered_rows(text, delimiter_of(text))
    try:
        header = [cell.strip().lower() for cell in next(rows, (1, []))[1]]
        cells = (dict(zip(header, row, strict=False)) for _, row in rows)
        return [each.get("id", "").strip() or slug(each.get("name", "")) for each in cells]
    except csv.Error:
        return []


def _keep(path: Path, text: str) -> Path:
    """A copy beside a file, under a name that is free."""
    number = 0
    while (copy := path.with_name(f"{path.name}.bak{number or ''}")).exists():
        number += 1
    with writing(copy) as file:
        file.write(text)
    return copy
