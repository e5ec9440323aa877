"""Kind ``feed``: RSS, Atom, RDF and JSON Feed."""

from __future__ import annotations

from feeds.connectors.base import About
from feeds.model import Entry, FetchState, Page, Request, Response, Source
from feeds.parsing import parse

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)

ABOUT = About(
    title="Feed",
    brings="The entries of an RSS, Atom, RDF or JSON feed.",
    limits="Each publisher's own; leadline asks conditionally and keeps to what feed and server ask for.",
    example='[[sources]]\nurl = "https://www.example.com/news.xml"\nprospect = "acme"\n',
)


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 - what every connector is given
    """GET the feed."""
    return Request(source.url, headers=(("Accept", ACCEPT),), allow_private=source.allow_private)


def read(source: Source, response: Response) -> Page[Entry]:
    """The feed's entries; ``ReadError`` for what is no feed, with the feeds that a web page links to."""
    return parse(response.body, response.url or source.url, response.headers.get("content-type", ""))
