"""What a rep reads in the morning: built pure, then written in one format a file."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.digest.build import Digest

FORMATS = {
    "text": "to_text", "md": "to_markdown", "html": "to_html", "json": "to_json", "atom": "to_atom", "ics": "to_ics",
}  # fmt: skip
"""Format → the module beside this one whose ``render(digest) -> str`` writes it."""


def render(digest: Digest, fmt: str) -> str:
    """The digest in one of FORMATS."""
    text: str = import_module(f"aggregator.digest.{FORMATS[fmt]}").render(digest)
    return text
