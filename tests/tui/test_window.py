"""The rows that a list holds out of many."""

from __future__ import annotations

from aggregator.board import Row, RowPage
from tests.samples import an_item
from tui import window
from tui.window import MOST_ROWS, Window

ROWS = [Row(an_item(f"Story {n}"), 50.0, ("acme",), False) for n in range(4000)]


def fetch(after: str, count: int, _best: bool) -> RowPage:
    start = int(after or 0)
    end = start + count
    return RowPage(tuple(ROWS[start:end]), str(end) if end < len(ROWS) else "", count)


def test_rows_are_held_in_a_window_and_read_again_where_they_were_let_go() -> None:
    held = Window().read(fetch)
    while held.next:
        held.append(held.fetch_at(fetch, held.next, held.first + len(held.pages)))
        assert len(held.rows) <= MOST_ROWS
    assert held.rows[-1] is ROWS[-1]
    assert held.first > 3
    while held.has_before:
        held.prepend(held.fetch_at(fetch, held.starts[held.first - 1], held.first - 1))
        assert len(held.rows) <= MOST_ROWS + window.FIRST
        start = ROWS.index(held.rows[0])
        assert held.rows == ROWS[start : start + len(held.rows)]
    assert held.rows[0] is ROWS[0]
    assert held.next


def test_reading_anew_brings_as_many_pages_from_where_they_began() -> None:
    held = Window(best_first=False).read(fetch)
    for _ in range(12):
        held.append(held.fetch_at(fetch, held.next, held.first + len(held.pages)))
    again = held.read(fetch)

    assert again.rows == held.rows
    assert (again.first, again.next) == (held.first, held.next)


def test_a_row_taken_out_is_out_and_one_that_comes_again_is_not_doubled() -> None:
    held = Window().read(fetch)
    held.replace(lambda row: None if row is ROWS[3] else row)
    assert ROWS[3] not in held.rows
    rows, gone = held.append(RowPage((ROWS[0], ROWS[401]), ""))
    assert rows == [ROWS[401]]
    assert gone == 0
