"""What widgets and workers of the desk tell each other."""

from __future__ import annotations

from textual.message import Message

from aggregator.model import Item


class ItemChosen(Message):
    """The rep moved to an item; None where the list is empty."""

    def __init__(self, item: Item | None) -> None:
        super().__init__()
        self.item = item


class Polled(Message):
    """A poll in the background ended."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


class Widened(Message):
    """The list has another width: its lines must be drawn anew."""
