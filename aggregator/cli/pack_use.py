"""``leadline pack add|list|show|update|remove|pin|trust``: what a rep does with packs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.asking import agreed
from aggregator.cli.columns import aligned, screen_width
from aggregator.cli.output import FAILED, as_json, common, data, leave, say, settle

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.packs.installs import Packs
    from aggregator.packs.plan import Plan
    from aggregator.packs.tables import PackSource

JSON = click.option("--json", "json_", is_flag=True, help="As JSON.")
YES = click.option("--yes", is_flag=True, help="Agree without being asked.")


def packs_of(ctx: click.Context, **options: Any) -> Packs:
    """The packs of the config that the options name."""
    from aggregator.core import utc_now
    from aggregator.packs.installs import Packs

    return Packs(config_of(ctx, **options), utc_now)


def config_of(ctx: click.Context, **options: Any) -> Config:
    """The config that the options name."""
    from aggregator import config

    settled = settle(ctx, **options)
    return config.read(config.find(settled["config"]), database=settled["db"])


@click.command(
    short_help="Add a pack, or all of a channel.",
    epilog="""\b
Examples:
  leadline pack add press-wires
  leadline pack add team-1.2.0.leadpack
  leadline pack add https://packs.example/team
  leadline pack add git+https://git.example/team/packs.git#wires
\b
What comes is shown before it is in force: sources, hosts, terms, quotas, who
signed it. Exit codes: 0 added, 1 refused or declined, 2 nobody to ask (--yes).
""",
)
@click.argument("what", metavar="NAME|FILE|DIR|URL")
@click.option("--older", is_flag=True, help="Take an older version than was here.")
@YES
@JSON
@common
@click.pass_context
def add(ctx: click.Context, /, what: str, older: bool, yes: bool, json_: bool, **options: Any) -> None:
    """Add a pack, or every pack of a channel, after showing what comes with it."""
    packs = packs_of(ctx, **options)
    plans = packs.plan(what, older=older)
    fresh = [plan for plan in plans if not plan.changes_nothing]
    for plan in plans:
        if plan.changes_nothing:
            say(f"{plan.id} {plan.version} is here already.")
    take(packs, fresh, yes=yes)
    if json_:
        as_json([plan_dict(plan) for plan in fresh])
    elif fresh:
        data("\n".join(f"added {plan.told}" for plan in fresh))
        say("Next: `leadline poll` asks the new sources. `leadline pack remove` takes a pack away again.")


def take(packs: Packs, plans: Sequence[Plan], *, yes: bool) -> None:
    """Show plans, ask once for all, and put them in force."""
    show_plans(packs.config, plans, yes=yes)
    for plan in plans:
        packs.put(plan)


def show_plans(config: Config, plans: Sequence[Plan], *, yes: bool) -> None:
    """Show what plans bring, and go on only with a yes."""
    for plan in plans:
        for line in told(config, plan):
            say(line)
    if plans:
        agreed(f"Put {', '.join(plan.id for plan in plans)} in force?", yes=yes)


def told(config: Config, plan: Plan) -> list[str]:
    """What a rep is shown of a plan."""
    from aggregator.packs.describe import described

    prospects = {each.id: each for each in (*plan.content.prospects, *config.prospects)}
    lines = list(described(plan.content, plan.signer, list(prospects.values())))
    if plan.new_key and plan.signer:
        lines.append(f"  key       seen for the first time; from now on only this key counts for {plan.id}")
    if plan.current:
        lines.append(f"  replaces  {plan.current.version}")
        lines += [f"  {line}" for line in plan.change.lines[:40]]
    lines += [f"  news      {line}" for line in plan.news[:10]] if plan.current else []
    lines += [f"  CAUTION   {doubt}" for doubt in plan.doubts]
    return lines


def plan_dict(plan: Plan) -> dict[str, Any]:
    """A plan as plain values."""
    return {
        "id": plan.id, "version": plan.version, "from": plan.current.version if plan.current else None,
        "origin": plan.origin, "signer": plan.signer.fingerprint if plan.signer else None,
        "added": [each.id for each in plan.change.added], "removed": [each.id for each in plan.change.removed],
        "changed": [new.id for _, new in plan.change.changed], "hosts": plan.hosts, "news": plan.news,
        "changes": plan.change.lines, "doubts": plan.doubts,
    }  # fmt: skip


@click.command(
    name="list",
    short_help="List installed packs, and those that can be added.",
    epilog="""\b
Examples:
  leadline pack list
  leadline pack list --available     what ships with leadline, and for whom
