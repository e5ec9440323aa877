"""Text made fit for a terminal: the characters that no eye can see taken out, and white space folded."""

from __future__ import annotations

import re

from feeds.text.quickly import simply_cleaned

INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # C0 and C1 controls that are no white space
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # zero width, bidi marks, overrides and isolates
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""Controls, bidi marks and overrides, zero-width characters, fillers, tags, lone surrogates."""

_SEQUENCE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]{0,64}[ -/]?[@-~]"  # CSI: colours, cursor
    # OSC, DCS and their kin, where they end: titles, links, clipboard
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]{0,2000}(?:\x07|\x1b\\\\|\x9c)"
)
"""Whole terminal sequences: what is left of one without its escape is noise that nobody wrote to be read."""
_ESCAPE = re.compile("&#0{0,9}(?:27(?![0-9])|[xX]0{0,9}1[bB](?![0-9a-fA-F]));?")
_BELL = re.compile("&#0{0,9}(?:7(?![0-9])|[xX]0{0,9}7(?![0-9a-fA-F]));?")
_MOVES = re.compile("[\x0b-\x0d\x1c-\x1f\x85\u2028\u2029]")
_C1 = re.compile("[\x90\x98\x9b\x9d-\x9f]")
_JOINERS = re.compile("(?<![^\x00-\x7f\\s\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f\\s\u200c\u200d])")
_STACKED = re.compile("[\u200c\u200d]{2,}")


def controls_as_such(text: str) -> str:
    """References to the escape and bell characters as these characters: a terminal sequence can then be seen whole."""
    return _BELL.sub("\x07", _ESCAPE.sub("\x1b", text))


def without_sequences(document: str) -> str:
    """A document in markup without the terminal sequences in its texts; none reaches over a tag."""
    return _SEQUENCE.sub(lambda found: found[0] if "<" in found[0] else "", controls_as_such(document))


def one_line(text: str, limit: int | None = None) -> str:
    """Plain text fit for one terminal line: no controls, white space folded, at most ``limit`` characters."""
    return _cut(" ".join(_visible(text).split()), limit)


def clean(text: str, limit: int | None = None) -> str:
    """Plain text fit for a terminal like ``one_line``, but with line breaks (and no two blank lines)."""
    plain = simply_cleaned(text)
    if plain is not None:
        return _cut(plain, limit)
    return _cut(folded_lines(text), limit)


def folded_lines(text: str) -> str:
    """What ``clean`` makes of any text, line by line; ``clean`` itself is quicker where all can be seen."""
    lines: list[str] = []
    for line in _visible(text).splitlines():
        folded = " ".join(line.split())
        if folded or (lines and lines[-1]):
            lines.append(folded)
    return "\n".join(lines).strip()


def printable(text: str) -> str:
    """Text of our own layout made fit for a terminal: blanks and line feeds stay, whatever else moves a cursor goes."""
    return _MOVES.sub(" ", _visible(text).replace("\t", "    "))


def _visible(text: str) -> str:
    """Text without what no eye can see; joiners stay between the letters and emoji that need them."""
    if text.isascii() and text.isprintable():
        return text
    if "\x1b" in text or _C1.search(text):
        text = _SEQUENCE.sub("", text)
    text = INVISIBLE.sub("", text)
    if "\u200c" in text or "\u200d" in text:
        text = _JOINERS.sub("", _STACKED.sub("", text))
    return text


def _cut(text: str, limit: int | None) -> str:
    if limit is None or len(text) <= limit:
        return text
    return text[: limit - 1].rstrip(" \n\u200c\u200d") + "…" if limit > 0 else ""
