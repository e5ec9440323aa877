"""The promises of reports and of documents' copies, held against every back end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.errors import StoreError
from aggregator.model import FACETS, Batch, Correction, Document, Evidence, Item, Match, Note, Tag
from aggregator.store import Store, open_store
from feeds.model import FetchState, Source

MakeItem = Callable[..., Item]
HOUR = timedelta(hours=1)
START = datetime(2026, 3, 1, tzinfo=UTC)  # a Sunday


@pytest.fixture(params=["memory", "sqlite"])
def filled(
    request: pytest.FixtureRequest, tmp_path: Path, make_item: MakeItem, make_tag: Callable[..., Tag],
    make_match: Callable[..., Match],
) -> Iterator[Store]:  # fmt: skip
    """A store of each kind with four items over two weeks; two of Acme, three tagged."""
    opened = open_store(":memory:" if request.param == "memory" else str(tmp_path / "leads.db"))
    opened.sync_sources([Source("wire", "https://wire.test/f"), Source("board", "https://board.test/f")], START)
    deal, tender = make_tag("strategy", "strategy.ma"), make_tag("purchasing_plans", "purchasing_plans.tender")
    doubtful = Match("acme", "name", Evidence("title", "Acme", 0, 4), 0.2, about=False)
    items = (
        make_item(1, seen_at=START, tags=(deal,), matches=(make_match("acme"),)),
        make_item(2, seen_at=START + 30 * HOUR, tags=(deal, tender), matches=(make_match("acme"),)),
        make_item(3, seen_at=START + 31 * HOUR, tags=(tender,), matches=(doubtful,)),
        make_item(4, "board", seen_at=START + 32 * HOUR),
    )
    for source in ("wire", "board"):
        fresh = tuple(item for item in items if item.source == source)
        opened.apply([Batch(source, "w", FetchState(status="ok"), fresh)], START)
    yield opened
    opened.close()


def ids(store: Store) -> list[str]:
    """The ids of the items by number."""
    from aggregator.model import Query

    return [item.id for item in sorted(store.items(Query(limit=9)).items, key=lambda item: item.seen_at)]


def test_items_are_counted_by_each_facet(filled: Store) -> None:
    counts = {facet: {tally.key: tally.n for tally in filled.tallies(facet, START)} for facet in FACETS}
    assert counts == {
        "all": {"": 4},
        "signal": {"purchasing_plans.tender": 2, "strategy.ma": 2},
        "source": {"wire": 3, "board": 1},
        "pack": {"pack-1": 3},
        "prospect": {"acme": 2},
    }
    assert [tally.n for tally in filled.tallies("all", START + HOUR)] == [3]
    assert filled.tallies("all", START + 99 * HOUR) == []


def test_verdicts_of_all_reps_and_their_median_delay(filled: Store) -> None:
    first, second, third, fourth = ids(filled)
    filled.triage("ann", [first], "kept", START + HOUR)
    filled.triage("bo", [first], "dismissed", START + 3 * HOUR)
    filled.triage("ann", [second], "qualified", START + 40 * HOUR)
    filled.triage("ann", [third], "snoozed", START + 40 * HOUR, until=START + 90 * HOUR)
    filled.triage("ann", [fourth], "dismissed", START + 34 * HOUR)
    whole = filled.tallies("all", START)[0]
    assert (whole.kept, whole.dismissed, whole.decided, whole.kept_ratio) == (2, 2, 4, 0.5)
    assert whole.median_seconds == 2.5 * 3600
    deals = filled.tallies("signal", START)[1]
    assert (deals.key, deals.kept, deals.dismissed, deals.median_seconds) == ("strategy.ma", 2, 1, 3 * 3600)
    tender = filled.tallies("signal", START)[0]
    assert (tender.decided, tender.kept_ratio, tender.median_seconds) == (1, 1.0, 10 * 3600)


def test_weeks_begin_on_mondays(filled: Store) -> None:
    filled.triage("ann", ids(filled)[:1], "kept", START + 30 * HOUR)
    whole = filled.tallies("all", START)[0]
    assert whole.weeks == {date(2026, 2, 23): 1, date(2026, 3, 2): 3}
    assert whole.kept_weeks == {date(2026, 3, 2): 1}


def test_without_a_verdict_there_is_no_ratio(filled: Store) -> None:
    whole = filled.tallies("all", START)[0]
    assert (whole.decided, whole.kept_ratio, whole.median_seconds) == (0, None, None)


def test_corrections_count_where_they_tell_of_a_fault(filled: Store) -> None:
    first, second, *_ = ids(filled)
    words = [
        Correction(first, "ann", "tag", "strategy", False, START),
        Correction(second, "ann", "tag", "purchasing_plans.tender", False, START),
        Correction(second, "bo", "tag", "requirements", True, START),
        Correction(second, "bo", "prospect", "acme", False, START),
    ]
    filled.correct(words)
    counts = {facet: {t.key: t.corrections for t in filled.tallies(facet, START)} for facet in FACETS}
    assert counts == {
        "all": {"": 4},
        "signal": {"purchasing_plans.tender": 1, "strategy.ma": 1},
        "source": {"wire": 4, "board": 0},
        "pack": {"pack-1": 2},
        "prospect": {"acme": 1},
    }


def test_private_notes_are_counted_not_read(filled: Store) -> None:
    first, *_, last = ids(filled)
    for number, (item, rep, seen, prospect) in enumerate(
        [(first, "ann", "private", ""), ("", "ann", "private", "acme"), (first, "bo", "private", ""),
         (first, "bo", "shared", ""), (first, "cy", "removed", ""), (last, "cy", "private", "")]
    ):  # fmt: skip
        filled.add_note(Note(f"n{number}", item, rep, "words", START, seen, prospect))
    assert filled.private_notes("acme") == {"ann": 2, "bo": 1}
    assert filled.private_notes("beta") == {}


def test_who_kept_which_item(filled: Store) -> None:
    first, second, *_ = ids(filled)
    for rep, item, state in (("bo", first, "kept"), ("ann", first, "handed_over"), ("ann", second, "dismissed")):
        filled.triage(rep, [item], state, START)
    assert filled.keepers([first, second]) == {first: ("ann", "bo")}
    assert filled.keepers([second]) == {}


def test_a_copy_is_known_once_and_a_changed_one_beside_it(filled: Store) -> None:
    item = ids(filled)[0]
    first = Document(item, "https://a.test/x.pdf", "aa", "x.pdf", "application/pdf", 7, START, "ann")
    later = Document(item, "https://a.test/x.pdf", "bb", "x.pdf", "application/pdf", 8, START + HOUR, "bo")
    assert [filled.add_document(each) for each in (later, first, first)] == [True, True, False]
    assert filled.documents([item]) == [first, later]
    assert filled.documents(["nope"]) == []
    with pytest.raises(StoreError, match="no item"):
        filled.add_document(Document("nope", "https://a.test", "cc", "x", "", 1, START, "ann"))
