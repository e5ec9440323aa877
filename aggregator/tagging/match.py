"""Phrases in a text, and where: all cues of all rules in one pass.

Of each word it is kept which cues it may begin, go on with or end: sets of cues are whole numbers, a bit a cue, so
that two steps side by side are found by one ``&``. Only cues of which every step may be there are then put together
exactly. The time is bounded by the length of the text that is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick

from aggregator.tagging.cues import SPECIAL, Cue
from aggregator.tagging.words import Words

Span = tuple[int, int]
"""First word and one past the last."""

EVERYWHERE = 1_000_000
"""The reach of a cue that counts in every sentence."""

MAX_SEEN = 40
"""Places of a step that are joined with others: a text that repeats a word a thousand times costs no more than that."""

MAX_KNOWN = 30_000
"""Different words of which it is remembered what they may stand for."""

MAX_LETTERS = 40
"""Longer words are looked at anew each time: what is remembered stays within a few megabytes."""

NEXT_LETTERS = 2
"""Letters of a word by which terms that go on with it are looked up; no prefix is shorter."""

WHOLE = 1_000
"""The letters of a word that is matched to its end: more than any prefix has."""


def bits(mask: int) -> Iterator[int]:
    """The numbers in a set of bits, smallest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def mask_of(numbers: Iterable[int]) -> int:
    """Numbers as a set of bits."""
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask


class _Sign(NamedTuple):
    """What a term is a sign of, each a set of bits."""

    singles: int = 0
    """Cues of one step, which is this."""
    before: int = 0
    """Cues of which two steps must stand side by side, if it may be the first of the two."""
    after: int = 0
    """The same, if it may be the second."""
    one: int = 0
    """Cues with gaps only, of whose rarest step it is an alternative."""
    other: int = 0
    """Cues with gaps only, of whose second rarest step it is an alternative."""
    third: int = 0
    """Cues of more steps than the two above, of the rarest of which it is an alternative."""


class _Known(NamedTuple):
    """What one word may stand for."""

    sign: _Sign
    """Of the terms that are this one word."""
    terms: tuple[int, ...]
    """Those terms."""
    longer: Mapping[str, Sequence[tuple[int, tuple[str, ...]]]]
    """First letters of the next word → terms of several words that begin with this one, and their other words."""


class Tables:
    """Cues in numbers: each different step and term has one."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self.steps = list(dict.fromkeys(step for cue in cues for step in cue.steps))
        number = {step: n for n, step in enumerate(self.steps)}
        self.cues = [(tuple(number[step] for step in cue.steps), cue.gaps) for cue in cues]
        """The numbers of each cue's steps, and its gaps."""
        words = dict.fromkeys(term for step in self.steps for term in step if term not in SPECIAL)
        self.terms = [*words, *SPECIAL]
        ids = {term: n for n, term in enumerate(self.terms)}
        self.alternatives = [frozenset(ids[term] for term in step) for step in self.steps]
        """The terms of each step."""
        self.letters = [len(t.rpartition(" ")[2]) - 1 if t[-1] == "*" else WHOLE for t in self.terms]
        """Of each term, how many letters of its last word it gives."""


