"""Element names of feeds: namespaces, as publishers write them, to the prefixes used in this package."""

from __future__ import annotations

import re

_ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_RSS = (
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://channel.netscape.com/rdf/simple/0.9/",
    "http://backend.userland.com/rss",
    "http://backend.userland.com/rss2",
    "http://blogs.law.harvard.edu/tech/rss",
    "http://cyber.law.harvard.edu/rss/rss.html",
)
_OTHER = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/rss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
}
PREFIXES: dict[str, str] = {
    **{uri.lower().rstrip("/"): "atom" for uri in _ATOM},
    **{uri.lower().rstrip("/"): "rss" for uri in _RSS},
    **{uri.lower().rstrip("/"): prefix for uri, prefix in _OTHER.items()},
}
"""Namespace in lower case without a final slash → prefix."""

ENTRY_START = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
"""Where an entry begins, in any format."""

XML = "{http://www.w3.org/XML/1998/namespace}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
ATOM = "{http://www.w3.org/2005/Atom}"


def short_name(tag: str) -> str:
    """``{namespace}Local`` as ``prefix:local`` in lower case; ``?:local`` where the namespace is unknown."""
    if tag[:1] != "{":
        return tag.lower()
    uri, _, local = tag[1:].partition("}")
    prefix = PREFIXES.get(uri.lower().rstrip("/"), "?")
    return local.lower() if prefix == "rss" else f"{prefix}:{local.lower()}"


class Names(dict[str, str]):
    """Tags → short names, remembered for one document."""

    def __missing__(self, tag: str) -> str:
        name = self[tag] = short_name(tag)
        return name


USUAL_PREFIXES: dict[str, str] = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}
"""Prefix → the namespace that publishers mean by it where they forgot to declare it."""
