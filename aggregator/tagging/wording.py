"""How a text is worded, as a second opinion beside the rules: for each content type the chance that it is told of.

A linear model over the words and pairs of neighbouring words of the title and of the start of the body. Its weights are
learnt from labelled texts (``training``) and are data of the core pack; nothing here decides what becomes a tag.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING, TypeVar

import msgspec

from aggregator.tagging.content_types import TYPE_IDS
from feeds.compiled import compiled
from feeds.tables import Fault

if TYPE_CHECKING:
    from aggregator.tagging.tally import Tally as TallyType

TITLE_CHARS, BODY_CHARS = 800, 220
"""What of the title and of the body is read."""

FEW = 12
"""A text with fewer known grams is judged as if it had so many: one known word must not speak for all."""

FAR = 50.0
"""What lies further from an even chance is as good as sure."""

MAX_WEIGHT = 127
"""The largest weight, as a whole number."""

MANY, LONG = 20_000, 40
"""How many words are remembered, of at most so many letters."""

_WORD = re.compile(r"[^\W\d_]+|\$?\d[\d.,]*|[$%]")
_ASCII_WORD = re.compile(r"[A-Za-z]+|\$?[0-9][0-9.,]*|[$%]")
"""The same where all is ASCII, faster."""
_SUFFIXES = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", ""))
_BITS = 20
_MASK = (1 << _BITS) - 1
_BIAS = MAX_WEIGHT + 1
"""Added to each weight, so that packed sums never borrow from one another."""
_ONE = 1 << _BITS * len(TYPE_IDS)
"""One gram more, in the number above all sums."""

_module = compiled("aggregator.tagging.tally")
TALLY: type[TallyType] | None = _module.Tally if _module else None
"""None where it was not compiled."""

Known = TypeVar("Known")


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was learnt, as it is written to a file."""

    texts: int
    """From how many it was learnt."""
    types: tuple[str, ...]
    scale: float
    """What one unit of a weight is worth."""
    intercepts: tuple[float, ...]
    """What each type starts from."""
    grams: dict[str, tuple[int, ...]]
    """Word, ``T`` and a word of the title, or pair of words → its weight for each type."""


class _Remembered(dict[str, Known]):
    """Word → what is known of it, worked out once; never more than so many."""

    def __init__(self, work_out: Callable[[str], Known]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, word: str) -> Known:
        found = self._work_out(word)
        if len(word) <= LONG:
            if len(self) >= MANY:
                self.clear()
            self[word] = found
        return found


def stem(word: str) -> str:
    """A word without its ending, in lower case; ``0`` for any number."""
    if any(letter.isdigit() for letter in word):
        return "0"
    lower = word.lower()
    for suffix, instead in _SUFFIXES:
        if lower.endswith(suffix) and len(lower) - len(suffix) >= 3:
            return lower[: -len(suffix)] + instead
    return lower


_STEMS = _Remembered(stem)


def _words(text: str) -> list[str]:
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text)


def grams(title: str, text: str) -> set[str]:
    """The words and pairs of words of title and body, and the words of the title once more as such."""
    of = _STEMS.__getitem__
    head = list(map(of, _words(title[:TITLE_CHARS])))
    body = list(map(of, _words(text[:BODY_CHARS])))
    found = set(head)
    found.update(map("T ".__add__, head))
    found.update(body)
    found.update(map(" ".join, pairwise(head)), map(" ".join, pairwise(body)))
    return found


class PackedTally:
    """What ``tally`` does, in Python: a gram's weights for all types are one whole number, and a text's are one sum."""

    def __init__(self, grams: Mapping[str, tuple[int, ...]]) -> None:
        self._of: dict[str, int] = {}
        """Stem → its number among those of known grams, from 1."""
        self._numbers = _Remembered(lambda word: self._of.get(stem(word), 0))
        """Word as it is written → the number of its stem; 0 for those of no gram."""
        self._words: dict[int, int] = {}
        self._titled: dict[int, int] = {}
        self._pairs: dict[tuple[int, int], int] = {}
        for gram, weights in grams.items():
            first, space, second = gram.partition(" ")
            if not space:
                self._words[self._number(first)] = _packed(weights)
            elif first == "T":
                self._titled[self._number(second)] = _packed(weights)
            else:
                self._pairs[self._number(first), self._number(second)] = _packed(weights)

    def _number(self, stem: str) -> int:
        return self._of.setdefault(stem, len(self._of) + 1)

    def sums(self, title: str, text: str) -> tuple[int, tuple[int, ...]]:
        """How many known grams a title and a body have, and for each type the sum of their weights."""
        number = self._numbers.__getitem__
        head, body = list(map(number, _words(title))), list(map(number, _words(text)))
        found = chain(
            map(self._words.get, {*head, *body}),
            map(self._titled.get, {*head}),
            map(self._pairs.get, {*pairwise(head), *pairwise(body)}),
        )
        total = sum(filter(None, found))
        count = total >> _BITS * len(TYPE_IDS)
        less = _BIAS * count
        return count, tuple((total >> _BITS * place & _MASK) - less for place in range(len(TYPE_IDS)))