class PhraseBook(dict[str, "_Known | None"]):
    """Cues, compiled once and looked for together; as a dict, what each word may stand for."""

    def __init__(self, cues: Sequence[Cue], reaches: Sequence[int] = ()) -> None:
        """``reaches`` are the last sentences in which each cue counts; without them all count everywhere."""
        super().__init__()
        tables = Tables(cues)
        self.cues, self.alternatives, self.letters = tables.cues, tables.alternatives, tables.letters
        words = tables.terms[: -len(SPECIAL)]
        self._ids = ids = {term: n for n, term in enumerate(tables.terms)}
        self.lengths = [term.count(" ") + 1 for term in ids]
        """Words of each term."""
        single = [term for term in words if " " not in term]
        self._single = [ids[term] for term in single]
        patterns = [f" {term[:-1]}" if term[-1] == "*" else f" {term} " for term in single]
        self._automaton = AhoCorasick(patterns) if patterns else None
        self._longer: dict[str, dict[str, list[tuple[int, tuple[str, ...]]]]] = {}
        for term in words:
            if " " in term:
                first, *rest = term.split(" ")
                after = self._longer.setdefault(first, {}).setdefault(rest[0].rstrip("*")[:NEXT_LETTERS], [])
                after.append((ids[term], tuple(rest)))
        self._signs: dict[int, _Sign] = {}
        self._index(tables.steps)
        self._limit(reaches)

    def _index(self, steps: Sequence[tuple[str, ...]]) -> None:
        """Of each term the cues for which it can be the first sign that they occur."""
        signs = [[0] * len(_Sign._fields) for _ in steps]
        common = [commonness(step) for step in steps]
        self.short = 0
        """Cues of one or two steps."""
        self._odd = 0
        """Cues that would begin a sentence in their midst: always looked at."""
        for number, (needed, gaps) in enumerate(self.cues):
            bit = 1 << number
            if any(not {"^", "?"}.isdisjoint(steps[step]) for step in needed[1:]):
                self._odd |= bit
            beside = next((n for n in range(1, len(needed)) if not gaps[n]), 0)
            rest = list(needed) if len(needed) < 3 else sorted(needed, key=common.__getitem__)
            pair = needed[beside - 1 : beside + 1] if beside else tuple(rest[:2])
            fields = (0,) if len(needed) == 1 else (1, 2) if beside else (3, 4)
            for step, which in zip(pair, fields, strict=True):
                signs[step][which] |= bit
                rest.remove(step)
            if rest:
                signs[rest[0]][5] |= bit
            else:
                self.short |= bit
        self._step_signs: defaultdict[int, list[list[int]]] = defaultdict(list)
        """Term → what each step of which it is an alternative is a sign of."""
        for sign, terms in zip(signs, self.alternatives, strict=True):
            for term in terms:
                self._step_signs[term].append(sign)
        self._special = {kind: self._sign(self._ids[kind]) for kind in SPECIAL}

    def _sign(self, term: int) -> _Sign:
        """What a term is a sign of, worked out when a text first has it: a text has few of them."""
        known = self._signs.get(term)
        if known is None:
            whole = [0] * len(_Sign._fields)
            for sign in self._step_signs.get(term, ()):
                for n, mask in enumerate(sign):
                    if mask:
                        whole[n] |= mask
            known = self._signs[term] = _Sign(*whole)
        return known

    def _limit(self, reaches: Sequence[int]) -> None:
        """For each sentence the cues that count in it; the last is for all sentences after it."""
        reaches = reaches or [EVERYWHERE] * len(self.cues)
        nearer = sorted({reach for reach in reaches if reach < EVERYWHERE})
        self._counting = [
            mask_of(n for n, reach in enumerate(reaches) if reach >= sentence)
            for sentence in range((nearer[-1] if nearer else 0) + 2)
        ]

    def __missing__(self, word: str) -> _Known | None:
        """What a word may stand for, which is then remembered."""
        found = self._automaton.find_matches_as_indexes(f" {word} ", overlapping=True) if self._automaton else []
        terms = tuple(self._single[pattern] for pattern, _, _ in found)
        masks = [0] * len(_Sign._fields)
        for term in terms:
            masks = [mine | more for mine, more in zip(masks, self._sign(term), strict=True)]
        longer = self._longer.get(word, {})
        known = _Known(_Sign(*masks), terms, longer) if terms or longer else None
        if len(self) >= MAX_KNOWN:
            self.clear()
        if len(word) <= MAX_LETTERS:
            self[word] = known
        return known

    def find(self, words: Words, *, everywhere: bool = False) -> Found:
        """Number of each cue that occurs where it counts, or ``everywhere`` → where, in order."""
        scan = _Scan(words)
        scan.read(self)
        for index, term in scan.compound:
            scan.note(self._sign(term), index, index + self.lengths[term])
        special = _special(words)
        for kind, spans in special.items():
            for first, end in spans:
                scan.note(self._special[kind], first, end)
        possible = self._odd | scan.possible(self.short, _EVERYTHING if everywhere else self._counting)
        return Found(self, words, possible, scan.seen, scan.compound, special)


