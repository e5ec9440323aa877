"""Lists of feeds that other readers export: OPML, and newsboat's ``urls`` file, in; OPML 2.0 out. Pure.

XML is read event by event: no entity of its own is expanded, no file is followed, and size, depth, number of outlines
and length of attributes are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from html import unescape
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import quoteattr

from feeds.errors import LeadlineError
from feeds.parsing.encoding import decode
from feeds.text import one_line

MAX_BYTES = 20_000_000
MAX_OUTLINES = 20_000
MAX_DEPTH = 30
MAX_URL = 4_000
MAX_VALUE = 500
"""Characters kept of an attribute."""
MAX_ATTRIBUTES = 20
"""Attributes kept of an outline, beside its address and title."""
Path = tuple[str, ...]

_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
_BARE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_TOKEN = re.compile(r'"((?:\\.|[^"\\])*)"|(\S+)')
_OWN = frozenset({"xmlurl", "text", "title", "type", "category"})
_FEED_TYPES = frozenset({"", "rss", "atom", "rdf", "feed", "rss1", "rss2", "json", "jsonfeed"})
_NAME = re.compile(r"[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?", re.ASCII)
_SECRET = re.compile(r"cookie|header|auth|token|passw|secret|curlopt|proxy|login|api_?key", re.IGNORECASE)
"""Attributes with such a name (FreshRSS's ``frss:CURLOPT_COOKIE``) hold what opens a door: they are not kept."""
_LOGIN = re.compile(r"://[^/\s@]+@")
_NO_ADDRESS = "not a web address"
_NAMESPACES = {"frss": "https://freshrss.org/opml"}


class OpmlError(LeadlineError):
    """A file that is no list of feeds, or one beyond all bounds."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One feed in a list: where it is, what it is called, where in the list it stands."""

    url: str
    title: str = ""
    folders: tuple[Path, ...] = ()
    """Every folder that it stands in, outermost name first; tags are folders of one name."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Whatever else the list says of it, such as ``htmlUrl``."""


@dataclass(frozen=True, slots=True)
class FeedList:
    """The feeds of a list, each address once, and what was left out and why."""

    feeds: tuple[Listed, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def read_feed_list(raw: bytes) -> FeedList:
    """The feeds that an OPML or ``urls`` file lists. Raises OpmlError."""
    if len(raw) > MAX_BYTES:
        raise OpmlError(f"the list has more than {MAX_BYTES // 1_000_000} MB", hint="is it a list of feeds?")
    start = raw[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith(b"<"):
        return read_opml(raw)
    try:
        return read_urls(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise OpmlError("the list is neither XML nor UTF-8 text", hint="an OPML file, or newsboat's urls") from None


def read_opml(raw: bytes) -> FeedList:
    """The feeds of an OPML file; stray ampersands are forgiven. Raises OpmlError."""
    try:
        return _Reader().read(raw)
    except (ExpatError, ValueError, LookupError) as error:  # the latter two for encodings that expat cannot read
        text = _DECLARATION.sub("", decode(raw, "").text, count=1)
        try:
            found = _Reader().read(_BARE.sub("&amp;", text).encode("utf-8", "replace"))
        except ExpatError:
            raise OpmlError(f"not well-formed XML: {one_line(str(error), 120)}", hint="export it again") from None
        return FeedList(found.feeds, found.left_out, ("the XML had faults, which were mended", *found.notes))


class _Collected:
    """Feeds by address, in the order in which they came; one that comes again stands in both folders."""

    def __init__(self) -> None:
        self.feeds: dict[str, Listed] = {}
        self.left_out: list[tuple[str, str]] = []

    def add(self, feed: Listed) -> None:
        known = self.feeds.get(feed.url)
        if known is None:
            self.feeds[feed.url] = feed
            return
        folders = tuple(dict.fromkeys((*known.folders, *feed.folders)))
        self.feeds[feed.url] = Listed(feed.url, known.title or feed.title, folders, known.attributes)

    def result(self) -> FeedList:
        return FeedList(tuple(self.feeds.values()), tuple(self.left_out))


class _Reader:
    """Reads one OPML file."""

    def __init__(self) -> None:
        self.found = _Collected()
        self.path: list[str] = []
        self.root = False
        self.outlines = self.depth = 0
        self.parser = ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def read(self, raw: bytes) -> FeedList:
        self.parser.Parse(raw, True)
        return self.found.result()

    def _doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:  # noqa: ARG002 - expat's
        if internal:
            raise OpmlError("the file defines entities of its own", hint="no reader's export does: it is refused")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if not self.root:
            if name.lower() != "opml":
                raise OpmlError(f"not an OPML file: it begins with <{one_line(name, 40)}>", hint="export feeds as OPML")
            self.root = True
        if self.depth > MAX_DEPTH:
            raise OpmlError(f"folders lie more than {MAX_DEPTH} deep")
        if name.lower() == "outline":
            self.outlines += 1
            if self.outlines > MAX_OUTLINES:
                raise OpmlError(f"more than {MAX_OUTLINES:,} outlines", hint="split the list")
            self._outline({key.lower(): (key, value) for key, value in attributes.items()})
        else:
            self.path.append("")

    def _end(self, name: str) -> None:  # noqa: ARG002 - expat's
        self.depth -= 1
        self.path.pop()

    def _outline(self, given: Mapping[str, tuple[str, str]]) -> None:
        def value(name: str) -> str:
            return given.get(name, ("", ""))[1]

        title = label(value("title") or value("text"))
        kind, url = value("type").strip().lower(), value("xmlurl").strip()
        folder = tuple(filter(None, self.path))
        self.path.append("" if url else title)
        if not url:
            if kind in ("include", "link", "rss"):
                self.found.left_out.append((title or label(value("url")), f"an outline of type {kind} without a feed"))
            return
        if kind not in _FEED_TYPES:
            self.found.left_out.append((title or label(url), f"of type {label(value('type'))[:40]}, which is no feed"))
            return
        folders = [folder, *_categories(value("category"))]
        self.found.add(Listed(url[: MAX_URL + 1], title, tuple(filter(None, dict.fromkeys(folders))), _kept(given)))


def _categories(written: str) -> Iterable[Path]:
    """Folders that an outline names in its ``category``: ``/Tech/AI,News``."""
    for each in written[:2_000].split(",")[:20]:
        yield tuple(filter(None, map(label, each.split("/")[:MAX_DEPTH])))


def _kept(given: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The other attributes, cleaned and bounded."""
    kept: dict[str, str] = {}
    for lower, (name, value) in given.items():
        if lower not in _OWN and len(name) <= 60 and _NAME.fullmatch(name) and not name.startswith("xmlns"):
            text = label(value, MAX_VALUE)
            if text and len(kept) < MAX_ATTRIBUTES and not _SECRET.search(name) and not _LOGIN.search(text):
                kept["htmlUrl" if lower == "htmlurl" else name] = text
    return kept


def label(text: str, length: int = 200) -> str:
    """A name or value on one line, entities that were escaped twice resolved."""
    return one_line(unescape(text[: 4 * length]), length).strip()


def read_urls(text: str) -> FeedList:
    """The feeds of a newsboat ``urls`` file: an address, tags, ``"~title"``. What would run a command is left out."""
    found, count = _Collected(), 0
    for line in text.splitlines():
        tokens = [_unquoted(token) for token in _TOKEN.findall(line[:10_000])]
        if not tokens or tokens[0].startswith("#"):
            continue
        count += 1
        if count > MAX_OUTLINES:
            raise OpmlError(f"more than {MAX_OUTLINES:,} lines", hint="split the list")
        url, rest = tokens[0], tokens[1:]
        if why := _unusable(url):
            found.left_out.append((label(url), why))
            continue
        title = next((label(each[1:]) for each in rest if each.startswith("~")), "")
        tags = [label(each.lstrip("!")) for each in rest if not each.startswith("~")]
        found.add(Listed(url[: MAX_URL + 1], title, tuple((tag,) for tag in dict.fromkeys(filter(None, tags)))))
    if count and all(why == _NO_ADDRESS for _, why in found.left_out) and not found.feeds:
        raise OpmlError("no line of the list is an address", hint="an OPML file, or newsboat's urls")
    return found.result()


def _unquoted(token: tuple[str, str]) -> str:
    return re.sub(r"\\(.)", r"\1", token[0]) if token[0] else token[1]


def _unusable(url: str) -> str:
    """Why a line of newsboat's is no feed; empty if it is one."""
    if url.startswith("query:"):
        return "a query feed of newsboat's: `leadline items QUERY` does that"
    if url.startswith(("exec:", "filter:")):
        return "runs a command in newsboat: leadline runs none for a list"
    return "" if url.startswith(("http://", "https://")) else _NO_ADDRESS


def write_opml(feeds: Iterable[Listed], title: str, created: datetime) -> str:
    """OPML 2.0 with folders; a feed in several folders stands in each."""
    tree: dict[str, Any] = {}
    for feed in feeds:
        for folder in feed.folders or ((),):
            node = tree
            for name in folder[: MAX_DEPTH - 3]:
                node = node.setdefault(name, {})
            node.setdefault("", []).append(feed)
    used = {key.partition(":")[0] for feed in _all(tree) for key in feed.attributes if ":" in key}
    spaces = "".join(f' xmlns:{name}="{url}"' for name, url in _NAMESPACES.items() if name in used)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<opml version="2.0"{spaces}>', "  <head>"]
    lines += [f"    <title>{_text(title)}</title>", f"    <dateCreated>{format_datetime(created)}</dateCreated>"]
    lines += ["  </head>", "  <body>", *_written(tree, "    "), "  </body>", "</opml>", ""]
    return "\n".join(lines)


def _all(tree: Mapping[str, Any]) -> Iterable[Listed]:
    for name, node in tree.items():
        yield from node if not name else _all(node)


def _written(tree: Mapping[str, Any], indent: str) -> Iterable[str]:
    for feed in tree.get("", ()):
        own = {"type": "rss", "text": feed.title or feed.url, "title": feed.title, "xmlUrl": feed.url}
        more = {k: v for k, v in feed.attributes.items() if ":" not in k or k.partition(":")[0] in _NAMESPACES}
        told = "".join(f" {name}={quoteattr(value)}" for name, value in {**own, **more}.items() if value)
        yield f"{indent}<outline{told}/>"
    for name, node in tree.items():
        if name:
            yield f"{indent}<outline text={quoteattr(name)} title={quoteattr(name)}>"
            yield from _written(node, indent + "  ")
            yield f"{indent}</outline>"


def _text(text: str) -> str:
    return one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
