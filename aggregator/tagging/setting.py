"""What stands around a hit: its sentence, negation, background clauses, and the phase they show."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from aggregator.tagging.book import Book
from aggregator.tagging.match import Span

NEGATION_REACH = 2
"""Words that may lie between a negation and the cue that it undoes."""

BACKGROUND_FACTOR = 0.6
"""What is left of a hit in a clause that only recalls something: a title cue then no longer makes a tag alone."""

_PHASES = ("cancelled", "rumoured", "completed", "planned")


class Setting:
    """The words of one item and the cues found in it."""

    def __init__(
        self, title: str, text: str, book: Book, context: Mapping[str, int], *, everywhere: bool = False
    ) -> None:
        """``context`` gives the cues of each kind as a set of bits; ``everywhere``: see ``Book.read``."""
        self.words, self.found = book.read(title, text, everywhere=everywhere)
        self._context = context

    def sentence(self, span: Span) -> int:
        """Number of the sentence in which a span starts."""
        return self.words.sentences[span[0]]

    def sentences_of(self, cues: int) -> set[int]:
        """Numbers of the sentences in which any of the cues, a set of bits, occurs."""
        return {self.sentence(span) for span in self.found.spans(cues)} if cues & self.found.possible else set()

    def characters(self, span: Span) -> tuple[int, int]:
        """First and past-last character of a span, in the title or the body, whichever it is in."""
        return self.words.characters(span[0], span[1] - 1)

    def standing(self, span: Span, *, negatable: bool = True) -> float:
        """1 for what is asserted, less for what is only recalled, 0 for what is denied."""
        first = span[0]
        if not negatable:
            return 1.0
        if first in self._negated or span[1] - 1 in self._negated:
            return 0.0
        return BACKGROUND_FACTOR if first in self._background else 1.0

    def phase(self, span: Span, usual: str) -> str:
        """The phase that the words of the sentence show, else the rule's own, else announced."""
        sentence = self.sentence(span)
        for phase in _PHASES:
            if phase == usual or sentence in self.sentences_of(self._context[phase]):
                return phase
        return usual or "announced"

    @cached_property
    def _negated(self) -> set[int]:
        """Words that a negation before them undoes."""
        return {
            word
            for _, end in self.found.spans(self._context["negations"])
            for word in range(end, end + NEGATION_REACH + 1)
        }

    @cached_property
    def _background(self) -> set[int]:
        """Words from a marker such as ``after`` to the end of its clause."""
        background: set[int] = set()
        sentences, breaks = self.words.sentences, self.words.breaks
        for start, end in self.found.spans(self._context["background"]):
            opens = start == 0 or sentences[start - 1] != sentences[start]
            last = end - 1
            while (
                last + 1 < len(sentences)
                and sentences[last + 1] == sentences[start]
                and not (breaks[last] and last >= end)
            ):
                last += 1
            if not opens or breaks[last]:
                background.update(range(start, last + 1))
        return background
