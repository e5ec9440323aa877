"""``leadline send``: the targets, what was sent to them, and a test of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from aggregator.cli.columns import aligned, screen_width
from aggregator.cli.output import as_json, common, data, opened, say
from aggregator.model import Delivery


@click.command(
    short_help="Test a target; list targets and what was sent.",
    epilog="""\b
Targets are [[targets]] in the config: mail, Slack, Teams and others by Apprise
(the extra `notify`), signed webhooks, files, stdout. `leadline digest --send`
and alerts use them.
\b
Examples:
  leadline send                    the targets, and what was sent lately
  leadline send --test team        send a message that says it is a test
  leadline send --json
\b
Exit codes: 0 done, 1 the test did not arrive.
""",
)
@click.option("--test", "target", metavar="TARGET", help="Send a test to this target.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Deliveries to list.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def send(ctx: click.Context, /, target: str | None, limit: int, json_: bool, **options: Any) -> None:
    """List targets and what was sent to them; with --test, send a test."""
    aggregator = opened(ctx, **options)
    outbox = aggregator.delivering
    if target:
        outbox.test(target)
        say(f"The test went to {target}.")
        return
    sent = outbox.deliveries(limit=limit)
    if json_:
        as_json({
            "version": 1,
            "targets": [{"id": t.id, "kind": t.kind, "format": t.format, "internal": t.internal}
                        for t in outbox.targets],
            "deliveries": [_as_dict(each) for each in sent],
        })  # fmt: skip
        return
    for each in outbox.targets:
        data(f"{each.id}  {each.kind}  {each.format}{'  internal' if each.internal else ''}")
    if not outbox.targets:
        say("No targets are configured: add [[targets]] to the config.")
    for line in aligned(_rows(sent), width=screen_width(), most=(16, 8, 20, 12, 12)):
        data(line)


def _rows(sent: list[Delivery]) -> Iterator[tuple[str, ...]]:
    for each in sent:
        yield f"{each.at.astimezone():%Y-%m-%d %H:%M}", each.what, each.target, each.state, each.rep, each.words or "-"


def _as_dict(each: Delivery) -> dict[str, Any]:
    return {
        "id": each.id, "what": each.what, "target": each.target, "rep": each.rep, "state": each.state, "at": each.at,
        "done_at": each.done_at, "words": each.words,
    }  # fmt: skip
