"""``leadline prospect remove``: a prospect taken out of the config; what was stored of it stays."""

from __future__ import annotations

from typing import Any

import click

from aggregator.cli.output import as_json, common, data, opened, say


@click.command(
    short_help="Take a prospect out of the config.",
    epilog="""\b
Its items stay, with your triage, notes and stage moves; they show again once
it is back under the same id. Sources of its own cannot stand without it:
--with-sources takes them out, too. What is taken out is shown as it stood.
\b
Examples:
  leadline prospect remove acme --dry-run
  leadline prospect remove acme --with-sources
""",
)
@click.argument("name", metavar="PROSPECT")
@click.option("--with-sources", is_flag=True, help="Take the sources that are its own out, too.")
@click.option("--dry-run", is_flag=True, help="Show what would be taken out, and write nothing.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def remove(ctx: click.Context, /, name: str, with_sources: bool, dry_run: bool, json_: bool, **options: Any) -> None:
    """Take a prospect out of the config or its list; its items, triage and notes stay."""
    from aggregator.configuring import Configuring

    aggregator = opened(ctx, **options)
    known = aggregator.prospect(name)
    path = aggregator.config.path
    assert path is not None
    done = Configuring(path, dry_run=dry_run).remove_prospect(known.id, with_sources=with_sources)
    if json_:
        as_json(
            {
                "id": known.id, "file": str(done.path), "text": done.text, "written": not dry_run,
                "sources": [
                    {"id": id_, "text": text} for id_, text in zip(done.sources, done.source_texts, strict=True)
                ],
                "no_longer_naming_it": done.shared,
            }
        )  # fmt: skip
    else:
        would = "would be" if dry_run else "was"
        data(f"{known.id} {would} taken out of {done.path}")
        for each in done.sources:
            data(f"its source {each} {would} taken out of {path}")
        for each in done.shared:
            data(f"the source {each} {'would' if dry_run else 'does'} no longer name it")
    back = f"put this back into {done.path.name}:\n\n{done.text.rstrip()}\n"
    if done.source_texts:
        back += f"\nand into {path.name}:\n\n" + "\n".join(done.source_texts)
    again = f" Name it again in: {', '.join(done.shared)}." if done.shared else ""
    say(("" if dry_run else "What was stored of it stays. ") + f"Undo: {back.rstrip()}{again}")
