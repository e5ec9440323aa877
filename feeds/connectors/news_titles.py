"""Headlines as news searches write them, put right. Pure."""

from __future__ import annotations

import re

_SPACED = re.compile(r" +([,.;:!?%)\]’])")
_OPENED = re.compile(r"([(\[$€£#]) +")
_THOUSANDS = re.compile(r"(?<=[0-9]), (?=[0-9]{3}(?![0-9]))")
_APOSTROPHE = re.compile(r" ?(['’]) (?=(?:s|t|re|ve|ll|d|m)\b)")


def unspaced(title: str) -> str:
    """``cut 1 , 200 jobs`` as it was written: ``cut 1,200 jobs``."""
    if " ," not in title and " ." not in title and not _SPACED.search(title) and not _APOSTROPHE.search(title):
        return title
    return _THOUSANDS.sub(",", _OPENED.sub(r"\1", _APOSTROPHE.sub(r"\1", _SPACED.sub(r"\1", title))))


def without_publisher(title: str, publisher: str) -> str:
    """A headline without the `` - Publisher`` behind it, if it is just that publisher: headlines hold dashes too."""
    suffix = f" - {publisher}"
    return title[: -len(suffix)].rstrip() if publisher and title.endswith(suffix) else title


def same_words(title: str) -> str:
    """What is alike in a headline that was printed twice."""
    return " ".join(re.findall(r"\w+", title.casefold()))[:300]
