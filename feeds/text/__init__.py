"""Hostile markup in; plain, bounded, terminal-safe text out.

Everything here takes linear time, recurses nowhere, and cleans after the last decoding step, so that no
escaping, however deep, brings a control character through.
"""

from feeds.text.links import relative_link, safe_link
from feeds.text.markup import html_to_text, title_text
from feeds.text.plain import clean, one_line, printable, without_sequences
from feeds.text.safe import safe_html

__all__ = [
    "clean",
    "html_to_text",
    "one_line",
    "printable",
    "relative_link",
    "safe_html",
    "safe_link",
    "title_text",
    "without_sequences",
]
