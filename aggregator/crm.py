"""A CRM's export → prospects: its encoding, its columns, its stages; doubles and bad rows by line. Pure."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aggregator.crm_words import FIELDS, stage_of
from aggregator.errors import LeadlineError
from aggregator.model import Prospect
from aggregator.pipeline.names import folded, without_legal_form
from aggregator.prospect_rows import delimiter_of, numbered_rows
from aggregator.prospect_tables import DOMAIN_LENGTH, NAME_LENGTH
from aggregator.slugs import slug
from feeds.text import one_line

_MAIL_HOSTS = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com yahoo.com icloud.com aol.com gmx.de gmx.net web.de live.com "
    "linkedin.com facebook.com".split()
)
"""Domains that are nobody's own: two companies may stand under one."""
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)+[a-z][a-z0-9-]{1,62}")


@dataclass(frozen=True, slots=True)
class Export:
    """A file as it was read."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """Line and cells."""
    encoding: str
    delimiter: str


@dataclass(slots=True)
class Import:
    """What comes of an export; the lists name lines."""

    new: list[dict[str, Any]] = field(default_factory=list)
    """Tables as in the config."""
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Id of a prospect that is there already → what the file says otherwise."""
    same: int = 0
    """Rows of prospects that are there already, with nothing new."""
    doubles: list[tuple[int, str]] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)
    doubtful: list[tuple[int, str]] = field(default_factory=list)
    """Rows that were taken without a part of them."""
    stages: Counter[str] = field(default_factory=Counter)
    """Stages that have no clear counterpart here, and how often."""


def read_export(raw: bytes) -> Export:
    """A CSV file in whatever encoding and with whatever separator. Raises LeadlineError for what is none."""
    text, encoding = decoded(raw)
    said = re.match(r"sep=(.)\r?\n", text)
    skipped = 0
    if said:
        text, skipped = text[said.end() :], 1
    sign = said[1] if said else delimiter_of(text)
    try:
        rows = [(line + skipped, tuple(row)) for line, row in numbered_rows(text, sign) if any(map(str.strip, row))]
    except csv.Error as error:
        raise LeadlineError(f"it is not a table that can be read: {error}", hint="export it as CSV") from None
    if len(rows) < 2:
        raise LeadlineError("it holds no rows", hint="export it as CSV with a header line")
    header = tuple(one_line(cell, 100).strip() for cell in rows[0][1])
    return Export(header, tuple(rows[1:]), encoding, sign)


