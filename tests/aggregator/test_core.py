"""The one door: what a front end may ask, with a clock of its own and a store in memory."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from aggregator import config
from aggregator.claimants import worker_lives, worker_name
from aggregator.core import Aggregator
from aggregator.errors import LeadlineError
from aggregator.model import Batch, Fact, Item
from aggregator.query import QueryError
from aggregator.store.memory import MemoryStore
from feeds.model import FetchState
from tests.samples import NOW, a_tag, an_item

CONFIG = """
[[prospects]]
id = "acme"
name = "Acme Corporation"
aliases = ["Acme"]
[[prospects]]
id = "beta"
name = "Beta Ltd"
[[sources]]
id = "wire"
name = "The Wire"
url = "https://wire.example/feed"
[[sources]]
id = "own"
url = "https://acme.example/feed"
prospect = "acme"
"""


class Clock:
    """Tells the time that a test sets."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def opened(
    *items: Item, text: str = CONFIG, store: MemoryStore | None = None, clock: Clock | None = None
) -> Aggregator:
    store = store or MemoryStore()
    aggregator = Aggregator(config.parse(text), store, clock=clock or Clock())
    version = aggregator.catalog.recipe.version
    for claim in store.claim_due(NOW, worker="w", limit=10, lease=60) if items else ():
        mine = tuple(replace(item, rules_version=version) for item in items if item.source == claim.source.id)
        state = FetchState(status="ok", checked_at=NOW, answered_at=NOW, next_at=NOW + timedelta(hours=1))
        store.apply([Batch(claim.source.id, "w", state, mine)], NOW)
    return aggregator


def test_sources_have_names() -> None:
    aggregator = opened()

    assert [aggregator.source_name(id_) for id_ in ("wire", "own", "gone")] == ["The Wire", "own", "gone"]


def test_which_sources_are_meant() -> None:
    aggregator = opened()

    assert aggregator.source_ids([], []) is None
    assert aggregator.source_ids(["wire"], ["acme"]) == frozenset({"wire", "own"})
    assert aggregator.source_ids([], ["beta"]) == frozenset()
    for sources, prospects, hint in ((["wir"], [], "'wire'"), ([], ["acm"], "'acme'")):
        with pytest.raises(LeadlineError) as caught:
            aggregator.source_ids(sources, prospects)
        assert f"did you mean {hint}?" == caught.value.hint


def test_a_thousand_ids_are_not_read_out() -> None:
    many = "".join(f'[[sources]]\nid = "zz{n}"\nurl = "https://a.example/{n}"\n' for n in range(1000))

    with pytest.raises(LeadlineError) as caught:
        opened(text=many).query("source:nope")
    assert len(caught.value.hint) < 100


def test_a_retired_sources_items_can_still_be_asked_for() -> None:
    store = MemoryStore()
    opened(an_item(), store=store)
    aggregator = opened(text="", store=store)

    assert [item.source for item in aggregator.search("source:wire")] == ["wire"]


def test_limits_and_pages() -> None:
    aggregator = opened(*(an_item(f"Acme deal {n}") for n in range(1200)))

    for limit, count in ((0, 1200), (1, 1), (500, 500), (501, 501), (5000, 1200)):
        assert len(list(aggregator.search("", limit=limit))) == count


def test_words_find_what_was_stored_just_now() -> None:
    assert [item.title for item in opened(an_item("Acme acquires Beta")).search("acquires")] == ["Acme acquires Beta"]


@pytest.mark.parametrize("query", ["type:x", "prospect:x", "source:x", "state:x", "is:x", "scope:x", "age<x"])
def test_unknown_values_are_faults(query: str) -> None:
    with pytest.raises((QueryError, LeadlineError)):
        list(opened().search(query))


def test_editing_the_prospects_changes_what_is_matched() -> None:
    store = MemoryStore()
    opened(an_item("Gamma wins award", matches=(), tags=()), store=store)

    aggregator = opened(text=CONFIG.replace("Beta Ltd", "Gamma"), store=store)

    assert [section.prospect.id for section in aggregator.digest().sections if section.prospect] == ["beta"]


def test_since() -> None:
    clock = Clock()
    aggregator = opened(an_item(hours=30), clock=clock)

    assert aggregator.digest().since == NOW - timedelta(days=1)
    assert aggregator.digest(since="7d").since == NOW - timedelta(days=7)
    assert aggregator.digest(since="2026-02-28T10:00:00+02:00").since.isoformat() == "2026-02-28T08:00:00+00:00"
    assert aggregator.digest(since="2026-02-28").since.isoformat() == "2026-02-28T00:00:00+00:00"
    assert aggregator.digest(since="last").since == NOW - timedelta(days=1)
    aggregator.digest_delivered(aggregator.digest(prospects=["acme"]))
    assert aggregator.digest(since="last").since == NOW - timedelta(days=1)
    aggregator.digest_delivered(aggregator.digest())
    clock.now = NOW + timedelta(hours=5)
    assert aggregator.digest(since="last").since == NOW
    for wrong in ("", "x", "-1d", "2026-13-01", "0001-01-01", "9999-12-31", "2026-03-03", "999999w"):
        with pytest.raises(LeadlineError):
            aggregator.digest(since=wrong)


