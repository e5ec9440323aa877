"""``leadline doctor``: is everything that leadline needs in order?"""

from __future__ import annotations

from typing import Any

import click

from aggregator.cli.output import FAILED, OK, as_json, common, data, leave, settle


@click.command(
    short_help="Check that everything is in order.",
    epilog="""\b
Examples:
  leadline doctor
  leadline doctor --json
\b
Exit code 0 if nothing is wrong, 1 otherwise.
""",
)
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def doctor(ctx: click.Context, /, json_: bool, **options: Any) -> None:
    """Check the config, the rules, the database, the full-text index and the sources, and say what to do."""
    from aggregator.health import examine

    settled = settle(ctx, **options)
    findings = examine(settled["config"], settled["db"])
    if json_:
        as_json([{"what": f.what, "state": f.state, "words": f.words, "hint": f.hint} for f in findings])
    else:
        for finding in findings:
            told = [*finding.words.splitlines(), *([f"hint: {finding.hint}"] if finding.hint else [])]
            data(f"{finding.state:5} {finding.what:10} " + f"\n{'':17}".join(told))
    leave(FAILED if any(finding.state == "wrong" for finding in findings) else OK)
