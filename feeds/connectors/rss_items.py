"""What RSS items say beyond a feed entry (their source, their subjects, their codes), beside the entries. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from feeds.connectors.records import read_records
from feeds.model import Entry, Page, Response, Source

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_CHARS = 5_000_000


@dataclass(frozen=True, slots=True)
class Child:
    """One child element of an item: its text and its attributes."""

    text: str
    attributes: Mapping[str, str]


Extras = Mapping[str, tuple[Child, ...]]
"""Children of an item by local name in lower case."""


def read_items(
    source: Source, response: Response, make: Callable[[Entry, Extras], Entry | None], noun: str = "items"
) -> Page[Entry]:
    """A feed's page, each entry made over with what its item says beside; ReadError for what is no feed.

    ``make`` returns None to leave one out, and raises ``UnreadableError`` for one that cannot be read.
    """
    from feeds.parsing import parse  # heavy, and configs name connectors without reading anything

    page = parse(response.body, response.url or source.url, response.headers.get("content-type", ""))
    beside = extras(response.body, response.headers.get("content-type", ""))
    paired = beside if len(beside) == len(page.entries) else [{} for _ in page.entries]
    rows = [{"number": at, "title": entry.title, "link": entry.link} for at, entry in enumerate(page.entries)]
    entries, problems = read_records(rows, lambda row: make(page.entries[row["number"]], paired[row["number"]]), noun)
    return replace(page, entries=entries, problems=(*page.problems, *problems))


def extras(body: bytes, content_type: str = "") -> list[Extras]:
    """The items of a well-formed RSS document; none of any other."""
    from xml.etree.ElementTree import ParseError, XMLParser

    from feeds.parsing.encoding import decode

    text = decode(body, content_type).text.lstrip("\ufeff\0 \t\r\n")
    if len(text) > MAX_CHARS or "<!DOCTYPE" in text or "<!ENTITY" in text:
        return []
    if text.startswith("<?xml"):
        text = text.partition("?>")[2]
    parser = XMLParser()  # noqa: S314 — no DOCTYPE, so there is no entity to expand
    try:
        parser.feed(text)
        root = parser.close()
    except (ParseError, ValueError, LookupError, RecursionError):
        return []
    return [_children(item) for item in root.iter() if _local(item) == "item"]


def first_text(found: Extras, name: str) -> str:
    """Text of the first child of a name; empty if there is none."""
    return next((each.text for each in found.get(name, ()) if each.text), "")


def _children(item: Element) -> Extras:
    found: dict[str, tuple[Child, ...]] = {}
    for child in item:
        told = Child("".join(child.itertext()).strip()[:2_000], dict(child.attrib))
        found[_local(child)] = (*found.get(_local(child), ()), told)
    return found


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()
