"""Faults that many feeds have, mended as text, so that a strict parser can read them."""

from __future__ import annotations

import html
import re
from html.entities import html5
from xml.etree.ElementTree import ParseError, XMLParser

from feeds.parsing.names import ENTRY_START, USUAL_PREFIXES
from feeds.text import without_sequences

_NAMED = {name[:-1]: value for name, value in html5.items() if name.endswith(";") and not set(value) & set("<>&\"'")}
_XML_NAMES = frozenset(("lt", "gt", "amp", "quot", "apos"))
_DOCTYPE = re.compile(r"<!DOCTYPE\s[^<>\[\]]{0,400}[>\[]")
_ENTITY = re.compile(r"""<!ENTITY\s{1,9}(\w{1,40})\s{1,9}(?:"([^"<%]{0,200})"|'([^'<%]{0,200})')\s{0,9}>""")
_DECLARATION = re.compile(r"<\?xml\s[^<>]{0,200}\?>")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};|([A-Za-z][A-Za-z0-9]{0,31});)?")
_BAD_NUMBER = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ROOT = re.compile(r"<(rss|feed|rdf:RDF)(?=[\s>])([^<>]{0,10000})")
_USED = re.compile(r"</?([A-Za-z_][\w.-]{0,40}):")
_BOUND = re.compile(r"xmlns:([A-Za-z_][\w.-]{0,40})\s{0,9}=")
_ENDINGS = {
    "rss": ("item", "</channel></rss>"),
    "feed": ("entry", "</feed>"),
    "rdf:RDF": ("item", "</rdf:RDF>"),
}

MAX_SUBSET = 100_000
"""Characters of a DOCTYPE in which entities are looked for."""
MAX_VALUE = 50
"""Characters that an entity may stand for; so a document grows by a small factor at most."""
HEAD = 20_000
"""Characters in which a document's root and what stands before it are looked for."""


def repaired(text: str) -> tuple[str, list[str]]:
    """The text without the known faults, and which ones it had, in words."""
    problems: list[str] = []
    text, entities = _without_doctype(text)
    text = _DECLARATION.sub("", text[:HEAD]) + text[HEAD:]
    root = _ROOT.search(text[:HEAD])
    if root:
        if "<html" in text[: root.start()].lower():
            problems.append("it is wrapped in a web page")
        text = text[root.start() :]
        text = _whole(text, root[1], problems)
        text = _bound(text, root, problems)
    if "\x1b" in text or "&#" in text:
        text = without_sequences(text)
    if _FORBIDDEN.search(text):
        text = _FORBIDDEN.sub("", text)
        problems.append("it holds control characters")
    if "&" in text:
        text = _references(text, entities, problems)
    return text, problems


def _whole(text: str, root: str, problems: list[str]) -> str:
    """A document that was cut off ends behind its last complete entry, and nothing follows a root's end."""
    entry, ending = _ENDINGS[root]
    end = text.find(f"</{root}>")
    if end >= 0:
        end += len(root) + 3
        if len(text) > end and not ENTRY_START.search(text, end):
            problems.append("it has something behind its end")
            return text[:end]
        return text
    last = text.rfind(f"</{entry}>")
    if last < 0:
        return text
    problems.append("it ends too early; its last, incomplete entry was left out")
    return text[: last + len(entry) + 3] + ending


def salvaged(text: str, limit: int) -> tuple[str, int]:
    """A repaired text with only those entries that are well-formed by themselves, and how many others it had.

    For documents in which one broken entry makes the rest unreadable.
    """
    root, first = _ROOT.match(text), ENTRY_START.search(text)
    if not root or not first:
        return "", 0
    entry, ending = _ENDINGS[root[1]]
    opening = text[: text.find(">") + 1] + ("<channel>" if root[1] == "rss" else "")
    head = text[: first.start()]
    good: list[str] = []
    parts, lost = _entries(text, entry)
    for part in parts[:limit]:
        if _is_well_formed(opening + part + ending):
            good.append(part)
        else:
            lost += 1
    return (head if _is_well_formed(head + ending) else opening) + "".join(good) + ending, lost


def _entries(text: str, entry: str) -> tuple[list[str], int]:
    """The entries that have a start and an end, and how many lack one."""
    found: list[str] = []
    unclosed, start = 0, -1
    for mark in re.finditer(rf"<(/?){entry}[\s>]", text):
        if not mark[1]:
            unclosed += start >= 0
            start = mark.start()
        elif start >= 0:
            found.append(text[start : mark.end()])
            start = -1
    return found, unclosed + (start >= 0)


def _is_well_formed(document: str) -> bool:
    parser = XMLParser()  # noqa: S314 — the DOCTYPE is gone, so there is no entity to expand
    try:
        parser.feed(document)
        parser.close()
    except (ParseError, ValueError):
        return False
    return True


def _bound(text: str, root: re.Match[str], problems: list[str]) -> str:
    """Prefixes that are used but not declared get their usual meaning; a bare ``feed`` is Atom."""
    added = ""
    if root[1] == "feed" and not re.search(r"\sxmlns\s*=", root[2]):
        added += ' xmlns="http://www.w3.org/2005/Atom"'
    missing = set(_USED.findall(text)) - set(_BOUND.findall(text)) - {"xml", "xmlns"}
    if missing:
        problems.append("it uses prefixes that it does not declare")
        added += "".join(
            f' xmlns:{prefix}="{USUAL_PREFIXES.get(prefix, "urn:unbound:" + prefix)}"' for prefix in missing
        )
    at = 1 + len(root[1])
    return text[:at] + added + text[at:] if added else text


def _without_doctype(text: str) -> tuple[str, dict[str, str]]:
    """The text without its DOCTYPE, and the characters and short phrases that this names."""
    start = _DOCTYPE.search(text[:HEAD])
    if not start:
        return text, {}
    if start[0][-1] == ">":
        return text[: start.start()] + text[start.end() :], {}
    end = text.find("]", start.end())
    close = text.find(">", end) if end >= 0 else -1
    if close < 0:
        return text, {}
    found = _ENTITY.findall(text[start.end() : min(end, start.end() + MAX_SUBSET)])
    values = {name: html.unescape(one or other) for name, one, other in found}
    return text[: start.start()] + text[close + 1 :], {
        name: value for name, value in values.items() if not set(value) & set("<>&") and len(value) <= MAX_VALUE
    }


def _references(text: str, entities: dict[str, str], problems: list[str]) -> str:
    """Named characters as themselves, bare "&" escaped, numbers of controls left out; CDATA stays."""
    out: list[str] = []
    position, bare = 0, len(problems)

    def mend(found: re.Match[str]) -> str:
        name = found[1]
        if name is None and len(found[0]) > 1:
            return "" if _BAD_NUMBER.fullmatch(found[0]) else found[0]
        if name in _XML_NAMES:
            return found[0]
        if name in _NAMED or name in entities:
            return entities.get(name) or _NAMED.get(name, "")
        if len(problems) == bare:
            problems.append('it holds "&" that is not escaped')
        return "&amp;" + found[0][1:]

    while True:
        start = text.find("<![CDATA[", position)
        end = text.find("]]>", start) if start >= 0 else -1
        if end < 0:
            out.append(_REFERENCE.sub(mend, text[position:]))
            return "".join(out)
        out.append(_REFERENCE.sub(mend, text[position:start]))
        out.append(text[start : end + 3])
        position = end + 3
