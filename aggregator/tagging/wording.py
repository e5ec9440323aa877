"""How a text is worded, as a second opinion beside the rules: for each content type the chance that it is told of.

A linear model over the words and pairs of neighbouring words of the title and of the start of the body. Its weights are
learnt from labelled texts (``training``) and are data of the core pack; nothing here decides what becomes a tag.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec

from aggregator.tagging.content_types import TYPE_IDS
from feeds.tables import Fault

TITLE_CHARS, BODY_CHARS = 800, 220
"""What of the title and of the body is read."""

FEW = 12
"""A text with fewer known grams is judged as if it had so many: one known word must not speak for all."""

MAX_WEIGHT = 127
"""The largest weight, as a whole number."""

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


class _Stems(dict[str, str]):
    """Word → stem, remembered; never more than so many."""

    MANY, LONG = 20_000, 40

    def __missing__(self, word: str) -> str:
        found = stem(word)
        if len(word) <= self.LONG:
            if len(self) >= self.MANY:
                self.clear()
            self[word] = found
        return found


_STEMS = _Stems()


def stem(word: str) -> str:
    """A word without its ending, in lower case; ``0`` for any number."""
    if any(letter.isdigit() for letter in word):
        return "0"
    lower = word.lower()
    for suffix, instead in _SUFFIXES:
        if lower.endswith(suffix) and len(lower) - len(suffix) >= 3:
            return lower[: -len(suffix)] + instead
    return lower


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


class _Numbers(dict[str, int]):
    """Word as it is written → the number of its stem among those of known grams, from 1; 0 for others. Remembered."""

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__()
        self.stems = sorted({each for gram in known for each in gram.removeprefix("T ").split(" ")})
        self._of = {each: number for number, each in enumerate(self.stems, 1)}

    def of(self, stem: str) -> int:
        """The number of a stem."""
        return self._of.get(stem, 0)

    def __missing__(self, word: str) -> int:
        found = self.of(stem(word))
        if len(word) <= _Stems.LONG:
            if len(self) >= _Stems.MANY:
                self.clear()
            self[word] = found
        return found


class Wording:
    """Weights made ready: those of one gram for all types are one whole number, so that a text's are one sum."""

    def __init__(self, weights: Weights) -> None:
        self.texts = weights.texts
        self._scale = weights.scale
        self._intercepts = weights.intercepts
        self._packed = {gram: _packed(each) for gram, each in weights.grams.items()}
        self._numbers = _Numbers(self._packed)
        self._words = [0, *map(self._packed_of, self._numbers.stems)]
        self._titled = [0, *(self._packed_of(f"T {each}") for each in self._numbers.stems)]
        self._pairs = {
            (self._numbers.of(first), self._numbers.of(second)): packed
            for gram, packed in self._packed.items()
            for first, _, second in (gram.partition(" "),)
            if second and first != "T"
        }
        self.version = hashlib.sha256(msgspec.json.encode(weights, order="sorted")).hexdigest()[:12]
        """Short hash of the weights."""

    def sums(self, title: str, text: str) -> tuple[int, tuple[int, ...]]:
        """How many known grams a text has, and for each type the sum of their weights."""
        number = self._numbers.__getitem__
        head = list(map(number, _words(title[:TITLE_CHARS])))
        body = list(map(number, _words(text[:BODY_CHARS])))
        total: int = sum(map(self._words.__getitem__, {*head, *body})) + sum(map(self._titled.__getitem__, {*head}))
        total += sum(filter(None, map(self._pairs.get, {*pairwise(head), *pairwise(body)})))
        count = total >> _BITS * len(TYPE_IDS)
        less = _BIAS * count
        return count, tuple((total >> _BITS * place & _MASK) - less for place in range(len(TYPE_IDS)))

    def chances(self, title: str, text: str) -> tuple[float, ...]:
        """For each content type, in their order, the chance that a text tells of it; 0 where no word is known."""
        count, sums = self.sums(title, text)
        if not count:
            return (0.0,) * len(TYPE_IDS)
        unit = self._scale / math.sqrt(max(count, FEW))
        return tuple(_chance(start + unit * each) for start, each in zip(self._intercepts, sums, strict=True))

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

    def _packed_of(self, gram: str) -> int:
        return self._packed.get(gram, 0)

    def _weight(self, gram: str, place: int) -> int:
        packed = self._packed.get(gram)
        return (packed >> _BITS * place & _MASK) - _BIAS if packed else 0


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
    bad = next((gram for gram, each in weights.grams.items() if len(each) != many or not _small(each)), None)
    if bad is not None:
        return f"{bad[:40]!r}: expected {many} whole numbers from {-MAX_WEIGHT} to {MAX_WEIGHT}"
    return ""


def _small(weights: Sequence[int]) -> bool:
    return max(weights) <= MAX_WEIGHT and min(weights) >= -MAX_WEIGHT


def _packed(weights: Sequence[int]) -> int:
    total = _ONE
    for place, weight in enumerate(weights):
        total += weight + _BIAS << _BITS * place
    return total


def _chance(score: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


def written(weights: Weights) -> str:
    """Weights as a file holds them: one gram a line, in order, so that what changed can be seen."""
    head = msgspec.to_builtins(weights) | {"grams": None}
    rows = (f"{_json(gram)}:{_json(weights.grams[gram])}" for gram in sorted(weights.grams))
    return _json(head).removesuffix("null}") + "{\n" + ",\n".join(rows) + "\n}}\n"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
