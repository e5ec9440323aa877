"""Asking before something is changed: on a terminal a question, elsewhere what to add to the command."""

from __future__ import annotations

import sys

import click

from aggregator.cli.output import FAILED, USAGE, leave, say


def agreed(question: str, *, yes: bool) -> None:
    """Go on only with a yes; a no leaves with exit code 1, no terminal to ask on with 2."""
    if yes:
        return
    if not sys.stdin.isatty():
        say(f"{question} There is no terminal to ask on, and nothing was changed.\n  hint: --yes agrees", level=-1)
        leave(USAGE)
    if not click.confirm(question, default=False, err=True):
        say("Nothing was changed.")
        leave(FAILED)
