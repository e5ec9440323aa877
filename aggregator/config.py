"""``config.toml`` → frozen settings; ``parse`` is pure, ``read`` and ``find`` touch the disk.

The structs below are the one table of settings: validation, ``config.example.toml``, the reference page and
the editor schema all come from their fields and descriptions.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import platformdirs
from msgspec import Meta
from msgspec.structs import replace

from aggregator.config_outbox import AlertTable, TargetTable, outbox_of
from aggregator.errors import ConfigError
from aggregator.model import Prospect
from aggregator.prospect_files import listed, read_list
from aggregator.prospect_tables import ProspectTable, prospects_of
from aggregator.slugs import slug as slug
from aggregator.source_tables import SourceTable, check_network, check_proxy, check_source, source_id
from aggregator.templates import NotConfigured, expand
from feeds.model import Source
from feeds.tables import MAX_TOML_BYTES, Document, Fault, Seconds, Size

Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description='a time of day like "07:30"')]
HERE_NAME = "leadline.toml"
"""A config of this name in the working directory is used before the one in the user's config directory."""


class PollSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sources are asked."""

    at_least: Annotated[Seconds, Meta(description="never ask a source more often than this")] = Seconds(900)
    at_most: Annotated[
        Seconds, Meta(description="ask every source at least this often, unless it asks to be asked more rarely")
    ] = Seconds(4 * 3600)
    new_within: Annotated[
        Seconds,
        Meta(description="of what a source already holds at its first poll, only this recent counts as new"),
    ] = Seconds(7 * 86400)
    concurrency: Annotated[int, Meta(ge=1, le=1000, description="requests in flight, over all hosts")] = 100
    per_host: Annotated[int, Meta(ge=1, le=16, description="requests in flight to one host")] = 2
    gap: Annotated[Seconds, Meta(description="between the starts of two requests to one public host")] = Seconds(0.1)
    timeout: Annotated[Seconds, Meta(description="a fetch ends by then, redirects and body included")] = Seconds(20)
    max_wire: Annotated[Size, Meta(description="bytes taken from the wire for one answer")] = Size(5_000_000)
    max_body: Annotated[Size, Meta(description="bytes of one answer after decompression")] = Size(10_000_000)
    max_header: Annotated[Size, Meta(description="bytes of all header lines of one answer")] = Size(64_000)
    max_entries: Annotated[int, Meta(ge=1, le=5_000, description="entries taken from one answer, the first ones")] = (
        5_000
    )
    in_flight: Annotated[
        Size, Meta(description="bytes of answers that wait to be read or stored; above it no further source is asked")
    ] = Size(50_000_000)
    redirects: Annotated[int, Meta(ge=0, le=10, description="redirects followed")] = 5
    workers: Annotated[
        int, Meta(ge=0, le=64, description="processes that parse and tag; 0 takes one for each processor")
    ] = 0
    ca: Annotated[
        str,
        Meta(
            max_length=4000,
            description="PEM file with the only certificate authorities to trust; relative to this file",
        ),
    ] = ""
    proxy: Annotated[
        str,
        Meta(
            max_length=4000,
            description='http or https proxy, or "none"; left out, http_proxy, https_proxy and no_proxy say',
        ),
    ] = ""
    contact: Annotated[
        str, Meta(max_length=200, description="address or page for complaints, sent in the User-Agent")
    ] = ""


class DigestSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the daily digest holds."""

    since: Annotated[Seconds, Meta(description="how far back a digest looks when not told otherwise")] = Seconds(86400)
    per_prospect: Annotated[int, Meta(ge=1, le=100, description="stories shown for one prospect")] = 8
    per_source: Annotated[int, Meta(ge=1, le=100, description="stories shown from one source for one prospect")] = 3
    top: Annotated[int, Meta(ge=0, le=20, description='stories under "worth acting on today"')] = 5


class ScheduleSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When ``leadline run`` does what."""

    tick: Annotated[Seconds, Meta(description="how often to look for due sources")] = Seconds(60)
    digest_at: Annotated[Clock | None, Meta(description="print the digest at this local time; leave out for never")] = (
        None
    )
    digest_to: Annotated[list[str], Meta(description="send it to these targets instead of printing it")] = []
    backup_to: Annotated[
        str, Meta(max_length=4000, description="folder for daily backups, relative to this file; leave out for none")
    ] = ""
    backup_at: Annotated[Clock, Meta(description="when a day's backup is made, local time")] = "03:30"
    backup_keep: Annotated[int, Meta(ge=1, le=1000, description="backups kept, the newest")] = 7
    prune_older_than: Annotated[
        Seconds | None,
        Meta(description="daily, delete items of no prospect that nobody touched and that are so old; 30d or more"),
    ] = None


class TagSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How items get their content types."""

    wording: Annotated[
        bool, Meta(description="whether the wording of a text may confirm what rules found, or tag what they missed")
    ] = True
    weights: Annotated[
        str,
        Meta(
            max_length=4000,
            description="weights of your own for it, of `leadline rules learn`; relative to this file; "
            "empty for those that ship with leadline",
        ),
    ] = ""


class LogSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written to a log file: one JSON object a line, secrets taken out."""

    file: Annotated[str, Meta(max_length=4000, description="the log file, relative to this file; empty for none")] = ""
    level: Annotated[Literal["debug", "info", "warning", "error"], Meta(description="how much is told")] = "info"
    max_size: Annotated[Size, Meta(description="a larger file is set aside and a new one begun")] = Size(5_000_000)
    keep: Annotated[int, Meta(ge=0, le=100, description="files set aside that are kept")] = 3


class PackSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How packs are kept up to date."""

    check_every: Annotated[Seconds, Meta(description="how often to look for updates; 0 for never by itself")] = Seconds(
        86400
    )
    allow_private: Annotated[
        list[str], Meta(description="networks outside the public internet from which packs may be fetched")
    ] = []


class DeskSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How `leadline tui` looks and which keys it takes."""

    theme: Annotated[
        Literal["dark", "light", "high-contrast", "no-colour", "colour-blind"], Meta(description="its colours")
    ] = "dark"
    view: Annotated[str, Meta(max_length=500, description="the query that it opens with")] = "is:new is:matched"
    keys: Annotated[
        dict[str, str],
        Meta(description='other keys for actions, as in { keep = "s,ctrl+s" }; docs/reference/keys.md names them'),
    ] = {}


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything in a config file but its ``[[prospects]]`` and ``[[sources]]``."""

    rep: Annotated[str, Meta(min_length=1, max_length=100, description="who triages here")] = "me"
    database: Annotated[str, Meta(max_length=4000, description="the database file; relative to this file")] = ""
    rules: Annotated[list[str], Meta(description="rules files of your own; relative to this file")] = []
    channel: Annotated[
        str, Meta(max_length=4000, description="where your team's packs are: an address, a folder or a git repository")
    ] = ""
    prospect_files: Annotated[
        list[str],
        Meta(description="lists of further prospects (CSV, TOML, JSON lines); `leadline prospect import` writes one"),
    ] = []
    poll: Annotated[PollSettings, Meta(description="how sources are asked")] = PollSettings()
    digest: Annotated[DigestSettings, Meta(description="what the daily digest holds")] = DigestSettings()
    schedule: Annotated[ScheduleSettings, Meta(description="when `leadline run` does what")] = ScheduleSettings()
    tags: Annotated[TagSettings, Meta(description="how items get their content types")] = TagSettings()
    log: Annotated[LogSettings, Meta(description="what is written to a log file")] = LogSettings()
    packs: Annotated[PackSettings, Meta(description="how packs are kept up to date")] = PackSettings()
    desk: Annotated[DeskSettings, Meta(description="how `leadline tui` looks and which keys it takes")] = DeskSettings()


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Settings with their prospects and sources as nouns, and where they came from."""

    settings: Settings
    prospects: tuple[Prospect, ...]
    sources: tuple[Source, ...]
    path: Path | None
    database: Path
    targets: tuple[TargetTable, ...] = ()
    alerts: tuple[AlertTable, ...] = ()
    not_configured: tuple[NotConfigured, ...] = ()


def find(explicit: str | None = None) -> Path:
    """Which config file applies: the one named, ``$LEADLINE_CONFIG``, ``./leadline.toml``, or the user's own."""
    named = explicit or os.environ.get("LEADLINE_CONFIG")
    if named:
        return expanded(named)
    here = Path(HERE_NAME)
    return here.resolve() if here.is_file() else home()


