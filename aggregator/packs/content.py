"""A pack's files → what they say: each file read by the room that owns its meaning, every fault named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from aggregator import query as queries
from aggregator.errors import ConfigError, LeadlineError
from aggregator.model import Prospect, Question
from aggregator.packs.model import Content, View
from aggregator.packs.tables import FOR_PROPOSALS, FORBIDDEN, ChecklistFile, PackSource, ViewsFile, prospects_of
from aggregator.source_tables import about, check_source
from aggregator.tagging.signals import TAG_NAMES
from aggregator.templates import LATER, NotConfigured, expand
from feeds.errors import FetchError
from feeds.guard import check_url
from feeds.model import Source
from feeds.packs import manifest as manifests
from feeds.packs.errors import PackRefused
from feeds.packs.library import parsed_documents
from feeds.packs.manifest import Manifest
from feeds.tables import Document, Fault, did_you_mean
from feeds.templates import names_in
from feeds.text import clean, one_line

RESERVED = ("core", "own")
"""Names that stand for leadline's own rules and the rep's."""
MAX_SOURCES = 2_000
MAX_TEMPLATES = 100
MAX_PROSPECTS = 5_000
MAX_RULES = 2_000
"""Of one pack: a bound on what adding it can cost."""
LEAST_EVERY = 300.0
"""Seconds: a pack is no means to flood a server."""
_PRIVATE_COLUMNS = frozenset("note notes comment comments owner rep phone email contact contacts amount budget".split())
_PLACE = re.compile(r"\$\{[a-z0-9_|]+\}")
_REFERENCE = re.compile(r"\b(?:env|file|cmd|keyring):\S")
_LOCAL_NAME = re.compile(
    r"^(localhost|[^.]*)$|\.(local|localhost|internal|intranet|lan|home|corp|private|onion)$", re.IGNORECASE
)


def read_content(members: dict[str, bytes], file_prefix: str = "") -> Content:
    """What a pack says; its ``faults`` name everything wrong. Raises PackRefused for a faulty manifest."""
    documents = parsed_documents(members, file_prefix)
    manifest = _manifest(documents["pack.toml"])
    sources = _sources(documents.get("sources.toml"))
    views = views_of(documents.get("views.toml"), manifest.id)
    questions = questions_of(documents.get("checklist.toml"), manifest.id)
    faults: list[Fault] = [fault for each in documents.values() for fault in each.faults]
    prospects = _prospects(members.get("prospects.csv", b""), file_prefix, faults)
    rules, examples = _text(members, "rules.toml"), _text(members, "examples.toml")
    faults += _rule_faults(rules, file_prefix, manifest.id)
    return Content(
        manifest, sources, rules, examples, views, questions, prospects, clean(_text(members, "README.md"))[:20_000],
        tuple(dict.fromkeys(faults)),
    )  # fmt: skip


def _manifest(document: Document) -> Manifest:
    manifest = manifests.read_manifest(document) if not document.faults else None
    if manifest and manifest.id in RESERVED:
        document.fault("id", f"{manifest.id!r} is leadline's own", "give the pack another id")
    if manifest is None or document.faults:
        raise PackRefused("\n".join(map(str, document.faults)), faults=document.faults)
    return manifest


def _text(members: dict[str, bytes], name: str) -> str:
    return members.get(name, b"").decode("utf-8-sig", "replace")


def _rule_faults(text: str, prefix: str, pack: str) -> Iterator[Fault]:
    if text:
        from aggregator.tagging.rules import read_rules

        read = read_rules(text, f"{prefix}rules.toml", pack)
        yield from read.faults
        if len(read.rules) > MAX_RULES:
            yield Fault(f"{prefix}rules.toml", 0, "rules", f"more than {MAX_RULES} rules", "make two packs of it")


def _sources(document: Document | None) -> tuple[PackSource, ...]:
    """The sources in a pack, each looked at."""
    if document is None:
        return ()
    for key in document.data:
        if key != "sources":
            document.fault(key, "unknown key", "sources.toml holds [[sources]]")
    raw = document.data.get("sources", [])
    tables = document.decode_list(PackSource, raw, "sources")
    if len(tables) > MAX_SOURCES:
        document.fault("sources", f"more than {MAX_SOURCES} sources", "make two packs of it")
    if sum(bool(table and table.each) for table in tables) > MAX_TEMPLATES:
        document.fault("sources", f"more than {MAX_TEMPLATES} templates", "make two packs of it")
    seen: set[str] = set()
    for number, table in enumerate(tables[:MAX_SOURCES]):
        at = f"sources[{number}]"
        if isinstance(raw[number], dict):
            allowed = FOR_PROPOSALS if raw[number].get("proposal") is True else frozenset()
            for key in (FORBIDDEN.keys() & raw[number].keys()) - allowed:
                document.fault(f"{at}.{key}", FORBIDDEN[key], "leave it out; a rep sets it in his own config")
        if table is not None:
            _check_source(document, table, at)
            if table.id in seen:
                document.fault(f"{at}.id", f"a second source with the id {table.id!r}", "give each its own")
            seen.add(table.id or "")
    return tuple(filter(None, tables))


def _check_source(document: Document, table: PackSource, at: str) -> None:
    if not table.id:
        document.fault(at, "has no id", "give it one that never changes: its items are kept under it")
    check_source(document, table, at, table.prospects, pack=not table.proposal)
    _check_places(document, table, at)
    if table.every and table.every < LEAST_EVERY:
        hint = f'"{LEAST_EVERY / 60:.0f}m" is the least: everyone who has the pack asks'
        document.fault(f"{at}.every", "asks its publisher too often", hint)
    for text in (table.url, table.name, *map(str, table.options.values())) if not table.proposal else ():
        if _REFERENCE.search(text) and not text.startswith(("http://", "https://")):
            document.fault(at, "holds a reference to a secret, file or command", 'a pack names only `key = "VARIABLE"`')
    if not table.proposal and table.url:
        _check_address(document, _PLACE.sub("x.example", table.url), f"{at}.url")


def _check_places(document: Document, table: PackSource, at: str) -> None:
    names = names_needed(table)
    if names and not table.each:
        document.fault(f"{at}.each", "missing", f'each = "prospect" fills in ${{{names[0]}}}')
    if table.each and not names:
        document.fault(at, "the same for each prospect", "it has no ${…}; leave `each` out")
    rest = _PLACE.sub("", table.url)
    if "${" in rest or "{{" in rest:
        document.fault(f"{at}.url", "holds a place that is none", "write it as ${cik}")


def _check_address(document: Document, url: str, at: str) -> None:
    try:
        check_url(url.strip())
    except FetchError as error:
        document.fault(at, str(error), "a pack contacts public web addresses only")
        return
    host = (urlsplit(url.strip()).hostname or "").rstrip(".")
    if _LOCAL_NAME.search(host):
        document.fault(at, f"{host[:60]!r} is no public host", "a pack contacts public web addresses only")


def names_needed(table: PackSource) -> tuple[str, ...]:
    """The prospect's identifiers and names that a source must have: those of its places, and those of its kind."""
    of = about(table.kind)
    own = tuple(name for name in of.needs if not any(each in table.options for each in name.split("|")))
    places = names_in(table.url, table.name, *_texts(table.options), *(() if table.url else (of.url,)))
    wanted = (name for name in (*places, *own) if name not in LATER and name not in table.options)
    return tuple(dict.fromkeys(wanted))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def expanded(content: Content, prospects: Sequence[Prospect]) -> tuple[tuple[Source, ...], tuple[NotConfigured, ...]]:
    """The sources that a pack makes for these prospects, and those that lack an identifier or a key."""
    return expand([(table, content.id) for table in content.sources if not table.proposal], prospects)


