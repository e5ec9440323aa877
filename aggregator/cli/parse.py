"""``leadline parse``: one feed file → normalised entries, to see what leadline makes of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from aggregator.cli.output import as_json, data, leave, say
from aggregator.digest.words import counted
from feeds.model import Entry, FeedInfo, Page, Rhythm

MAX_FILE = 50_000_000
"""Bytes read of a file; feeds fetched are bounded lower."""


@click.command(
    short_help="Read one feed file and print its entries.",
    epilog="""\b
Examples:
  leadline parse feed.xml
  curl -s https://example.com/feed | leadline parse - --json
  leadline parse page.xml --url https://example.com/feed   (resolves its links)
""",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--url", default="", help="Where it came from: relative links are resolved against it.")
@click.option("--content-type", default="", help="The Content-Type it came with: it may name the encoding.")
@click.option("--json", "json_", is_flag=True, help="Everything, as JSON.")
def parse(file: str, url: str, content_type: str, json_: bool) -> None:
    """Read a feed (RSS, Atom, RDF, JSON Feed) and print its entries. Exit code 1 if it is no feed."""
    from feeds import parsing
    from feeds.errors import ReadError

    raw = sys.stdin.buffer.read(MAX_FILE) if file == "-" else Path(file).read_bytes()[:MAX_FILE]
    try:
        page = parsing.parse(raw, url, content_type)
    except ReadError as error:
        if not json_:
            raise
        as_json({"error": str(error), "feeds": error.feeds, "entries": []})
        leave(1)
    if json_:
        as_json(_page(page, url))
        leave(0)
    for entry in page.entries:
        when = f"{entry.published or entry.updated:%Y-%m-%d %H:%M}" if entry.published or entry.updated else "no date"
        data(f"{when:16}  {entry.title or '(untitled)'}\n{'':18}{entry.link}")
    for problem in page.problems:
        say(f"problem: {problem}")
    say(f"{counted(len(page.entries), 'entry', 'entries')} of {page.info.title or 'an untitled feed'}")


def _page(page: Page[Entry], url: str) -> dict[str, Any]:
    return {
        "feed": _info(page.info) | _rhythm(page.rhythm),
        "entries": [_entry(entry, url) for entry in page.entries],
        "problems": page.problems,
        "error": None,
    }


def _info(info: FeedInfo) -> dict[str, Any]:
    return {
        "title": info.title, "link": info.link, "id": info.id, "subtitle": info.subtitle, "author": info.author,
        "language": info.language, "updated": info.updated,
    }  # fmt: skip


def _rhythm(rhythm: Rhythm) -> dict[str, Any]:
    return {"ttl": rhythm.ttl, "skip_hours": sorted(rhythm.skip_hours), "skip_days": sorted(rhythm.skip_days)}


def _entry(entry: Entry, url: str) -> dict[str, Any]:
    from aggregator.cli.shapes import enclosure_dict
    from feeds.text import html_to_text, safe_html

    base = entry.link or url
    return {
        "id": entry.id, "title": entry.title, "link": entry.link, "author": entry.author,
        "published": entry.published, "updated": entry.updated,
        "summary": html_to_text(entry.summary), "summary_html": safe_html(entry.summary, base),
        "content": html_to_text(entry.content), "content_html": safe_html(entry.content, base),
        "categories": entry.categories, "language": entry.language,
        "enclosures": [enclosure_dict(each) for each in entry.enclosures],
    }  # fmt: skip
