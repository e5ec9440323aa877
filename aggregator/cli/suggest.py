"""``leadline suggest``: sources and signals that you nearly always dismiss; nothing is muted by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import as_json, common, data, leave, opened, say
from aggregator.pipeline.keeping import MUTE_FROM, KeepRate, Suggestion
from aggregator.tagging.signals import SIGNAL

if TYPE_CHECKING:
    from aggregator.core import Aggregator


@click.command(
    epilog="""\b
Each line gives what you kept of how many, and the 95% interval of that share.
\b
Examples:
  leadline suggest
  leadline suggest --rates                        what you kept of each
  leadline suggest --reset                        all starts anew
  leadline suggest --reset strategy.partnership   a signal, or a source
"""
)
@click.option("--rates", "rates_", is_flag=True, help="What you kept of each signal and of each source.")
@click.option(
    "--reset",
    metavar="[NAME]",
    is_flag=False,
    flag_value="",
    default=None,
    help="Let only what comes from now on count: of a signal, a source, or all.",
)
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def suggest(ctx: click.Context, /, rates_: bool, reset: str | None, json_: bool, **options: Any) -> None:
    """Name the sources and signals that you nearly always dismiss."""
    aggregator = opened(ctx, **options)
    if reset is not None:
        aggregator.forget(reset)
        of = f" of {reset}" if reset else ""
        say(f"What you kept and dismissed{of} so far no longer counts; the items stay as they are.")
        leave(0)
    if rates_:
        _show_rates(aggregator.learning.rates(), aggregator, json_=json_)
        leave(0)
    found = aggregator.learning.suggestions()
    if json_:
        as_json([_dict(each) for each in found])
        leave(0)
    for each in found:
        data(_line(each, aggregator))
    if not found:
        say(f"Nothing to suggest. It takes at least {MUTE_FROM} items that you kept or dismissed.")


def _show_rates(found: list[KeepRate], aggregator: Aggregator, *, json_: bool) -> None:
    if json_:
        as_json([_dict(each) for each in found])
        return
    for each in found:
        low, high = each.interval
        name = each.signal or f"source {each.source} ({aggregator.source_name(each.source)})"
        data(f"{name}: kept {each.kept} of {each.seen} [{low:.2f}, {high:.2f}]")
    if not found:
        say("You kept and dismissed nothing yet, or started anew.")


def _line(each: Suggestion, aggregator: Aggregator) -> str:
    signal = SIGNAL[each.signal].title if each.signal in SIGNAL else each.signal.replace("_", " ")
    what = " from ".join(filter(None, (signal, aggregator.source_name(each.source) if each.source else "")))
    low, high = each.interval
    how = f"kept {each.kept} of {each.seen} [{low:.2f}, {high:.2f}]"
    if each.source and not each.signal:
        return f"{what}: {how}. Should [[sources]] still hold {each.source}, or with a lower `reputation`?"
    return f"{what}: {how}." if each.source else f"{what}: {how}. Leave it out of lists with -type:{each.signal}"


def _dict(each: Suggestion | KeepRate) -> dict[str, Any]:
    return {
        "signal": each.signal or None, "source": each.source or None, "kept": each.kept, "seen": each.seen,
        "interval": [round(end, 4) for end in each.interval],
    }  # fmt: skip
