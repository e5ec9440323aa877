from collections.abc import Callable, Sequence, Set

class Reading:
    sentences: list[int]
    breaks: list[bool]
    in_title: int
    places: dict[int, list[tuple[int, int]]]
    possible: int
    def characters(self, first: int, last: int) -> tuple[int, int]: ...

class Scanner:
    def __init__(
        self,
        terms: Sequence[str],
        letters: Sequence[int],
        alternatives: Sequence[Set[int]],
        cues: Sequence[tuple[tuple[int, ...], tuple[int, ...]]],
        rarity: Sequence[tuple[bool, int]],
        odd_word: Callable[[str, str, int, int, int, str], tuple[str, str]],
        abbreviated: Set[str],
    ) -> None: ...
    def read(self, title: str, text: str) -> Reading: ...
