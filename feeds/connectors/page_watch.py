"""Kind ``page_watch``: a web page without a feed; each change of its text is an item that shows the difference."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from feeds.connectors.base import About
from feeds.connectors.page_text import page_text
from feeds.connectors.records import fields, text, texts
from feeds.errors import ReadError
from feeds.model import Entry, FeedInfo, FetchState, Page, Request, Response, Source
from feeds.text import one_line

ABOUT = About(
    title="Web page",
    brings="An item for each change of a page's text, with the passages that came and went; the first reading is what "
    "later ones are compared to. Navigation, headers, footers and forms do not count; `section` is the id of the "
    'element to watch, `ignore` are words whose passages do not count (`["Last updated"]`).',
    limits="The site's own; asked every three hours, conditionally.",
    example='[[sources]]\nid = "pricing"\nkind = "page_watch"\nurl = "https://www.example.com/suppliers"\n'
    'prospect = "acme"\n',
    takes=("section", "ignore"),
    every=10_800.0,
    moves=False,
)
SHOWN = 30
"""Passages of each side that an item shows."""
MEMORY = 20_000
"""Characters of a cursor."""
WORDS = 80
"""Characters of a passage that are remembered, to show what went."""


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 - what every connector is given
    """GET the page."""
    return Request(source.url, headers=(("Accept", "text/html, text/plain;q=0.8, */*;q=0.1"),))


def read(source: Source, response: Response) -> Page[Entry]:
    """One entry if passages came or went since the last reading; ReadError for a page without text."""
    from feeds.parsing.encoding import decode

    kind = response.headers.get("content-type", "").lower()
    if kind and not kind.startswith(("text/", "application/xhtml", "application/xml")):
        raise ReadError(f"the answer is no web page but {one_line(kind, 60)}")
    markup = decode(response.body, kind).text
    section = text(source.options.get("section"), 100)
    page = page_text(markup, section)
    ignored = [each.casefold() for each in texts(source.options.get("ignore"))]
    passages = [each for each in page.passages if not any(word in each.casefold() for word in ignored)]
    if not passages:
        where = f" in an element with the id {section!r}" if section else ""
        raise ReadError(f"the page has no text{where}: it may be made by scripts, or lie behind a consent form")
    known = recalled(response.cursor)
    now = {_mark(each): each for each in passages}
    info = FeedInfo(title=page.title, link=response.url)
    if known is None:
        return Page(info=info, cursor=remembered(now))
    came = [each for mark, each in now.items() if mark not in known]
    went = [words for mark, words in known.items() if mark not in now]
    if not came and not went:
        return Page(info=info, cursor=remembered(now))
    entry = _entry(source, response, page.title, came, went, share=len(came) / len(now))
    return Page((entry,), info=info, cursor=remembered(now))


def remembered(passages: Mapping[str, str]) -> str:
    """The passages' marks, with their first words as far as there is room for them."""
    for words in (WORDS, 30, 0):
        told = json.dumps({mark: each[:words] for mark, each in passages.items()}, ensure_ascii=False,
                          separators=(",", ":"))  # fmt: skip
        if len(told) <= MEMORY:
            return told
    return told


def recalled(cursor: str) -> dict[str, str] | None:
    """What ``remembered`` wrote; None where nothing is remembered."""
    try:
        told = json.loads(cursor)
    except (ValueError, RecursionError):
        return None
    return {str(mark): str(words) for mark, words in told.items()} if isinstance(told, dict) and told else None


def _mark(passage: str) -> str:
    return hashlib.blake2b(passage.casefold().encode("utf-8", "replace"), digest_size=4).hexdigest()


def _entry(
    source: Source, response: Response, title: str, came: Sequence[str], went: Sequence[str], *, share: float
) -> Entry:
    name = title or source.name or response.url
    lead = came[0] if came else "text removed"
    how = "rewritten" if share > 0.8 and went else "changed"
    at = response.fetched_at
    return Entry(
        id=f"{source.url}#{_mark(' '.join([*came, '–', *went]))}{_day(at)}",
        link=response.url or source.url,
        title=one_line(f"{name} {how}: {lead}", 200),
        content=_listed("Added", came) + _listed("Removed", [each for each in went if each]),
        published=at,
        fields=fields(change=how, added=len(came), removed=len(went)),
    )


def _listed(head: str, passages: Sequence[str]) -> str:
    if not passages:
        return ""
    rows = "".join(f"<li>{escape(each)}</li>" for each in passages[:SHOWN])
    more = f"<p>and {len(passages) - SHOWN} more</p>" if len(passages) > SHOWN else ""
    return f"<p>{head}:</p><ul>{rows}</ul>{more}"


def _day(moment: datetime | None) -> str:
    return f"-{moment.date().isoformat()}" if moment else ""
