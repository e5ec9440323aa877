"""Hosts take turns."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.model import Claim
from aggregator.turns import Turns
from feeds.model import FetchState, Source

UNTIL = datetime(2026, 1, 1, tzinfo=UTC)


def claim(number: int, host: str, moved_to: str = "") -> Claim:
    """A claim of a source at a host."""
    return Claim(Source(f"s{number}", f"https://{host}/{number}"), "w", UNTIL, FetchState(moved_to=moved_to))


def taken(turns: Turns) -> list[str]:
    """The ids of everything that has a turn now."""
    return [each.source.id for each in iter(turns.take, None)]


def test_a_host_with_many_sources_leaves_room_for_the_others() -> None:
    turns = Turns(2)
    for number in range(5):
        turns.add(claim(number, "big.test"))
    turns.add(claim(9, "small.test"))
    assert taken(turns) == ["s0", "s9", "s1"]
    assert len(turns) == 3


def test_a_prospect_with_many_sources_at_a_host_leaves_room_for_the_others() -> None:
    """Those that are everybody's have a turn like a prospect's own."""
    turns = Turns(9)
    for number, prospect in enumerate(["big"] * 4 + ["", "small", "", "small"]):
        turns.add(replace(made := claim(number, "a.test"), source=replace(made.source, prospect=prospect)))
    assert taken(turns) == ["s0", "s4", "s5", "s1", "s6", "s7", "s2", "s3"]


def test_the_host_asked_is_the_one_that_a_source_moved_to() -> None:
    turns = Turns(1)
    turns.add(claim(1, "old.test", "https://new.test/feed"))
    turns.add(claim(2, "new.test"))
    turns.add(claim(3, "old.test"))
    assert taken(turns) == ["s1", "s3"]


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(1, 3), st.randoms(use_true_random=False))
def test_each_claim_has_one_turn_and_no_host_too_many(hosts: list[int], per_host: int, random: Random) -> None:
    turns = Turns(per_host)
    claims = [claim(number, f"h{host}.test") for number, host in enumerate(hosts)]
    for each in claims:
        turns.add(each)
    flying: list[Claim] = []
    seen: list[str] = []
    while len(seen) < len(claims) or flying:
        for each in iter(turns.take, None):
            flying.append(each)
            seen.append(each.source.id)
        at_once = [each.source.url.split("/")[2] for each in flying]
        assert all(at_once.count(host) <= per_host for host in at_once)
        assert flying
        turns.done(flying.pop(random.randrange(len(flying))))
    assert sorted(seen) == sorted(each.source.id for each in claims)
    assert not len(turns)
