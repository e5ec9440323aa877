"""One digest with every section, from fixed data and a fixed clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from aggregator.digest.build import Beside, Digest, build
from aggregator.digest.coming import dues
from aggregator.digest.news import Followed, Shared
from aggregator.model import Fact, Prospect, SourceStatus
from feeds.model import FetchState
from tests.samples import NOW, a_match, a_source, a_status, a_tag, an_item

ACME = Prospect("acme", "Acme Corporation", ("Acme",), stage="qualifying")
BETA = Prospect("beta", "Beta & Sons <Ltd>", ("Beta",))
QUIET = Prospect("quiet", "Quiet Works")


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Local time is UTC while the test lasts."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def a_deadline(day: date, words: str) -> Fact:
    return Fact("deadline", words, "body", 0, len(words), day=day)


def full_digest(**other: object) -> Digest:
    """Something in every section."""
    deal = an_item("Acme acquires Gamma for €310 million", "wire", matches=(a_match(), a_match("beta", words="Beta")))
    copy = an_item("Acme acquires Gamma for €310 million in cash", "trade", hours=2)
    tender = an_item(
        "Beta invites tenders for <b>valves</b>", "board", 3, matches=(a_match("beta", words="Beta"),),
        tags=(a_tag("purchasing_plans", "purchasing_plans.tender", words="invites tenders"),),
        facts=(a_deadline(date(2026, 3, 20), "20 March 2026"),),
    )  # fmt: skip
    untagged = an_item("Acme among best employers", "trade", 4, tags=())
    old = an_item(
        "Acme asks for bids on pumps", "board", 24 * 20,
        tags=(a_tag("purchasing_plans", "purchasing_plans.tender", words="asks for bids"),),
        facts=(a_deadline(date(2026, 3, 9), "9 March 2026"),),
    )  # fmt: skip
    kept = an_item("Acme plans a plant in Ulm", "wire", 24 * 9, text="Acme plans a plant & a depot.")
    lent = an_item("Beta names a buyer", "wire", 24 * 3, matches=(a_match("beta"),))
    held = SourceStatus(
        a_source("sam", name="SAM.gov", prospect="acme"),
        FetchState(status="new", next_why="held: the quota of SAM.gov (1,000 a day) is spent"), 0,
    )  # fmt: skip
    statuses = (
        a_status("wire", name="The Wire"), a_status("trade", name="Trade Weekly"), a_status("board"),
        a_status("dead", "failed", reason="timeout", name="Acme newsroom"), a_status("slow", hours=24 * 40), held,
    )  # fmt: skip
    since = NOW - timedelta(days=1)
    items = [deal, copy, tender, untagged]
    return build(
        items, [ACME, BETA, QUIET], statuses, now=NOW, since=since, rep="jo",
        beside=Beside(
            dues=dues([], [tender, old], now=NOW, since=since, prospects={"acme", "beta"}, new={tender.id}),
            changes=(Followed(kept, NOW - timedelta(hours=5), "amount: 10 → 12 EUR", "kept"),),
            shared=(Shared(lent, "ann", NOW - timedelta(hours=2), "call her"),),
            packs=("Pack press-wires 1.2.0 came: 3 sources more",),
            kept=(kept,),
            rhythms={"slow": timedelta(days=7)},
            notices=("A digest to ops may have been sent at 07:30 but was not confirmed; what it held comes again.",),
        ),
        **other,  # type: ignore[arg-type]
    )  # fmt: skip
