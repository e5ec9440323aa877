"""Faults that many feeds have, mended as text, so that a strict parser can read them."""

from __future__ import annotations

import re
from html.entities import html5

_NAMED = {
    name[:-1]: value for name, value in html5.items() if name.endswith(";") and not set(value) & set("<>&\"'")
}
_DOCTYPE = re.compile(r"""<!DOCTYPE\s[^<>\[\]]{0,400}>""")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};|([A-Za-z][A-Za-z0-9]{0,31});)?")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BAD_NUMBER = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));")
_XML_NAMES = frozenset(("lt", "gt", "amp", "quot", "apos"))
_CUT = (("item", "rss", "</channel></rss>"), ("entry", "feed", "</feed>"), ("item", "rdf:RDF", "</rdf:RDF>"))


def repaired(text: str) -> tuple[str, list[str]]:
    """The text without the known faults, and which ones it had, in words."""
    problems: list[str] = []
    text = _DOCTYPE.sub("", text[:4096], count=1) + text[4096:]
    text = _whole(text, problems)
    if _FORBIDDEN.search(text):
        text = _FORBIDDEN.sub("", text)
        problems.append("it holds control characters")
    if "&" in text:
        text = _references(text, problems)
    return text, problems


def _whole(text: str, problems: list[str]) -> str:
    """A document that was cut off ends behind its last complete entry."""
    tail = text[-2000:]
    for entry, root, closing in _CUT:
        if f"<{root}" not in text[:4096] or f"</{root}" in tail:
            continue
        last = text.rfind(f"</{entry}>")
        if last >= 0:
            problems.append("it ends too early; its last, incomplete entry was left out")
            return text[: last + len(entry) + 3] + closing
    return text


def _references(text: str, problems: list[str]) -> str:
    """Named characters as themselves, bare "&" escaped, numbers of controls taken out; CDATA stays as it is."""
    out: list[str] = []
    position, bare = 0, 0

    def mend(found: re.Match[str]) -> str:
        nonlocal bare
        name = found[1]
        if name is None and len(found[0]) > 1:
            return "" if _BAD_NUMBER.fullmatch(found[0]) else found[0]
        if name in _XML_NAMES:
            return found[0]
        if name in _NAMED:
            return _NAMED[name]
        bare += 1
        return "&amp;" + found[0][1:]

    while True:
        start = text.find("<![CDATA[", position)
        end = text.find("]]>", start) if start >= 0 else -1
        if end < 0:
            out.append(_REFERENCE.sub(mend, text[position:]))
            break
        out.append(_REFERENCE.sub(mend, text[position:start]))
        out.append(text[start : end + 3])
        position = end + 3
    if bare:
        problems.append('it holds "&" that is not escaped')
    return "".join(out)