_EVERYTHING = (-1,)


class _Scan:
    """What the words of one text are signs of."""

    __slots__ = ("compound", "ends", "one", "other", "seen", "singles", "starts", "third", "words")

    def __init__(self, words: Words) -> None:
        self.words = words
        self.seen: list[tuple[int, _Known]] = []
        """The words that are terms."""
        self.compound: list[tuple[int, int]] = []
        """First word and number of the terms of several words."""
        self.starts: dict[int, int] = {}
        """Word → the cues that may go on with it."""
        self.ends: dict[int, int] = {}
        """Word → the cues of which a step ends before it."""
        sentences = words.sentences[-1] + 1 if words.sentences else 0
        self.singles = [0] * sentences
        """Of each sentence the cues of one step; the next three: see ``_Sign``."""
        self.one = [0] * sentences
        self.other = [0] * sentences
        self.third = [0] * sentences

    def read(self, book: PhraseBook) -> None:
        """Take in every word."""
        sentences, starts, ends = self.words.sentences, self.starts, self.ends
        singles, one, other, thirds = self.singles, self.one, self.other, self.third
        nexts = [*self.words.row[1:], ""]
        for place, known in enumerate(map(book.__getitem__, self.words.row)):
            if known is None:
                continue
            (single, before, after, rarest, second, third), terms, longer = known
            if longer and (letters := nexts[place][:NEXT_LETTERS]) in longer:
                self._go_on(place, longer[letters])
            if not terms:
                continue
            self.seen.append((place, known))
            if after:
                starts[place] = after
            if before:
                ends[place + 1] = before
            if single:
                singles[sentences[place]] |= single
            if rarest:
                one[sentences[place]] |= rarest
            if second:
                other[sentences[place]] |= second
            if third:
                thirds[sentences[place]] |= third

    def _go_on(self, place: int, longer: Sequence[tuple[int, tuple[str, ...]]]) -> None:
        for term, rest in longer:
            if _goes_on(self.words, place, rest):
                self.compound.append((place, term))

    def note(self, sign: _Sign, first: int, end: int) -> None:
        """Take in a term that is no single word."""
        sentence = self.words.sentences[first]
        self.starts[first] = self.starts.get(first, 0) | sign.after
        self.ends[end] = self.ends.get(end, 0) | sign.before
        self.singles[sentence] |= sign.singles
        self.one[sentence] |= sign.one
        self.other[sentence] |= sign.other
        self.third[sentence] |= sign.third

    def possible(self, short: int, counting: Sequence[int]) -> int:
        """The cues that may occur: of one step; of two side by side; or of which a sentence has the rarest two.

        Unless they are ``short``, a third step must be in the sentence, too.
        """
        found, last = 0, len(counting) - 1
        sentences, ends = self.words.sentences, self.ends
        allowed = [(mask | short) & counting[min(sentence, last)] for sentence, mask in enumerate(self.third)]
        for place, mask in self.starts.items():
            if place in ends:
                found |= ends[place] & mask & allowed[sentences[place]]
        for single, one, other, here in zip(self.singles, self.one, self.other, allowed, strict=True):
            found |= (single | one & other) & here
        return found


def commonness(step: tuple[str, ...]) -> tuple[bool, int]:
    """How common a step is, as far as can be told from its words."""
    return min(map(len, step)) <= 3, len(step)


def _goes_on(words: Words, place: int, rest: tuple[str, ...]) -> bool:
    """Whether other words, the last perhaps cut off, follow a word in its sentence."""
    end = place + 1 + len(rest)
    row = words.row[place + 1 : end]
    if len(row) < len(rest) or words.sentences[end - 1] != words.sentences[place]:
        return False
    last = rest[-1]
    if last[-1] == "*":
        return row[-1].startswith(last[:-1]) and row[:-1] == list(rest[:-1])
    return row[-1] == last and row[:-1] == list(rest[:-1])


