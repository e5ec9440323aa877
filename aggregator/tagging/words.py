"""Text → words, and where each stands: what cues are compared with.

Hyphens part words (``spin-off`` is two), apostrophes and full stops inside a word do not, a possessive ``'s`` is
dropped, case and typographic apostrophes are folded. Sentences and clauses are told apart well enough for a cue
not to reach over a full stop.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache

MAX_CHARS = 800
"""How much of a body is read: what an item asserts as news stands in its first sentences."""

TITLE = 0
"""Number of the sentence that is the title; those of the body count from 1."""

_PIECE = (
    "({letter}+(?: {letter}+)*)(?!{sign}|[.,'\u2019&]{sign})"  # plain words with single spaces between, as one
    "|#\\d{{2,3}};(?:s\\b)?|{sign}+(?:[.,'\u2019&]{sign}+)*"
)
_ANY_PIECE = re.compile(_PIECE.format(letter="[^\\W\\d_]", sign="[^\\W_]"))
_ASCII_PIECE = re.compile(_PIECE.format(letter="[a-z]", sign="[a-z0-9]"))
_STOP = re.compile("[.!?…](?=[\\s\"'”\u2019)\\]]|$)|\n\\s*\n|\\s\\|+\\s|[\u3002\uff01\uff1f]")
_ABBREVIATED_TEXT = """
inc corp ltd co cos llc plc st mr mrs ms dr prof no nos vs jr sr gen gov sen rep rev dept u.s u.k e.u us
uk eu n.v s.a jan feb mar apr jun jul aug sep sept oct nov dec ill calif fla tex mass mich minn conn va md
pa ga n.y n.j n.c d.c bhd sdn pty cie bros assn intl mt ft approx est fig vol a.m p.m i.e e.g etc
"""
ABBREVIATED = frozenset(_ABBREVIATED_TEXT.split())
"""Words behind which a full stop ends no sentence."""
_JOINERS = frozenset(("", "-", "'", '"', "$", "/", "“", "”", "\u2019", "\u2018", "&"))
"""What may stand between two words of one clause."""

_SIGNS = frozenset("$€£¥₹")
_CODES_TEXT = """
eur usd gbp sek nok dkk chf jpy cad aud inr us rs s#36 euro c a hk
"""
_CODES = frozenset(_CODES_TEXT.split())
_UNITS_TEXT = """
million billion trillion mln bln bn mn m b k thousand lakh crore euro euros eur usd dollars dollar pounds
pound meur teur sek nok dkk gbp rupees yen yuan cr baht rand ringgit rupiah roubles rubles shekels dirhams
riyals kroner kronor zloty forint lei reais francs
"""
_UNIT_LETTERS = "abcdefghijklmnopqrstuvwxyz%"
_UNITS = frozenset(_UNITS_TEXT.split())
_DIGIT = re.compile("[0-9]")
_AMOUNT = re.compile(r"(?:eur|usd|gbp|sek|us)?\d[\d.,]*(?P<unit>m|mn|mln|bn|b|k|tn)?")
_PERCENT = frozenset(("percent", "pct", "per"))


@dataclass(slots=True)
class Words:
    """The words of one item: title and body in one row."""

    row: list[str] = field(default_factory=list)
    """Folded."""
    sentences: list[int] = field(default_factory=list)
    """Number of each word's sentence; ``TITLE`` in the title."""
    breaks: list[bool] = field(default_factory=list)
    """Whether a clause ends after the word."""
    openings: list[int] = field(default_factory=list)
    """Indexes of the words that begin a sentence."""
    asks: set[int] = field(default_factory=set)
    """Numbers of the sentences that are questions."""
    amounts: dict[int, str] = field(default_factory=dict)
    """Index → ``#``, ``$#`` or ``#%`` of the words that are numbers."""
    in_title: int = 0
    """How many words are the title's."""
    _firsts: list[int] = field(default_factory=list)
    """Index of the first word of each run of words that stand as they are, with single spaces between them."""
    _begins: list[int] = field(default_factory=list)
    """First character of each run in the title or the body, whichever it is from."""
    _lasts: dict[int, int] = field(default_factory=dict)
    """Index → past-last character of each word that is not in the text as it is in the row."""

    def characters(self, first: int, last: int) -> tuple[int, int]:
        """First and past-last character of some words, in the title or the body, whichever they are from."""
        end = self._lasts.get(last)
        return self._start(first), self._start(last) + len(self.row[last]) if end is None else end

    def _start(self, index: int) -> int:
        run = bisect_right(self._firsts, index) - 1
        return self._begins[run] + sum(len(word) + 1 for word in self.row[self._firsts[run] : index])