def expanded(written: str) -> Path:
    """A path with its ``~`` put in; one that names no known user stays as written."""
    with contextlib.suppress(RuntimeError):
        return Path(written).expanduser()
    return Path(written)


def home() -> Path:
    """The user's own config file, in the place that the system has for it."""
    return Path(platformdirs.user_config_dir("leadline")) / "config.toml"


def default_database() -> Path:
    """The user's own database, in the place that the system has for data."""
    return Path(platformdirs.user_data_dir("leadline")) / "leadline.db"


def read(path: Path, *, database: str | None = None) -> Config:
    """Read a config file; ``database`` overrides its own. Raises ConfigError, also for a missing file."""
    try:
        with path.open("rb") as file:
            raw = file.read(4 * MAX_TOML_BYTES)
    except FileNotFoundError:
        raise ConfigError([Fault(str(path), 0, "", "no such config file", "`leadline init` writes one")]) from None
    except OSError as error:
        raise ConfigError([Fault(str(path), 0, "", f"cannot be read: {error.strerror}")]) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError([Fault(str(path), line, "", "not UTF-8 text", "save it as UTF-8")]) from None
    return read_text(text, path, database=database)


def read_text(text: str, path: Path, *, database: str | None = None) -> Config:
    """As ``read``, of a text that may come to stand at a path; its lists of prospects are read from disk."""
    document = Document.parse(text, str(path))
    return _built(document, _read_lists(document, path), path, database)


def parse(
    text: str,
    file: str = HERE_NAME,
    *,
    path: Path | None = None,
    database: str | None = None,
    lists: Mapping[str, str] | None = None,
) -> Config:
    """Settings from TOML text; ``lists`` are the texts of its ``prospect_files``, by the names that stand there.

    Raises ConfigError with every fault that was found.
    """
    return _built(Document.parse(text, file), lists or {}, path, database)


def list_names(data: Mapping[str, object]) -> list[str]:
    """The ``prospect_files`` that a config's data names, as far as they are names."""
    named = data.get("prospect_files")
    return [name for name in named if isinstance(name, str) and name.strip()] if isinstance(named, list) else []


def list_path(name: str, config: Path | None) -> Path:
    """Where a list of prospects lies that a config names."""
    return (config.parent if config else Path()) / expanded(name)


def _read_lists(document: Document, path: Path) -> dict[str, str]:
    """The lists that a config names; one that cannot be read is a fault, and empty."""
    texts = {}
    for name in list_names(document.data):
        try:
            texts[name] = read_list(list_path(name, path))
        except (ConfigError, ValueError) as error:
            reason = error.faults[0].message if isinstance(error, ConfigError) else str(error)
            document.fault("prospect_files", f"{name}: {reason}", "name a file beside this one, or take it out")
            texts[name] = ""
    return texts


