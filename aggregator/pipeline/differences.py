"""What changed between two texts, word by word: pieces that a terminal, a screen or JSON can show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, REMOVED, ADDED = "same", "removed", "added"
MAX_WORDS = 6_000
"""Words of the differing middle of two texts that are compared; what is beyond counts as exchanged whole."""
CONTEXT = 60
"""Characters of unchanged text that are kept on each side of a change when it is shown in short."""

_TOKEN = re.compile(r"\w+(?:[.,:'’-]\w+)*|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that two versions share, or that only one of them has."""

    kind: str
    """``same``, ``removed`` or ``added``."""
    text: str


def differences(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces in reading order: those kept and removed make ``before``, those kept and added make ``after``."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    start = _shared(old, new)
    stop = _shared(old[start:][::-1], new[start:][::-1])
    middle = _middle(old[start : len(old) - stop], new[start : len(new) - stop])
    pieces = [Piece(SAME, "".join(old[:start])), *middle, Piece(SAME, "".join(old[len(old) - stop :]))]
    return _joined([piece for piece in pieces if piece.text])


def is_changed(pieces: Sequence[Piece]) -> bool:
    """Whether anything but white space was removed or added."""
    return any(piece.kind != SAME and piece.text.strip() for piece in pieces)


def in_short(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The changes, and of what was kept only the words beside them."""
    short = []
    for place, piece in enumerate(pieces):
        first, last = place == 0, place == len(pieces) - 1
        room = CONTEXT * ((not first) + (not last))
        if piece.kind != SAME or len(piece.text) <= room + 10:
            short.append(piece)
        else:
            head = "" if first else piece.text[:CONTEXT].rsplit(" ", 1)[0]
            tail = "" if last else piece.text[-CONTEXT:].split(" ", 1)[-1]
            short.append(Piece(SAME, " … ".join((head, tail))))
    return tuple(short)


def marked(pieces: Sequence[Piece]) -> str:
    """The pieces as one text: ``[-removed-]`` and ``{+added+}``, so that no colour is needed to tell them apart."""
    signs = {SAME: ("", ""), REMOVED: ("[-", "-]"), ADDED: ("{+", "+}")}
    return "".join(f"{signs[each.kind][0]}{each.text}{signs[each.kind][1]}" for each in pieces)


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """How many words two texts begin with alike."""
    return next((n for n, (left, right) in enumerate(zip(old, new, strict=False)) if left != right),
                min(len(old), len(new)))  # fmt: skip


def _middle(old: list[str], new: list[str]) -> list[Piece]:
    if len(old) > MAX_WORDS or len(new) > MAX_WORDS:
        return [Piece(REMOVED, "".join(old)), Piece(ADDED, "".join(new))]
    pieces = []
    for tag, first, last, begin, end in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(new[begin:end])))
        else:
            pieces += [Piece(REMOVED, "".join(old[first:last])), Piece(ADDED, "".join(new[begin:end]))]
    return pieces


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one kind as one; a lone blank between two changes is part of both."""
    parted: list[Piece] = []
    for place, piece in enumerate(pieces):
        if piece.kind == SAME and not piece.text.strip() and 0 < place < len(pieces) - 1:
            parted += [Piece(REMOVED, piece.text), Piece(ADDED, piece.text)]
        else:
            parted.append(piece)
    return tuple(_runs(parted))


def _runs(pieces: Sequence[Piece]) -> list[Piece]:
    """Each run of changes as what was removed, then what was added."""
    runs: list[Piece] = []
    gone, come = "", ""
    for piece in [*pieces, Piece(SAME, "")]:
        if piece.kind == SAME:
            runs += [Piece(REMOVED, gone)] * bool(gone) + [Piece(ADDED, come)] * bool(come)
            gone = come = ""
            if piece.text and runs and runs[-1].kind == SAME:
                runs[-1] = Piece(SAME, runs[-1].text + piece.text)
            elif piece.text:
                runs.append(piece)
        gone += piece.text if piece.kind == REMOVED else ""
        come += piece.text if piece.kind == ADDED else ""
    return runs
