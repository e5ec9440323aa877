"""Writes what is generated from the one list of each thing: the example config and the reference pages.

Run as ``python -m tests.house.generate``; a test fails when a page differs from what this would write.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from aggregator.cli import COMMANDS, cli
from aggregator.example import example, settings_table
from aggregator.store import open_store
from aggregator.tagging.content_types import CONTENT_TYPES
from aggregator.tagging.signals import SIGNALS
from feeds.connectors import KINDS, connector
from feeds.politeness import spell
from tests.house.json_shapes import json_shapes
from tests.house.pack_pages import PACK_PAGES
from tui.keys import ACTIONS, all_shown

ROOT = Path(__file__).parent.parent.parent


def commands() -> str:
    """Every command's own help."""
    parts = ["# Commands\n\nGenerated from the commands' own help: `leadline COMMAND --help` prints the same.\n"]
    parts.append(f"```text\n{_help(cli, 'leadline')}\n```\n")
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        parts.append(f"## leadline {name}\n\n```text\n{_help(command, f'leadline {name}')}\n```\n")
        for sub in getattr(command, "commands", {}).values():
            parts.append(
                f"### leadline {name} {sub.name}\n\n```text\n{_help(sub, f'leadline {name} {sub.name}')}\n```\n"
            )
    return "\n".join(parts)


def settings() -> str:
    """Every setting with its default."""
    lines = ["# Settings\n\nGenerated from the settings table; `config.example.toml` holds the same.\n"]
    section = None
    lists = ("prospects", "sources", "targets", "alerts")
    for name, key, default, meaning in settings_table():
        if name != section:
            title = f"`[[{name}]]`" if name in lists else f"`[{name}]`" if name else "At the top"
            lines.append(f"\n## {title}\n\n| key | default | meaning |\n| --- | --- | --- |")
            section = name
        shown = f"`{default}`" if default not in ('""', "") else ""
        lines.append(f"| `{key}` | {shown} | {meaning} |")
    return "\n".join(lines) + "\n"


def vocabulary() -> str:
    """Content types and signals."""
    lines = ["# Content types and signals\n\nGenerated from the lists in `aggregator/tagging/`.\n"]
    for kind in CONTENT_TYPES:
        lines.append(
            f"\n## {kind.title} (`{kind.id}`)\n\n{kind.meaning}\n\n"
            "| signal | weight | time | why now |\n| --- | --- | --- | --- |"
        )
        for signal in SIGNALS:
            if signal.type == kind.id:
                time = f"halves in {signal.half_life} days" if signal.half_life else signal.shape
                lines.append(f"| `{signal.id}` {signal.title} | {signal.weight} | {time} | {signal.why_now} |")
    return "\n".join(lines) + "\n"


def keys() -> str:
    """Keys of the desk."""
    head = (
        "# Keys of the desk\n\nGenerated from the one list of actions in `tui/keys.py`. Each name stands on the `:`\n"
        "line, and under `keys` in the config's `[desk]` to bind other keys; digits before a key repeat it.\n"
    )
    lines = [head]
    for group in dict.fromkeys(action.group for action in ACTIONS):
        lines.append(f"\n## {group}\n\n| key | name | what it does |\n| --- | --- | --- |")
        for action in ACTIONS:
            if action.group == group:
                shown = all_shown(action.keys).replace("|", "\\|")
                takes = f" {action.takes}".replace("|", "\\|") if action.takes else ""
                where = " (on the sources screen)" if action.scope == "sources" else ""
                lines.append(f"| {shown} | `{action.name}{takes}` | {action.help}{where} |")
    return "\n".join(lines) + "\n"


_TABLES = {
    "sources": "What is polled, and what is remembered of it between polls; `spec` is the source as JSON.",
    "items": "Every item. `n` is what other tables refer to; `id` is the same in every database. `extra` is JSON.",
    "tags": "Why an item has a content type: signal, evidence with its place, rule, pack, confidence, phase.",
    "matches": "Which prospects an item concerns, and why.",
    "versions": "Former texts of edited items, the newest first.",
    "verdicts": "What each rep made of an item (his triage state).",
    "notes": "Notes on items and prospects; `visibility` is private, shared or removed.",
    "corrections": "A rep's own word on a tag or a prospect of an item.",
    "deeds": "The ledger: shares, owners, answers, pins, thanks, stage moves, views, what left. It only grows.",
    "standing": "What holds after the ledger, and who was first.",
    "outbox": "What was sent: entered before it left, settled afterwards; `items` is JSON.",
    "alert_log": "What each alert made of an item, and why.",
    "marks": "Remembered moments, such as the last digest of a rep.",
    "about": "What the database says of itself.",
    "changes": "What the full-text index has yet to take in.",
    "pruned": "What was pruned, so that it does not come back.",
    "documents": "Local copies of documents: whence, when, by whom; `sha256` names the file in `documents/`.",
    "spent": "Requests counted against quotas.",
    "holds": "Quotas that a publisher asked to leave alone for a while.",
    "host_holds": "Hosts that asked for a pause, and until when.",
    "_sqlite_migrations": "The steps that the schema has gone through.",
}


