"""Kind ``feed``: RSS, Atom, RDF or JSON Feed bytes → Page."""

from __future__ import annotations

from feeds import parsing
from feeds.model import Entry, FetchState, Page, Request, Response, Source

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5"
)


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 - the signature of every connector
    """Ask for the feed."""
    return Request(source.url, headers=(("Accept", ACCEPT),))


def read(source: Source, response: Response) -> Page[Entry]:  # noqa: ARG001 - the signature of every connector
    """The feed's entries."""
    return parsing.parse(response.body, response.url, response.headers.get("content-type", ""))
