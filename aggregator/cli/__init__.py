"""``leadline …``: parse, call the Aggregator, print. stdout is data, stderr is narration."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from feeds import __version__

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

COMMANDS = {
    "init": "init:init",
    "poll": "poll:poll",
    "digest": "digest:digest",
    "brief": "dossier:brief",
    "dossier": "dossier:dossier",
    "handover": "dossier:handover",
    "items": "items:items",
    "show": "show:show",
    "alerts": "alerts:alerts",
    "send": "send:send",
    "export": "export:export",
    "audit": "export:audit",
    "credit": "report:credit",
    "report": "report:report",
    "explain": "explain:explain",
    "tenders": "tenders:tenders",
    "triage": "triage:triage",
    "note": "team:note",
    "share": "team:share",
    "assign": "team:assign",
    "pin": "team:pin",
    "answered": "team:answered",
    "thank": "team:thank",
    "views": "team:views",
    "correct": "correct:correct",
    "suggest": "suggest:suggest",
    "sources": "sources:sources",
    "pack": "pack:pack",
    "overlay": "overlay:overlay",
    "opml": "opml:opml",
    "source": "source:source",
    "prospect": "prospect:prospect",
    "run": "run:run",
    "config": "config:config",
    "parse": "parse:parse",
    "tag": "tag:tag",
    "match": "match:match",
    "rules": "rules:rules",
    "retag": "retag:retag",
    "backup": "upkeep:backup",
    "restore": "upkeep:restore",
    "prune": "upkeep:prune",
    "doctor": "doctor:doctor",
    "metrics": "metrics:metrics",
    "demo": "demo:demo",
    "completion": "completion:completion",
}
"""Command → the module and function beside this file, loaded only when that command runs."""

EPILOG = """\b
Examples:
  leadline init                         write a commented config
  leadline poll                         fetch what is due
  leadline digest                       read today's digest
  leadline items "cloud migration"      search everything that was stored
\b
Exit codes: 0 fine, 1 failed, 2 usage or configuration, 3 some sources failed,
69 no network, 70 a fault of leadline's own, 74 the database cannot be used, 75 another poll
holds the sources.
"""


class Commands(click.Group):
    """The built-in commands, and those of other packages (entry-point group ``leadline.commands``)."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Built-in commands in the order of COMMANDS, then the others."""
        return [*COMMANDS, *sorted(each.name for each in _others())]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """As click does, from the generated list: loading every command takes a third of a second."""
        from aggregator.cli.short_help import SHORT_HELP

        others = {each.name: each.load().get_short_help_str() for each in _others()}
        with formatter.section("Commands"):
            formatter.write_dl([*SHORT_HELP.items(), *sorted(others.items())])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """A command, imported now."""
        if cmd_name in COMMANDS:
            module, _, function = COMMANDS[cmd_name].partition(":")
            command: click.Command = getattr(import_module(f"aggregator.cli.{module}"), function)
            return command
        found = [each for each in _others() if each.name == cmd_name]
        return found[0].load() if found else None

    def invoke(self, ctx: click.Context) -> Any:
        """As click does, but a reader who left early is no failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            from aggregator.cli.output import ReaderLeft

            raise ReaderLeft from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, and with a guess where there is no such command."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from feeds.tables import did_you_mean

            hint = did_you_mean(args[0], self.list_commands(ctx))
            raise click.UsageError(f"{error.message}\n  hint: {hint}", ctx) from None


def _others() -> EntryPoints:
    """Commands of other packages; looking for them takes longer than most commands do, so only when it must be."""
    from importlib.metadata import entry_points

    return entry_points(group="leadline.commands")


@click.command(cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="leadline")
@click.option("--config", "config", metavar="FILE", help="Use this config file.")
@click.option("--db", metavar="FILE", help="Use this database instead of the configured one.")
@click.option("-v", "--verbose", count=True, help="Say more (repeat for still more).")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.pass_context
def cli(ctx: click.Context, /, config: str | None, db: str | None, verbose: int, quiet: bool) -> None:
    """The wire for the accounts you sell to.

    leadline polls feeds and public records, matches what they bring to your prospects, tags it by what it means for
    selling, each tag with its reason, and prints a daily digest that also says what it could not see.
    """
    ctx.obj = {"config": config, "db": db, "verbosity": -1 if quiet else verbose}


def main(arguments: list[str] | None = None) -> Any:
    """Run a command line; errors that a user can mend become one plain message and an exit code."""
    import gc

    from aggregator.cli.output import guarded

    gc.set_threshold(50_000, 20, 50)  # looking for circles after every 700 objects takes a tenth of a poll's CPU
    return guarded(lambda: cli.main(args=arguments, prog_name="leadline", standalone_mode=False))