def _built(document: Document, lists: Mapping[str, str], path: Path | None, database: str | None) -> Config:
    names = list_names(document.data)
    tables = {name: document.data.pop(name, []) for name in ("prospects", "sources", "targets", "alerts")}
    settings = document.decode(Settings, document.data)
    if settings and "\0" in settings.database:
        document.fault("database", "holds a NUL character", "the path of a file")
    if settings:
        check_proxy(document, settings.poll.proxy, "poll.proxy")
        _check_pruning(document, settings.schedule.prune_older_than)
        for network in settings.packs.allow_private:
            check_network(document, network, "packs.allow_private")
    own = prospects_of(document, document.decode_list(ProspectTable, tables["prospects"], "prospects"))
    prospects = _with_lists(document, own, names, lists, path)
    decoded = document.decode_list(SourceTable, tables["sources"], "sources")
    named = dict.fromkeys((*_named(tables["prospects"]), *(each.id for each in prospects)))
    checked = [(table, "") for table in _sources(document, decoded, named)]
    targets, alerts = outbox_of(document, tables["targets"], tables["alerts"])
    for name in settings.schedule.digest_to if settings else ():
        if name not in [target.id for target in targets]:
            document.fault("schedule.digest_to", f"no target has the id {name!r}", "add it as one of [[targets]]")
    if settings is None or document.faults:
        raise ConfigError(sorted(document.faults, key=lambda fault: (fault.file != document.file, fault.line)))
    sources, not_configured = expand(checked, prospects)
    folder = path.parent if path else Path()
    return Config(
        settings=settings,
        prospects=prospects,
        sources=tuple(_with_files(source, folder) for source in sources),
        not_configured=not_configured,
        path=path,
        database=_database(settings, path, database),
        targets=targets,
        alerts=alerts,
    )


def for_rep(config: Config, rep: str) -> Config:
    """The same config for another rep."""
    return msgspec.structs.replace(config, settings=msgspec.structs.replace(config.settings, rep=rep))


def _with_lists(
    document: Document, own: tuple[Prospect, ...], names: Iterable[str], lists: Mapping[str, str], path: Path | None
) -> tuple[Prospect, ...]:
    """The config's own prospects and those of its lists; an id that is there already is a fault of the list."""
    found = {prospect.id: prospect for prospect in own}
    for name in names:
        if name not in lists:
            document.fault("prospect_files", f"{name}: there is no such file")
        elif lists[name]:
            file = list_path(name, path)
            more, faults = listed(lists[name], str(file), file.suffix.lower(), found)
            document.faults += faults
            found |= {prospect.id: prospect for prospect in more}
    return tuple(found.values())


def _database(settings: Settings, path: Path | None, override: str | None) -> Path:
    if override:
        found = expanded(override)
    elif settings.database:
        found = (path.parent if path else Path()) / expanded(settings.database)
    else:
        found = default_database()
    if not found.name:
        raise ConfigError([Fault(str(found), 0, "database", "is a directory", "name a file in it")])
    return found


def _named(tables: object) -> list[str]:
    """The ids that prospects' tables have or would get, faulty tables included: one fault is not told twice."""
    found = tables if isinstance(tables, list) else []
    return [str(each.get("id") or slug(str(each.get("name", "")))) for each in found if isinstance(each, dict)]


def _sources(
    document: Document, tables: Iterable[SourceTable | None], prospects: Collection[str]
) -> Iterator[SourceTable]:
    """The decoded tables, each checked; a second one with an id is a fault."""
    seen: set[str] = set()
    for number, table in enumerate(tables):
        if table is None:
            continue
        at = f"sources[{number}]"
        check_source(document, table, at, prospects)
        name = source_id(table)
        if name in seen:
            document.fault(at, f"a second source with the id {name!r}", "give each its own id or name")
        seen.add(name)
        yield table


def _with_files(source: Source, folder: Path) -> Source:
    """The source with the files that it names found from the config's folder."""
    if not source.ca and not source.client_cert:
        return source
    ca, client_cert = (beside(folder, name) for name in (source.ca, source.client_cert))
    return replace(source, ca=ca, client_cert=client_cert)


def beside(folder: Path, name: str) -> str:
    """A file that a config in the folder names; empty for no name."""
    return str(folder / expanded(name)) if name else ""


def _check_pruning(document: Document, older_than: Seconds | None) -> None:
    if older_than is not None and float(older_than) < 30 * 86400:
        document.fault("schedule.prune_older_than", "is less than 30 days", "sources would bring such items again")
