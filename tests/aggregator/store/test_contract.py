"""The promises of the Store protocol, held against every back end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.errors import StoreError
from aggregator.model import TRIAGE_STATES, Batch, Correction, Fact, Item, Match, Note, Query, Tag
from aggregator.store import Store, open_store
from feeds.model import Enclosure, FetchState, Source

MakeItem = Callable[..., Item]
OK = FetchState(status="ok")
HOUR = timedelta(hours=1)
SOURCES = (
    Source("wire", "https://wire.test/feed", name="Wire"),
    Source("blog", "https://blog.test/", name="blog"),
)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path, now: datetime) -> Iterator[Store]:
    """A store of each kind, told of two sources."""
    place = ":memory:" if request.param == "memory" else str(tmp_path / "leads.db")
    opened = open_store(place)
    opened.sync_sources(SOURCES, now)
    yield opened
    opened.close()


def put(store: Store, *items: Item, worker: str = "w") -> None:
    """Store items as polls of their sources would."""
    for source in dict.fromkeys(item.source for item in items):
        store.apply([Batch(source, worker, OK, tuple(i for i in items if i.source == source))], items[0].seen_at)


def ids(store: Store, **query: object) -> list[str]:
    """The ids that a query finds, in order."""
    return [item.id for item in store.items(Query(**query)).items]  # type: ignore[arg-type]


class TestSources:
    """Taking over lists of sources."""

    def test_the_list_is_taken_over_once(self, store: Store, now: datetime) -> None:
        again = store.sync_sources(SOURCES, now)
        assert (again.added, again.changed, again.retired) == ((), (), ())

    def test_added_changed_retired_are_told(self, store: Store, now: datetime) -> None:
        done = store.sync_sources([replace(SOURCES[0], name="The Wire"), Source("new", "https://new.test")], now)
        assert (done.added, done.changed, done.retired) == (("new",), ("wire",), ("blog",))
        assert [s.source.name for s in store.source_statuses()] == ["", "The Wire"]

    def test_everything_of_a_source_comes_back(self, store: Store, now: datetime) -> None:
        rich = Source(
            "rich",
            "https://r.test",
            "sec_edgar",
            types=("news", "strategy.ma"),
            every=900.0,
            headers=(("Authorization", "env:TOKEN"),),
            allow_private=("10.0.0.0/8",),
            options={"forms": ["8-K"], "depth": 2, "deep": {"a": None}},
        )
        store.sync_sources([rich], now)
        assert store.source_statuses()[0].source == rich

    def test_a_retired_source_keeps_items_and_state_and_returns(
        self, store: Store, now: datetime, make_item: MakeItem
    ) -> None:
        put(store, make_item(1))
        store.sync_sources([], now)
        assert store.source_statuses() == []
        kept = {s.source.id: s for s in store.source_statuses(retired=True)}
        assert kept["wire"].retired
        assert kept["wire"].items == 1
        assert len(ids(store)) == 1
        assert store.claim_due(now, worker="w", limit=9, lease=60, force=True) == []
        store.sync_sources(SOURCES, now)
        assert {s.source.id: s.state.status for s in store.source_statuses()} == {"wire": "ok", "blog": "new"}

    def test_a_new_name_keeps_validators(self, store: Store, now: datetime) -> None:
        store.apply([Batch("wire", "w", FetchState(etag='"a"', status="ok", next_at=now + HOUR))], now)
        store.sync_sources([replace(SOURCES[0], name="Other"), SOURCES[1]], now)
        state = next(s.state for s in store.source_statuses() if s.source.id == "wire")
        assert (state.etag, state.next_at) == ('"a"', now + HOUR)

    @pytest.mark.parametrize("moved", [replace(SOURCES[0], url="https://moved.test"), replace(SOURCES[0], kind="json")])
    def test_a_new_address_clears_what_belongs_to_the_old(self, store: Store, now: datetime, moved: Source) -> None:
        old = FetchState("e", "m", "h", "c", "gone", "410", now, now, None, None, 3, now + HOUR, "later", "https://x")
        store.apply([Batch("wire", "w", old)], now)
        store.sync_sources([moved, SOURCES[1]], now)
        state = next(s.state for s in store.source_statuses() if s.source.id == "wire")
        assert (state.etag, state.last_modified, state.body_hash, state.cursor, state.moved_to) == ("",) * 5
        assert (state.status, state.next_at, state.answered_at) == ("new", None, now)
        assert "wire" in [c.source.id for c in store.claim_due(now, worker="w", limit=9, lease=60)]

    def test_statuses_are_listed_by_name(self, store: Store) -> None:
        assert [s.source.name for s in store.source_statuses()] == ["blog", "Wire"]


class TestClaims:
    """Who may poll what, and until when."""

    def test_a_claim_carries_source_state_and_end(self, store: Store, now: datetime) -> None:
        claim = store.claim_due(now, worker="w", limit=1, lease=90, only=["wire"])[0]
        assert (claim.source, claim.worker, claim.state) == (SOURCES[0], "w", FetchState())
        assert claim.until == now + timedelta(seconds=90)

    def test_the_longest_due_come_first(self, store: Store, now: datetime) -> None:
        for source, age in (("wire", 1), ("blog", 2)):
            store.apply([Batch(source, "w", replace(OK, next_at=now - age * HOUR))], now)
        assert [c.source.id for c in store.claim_due(now, worker="w", limit=1, lease=60)] == ["blog"]
        assert [c.source.id for c in store.claim_due(now, worker="w", limit=1, lease=60)] == ["wire"]

    def test_nobody_gets_what_another_holds_until_the_lease_ends(self, store: Store, now: datetime) -> None:
        assert len(store.claim_due(now, worker="a", limit=9, lease=60)) == 2
        assert store.claim_due(now, worker="b", limit=9, lease=60) == []
        assert store.claim_due(now, worker="b", limit=9, lease=60, force=True) == []
        assert store.claimed(now) == 2
        assert store.claimed(now, only=["wire"]) == 1
        later = now + timedelta(seconds=60)
        assert store.claimed(later) == 0
        assert len(store.claim_due(later, worker="b", limit=9, lease=60)) == 2

    def test_not_yet_due_and_gone_are_left_unless_forced(self, store: Store, now: datetime) -> None:
        store.apply([Batch("wire", "w", replace(OK, next_at=now + HOUR))], now)
        store.apply([Batch("blog", "w", FetchState(status="gone"))], now)
        assert store.claim_due(now, worker="w", limit=9, lease=60) == []
        assert [c.source.id for c in store.claim_due(now + HOUR, worker="w", limit=9, lease=60)] == ["wire"]
        forced = store.claim_due(now + 2 * HOUR, worker="w", limit=9, lease=60, force=True)
        assert {c.source.id for c in forced} == {"wire", "blog"}

    def test_only_restricts(self, store: Store, now: datetime) -> None:
        assert store.claim_due(now, worker="w", limit=9, lease=60, only=[]) == []
        assert [c.source.id for c in store.claim_due(now, worker="w", limit=9, lease=60, only={"blog", "x"})] == [
            "blog"
        ]

    def test_release_gives_back_only_ones_own(self, store: Store, now: datetime) -> None:
        store.claim_due(now, worker="a", limit=9, lease=60)
        assert store.release("b") == 0
        assert store.release("") == 0
        assert store.release("a", ["wire"]) == 1
        assert [c.source.id for c in store.claim_due(now, worker="b", limit=9, lease=60)] == ["wire"]
        assert store.release("a") == 1

    def test_next_due(self, store: Store, now: datetime) -> None:
        first = store.next_due()
        assert first is not None
        assert first <= now
        store.apply([Batch("wire", "w", replace(OK, next_at=now + 2 * HOUR))], now)
        store.apply([Batch("blog", "w", replace(OK, next_at=now + HOUR))], now)
        assert store.next_due() == now + HOUR
        store.claim_due(now + HOUR, worker="w", limit=1, lease=5400)
        assert store.next_due() == now + 2 * HOUR
        store.sync_sources([], now)
        assert store.next_due() is None

    def test_what_is_due_is_counted_claimed_or_not(self, store: Store, now: datetime) -> None:
        later, gone = FetchState(status="ok", next_at=now + HOUR), FetchState(status="gone")
        store.apply([Batch("wire", "w", later)], now)
        assert store.count_due(now) == store.count_due(now, unasked=True) == 1
        store.claim_due(now, worker="w", limit=9, lease=60)
        assert store.count_due(now) == 1
        assert (store.count_due(now, force=True), store.count_due(now, force=True, unasked=True)) == (2, 1)
        assert store.count_due(now, only=["wire"]) == 0
        assert store.count_due(now, only=["wire"], force=True) == 1
        assert store.count_due(now, force=True, most=1) == 1
        store.apply([Batch("blog", "w", gone)], now)
        assert (store.count_due(now), store.count_due(now, force=True)) == (0, 2)

    def test_what_a_clock_that_ran_ahead_put_off_is_due_again(self, store: Store, now: datetime) -> None:
        years = timedelta(days=1500)
        store.claim_due(now + years, worker="ahead", limit=9, lease=60, only=["blog"])
        store.apply([Batch("wire", "w", FetchState(status="ok", next_at=now + years))], now + years)
        assert store.forget_future(now + HOUR) == 2
        assert store.forget_future(now + HOUR) == 0
        assert {claim.source.id for claim in store.claim_due(now, worker="w", limit=9, lease=60)} == {"wire", "blog"}

    def test_what_is_put_off_within_reason_stays_so(self, store: Store, now: datetime) -> None:
        store.apply([Batch("wire", "w", FetchState(status="ok", next_at=now + HOUR))], now)
        assert store.forget_future(now + 2 * HOUR) == 0
        assert store.count_due(now) == 1

    def test_who_holds_claims_is_known(self, store: Store, now: datetime) -> None:
        assert store.claimants() == frozenset()
        store.claim_due(now, worker="a", limit=1, lease=60)
        store.claim_due(now, worker="b", limit=1, lease=60)
        assert store.claimants() == {"a", "b"}
        store.release("a")
        assert store.claimants() == {"b"}

    def test_a_claimed_source_falls_due_when_its_claim_runs_out(self, store: Store, now: datetime) -> None:
        store.claim_due(now, worker="w", limit=9, lease=60)
        assert store.next_due() == now + timedelta(seconds=60)


class TestApply:
    """Storing what polls brought."""

    def test_state_and_items_come_back_whole(
        self,
        store: Store,
        now: datetime,
        make_item: MakeItem,
        make_tag: Callable[..., Tag],
        make_match: Callable[..., Match],
    ) -> None:
        item = make_item(
            1,
            published=now - HOUR,
            updated=now,
            author="Jo Doe",
            categories=("a", "b"),
            enclosures=(
                Enclosure("https://n.test/a.pdf", "application/pdf", 12),
                Enclosure("https://n.test/b"),
            ),
            language="en",
            fields={"form": "8-K", "amount": 1.5, "parties": ["x"], "none": None},
            scope="internal",
            source_class="crm",
            is_news=False,
            tags=(make_tag("strategy", "strategy.ma"), make_tag("news")),
            matches=(make_match("p2"), make_match("p1")),
        )
        state = FetchState(
            "e", "m", "h", "c", "ok", "why", now, now, now, now - HOUR, 4, now + HOUR, "soon", "https://t"
        )
        done = store.apply([Batch("wire", "w", state, (item,))], now)
        assert [(d.source_id, d.new, d.changed, d.lost) for d in done] == [("wire", 1, 0, False)]
        assert store.item(item.id) == item
        status = next(s for s in store.source_statuses() if s.source.id == "wire")
        assert (status.state, status.items, status.claimed_by) == (state, 1, "")

    def test_changed_at_moves_only_with_new_items(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        def changed_at() -> datetime | None:
            return next(s.state.changed_at for s in store.source_statuses() if s.source.id == "wire")

        store.apply([Batch("wire", "w", OK)], now)
        assert changed_at() is None
        store.apply([Batch("wire", "w", OK, (make_item(1),))], now)
        assert changed_at() == now
        store.apply([Batch("wire", "w", replace(OK, changed_at=now), (make_item(1),))], now + HOUR)
        assert changed_at() == now

    def test_an_item_is_not_doubled(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        item = make_item(1)
        done = store.apply([Batch("wire", "w", OK, (item, item)), Batch("wire", "w", OK, (item,))], now)
        assert [d.new for d in done] == [1, 0]
        assert store.apply([Batch("wire", "w", OK, (replace(item, title="Other"),))], now)[0].new == 0
        assert store.items(Query()).items == (item,)
        assert next(s.items for s in store.source_statuses() if s.source.id == "wire") == 1

    def test_the_hashes_of_the_latest_items_are_given(self, store: Store, make_item: MakeItem) -> None:
        put(store, *(make_item(number) for number in range(4)))
        put(store, make_item(9, source="blog"))
        assert store.hashes("wire", 2) == {"key2": "hash2", "key3": "hash3"}
        assert store.hashes("wire", 0) == store.hashes("nowhere", 5) == {}

    def test_a_claim_of_another_wins(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        store.claim_due(now, worker="a", limit=9, lease=60)
        later = now + timedelta(seconds=61)
        store.claim_due(later, worker="b", limit=9, lease=60, only=["wire"])
        done = store.apply(
            [Batch("wire", "a", OK, (make_item(1),)), Batch("blog", "a", OK, (make_item(2, "blog"),))], later
        )
        assert [(d.source_id, d.new, d.lost) for d in done] == [("wire", 0, True), ("blog", 1, False)]
        statuses = {s.source.id: s for s in store.source_statuses()}
        assert (statuses["wire"].state, statuses["wire"].claimed_by) == (FetchState(), "b")
        assert len(ids(store)) == 1
        assert not store.apply([Batch("wire", "b", OK, (make_item(1),))], later)[0].lost

    def test_an_expired_or_released_claim_that_nobody_took_still_counts(
        self, store: Store, now: datetime, make_item: MakeItem
    ) -> None:
        store.claim_due(now, worker="a", limit=9, lease=60)
        assert store.apply([Batch("wire", "a", OK, (make_item(1),))], now + HOUR)[0].new == 1
        store.release("a")
        assert store.apply([Batch("blog", "a", OK, (make_item(2, "blog"),))], now)[0].new == 1

    def test_apply_ends_the_claim(self, store: Store, now: datetime) -> None:
        store.claim_due(now, worker="a", limit=9, lease=60)
        store.apply([Batch("wire", "a", OK)], now)
        assert store.claimed(now) == 1
        assert len(store.claim_due(now, worker="b", limit=9, lease=60)) == 1

    def test_a_changed_item_keeps_its_past(
        self, store: Store, now: datetime, make_item: MakeItem, make_tag: Callable[..., Tag]
    ) -> None:
        item = make_item(1, tags=(make_tag("news"),))
        put(store, item)
        store.triage("jo", [item.id], "kept", now)
        edited = replace(item, title="New title", text="new", content_hash="h2", seen_at=now + HOUR, tags=())
        assert store.apply([Batch("wire", "w", OK, changed=(edited,))], now + HOUR)[0].changed == 1
        stored = store.item(item.id)
        assert stored == replace(edited, seen_at=item.seen_at, versions=1)
        [version] = store.versions(item.id)
        assert (version.item, version.replaced_at, version.title) == (item.id, now + HOUR, item.title)
        assert version.text == item.text
        assert store.verdicts("jo", [item.id])[item.id].state == "kept"
        assert store.known("wire", ["key1"])["key1"].versions == 1

    def test_a_change_that_is_already_stored_is_no_change(
        self, store: Store, now: datetime, make_item: MakeItem
    ) -> None:
        put(store, make_item(1))
        assert store.apply([Batch("wire", "w", OK, changed=(make_item(1),))], now)[0].changed == 0
        assert store.versions(make_item(1).id) == []

    def test_the_newest_twenty_versions_are_kept(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        put(store, make_item(1))
        for n in range(23):
            edited = make_item(1, text=f"text {n}", content_hash=f"c{n}")
            store.apply([Batch("wire", "w", OK, changed=(edited,))], now + n * HOUR)
        versions = store.versions(make_item(1).id)
        assert [v.text for v in versions] == [f"text {n}" for n in range(21, 1, -1)]
        stored = store.item(make_item(1).id)
        assert stored is not None
        assert stored.versions == 20

    def test_a_changed_item_that_was_pruned_is_new(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        done = store.apply([Batch("wire", "w", OK, changed=(make_item(1),))], now)
        assert (done[0].new, done[0].changed) == (1, 0)

    def test_all_or_nothing(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        with pytest.raises(StoreError):
            store.apply([Batch("wire", "w", OK, (make_item(1),)), Batch("unknown", "w", OK)], now)
        assert ids(store) == []
        assert {s.state.status for s in store.source_statuses()} == {"new"}


class TestKnown:
    """What is stored under a key."""

    def test_by_key_and_by_twin_key(self, store: Store, make_item: MakeItem) -> None:
        put(store, make_item(1), make_item(2), make_item(3, "blog"))
        found = store.known("wire", {"key1", "twin2", "key3", "nothing", ""})
        assert {key: known.id for key, known in found.items()} == {
            "key1": make_item(1).id,
            "twin2": make_item(2).id,
        }
        known = found["key1"]
        assert (known.key, known.twin_key, known.content_hash, known.versions) == (
            "key1",
            "twin1",
            "hash1",
            0,
        )

    def test_a_key_counts_before_a_twin_key(self, store: Store, make_item: MakeItem) -> None:
        put(store, make_item(1, key="same"), make_item(2, twin_key="same"))
        assert store.known("wire", ["same"])["same"].id == make_item(1).id

    def test_empty_keys_are_nobodys(self, store: Store, make_item: MakeItem) -> None:
        put(store, make_item(1, twin_key=""))
        assert store.known("wire", [""]) == {}
        assert store.known("wire", []) == {}


class TestItems:
    """Lists of items, and single ones."""

    def test_newest_first_in_pages(self, store: Store, make_item: MakeItem) -> None:
        put(store, *(make_item(n) for n in range(5)))
        first = store.items(Query(limit=2))
        second = store.items(Query(limit=2, after=first.next))
        third = store.items(Query(limit=2, after=second.next))
        shown = [item.id for page in (first, second, third) for item in page.items]
        assert shown == [make_item(n).id for n in (4, 3, 2, 1, 0)]
        assert third.next == ""

    def test_a_full_last_page_has_no_next(self, store: Store, make_item: MakeItem) -> None:
        put(store, make_item(1), make_item(2))
        assert store.items(Query(limit=2)).next == ""
        assert store.items(Query(limit=0)).items == ()

    def test_a_cursor_that_is_none_is_refused(self, store: Store) -> None:
        for cursor in ("x", "1", "1.", "a.b", "9" * 99 + ".x"):
            with pytest.raises(StoreError, match="no place"):
                store.items(Query(after=cursor))

    def test_what_comes_meanwhile_neither_repeats_nor_hides(
        self, store: Store, now: datetime, make_item: MakeItem
    ) -> None:
        same_moment = [make_item(n, seen_at=now) for n in range(20)]
        put(store, *same_moment)
        shown: list[str] = []
        after, extra = "", 100
        while True:
            page = store.items(Query(limit=3, after=after))
            shown += [item.id for item in page.items]
            put(store, make_item(extra, seen_at=now), make_item(extra + 1))
            extra += 2
            if not page.next:
                break
            after = page.next
        assert len(shown) == len(set(shown))
        assert {item.id for item in same_moment} <= set(shown)

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
        database=None,
    )
    @given(
        old=st.lists(st.integers(0, 3), max_size=12),
        new=st.lists(st.lists(st.integers(0, 3), max_size=3), min_size=13, max_size=13),
        limit=st.integers(1, 4),
    )
    def test_pages_show_each_item_once_whatever_comes_meanwhile(
        self,
        store: Store,
        now: datetime,
        make_item: MakeItem,
        make_match: Callable[..., Match],
        old: list[int],
        new: list[list[int]],
        limit: int,
    ) -> None:
        first = len(ids(store, limit=9999))
        mark = make_match(f"run{first}-{len(old)}-{limit}")
        numbers = iter(range(first, 9999))

        def insert(moments: list[int]) -> list[str]:
            items = [make_item(next(numbers), seen_at=now + hours * HOUR, matches=(mark,)) for hours in moments]
            store.apply([Batch("wire", "w", OK, tuple(items))], now)
            return [item.id for item in items]

        there = insert(old)
        shown: list[str] = []
        after = ""
        for moments in new:
            page = store.items(Query(prospects=(mark.prospect,), limit=limit, after=after))
            shown += [item.id for item in page.items]
            insert(moments)
            after = page.next
            if not after:
                break
        if not after:
            assert set(there) <= set(shown)
        assert len(shown) == len(set(shown))

    def test_filters(
        self,
        store: Store,
        now: datetime,
        make_item: MakeItem,
        make_tag: Callable[..., Tag],
        make_match: Callable[..., Match],
    ) -> None:
        one = make_item(1, tags=(make_tag("strategy", "strategy.ma"),), matches=(make_match("p1"),))
        two = make_item(2, matches=(make_match("p1"), make_match("p2")), published=now - HOUR, is_news=False)
        three = make_item(3, "blog", tags=(make_tag("news"),), scope="internal", updated=now - 2 * HOUR)
        put(store, one, two, three)
        for query, wanted in (
            ({}, [three, two, one]),
            ({"prospects": ("p1",)}, [two, one]),
            ({"prospects": ("p2", "p3")}, [two]),
            ({"types": ("strategy",)}, [one]),
            ({"types": ("strategy.ma", "news")}, [three, one]),
            ({"not_types": ("news", "strategy.ma")}, [two]),
            ({"types": ("strategy",), "not_types": ("strategy.ma",)}, []),
            ({"sources": ("blog",)}, [three]),
            ({"sources": ("blog", "wire"), "prospects": ("p2",)}, [two]),
            ({"news_only": True}, [three, one]),
            ({"tagged": True}, [three, one]),
            ({"tagged": False}, [two]),
            ({"matched": True}, [two, one]),
            ({"matched": False}, [three]),
            ({"matched": False, "prospects": ("p1",)}, []),
            ({"matched": True, "tagged": True}, [one]),
            ({"scope": "internal"}, [three]),
            ({"seen_from": two.seen_at}, [three, two]),
            ({"dated_from": now}, [one]),
            ({"dated_from": now - HOUR}, [two, one]),
            ({"dated_to": now - HOUR}, [three]),
            ({"dated_from": now - HOUR, "dated_to": now}, [two]),
        ):
            assert ids(store, **query) == [item.id for item in wanted], query

    def test_an_item_by_the_beginning_of_its_id(self, store: Store, make_item: MakeItem) -> None:
        put(
            store,
            make_item(1, id="abcdef0000000001"),
            make_item(2, id="abcdef0000000002"),
            make_item(3, id="abcdefff"),
        )
        assert store.item("abcdef") is None
        assert store.item("abcdeff") == store.item("abcdefff") != None  # noqa: E711
        assert store.item("abcde") is None
        assert store.item("nothing") is None
        assert store.item("") is None
        assert store.item("%%%%%%%") is None
        assert store.item("\ud800" * 8) is None

    def test_times_come_back_in_utc_to_the_microsecond(self, store: Store, make_item: MakeItem) -> None:
        early = datetime(1, 1, 2, 3, 4, 5, 999_999, tzinfo=UTC)
        late = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
        abroad = datetime(2026, 1, 1, 1, 0, tzinfo=timezone(timedelta(hours=5)))
        put(store, make_item(1, published=early, updated=late), make_item(2, published=abroad))
        first, second = store.item(make_item(1).id), store.item(make_item(2).id)
        assert first is not None
        assert second is not None
        assert (first.published, first.updated) == (early, late)
        assert second.published == abroad


class TestTriage:
    """What reps made of items."""

    def test_dismissed_is_hidden_not_lost(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        one, two = make_item(1), make_item(2)
        put(store, one, two)
        store.triage("jo", [one.id], "dismissed", now)
        assert ids(store, rep="jo") == [two.id]
        assert ids(store, rep="jo", states=("dismissed",)) == [one.id]
        assert ids(store, rep="jo", states=("new",)) == [two.id]
        assert ids(store, rep="jo", states=TRIAGE_STATES) == [two.id, one.id]
        assert ids(store, rep="al") == [two.id, one.id]
        assert ids(store) == [two.id, one.id]
        assert ids(store, states=("kept",)) == []

    def test_the_former_verdicts_allow_undo(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        one, two = make_item(1), make_item(2)
        put(store, one, two)
        store.triage("jo", [one.id], "kept", now)
        former = store.triage("jo", [two.id, one.id, two.id, "unknown"], "dismissed", now + HOUR)
        assert [(v.item, v.rep, v.state) for v in former] == [(two.id, "jo", "new"), (one.id, "jo", "kept")]
        for verdict in former:
            store.triage("jo", [verdict.item], verdict.state, verdict.at, until=verdict.until)
        assert ids(store, rep="jo", states=("kept",)) == [one.id]
        assert ids(store, rep="jo", states=("new",)) == [two.id]

    def test_a_snooze_ends(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        put(store, make_item(1))
        store.triage("jo", [make_item(1).id], "snoozed", now, until=now + HOUR)
        assert store.verdicts("jo", [make_item(1).id])[make_item(1).id].until == now + HOUR

        def shown(state: str, at: datetime | None) -> bool:
            return bool(ids(store, rep="jo", states=(state,), now=at))

        assert (shown("snoozed", now), shown("new", now)) == (True, False)
        assert (shown("snoozed", now + HOUR), shown("new", now + HOUR)) == (False, True)
        assert (shown("snoozed", None), shown("new", None)) == (True, False)

    def test_a_state_that_is_none_is_refused(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        put(store, make_item(1))
        with pytest.raises(StoreError, match="no triage state"):
            store.triage("jo", [make_item(1).id], "binned", now)
        with pytest.raises(StoreError, match="snoozed"):
            store.triage("jo", [make_item(1).id], "kept", now, until=now)

    def test_notes_are_private_unless_shared(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        item = make_item(1).id
        put(store, make_item(1))
        mine = Note("n1", item, "jo", "call them", now + HOUR)
        shared = Note("n2", item, "al", "known to us", now, "shared")
        for note in (mine, shared, Note("n3", item, "al", "hush", now)):
            store.add_note(note)
        assert store.notes(item, "jo") == [shared, mine]
        assert store.notes("other", "jo") == []
        assert sorted(store.note_texts("jo")) == ["call them", "known to us"]
        store.add_note(Note("n1", item, "al", "not yours", now))
        store.add_note(replace(mine, text="called them"))
        assert [note.text for note in store.notes(item, "jo")] == ["known to us", "called them"]

    def test_a_note_on_nothing_is_refused(self, store: Store, now: datetime) -> None:
        with pytest.raises(StoreError, match="no item"):
            store.add_note(Note("n", "nothing", "jo", "text", now))

    def test_verdicts_are_counted_by_signal_and_source(
        self, store: Store, now: datetime, make_item: MakeItem, make_tag: Callable[..., Tag]
    ) -> None:
        both = (make_tag("strategy", "strategy.ma"), make_tag("structure", "structure.sites"))
        twice = (both[0], replace(both[0], rule="another"))
        tags = [both, twice, (), both, both, both]
        put(store, *(make_item(n, tags=tags[n]) for n in range(5)), make_item(5, "blog", tags=tags[5]))
        item_ids = [make_item(n).id for n in range(5)]
        store.triage("ann", [*item_ids[:1], make_item(5, "blog").id], "handed_over", now)
        store.triage("ann", item_ids[1:2], "dismissed", now + HOUR)
        store.triage("ann", item_ids[2:3], "dismissed", now - HOUR)
        store.triage("ann", item_ids[3:4], "snoozed", now, until=now + HOUR)
        store.triage("bob", item_ids, "dismissed", now)
        assert store.keep_counts("ann") == {
            ("strategy.ma", "wire"): (1, 1), ("structure.sites", "wire"): (1, 0), ("", "wire"): (0, 1),
            ("strategy.ma", "blog"): (1, 0), ("structure.sites", "blog"): (1, 0),
            ("*", "wire"): (1, 2), ("*", "blog"): (1, 0),
        }  # fmt: skip
        assert store.keep_counts("ann", now + HOUR) == {("strategy.ma", "wire"): (0, 1), ("*", "wire"): (0, 1)}
        store.triage("ann", item_ids[1:2], "new", now + HOUR)
        assert store.keep_counts("ann", now + HOUR) == {}

    def test_corrections_are_kept_replaced_and_taken_back(
        self, store: Store, now: datetime, make_item: MakeItem
    ) -> None:
        put(store, make_item(1), make_item(2))
        one, two = make_item(1).id, make_item(2).id
        first = Correction(one, "ann", "tag", "strategy", False, now)
        others = [
            Correction(two, "ann", "prospect", "acme", True, now + HOUR),
            Correction(one, "bob", "tag", "strategy", True, now),
        ]
        store.correct([first, *others])
        assert store.corrections("ann") == [first, others[0]]
        assert store.corrections("ann", [one]) == [first]
        assert store.corrections("ann", []) == []
        again = replace(first, holds=True, at=now + 2 * HOUR)
        store.correct([again])
        assert store.corrections("ann") == [others[0], again]
        assert store.uncorrect([first, replace(first, value="structure")]) == 1
        assert store.corrections("ann") == [others[0]]
        assert store.corrections("bob") == [others[1]]
        with pytest.raises(StoreError, match="no item"):
            store.correct([replace(first, item="f" * 16)])

    def test_corrections_outlive_new_tags_and_pruning(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        put(store, make_item(1), make_item(2))
        said = Correction(make_item(1).id, "ann", "tag", "strategy", True, now)
        store.correct([said])
        store.retag([replace(make_item(1), rules_version="rules2")])
        assert store.prune(now + 9 * HOUR) == 1
        assert store.corrections("ann") == [said]

    def test_items_may_be_asked_for_by_id(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        put(store, *(make_item(n) for n in range(4)))
        wanted = (make_item(1).id, make_item(3).id, "f" * 16)
        assert ids(store, ids=wanted) == [make_item(3).id, make_item(1).id]
        assert ids(store, ids=wanted, sources=("blog",)) == []


class TestDerived:
    """Tags anew, and full text."""

    def test_facts_are_kept_and_made_anew(self, store: Store, make_item: MakeItem) -> None:
        sum_ = Fact("amount", "$5m", "title", 3, 6, number=5e6, currency="$")
        day = Fact("deadline", "2026-12-14", "field", field="closes", day=date(2026, 12, 14))
        person = Fact("joins", "Ann Bell as CFO", "body", 0, 15, person="Ann Bell", role="CFO")
        put(store, make_item(1, facts=(sum_, day, person)))
        [item] = store.stale("rules2", 9)
        assert item.facts == (sum_, day, person)
        store.retag([replace(item, facts=(day,), rules_version="rules2")])
        assert store.items(Query()).items[0].facts == (day,)

    def test_stale_items_are_retagged(
        self,
        store: Store,
        make_item: MakeItem,
        make_tag: Callable[..., Tag],
        make_match: Callable[..., Match],
    ) -> None:
        put(store, make_item(1, tags=(make_tag("news"),)), make_item(2, rules_version="rules0"), make_item(3))
        assert store.stale("rules1", 9) == [make_item(2, rules_version="rules0")]
        assert [i.id for i in store.stale("rules2", 2)] == [make_item(3).id, make_item(2).id]
        done = [
            replace(item, tags=(), matches=(make_match("p9"),), rules_version="rules2", title="untouched")
            for item in store.stale("rules2", 9)
        ]
        assert store.retag([*done, make_item(77)]) == 3
        assert store.stale("rules2", 9) == []
        assert ids(store, prospects=("p9",), tagged=False) == [make_item(n).id for n in (3, 2, 1)]
        assert ids(store, types=("news",)) == []
        assert all(item.title != "untouched" for item in store.items(Query()).items)

    def test_words_find_what_is_indexed(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        one = make_item(1, title="Grand Café opens", text="Bread and butter, in Lyon.")
        two = make_item(2, title="Butter prices", text="A grand rise; café owners moan.")
        put(store, one, two)
        assert ids(store, words="cafe") == []
        assert store.index(1) == 1
        assert len(ids(store, words="cafe")) == 1
        assert store.index(9) == 1
        assert store.index(9) == 0
        for words, wanted in (
            ("cafe", [two, one]),
            ("CAFÉ butter", [two, one]),
            ("cafe bread", [one]),
            ('"grand cafe"', [one]),
            ("cafe -prices", [one]),
            ("-prices", [one]),
            ('butter -"in lyon"', [two]),
            ("pric*", [two]),
            ("bread OR prices", []),
            ("nothing", []),
            ("-", [two, one]),
            ("!?", [two, one]),
            ("lyon.", [one]),
        ):
            assert ids(store, words=words) == [item.id for item in wanted], words

    def test_words_go_with_filters_and_pages(
        self, store: Store, make_item: MakeItem, make_match: Callable[..., Match]
    ) -> None:
        put(store, *(make_item(n, matches=(make_match(f"p{n % 2}"),)) for n in range(6)))
        while store.index(4):
            pass
        first = store.items(Query(words="plant", prospects=("p1",), limit=2))
        second = store.items(Query(words="plant", prospects=("p1",), limit=2, after=first.next))
        assert [i.id for i in (*first.items, *second.items)] == [make_item(n).id for n in (5, 3, 1)]

    def test_edits_and_removals_reach_the_index(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        put(store, make_item(1), make_item(2))
        store.index(9)
        edited = make_item(1, text="Moved to Turin.", content_hash="c2")
        store.apply([Batch("wire", "w", OK, changed=(edited,))], now)
        assert store.index(9) == 1
        assert ids(store, words="turin") == [edited.id]
        assert ids(store, words="lyon") == [make_item(2).id]
        store.prune(now + HOUR)
        store.index(9)
        assert ids(store, words="lyon") == []

    @settings(
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
        database=None,
    )
    @given(words=st.one_of(st.text(max_size=40), st.text("\"-*^:(){}+ANDORTNEAR \\'é", max_size=25)))
    def test_any_words_are_a_search(self, store: Store, words: str) -> None:
        store.index(9)
        store.items(Query(words=words))


class TestUpkeep:
    """Marks, pruning, closing, threads."""

    def test_marks(self, store: Store, now: datetime) -> None:
        assert store.mark("digest:jo") is None
        store.set_mark("digest:jo", now)
        store.set_mark("digest:jo", now + HOUR)
        assert store.mark("digest:jo") == now + HOUR

    def test_prune_spares_what_concerns_somebody(
        self, store: Store, now: datetime, make_item: MakeItem, make_match: Callable[..., Match]
    ) -> None:
        items = [make_item(n) for n in range(1, 6)]
        items[0] = replace(items[0], matches=(make_match("p"),))
        put(store, *items)
        store.apply([Batch("wire", "w", OK, changed=(replace(items[3], content_hash="x"),))], now)
        store.triage("jo", [items[1].id], "dismissed", now)
        store.add_note(Note("n", items[2].id, "jo", "text", now))
        assert store.prune(items[4].seen_at) == 1
        assert ids(store) == [items[n].id for n in (4, 2, 1, 0)]
        assert store.versions(items[3].id) == []
        assert next(s.items for s in store.source_statuses() if s.source.id == "wire") == 4

    def test_a_time_without_zone_is_refused(self, store: Store) -> None:
        with pytest.raises(StoreError):
            store.set_mark("x", datetime(2026, 1, 1))  # noqa: DTZ001

    def test_a_closed_store_says_so(self, store: Store) -> None:
        store.close()
        with pytest.raises(StoreError, match="closed"):
            store.items(Query())
        store.close()

    def test_any_thread_may_call(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        faults: list[BaseException] = []

        def work(thread: int) -> None:
            try:
                for n in range(10):
                    put(store, make_item(thread * 100 + n))
                    assert ids(store)
                    store.known("wire", ["key1"])
                    store.index(5)
            except BaseException as error:
                faults.append(error)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        assert len(ids(store, limit=99)) == 40
        while store.index(9):
            pass
        assert len(ids(store, words="plant", limit=99)) == 40


class TestComputed:
    """Items that no poll brought, and moments by their names."""

    def test_an_item_is_added_once_and_found_like_any_other(
        self, store: Store, now: datetime, make_item: MakeItem, make_tag: Callable[..., Tag]
    ) -> None:
        put(store, make_item(1))
        added = make_item(2, tags=(make_tag("strategy"),))
        assert store.add([added, make_item(3, "blog"), make_item(1, title="other")]) == 2
        assert store.add([replace(added, title="other")]) == 0
        assert store.item(added.id) == added
        assert ids(store, types=("strategy",)) == [added.id]
        assert {each.source.id: each.items for each in store.source_statuses()} == {"wire": 2, "blog": 1}
        store.index(10)
        assert ids(store, words="plant") == [make_item(3, "blog").id, added.id, make_item(1).id]

    def test_an_item_of_an_unknown_source_is_refused_with_all_others(self, store: Store, make_item: MakeItem) -> None:
        with pytest.raises(StoreError, match="no source"):
            store.add([make_item(1), make_item(2, "nowhere")])
        assert ids(store) == []

    def test_claims_and_states_are_left_alone(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        [claim] = store.claim_due(now, worker="w", limit=1, lease=60)
        store.add([make_item(1, claim.source.id)])
        assert store.claimants() == {"w"}
        assert store.source_statuses()[0].state == claim.state

    def test_marks_by_the_beginning_of_their_names(self, store: Store, now: datetime) -> None:
        for name in ("keeps:ann", "keeps:ann:signal:x", "keeps:annie:signal:x", "keeps:ann:source:\U0010fffe"):
            store.set_mark(name, now)
        assert set(store.marks("keeps:ann:")) == {"keeps:ann:signal:x", "keeps:ann:source:\U0010fffe"}
        assert store.marks("nothing") == {}
        assert store.marks("keeps:ann")["keeps:ann"] == now

    def test_a_former_version_keeps_its_fields(self, store: Store, now: datetime, make_item: MakeItem) -> None:
        first = make_item(1, fields={"deadline": "2026-03-12", "lots": [1, 2]})
        put(store, first)
        edited = replace(first, content_hash="other", fields={"deadline": "2026-03-26"})
        store.apply([Batch("wire", "w", OK, changed=(edited,))], now + HOUR)
        [version] = store.versions(first.id)
        assert (version.fields, store.item(first.id).fields) == (first.fields, edited.fields)  # type: ignore[union-attr]  # it is there
