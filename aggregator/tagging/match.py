"""Phrases in a text, and where: all cues of all rules in one pass.

Every alternative of every cue is one pattern of a single Aho-Corasick automaton over the folded words; only cues of
which every step was seen are then put together exactly. The time is bounded by the length of the text that is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from ahocorasick_rs import AhoCorasick

from aggregator.tagging.cues import SPECIAL, Cue
from aggregator.tagging.words import Words

Span = tuple[int, int]
"""First word and one past the last."""

MAX_MATCHES = 3_000
"""Occurrences of alternatives that are looked at; an ordinary item has a hundred."""

MAX_SEEN = 40
"""Places of a step that are joined with others: a text that repeats a word a thousand times costs no more than that."""


class PhraseBook:
    """Cues, compiled once and looked for together."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        steps = list(dict.fromkeys(step for cue in cues for step in cue.steps))
        number = {step: n for n, step in enumerate(steps)}
        self.cues = [(tuple(number[step] for step in cue.steps), cue.gaps) for cue in cues]
        """The numbers of each cue's steps, and its gaps."""
        words = [*dict.fromkeys(term for step in steps for term in step if term not in SPECIAL)]
        terms = [*words, *SPECIAL]
        self._special = {term: len(words) + n for n, term in enumerate(SPECIAL)}
        self.lengths = [len(term.split()) for term in terms]
        """Words of each term."""
        ids = {term: n for n, term in enumerate(terms)}
        self.alternatives = [frozenset(ids[term] for term in step) for step in steps]
        """The terms of each step."""
        patterns = [f" {t[:-1]}" if t.endswith("*") else f" {t} " for t in words]
        self._automaton = AhoCorasick(patterns) if patterns else None
        self._index(steps)

    def _index(self, steps: Sequence[tuple[str, ...]]) -> None:
        """Under each term the cues for which it can be the first sign that they occur."""
        singles, before, after, gapped, needed_in = ([set[int]() for _ in self.lengths] for _ in range(5))
        for number, (needed, gaps) in enumerate(self.cues):
            beside = next((n for n in range(1, len(needed)) if not gaps[n]), 0)
            if len(needed) == 1:
                _put(number, singles, self.alternatives[needed[0]])
            elif beside:
                _put(number, before, self.alternatives[needed[beside - 1]])
                _put(number, after, self.alternatives[needed[beside]])
            else:
                _put(number, gapped, self.alternatives[min(needed, key=lambda step: _commonness(steps[step]))])
                for step in needed:
                    _put(step, needed_in, self.alternatives[step])
        self._singles = singles
        """Term → cues of one step."""
        self._before, self._after = before, after
        """Term → cues of which two steps must stand side by side: those of which it may be the first of the two, and
        those of which it may be the second."""
        self._gapped, self._needed_in = gapped, needed_in
        """Term → cues with gaps only, of whose rarest step it is an alternative; and their steps of which it is one."""
        self._needs = {n: frozenset(steps) for n, (steps, _) in enumerate(self.cues)}

    def find(self, words: Words) -> Found:
        """Number of each cue that occurs → where, in order; at most one place for each first word."""
        row, sentences = words.row, words.sentences
        text = f" {' '.join(row)} "
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True) if self._automaton else []
        at = dict(zip(accumulate([len(word) + 1 for word in row], initial=0), range(len(row)), strict=False))
        places: dict[int, list[tuple[int, int]]] = {}
        starting: dict[int, list[set[int]]] = {}
        ending: list[tuple[int, set[int]]] = []
        for number, (term, start, _) in enumerate(matches[:MAX_MATCHES]):
            first, length = at[start], self.lengths[term]
            if length > 1 and sentences[first] != sentences[first + length - 1]:
                continue
            if term in places:
                places[term].append((number, first))
            else:
                places[term] = [(number, first)]
            if self._after[term]:
                starting.setdefault(first, []).append(self._after[term])
            if self._before[term]:
                ending.append((first + length, self._before[term]))
        special = _special(words, self._special)
        for term, spans in special.items():
            for first, end in spans:
                starting.setdefault(first, []).append(self._after[term])
                ending.append((end, self._before[term]))
        return Found(self, words, self._possible([*places, *special], starting, ending), places, special)

    def _possible(
        self, terms: Sequence[int], starting: Mapping[int, list[set[int]]], ending: Iterable[tuple[int, set[int]]]
    ) -> set[int]:
        """The cues that may occur: of one step; of two steps side by side; or of which every step is somewhere.

        ``starting`` and ``ending`` tell of a word the cues that may go on with it, and of which a step ends before.
        """
        possible = set().union(*[self._singles[term] for term in terms])
        for place, before in ending:
            for after in starting.get(place, ()):
                possible |= before & after
        steps = set().union(*[self._needed_in[term] for term in terms])
        for number in set().union(*[self._gapped[term] for term in terms]):
            if self._needs[number] <= steps:
                possible.add(number)
        return possible


def _put(number: int, under: Sequence[set[int]], terms: Iterable[int]) -> None:
    for term in terms:
        under[term].add(number)


