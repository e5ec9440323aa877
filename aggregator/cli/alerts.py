"""``leadline alerts``: run alerts now, see what they would send, and why each item was or was not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import FAILED, as_json, common, data, leave, opened, say

if TYPE_CHECKING:
    from aggregator.alerting import Ran
    from aggregator.core import Aggregator
    from aggregator.model import AlertEntry


@click.command(
    short_help="Run alerts, or tell why they were sent.",
    epilog="""\b
Alerts are [[alerts]] in the config: a query (or a saved view, as @name), a
target, and how many messages it may get (`at_most = "3/1h"`). They run after
each poll. A story is told once; again only with a new phase, amount or deadline.
What is over the rate comes in one summary.
\b
Examples:
  leadline alerts                  run them now
  leadline alerts --dry-run        what would be sent; nothing is, nor remembered
  leadline alerts --why            what was made of which item, and why
  leadline alerts --why --alert deals --since 7d --json
\b
Exit codes: 0 done, 1 something did not arrive (it is tried again).
""",
)
@click.option("--why", is_flag=True, help="Show the log instead of running.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send and remember nothing.")
@click.option("--alert", metavar="ID", default="", help="With --why: only this alert.")
@click.option("--since", metavar="WHEN", help="With --why: 24h, 7d, a date.")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="With --why: entries.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def alerts(
    ctx: click.Context, /, why: bool, dry_run: bool, alert: str, since: str | None, limit: int, json_: bool,
    **options: Any,
) -> None:  # fmt: skip
    """Run the alerts, or show why each item was or was not sent."""
    aggregator = opened(ctx, **options)
    if why:
        log = aggregator.alerting.log(alert, since=aggregator.moment(since) if since else None, limit=limit)
        _show(aggregator, log, json_)
        return
    if not aggregator.config.alerts:
        say("No alerts are configured: add [[alerts]] to the config.")
    ran = aggregator.alerting.run(dry_run=dry_run)
    if json_:
        as_json([
            {"alert": each.alert, "sent": each.sent, "error": each.error, "notice": each.notice, "dry_run": dry_run,
             "entries": [_as_dict(entry) for entry in each.entries]}
            for each in ran
        ])  # fmt: skip
    else:
        for each in ran:
            _tell(each, dry_run)
            for entry in each.entries if dry_run else ():
                data(_line(aggregator, entry))
    leave(FAILED if any(each.error for each in ran) else 0)


def run_alerts(aggregator: Aggregator) -> None:
    """Run them after a poll; what fails is told, and is tried again after the next."""
    for each in aggregator.alerting.run() if aggregator.config.alerts else ():
        if each.entries or each.error or each.notice:
            _tell(each, dry_run=False)


def _tell(ran: Ran, dry_run: bool) -> None:
    verb = "would be told" if dry_run else "told"
    held = sum(entry.decision == "held" for entry in ran.entries)
    words = f"alert {ran.alert}: {ran.sent} {verb}" + (f", {held} held" if held else "")
    say(words + (f"; {ran.notice}" if ran.notice else ""))
    if ran.error:
        say(f"  {ran.error}", level=-1)


def _show(aggregator: Aggregator, log: list[AlertEntry], json_: bool) -> None:
    if json_:
        as_json([_as_dict(entry) for entry in log])
        return
    for entry in log:
        data(_line(aggregator, entry))
    if not log:
        say("No alert has met an item yet.")


def _line(aggregator: Aggregator, entry: AlertEntry) -> str:
    item = aggregator.item(entry.item)
    title = item.title if item else "(pruned)"
    told = f"{entry.at.astimezone():%Y-%m-%d %H:%M}  {entry.alert}  {entry.decision}"
    return f"{told}  {entry.item[:8]}  {title}\n    {entry.why}"


def _as_dict(entry: AlertEntry) -> dict[str, Any]:
    return {
        "alert": entry.alert, "item": entry.item, "at": entry.at, "decision": entry.decision, "why": entry.why,
        "told": dict(entry.told), "delivery": entry.delivery or None,
    }  # fmt: skip
