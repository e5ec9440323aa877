"""``leadline pack``: the packs of sources and rules that managers make and reps use."""

from __future__ import annotations

import click

from aggregator.cli.pack_health import health
from aggregator.cli.pack_make import build, check, diff, new, publish
from aggregator.cli.pack_use import add, list_, pin, remove, show, trust, update


@click.group(
    short_help="Use and make packs of sources and rules.",
    epilog="""\b
Examples:
  leadline pack add press-wires                    one that ships with leadline
  leadline pack add https://packs.example/team     all that your team has
  leadline pack update --check                     what is newer
  leadline pack new mine && leadline pack check mine
""",
)
def pack() -> None:
    """Packs are folders of data: sources to poll, rules, saved views, qualifying questions.

    Whoever uses them: add list show update remove pin trust. Whoever makes them: new check build diff publish health.
    """


for command in (add, list_, show, update, remove, pin, trust, new, check, build, diff, publish, health):
    pack.add_command(command)
