"""What is learnt from verdicts: a bounded, smoothed term, and suggestions with their figures."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.pipeline.keeping import KeepRate, Suggestion, counted_from, keep_term, rates, recounted, suggestions
from tests.samples import a_tag, an_item


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_term_is_bounded_and_rises_with_what_is_kept(kept: int, dismissed: int) -> None:
    """From a half to one and a half; one verdict moves it little."""
    keeps = {("s", "wire"): (kept, dismissed), ("s", "more"): (kept + 1, dismissed)}
    [more] = keep_term(keeps, "s", "more")
    terms = keep_term(keeps, "s", "wire")

    assert len(terms) == bool(kept + dismissed)
    for term in terms:
        assert 0.5 < term.factor < 1.5
        assert term.factor < more.factor <= term.factor + 0.1


def test_what_is_nearly_always_dismissed_is_suggested() -> None:
    """A source of which several signals go is named whole; what is kept now and then is not named."""
    keeps = {
        ("strategy.ma", "noise"): (0, 20), ("", "noise"): (1, 40), ("*", "noise"): (1, 60),
        ("strategy.ma", "wire"): (9, 9),
        ("market_position.recognition", "wire"): (0, 6), ("market_position.recognition", "trade"): (0, 9),
        ("structure.sites", "trade"): (30, 2),
        ("strategy.capex", "trade"): (0, 3),
    }  # fmt: skip

    assert suggestions(keeps) == [
        Suggestion("", "noise", 1, 61),
        Suggestion("market_position.recognition", "", 0, 15),
    ]


def test_a_pair_is_suggested_where_neither_of_its_halves_is() -> None:
    """Only that signal of that source."""
    keeps = {("strategy.ma", "noise"): (0, 20), ("structure.sites", "noise"): (20, 0), ("strategy.ma", "wire"): (20, 0)}
    [only] = suggestions(keeps)

    assert (only.signal, only.source) == ("strategy.ma", "noise")
    assert only.interval[1] < 0.2


def test_rates_are_of_each_signal_and_of_each_source() -> None:
    """An item counts once for its source, whatever its signals."""
    keeps = {("strategy.ma", "wire"): (3, 1), ("strategy.ma", "blog"): (1, 0), ("", "wire"): (0, 2),
             ("*", "wire"): (3, 3), ("*", "blog"): (1, 0)}  # fmt: skip

    assert rates(keeps) == [
        KeepRate("strategy.ma", "", 4, 5), KeepRate("untagged", "", 0, 2), KeepRate("", "blog", 1, 1),
        KeepRate("", "wire", 3, 6),
    ]  # fmt: skip
    assert rates({}) == []


def test_an_item_counts_under_the_tags_that_the_rep_gave_it() -> None:
    """A kept item whose tag was wrong speaks for no merger."""
    stored, corrected = an_item(), an_item(tags=(a_tag("structure", "structure.sites"),))
    keeps = {("strategy.ma", "wire"): (1, 4), ("*", "wire"): (1, 4)}

    assert recounted(keeps, [(stored, corrected, True)]) == {
        ("strategy.ma", "wire"): (0, 4), ("structure.sites", "wire"): (1, 0), ("*", "wire"): (1, 4),
    }  # fmt: skip
    assert recounted(keeps, [(stored, an_item(tags=()), False)])["", "wire"] == (0, 1)


def test_a_reset_counts_from_its_moment_on() -> None:
    """Of that signal or source alone; of both, the later reset."""
    keeps = {("a", "wire"): (5, 5), ("a", "blog"): (2, 2), ("b", "wire"): (3, 3), ("*", "wire"): (8, 8)}
    of_wire = {("a", "wire"): (1, 1), ("b", "wire"): (0, 1), ("*", "wire"): (1, 2)}
    later = {("signal", "a"): {("a", "wire"): (1, 0)}, ("source", "wire"): of_wire}  # fmt: skip

    assert counted_from(keeps, {}) == keeps
    assert counted_from(keeps, later) == {("a", "wire"): (1, 0), ("b", "wire"): (0, 1), ("*", "wire"): (1, 2)}
