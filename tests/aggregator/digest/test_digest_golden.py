"""Each format of one full digest, held letter for letter; HTML and Atom read by parsers of another make."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from itertools import pairwise

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from aggregator.digest import FORMATS, render
from aggregator.digest.build import Beside, build
from aggregator.model import Prospect
from tests import golden
from tests.aggregator.digest.conftest import full_digest
from tests.samples import NOW, a_match, a_status, an_item

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = st.text(
    st.one_of(st.sampled_from("<>&\"'\n\x1b\x9b\u202e\ufffe\x00]]>"), st.characters(codec="utf-8")), max_size=30
)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.usefixtures("utc")
def test_the_format_is_as_it_was(form: str) -> None:
    golden.check(f"digest.{form}", render(full_digest(), form))


class Page(HTMLParser):
    """What a page holds: its elements with their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_the_page_is_whole_self_contained_and_ordered() -> None:
    page = Page(render(full_digest(), "html"))
    names = [name for name, _ in page.elements]

    assert page.of("html") == [{"lang": "en"}]
    assert not {"script", "img", "link", "iframe", "object", "embed", "form", "base"} & set(names)
    assert all(str(each["href"]).startswith(("https://", "#")) for each in page.of("a"))
    assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on") or key == "src"]
    assert "default-src 'none'" in str([each.get("content") for each in page.of("meta")])
    levels = [int(name[1]) for name in names if name in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [str(attributes["id"]) for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {str(each["aria-labelledby"]) for each in page.of("section")} <= set(ids)


def test_the_page_says_what_the_digest_says() -> None:
    """Read by an XML parser, which takes no tag that is not closed."""
    root = ET.fromstring(render(full_digest(), "html").removeprefix("<!DOCTYPE html>\n"))
    text = " ".join("".join(root.find("body").itertext()).split())  # type: ignore[union-attr]

    for part in ("Worth acting on today", "Beta & Sons <Ltd>", "invites tenders for <b>valves</b>", "Deadlines coming",
                 "7 days left", "Changes to what you follow", "shared by ann: “call her”", "Pack press-wires",
                 "UNKNOWN Acme newsroom: timeout", "(expected weekly)", "1 prospect not checked", "not confirmed",
                 "Nothing new on Quiet Works"):  # fmt: skip
        assert part in text, part


def test_atom_is_valid_and_its_ids_last() -> None:
    written = render(full_digest(), "atom")
    root = ET.fromstring(written)
    read = feedparser.parse(written.encode())

    assert not read.bozo
    assert (read.version, read.feed.title, [entry.title for entry in read.entries]) == (
        "atom10", "Kept by jo", ["Acme plans a plant in Ulm"])  # fmt: skip
    for parent in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(ATOM + name)) == 1
    [entry] = root.findall(f"{ATOM}entry")
    assert str(entry.findtext(f"{ATOM}id")).startswith("urn:leadline:item:")
    assert entry.find(f"{ATOM}link").get("href", "").startswith("https://wire.example/")  # type: ignore[union-attr]
    assert render(full_digest(), "atom") == written


def test_the_calendar_holds_every_day_to_come() -> None:
    read = Calendar.from_ical(render(full_digest(), "ics"))
    events = {str(event["summary"]): event for event in read.walk("VEVENT")}

    assert {event.decoded("dtstart").isoformat() for event in events.values()} == {"2026-03-20", "2026-03-09"}
    assert "Deadline: Acme Corporation: Acme asks for bids on pumps" in events


@settings(max_examples=30, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_hostile_breaks_out(title: str, link: str, name: str) -> None:
    """Whatever is in the database, both are well-formed, and no element comes from it."""
    item = an_item(title, link=link, matches=(a_match(),), text=title)
    built = build([item], [Prospect("acme", name)], [a_status(name=title)], now=NOW, since=NOW, rep=name,
                  beside=Beside(kept=(item,)))  # fmt: skip
    plain = build([an_item("x", matches=(a_match(),))], [Prospect("acme", "x")], [a_status()], now=NOW, since=NOW)

    page, harmless = (ET.fromstring(render(each, "html").removeprefix("<!DOCTYPE html>\n")) for each in (built, plain))
    assert {each.tag for each in page.iter()} <= {each.tag for each in harmless.iter()}
    assert len(ET.fromstring(render(built, "atom")).findall(f"{ATOM}entry")) == 1
