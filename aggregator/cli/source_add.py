"""``leadline source add``: from an address to a source in the config."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import USAGE, as_json, common, data, leave, opened, say
from aggregator.errors import LeadlineError

if TYPE_CHECKING:
    from aggregator.core import Aggregator
    from aggregator.trying import Trial
    from feeds.connectors.addresses import Known
    from feeds.model import Source


def known_as(wanted: str) -> Known | None:
    """What an address is known to be."""
    from feeds.connectors.addresses import recognized

    return recognized(wanted)


def table_for(
    aggregator: Aggregator,
    wanted: str,
    prospect: str,
    kind: str,
    *,
    name: str = "",
    id_: str = "",
    auth: str = "",
    private: Sequence[str] = (),
) -> dict[str, Any]:
    """The table that asks what stands at an address."""
    from aggregator.configuring import Configuring
    from aggregator.source_proposals import owner, source_table

    known = known_as(wanted) if not kind else None
    if prospect and prospect not in {each.id for each in aggregator.catalog.prospects}:
        raise LeadlineError(f"no prospect has the id {prospect!r}", hint="`leadline prospect list` names them")
    if known and not prospect:
        prospect = owner(known, aggregator.catalog.prospects)
    path = aggregator.config.path
    taken = {each.id for each in aggregator.catalog.sources} | set(Configuring(path).source_ids() if path else ())
    return source_table(
        known.kind if known else kind or "feed",
        url=known.url if known else wanted if "://" in wanted else f"https://{wanted}",
        known=known,
        prospect=prospect,
        name=name,
        id_=id_,
        auth=auth,
        private=private,
        taken=taken,
        prospects=len(aggregator.catalog.prospects),
    )


def made_of(aggregator: Aggregator, table: Mapping[str, Any]) -> Source:
    """The source that a table makes, the first of several; leaves with 2 where something is missing."""
    from aggregator.configured import lacking_lines
    from aggregator.source_tables import decode_source
    from aggregator.templates import expand

    checked = decode_source(table, [each.id for each in aggregator.catalog.prospects])
    made, lacking = expand([(checked, "")], aggregator.catalog.prospects)
    if made:
        return made[0]
    told = list(lacking_lines(lacking)) or [("", "It is a prospect's, and none is meant.", "Name one with --prospect.")]
    say(f"leadline: {told[0][1]}\n  hint: {told[0][2]}", level=-1)
    return leave(USAGE)


@click.command(
    short_help="Add a source by its address.",
    epilog="""\b
URL is a feed, a page that names feeds, or a page of a public record that
leadline knows by its address: EDGAR, Companies House, Find a Tender, Contracts
Finder, TED, SAM.gov, USAspending, the Federal Register, Greenhouse, Lever,
Ashby, GitHub, Bluesky, Mastodon and others. CIK0000320193 and a company number
will do, too. A feed is asked once before it is written down.
\b
Examples:
  leadline source add https://acme.example/news --prospect acme
  leadline source add https://boards.greenhouse.io/acme --prospect acme
  leadline source add CIK0000320193 --dry-run
  leadline source add https://acme.example/suppliers --kind page_watch
