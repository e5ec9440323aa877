from collections.abc import Callable

class Tally:
    def __init__(
        self, grams: dict[str, tuple[int, ...]], types: int, stem: Callable[[str], str], many: int, long_: int
    ) -> None: ...
    def sums(self, title: str, text: str) -> tuple[int, tuple[int, ...]]: ...
