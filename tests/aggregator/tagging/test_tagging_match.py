"""Finding cues in words agrees with a slow, obvious search."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.tagging import match
from aggregator.tagging.cues import Cue, parse_cue
from aggregator.tagging.match import EVERYWHERE, PhraseBook
from aggregator.tagging.words import Words, read_words

CUES = [
    parse_cue(cue) for cue in ("a", "a b", "a .. b", "a|b .. cx* .. d", "^ a .. c", "a_b .. $#", "b #%", "cx* a_b|d")
]
BOOK = PhraseBook(CUES)


def slow(cue: Cue, words: Words) -> bool:
    """Whether a cue occurs, by trying every word for every step."""

    def fits(step: tuple[str, ...], at: int) -> list[int]:
        ends = []
        for term in step:
            if term == "^" and at < len(words.row) and (at == 0 or words.sentences[at] != words.sentences[at - 1]):
                ends.append(at)
            if term in ("#", "$#", "#%") and (words.amounts.get(at) == term or (term == "#" and at in words.amounts)):
                ends.append(at + 1)
            parts = term.split()
            row = words.row[at : at + len(parts)]
            same = all(w == p or (p.endswith("*") and w.startswith(p[:-1])) for w, p in zip(row, parts, strict=False))
            if len(row) == len(parts) and same and len(set(words.sentences[at : at + len(parts)])) == 1:
                ends.append(at + len(parts))
        return ends

    def follows(step: int, at: int, sentence: int) -> bool:
        if step == len(cue.steps):
            return words.sentences[max(at, 1) - 1] == sentence
        return any(
            follows(step + 1, end, sentence)
            for start in range(at, at + cue.gaps[step] + 1)
            for end in fits(cue.steps[step], start)
        )

    return any(
        follows(1, end, words.sentences[start]) for start in range(len(words.row)) for end in fits(cue.steps[0], start)
    )


@given(st.lists(st.sampled_from(["a", "b", "c", "cx", "cxy", "d", "e", "a. B", "$5", "7%", "9", "-"]), max_size=25))
@settings(max_examples=300, deadline=None)
def test_agrees_with_the_slow_search(parts: list[str]) -> None:
    words = read_words(" ".join(parts[:8]), " ".join(parts[8:]))
    found = BOOK.find(words)

    for number, cue in enumerate(CUES):
        assert (number in found) == slow(cue, words), (cue, words.row)


def test_an_empty_book_finds_nothing() -> None:
    assert PhraseBook([]).find(read_words("a b", "c")) == {}


def test_words_fold_and_numbers_are_told_apart() -> None:
    words = read_words("U.S. Spin-off at Verrano’s: $1.5 billion, EUR33m, 5.2 pct, 30,000", "")

    assert words.row == [
        "us",
        "spin",
        "off",
        "at",
        "verrano",
        "1.5",
        "billion",
        "eur33m",
        "5.2",
        "pct",
        "30,000",
    ]
    assert words.amounts == {5: "$#", 7: "$#", 8: "#%", 10: "#"}


def test_an_escaped_apostrophe_that_lost_its_ampersand_is_no_word() -> None:
    words = read_words("Verrano #39;s profit of #36;3 million", "")

    assert words.row == ["verrano", "profit", "of", "3", "million"]
    assert words.amounts == {3: "$#"}


def test_abbreviations_end_no_sentence() -> None:
    words = read_words("", "Verrano Inc. Names a chief. He starts in Jan. 2027! Good? Yes")

    assert words.sentences == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 4]


WRITTEN = st.lists(
    st.sampled_from(
        [
            *"the Verrano U.S. spin-off Verrano’s l'usine Inc. $5 12% 1.5bn #39; #36;3 é½ Ⅷ2 a1 A. B. İx a&b".split(),
            *("?", ",", ";", "-", "—", "\n\n", "|", "。", "_"),
        ]
    ),
    max_size=30,
)


@given(WRITTEN, WRITTEN, st.sampled_from(["", " ", "  "]))
def test_every_word_stands_where_it_is_said_to_stand(title: list[str], body: list[str], between: str) -> None:
    parts = between.join(title), between.join(body)
    words = read_words(*parts)

    assert len(words.row) == len(words.sentences) == len(words.breaks)
    for index, word in enumerate(words.row):
        start, end = words.characters(index, index)
        shown = parts[index >= words.in_title][start:end].lower().replace("\u2019", "'")
        assert shown.removesuffix("'s").removeprefix("l'").replace(".", "") == word.lower().replace(".", "")


@given(WRITTEN)
def test_what_is_found_does_not_change_with_what_is_asked_first(parts: list[str]) -> None:
    words = read_words("a b cx", " ".join(["a b", *parts, "c a cxy d"]))

    whole = dict(BOOK.find(words))
    for number in range(len(CUES)):
        found = BOOK.find(words)
        assert found.get(number, []) == whole.get(number, [])
        assert (number in found) == found.any(1 << number) == (number in whole)
        assert found.possible >> number & 1 or number not in whole


REACHES = [1, 2, 0, EVERYWHERE, 1, 3, 2, 1]
NEAR = PhraseBook(CUES, REACHES)


@given(st.lists(st.sampled_from(["a", "b", "c", "cx", "cxy", "d", "e", "a. B", "b. A", "$5", "7%"]), max_size=40))
@settings(max_examples=200, deadline=None)
def test_a_cue_that_counts_only_so_far_is_found_there_as_without_that_bound(parts: list[str]) -> None:
    words = read_words(" ".join(parts[:6]), " ".join(parts[6:]))
    near, whole, everywhere = NEAR.find(words), BOOK.find(words), NEAR.find(words, everywhere=True)

    assert dict(everywhere) == dict(whole)
    for number, reach in enumerate(REACHES):
        within = [span for span in whole.get(number, []) if words.sentences[span[0]] <= reach]
        assert [span for span in near.get(number, []) if words.sentences[span[0]] <= reach] == within


def test_of_endless_new_words_not_all_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match, "MAX_KNOWN", 5)
    book = PhraseBook(CUES)
    for number in range(50):
        words = read_words(f"a b{number}x a c{'x' * 60}{number} b a b", "")
        assert dict(book.find(words)) == dict(BOOK.find(words))
        assert len(book) <= 5
        assert all(len(word) < 60 for word in book)
