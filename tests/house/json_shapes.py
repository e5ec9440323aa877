"""The page of JSON shapes: what each command writes with ``--json``, read off real output on sample data.

The page is held against the commands by the test of generated pages, so that no shape changes unseen.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aggregator.cli import main
from aggregator.model import Fact
from tests.samples import NOW, a_match, a_tag, an_item, fill

HEAD = """\
# JSON of every command

Generated from what the commands write with `--json` on sample data; digests, alerts and deliveries have
[a page of their own](json.md). **This is version 1 of the shapes.** Within a version keys are only added; what is taken
away or comes to mean another thing is a new version, and the changelog says so. Ignore keys that you do not know.

Times are RFC 3339 in UTC, days are `2026-12-14`; `[]` stands for each of a list, `{}` for any key. Types are those of
the samples: where they hold nothing, `null` is all that is shown. `leadline tag` and `match` write JSON lines by
nature, `export` writes its layouts, `metrics` the text format of Prometheus.
"""
CONFIG = """\
database = "leadline.db"
rep = "jo"
[[prospects]]
id = "acme"
name = "Acme Corporation"
aliases = ["Acme"]
domain = "acme.example"
[[sources]]
id = "wire"
name = "The Wire"
url = "http://127.0.0.1:9/feed"
allow_private = ["127.0.0.1"]
"""
RULES = """\
[[rules]]
id = "labs"
signal = "strategy.product_launch"
cues = ["opens a lab"]
"""
OPML = '<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/feed"/></body></opml>'
FIELDS = {"ocid": "ocds-h6vhtk-0579c1", "tag": "tender", "buyer": {"name": "Acme Corporation"}}
COMMANDS = (
    "items", "show ITEM", "show ITEM --versions", "explain ITEM", "tenders --all", "triage ITEM --state kept",
    "note ITEM Ask", "share ITEM", "assign ITEM", "pin ITEM", "answered ITEM", "thank ITEM", "views --save new is:new",
    "correct OTHER --not-tag strategy", "suggest", "suggest --rates", "sources", "source list", "prospect list",
    "prospect show acme", "prospect stage acme pricing --cites ITEM", "prospect add Beta --no-lookup --yes",
    "prospect import crm.csv --yes", "opml import feeds.opml", "config check", "config show", "rules check mine.toml",
    "rules try mine.toml --last 9", "rules eval labelled.jsonl", "rules learn labelled.jsonl",
    "retag", "brief acme", "credit", "report", "audit",
    "poll", "pack list --available", "pack add press-wires --yes", "pack list", "pack show press-wires",
    "overlay set press-wires.prnewswire --mute", "overlay", "overlay unset press-wires.prnewswire",
    "pack pin press-wires", "pack update --check", "pack health", "pack remove press-wires", "pack new team",
    "pack check team", "pack build team", "pack diff team team", "pack publish channel team", "source mute wire",
    "source unmute wire", "prospect edit acme --add-alias ACME", "opml export", "source remove wire", "parse feed.xml",
    "prospect remove beta --dry-run",
    "dossier acme", "handover acme --to delivery",
    "prune --older-than 400d --dry-run", "backup copy.db", "restore copy.db --yes", "doctor",
)  # fmt: skip

ELSEWHERE = ("digest", "alerts", "send")
"""Commands with a page of their own."""
UNSHOWN = ("pack trust", "overlay rule", "source add", "source test")
"""Commands that need a key, a rule of a pack, or a server that answers; their tests hold their shapes."""


def json_shapes() -> str:
    """The page."""
    with TemporaryDirectory() as folder, contextlib.chdir(folder):
        names = _world(Path(folder))
        parts = [HEAD]
        for command in COMMANDS:
            words = [names.get(word, word) for word in command.split()]
            told = _told(["--config", "leadline.toml", *words, "--json"])
            lines = dict.fromkeys(_shape(told, ""))
            parts.append(f"\n## `leadline {command} --json`\n\n" + "\n".join(lines))
    return "\n".join(parts) + "\n"


def _world(folder: Path) -> dict[str, str]:
    """A config, some files and three items; what the words of COMMANDS stand for."""
    tender = an_item(
        "Acme invites bids for pumps", fields=FIELDS,
        facts=(Fact("deadline", "soon", "body", day=(NOW + timedelta(9)).date()),),
        tags=(a_tag("purchasing_plans", "purchasing_plans.tender", words="invites bids"),), matches=(a_match(),),
    )  # fmt: skip
    deal = an_item("Acme acquires Beta Mills", hours=3)
    config = folder / "leadline.toml"
    config.write_text(CONFIG, encoding="utf-8")
    config.chmod(0o600)
    (folder / "mine.toml").write_text(RULES, encoding="utf-8")
    (folder / "feeds.opml").write_text(OPML, encoding="utf-8")
    (folder / "crm.csv").write_text("Account Name,Website\nGamma Ltd,gamma.example\n", encoding="utf-8")
    (folder / "feed.xml").write_text("<rss version='2.0'><channel><item><title>A</title></item></channel></rss>")
    (folder / "labelled.jsonl").write_text('{"title": "Acme to acquire Beta", "types": ["strategy"]}\n')
    fill(config, tender, deal, an_item("Orrin opens a lab in Leeds", hours=5, tags=(), matches=())).close()
    return {"ITEM": tender.id, "OTHER": deal.id}


def _told(arguments: list[str]) -> Any:
    """What a command writes, read; whatever its exit code, as a failed poll tells its shape as well."""
    out = io.StringIO()
    home = {name: os.environ.pop(name) for name in ("LEADLINE_CONFIG",) if name in os.environ}
    stdin, sys.stdin = sys.stdin, io.StringIO("")
    try:
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(io.StringIO()),
            contextlib.suppress(SystemExit),
        ):
            main(arguments)
    finally:
        sys.stdin = stdin
        os.environ.update(home)
    assert out.getvalue(), f"leadline {' '.join(arguments)} wrote nothing"
    return json.loads(out.getvalue())


_KINDS = {bool: "boolean", int: "number", float: "number", str: "string", type(None): "null"}
_ANY_KEY = ("fields", "by_type", "options", "ids", "headers", "report", "families", "types")
"""Keys of these objects are data, not part of a shape."""


def _shape(value: Any, at: str) -> Iterator[str]:
    """A line a leaf: its path and its kind."""
    if isinstance(value, dict):
        if not value or at.rpartition(".")[2] in _ANY_KEY:
            yield f"- `{at or '.'}{{}}`"
            return
        for key in sorted(value):
            yield from _shape(value[key], f"{at}.{key}" if at else key)
    elif isinstance(value, list):
        if not value:
            yield f"- `{at}[]`"
        for each in value:
            yield from _shape(each, f"{at}[]")
    else:
        kind = (
            "null" if value is None else {bool: "boolean", int: "number", float: "number", str: "string"}[type(value)]
        )
        yield f"- `{at or '.'}` {kind}"