def decoded(raw: bytes) -> tuple[str, str]:
    """The text of a file, and in which encoding it is: a mark at its start, NULs, or what can be read tells."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace"), "UTF-16"
    head = raw[:2_000]
    if head.count(0) > len(head) // 4:
        name = "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
        return raw.decode(name, "replace"), "UTF-16"
    for name, title in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return raw.decode(name), title
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), "Latin-1"


def host_of(written: str) -> str:
    """The domain in a web address or mail address; empty where there is none."""
    told = written.strip().lower()
    told = told.rpartition("@")[2] if "@" in told and "/" not in told else told
    try:
        host = urlsplit(told if "://" in told else f"//{told}").hostname or ""
    except ValueError:
        return ""
    try:
        host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return ""
    host = host.rstrip(".").removeprefix("www.")
    return host if len(host) <= DOMAIN_LENGTH and _HOST.fullmatch(host) else ""


def import_rows(
    export: Export, mapping: Mapping[str, str], there: Iterable[Prospect], *, update: bool = False
) -> Import:
    """Prospects out of rows, by a mapping of column → field.

    A row is a double if a row above, or a prospect that is there, has its domain, else its name. With ``update`` what
    the file says otherwise of one that is there is a change.
    """
    done = Import()
    seen = _Seen(there)
    lines: dict[str, int] = {}
    """Id of a prospect that is there already → the line that was taken for it."""
    at = [(number, mapping[column]) for number, column in enumerate(export.header) if mapping.get(column)]
    for line, row in export.rows:
        if len(row) > len(export.header) and any(row[len(export.header) :]):
            done.bad.append((line, f"has {len(row)} cells for {len(export.header)} columns"))
            continue
        told = {name: one_line(row[number]).strip() for number, name in at if number < len(row) and row[number]}
        table = _table(told, line, done)
        if table is None:
            continue
        known, how, where = seen.find(table)
        if known is None and not where:
            table["id"] = seen.add(table, line)
            done.new.append(table)
        elif known is not None and known.id in lines:
            done.doubles.append((line, f"{table['name']}: {how} as line {lines[known.id]}"))
        elif known is None or not update:
            done.doubles.append((line, f"{table['name']}: {how} as {where}"))
        else:
            lines[known.id] = line
            changes = _changes(known, table, told)
            done.same += not changes
            if changes:
                done.changed[known.id] = changes
    return done


def _table(told: Mapping[str, str], line: int, done: Import) -> dict[str, Any] | None:
    """A row as a table; None, and a word on it, for one that cannot be taken."""
    name = told.get("name", "")
    if not name or len(name) > NAME_LENGTH:
        done.bad.append((line, f"its name is longer than {NAME_LENGTH} characters" if name else "has no name"))
        return None
    table: dict[str, Any] = {"id": told.get("id", "").lower(), "name": name}
    if table["id"] and not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", table["id"]):
        done.doubtful.append((line, f"{name}: {told['id'][:40]!r} can be no id; one was made of its name"))
        table["id"] = ""
    if aliases := [each.strip() for each in re.split(r"[;|]", told.get("aliases", "")) if each.strip()]:
        table["aliases"] = aliases
    if told.get("domain"):
        if host := host_of(told["domain"]):
            table["domain"] = host
        else:
            done.doubtful.append((line, f"{name}: {told['domain'][:60]!r} is no web domain; it was left out"))
    if told.get("stage"):
        if stage := stage_of(told["stage"]):
            table["stage"] = stage
        else:
            done.stages[told["stage"][:60]] += 1
    ids = {key: value for key, value in told.items() if key not in FIELDS and value}
    return {**table, **({"ids": ids} if ids else {})}


def _changes(known: Prospect, table: Mapping[str, Any], told: Mapping[str, str]) -> dict[str, Any]:
    """What a row says otherwise than a prospect; what it does not say stays."""
    changes: dict[str, Any] = {}
    if table.get("domain") and table["domain"] != known.domain:
        changes["domain"] = table["domain"]
    if table.get("stage") and table["stage"] != known.stage and "stage" in told:
        changes["stage"] = table["stage"]
    aliases = list(dict.fromkeys((*known.aliases, *table.get("aliases", ()))))
    if tuple(aliases) != known.aliases:
        changes["aliases"] = aliases
    ids = {key.lower(): value for key, value in table.get("ids", {}).items()}
    if any(known.identifiers.get(key) != value for key, value in ids.items()):
        changes["ids"] = {**known.identifiers, **ids}
    return changes


class _Seen:
    """Who is there already, by domain and by name, and which ids are taken."""

    def __init__(self, there: Iterable[Prospect]) -> None:
        self._domains: dict[str, tuple[Prospect | None, str]] = {}
        self._names: dict[tuple[str, ...], tuple[Prospect | None, str]] = {}
        self._ids: set[str] = set()
        for each in there:
            self._ids.add(each.id)
            if each.domain and each.domain not in _MAIL_HOSTS:
                self._domains.setdefault(each.domain, (each, f"prospect {each.id}"))
            for name in (each.name, *each.aliases):
                self._names.setdefault(without_legal_form(folded(name)), (each, f"prospect {each.id}"))

    def find(self, table: Mapping[str, Any]) -> tuple[Prospect | None, str, str]:
        """The prospect that a row means, how that is known, and where it stands; nothing if it is new."""
        domain = table.get("domain", "")
        if domain in self._domains:
            return self._domains[domain][0], "same domain", self._domains[domain][1]
        named = self._names.get(without_legal_form(folded(table["name"])))
        if named and not (domain and named[0] and named[0].domain and named[0].domain != domain):
            return named[0], "same name", named[1]
        return None, "", ""

    def add(self, table: Mapping[str, Any], line: int) -> str:
        """Note a new one; the id that it gets."""
        wanted = table["id"] or slug(table["name"]) or "prospect"
        given, number = wanted, 1
        while given in self._ids:
            number += 1
            given = f"{wanted[:58]}-{number}"
        self._ids.add(given)
        if table.get("domain") and table["domain"] not in _MAIL_HOSTS:
            self._domains[table["domain"]] = (None, f"line {line}")
        self._names.setdefault(without_legal_form(folded(table["name"])), (None, f"line {line}"))
        return given