def _special(words: Words) -> dict[str, list[Span]]:
    """Where each alternative that is no word stands."""
    special: dict[str, list[Span]] = {}
    for index, kind in words.amounts.items():
        for each in (kind, "#") if kind != "#" else ("#",):
            special.setdefault(each, []).append((index, index + 1))
    if words.openings:
        special["^"] = [(index, index) for index in words.openings]
    asking = [(index, index) for index in words.openings if words.sentences[index] in words.asks] if words.asks else []
    if asking:
        special["?"] = asking
    return special


class Found(Mapping[int, list[Span]]):
    """Number of each cue that occurs in some words → where; worked out when it is asked for."""

    def __init__(
        self,
        book: PhraseBook,
        words: Words,
        possible: int,
        seen: Sequence[tuple[int, _Known]],
        compound: Sequence[tuple[int, int]],
        special: Mapping[str, list[Span]],
    ) -> None:
        self.possible = possible
        """The cues that may occur, as a set of bits: no other does."""
        self._book, self._words = book, words
        self._seen, self._compound = seen, compound
        self._special = {book._ids[kind]: spans for kind, spans in special.items()}
        self._places: dict[int, int] = {}
        """Term → the words at which it begins, as a set of bits."""
        self._terms: set[int] = set()
        self._known: dict[int, list[Span]] = {}
        self._spans: dict[int, list[Span]] = {}
        self._edges: dict[int, tuple[int, int]] = {}

    def any(self, cues: int) -> bool:
        """Whether any of some cues, a set of bits, occurs."""
        cues &= self.possible
        return bool(cues) and any(map(self._of, bits(cues)))

    def spans(self, cues: int) -> Iterator[Span]:
        """Where any of some cues, a set of bits, occurs."""
        for number in bits(cues & self.possible):
            yield from self._of(number)

    def get(self, number: int, default: Any = None) -> Any:
        """Where a cue occurs; ``default`` if it does not."""
        return (self._of(number) or default) if self.possible >> number & 1 else default

    def __getitem__(self, number: int) -> list[Span]:
        spans = self.get(number)
        if not spans:
            raise KeyError(number)
        return list(spans)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and bool(self.possible >> number & 1) and bool(self._of(number))

    def __iter__(self) -> Iterator[int]:
        return (number for number in bits(self.possible) if self._of(number))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _of(self, number: int) -> list[Span]:
        spans = self._known.get(number)
        if spans is None:
            if not self._terms:
                self._place()
            spans = self._known[number] = self._find(*self._book.cues[number])
        return spans

    def _place(self) -> None:
        """Work out where each term stands."""
        places = self._places
        for index, known in self._seen:
            bit = 1 << index
            for term in known.terms:
                places[term] = places[term] | bit if term in places else bit
        for index, term in self._compound:
            places[term] = places.get(term, 0) | 1 << index
        self._terms = {*places, *self._special}

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
                    mask = self._places[term]
                    starts |= mask
                    ends |= mask << self._book.lengths[term]
                else:
                    for first, end in self._special[term]:
                        starts |= 1 << first
                        ends |= 1 << end
            masks = self._edges[step] = starts, ends
        return masks

    def _step(self, step: int) -> list[Span]:
        """Where a step stands: by where it ends, but by where it begins if one of its alternatives is no word."""
        lengths, letters = self._book.lengths, self._book.letters
        terms = self._book.alternatives[step] & self._terms
        if len(terms) == 1:
            (term,) = terms
            spans = self._spans.get(term)
            if spans is None:
                length = lengths[term]
                spans = self._special.get(term) or [(first, first + length) for first in bits(self._places[term])]
                self._spans[term] = spans
            return spans
        special = [place for term in terms for place in self._special.get(term, ())]
        found = sorted(
            (first + lengths[term], letters[term], first) for term in terms for first in bits(self._places.get(term, 0))
        )
        spans = [(first, end) for end, _, first in found]
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
