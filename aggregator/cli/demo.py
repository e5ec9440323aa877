"""``leadline demo``: the main job on sample sources, over real HTTP on loopback, without the internet."""

from __future__ import annotations

import contextlib
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs

from aggregator.cli.digest import print_digest
from aggregator.cli.output import data, say

if TYPE_CHECKING:
    from aggregator.core import Aggregator


@click.command(
    epilog="""\b
Examples:
  leadline demo
  leadline demo --dir ./demo --serve    keep the sample server running, to poll it again yourself
"""
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False),
    help="Keep config and database here (emptied of an earlier demo first).",
)
@click.option("--serve", is_flag=True, help="Keep serving the sample sources until Ctrl-C.")
def demo(folder: str | None, serve: bool) -> None:
    """Poll bundled sample feeds over HTTP, print their digest, and say what to try next."""
    from aggregator import config
    from aggregator.core import Aggregator
    from aggregator.demo.server import serving
    from aggregator.demo.world import write_config

    place = Path(folder) if folder else Path(platformdirs.user_cache_dir("leadline")) / "demo"
    _empty(place)
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
    data(f"\nTry next (the demo's config is {path}):")
    for words, meaning in (
        (f'items "smart meters" --config {path}', "full-text search"),
        (f"items type:purchasing_plans --config {path}", "only what is about to be bought"),
        (f"sources --config {path}", "the health of each source"),
        (f"tui --config {path}", "the desk: triage by key"),
        ("init", "your own config"),
    ):
        data(f"  leadline {words}   # {meaning}")


def _empty(place: Path) -> None:
    """Make the folder, without what an earlier demo left; a folder with anything else in it is left alone."""
    place.mkdir(parents=True, exist_ok=True)
    for each in place.glob("leadline.*"):
        if each.is_file():
            each.unlink()
        else:
            shutil.rmtree(each)


def _wait() -> None:
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
