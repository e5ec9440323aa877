"""The compiled reading of words and cues gives what the Python one gives, whatever the text."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.catalog import core_rules
from aggregator.tagging import book as books
from aggregator.tagging.book import CompiledBook, PythonBook, book_of
from aggregator.tagging.cues import Cue, parse_cue
from aggregator.tagging.rules import read_rules
from aggregator.tagging.words import MAX_CHARS

COMPILED = books.SCANNER
pytestmark = pytest.mark.skipif(COMPILED is None, reason="leadline was installed without a C compiler")

CUES = [
    parse_cue(cue)
    for cue in (
        *("a", "a b", "a .. b", "a|b .. cx* .. d", "^ a .. c", "a_b .. $#", "b #%", "cx* a_b|d", "a|b|$# . b|^|a_b"),
        *("? .. a|b", "a .. ^ b", "cx*|cxy|cx_a", "éa*|u.s|o'neill", "spin-off", "joint_ven*"),
    )
]

WORDS = [
    *"a b c cx cxy d e A. B. $5 7% 9 U.S. u.s spin-off joint venture Ventures O’Neill's o'neill l'usine".split(),
    *"#39; #39;s #36;3 #1234; É é½ ½ ² ３ Ⅷ2 İx ß Σας a&b a_b 1.5bn EUR33m $3 Inc. \x1b[0m \ud800 𝟙 ǅ ﬁ".split(),
    *(
        "million",
        "?",
        "?!",
        ".",
        "…",
        ",",
        "-",
        "—",
        "\n",
        "\n \n",
        " | ",
        "||",
        "。",
        "！",
        "_",
        '"',
        "’",
        "&",
        "\u2028",
    ),
]
WRITTEN = st.tuples(
    st.lists(st.sampled_from(WORDS), max_size=12),
    st.lists(st.sampled_from(WORDS), max_size=40),
    st.sampled_from(["", " "]),
).map(lambda drawn: (drawn[2].join(drawn[0]), drawn[2].join(drawn[1])))
ANY_TEXT = st.tuples(st.text(max_size=60), st.text(max_size=200))


def compiled(cues: list[Cue]) -> CompiledBook:
    assert COMPILED is not None
    return CompiledBook(COMPILED, cues)


COMPILED_BOOK = None if COMPILED is None else compiled(CUES)
PYTHON_BOOK = PythonBook(CUES)


def shown(book: books.Book, title: str, text: str) -> object:
    words, found = book.read(title, text, everywhere=True)
    every = range(len(words.sentences))
    places = {number: found.get(number) for number in found}
    return words.sentences, words.breaks, words.in_title, [words.characters(n, n) for n in every], places


@given(st.one_of(WRITTEN, ANY_TEXT))
@settings(max_examples=500, deadline=None)
def test_reads_words_and_cues_as_python_does(parts: tuple[str, str]) -> None:
    assert COMPILED_BOOK is not None
    assert shown(COMPILED_BOOK, *parts) == shown(PYTHON_BOOK, *parts)


@pytest.mark.parametrize("size", [MAX_CHARS - 1, MAX_CHARS, MAX_CHARS + 1, 200_000])
@pytest.mark.parametrize("unit", ["a", "a b ", "a cx. ", "$5 ", "é", "ab"])
def test_a_long_text_of_one_thing_is_read_as_python_does(size: int, unit: str) -> None:
    text = (unit * size)[:size]
    assert shown(compiled(CUES), text, text) == shown(PYTHON_BOOK, text, text)


def test_the_core_rules_examples_are_read_as_python_does() -> None:
    rules = [rule for each in core_rules() for rule in read_rules(each.text, each.file, each.pack).rules]
    cues = list(dict.fromkeys(chain.from_iterable((*rule.cues, *rule.unless, *rule.never) for rule in rules)))
    fast, slow = compiled(cues), PythonBook(cues)
    examples = [text for rule in rules for text in (*rule.written.must, *rule.written.must_not)]

    assert len(examples) > 50
    for title in examples:
        assert shown(fast, title, examples[0]) == shown(slow, title, examples[0])


def test_several_threads_may_read() -> None:
    texts = [(f"a 5{n}% b spin-off", f"O'Neill's ${n} a b. " * (n % 7)) for n in range(200)]
    book = compiled(CUES)
    with ThreadPoolExecutor(4) as threads:
        read = list(threads.map(lambda text: shown(book, *text), texts * 5))

    assert read == [shown(PYTHON_BOOK, *text) for text in texts] * 5


def test_no_cues_are_no_fault() -> None:
    words, found = compiled([]).read("a b", "c")
    assert (words.sentences, list(found), found.possible) == ([0, 0, 1], [], 0)


def test_it_is_what_rules_are_looked_for_with() -> None:
    assert isinstance(book_of(CUES), CompiledBook)


def test_python_alone_can_be_asked_for() -> None:
    code = "import aggregator.tagging.book as b, json; print(json.dumps(type(b.book_of([])).__name__))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"LEADLINE_PURE_PYTHON": "1"}
    )
    assert json.loads(done.stdout) == "PythonBook"
