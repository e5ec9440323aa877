"""The frame of every HTML page that leadline writes: self-contained, nothing fetched, nothing run. Pure.

A policy in the page forbids browsers to load or send anything, should anything ever slip in. It is well-formed XML as
well, so that a fault in it cannot hide.
"""

from __future__ import annotations

from html import escape

from feeds.text import one_line, printable

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def document(title: str, style: str, body: str) -> str:
    """A whole page around a body that is HTML already; ends in a line end."""
    return printable(
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f'<meta name="referrer" content="no-referrer"/>\n<title>{text(title)}</title>\n'
        f"<style>\n{style.strip()}\n</style>\n</head>\n<body>\n{body.rstrip()}\n</body>\n</html>\n"
    )


def text(words: str) -> str:
    """Words as HTML shows them, on one line."""
    return escape(one_line(words))
