"""Notices of one procurement become one thread, which says what changed from notice to notice."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.catalog import Recipe, core_rules
from aggregator.model import Item, Prospect, Version
from aggregator.pipeline.normalize import digest
from aggregator.pipeline.numbering import stage, thread_keys
from aggregator.pipeline.procurements import Thread, days_left, one_a_thread, thread_words, threads, told
from feeds.model import Source
from tests.samples import NOW, an_item

PREPARER = Recipe(core_rules(), (Prospect("calder", "Calder County Council"),)).build()
TODAY = NOW.date()


def notice(title: str, hours: float, fields: Mapping[str, Any], source: str = "board", text: str = "") -> Item:
    """A notice as a poll would store it."""
    told_apart = digest(title, source, str(hours), str(fields), text)
    item = an_item(title, source, hours, id=told_apart, text=text, fields=dict(fields), matches=(), tags=())
    return PREPARER.decide_meaning(item, Source(source, ""))


def only(*items: Item) -> Thread:
    """The one thread that these items make."""
    [thread] = threads(items)
    return thread


OCID = {"ocid": "ocds-b5fd17-000481", "buyer": "Calder County Council"}
PLAN = notice("Road gritting 2027", 24 * 90, {**OCID, "tag": ["planning"], "value": {"amount": 9e5, "currency": "GBP"}})
TENDER = notice("Road gritting 2027 to 2029", 24 * 30, {
    **OCID, "tag": "tender", "value": {"amount": 12e5, "currency": "GBP"}, "tenderPeriod": {"endDate": "2026-03-12"},
    "status": "active",
})  # fmt: skip
MOVED = notice("Road gritting 2027 to 2029", 24 * 10, {
    **OCID, "tag": ["tenderUpdate"], "tenderPeriod": {"endDate": "2026-03-26"}, "status": "active",
})  # fmt: skip
AWARDED = notice("Road gritting 2027 to 2029", 2, {
    **OCID, "tag": ["award"], "supplier": "Aggrelane Ltd", "value": {"amount": 1_150_000, "currency": "GBP"},
    "contractPeriod": {"endDate": "2029-04-30"}, "status": "complete",
})  # fmt: skip


def test_from_planning_to_award_with_what_changed() -> None:
    """Each notice against all that was known before it."""
    thread = only(AWARDED, PLAN, MOVED, TENDER)

    assert [each.stage for each in thread.notices] == ["planning", "tender", "amendment", "award"]
    assert [[change.words for change in each.changes] for each in thread.notices] == [
        [],
        ["stage changed from planning to tender", "deadline told: 12 Mar 2026",
         "value changed from 900,000 GBP to 1,200,000 GBP", "status told: active", "title with “to 2029”"],
        ["stage changed from tender to amendment", "deadline moved from 12 Mar 2026 to 26 Mar 2026"],
        ["stage changed from amendment to award", "end told: 30 Apr 2029",
         "value changed from 1,200,000 GBP to 1,150,000 GBP", "status changed from active to complete",
         "supplier named: Aggrelane Ltd"],
    ]  # fmt: skip
    assert (thread.key, thread.stage, thread.suppliers) == ("ocid ocds-b5fd17-000481", "award", ("Aggrelane Ltd",))
    assert (thread.deadline, thread.end, thread.value) == (date(2026, 3, 26), date(2029, 4, 30), (1_150_000.0, "GBP"))
    assert thread.prospects == ("calder",)
    assert not thread.is_open(TODAY)


def test_an_open_one_says_how_long_is_left() -> None:
    """As the digest and lists show it."""
    thread = only(TENDER, MOVED)

    assert thread.is_open(TODAY)
    assert days_left(thread, TODAY) == "24 days left"
    assert thread_words(thread, TODAY) == (
        "amendment, notice 2 of 2: stage changed from tender to amendment; deadline moved from 12 Mar 2026 to "
        "26 Mar 2026; 24 days left"
    )
    assert not thread.is_open(date(2026, 3, 27))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        # SAM.gov: the solicitation groups presolicitation, solicitation and award; each version has its own notice id
        ({"noticeId": "a1" * 16, "solicitationNumber": "36C10X26R0042", "type": "Presolicitation"},
         {"noticeId": "b2" * 16, "solicitationNumber": " 36c10x26r0042", "type": "Award Notice"}),
        # TED: the procedure groups notices; a later one may name the former
        ({"publication-number": "449316-2026", "procedure-identifier": "0f0c5d0e-77c1", "form_type": "competition"},
         {"publication-number": "512001-2026", "procedure-identifier": "0f0c5d0e-77c1", "form_type": "result"}),
        ({"procedure": "0f0c5d0e-77c1", "notice_type": "pin-only"},
         {"procedure": "0f0c5d0e-77c1", "notice_type": "can-standard"}),
        ({"publication_number": "449316-2026", "notice_type": "cn-standard"},
         {"publication_number": "512001-2026", "related_notices": ["449316-2026"], "notice_type": "can-standard"}),
        # USAspending names the solicitation in an award's detail
        ({"solicitation_number": "36C10X26R0042", "notice_type": "Solicitation"},
         {"generated_internal_id": "CONT_AWD_36C10X26K0001_3600_NONE_NONE", "solicitation_id": "36C10X26R0042",
          "notice_type": "Award Notice"}),
        ({"Award ID": "36C10X26K0001", "notice_type": "award"}, {"piid": "36C10X26K0001", "notice_type": "can-modif"}),
    ],
)  # fmt: skip
def test_numbers_as_records_give_them(left: dict[str, Any], right: dict[str, Any]) -> None:
    """Whatever their names and capitals."""
    right = {"notice_type": right.pop("type"), **right} if "type" in right else right
    left = {"notice_type": left.pop("type"), **left} if "type" in left else left
    pair = [notice("Ward supplies", 50, left), notice("Ward supplies", 2, right, "other")]

    assert len(only(*pair).notices) == 2


def test_numbers_in_text_hold_feeds_together() -> None:
    """Where a feed gives no fields."""
    first = notice("Calder County Council invites tenders for gritting", 90, {}, text="Reference ocds-b5fd17-000481.")
    second = notice("Contract award notice: gritting for Calder County Council", 2, {}, text="OCID ocds-b5fd17-000481")
    by_words = notice("Calder County Council invites tenders, solicitation no. RG-2027-114", 9, {})

    assert [each.stage for each in only(first, second).notices] == ["tender", "award"]
    assert thread_keys(by_words) == ("solicitation rg-2027-114",)


def test_a_notice_without_a_number_stands_alone_where_asked() -> None:
    """In the list of tenders, not as a thread of others."""
    lone = notice("Calder County Council invites tenders for gritting, closing date 14 May 2026", 9, {})
    [thread] = threads([lone, an_item("Acme acquires Beta")], alone=True)

    assert (thread.key, thread.deadline, thread.is_open(TODAY)) == (f"item {lone.id}", date(2026, 5, 14), True)
    assert len(threads([lone, TENDER], alone=True)) == 2


def test_what_is_apart_stays_apart() -> None:
    """Other numbers; one short number of two buyers; one ocid under which many buyers stand."""
    short = [notice("Supplies", 9, {"solicitation_number": "RFP-12", "buyer": buyer, "notice_type": "tender"})
             for buyer in ("Calder County Council", "Ashby Council")]  # fmt: skip
    register = [notice("Qualification system", 9, {"ocid": "ocds-b5fd17-1", "buyer": f"Firm {n}", "tag": "tender"})
                for n in range(5)]  # fmt: skip

    assert (
        len(threads([TENDER, notice("Road gritting 2027", 9, {**OCID, "ocid": "ocds-b5fd17-000482", "tag": "tender"})]))
        == 2
    )
    assert len(threads(short)) == 2
    assert len(threads(register)) == 5


def test_an_item_of_no_procurement_is_in_no_thread() -> None:
    """News without a number, and a number on what is no procurement."""
    news = notice("Calder County Council invites tenders for gritting", 9, {})
    job = notice("Nurse", 9, {"job_id": "ocds-123456-1", "ocid": "ocds-b5fd17-000481"})

    assert threads([news, job]) == []


@pytest.mark.parametrize(
    "fields",
    [{"tag": "tenderCancellation"}, {"tag": "tender", "status": "cancelled"}, {"tag": "tender", "status": "Withdrawn"}],
)
def test_a_cancelled_one_is_closed(fields: dict[str, str]) -> None:
    """By its tag or its status."""
    thread = only(TENDER, notice("Road gritting 2027 to 2029", 1, {**OCID, **fields}))

    assert (thread.stage, thread.is_open(TODAY)) == ("cancelled", False)


def test_an_edited_record_is_a_notice_of_its_own() -> None:
    """A source that edits its notice in place moves the deadline all the same."""
    at = NOW - timedelta(days=3)
    former = Version(MOVED.id, at, MOVED.title, "", {**MOVED.fields, "tenderPeriod": {"endDate": "2026-03-19"}})
    [thread] = threads([MOVED], {MOVED.id: [former]})

    assert [[change.words for change in each.changes] for each in thread.notices] == [
        [], ["deadline moved from 19 Mar 2026 to 26 Mar 2026"],
    ]  # fmt: skip
    assert thread.items == (MOVED,)
    assert told(former.fields) != told(MOVED.fields)
    assert told({**MOVED.fields, "views": 7}) == told(MOVED.fields)


def test_one_line_a_thread() -> None:
    """The latest notice stands for all; other items stay where they are."""
    news = an_item("Acme acquires Beta")
    thread = only(PLAN, TENDER, MOVED)
    of = {item.id: thread for item in thread.items}

    assert one_a_thread([TENDER, news, MOVED, PLAN], of) == [news, MOVED]
    assert one_a_thread([TENDER, news], of) == [TENDER, news]


FIELDS = st.dictionaries(
    st.sampled_from("ocid solicitation_number notice_id award_id tag status supplier buyer value".split()),
    st.none() | st.text(max_size=30) | st.integers() | st.floats() | st.lists(st.text(max_size=12), max_size=3)
    | st.dictionaries(st.text(max_size=6), st.text(max_size=9), max_size=2)
    | st.sampled_from(["tender", "award", "x-1"]),
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(FIELDS, max_size=5), st.randoms(use_true_random=False))
def test_any_fields_in_any_order_give_the_same_threads(fields: list[dict[str, Any]], shuffle: random.Random) -> None:
    """Nothing is lost, doubled or raised."""
    items = [notice(f"Notice {number}", number, each) for number, each in enumerate(fields)]
    found = threads(items)
    shuffle.shuffle(items)

    assert threads(items) == found
    threaded = [item.id for thread in found for item in thread.items]
    assert len(threaded) == len(set(threaded))
    assert set(threaded) == {item.id for item in items if thread_keys(item) and stage(item)}