def hosts_of(sources: Iterable[PackSource]) -> tuple[str, ...]:
    """Every host that a pack's sources contact, in order."""
    found: set[str] = set()
    for table in sources:
        if table.proposal:
            continue
        if table.url.strip():
            found.add(_PLACE.sub("*", urlsplit(table.url.strip()).netloc.lower()))
        else:
            found.update(about(table.kind).hosts or (_PLACE.sub("*", urlsplit(about(table.kind).url).netloc),))
    return tuple(sorted(filter(None, found)))


def views_of(document: Document | None, pack: str) -> tuple[View, ...]:
    """The saved views in ``views.toml``; those with a fault are left out."""
    if document is None:
        return ()
    read = document.decode(ViewsFile, document.data)
    found = []
    for number, table in enumerate(read.views if read else []):
        try:
            asked = queries.parse(table.query, datetime(2026, 1, 1, tzinfo=UTC))
        except LeadlineError as error:
            document.fault(f"views[{number}].query", str(error), error.hint)
            continue
        if asked.prospects:
            document.fault(f"views[{number}].query", "names a prospect", "a pack knows nobody's prospects")
        found.append(
            View(table.id, one_line(table.title), table.query, one_line(table.task), one_line(table.description), pack)
        )
    return tuple(found)


def questions_of(document: Document | None, pack: str) -> tuple[Question, ...]:
    """The qualifying questions in ``checklist.toml``; those with a fault are left out."""
    if document is None:
        return ()
    read = document.decode(ChecklistFile, document.data)
    found = []
    for number, table in enumerate(read.questions if read else []):
        if table.type not in TAG_NAMES:
            hint = did_you_mean(table.type, TAG_NAMES)
            document.fault(f"questions[{number}].type", f"unknown content type {table.type!r}", hint)
            continue
        found.append(Question(table.id, table.type, one_line(table.question), one_line(table.why), pack))
    return tuple(found)


def _prospects(raw: bytes, prefix: str, faults: list[Fault]) -> tuple[Prospect, ...]:
    file = f"{prefix}prospects.csv"
    try:
        found = prospects_of(raw.decode("utf-8-sig"), file)
        if len(found) > MAX_PROSPECTS:
            faults.append(Fault(file, 0, "", f"more than {MAX_PROSPECTS} prospects", "hand the list out by itself"))
        for name in sorted({name for each in found for name in each.identifiers} & _PRIVATE_COLUMNS):
            hint = "everyone who gets the pack would read it: leave the column out"
            faults.append(Fault(file, 1, name, "is a column of your own notes", hint))
        return found
    except UnicodeDecodeError:
        faults.append(Fault(file, 0, "", "not UTF-8 text", "save it as UTF-8"))
    except ConfigError as error:
        faults.extend(error.faults)
    except Exception as error:  # the csv module raises its own for NUL bytes and endless fields
        faults.append(Fault(file, 0, "", f"not a CSV file: {one_line(str(error), 100)}"))
    return ()