def read_words(title: str, text: str) -> Words:
    """The words of a title and of the first ``MAX_CHARS`` of a body."""
    words = Words()
    _add(words, title[:MAX_CHARS], TITLE)
    words.in_title = len(words.row)
    _add(words, text[:MAX_CHARS], 1)
    return words


def _add(words: Words, text: str, sentence: int) -> None:
    row, breaks, sentences, firsts, begins = words.row, words.breaks, words.sentences, words._firsts, words._begins
    lowered = _lowered(text)
    is_title, first, last_end = sentence == TITLE, len(row), 0
    opens = True
    for found in (_ASCII_PIECE if lowered.isascii() else _ANY_PIECE).finditer(lowered):
        start, end = found.span()
        if start != last_end + 1 or lowered[last_end] != " ":
            gap = text[last_end:start]
            if gap and len(row) > first:
                stops, parts, asks = _gap(gap) if len(gap) < 4 else _read_gap(gap)
                if parts:
                    breaks[-1] = True
                if stops and asks:
                    words.asks.add(sentence)
                if stops and not is_title and _ends_sentence(row[-1], gap, text, start):
                    sentence += 1
                    opens = True
        run = found[1]
        if run:
            new = run.split(" ")
        else:
            run = found[0]
            if run[0] == "#":
                # "#36;" is a dollar sign that lost its ampersand: a sign stays before the number
                last_end = end - 1 if run == "#36;" else end
                continue
            run, amount = odd_word(run, text, last_end, start, end, row[-1] if row else "")
            if amount:
                words.amounts[len(row)] = amount
            new = [run]
            words._lasts[len(row)] = end
        last_end = end
        if opens:
            words.openings.append(len(row))
            opens = False
        firsts.append(len(row))
        begins.append(start)
        row += new
        count = len(new)
        sentences += [sentence] * count
        breaks += [False] * count
    if "?" in text[last_end:]:
        words.asks.add(sentence)


def _lowered(text: str) -> str:
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    # a letter that is two in small letters would shift every place
    return "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)


def _read_gap(gap: str) -> tuple[bool, bool, bool]:
    """Of what stands between two words: may it end a sentence, does it end a clause, does it ask."""
    stops = ("." in gap or not gap.isspace() or "\n" in gap) and bool(_STOP.search(gap + " "))
    return stops, gap.strip() not in _JOINERS, "?" in gap


_gap = lru_cache(maxsize=1024)(_read_gap)


def odd_word(word: str, text: str, last_end: int, start: int, end: int, before: str) -> tuple[str, str]:
    """A word with signs or digits in it as it stands in the row; and ``#``, ``$#`` or ``#%`` if it is a number.

    ``last_end`` is where the word ``before`` it ends in the text.
    """
    word = _inner_signs(word)
    if _DIGIT.search(word) if word.isascii() else any(map(str.isdigit, word)):
        return word, _number(word, text, text[last_end:start], end, before)
    if "." in word and len(word) < 8:
        word = word.replace(".", "")
    return word, ""


def _inner_signs(word: str) -> str:
    """A word with plain apostrophes, without a possessive's ending or a French article."""
    if "'" in word or "\u2019" in word:
        word = word.replace("\u2019", "'").removesuffix("'s")
        if "'" in word and word.partition("'")[0] in ("l", "d", "qu"):
            return word.partition("'")[2]
    return word


def _ends_sentence(before: str, gap: str, text: str, start: int) -> bool:
    if gap[0] == "." and (before in ABBREVIATED or len(before) == 1):
        return False
    return not text[start].islower() or "\n" in gap


def _number(word: str, text: str, gap: str, end: int, before: str) -> str:
    amount = _AMOUNT.fullmatch(word) if len(word) < 24 else None
    if not amount:
        return ""
    after = text[end : end + 12].lstrip(" -").lower()
    unit = after[: len(after) - len(after.lstrip(_UNIT_LETTERS))] if after else ""
    if after.startswith("%") or unit in _PERCENT:
        return "#%"
    return "$#" if _is_money(gap, unit or str(amount["unit"] or ""), before) else "#"


def _is_money(gap: str, unit: str, before: str) -> bool:
    """Whether a number is an amount: by the sign or code before it, or the unit after it."""
    if unit in _UNITS or unit == "tn":
        return True
    between = gap.strip()
    return between[-1:] in _SIGNS or ";" in gap or (before in _CODES and between in ("", "$"))
