"""``leadline pack health``: how packs' sources do, what to do about it, and an export for whoever makes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import FAILED, as_json, common, data, leave, opened, say, settle
from aggregator.errors import LeadlineError

if TYPE_CHECKING:
    from aggregator.packs.health import Export, Finding
    from aggregator.packs.tables import PackSource

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(
    short_help="Find sources that are dead, moved, silent, never kept.",
    epilog="""\b
Examples:
  leadline pack health                            of what is here
  leadline pack health --export health.json       to hand to who makes the packs
  leadline pack health --from a.json --from b.json --fix team
\b
An export holds counts and days by source: no prospect, item, note or name.
Exit codes: 0 all well, 1 something is wrong.
""",
)
@click.option("--export", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write an export.")
@click.option("--from", "exports", multiple=True, type=FILES, metavar="FILE", help="Read exports instead.")
@click.option("--fix", type=FOLDER, metavar="DIR", help="Write new addresses into this pack.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def health(
    ctx: click.Context, /, export: Path | None, exports: Sequence[Path], fix: Path | None, json_: bool, **options: Any
) -> None:
    """Say which of the packs' sources are dead, moved, empty, slow, silent or never kept, and what to do."""
    import msgspec

    from aggregator.packs.health import findings, gathered

    if exports:
        settle(ctx, **options)
        told, tables = [_read(path) for path in exports], _tables_of(fix)
    else:
        mine, tables = _mine(ctx, **options)
        told = [mine]
    if export:
        export.write_bytes(msgspec.json.format(msgspec.json.encode(told[0]), indent=1) + b"\n")
        say(f"{export}: {len(told[0].seen)} sources; no prospect, item or note is in it.")
    found = list(findings(gathered(told), tables))
    if json_:
        as_json([{"pack": f.pack, "source": f.source, "what": f.what, "words": f.words, "advice": f.advice,
                  "moved_to": f.moved_to or None} for f in found])  # fmt: skip
    else:
        for each in found:
            data(f"{each.what:10} {each.pack}/{each.source}: {each.words}\n{'':11}{each.advice}")
        if not found:
            say("Every source of every pack does well.")
    if fix:
        _fix(fix, found)
    leave(FAILED if found else 0)


def _mine(ctx: click.Context, **options: Any) -> tuple[Export, dict[tuple[str, str], PackSource]]:
    from aggregator.packs.health import Export, observe
    from aggregator.packs.tables import sources_of

    aggregator = opened(ctx, **options)
    state, library = aggregator.packs.state, aggregator.packs.library
    tables = {
        (id_, table.id or ""): table
        for id_, each in state.packs.items()
        for table in sources_of(library.documents(each.folder).get("sources.toml"))
    }
    seen = observe(
        aggregator.catalog.merged.origins, aggregator.sources(), aggregator.learning.keeps(), aggregator.now()
    )
    return Export(packs={id_: each.version for id_, each in state.packs.items()}, seen=tuple(seen)), tables


def _read(path: Path) -> Export:
    import msgspec

    from aggregator.packs.health import FORMAT, Export

    try:
        found = msgspec.json.decode(path.read_bytes()[:20_000_000], type=Export)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise LeadlineError(
            f"{path} is no export: {error}", hint="`leadline pack health --export` writes one"
        ) from None
    if found.leadline_health != FORMAT:
        raise LeadlineError(f"{path} has format {found.leadline_health}", hint="a newer leadline reads it")
    return found


def _tables_of(folder: Path | None) -> dict[tuple[str, str], PackSource]:
    if folder is None:
        return {}
    from aggregator.packs.content import read_content
    from feeds.packs.archive import read_folder

    content = read_content(read_folder(folder), f"{folder}/")
    return {(content.id, table.id or ""): table for table in content.sources}


def _fix(folder: Path, found: Sequence[Finding]) -> None:
    """Write new addresses into a pack's sources, every other word left as it is."""
    import tomlkit

    path = folder / "sources.toml"
    document = tomlkit.parse(path.read_text("utf-8"))
    known = _tables_of(folder)
    moved = {each.source: each.moved_to for each in found if each.moved_to and (each.pack, each.source) in known}
    sources: Any = document.get("sources", [])
    for table in sources:
        new = moved.get(str(table.get("id", "")))
        if new and not table.get("each"):
            say(f'{path}: {table["id"]}: url = "{table["url"]}" → "{new}"')
            table["url"] = new
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    say(
        "Raise the version in pack.toml, say why in its changelog, then check and publish."
        if moved
        else "Nothing moved."
    )
