"""What a user typed to search for, read into terms; any text at all is a valid search."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAX_TERMS = 32
"""More terms than this are not looked at: nobody types them, and a full-text engine limits its depth."""

_PIECE = re.compile(r'(-*)(?:"([^"]*)"?|([^\s"]+))(\*?)')
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand side by side (or must not, when negated); the last may be only a beginning."""

    tokens: tuple[str, ...]
    negated: bool = False
    prefix: bool = False


def parse(words: str) -> tuple[Term, ...]:
    """The terms of a search: bare words, ``"a phrase"``, ``-not``, ``begin*``; signs alone are dropped."""
    terms = []
    for minus, phrase, word, star in _PIECE.findall(_clean(words)):
        tokens = tuple(_TOKEN.findall(phrase or word))
        if tokens:
            terms.append(Term(tokens, negated=bool(minus), prefix=bool(star) or word.endswith("*")))
        if len(terms) == MAX_TERMS:
            break
    return tuple(terms)


def fold(text: str) -> tuple[str, ...]:
    """The words of a text in lower case without diacritics, for a search without an engine."""
    plain = unicodedata.normalize("NFKD", _clean(text))
    return tuple(_TOKEN.findall("".join(c for c in plain if not unicodedata.combining(c)).lower()))


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode("utf-8"))