def _commonness(step: tuple[str, ...]) -> tuple[bool, int]:
    """How common a step is, as far as can be told from its words."""
    return any(term in SPECIAL or len(term) <= 3 for term in step), len(step)


def _special(words: Words, ids: Mapping[str, int]) -> dict[int, list[Span]]:
    """Number of each alternative that is no word → where it stands."""
    special: dict[int, list[Span]] = {}
    for index, kind in words.amounts.items():
        for each in (kind, "#") if kind != "#" else ("#",):
            special.setdefault(ids[each], []).append((index, index + 1))
    if words.openings:
        special[ids["^"]] = [(index, index) for index in words.openings]
    asking = [(index, index) for index in words.openings if words.sentences[index] in words.asks] if words.asks else []
    if asking:
        special[ids["?"]] = asking
    return special


class Found(Mapping[int, list[Span]]):
    """Number of each cue that occurs in some words → where; worked out when it is asked for."""

    def __init__(
        self,
        book: PhraseBook,
        words: Words,
        possible: set[int],
        places: dict[int, list[tuple[int, int]]],
        special: dict[int, list[Span]],
    ) -> None:
        self.possible = possible
        """The cues that may occur: no other does."""
        self._book, self._words, self._terms = book, words, {*places, *special}
        self._places = places
        """Term → number of each match, and its first word."""
        self._special = special
        self._known: dict[int, list[Span]] = {}
        self._spans: dict[int, list[Span]] = {}
        self._edges: dict[int, tuple[int, int]] = {}

    def any(self, cues: Iterable[int]) -> bool:
        """Whether any of some cues occurs."""
        return any(map(self._of, self.possible.intersection(cues)))

    def get(self, number: int, default: Any = None) -> Any:
        """Where a cue occurs; ``default`` if it does not."""
        return (self._of(number) or default) if number in self.possible else default

    def __getitem__(self, number: int) -> list[Span]:
        spans = self._of(number) if number in self.possible else []
        if not spans:
            raise KeyError(number)
        return spans

    def __contains__(self, number: object) -> bool:
        return number in self.possible and bool(self._of(number))

    def __iter__(self) -> Iterator[int]:
        return (number for number in self.possible if self._of(number))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _of(self, number: int) -> list[Span]:
        spans = self._known.get(number)
        if spans is None:
            spans = self._known[number] = self._find(*self._book.cues[number])
        return spans

    def _find(self, steps: tuple[int, ...], gaps: tuple[int, ...]) -> list[Span]:
        if len(steps) == 1:
            return self._step(steps[0])
        ends = self._masks(steps[0])[1]
        for step, gap in zip(steps[1:], gaps[1:], strict=True):
            starts, next_ends = self._masks(step)
            if not starts & _reached(ends, gap):
                return []
            ends = next_ends
        return _joined([self._step(step) for step in steps], gaps, self._words.sentences)

    def _masks(self, step: int) -> tuple[int, int]:
        """The words at which a step begins and those that follow it, each as a set of bits."""
        masks = self._edges.get(step)
        if masks is None:
            starts = ends = 0
            for term in self._book.alternatives[step] & self._terms:
                if term in self._places:
                    mask = 0
                    for _, first in self._places[term]:
                        mask |= 1 << first
                    starts |= mask
                    ends |= mask << self._book.lengths[term]
                else:
                    for first, end in self._special[term]:
                        starts |= 1 << first
                        ends |= 1 << end
            masks = self._edges[step] = starts, ends
        return masks

    def _step(self, step: int) -> list[Span]:
        """Where a step stands: as it was found, but in order where one of its alternatives is no word."""
        terms = self._book.alternatives[step] & self._terms
        if len(terms) == 1:
            (term,) = terms
            spans = self._spans.get(term)
            if spans is None:
                length = self._book.lengths[term]
                spans = self._special.get(term) or [(first, first + length) for _, first in self._places[term]]
                self._spans[term] = spans
            return spans
        lengths = self._book.lengths
        special = [place for term in terms for place in self._special.get(term, ())]
        found = sorted((*place, lengths[term]) for term in terms for place in self._places.get(term, ()))
        spans = [(first, first + length) for _, first, length in found]
        return sorted(spans + special) if special else spans


def _reached(ends: int, gap: int) -> int:
    """The words that lie at most ``gap`` words behind some ends, as a set of bits."""
    step = 1
    while gap > 0:
        ends |= ends << min(step, gap)
        gap -= step
        step *= 2
    return ends


def _joined(places: list[list[Span]], gaps: tuple[int, ...], sentences: Sequence[int]) -> list[Span]:
    """Where the steps follow each other within one sentence."""
    spans: list[Span] = []
    for start, end in places[0][:MAX_SEEN]:
        ends = {end}
        for after, gap in zip(places[1:], gaps[1:], strict=True):
            ends = {e for s, e in after[:MAX_SEEN] for p in ends if p <= s <= p + gap}
            if not ends:
                break
        if ends:
            within = sentences[min(start, len(sentences) - 1)]
            last = min((e for e in ends if sentences[max(e, 1) - 1] == within), default=-1)
            if last >= 0:
                spans.append((start, max(last, start + 1)))
    return spans
