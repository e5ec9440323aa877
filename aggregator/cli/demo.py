"""``leadline demo``: the main job on sample feeds and APIs, over real HTTP on loopback, without the internet."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs

from aggregator.cli.digest import print_digest
from aggregator.cli.output import data, say
from aggregator.errors import LeadlineError

if TYPE_CHECKING:
    from aggregator.core import Aggregator


@click.command(
    short_help="Try leadline on bundled sample feeds and APIs.",
    epilog="""\b
Examples:
  leadline demo
  leadline demo --dir ./demo --serve   keep the server running, to poll it again
""",
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False),
    help="Keep config and database here, in place of an earlier demo's.",
)
@click.option("--serve", is_flag=True, help="Keep serving the sample sources until Ctrl-C.")
def demo(folder: str | None, serve: bool) -> None:
    """Poll bundled sample feeds and APIs over HTTP, print their digest, and say what to try next."""
    from aggregator import config
    from aggregator.core import Aggregator
    from aggregator.demo.server import serving
    from aggregator.demo.world import clear, write_config

    place = Path(folder).resolve() if folder else Path(platformdirs.user_cache_dir("leadline")) / "demo"
    in_the_way = clear(place)
    if in_the_way:
        raise LeadlineError(
            f"{in_the_way} is not a demo's: the folder was left as it is", hint="choose another folder with --dir"
        )
    with serving() as samples:
        path = write_config(place, samples)
        aggregator = Aggregator.open(config.read(path))
        try:
            _show(aggregator)
            again = aggregator.refresh(force=True)
        finally:
            aggregator.close()
        unchanged = sum(hit.status == 304 for hit in samples.hits)
        say(f"\nPolled once more: {unchanged} sources answered 304 Not Modified, {again.new} items added.")
        _advise(path)
        if serve:
            say(f"\nServing the sample sources at {samples.base} until Ctrl-C.")
            _wait()


def _show(aggregator: Aggregator) -> None:
    report = aggregator.refresh()
    say(
        f"Polled {len(report.results)} sample sources over HTTP on loopback in {report.seconds:.1f} s: "
        f"{report.new} items.\n"
    )
    print_digest(aggregator.digest(since="14d"), "text")


def _advise(path: Path) -> None:
    program = _program()
    data(f"\nTry next, with the demo's config:\n  export LEADLINE_CONFIG={shlex.quote(str(path))}")
    for words, meaning in (
        ('items "smart meters"', "full-text search"),
        ("items type:purchasing_plans", "only what is about to be bought"),
        ("sources", "the health of each source"),
        ("tui", "the desk: triage by key"),
    ):
        data(f"  {program} {words:30} # {meaning}")
    data(f"and with your own:\n  unset LEADLINE_CONFIG; {program} init")


def _program() -> str:
    """How the program that runs can be called from here: by name where the shell finds it, else by its path."""
    found, called = shutil.which("leadline"), Path(sys.argv[0])
    if found or called.name != "leadline":
        return "leadline"
    with contextlib.suppress(ValueError):
        return str(called.resolve().relative_to(Path.cwd()))
    return str(called)


def _wait() -> None:
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