def _tally(grams: dict[str, tuple[int, ...]]) -> TallyType | PackedTally:
    return TALLY(grams, len(TYPE_IDS), stem, MANY, LONG) if TALLY else PackedTally(grams)


class Wording:
    """Weights made ready."""

    def __init__(self, weights: Weights) -> None:
        self.texts = weights.texts
        self._weights = weights
        self._tally = _tally(weights.grams)

    @cached_property
    def version(self) -> str:
        """Short hash of the weights."""
        return hashlib.sha256(msgspec.json.encode(self._weights, order="sorted")).hexdigest()[:12]

    def sums(self, title: str, text: str) -> tuple[int, tuple[int, ...]]:
        """How many known grams a text has, and for each type the sum of their weights."""
        return self._tally.sums(title[:TITLE_CHARS], text[:BODY_CHARS])

    def chances(self, title: str, text: str) -> tuple[float, ...]:
        """For each content type, in their order, the chance that a text tells of it; 0 where no word is known."""
        count, sums = self.sums(title, text)
        if not count:
            return (0.0,) * len(TYPE_IDS)
        unit = self._weights.scale / math.sqrt(max(count, FEW))
        return tuple(_chance(start + unit * each) for start, each in zip(self._weights.intercepts, sums, strict=True))

    def evidence(self, title: str, text: str, kind: str) -> tuple[str, int, int] | None:
        """Where the word or pair that speaks most for a type stands: ``title``, else ``body``; its characters."""
        place = TYPE_IDS.index(kind)
        for where, read, prefixes in (("title", title[:TITLE_CHARS], ("", "T ")), ("body", text[:BODY_CHARS], ("",))):
            best = max(self._spans(read, place, prefixes), default=(0, 0, 0))
            if best[0] > 0:
                return where, -best[1], best[2]
        return None

    def _spans(self, text: str, place: int, prefixes: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Weight, first character (negative: of two equals the earlier is more) and past-last of words and pairs."""
        before, stood = "", 0
        for found in _WORD.finditer(text):
            word = _STEMS[found.group()]
            yield sum(self._weight(prefix + word, place) for prefix in prefixes), -found.start(), found.end()
            if before:
                yield self._weight(f"{before} {word}", place), -stood, found.end()
            before, stood = word, found.start()

    def _weight(self, gram: str, place: int) -> int:
        weights = self._weights.grams.get(gram)
        return weights[place] if weights else 0


def read_wording(text: str, file: str) -> tuple[Wording | None, tuple[Fault, ...]]:
    """Weights from JSON text; None with the fault if they cannot be used. Never raises."""
    try:
        weights = msgspec.json.decode(text, type=Weights)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        return None, (_fault(file, f"no weights of wordings: {error}"),)
    wrong = _wrong(weights)
    return (None, (_fault(file, wrong),)) if wrong else (Wording(weights), ())


def _fault(file: str, message: str) -> Fault:
    return Fault(file, 0, "", message, "write it anew with `leadline rules learn … --output FILE`")


def _wrong(weights: Weights) -> str:
    """What does not hold together in weights that could be read."""
    many = len(TYPE_IDS)
    if weights.types != TYPE_IDS:
        return f"types must be {', '.join(TYPE_IDS)}"
    if not 0 < weights.scale <= 1e6:
        return "scale must be a number above 0"
    if len(weights.intercepts) != many:
        return f"intercepts must be {many} numbers"
    allowed = set(range(-MAX_WEIGHT, MAX_WEIGHT + 1))
    rows = weights.grams.values()
    if {many}.issuperset(map(len, rows)) and allowed.issuperset(chain.from_iterable(rows)):
        return ""
    bad = next(gram for gram, each in weights.grams.items() if len(each) != many or not allowed.issuperset(each))
    return f"{bad[:40]!r}: expected {many} whole numbers from {-MAX_WEIGHT} to {MAX_WEIGHT}"


def _packed(weights: Sequence[int]) -> int:
    total = _ONE
    for place, weight in enumerate(weights):
        total += weight + _BIAS << _BITS * place
    return total


def _chance(score: float) -> float:
    if not -FAR < score < FAR:
        score = FAR if score > 0 else -FAR
    return 1 / (1 + math.exp(-score))


def written(weights: Weights) -> str:
    """Weights as a file holds them: one gram a line, in order, so that what changed can be seen."""
    head = msgspec.to_builtins(weights) | {"grams": None}
    rows = (f"{_json(gram)}:{_json(weights.grams[gram])}" for gram in sorted(weights.grams))
    return _json(head).removesuffix("null}") + "{\n" + ",\n".join(rows) + "\n}}\n"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