def database() -> str:
    """Every table and column, read from a new database."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "leadline.db"
        open_store(path).close()
        with closing(sqlite3.connect(path)) as db:
            names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")]
            columns = {name: db.execute(f'SELECT name, type, "notnull", pk FROM pragma_table_info("{name}")').fetchall()
                       for name in names if not name.startswith("sqlite_")}  # fmt: skip
    parts = [_DATABASE]
    for name, found in columns.items():
        parts.append(f"\n## {name}\n\n{_TABLES.get(name, '')}\n\n| column | type |\n| --- | --- |")
        parts += [f"| `{column}` | {kind.lower()}{' (key)' if key else ''} |" for column, kind, _, key in found]
    return "\n".join(parts) + "\n"


_DATABASE = """\
# The database

Generated from the schema. It is one SQLite file, and yours: open it with whatever reads SQLite, best a copy
(`leadline backup copy.db`), and never write to it. Times are microseconds since 1970-01-01 UTC.

    leadline backup copy.db
    datasette copy.db
    sqlite-utils copy.db "select title, datetime(seen_at / 1000000, 'unixepoch') as seen from items
      join tags on tags.item = n where type = 'purchasing_plans' order by n desc limit 20" --table

Beside it lie `NAME.search.db` (the full-text index; deleting it is harmless), `NAME.run` while `leadline run` works,
and SQLite's own `-wal` and `-shm` files."""


def sources() -> str:
    """Every kind of source."""
    head = """# Sources: what can be asked, kind by kind

Generated from what each connector says of itself. Every kind is a `[[sources]]` table in the config; settings that all
kinds share stand in [the settings](../reference/settings.md).

- `leadline source add URL` writes such a table: of a feed, a page that names one, or of a public record, job board or
  account that it knows by its address; `leadline source test ID` (or any address) asks once, stores nothing, and shows
  the request as sent, the answer, the items with their tags and what would be new; `--raw` shows records that cannot be
  read. `leadline source mute`, `unmute` and `remove` edit the config with its comments kept, and no items are lost.
- `leadline sources` (or `leadline source list`) tells of each its state, items, last answer, next poll, how often it is
  asked, items a week over the last four weeks, what of its items you kept, and the error in words.
- `each = "prospect"` makes one source for each prospect that has what the kind needs, `ID.PROSPECT`; `stage` and
  `prospects` choose among them. What a prospect lacks is no error: `leadline sources` and `leadline doctor` list the
  source as *not configured* with what is missing. Identifiers stand in the prospect's `ids`.
- In `url`, `name` and `options`, `${name}`, `${domain}` and `${…}` of any identifier are filled from the prospect.
- A key is named in `auth`, never written: `"env:NAME"`, `"file:PATH"`, `"cmd:pass show …"`, or
  `"keyring:SERVICE/NAME"` with the extra `keyring`. It goes to the source's own host alone, and is shown nowhere.
- Publishers' quotas are kept over all sources and restarts. A source whose quota is spent is *held* until there is
  room, the one that waited longest first; `leadline config check` says beforehand, with the arithmetic, where a quota
  cannot do.
- What a source already has when it is first asked is stored, but is no news.
- A record that cannot be read is skipped and counted: `leadline sources` says how many, why, and how the first begins.
"""
    parts = [head]
    for kind in KINDS:
        about = connector(kind).ABOUT
        needs = ", ".join(f"`{each}`".replace("|", "` or `") for each in about.needs) or "nothing"
        takes = f"; may have {', '.join(f'`{each}`' for each in about.takes)}" if about.takes else ""
        every = f"\n- Asked every {spell(about.every)} unless `every` says otherwise." if about.every else ""
        key = f"\n- Key: {about.key}." if about.key else ""
        contact = "\n- Needs `contact` in `[poll]`: a name and an e-mail address." if about.contact else ""
        local = "\n- Reads this machine's files; no pack may bring it." if about.local else ""
        parts.append(
            f"## {about.title} (`{kind}`)\n\n{about.brings}\n\n- Needs {needs}{takes}.{key}{contact}{local}{every}\n"
            f"- Limits: {about.limits}\n\n```toml\n{about.example.strip()}\n```\n"
        )
    return "\n".join(parts)


def short_help() -> str:
    """What `leadline --help` says of each command, so that it need not load them all."""
    lines = [
        '"""What ``leadline --help`` says of each command; generated, so that it need not load them all."""',
        "",
        "from __future__ import annotations",
        "",
        "SHORT_HELP = {",
    ]
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        lines.append(f'    "{name}": "{command.get_short_help_str(limit=80)}",')
    return "\n".join([*lines, "}", '"""Command → its short help."""', ""])


PAGES: dict[str, Callable[[], str]] = {
    "aggregator/cli/short_help.py": short_help,  # first: the page of commands shows it
    "config.example.toml": example,
    "docs/reference/commands.md": commands,
    "docs/reference/settings.md": settings,
    "docs/reference/vocabulary.md": vocabulary,
    "docs/reference/keys.md": keys,
    "docs/reference/database.md": database,
    **PACK_PAGES,
    "docs/reference/json-shapes.md": json_shapes,
    "docs/guide/sources.md": sources,
}
"""Page → what writes it."""


def _help(command: click.Command, name: str) -> str:
    context = click.Context(
        command, info_name=name, terminal_width=100, max_content_width=100, help_option_names=["-h", "--help"]
    )
    return command.get_help(context).rstrip()


if __name__ == "__main__":
    for page, write in PAGES.items():
        ROOT.joinpath(page).parent.mkdir(parents=True, exist_ok=True)
        ROOT.joinpath(page).write_text(write(), encoding="utf-8")
        click.echo(page)
