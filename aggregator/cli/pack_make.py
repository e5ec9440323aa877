"""``leadline pack new|check|build|diff|publish``: what a manager does to make packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import FAILED, USAGE, as_json, common, data, leave, say, settle
from aggregator.errors import LeadlineError

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.packs.check import Checked
    from feeds.model import Source

JSON = click.option("--json", "json_", is_flag=True, help="As JSON.")
DIR = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR")


@click.command(
    short_help="Start a pack.",
    epilog="""\b
Examples:
  leadline pack new energy-team
  leadline pack new packs/energy --id energy-team --publisher "Sales operations"
""",
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--id", "id_", help="Its id; the folder's name if left out.")
@click.option("--title", help="What to call it.")
@click.option("--publisher", default="My company", show_default=True, help="Who makes it.")
@JSON
@common
@click.pass_context
def new(
    ctx: click.Context, /, folder: Path, id_: str | None, title: str | None, publisher: str, json_: bool, **options: Any
) -> None:
    """Write a folder to start from, each file saying what it is for."""
    from aggregator.config import slug
    from aggregator.packs.new import write_new
    from aggregator.schemas import ADDRESS

    settle(ctx, **options)
    name = id_ or slug(folder.resolve().name)
    files = write_new(folder, name, title or name.replace("-", " ").capitalize(), publisher, ADDRESS)
    if json_:
        as_json({"id": name, "files": [str(each) for each in files]})
    else:
        data(str(folder))
        say(f"Next: put sources into {folder / 'sources.toml'}, then `leadline pack check {folder}`.")


@click.command(
    short_help="Name every fault of a pack.",
    epilog="""\b
Examples:
  leadline pack check mine
  leadline pack check mine --online     and poll each source once
\b
Exit codes: 0 fine, 1 an example fails or a source does not answer, 2 faults.
""",
)
@DIR
@click.option("--online", is_flag=True, help="Also poll each source once.")
@JSON
@common
@click.pass_context
def check(ctx: click.Context, /, folder: Path, online: bool, json_: bool, **options: Any) -> None:
    """Check a pack: its files, templates, examples, that no secret is in it, and none of your prospects or notes."""
    found = _checked(ctx, folder, online=online, **options)
    if json_:
        faults = [
            {"file": f.file, "line": f.line, "key": f.key, "message": f.message, "hint": f.hint} for f in found.faults
        ]
        as_json({"faults": faults, "notes": found.notes, "examples": found.examples})
    else:
        for fault in found.faults:
            say(str(fault), level=-1)
        for note in found.notes:
            say(f"note: {note}")
        if found.content:
            manifest = found.content.manifest
            faults_told = f"{len(found.faults)} faults" if found.faults else "fine"
            data(f"{manifest.id} {manifest.version}: {faults_told}, {found.examples} examples run")
    leave(0 if found.fine else USAGE)


def _checked(ctx: click.Context, folder: Path, *, online: bool = False, **options: Any) -> Checked:
    """A pack's folder, checked against the config of whoever makes it, if he has one."""
    from aggregator import config
    from aggregator.packs.check import check as look
    from feeds.packs.archive import read_folder

    settled = settle(ctx, **options)
    path = config.find(settled["config"])
    own = config.read(path, database=settled["db"]) if path.is_file() or settled["config"] else None
    ask = (lambda sources: _ask(own or config.parse(""), sources)) if online else None
    prospects, notes = (own.prospects if own else ()), _notes(own)
    return look(read_folder(folder), prefix=f"{folder}/", own=prospects, notes=notes, ask=ask)


def _notes(own: Config | None) -> Sequence[str]:
    """What its maker noted on items: none of it may be in a pack."""
    if own is None or not own.database.is_file():
        return ()
    from aggregator.core import Aggregator

    aggregator = Aggregator.open(own)
    try:
        return aggregator.note_texts()
    finally:
        aggregator.close()


def _ask(own: Config, sources: Sequence[Source]) -> Iterator[tuple[Source, str, int]]:
    from aggregator.packs.trying import try_sources

    yield from try_sources(sources, own)


@click.command(
    short_help="Make one file of a pack.",
    epilog="""\b
Examples:
  leadline pack build mine
  leadline pack build mine --key ~/.ssh/id_ed25519 --out dist
\b
The same folder gives the same bytes, on any machine. Exit codes: 0 built,
2 the pack has faults.
""",
)
@DIR
@click.option("--out", type=click.Path(path_type=Path), default=Path(), help="Folder to write it to.")
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="Sign with this OpenSSH key.")
@JSON
@common
@click.pass_context
def build(ctx: click.Context, /, folder: Path, out: Path, key: Path | None, json_: bool, **options: Any) -> None:
    """Check a pack and make one file of it, with a digest of each part and, with --key, a signature."""
    found, raw = _built(ctx, folder, key, **options)
    path = out / f"{found[0]}-{found[1]}.leadpack"
    try:
        out.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    except OSError as error:
        raise LeadlineError(f"{path} cannot be written: {error.strerror}") from None
    if json_:
        import hashlib

        sha256 = hashlib.sha256(raw).hexdigest()
        as_json({"file": str(path), "id": found[0], "version": found[1], "sha256": sha256, "signed": bool(key)})
    else:
        data(str(path))


