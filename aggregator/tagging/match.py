"""Phrases in a text, and where: all cues of all rules in one pass.

Every alternative of every cue is one pattern of a single Aho-Corasick automaton over the folded words; only cues of
which every step was seen are then put together exactly. The time is bounded by the length of the text that is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from ahocorasick_rs import AhoCorasick

from aggregator.tagging.cues import SPECIAL, Cue
from aggregator.tagging.words import TITLE, Words

Span = tuple[int, int]
"""First word and one past the last."""

MAX_MATCHES = 3_000
"""Occurrences of alternatives that are looked at; an ordinary item has a hundred."""

MAX_SEEN = 40
"""Places of a step that are joined with others: a text that repeats a word a thousand times costs no more than that."""


class PhraseBook:
    """Cues, compiled once and looked for together."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._steps: list[tuple[str, ...]] = list(dict.fromkeys(step for cue in cues for step in cue.steps))
        number = {step: n for n, step in enumerate(self._steps)}
        self._cues = [(tuple(number[step] for step in cue.steps), cue.gaps) for cue in cues]
        self._needs = [frozenset(steps) for steps, _ in self._cues]
        of_term: dict[str, list[int]] = {}
        for n, step in enumerate(self._steps):
            for term in step:
                of_term.setdefault(term, []).append(n)
        self._special = {term: of_term.pop(term) for term in SPECIAL if term in of_term}
        self._terms = [(len(term.split()), tuple(steps)) for term, steps in of_term.items()]
        patterns = [f" {t[:-1]}" if t.endswith("*") else f" {t} " for t in of_term]
        self._automaton = AhoCorasick(patterns) if patterns else None
        self._by_step = self._anchored()

    def _anchored(self) -> dict[int, list[int]]:
        """Cues under their rarest step, as far as can be told from its words."""

        def common(step: int) -> tuple[bool, int]:
            terms = self._steps[step]
            return any(term in SPECIAL or len(term) <= 3 for term in terms), len(terms)

        anchored: dict[int, list[int]] = {}
        for number, (steps, _) in enumerate(self._cues):
            anchored.setdefault(min(steps, key=common), []).append(number)
        return anchored

    def find(self, words: Words) -> dict[int, list[Span]]:
        """Number of each cue that occurs → where, in order; at most one place for each first word."""
        seen = self._seen(words)
        steps_seen = set(seen)
        found: dict[int, list[Span]] = {}
        for step in seen:
            for number in self._by_step.get(step, ()):
                if not self._needs[number] <= steps_seen:
                    continue
                steps, gaps = self._cues[number]
                if len(steps) == 1:
                    found[number] = seen[step]
                else:
                    spans = _joined([seen[each] for each in steps], gaps, words.sentences)
                    if spans:
                        found[number] = spans
        return found

    def _seen(self, words: Words) -> dict[int, list[Span]]:
        """Step → where its alternatives stand."""
        seen: dict[int, list[Span]] = {}
        text, at = _flat(words)
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True) if self._automaton else []
        for term, start, _ in matches[:MAX_MATCHES]:
            length, steps = self._terms[term]
            first = at[start + 1]
            place = (first, first + length)
            for step in steps:
                if step in seen:
                    seen[step].append(place)
                else:
                    seen[step] = [place]
        marked = self._mark(words, seen)
        for step in marked:
            seen[step].sort()
        return seen

    def _mark(self, words: Words, seen: dict[int, list[Span]]) -> set[int]:
        marked: set[int] = set()
        places: list[tuple[str, Span]] = []
        for index, kind in words.amounts.items():
            places += [(kind, (index, index + 1))] + ([("#", (index, index + 1))] if kind != "#" else [])
        before = -1
        for index, sentence in enumerate(words.sentences if "^" in self._special or words.asks else ()):
            if sentence != before:
                places.append(("^", (index, index)))
                if sentence in words.asks:
                    places.append(("?", (index, index)))
            before = sentence
        for kind, place in places:
            for step in self._special.get(kind, ()):
                seen.setdefault(step, []).append(place)
                marked.add(step)
        return marked


def _flat(words: Words) -> tuple[str, dict[int, int]]:
    """The words in one string, sentences parted, and which word stands at which character."""
    sentences = words.sentences
    parts = [
        word if sentence == before else f"\n {word}"
        for word, sentence, before in zip(words.row, sentences, [TITLE, *sentences], strict=False)
    ]
    ends = accumulate(len(part) + 1 for part in parts)
    at = {end - len(word): index for index, (end, word) in enumerate(zip(ends, words.row, strict=True))}
    return f" {' '.join(parts)} ", at


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