def test_triage_and_undo() -> None:
    item = an_item()
    aggregator = opened(item)

    former = aggregator.triage([item.id], "dismissed")
    assert list(aggregator.search("")) == []
    assert [each.id for each in aggregator.search("state:dismissed")] == [item.id]
    aggregator.undo(former)
    assert [each.id for each in aggregator.search("")] == [item.id]


def test_a_dismissed_item_leaves_the_digest() -> None:
    item = an_item()
    aggregator = opened(item)
    assert aggregator.digest().stories == 1

    aggregator.triage([item.id], "dismissed")

    assert aggregator.digest().stories == 0


def test_scores_for_each_prospect_or_for_none() -> None:
    aggregator = opened()

    assert [prospect and prospect.id for prospect, _ in aggregator.scores(an_item())] == ["acme"]
    assert [prospect for prospect, _ in aggregator.scores(an_item(matches=()))] == [None]


def test_a_worker_is_told_from_a_dead_one() -> None:
    assert worker_lives(worker_name())
    host, _, rest = worker_name().partition(":")
    assert worker_lives(f"elsewhere:{rest}")
    assert not worker_lives(f"{host}:{2**22 - 1}:1:1") or worker_lives(f"{host}:1:0:1")


def test_a_contract_comes_into_the_digest_on_the_day_its_window_opens() -> None:
    """Though its award was seen long ago; once, and looked for once a day."""
    clock, end = Clock(), (NOW + timedelta(days=600)).date()
    fact = Fact("end", end.isoformat(), "field", field="contract_end", day=end)
    award = a_tag("purchasing_history", "purchasing_history.award")
    fields = {"notice_type": "award", "buyer": "Acme Corporation", "contract_end": end.isoformat()}
    item = an_item("Fleet servicing", "wire", 24 * 90, fields=fields, tags=(award,), facts=(fact,))
    aggregator = opened(item, clock=clock)

    assert aggregator.compute() == 0
    clock.now = NOW + timedelta(days=52)
    aggregator._store.set_mark("computed", clock.now - timedelta(hours=1))
    assert aggregator.compute() == 0  # this day was looked through already, and nothing is new since
    clock.now = NOW + timedelta(days=53)
    assert [aggregator.compute(), aggregator.compute()] == [1, 0]
    [section] = aggregator.digest(since="24h").sections
    [line] = section.lines
    assert (line.item.title, section.account.signals) == (
        f"Contract ends on {end.day} {end:%b %Y}: Fleet servicing", ("purchasing_plans.recompete",),
    )  # fmt: skip
    clock.now += timedelta(days=3)
    assert aggregator.compute() == 0
    assert aggregator.digest(since="24h").sections == ()


def test_the_publishers_of_a_lists_stories_are_counted_among_its_items() -> None:
    """For lists that show scores: without reading more than they hold."""
    titles = {"wire": "Acme to acquire Halden Logistics for $310 million", "own": "Acme buys Halden in $310m deal"}
    items = [an_item(title, source) for source, title in titles.items()]
    aggregator = opened(*items, an_item("Acme names site for plant", "wire"))
    listed = list(aggregator.items(aggregator.query("")))
    told = aggregator.publishers(listed)

    assert sorted(told.values()) == [1, 2, 2]
    deal = next(item for item in listed if told[item.id] == 2)
    assert aggregator.told_by(deal) == 2
    [(_, score)] = aggregator.scores(deal, publishers=told[deal.id])
    assert any(reason.words == "told by 2 publishers" for reason in score.reasons)


def test_a_hiring_surge_is_an_item_of_its_board_once_a_week() -> None:
    """Against the weeks before, from what is stored."""
    need = a_tag("structure", "structure.hiring_need")
    weeks = [*[0] * 20, *(week for week in range(1, 6) for _ in range(3)), *[6] * 9]
    adverts = [
        an_item(f"Fitter {n}", "own", 24 * 7 * (6 - week) + 50 - n * (week > 0), tags=(need,),
                fields={"job_board": "acme", "job_id": str(n), "company": "Acme"})
        for n, week in enumerate(weeks)
    ]  # fmt: skip
    aggregator = opened(*adverts)

    assert [aggregator.compute(), aggregator.compute()] == [1, 0]
    [surge] = aggregator.items(aggregator.query("type:structure.hiring_surge"))
    assert surge.title == "Hiring surge at Acme: 9 openings in 7 days, median 3"
    assert [match.prospect for match in surge.matches] == ["acme"]
