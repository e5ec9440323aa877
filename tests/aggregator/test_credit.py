"""Who found, thanked and moved what: the finder keeps the credit, and what was taken back does not count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.credit import KINDS, Credit, RepCredit, credit
from aggregator.model import DEED_KINDS, Deed
from aggregator.store import open_store

START = datetime(2026, 3, 1, tzinfo=UTC)


def recorded(*deeds: tuple[str, str, str, str] | tuple[str, str, str, str, str]) -> list[Deed]:
    """A ledger as the store keeps it, a deed an hour: kind, subject, rep, value, cites."""
    store = open_store(":memory:")
    for hour, (kind, subject, rep, value, *cites) in enumerate(deeds):
        store.record([Deed(kind, subject, rep, value, START + timedelta(hours=hour), *cites)])
    return store.deeds()


def figures(found: Credit) -> dict[str, tuple[int, int, int]]:
    return {each.rep: (each.found, each.thanks, each.moves) for each in found.reps}


def test_shares_thanks_and_moves_go_to_the_finder() -> None:
    found = credit(
        recorded(
            ("share", "i1", "bo", "look"), ("share", "i1", "ann", "again"), ("thank", "i1", "ann", "yes"),
            ("thank", "i1", "cy", "yes"), ("stage", "acme", "ann", "pricing", "i1"),
            ("stage", "acme", "ann", "closing", "i2"), ("share", "i3", "ann", "x"),
        )
    )  # fmt: skip
    assert found.reps == (RepCredit("bo", 1, 2, 1), RepCredit("ann", 1, 0, 0))
    assert [(e.kind, e.rep, e.finder, e.stage) for e in found.entries] == [
        ("share", "bo", "bo", ""), ("thank", "ann", "bo", ""), ("thank", "cy", "bo", ""),
        ("stage", "ann", "bo", "pricing"), ("share", "ann", "ann", ""),
    ]  # fmt: skip


def test_what_was_taken_back_is_told_and_does_not_count() -> None:
    found = credit(
        recorded(
            ("share", "i1", "bo", "look"), ("thank", "i1", "ann", "yes"), ("thank", "i1", "ann", ""),
            ("stage", "acme", "ann", "pricing", "i1"), ("stage", "acme", "ann", ""),
        )
    )  # fmt: skip
    assert figures(found) == {"bo": (1, 0, 0)}
    assert [e.is_taken_back for e in found.entries] == [False, True, True]
    assert figures(credit(recorded(("share", "i1", "bo", "x"), ("share", "i1", "bo", "")))) == {}


def test_the_finder_is_known_though_older_than_the_period() -> None:
    ledger = recorded(("share", "i1", "bo", "look"), ("thank", "i1", "ann", "yes"))
    found = credit(ledger, START + timedelta(minutes=30))
    assert [(e.kind, e.finder) for e in found.entries] == [("thank", "bo")]
    assert figures(found) == {"bo": (0, 1, 0)}


def test_nobody_earns_by_thanking_himself() -> None:
    assert figures(credit(recorded(("share", "i1", "bo", "x"), ("thank", "i1", "bo", "yes")))) == {"bo": (1, 0, 0)}


@given(
    st.lists(
        st.tuples(st.sampled_from(DEED_KINDS), st.sampled_from(["i1", "i2", "acme"]), st.sampled_from(["ann", "bo"]),
                  st.sampled_from(["", "yes", "look"]), st.sampled_from(["", "i1"])), max_size=30,
    )
)  # fmt: skip
def test_no_other_deed_is_ever_told_and_figures_never_exceed_the_ledger(
    deeds: list[tuple[str, str, str, str, str]],
) -> None:
    found = credit(recorded(*deeds))
    assert all(entry.kind in KINDS for entry in found.entries)
    assert sum(rep.found for rep in found.reps) <= len({deed[1] for deed in deeds if deed[0] == "share" and deed[3]})
    assert all(entry.finder for entry in found.entries)
