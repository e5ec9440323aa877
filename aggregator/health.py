"""Looks a leadline installation over: config, rules, disk, rights, network, database, clock, index, sources."""

from __future__ import annotations

import contextlib
import os
import platform
import queue
import shutil
import socket
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

from aggregator import catalog, config
from aggregator.core import Aggregator
from aggregator.daemon import SILENT
from aggregator.digest.coverage import coverage
from aggregator.digest.words import age, counted, coverage_lines
from aggregator.errors import LeadlineError
from aggregator.pipeline.names import folded, without_legal_form
from aggregator.tagging.book import SCANNER
from feeds import __version__

LOOKED_UP = 3
"""Hosts whose names are looked up."""
LOOK_UP_SECONDS = 3.0
"""How long a name service may take."""
LOW_DISK = 200_000_000
"""Bytes free under which the disk is called nearly full."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    state: str
    """``ok``, ``note`` or ``wrong``."""
    words: str
    hint: str = ""


def examine(config_file: str | None, database: str | None) -> list[Finding]:
    """Everything that was found, in the order in which it should be mended."""
    findings = [
        Finding(
            "leadline",
            "ok",
            f"{__version__}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        )
    ]
    path = config.find(config_file)
    try:
        read = config.read(path, database=database)
    except LeadlineError as error:
        return [*findings, Finding("config", "wrong", str(error), error.hint)]
    findings.append(
        Finding(
            "config",
            "ok",
            f"{path}: {counted(len(read.prospects), 'prospect')}, {counted(len(read.sources), 'source')}",
        )
    )
    findings += _doubles(read)
    try:
        findings += _left_out(read)
        findings += _rules(read)
    except LeadlineError as error:
        return [*findings, Finding("packs", "wrong", str(error), error.hint)]
    findings += _disk(read.database)
    findings += _rights(path, read.database)
    findings += _network(read)
    try:
        aggregator = Aggregator.open(read)
    except LeadlineError as error:
        return [*findings, Finding("database", "wrong", str(error), error.hint)]
    try:
        looked_at = (_packs, _database, _clock, _daemon, _sources)
        return [*findings, *(finding for look in looked_at for finding in look(aggregator))]
    except LeadlineError as error:
        return [*findings, Finding("database", "wrong", str(error), error.hint)]
    finally:
        aggregator.close()


def _doubles(read: config.Config) -> Iterator[Finding]:
    """What is in the config twice, though each part of it is valid."""
    names: defaultdict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for prospect in read.prospects:
        for name in (prospect.name, *prospect.aliases):
            names[without_legal_form(folded(name))][prospect.id] = name
    for ids in names.values():
        if len(ids) > 1:
            words = f"{', '.join(ids)} share the name {next(iter(ids.values()))!r}: texts that have it concern each"
            yield Finding("prospects", "note", words, "tell them apart with `require` or `exclude`")
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for source in read.sources:
        if not source.options:
            asked[source.url].append(source.id)
    for url, sources in asked.items():
        if len(sources) > 1:
            words = f"{', '.join(sources)} poll the same address: {url}"
            yield Finding("sources", "note", words, "one is enough: its items are matched to every prospect")


def _left_out(read: config.Config) -> Iterator[Finding]:
    """Sources that cannot be asked, and quotas that will not do for all."""
    for key, message, hint in catalog.load(read).notes:
        yield Finding(key, "note", message, hint)


def _rules(read: config.Config) -> Iterator[Finding]:
    found = catalog.load(read)
    for fault in found.faults:
        yield Finding("rules", "wrong", str(fault))
    if not found.faults:
        how = "compiled" if SCANNER else "in Python"
        hint = "" if SCANNER else "polls are faster where a C compiler was there when leadline was installed"
        yield Finding("rules", "ok", f"version {found.preparer.tagger.version}, looked for {how}", hint)


def _disk(database: Path) -> Iterator[Finding]:
    folder = next((each for each in (database.parent, *database.parent.parents) if each.exists()), Path())
    free = shutil.disk_usage(folder).free
    if free < LOW_DISK:
        yield Finding(
            "disk",
            "wrong",
            f"{free // 10**6} MB free at {folder}",
            "make room: polls cannot be stored on a full disk",
        )
    if not os.access(folder, os.W_OK):
        yield Finding(
            "disk",
            "wrong",
            f"{folder} cannot be written",
            "change its owner, or set `database` in the config",
        )


def _rights(*files: Path) -> Iterator[Finding]:
    """Config and database hold whom you sell to and what you think of it."""
    for file in files:
        if os.name == "posix" and file.exists() and file.stat().st_mode & 0o077:
            yield Finding("rights", "note", f"{file} can be read by other users", f"chmod 600 {file}")


def _network(read: config.Config) -> Iterator[Finding]:
    """Whether names can be looked up at all: a few hosts of the sources, side by side, within seconds."""
    hosts = list(dict.fromkeys(filter(None, (_public_host(source.url) for source in read.sources))))[:LOOKED_UP]
    if not hosts or read.settings.poll.proxy or getproxies():
        return
    found: queue.SimpleQueue[str] = queue.SimpleQueue()
    for host in hosts:  # daemon threads: one that hangs keeps nobody waiting
        threading.Thread(target=_look_up, args=(host, found), daemon=True).start()
    deadline = time.monotonic() + LOOK_UP_SECONDS
    with contextlib.suppress(queue.Empty):
        told = (found.get(timeout=max(0.0, deadline - time.monotonic())) for _ in hosts)
        if known := next(filter(None, told), ""):
            yield Finding("network", "ok", f"{known} can be looked up")
            return
    words = f"none of {', '.join(hosts)} can be looked up: there is no network, or no name service"
    yield Finding("network", "note", words, "polls wait until it is back; behind a proxy set [poll] proxy")


def _public_host(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return "" if ":" in host or host.replace(".", "").isdigit() or host == "localhost" else host


def _look_up(host: str, found: queue.SimpleQueue[str]) -> None:
    try:
        socket.getaddrinfo(host, 443)
        found.put(host)
    except (OSError, UnicodeError):
        found.put("")


def _clock(aggregator: Aggregator) -> Iterator[Finding]:
    """A clock behind what it said before makes everything look future."""
    now = aggregator.now()
    last = max((s.state.checked_at for s in aggregator.sources() if s.state.checked_at), default=None)
    if last is not None and last > now + timedelta(minutes=5):
        words = f"the clock says {now:%Y-%m-%d %H:%M} UTC, but a source was asked at {last:%Y-%m-%d %H:%M}"
        yield Finding("clock", "wrong", words, "set the clock; deadlines, ages and the next polls depend on it")
    else:
        yield Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")


def _database(aggregator: Aggregator) -> Iterator[Finding]:
    size = aggregator.config.database.stat().st_size if aggregator.config.database.exists() else 0
    yield Finding("database", "ok", f"{aggregator.config.database}: {size / 1e6:.1f} MB")
    aggregator.check()
    behind = aggregator.index()
    yield Finding(
        "search", "ok", f"index brought up to date ({counted(behind, 'item')})" if behind else "index up to date"
    )


def _packs(aggregator: Aggregator) -> Iterator[Finding]:
    state = aggregator.packs.state
    if state.packs:
        yield Finding("packs", "ok", ", ".join(f"{id_} {each.version}" for id_, each in state.packs.items()))
    for id_, each in state.waiting.items():
        yield Finding("packs", "note", f"{id_} {each.version} waits: {each.why}", f"leadline pack update {id_}")


def _daemon(aggregator: Aggregator) -> Iterator[Finding]:
    beat = aggregator.heartbeat()
    if beat is None:
        return
    told = age(beat.at, aggregator.now())
    if not beat.lives:
        yield Finding("run", "note", f"`leadline run` ({beat.who}) died; last seen {told}", "start it again")
    elif (aggregator.now() - beat.at).total_seconds() > SILENT:
        yield Finding("run", "wrong", f"`leadline run` ({beat.who}) hangs; last seen {told}", "stop it, start it again")
    else:
        yield Finding("run", "ok", f"`leadline run` is at work ({beat.who}), seen {told}")


def _sources(aggregator: Aggregator) -> Iterator[Finding]:
    if not aggregator.catalog.prospects:
        yield Finding("prospects", "note", "none are configured", "add [[prospects]]: items are matched to them")
    if not aggregator.catalog.sources:
        yield Finding("sources", "note", "none are configured", "add [[sources]] to the config")
        return
    seen = coverage(aggregator.sources(), aggregator.now())
    lines = coverage_lines(seen, aggregator.now())
    yield Finding(
        "sources",
        "note" if len(lines) > 1 else "ok",
        "\n".join(lines),
        "`leadline sources --failed`" if seen.failed else "`leadline poll` asks them" if seen.waiting else "",
    )
