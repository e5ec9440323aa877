"""Who buys and who sells: by a record's fields, else by the words around the name."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.catalog import Recipe, core_rules
from aggregator.model import Evidence, Item, Match, Prospect
from aggregator.pipeline.roles import role_of, with_roles
from aggregator.pipeline.scoring import score
from feeds.model import Source
from tests.samples import NOW, a_tag, an_item

VERRANO, CALDER = (
    Prospect("verrano", "Verrano Networks", ("Verrano",)),
    Prospect("calder", "Calder County Council", ("Calder",)),
)
PREPARER = Recipe(core_rules(), (VERRANO, CALDER)).build()
AWARD, WIN = "purchasing_history.award", "purchasing_history.customer_win"


def prepared(title: str, fields: dict[str, Any] | None = None) -> Item:
    """An item as a poll would store it."""
    item = an_item(title, matches=(), tags=(), fields=fields or {})
    return PREPARER.decide_meaning(item, Source("wire", ""))


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Leeds Council awards [Acme] $4m office contract", "supplier"),
        ("[Acme] wins $20 million contract from the Navy", "supplier"),
        ("Navy awards $20 million contract to [Acme]", "supplier"),
        ("[Acme] awarded FAA contract", "supplier"),
        ("[Acme] has been selected to supply trains", "supplier"),
        ("[Acme] selected by Navy for radar upgrade", "supplier"),
        ("Contract awarded to [Acme] for cleaning", "supplier"),
        ("[Acme] lands three-year deal with Hull NHS Trust", "supplier"),
        ("[Acme]'s defence unit wins order from Army", "supplier"),
        ("[Acme] named preferred bidder for bridge", "supplier"),
        ("[Acme] awards road contract to Beta", "buyer"),
        ("[Acme] awarded Beta a $30m contract", "buyer"),
        ("Beta wins contract from [Acme]", "buyer"),
        ("Beta awarded contract by [Acme]", "buyer"),
        ("[Acme] selects Beta for payroll system", "buyer"),
        ("[Acme] orders 40 buses from Beta", "buyer"),
        ("Beta chosen by [Acme] to run its network", "buyer"),
        ("Supply contract for [Acme] won by Beta", "buyer"),
        ("[Acme] reports results", ""),
        ("Beta secures [Acme] contract", ""),
        ("Hull NHS Trust signs deal with [Acme]", ""),
    ],
)
def test_words_around_the_name(text: str, role: str) -> None:
    """The bracketed name is the prospect's."""
    start, end = text.index("["), text.index("]") - 1
    title = text.replace("[", "").replace("]", "")
    match = Match("acme", "name", Evidence("title", title[start:end], start, end), 0.9, about=True)

    assert role_of(an_item(title), match) == role


@pytest.mark.parametrize(
    ("field", "role"),
    [("supplier", "supplier"), ("Recipient Name", "supplier"), ("recipient_uei", "supplier"), ("awardee", "supplier"),
     ("buyer", "buyer"), ("agency", "buyer"), ("fullParentPathName", "buyer"), ("cik", ""), ("company", "")],
)  # fmt: skip
def test_fields_tell(field: str, role: str) -> None:
    """By the name of the field that matched."""
    match = Match("acme", "name", Evidence("field", "Acme", field=field), 0.95, about=True)

    assert role_of(an_item(), match) == role


def test_an_award_is_a_customer_won_for_its_supplier() -> None:
    """From a record and from a headline; for the buyer it stays history."""
    record = {"notice_type": "award", "supplier": "Verrano Networks", "buyer": "Ashby Council"}
    bought = {"notice_type": "award", "supplier": "Beta Ltd", "buyer": "Calder County Council"}

    assert [tag.signal for tag in prepared("Network services", record).tags] == [WIN]
    assert [tag.signal for tag in prepared("Network services", bought).tags] == [AWARD]
    assert [tag.signal for tag in prepared("Verrano wins $10m contract from Hull council").tags] == [WIN]


def test_where_both_sides_are_prospects_each_gets_its_own_half() -> None:
    """The score of each says as what it counts."""
    item = prepared(
        "Network services", {"notice_type": "award", "supplier": "Verrano Networks", "buyer": "Calder County Council"}
    )
    reasons = {p.id: [r.words for r in score(item, p, None, NOW).reasons] for p in (VERRANO, CALDER)}

    assert {tag.signal for tag in item.tags} == {AWARD, WIN}
    assert (reasons["verrano"][0], reasons["calder"][0]) == ("Customer won", "Contract awarded")
    assert "about the prospect as supplier" in reasons["verrano"]
    assert "about the prospect as buyer" in reasons["calder"]


def test_other_tags_are_left_alone() -> None:
    item = an_item("Acme wins contract from Beta", tags=(a_tag(),))

    assert with_roles(item) == item
