"""What widgets and workers of the desk tell each other."""

from __future__ import annotations

from textual.message import Message


class LineMoved(Message):
    """The cursor of a list is on another line, or on another row under it."""

    def __init__(self, list_id: str, index: int) -> None:
        super().__init__()
        self.list_id, self.index = list_id, index


class LineChosen(Message):
    """A line was clicked twice."""

    def __init__(self, list_id: str, index: int) -> None:
        super().__init__()
        self.list_id, self.index = list_id, index


class EdgeNear(Message):
    """The cursor or the view came near the first or last line that is held."""

    def __init__(self, list_id: str, *, at_end: bool) -> None:
        super().__init__()
        self.list_id, self.at_end = list_id, at_end


class TabChosen(Message):
    """The name of a screen was clicked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class Polling(Message):
    """A poll in the background asked one more source, or ended."""

    def __init__(self, source: str = "", outcome: str = "", words: str = "", *, ended: bool = False) -> None:
        super().__init__()
        self.source, self.outcome, self.words, self.ended = source, outcome, words, ended


class Retry(Message):
    """A source is to be asked again now."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source


class Loaded(Message):
    """A list was read anew: nothing is new beside it."""


class Changed(Message):
    """Something was decided or stored: counts and lists are to be read anew."""

    def __init__(self, item: str = "") -> None:
        super().__init__()
        self.item = item
