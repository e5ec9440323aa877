"""Ids made from names and addresses. Pure."""

from __future__ import annotations

import hashlib
import re

from aggregator.pipeline.names import fold


def slug(words: str) -> str:
    """An id from a name or address: lower case without diacritics, words joined by hyphens, 64 characters at most.

    What is too long, or in a script that has no such letters, ends in eight hex digits, so that two stay two.
    """
    told = re.sub(r"[^a-z0-9]+", "-", " ".join(map(fold, words.split()))).strip("-")
    if told and len(told) <= 64 and not _lost_letters(words):
        return told
    mark = hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=4).hexdigest()
    return f"{told[:55].strip('-')}-{mark}".strip("-")


def _lost_letters(words: str) -> bool:
    """Whether a name has letters that an id cannot show."""
    return bool(re.search(r"[^\W\d_a-z]", " ".join(map(fold, words.split()))))
