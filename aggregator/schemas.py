"""JSON Schemas of every TOML file that people write, for editors that complete and validate (``#:schema``)."""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise
from typing import Annotated, Any

import msgspec
from msgspec import Meta, field

from aggregator.config import ProspectTable, Settings
from aggregator.example import toml_value
from aggregator.packs.tables import FOR_PROPOSALS, FORBIDDEN, ChecklistFile, OverlayFile, SourcesFile, ViewsFile
from aggregator.source_tables import SourceTable
from aggregator.tagging.content_types import TYPE_IDS
from aggregator.tagging.examples import ExampleTable
from aggregator.tagging.rules import ContextTable, KindTable, RuleTable
from aggregator.tagging.signals import SIGNAL, TAG_NAMES
from feeds.connectors import KINDS
from feeds.packs.manifest import Manifest
from feeds.tables import Seconds, Size

ADDRESS = "https://raw.githubusercontent.com/leadline/leadline/main/docs/reference/schemas"


class ConfigFile(Settings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """leadline's configuration."""

    prospects: Annotated[list[ProspectTable], Meta(description="the accounts that you sell to")] = field(
        default_factory=list
    )
    sources: Annotated[list[SourceTable], Meta(description="what is polled beside what packs bring")] = field(
        default_factory=list
    )


class RulesFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``rules.toml``: rules that tag."""

    words: Annotated[dict[str, str], Meta(description="named lists of words, used in cues as <name>")] = {}
    context: Annotated[ContextTable, Meta(description="words around a cue that change what it says")] = ContextTable()
    kinds: Annotated[list[KindTable], Meta(description="kinds of text in which cues mean less")] = []
    rules: Annotated[list[RuleTable], Meta(description="what earns a tag")] = []


class ExamplesFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``examples.toml``: texts with all the content types that they must get."""

    examples: list[ExampleTable] = []


FILES: dict[str, type[msgspec.Struct]] = {
    "config": ConfigFile, "overlay": OverlayFile, "pack": Manifest, "sources": SourcesFile, "rules": RulesFile,
    "examples": ExamplesFile, "views": ViewsFile, "checklist": ChecklistFile,
}  # fmt: skip
"""Name of a TOML file, without its ending, → what may stand in it."""

_WORDS = (
    ("SourceTable", "kind", KINDS), ("PackSource", "kind", KINDS), ("SourceTable", "types", TAG_NAMES),
    ("PackSource", "types", TAG_NAMES), ("RuleTable", "signal", tuple(SIGNAL)), ("RuleTable", "type", ("", *TYPE_IDS)),
    ("KindTable", "types", TAG_NAMES), ("ExampleTable", "types", TYPE_IDS), ("QuestionTable", "type", TAG_NAMES),
)  # fmt: skip


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one of FILES."""
    made = msgspec.json.schema(_plain(FILES[name]), schema_hook=_hook)
    title = (FILES[name].__doc__ or "").split("\n")[0].replace("``", "")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{ADDRESS}/{name}.json",
        "title": title,
        **_closed(_told(made)),
    }


def field_docs(kind: type[msgspec.Struct]) -> dict[str, str]:
    """What stands below the fields of a struct in its source: the meaning of those that have no description."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    lines = body.body if isinstance(body, ast.ClassDef) else []
    found = {}
    for line, below in pairwise(lines):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and isinstance(below, ast.Expr):
            told = below.value.value if isinstance(below.value, ast.Constant) else ""
            found[line.target.id] = " ".join(str(told).replace("``", "").split())
    return found


def _told(made: dict[str, Any]) -> dict[str, Any]:
    """With the words that the lists of kinds, content types and signals allow, and without what packs may not have."""
    tables = made.get("$defs", {})
    for kind in (RuleTable, KindTable):
        for key, meaning in field_docs(kind).items() if kind.__name__ in tables else ():
            tables[kind.__name__]["properties"][key].setdefault("description", meaning)
    for table, key, words in _WORDS:
        if table in tables and key in tables[table]["properties"]:
            place = tables[table]["properties"][key]
            place.get("items", place)["enum"] = list(words)
    if "PackSource" in tables:
        for key in FORBIDDEN.keys() - FOR_PROPOSALS:
            tables["PackSource"]["properties"].pop(key)
        tables["PackSource"]["required"] = ["id"]
    return made


def _plain(kind: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """The same struct with defaults that JSON has: durations and sizes as people write them."""
    fields: list[Any] = []
    for each in msgspec.structs.fields(kind):
        if isinstance(each.default, msgspec.Struct):
            inner = _plain(type(each.default))
            fields.append((each.name, _with_type(each.type, inner), field(default_factory=inner)))
        elif isinstance(each.default, (Seconds, Size)):
            fields.append((each.name, each.type, toml_value(each.default).strip('"')))
        elif each.required:
            fields.append((each.name, each.type))
        elif each.default_factory is not msgspec.NODEFAULT:
            fields.append((each.name, each.type, field(default_factory=each.default_factory)))
        else:
            fields.append((each.name, each.type, each.default))
    made = msgspec.defstruct(kind.__name__, fields, kw_only=True, forbid_unknown_fields=True)
    made.__doc__ = kind.__doc__
    return made


def _with_type(kind: Any, inner: type[msgspec.Struct]) -> Any:
    notes = getattr(kind, "__metadata__", ())
    return Annotated[(inner, *notes)] if notes else inner


def _hook(kind: type) -> dict[str, Any]:
    if kind is Seconds:
        form = r"^\s*[0-9]{1,6}(\.[0-9]+)?\s*[smhdw]\s*$"
        return {"anyOf": [{"type": "string", "pattern": form}, {"type": "number", "minimum": 0}]}
    if kind is Size:
        form = r"^\s*[0-9]{1,9}\s*([kmgKMG]?[bB])\s*$"
        return {"anyOf": [{"type": "string", "pattern": form}, {"type": "integer", "minimum": 0}]}
    raise NotImplementedError(kind)


def _closed(value: Any) -> Any:
    """Every table refuses unknown keys, as leadline does; docstrings lose their marks."""
    if isinstance(value, list):
        return [_closed(each) for each in value]
    if not isinstance(value, dict):
        return value
    closed = {key: _closed(each) for key, each in value.items() if not (key == "default" and each is None)}
    options = [each for each in closed.get("anyOf", []) if each != {"type": "null"}]
    if len(options) == 1:
        closed = {**options[0], **{key: each for key, each in closed.items() if key != "anyOf"}}
    if "properties" in closed and isinstance(closed["properties"], dict) and closed.get("type") == "object":
        closed["additionalProperties"] = False
    if isinstance(closed.get("description"), str):
        closed["description"] = " ".join(closed["description"].replace("``", "").split())
    return closed
