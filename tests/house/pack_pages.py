"""Writes the pages on the format of packs, and the JSON Schemas of TOML files, from the tables in the code."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec

from aggregator.example import fields_of
from aggregator.packs.tables import FORBIDDEN, PackSource, QuestionTable, SourceOverlay, ViewTable
from aggregator.schemas import FILES, field_docs, schema
from aggregator.tagging.examples import ExampleTable
from aggregator.tagging.rules import ContextTable, KindTable, RuleTable
from feeds.packs.archive import MAX_MEMBER, MAX_TOTAL
from feeds.packs.manifest import Manifest

PACK_HEAD = """\
# The format of packs

Generated from the tables in the code. A pack is a folder of these files, and no others; only `pack.toml` must be
there. Every TOML file is UTF-8, and an unknown key is a fault. [The guide](../guide/packs.md) says how packs are made
and used.

`leadline pack build` makes one file of a folder, `ID-VERSION.leadpack`: a zip without compression, members sorted,
times and rights fixed, so that the same folder always gives the same bytes. It also holds `SHA256SUMS` (as
`sha256sum -c` reads it) and, where signed, `SHA256SUMS.sig` (`ssh-keygen -Y verify -n leadline-pack`). A file that
differs from what `build` would make of its members is refused. At most {member} MB a member and {total} MB together.

A channel is a folder with `index.json` (`leadline_channel`, `packs` with `id`, `title`, `versions` of `version`,
`file`, `sha256`, `needs`) and the files that it names, all beside it.

Editors that know `#:schema` complete and check these files: the schemas are in `schemas/`.
"""


PACK_TAIL = """\
## prospects.csv

Accounts that every rep gets: `name`, and `id`, `aliases` (apart by `;`), `domain`, `stage`; any other column is an
identifier (`cik`, `uei`, `company_number`, …). A rep's own prospect with the same id counts before it.

## README.md, LICENSE

For people. Links in them are not followed.
"""


def pack_format() -> str:
    """Every file of a pack, key by key."""
    parts = [PACK_HEAD.format(member=MAX_MEMBER // 10**6, total=MAX_TOTAL // 10**6)]
    for heading, intro, kind in _PACK_TABLES:
        docs = field_docs(kind)
        rows = [
            f"| `{key}` | {_shown(default)} | {meaning or docs.get(key, '')} |"
            for key, default, meaning in fields_of(kind)
            if kind is not PackSource or key not in FORBIDDEN
        ]
        lines = [f"## {heading}", "", intro, "", "| key | default | meaning |", "| --- | --- | --- |", *rows]
        parts.append("\n".join(lines) + "\n")
    parts.append(PACK_TAIL)
    return "\n".join(parts)


def _shown(default: str) -> str:
    return default if default == "required" else f"`{default}`" if default not in ('""', "[]", "{}", "") else ""


_PACK_TABLES: tuple[tuple[str, str, type[msgspec.Struct]], ...] = (
    ("pack.toml", "What the pack says of itself.", Manifest),
    (
        "sources.toml: [[sources]]",
        "What is polled. Addresses are public web addresses; `id` is required. A source may not have "
        + ", ".join(f"`{key}`" for key in FORBIDDEN)
        + ": those are the rep's (a proposal may show `headers`, `auth` and `allow_private`).",
        PackSource,
    ),
    ("rules.toml: [[rules]]", "What earns a tag, beside leadline's own rules.", RuleTable),
    ("rules.toml: [[kinds]]", "Kinds of text in which cues mean less, or only certain rules count.", KindTable),
    (
        "rules.toml: [context]",
        "Words around a cue that change what it says; `[words]` names lists of words.",
        ContextTable,
    ),
    ("examples.toml: [[examples]]", "Texts with all the content types that they must get.", ExampleTable),
    ("views.toml: [[views]]", "Saved views.", ViewTable),
    ("checklist.toml: [[questions]]", "Qualifying questions.", QuestionTable),
    (
        'overlay.toml: [sources."PACK.SOURCE"]',
        "Not in a pack: the rep's own file beside his config, with his changes to what packs bring.",
        SourceOverlay,
    ),
)


def json_schema(name: str) -> Callable[[], str]:
    """What writes the JSON Schema of a TOML file."""
    return lambda: json.dumps(schema(name), indent=1, ensure_ascii=False) + "\n"


PACK_PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/pack-format.md": pack_format,
    **{f"docs/reference/schemas/{name}.json": json_schema(name) for name in FILES},
}
"""Page → what writes it."""
