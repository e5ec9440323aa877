"""``leadline prospect import``: a CRM's export to prospects."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import SOME_FAILED, as_json, common, data, leave, opened, say
from aggregator.digest.words import counted
from aggregator.errors import LeadlineError

if TYPE_CHECKING:
    from aggregator.core import Aggregator
    from aggregator.crm import Export, Import

MAX_FILE = 100_000_000
SHOWN = 20
"""Lines told one by one; --json tells all."""


@click.command(
    "import",
    short_help="Import prospects from a CRM's export.",
    epilog="""\b
FILE is CSV as Salesforce, HubSpot, Pipedrive and others export it, in whatever
encoding and with whatever separator. What each column means is guessed from
its name and shown; --map says otherwise: FIELD is name, aliases, domain, stage,
id, an identifier (cik, uei, …), or - to leave a column out. Prospects go to a
list beside the config, which `prospect_files` names.
\b
Examples:
  leadline prospect import accounts.csv --dry-run
  leadline prospect import accounts.csv --map "Firma=name" --map "Notes=-"
  leadline prospect import accounts.csv --update --yes
\b
Exit codes: 0 all rows were taken, 1 none, 2 usage or configuration, 3 some rows
are bad or doubles (they are named by line).
""",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "maps", multiple=True, metavar="COLUMN=FIELD", help="What a column is (repeat for more).")
@click.option("--update", is_flag=True, help="Change prospects that are there already as the file says.")
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def import_(
    ctx: click.Context,
    /,
    file: Path,
    maps: Sequence[str],
    update: bool,
    yes: bool,
    dry_run: bool,
    json_: bool,
    **options: Any,
) -> None:
    """Import prospects from a CSV file, as CRMs export it."""
    from aggregator.configuring import Configuring
    from aggregator.crm import import_rows, read_export

    aggregator = opened(ctx, **options)
    with file.open("rb") as opened_file:
        export = read_export(opened_file.read(MAX_FILE))
    mapping = _mapping(export, maps)
    _say_mapping(file, export, mapping)
    done = import_rows(export, mapping, aggregator.catalog.prospects, update=update)
    _say_rows(done, update)
    ask = not (yes or dry_run) and sys.stdin.isatty()
    if (done.new or done.changed) and ask and not click.confirm("Write them?", default=True, err=True):
        say("Nothing was changed.")
        leave(1)
    path = aggregator.config.path
    assert path is not None
    target, kept = None, None
    if done.new or done.changed:
        target, kept = Configuring(path, dry_run=dry_run).add_prospects(done.new, done.changed)
    if json_:
        as_json(_result(export, mapping, done, target, dry_run))
    else:
        data(_summary(done, target, dry_run))
    _say_moved(aggregator, done)
    if target and not dry_run:
        say(f"Undo: put {kept} back in its place." if kept else f"Undo: take {target.name} out of `prospect_files`.")
    leave(_code(done))


def _say_moved(aggregator: Aggregator, done: Import) -> None:
    """Prospects whose stage somebody moved since: that holds, whatever the file says."""
    moved = aggregator.team.stages()
    for name, changes in list(done.changed.items())[:SHOWN]:
        if "stage" in changes and moved.get(name, changes["stage"]) != changes["stage"]:
            say(
                f"  {name} was moved to {moved[name]}, which holds; `leadline prospect stage {name} {changes['stage']}`"
            )


def _code(done: Import) -> int:
    taken = done.new or done.changed or done.same
    if done.bad or done.doubles:
        return SOME_FAILED if taken or not done.bad else 1
    return 0


def _mapping(export: Export, maps: Sequence[str]) -> dict[str, str]:
    """Column → field: as proposed, and as the user says. Raises for a column that is not there."""
    from aggregator.crm_words import FIELDS, IGNORED, proposed_mapping
    from feeds.tables import did_you_mean

    mapping = proposed_mapping(export.header)
    for pair in maps:
        column, sign, name = pair.rpartition("=")
        if not sign or column not in export.header:
            hint = did_you_mean(column, list(export.header)) if sign else "write COLUMN=FIELD"
            raise click.UsageError(f"--map {pair!r}: no such column; {hint}.")
        field = name.strip().lower()
        mapping = {each: of for each, of in mapping.items() if each != column and of != field}
        if field != IGNORED:
            mapping[column] = field
    if "name" not in mapping.values():
        raise LeadlineError(
            f"no column looks like a company's name: {', '.join(export.header[:20])}",
            hint=f'say which: --map "COLUMN=name" (fields: {", ".join(FIELDS)}, cik, …)',
        )
    return {column: mapping[column] for column in export.header if column in mapping}


def _say_mapping(file: Path, export: Export, mapping: Mapping[str, str]) -> None:
    sign = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar"}.get(export.delimiter, export.delimiter)
    say(f"{file}: {counted(len(export.rows), 'row')}, {export.encoding}, {sign}")
    for column, name in mapping.items():
        say(f"  {column} → {name}")
    left = [column for column in export.header if column not in mapping and column]
    if left:
        say(f"  left out: {', '.join(left)}")


def _say_rows(done: Import, update: bool) -> None:
    told = [(line, f"bad: {words}") for line, words in done.bad]
    told += [(line, f"double: {words}") for line, words in done.doubles]
    told += [(line, f"note: {words}") for line, words in done.doubtful]
    for line, words in sorted(told)[:SHOWN]:
        say(f"  line {line}: {words}")
    if len(told) > SHOWN:
        say(f"  and {len(told) - SHOWN} lines more (--json names all)")
    for stage, count in done.stages.most_common(SHOWN):
        say(f"  stage {stage!r} has no clear counterpart: {counted(count, 'row')} at prospecting")
    if not update and any("as prospect " in words for _, words in done.doubles):
        say("  --update changes prospects that are there already as the file says")


def _summary(done: Import, target: Path | None, dry_run: bool) -> str:
    words = [f"{len(done.new)} new", f"{len(done.changed)} changed", f"{len(done.doubles)} doubles",
             f"{len(done.bad)} bad"]  # fmt: skip
    words += [f"{done.same} as they were"] if done.same else []
    place = f"; {'would be' if dry_run else 'now'} in {target}" if target else "; nothing to write"
    return ", ".join(words) + place


def _result(
    export: Export, mapping: Mapping[str, str], done: Import, target: Path | None, dry_run: bool
) -> dict[str, Any]:
    def lines(told: Sequence[tuple[int, str]]) -> list[dict[str, Any]]:
        return [{"line": line, "why": words} for line, words in told]

    return {
        "rows": len(export.rows), "encoding": export.encoding, "delimiter": export.delimiter, "mapping": dict(mapping),
        "new": done.new, "changed": done.changed, "same": done.same, "doubles": lines(done.doubles),
        "bad": lines(done.bad), "doubtful": lines(done.doubtful), "unclear_stages": dict(done.stages),
        "file": str(target) if target else None, "written": bool(target) and not dry_run,
    }  # fmt: skip
