"""``leadline prospect add``: a name to a prospect, with what public records say of it if the user takes that."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import as_json, common, data, leave, opened, say
from aggregator.errors import LeadlineError
from aggregator.model import STAGES

if TYPE_CHECKING:
    from aggregator.core import Aggregator
    from aggregator.identifying import Proposal

LISTS = ("aliases", "require", "exclude")


@click.command(
    short_help="Add a prospect.",
    epilog="""\b
Wikidata and EDGAR's list of tickers are asked who that may be, if `contact` in
[poll] names you. What they say is proposed: you choose on a terminal, and
elsewhere only --yes takes it, and only where one company is surely meant.
\b
Examples:
  leadline prospect add "Acme Corp" --domain acme.com
  leadline prospect add "Acme Corp" --alias ACME --id cik=0000320193 --no-lookup
\b
Exit codes: 0 added, 1 not added, 2 usage or configuration.
""",
)
@click.argument("name")
@click.option("--domain", default="", help="Its web domain.")
@click.option("--alias", "aliases", multiple=True, metavar="NAME", help="Another name that it goes by.")
@click.option("--id", "ids", multiple=True, metavar="KEY=VALUE", help="An identifier in public records.")
@click.option("--stage", metavar="STAGE", type=click.Choice(STAGES), default=None, help="Where the sale stands.")
@click.option("--as", "id_", metavar="ID", default="", help="Its short name; made of the name if left out.")
@click.option("--no-lookup", is_flag=True, help="Ask nobody.")
@click.option("--yes", is_flag=True, help="Take what is surely meant, and do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def add(
    ctx: click.Context,
    /,
    name: str,
    domain: str,
    aliases: Sequence[str],
    ids: Sequence[str],
    stage: str | None,
    id_: str,
    no_lookup: bool,
    yes: bool,
    dry_run: bool,
    json_: bool,
    **options: Any,
) -> None:
    """Add a prospect to the config, with the identifiers that public records give it."""
    from aggregator.configuring import Configuring
    from aggregator.crm import host_of
    from aggregator.editing import table_text
    from aggregator.slugs import slug

    aggregator = opened(ctx, **options)
    if not name.strip():
        raise click.UsageError("Give its name.")
    told: dict[str, Any] = {
        "domain": host_of(domain) or domain,
        "stage": stage,
        "aliases": list(aliases),
        "ids": ids_of(ids),
    }
    table: dict[str, Any] = {
        "id": id_ or slug(name),
        "name": name.strip(),
        **{key: value for key, value in told.items() if value},
    }
    _refuse_double(aggregator, table)
    found = () if no_lookup else _proposals(aggregator, table)
    table = _settled(table, found, yes)
    path = aggregator.config.path
    assert path is not None
    say(f"{'Would add' if dry_run else 'To be added'} to {path}:\n\n{table_text('prospects', table)}")
    if found and not (yes or dry_run) and sys.stdin.isatty() and not click.confirm("Add it?", default=True, err=True):
        say("Nothing was changed.")
        leave(1)
    Configuring(path, dry_run=dry_run).add_prospect(table)
    if json_:
        proposed = [proposal_dict(each) for each in found]
        as_json({"prospect": table, "proposals": proposed, "config": str(path), "written": not dry_run})
    else:
        data(table["id"])
    if not dry_run:
        _say_next(table)


def _say_next(table: Mapping[str, Any]) -> None:
    name = table["id"]
    say(f"Next: `leadline prospect show {name}`, `leadline source add URL --prospect {name}`.")
    say(f"Undo: take the table with the id {name!r} out of the config.")


def _refuse_double(aggregator: Aggregator, table: Mapping[str, Any]) -> None:
    from aggregator.pipeline.names import folded, without_legal_form

    name = without_legal_form(folded(table["name"]))
    for each in aggregator.catalog.prospects:
        names = [without_legal_form(folded(known)) for known in (each.name, *each.aliases)]
        how = (
            "has that id" if each.id == table["id"]
            else "has that domain" if table.get("domain") and each.domain == table["domain"]
            else "goes by that name" if name in names else ""
        )  # fmt: skip
        if how and not (how == "goes by that name" and table.get("domain") and each.domain):
            raise LeadlineError(f"{each.name} ({each.id}) {how} already", hint=f"`leadline prospect edit {each.id}`")


def _proposals(aggregator: Aggregator, table: Mapping[str, Any]) -> tuple[Proposal, ...]:
    """Who it may be in public records, shown with why."""
    from aggregator.identifying import proposals

    answers = aggregator.look_up(table["name"])
    for note in answers.notes:
        say(note)
    domain, ids = table.get("domain", ""), table.get("ids", {})
    found = proposals(table["name"], answers.candidates, domain=domain, identifiers=ids)
    if found:
        say("It may be:")
    for number, each in enumerate(found, 1):
        told = [f"{key} {value}" for key, value in each.candidate.identifiers.items()]
        told += [each.candidate.domain] if each.candidate.domain else []
        told += ["also " + ", ".join(each.candidate.aliases[:6])] if each.candidate.aliases else []
        what = f": {each.candidate.description}" if each.candidate.description else ""
        say(f"{number:3}  {each.candidate.name}{what}\n     {', '.join(each.why)} ({', '.join(each.found_in)})")
        say(f"     {'; '.join(told) or 'no identifiers'}")
    if not found and not answers.notes:
        say("Neither Wikidata nor EDGAR's list of tickers knows the name.")
    return found


def _settled(table: dict[str, Any], found: Sequence[Proposal], yes: bool) -> dict[str, Any]:
    """The table with what the user takes of the proposals; nobody is taken for surely meant who is not."""
    from aggregator.identifying import sure_one, taken_over

    if not found:
        return table
    sure = sure_one(found)
    if yes:
        if sure is None:
            say("None of them is surely meant: only what you gave is added.")
        return taken_over(table, sure) if sure else table
    if not sys.stdin.isatty():
        say("Only what you gave is added; --yes takes what is surely meant, `leadline prospect edit` adds the rest.")
        return table
    default = found.index(sure) + 1 if sure else 0
    number = click.prompt(
        "Which one? (0 for none)", type=click.IntRange(0, len(found)), default=default, err=True
    )  # fmt: skip
    return taken_over(table, found[number - 1]) if number else table


def proposal_dict(each: Proposal) -> dict[str, Any]:
    """A proposal as plain values."""
    return {
        "id": each.candidate.id, "name": each.candidate.name, "description": each.candidate.description,
        "aliases": each.candidate.aliases, "domain": each.candidate.domain, "ids": dict(each.candidate.identifiers),
        "found_in": each.found_in, "why": each.why,
    }  # fmt: skip


def ids_of(pairs: Sequence[str], *, empty: bool = False) -> dict[str, str]:
    """``KEY=VALUE`` pairs as identifiers. Raises click.UsageError for what is none."""
    found = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign or not key.strip() or not (value.strip() or empty):
            raise click.UsageError(f"{pair!r} is no KEY=VALUE, such as cik=0000320193.")
        found[key.strip().lower()] = value.strip()
    return found


def fields_of(pairs: Sequence[str]) -> dict[str, Any]:
    """``FIELD=VALUE`` pairs as keys of a prospect's table, None for an empty one. Raises for an unknown field."""
    from aggregator.prospect_tables import OWN_KEYS
    from feeds.tables import did_you_mean

    found: dict[str, Any] = {}
    allowed = [key for key in OWN_KEYS if key != "ids"]
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign or key not in allowed:
            hint = "use --id for identifiers" if key not in allowed and sign else "write FIELD=VALUE"
            raise click.UsageError(f"{pair!r}: {did_you_mean(key, allowed)}; {hint}.")
        value = value.strip()
        listed = [each.strip() for each in value.split(";") if each.strip()]
        found[key] = (listed if key in LISTS else value) or None
    if "name" in found and not found["name"]:
        raise click.UsageError("A prospect needs a name.")
    return found
