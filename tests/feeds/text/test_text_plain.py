"""One line and many lines of plain text: nothing a terminal would obey, nothing hidden."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.text import clean, one_line
from feeds.text.plain import INVISIBLE, folded_lines

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")),
        st.sampled_from("\x1b\x07\x9b\x9d\u202e\u2066\u200b\u200d\ufeff\u2028\x85\u0640ab é👩"),
    ),
    max_size=60,
)
JOINERS = "\u200c\u200d"


def forbidden(text: str) -> list[str]:
    """Characters that no terminal text may hold."""
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in JOINERS]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("  two\t words\n\nhere ", "two words here"),
        ("a\x1b]0;pwned\x07b", "ab"),
        ("a\x1b[31mb", "ab"),
        ("a\x9b31mb\x9d", "ab"),
        ("see \x1b]8;;http://evil.example\x1b\\this\x1b]8;;\x1b\\ text", "see this text"),
        ("\x1b]0;never ended, so it is text", "]0;never ended, so it is text"),
        ("abc\u202ecod.exe", "abccod.exe"),
        ("a\u2066b\u2069c", "abc"),
        ("line\u2028sep\u2029par\x85nel\x0bvt\x0cff", "line sep par nel vt ff"),
        ("in\u200bvisi\u2060ble\ufeff so\u00adft", "invisible soft"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("no\u00a0break", "no break"),
        ("tags \U000e0041\U000e0042!", "tags !"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("a\u200db", "ab"),
        ("é\u200d\u200d\u200dé", "éé"),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(None, "hello world"), (11, "hello world"), (10, "hello wor…"), (7, "hello…"), (1, "…"), (0, "")],
)
def test_limit_counts_the_ellipsis(limit: int | None, expected: str) -> None:
    assert one_line("hello world", limit) == expected


def test_clean_keeps_lines_and_one_blank_line() -> None:
    assert clean("\n\n a  b \r\n\n\n\u2028c\td\re\x1b[0m \n") == "a b\n\nc d\ne"


@given(HOSTILE, st.one_of(st.none(), st.integers(0, 30)))
def test_one_line_is_safe_bounded_and_settled(text: str, limit: int | None) -> None:
    done = one_line(text, limit)
    assert not forbidden(done)
    assert len(done.splitlines()) <= 1
    assert limit is None or len(done) <= limit
    assert one_line(done, limit) == done


@given(HOSTILE, st.one_of(st.none(), st.integers(0, 30)))
def test_clean_is_safe_bounded_and_settled(text: str, limit: int | None) -> None:
    done = clean(text, limit)
    assert set(forbidden(done)) <= {"\n"}
    assert "\n\n\n" not in done
    assert limit is None or len(done) <= limit
    assert clean(done, limit) == done


@given(HOSTILE | st.text(st.sampled_from("ab \n\r\t\x0b\x85\u2028\x00\ufe0f\u034f—é中"), max_size=40))
def test_the_quick_way_agrees_with_folding_line_by_line(text: str) -> None:
    assert clean(text) == folded_lines(text)


def test_nothing_invisible_goes_the_quick_way() -> None:
    invisible = (sign for sign in map(chr, range(0x110000)) if INVISIBLE.match(sign))

    assert all(clean(f"é{sign}é") == "éé" for sign in invisible)
