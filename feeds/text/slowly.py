"""The letter-by-letter work on texts in Python: what ``letters`` does in compiled code, where that was built."""

from __future__ import annotations

import re
from collections.abc import Mapping

_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_NUMBER = re.compile(r"\d[\d.,]*")
_RARE = re.compile("[^\x00-\u034e\u2010-\u2027\u2030-\u205f\u2070-\u24ff]")
"""All but the letters and signs among which nothing that Python calls printable is invisible."""
# Only single signs are repeated possessively: Python before 3.11.5 gets repeated groups wrong (its issue 106052).
_SIMPLE_TAG = re.compile(r"""<(/?[A-Za-z][A-Za-z0-9]*+)(?=[\s/>])(?:[^<>"'=]++|=\s*+(?:"[^"<>]*+"|'[^'<>]*+')?)*>""")
"""A tag about whose end there is no doubt; the group is what it names, with the slash before it."""


def lowered(text: str) -> str:
    """A text in small letters."""
    return text.lower()


def folded_words(text: str) -> str:
    """The words of a text as they are compared without regard to case, with one space between them."""
    return " ".join(text.split()).casefold()


def number_starts(text: str) -> list[int]:
    """Where each run of figures, full stops and commas begins that begins with a figure."""
    return [found.start() for found in _NUMBER.finditer(text)]


def simply_cleaned(text: str) -> str | None:
    """A text without white space at the edges of its lines and without second blank lines.

    None where more is to be done: what is not printable, letters among which something may be invisible, or two
    spaces in a row.
    """
    lines = text.split("\n")
    if not all(map(str.isprintable, lines)) or not (text.isascii() or not _RARE.search(text)):
        return None
    plain = "\n".join([line.strip() for line in lines])
    if "  " in plain:
        return None
    return "\n\n".join(filter(None, [part.strip("\n") for part in plain.split("\n\n")]))


def tags_apart(markup: str) -> list[str] | None:
    """What stands between tags and what each tag names, in turn: text, name, text, ... name, text.

    None where a "<" begins no usual, well-formed tag.
    """
    parts: list[str] = _SIMPLE_TAG.split(markup)
    return parts if 2 * markup.count("<") == len(parts) - 1 else None


def beyond_ascii_replaced(text: str, signs: Mapping[str, str]) -> str:
    """A text with what a table says, by its ``__missing__`` at the latest, for each sign beyond ASCII."""
    return _BEYOND_ASCII.sub(lambda found: signs[found[0]], text)
