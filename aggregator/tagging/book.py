"""All cues of all rules, looked for together in one text after another: compiled where that could be built.

``scanner`` is built from Cython when leadline is installed on a machine with a C compiler; elsewhere ``words`` and
``match`` do the same work in Python, some five times slower. Both give the same answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from aggregator.tagging.cues import Cue
from aggregator.tagging.match import PhraseBook, Span, Tables, bits, commonness
from aggregator.tagging.words import ABBREVIATED, MAX_CHARS, odd_word, read_words
from feeds.compiled import compiled

if TYPE_CHECKING:
    from aggregator.tagging.scanner import Scanner as ScannerType

_module = compiled("aggregator.tagging.scanner")
SCANNER: type[ScannerType] | None = _module.Scanner if _module else None
"""None where it was not compiled."""


class Located(Protocol):
    """The words of one item: title and body in one row."""

    @property
    def sentences(self) -> list[int]:
        """Number of each word's sentence; ``TITLE`` in the title."""

    @property
    def breaks(self) -> list[bool]:
        """Whether a clause ends after the word."""

    @property
    def in_title(self) -> int:
        """How many words are the title's."""

    def characters(self, first: int, last: int, /) -> tuple[int, int]:
        """First and past-last character of some words, in the title or the body, whichever they are from."""


class Occurring(Protocol):
    """Number of each cue that occurs in a text → where."""

    possible: int
    """The cues that may occur, as a set of bits: no other does."""

    def any(self, cues: int, /) -> bool:
        """Whether any of some cues, a set of bits, occurs."""

    def spans(self, cues: int, /) -> Iterator[Span]:
        """Where any of some cues, a set of bits, occurs."""

    def get(self, number: int, default: Any = None, /) -> Any:
        """Where a cue occurs; ``default`` if it does not."""

    def __contains__(self, number: object, /) -> bool: ...

    def __iter__(self) -> Iterator[int]: ...


class Book(Protocol):
    """Cues that are looked for together."""

    def read(self, title: str, text: str, *, everywhere: bool = False) -> tuple[Located, Occurring]:
        """The words of an item, and the cues that occur where they count, or ``everywhere``."""


class Places(dict[int, list[Span]]):
    """Number of each cue that occurs → where, in order."""

    def __init__(self, found: dict[int, list[Span]], possible: int) -> None:
        """``possible`` are the same cues as a set of bits."""
        super().__init__(found)
        self.possible = possible

    def any(self, cues: int) -> bool:
        """Whether any of some cues, a set of bits, occurs."""
        return bool(cues & self.possible)

    def spans(self, cues: int) -> Iterator[Span]:
        """Where any of some cues, a set of bits, occurs."""
        for number in bits(cues & self.possible):
            yield from self[number]


class PythonBook:
    """Cues, looked for in Python."""

    def __init__(self, cues: Sequence[Cue], reaches: Sequence[int] = ()) -> None:
        """``reaches`` are the last sentences in which each cue counts; without them all count everywhere."""
        self._phrases = PhraseBook(cues, reaches)

    def read(self, title: str, text: str, *, everywhere: bool = False) -> tuple[Located, Occurring]:
        """The words of an item, and the cues that occur where they count, or ``everywhere``."""
        words = read_words(title, text)
        return words, self._phrases.find(words, everywhere=everywhere)


class CompiledBook:
    """Cues, looked for in compiled code, which always looks everywhere."""

    def __init__(self, scanner: type[ScannerType], cues: Sequence[Cue]) -> None:
        tables = Tables(cues)
        common = [commonness(step) for step in tables.steps]
        self._scanner = scanner(
            tables.terms, tables.letters, tables.alternatives, tables.cues, common, odd_word, ABBREVIATED
        )

    def read(self, title: str, text: str, *, everywhere: bool = False) -> tuple[Located, Occurring]:  # noqa: ARG002
        """The words of an item, and the cues that occur."""
        reading = self._scanner.read(title[:MAX_CHARS], text[:MAX_CHARS])
        return reading, Places(reading.places, reading.possible)


def book_of(cues: Sequence[Cue], reaches: Sequence[int] = ()) -> Book:
    """Cues made ready; ``reaches`` are the last sentences in which each cue counts."""
    return CompiledBook(SCANNER, cues) if SCANNER else PythonBook(cues, reaches)