\b
Exit codes: 0 added, 1 not added, 2 usage, or a choice is needed (the feeds to
choose from are on stdout).
""",
)
@click.argument("url")
@click.option("--prospect", metavar="ID", default="", help="It is this prospect's own source.")
@click.option("--kind", metavar="KIND", default="", help="Which connector reads it, if not as its address says.")
@click.option("--id", "id_", metavar="ID", default="", help="Its id; made of prospect and name if left out.")
@click.option("--name", default="", help="What to call it.")
@click.option("--auth", metavar="REF", default="", help='Its key: "env:NAME", "file:PATH", "cmd:COMMAND".')
@click.option("--allow-private", "private", multiple=True, metavar="NET", help="Let it be fetched from this network.")
@click.option("--no-check", is_flag=True, help="Write it down without asking it first.")
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def add(
    ctx: click.Context,
    /,
    url: str,
    prospect: str,
    kind: str,
    id_: str,
    name: str,
    auth: str,
    private: Sequence[str],
    no_check: bool,
    yes: bool,
    dry_run: bool,
    json_: bool,
    **options: Any,
) -> None:
    """Find out what stands at an address, and add the source that reads it to the config."""
    from aggregator.configuring import Configuring
    from aggregator.editing import table_text

    aggregator = opened(ctx, **options)
    config_path = aggregator.config.path
    assert config_path is not None
    given: dict[str, Any] = {"id_": id_, "auth": auth, "private": private}
    table = table_for(aggregator, url, prospect, kind, name=name, **given)
    editing = Configuring(config_path, dry_run=dry_run)
    _refuse_double(editing, table)
    if table.get("kind", "feed") == "feed" and not no_check:
        address, title = _feed(aggregator, table, json_)
        table = table_for(aggregator, address, prospect, "feed", name=name or title, **given)
        _refuse_double(editing, table)
    else:
        made_of(aggregator, table)
    text = table_text("sources", table)
    say(f"{'Would add' if dry_run else 'To be added'} to {config_path}:\n\n{text}")
    if not dry_run and not yes and sys.stdin.isatty() and not click.confirm("Add it?", default=True, err=True):
        say("Nothing was changed.")
        leave(1)
    editing.add_source(table)
    _remarks(aggregator, table)
    if json_:
        as_json({"source": table, "config": str(config_path), "written": not dry_run})
    else:
        data(table["id"])
    if not dry_run:
        name = table["id"]
        say(f"Next: `leadline source test {name}`, `leadline poll`. Undo: `leadline source remove {name}`.")


def _refuse_double(editing: Any, table: Mapping[str, Any]) -> None:
    if there := editing.same_source(table):
        raise LeadlineError(f"the source {there!r} asks that already", hint=f"`leadline source test {there}` tries it")


def _remarks(aggregator: Aggregator, table: Mapping[str, Any]) -> None:
    """What the user has still to see to: a key, a contact, a quota."""
    from aggregator.source_tables import about
    from aggregator.trying import shown_url

    of = about(str(table.get("kind", "feed")))
    if "…" in shown_url(str(table.get("url", ""))):
        say("Its address holds a key in the open: if its kind takes `auth`, name the key there instead.")
    if of.needs_key:
        say(f"It needs a key ({of.key}): let {table['auth']} name it.")
    if of.contact and "@" not in aggregator.catalog.settings.poll.contact:
        say("It may be asked only with your contact: set `contact` in [poll] to your name and e-mail address.")
    if table.get("each"):
        count = len(aggregator.catalog.prospects)
        say(f"It makes a source for each prospect that has what it needs; there are {count}.")


def _feed(aggregator: Aggregator, table: Mapping[str, Any], json_: bool) -> tuple[str, str]:
    """The address and title of the feed that is meant: at the address itself, or one that the page there names."""
    trial = aggregator.try_source(made_of(aggregator, table))
    if trial.outcome == "failed" and trial.feeds:
        chosen = _chosen(trial.feeds, json_)
        say(f"The page names the feed {chosen}")
        trial = aggregator.try_source(made_of(aggregator, {**table, "url": chosen}))
    if trial.outcome != "failed" and trial.outcome != "held":
        latest = f", the latest: {trial.items[0].title}" if trial.items else ""
        say(f"{trial.title or 'A feed'}: {len(trial.items)} entries{latest}")
        return trial.source.url, trial.title
    raise LeadlineError(f"{table['url']}: {trial.reason}", hint=_way_out(trial, str(table["url"])))


def _way_out(trial: Trial, url: str) -> str:
    if trial.is_page:
        return f"it names no feed; `leadline source add {url} --kind page_watch` tells what changes on the page"
    return "--no-check writes it down all the same"


def _chosen(feeds: Sequence[str], json_: bool) -> str:
    """The only feed, or the one that the user chooses; where nobody can be asked they are listed, and 2 is left."""
    if len(feeds) == 1:
        return feeds[0]
    if not sys.stdin.isatty():
        if json_:
            as_json({"feeds": feeds, "written": False})
        else:
            for each in feeds:
                data(each)
        say("The page names several feeds: add the one that you mean by its own address.", level=-1)
        leave(USAGE)
    for number, each in enumerate(feeds, 1):
        say(f"{number:3}  {each}")
    number = click.prompt("Which feed?", type=click.IntRange(1, len(feeds)), default=1, err=True)
    return feeds[number - 1]
