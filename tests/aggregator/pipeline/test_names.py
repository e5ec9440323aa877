"""Names folded for comparison: the quick way gives the words that the exact one gives."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.pipeline.names import flat_words, tokens, without_accents

TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("abAB19 _-.'&,\n"),
        st.sampled_from("éÉßØłﬁ½²…—’“\u0301\u200dİΣςЖ中⒈㎡"),
    ),
    max_size=40,
)


@given(TEXTS)
@example("\U0001d400cme")
def test_words_in_one_string_are_the_same_words(text: str) -> None:
    expected = " ".join(token.folded for token in tokens(text))

    assert flat_words(text).strip() == expected.strip()
    assert flat_words(without_accents(text)).strip() == expected.strip()


@given(TEXTS)
def test_a_text_without_accents_says_the_same(text: str) -> None:
    assert without_accents("Müller—Ørsted’s " + text).startswith("Muller orsted s ")
