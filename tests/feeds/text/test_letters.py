"""The compiled work on letters gives what the Python one gives, whatever the text."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.compiled import compiled
from feeds.text import clean, html_to_text, quickly, slowly
from feeds.text.plain import folded_lines

LETTERS: ModuleType = quickly.letters
pytestmark = pytest.mark.skipif(quickly.letters is slowly, reason="leadline was installed without a C compiler")

ODD = [
    *"aB zÉ éß Σ ΟΔΟΣ İx ŉ ǅ ﬁ 𝔸 ½ ² ３ Ⅷ 1.5 1,000. 12 \u200b \u202e \ud800 \x1b[0m \x00 “q” – … •".split(),
    *("\u00a0", "\x85", "\u2028"),
    *(" ", "  ", "\n", "\n\n", "\r", "\t", " \n", "<", ">", "=", '"', "'", "/", "&amp;", "&lt;"),
    *(
        "<p>",
        "</p>",
        "<br/>",
        "<BR >",
        '<a href="x">',
        "<a b=c>",
        "<a b = 'c>d'>",
        "<li>",
        "<x/>",
        "<a b='<'>",
        "<1>",
        "<a",
    ),
]
TEXTS = st.one_of(st.lists(st.sampled_from(ODD), max_size=30).map("".join), st.text(max_size=80))


@given(TEXTS)
@settings(max_examples=600, deadline=None)
def test_does_what_python_does(text: str) -> None:
    for name in ("lowered", "folded_words", "number_starts", "tags_apart"):
        assert getattr(LETTERS, name)(text) == getattr(slowly, name)(text), name


class Shouted(dict[str, str]):
    def __missing__(self, sign: str) -> str:
        return f"({sign.upper()})"


@given(TEXTS)
def test_replaces_as_python_does(text: str) -> None:
    assert LETTERS.beyond_ascii_replaced(text, Shouted()) == slowly.beyond_ascii_replaced(text, Shouted())


@given(TEXTS)
@settings(max_examples=600, deadline=None)
def test_cleans_as_python_does_or_leaves_it_to_python(text: str) -> None:
    cleaned = LETTERS.simply_cleaned(text)
    assert cleaned in (None, folded_lines(text))
    if slowly.simply_cleaned(text) is None:
        assert cleaned is None
    assert clean(text) == folded_lines(text)


def test_every_letter_in_small_letters() -> None:
    for code in range(sys.maxunicode + 1):
        text = f"A{chr(code)}b"
        assert LETTERS.lowered(text) == text.lower()
        assert LETTERS.folded_words(text) == " ".join(text.split()).casefold()


@pytest.mark.parametrize("unit", ["<", "<a ", "<a b=", "<a b='", "1.", "\n", " ", "É", "<p>x</p>"])
def test_a_long_text_of_one_thing_is_done_at_once(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    for name in ("lowered", "folded_words", "number_starts", "tags_apart"):
        assert getattr(LETTERS, name)(text) == getattr(slowly, name)(text), name
    html_to_text(text)


def test_what_was_compiled_from_an_older_source_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "older.pyx").touch()
    (tmp_path / "older.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    os.utime(tmp_path / "older.pyx", (0, 0))
    assert compiled("older") is not None
    os.utime(tmp_path / "older.py", (0, 0))
    os.utime(tmp_path / "older.pyx", (1, 1))
    assert compiled("older") is None
    (tmp_path / "older.pyx").unlink()
    assert compiled("older") is not None
    assert compiled("no.such") is None
    monkeypatch.setenv("LEADLINE_PURE_PYTHON", "1")
    assert compiled("feeds.text.letters") is None
