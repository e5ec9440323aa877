"""``leadline metrics``: how things stand, for Prometheus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from aggregator.cli.output import common, data, opened


@click.command(
    short_help="Write metrics for Prometheus.",
    epilog="""\b
Example, for node_exporter's textfile collector, after each poll:
  leadline poll --quiet; leadline metrics -o /var/lib/node_exporter/leadline.prom
""",
)
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write this file, whole.")
@common
@click.pass_context
def metrics(ctx: click.Context, /, output: Path | None, **options: Any) -> None:
    """Write sources by state, what is due and how late, items and the last answers."""
    from aggregator.metrics import exposition
    from aggregator.whole_file import writing

    text = exposition(opened(ctx, **options))
    if output is None:
        data(text.rstrip("\n"))
        return
    with writing(output) as file:
        file.write(text)
