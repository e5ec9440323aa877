"""The letter-by-letter work on texts: compiled where that could be built, else in Python."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from feeds.text import slowly

if TYPE_CHECKING or os.environ.get("LEADLINE_PURE_PYTHON"):
    letters = slowly
else:
    try:
        from feeds.text import letters
    except ImportError:  # no compiler was there when leadline was installed
        letters = slowly

lowered, folded_words = letters.lowered, letters.folded_words
number_starts, beyond_ascii_replaced = letters.number_starts, letters.beyond_ascii_replaced
simply_cleaned, tags_apart = letters.simply_cleaned, letters.tags_apart