""",
)
@click.option("--available", is_flag=True, help="List what can be added, and for whom it is.")
@JSON
@common
@click.pass_context
def list_(ctx: click.Context, /, available: bool, json_: bool, **options: Any) -> None:
    """List what is installed, where it came from and what waits; then what ships with leadline."""
    from feeds.packs.library import shelf_packs
    from feeds.packs.signing import Signer

    packs = packs_of(ctx, **options)
    state = packs.state
    shelf = [name for name in shelf_packs() if name not in state.packs]
    if available:
        _available(shelf, json_=json_)
        leave(0)
    if json_:
        installed = [
            {
                "id": id_, "version": each.version, "previous": each.previous_version or None, "pinned": each.pinned,
                "origin": each.origin, "signer": Signer(each.signer).fingerprint if each.signer else None,
                "added_at": each.added_at, "waiting": state.waiting[id_].version if id_ in state.waiting else None,
            }
            for id_, each in state.packs.items()
        ]  # fmt: skip
        as_json({"installed": installed, "shelf": shelf, "checked_at": state.checked_at})
        leave(0)
    rows = [
        (id_, each.version, "pinned" if each.pinned else "", "signed" if each.signer else "unsigned", each.origin)
        for id_, each in state.packs.items()
    ]
    for line in aligned(rows, width=screen_width(), most=(30, 20, 6, 8)):
        data(line)
    for id_, waiting in state.waiting.items():
        say(f"{id_} {waiting.version} waits: {waiting.why}. `leadline pack update {id_}` takes it.")
    if not rows:
        say("No pack is installed.")
    if shelf:
        say(f"Ready to add: {', '.join(shelf)}. `leadline pack list --available` says for whom.")


def _available(shelf: Sequence[str], *, json_: bool) -> None:
    """Packs that ship with leadline and are not installed, each with whom it serves."""
    from feeds.packs.library import shelf_text
    from feeds.packs.manifest import FILE, read_manifest
    from feeds.tables import Document

    manifests = filter(None, (read_manifest(Document.parse(shelf_text(name, FILE), name)) for name in shelf))
    rows = [(each.id, each.for_whom, each.description) for each in manifests]
    if json_:
        as_json([{"id": id_, "for_whom": whom, "description": description} for id_, whom, description in rows])
        return
    for line in aligned([row[:2] for row in rows], width=screen_width(), most=(30,)):
        data(line)
    if not rows:
        say("Every pack that ships with leadline is installed.")


@click.command(
    short_help="Show what a pack holds.",
    epilog="""\b
Examples:
  leadline pack show press-wires      installed, on the shelf or in the channel
  leadline pack show ./mine           a folder or file, before it is added
""",
)
@click.argument("what", metavar="NAME|FILE|DIR|URL")
@JSON
@common
@click.pass_context
def show(ctx: click.Context, /, what: str, json_: bool, **options: Any) -> None:
    """Show a pack's sources, terms, quotas and hosts; nothing is changed."""
    from aggregator.packs.content import read_content
    from aggregator.packs.describe import described
    from feeds.packs.signing import Signer

    packs = packs_of(ctx, **options)
    installed = packs.state.packs.get(what)
    if installed:
        signer = Signer(installed.signer) if installed.signer else None
        shown = [(read_content(packs.library.members(installed.folder)), signer)]
    else:
        shown = [(plan.content, plan.signer) for plan in packs.plan(what, older=True)]
    if json_:
        as_json([content_dict(content) for content, _ in shown])
        leave(0)
    for content, signer in shown:
        for line in described(content, signer, packs.config.prospects):
            data(line)
        for table in content.sources:
            if table.proposal:
                data(proposed(table))
                continue
            data(f"  source    {table.id}: {table.name or table.kind}  {table.url}".rstrip())
        for view in content.views:
            data(f"  view      {view.id}: {view.title}: {view.query}")
        for question in content.questions:
            data(f"  question  {question.type}: {question.question}")


def proposed(table: PackSource) -> str:
    """A proposal as a rep would write it into his config."""
    import msgspec

    from aggregator.example import toml_value
    from aggregator.source_tables import SourceTable

    lines = ["", f"# {table.id}: for your config, once filled in", "[[sources]]"]
    for each in msgspec.structs.fields(SourceTable):
        value = getattr(table, each.name)
        if value not in (each.default, None, [], {}, ""):
            told = ", ".join(f"{key} = {toml_value(v)}" for key, v in value.items()) if isinstance(value, dict) else ""
            lines.append(f"{each.name} = {{ {told} }}" if told else f"{each.name} = {toml_value(value)}")
    return "\n".join(lines)


def content_dict(content: Any) -> dict[str, Any]:
    """What a pack says, as plain values."""
    import msgspec

    from aggregator.packs.content import hosts_of
    from feeds.tables import as_number

    plain = msgspec.to_builtins(content.manifest, builtin_types=(datetime,))
    sources = [msgspec.to_builtins(each, enc_hook=as_number) for each in content.sources]
    return {
        **plain, "sources": sources, "hosts": hosts_of(content.sources),
        "views": content.views, "questions": content.questions,
        "prospects": [each.id for each in content.prospects], "readme": content.readme,
    }  # fmt: skip