Named = tuple[str, str, str, str]
"""Id, version, title, needs."""


def _built(ctx: click.Context, folder: Path, key: Path | None, **options: Any) -> tuple[Named, bytes]:
    from feeds.packs import archive, signing

    found = _checked(ctx, folder, **options)
    for fault in found.faults:
        say(str(fault), level=-1)
    if found.faults or found.content is None:
        say("Nothing was built: mend the faults first.", level=-1)
        leave(USAGE)
    members = {
        name: raw for name, raw in archive.read_folder(folder).items() if name not in (archive.SUMS, archive.SIGNATURE)
    }
    signature = signing.sign(archive.sums_of(members), key.expanduser()) if key else b""
    raw = archive.build(members, signature)
    manifest = found.content.manifest
    return (manifest.id, manifest.version, manifest.title, manifest.needs), raw


@click.command(
    short_help="Say what changes for a rep.",
    epilog="""\b
Examples:
  leadline pack diff team-1.2.0.leadpack team
  leadline pack diff https://packs.example/team/team-1.2.0.leadpack ./team
""",
)
@click.argument("old", metavar="A")
@click.argument("new_", metavar="B")
@JSON
@common
@click.pass_context
def diff(ctx: click.Context, /, old: str, new_: str, json_: bool, **options: Any) -> None:
    """Say in words what changes for a rep from A to B: folders, files, addresses, or names of packs."""
    from aggregator.packs.diff import compare

    before, after = (_content(ctx, each, **options) for each in (old, new_))
    change = compare(before, after)
    if json_:
        as_json({
            "from": before.manifest.version, "to": after.manifest.version, "added": [s.id for s in change.added],
            "removed": [s.id for s in change.removed], "changed": [s.id for _, s in change.changed],
            "new_hosts": change.hosts, "changes": change.lines, "waits_for_a_yes": change.retires_much,
        })  # fmt: skip
        leave(0)
    for line in change.lines or ("Nothing changes for a rep.",):
        data(line)
    if change.retires_much:
        say("More than a third of the sources would go: reps are asked before they take it.")


def _content(ctx: click.Context, what: str, **options: Any) -> Any:
    from aggregator.packs.content import read_content
    from aggregator.packs.fetching import sender
    from feeds.packs.channel import opened

    settled = settle(ctx, **options)
    from aggregator import config

    path = config.find(settled["config"])
    own = config.read(path) if path.is_file() else config.parse("")
    with sender(own) as send, opened(what, send, tuple(own.settings.packs.allow_private)) as source:
        if source.members is None:
            raise LeadlineError(f"{what} is a channel", hint="name one file of it")
        return read_content(source.members)


@click.command(
    short_help="Put packs into a channel that reps use.",
    epilog="""\b
Examples:
  leadline pack publish ./channel team --key ~/.ssh/id_ed25519
  leadline pack publish /mnt/share/packs team-1.2.0.leadpack
\b
A channel is a folder of files: serve it from any web server, share or git host.
Reps run `leadline init --channel URL`, or have channel = "URL" in their config.
""",
)
@click.argument("channel", type=click.Path(file_okay=False, path_type=Path), metavar="CHANNEL")
@click.argument("packs", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="DIR|FILE...")
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="Sign with this OpenSSH key.")
@JSON
@common
@click.pass_context
def publish(
    ctx: click.Context, /, channel: Path, packs: Sequence[Path], key: Path | None, json_: bool, **options: Any
) -> None:
    """Build packs, or take built files, and put them into a channel's folder; versions published before stay."""
    from feeds.packs import channel as channels

    made = [_publishable(ctx, each, key, **options) for each in packs]
    index = channels.publish(channel, made)
    if json_:
        as_json({"channel": str(channel), "published": [{"id": id_, "version": version} for id_, version, *_ in made]})
    else:
        for id_, version, *_ in made:
            data(f"published {id_} {version}")
        say(f"{channel} offers {_listed(each.id for each in index.packs)}. Serve it; reps name its address.")


def _publishable(ctx: click.Context, path: Path, key: Path | None, **options: Any) -> tuple[str, str, str, str, bytes]:
    if path.is_dir():
        named, raw = _built(ctx, path, key, **options)
        return (*named, raw)
    from aggregator.packs.check import check as look
    from feeds.packs.archive import open_archive

    raw = path.read_bytes()
    found = look(open_archive(raw))
    if key:
        raise click.UsageError("--key signs folders; a file is published as it was built", ctx)
    if not found.fine or found.content is None:
        for fault in found.faults:
            say(str(fault), level=-1)
        leave(FAILED)
    manifest = found.content.manifest
    return manifest.id, manifest.version, manifest.title, manifest.needs, raw


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
