"""Rows and counts as a desk asks for them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.core import Aggregator
from tests.samples import an_item, fill

CONFIG = """\
database = "leadline.db"
[[prospects]]
id = "acme"
name = "Acme"
[[sources]]
id = "wire"
url = "https://wire.example/feed"
[[sources]]
id = "post"
url = "https://post.example/feed"
"""


def desk(folder: Path, *items: object) -> Aggregator:
    path = folder / "leadline.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return fill(path, *items)  # type: ignore[arg-type]  # items


def test_pages_follow_each_other_and_lose_nothing(tmp_path: Path) -> None:
    words = "anchor bridge copper desert engine forest garden harbour island".split()
    items = [an_item(f"Acme {words[n % 9]} {words[n // 9]} {n}", hours=n) for n in range(60)]
    aggregator = desk(tmp_path, *items)
    query, found, after = aggregator.query("is:matched"), [], ""
    while True:
        page = aggregator.board.page(query, after=after, count=25)
        found += [id_ for row in page.rows for id_ in row.ids]
        after = page.next
        if not after:
            break

    assert sorted(found) == sorted(item.id for item in items)
    assert len(found) == len(set(found))
    best = aggregator.board.page(query, count=60, best_first=True).rows
    assert [row.score for row in best] == sorted((row.score for row in best), reverse=True)
    aggregator.close()


def test_one_story_is_one_row_with_its_publishers(tmp_path: Path) -> None:
    title = "Acme acquires Beta Cement for 3 billion"
    aggregator = desk(
        tmp_path,
        an_item(title),
        an_item("Acme buys Beta Cement for 3 billion", source="post", hours=2),
    )
    (row,) = aggregator.board.page(aggregator.query("")).rows
    detail = aggregator.board.detail(row.ids)

    assert (row.publishers, len(row.ids)) == (2, 2)
    assert detail is not None
    assert [detail.source, *(name for _, name in detail.others)] == ["post", "wire"]
    assert aggregator.board.detail(["0" * 16]) is None
    aggregator.close()


def test_the_same_expression_filters_by_score_at_the_desk_and_in_lists(tmp_path: Path) -> None:
    good, poor = an_item("Acme acquires Beta"), an_item("Acme paints a wall", tags=())
    aggregator = desk(tmp_path, good, poor)
    query = aggregator.query("score>60 age<7d -tag:recognition")

    assert [row.item.id for row in aggregator.board.page(query).rows] == [good.id]
    assert aggregator.board.ids(query) == [good.id]
    assert [item.id for item in aggregator.search("score>60 age<7d -tag:recognition")] == [good.id]
    assert [item.id for item in aggregator.search("score<60")] == [poor.id]
    aggregator.close()


def test_all_older_begins_with_the_item_itself(tmp_path: Path) -> None:
    items = [an_item(f"Acme deal {n}", hours=n) for n in range(5)]
    aggregator = desk(tmp_path, *items)
    middle = aggregator.one_item(items[2].id)

    assert aggregator.board.ids(aggregator.query(""), at_and_after=middle) == [item.id for item in items[2:]]
    aggregator.close()


def test_corrected_items_stand_where_they_belong(tmp_path: Path) -> None:
    items = [an_item(f"Acme deal {n}", hours=n) for n in range(4)]
    aggregator = desk(tmp_path, *items)
    aggregator.learning.correct(aggregator.one_item(items[1].id), [("tag", "structure", True)])
    aggregator.learning.correct(aggregator.one_item(items[2].id), [("prospect", "acme", False)])
    rows = aggregator.board.page(aggregator.query("is:matched"), count=2).rows
    found = aggregator.board.ids(aggregator.query("type:structure"))

    assert items[2].id not in aggregator.board.ids(aggregator.query("is:matched"))
    assert [row.item.id for row in rows][:2] == [items[0].id, items[1].id]
    assert found == [items[1].id]
    aggregator.close()


def test_what_arrived_since(tmp_path: Path) -> None:
    aggregator = desk(tmp_path, an_item("Acme one", hours=1), an_item("Acme two", hours=30))
    now = aggregator.now()

    assert aggregator.board.arrived(aggregator.query("is:matched"), now - timedelta(hours=5)) == 1
    assert aggregator.board.arrived(aggregator.query("type:structure"), now - timedelta(hours=50)) == 0
    assert aggregator.board.unread() == {"acme": 2}
    assert sum(aggregator.board.activity()["acme"]) == 2
    aggregator.close()


@pytest.mark.parametrize("text", ["score>x", "score:50", "score>1000", "-score>5"])
def test_scores_that_cannot_be_read_are_told(tmp_path: Path, text: str) -> None:
    aggregator = desk(tmp_path)
    with pytest.raises(Exception, match="score"):
        aggregator.query(text)
    aggregator.close()
