"""The commented ``config.example.toml``, written from the settings table so that the two cannot differ."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

import msgspec

from aggregator.config import (
    DeskSettings,
    DigestSettings,
    LogSettings,
    PackSettings,
    PollSettings,
    ScheduleSettings,
    Settings,
    TagSettings,
)
from aggregator.config_outbox import AlertTable, TargetTable
from aggregator.prospect_tables import ProspectTable
from aggregator.source_tables import SourceTable
from feeds.tables import Seconds, Size, allowed_words

HEAD = """\
#:schema https://raw.githubusercontent.com/leadline/leadline/main/docs/reference/schemas/config.json
# leadline's configuration. Every setting is here with its default; what is commented out has that value.
# `leadline config check` names each fault with its line; `leadline config show` prints what is in force.
"""

PROSPECT = """\
[[prospects]]
id = "acme"
name = "Acme Corporation"
aliases = ["Acme"]
domain = "acme.example"
ids = { cik = "0000000000", ticker = "ACME" }
"""

SOURCE = """\
[[sources]]
id = "acme-newsroom"
name = "Acme newsroom"
url = "https://acme.example/news/feed.xml"
prospect = "acme"
publisher = "issuer"
"""

TARGETS = """\
#[[targets]]
#id = "team"
#kind = "apprise"
#url = "env:LEADLINE_TEAM"  # such as mailtos://USER:PASSWORD@mail.example?to=team@mail.example
#format = "html"
"""

ALERTS = """\
#[[alerts]]
#id = "deals"
#query = "type:strategy.ma"
#target = "team"
#at_most = "3/1h"
"""


def example(*, prospects: str = PROSPECT, sources: str = SOURCE, database: str = "", rep: str = "") -> str:
    """The whole commented file; the arguments put other prospects, sources or values in the examples' place."""
    top = [HEAD]
    given = {"database": database, "rep": rep}
    for each in msgspec.structs.fields(Settings):
        if _scalar(each):
            top.append(_setting(each, given.get(each.name, "")))
    sections = [
        _section("poll", PollSettings),
        _section("digest", DigestSettings),
        _section("schedule", ScheduleSettings),
        _section("tags", TagSettings),
        _section("log", LogSettings),
        _section("packs", PackSettings),
        _section("desk", DeskSettings),
        _tables("prospects", ProspectTable, prospects),
        _tables("sources", SourceTable, sources),
        _tables("targets", TargetTable, TARGETS),
        _tables("alerts", AlertTable, ALERTS),
    ]
    return "\n".join(top) + "\n" + "\n".join(sections)


def settings_table() -> Iterator[tuple[str, str, str, str]]:
    """Every setting as (section, key, default, meaning), for the reference page."""
    kinds = (("", Settings), ("poll", PollSettings), ("digest", DigestSettings), ("schedule", ScheduleSettings),
             ("tags", TagSettings), ("log", LogSettings), ("packs", PackSettings), ("desk", DeskSettings),
             ("prospects", ProspectTable),
             ("sources", SourceTable), ("targets", TargetTable), ("alerts", AlertTable))  # fmt: skip
    for section, kind in kinds:
        for each in msgspec.structs.fields(kind):
            if _scalar(each):
                yield section, each.name, _default(each), _meaning(each)


def fields_of(kind: type[msgspec.Struct]) -> Iterator[tuple[str, str, str]]:
    """Every key of a table as (key, default, meaning): ``required`` stands for the default where it must be there."""
    for each in msgspec.structs.fields(kind):
        yield each.encode_name, "required" if each.required else _default(each), _meaning(each)


def _section(name: str, kind: type[msgspec.Struct]) -> str:
    lines = [f"# {_doc(kind)}", f"[{name}]"]
    lines += [_setting(each) for each in msgspec.structs.fields(kind)]
    return "\n".join(lines) + "\n"


def _tables(name: str, kind: type[msgspec.Struct], written: str) -> str:
    lines = [f"# {_doc(kind)} Any number of [[{name}]] may follow; each may have:"]
    for each in msgspec.structs.fields(kind):
        lines.append(
            textwrap.fill(f"{each.name}: {_meaning(each)}", 108, initial_indent="#   ", subsequent_indent="#     ")
        )
    return "\n".join(lines) + "\n" + written


def _setting(each: msgspec.structs.FieldInfo, value: str = "") -> str:
    line = f'{each.name} = "{value}"' if value else f"#{each.name} = {_default(each)}"
    return f"# {_meaning(each)}\n{line}"


def _doc(kind: type[msgspec.Struct]) -> str:
    return (kind.__doc__ or "").split("\n")[0].replace("``", "`")


def _scalar(each: msgspec.structs.FieldInfo) -> bool:
    return not isinstance(each.default, msgspec.Struct)


def _meaning(each: msgspec.structs.FieldInfo) -> str:
    meaning, kind = "", each.type
    while get_origin(kind) is Annotated:
        meaning = next((m.description for m in get_args(kind)[1:] if getattr(m, "description", None)), meaning)
        kind = get_args(kind)[0]
    words = allowed_words(each.type)
    return f"{meaning} ({', '.join(word or 'empty' for word in words)})" if words else meaning


def _default(each: msgspec.structs.FieldInfo) -> str:
    value: Any = each.default
    if value is msgspec.NODEFAULT:
        value = each.default_factory() if each.default_factory is not msgspec.NODEFAULT else ""
    return toml_value(value)


def toml_value(value: Any) -> str:
    """One value as TOML writes it."""
    if value is None:
        return '""'
    if isinstance(value, Seconds):
        return f'"{_duration(value)}"'
    if isinstance(value, Size):
        return f'"{value // 10**6} MB"' if value % 10**6 == 0 else str(int(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)) and not value:
        return "[]" if isinstance(value, list) else "{}"
    return msgspec.json.encode(value).decode()


def _duration(seconds: float) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:g}s"