@click.command(
    short_help="Take newer versions.",
    epilog="""\b
Examples:
  leadline pack update             look everywhere, show, ask, take
  leadline pack update --check     only say what is newer
  leadline pack update team --yes
\b
`leadline run` and `leadline poll` do this by themselves, once a day ([packs]
check_every); an update that retires more than a third of a pack's sources
waits for you. Exit codes: 0 fine, 1 an update failed (the old one stays).
""",
)
@click.argument("ids", nargs=-1, metavar="[PACK]...")
@click.option("--check", "only_check", is_flag=True, help="Change nothing.")
@YES
@JSON
@common
@click.pass_context
def update(
    ctx: click.Context, /, ids: tuple[str, ...], only_check: bool, yes: bool, json_: bool, **options: Any
) -> None:
    """Look where packs came from, show what changes, and take it."""
    packs = packs_of(ctx, **options)
    for id_ in ids:
        packs.installed(id_)
    offer = packs.offer(ids)
    if not json_:
        for plan in offer.plans if only_check else ():
            data("\n".join(told(packs.config, plan)))
    if not only_check:
        take(packs, offer.plans, yes=yes)
    if json_:
        problems = [{"what": each.what, "words": each.words} for each in offer.problems]
        as_json({"updates": [plan_dict(plan) for plan in offer.plans], "problems": problems, "taken": not only_check})
    elif not only_check:
        for plan in offer.plans:
            data(plan.told)
    for problem in offer.problems:
        say(f"{problem.what}: {problem.words}\n  what was here stays in force", level=-1)
    if not offer.plans and not offer.problems:
        say("Everything is up to date.")
    leave(FAILED if offer.problems else 0)


@click.command(
    short_help="Take a pack out of force.",
    epilog="""\b
Example:
  leadline pack remove press-wires
\b
Its sources are no longer polled; its items, your verdicts and notes stay.
`leadline pack add` brings it back as it was.
""",
)
@click.argument("id_", metavar="PACK")
@JSON
@common
@click.pass_context
def remove(ctx: click.Context, /, id_: str, json_: bool, **options: Any) -> None:
    """Take a pack out of force: its sources are retired, never its items."""
    found = packs_of(ctx, **options).remove(id_)
    if json_:
        as_json({"removed": id_, "version": found.version})
    else:
        data(f"removed {id_} {found.version}; its items stay")


@click.command(
    short_help="Keep a pack at a version, or go back to the one before.",
    epilog="""\b
Examples:
  leadline pack pin team            no more updates
  leadline pack pin team 1.3.0      back to the version before, and stay there
  leadline pack pin team --off      let it be updated again
""",
)
@click.argument("id_", metavar="PACK")
@click.argument("version", required=False, default="")
@click.option("--off", is_flag=True, help="Let it be updated again.")
@JSON
@common
@click.pass_context
def pin(ctx: click.Context, /, id_: str, version: str, off: bool, json_: bool, **options: Any) -> None:
    """Keep a pack at the version that it has, or at the one before."""
    found = packs_of(ctx, **options).pin(id_, version, pinned=not off)
    if json_:
        as_json({"id": id_, "version": found.version, "pinned": found.pinned})
    else:
        data(f"{id_} {found.version}: {'stays' if found.pinned else 'is updated again'}")


@click.command(
    short_help="Say by whose key a pack must be signed.",
    epilog="""\b
Examples:
  leadline pack trust                                   whom you trust for what
  leadline pack trust team boss.pub                     from now on only this key
  leadline pack trust team boss.pub --until 2027-06-30  and not after that day
""",
)
@click.argument("id_", metavar="[PACK]", required=False)
@click.argument("key", metavar="[KEY]", required=False)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Not after this day.")
@JSON
@common
@click.pass_context
def trust(
    ctx: click.Context, /, id_: str | None, key: str | None, until: datetime | None, json_: bool, **options: Any
) -> None:
    """List or set the keys by which packs must be signed. The first key seen of a pack is remembered by itself.

    KEY is a .pub file, or its line in quotes.
    """
    from feeds.packs.signing import Signer

    packs = packs_of(ctx, **options)
    if id_ and key:
        text = Path(key).read_text("utf-8") if Path(key).is_file() else key
        packs.trust(id_, text, until.date() if until else None)
    elif id_ or key:
        raise click.UsageError("name a pack and a key, or nothing", ctx)
    found = {name: each for name, each in packs.state.trust.items() if not id_ or name == id_}
    if json_:
        as_json([{"pack": name, "key": t.key, "fingerprint": Signer(t.key).fingerprint, "since": t.since,
                  "until": t.until} for name, t in found.items()])  # fmt: skip
        leave(0)
    for name, each in found.items():
        data(f"{name}  {Signer(each.key).fingerprint}" + (f"  until {each.until}" if each.until else ""))
    if not found:
        say("No signed pack was added yet.")
