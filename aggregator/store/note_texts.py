"""What a store promises about all of a rep's notes: read to see that none of them leaves with a pack."""

from __future__ import annotations

from typing import Protocol


class NoteTexts(Protocol):
    """The words of notes, without what they are on."""

    def note_texts(self, rep: str) -> list[str]:
        """The text of each of the rep's notes, and of those that others shared; in no order."""
        ...
