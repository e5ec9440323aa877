"""``leadline suggest``: sources and signals that you nearly always dismiss; nothing is muted by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import as_json, common, data, leave, opened, say
from aggregator.pipeline.keeping import MUTE_FROM, Suggestion
from aggregator.tagging.signals import SIGNAL

if TYPE_CHECKING:
    from aggregator.core import Aggregator


@click.command(
    epilog="""\b
Each line gives what you kept of how many, and the 95% interval of that share.
\b
Example:
  leadline suggest
"""
)
@click.option("--reset", is_flag=True, help="Let only what you keep and dismiss from now on count, also in scores.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def suggest(ctx: click.Context, /, reset: bool, json_: bool, **options: Any) -> None:
    """Name the sources and signals that you nearly always dismiss."""
    aggregator = opened(ctx, **options)
    if reset:
        aggregator.learning.forget()
        say("What you kept and dismissed so far no longer counts; the items stay as they are.")
        leave(0)
    found = aggregator.learning.suggestions()
    if json_:
        as_json([_dict(each) for each in found])
        leave(0)
    for each in found:
        data(_line(each, aggregator))
    if not found:
        say(f"Nothing to suggest. It takes at least {MUTE_FROM} items that you kept or dismissed.")


def _line(each: Suggestion, aggregator: Aggregator) -> str:
    signal = SIGNAL[each.signal].title if each.signal in SIGNAL else each.signal.replace("_", " ")
    what = " from ".join(filter(None, (signal, aggregator.source_name(each.source) if each.source else "")))
    low, high = each.interval
    how = f"kept {each.kept} of {each.seen} [{low:.2f}, {high:.2f}]"
    if each.source and not each.signal:
        return f"{what}: {how}. Should [[sources]] still hold {each.source}, or with a lower `reputation`?"
    return f"{what}: {how}." if each.source else f"{what}: {how}. Leave it out of lists with -type:{each.signal}"


def _dict(each: Suggestion) -> dict[str, Any]:
    return {
        "signal": each.signal or None, "source": each.source or None, "kept": each.kept, "seen": each.seen,
        "interval": [round(end, 4) for end in each.interval],
    }  # fmt: skip
