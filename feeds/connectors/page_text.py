"""The passages of a web page that say something: without navigation, headers, footers, scripts, forms. Pure.

One linear pass over the markup, whatever it is; passages are what stands between block elements.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from feeds.text import one_line

MAX_CHARS = 3_000_000
MAX_PASSAGES = 1_400
"""So many marks fit into what a poll remembers."""
PASSAGE_CHARS = 1_000

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,40})((?:\s[^<>]{0,4000})?)/?>")
_ATTRIBUTE = re.compile(
    r"(id|role|aria-hidden|hidden)"
    r"""(?:\s{0,5}=\s{0,5}(?:"([^"<>]{0,200})"|'([^'<>]{0,200})'|([^\s"'<>]{1,200})))?""",
    re.IGNORECASE,
)
_RAW = (
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "iframe",
    "object",
    "canvas",
    "math",
    "textarea",
    "title",
    "head",
)
_DROPPED = frozenset("nav header footer form aside button select dialog menu".split())
_DROPPED_ROLES = frozenset("navigation banner contentinfo search complementary menu menubar dialog alert".split())
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small span strike "
    "strong sub sup time tt u var wbr img".split()
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(slots=True)
class PageText:
    """What a page says."""

    title: str = ""
    passages: list[str] = field(default_factory=list)


def page_text(markup: str, section: str = "") -> PageText:
    """The page's title and passages: of the element with the id ``section``, else of ``main``, else of all of it.

    Passages without a word (counts, clocks) are left out, and each stands once.
    """
    page = _Reader(section).read(_without_raw(markup[:MAX_CHARS]))
    found = page.chosen if section or sum(map(len, page.chosen)) > 200 else page.all
    passages = [one_line(html.unescape(each), PASSAGE_CHARS) for each in found[: 4 * MAX_PASSAGES]]
    kept = dict.fromkeys(each for each in passages if _WORD.search(each))
    return PageText(title_of(markup), list(kept)[:MAX_PASSAGES])


def title_of(markup: str) -> str:
    """What the page calls itself."""
    found = re.search(r"<title[^<>]{0,500}>([^<]{0,1000})", markup[:200_000], re.IGNORECASE)
    return one_line(html.unescape(found[1]), 200) if found else ""


def _without_raw(markup: str) -> str:
    """Without comments, and without elements whose content is no text."""
    out: list[str] = []
    at = 0
    lower = markup.lower()
    opening = re.compile(rf"<!--|<({'|'.join(_RAW)})(?=[\s/>])")
    while found := opening.search(lower, at):
        out.append(markup[at : found.start()])
        closer = f"</{found[1]}" if found[1] else "-->"
        end = lower.find(closer, found.end())
        if end < 0:
            return "".join(out)
        at = end + len(closer)
        if found[1]:
            bracket = markup.find(">", at)
            at = bracket + 1 if bracket >= 0 else len(markup)
    out.append(markup[at:])
    return "".join(out)


class _Reader:
    """Collects passages while it goes through the tags."""

    def __init__(self, section: str) -> None:
        self.section = section
        self.all: list[str] = []
        self.chosen: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []
        """Name, whether it is dropped, whether it is the chosen part."""
        self._dropped = 0
        self._within = 0
        self._text: list[str] = []

    def read(self, markup: str) -> _Reader:
        at = 0
        for tag in _TAG.finditer(markup):
            self._text.append(markup[at : tag.start()])
            at = tag.end()
            name = tag[2].lower()
            if name not in _INLINE:
                self._end_passage()
            if tag[1]:
                self._close(name)
            elif name not in _VOID and not tag[0].endswith("/>"):
                self._enter(name, tag[3])
        self._text.append(markup[at:])
        self._end_passage()
        return self

    def _end_passage(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text.clear()
        if not text or self._dropped:
            return
        self.all.append(text)
        if self._within:
            self.chosen.append(text)

    def _enter(self, name: str, attributes: str) -> None:
        told = {each[1].lower(): each[2] or each[3] or each[4] or "" for each in _ATTRIBUTE.finditer(attributes)}
        wanted = told.get("id") == self.section if self.section else name == "main" or told.get("role") == "main"
        dropped = name in _DROPPED or told.get("role", "").lower() in _DROPPED_ROLES or "hidden" in told
        dropped = (dropped or told.get("aria-hidden", "").lower() == "true") and not wanted
        if name in _INLINE and not dropped and not wanted:
            return
        if len(self._open) < 5_000:
            self._open.append((name, dropped, wanted))
            self._dropped += dropped
            self._within += wanted

    def _close(self, name: str) -> None:
        """Close the nearest open element of this name, and what was left open in it."""
        for index in range(len(self._open) - 1, max(-1, len(self._open) - 200), -1):
            if self._open[index][0] == name:
                for _, dropped, wanted in self._open[index:]:
                    self._dropped -= dropped
                    self._within -= wanted
                del self._open[index:]
                return
