"""The letter-by-letter work on texts: compiled where that could be built, else in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feeds.compiled import compiled
from feeds.text import slowly

if TYPE_CHECKING:
    letters = slowly
else:
    letters = compiled("feeds.text.letters") or slowly

lowered, folded_words = letters.lowered, letters.folded_words
number_starts, beyond_ascii_replaced = letters.number_starts, letters.beyond_ascii_replaced
simply_cleaned, tags_apart = letters.simply_cleaned, letters.tags_apart
