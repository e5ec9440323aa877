"""What a digest holds: stories by prospect, what is worth a call, and an honest account of what was not seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aggregator.digest.build import Digest, Limits, build
from aggregator.digest.coverage import coverage
from aggregator.model import Item, Prospect, SourceStatus
from tests.samples import NOW, a_match, a_status, a_tag, an_item

ACME, BETA = Prospect("acme", "Acme Corporation", ("Acme",)), Prospect("beta", "Beta Ltd")


def digest(
    *items: Item,
    prospects: tuple[Prospect, ...] = (ACME, BETA),
    statuses: tuple[SourceStatus, ...] = (a_status(),),
    **other: Any,
) -> Digest:
    return build(items, prospects, statuses, now=NOW, since=NOW - timedelta(days=1), **other)


def test_items_stand_under_their_prospects_best_first() -> None:
    weak = an_item("Acme ranked among best places", tags=())
    strong = an_item("Acme acquires Gamma for cash")
    other = an_item("Beta opens office in Ulm", matches=(a_match("beta"),))

    built = digest(weak, strong, other)

    assert [(s.prospect and s.prospect.id, [line.item.title for line in s.lines]) for s in built.sections] == [
        ("acme", [strong.title, weak.title]),
        ("beta", [other.title]),
    ]
    assert (built.stories, built.prospects) == (3, 2)


def test_doubtful_and_unmatched_items_are_counted_not_shown() -> None:
    built = digest(an_item("A", matches=(a_match(confidence=0.3),)), an_item("B", matches=()))

    assert built.sections == ()
    assert (built.doubtful, built.unmatched, built.stories) == (1, 1, 0)
    assert built.quiet == (ACME, BETA)


def test_a_story_of_two_prospects_is_one_story() -> None:
    """It stands under both, is counted once, and is worth acting on once: for whom it counts most."""
    both = an_item("Acme acquires Beta for cash", matches=(a_match("acme", 0.6), a_match("beta", 0.9)))

    built = digest(both)

    assert len(built.sections) == 2
    assert (built.stories, built.by_type) == (1, {"strategy": 1})
    assert [line.prospect for line in built.top] == [BETA]


def test_limits_withhold_and_say_so() -> None:
    items = [an_item(f"Acme buys {'x' * n}y", f"s{n % 3}") for n in range(12)]

    built = digest(*items, limits=Limits(per_prospect=4, per_source=2, top=1))

    [section] = built.sections
    assert (len(section.lines), section.withheld) == (4, 8)
    assert len(built.top) == 1
    assert built.by_type == {"strategy": 12}


def test_without_prospects_everything_is_shown() -> None:
    built = digest(an_item("A plain item of news", matches=()), prospects=())

    assert [section.prospect for section in built.sections] == [None]
    assert (built.unmatched, built.prospects, built.stories) == (0, 0, 1)


def test_nothing_at_all() -> None:
    built = build([], [], [], now=NOW, since=NOW)

    assert (built.sections, built.top, built.coverage.total) == ((), (), 0)


def test_a_weak_or_untagged_story_is_never_worth_acting_on() -> None:
    assert digest(an_item(tags=())).top == ()
    assert digest(an_item(tags=(a_tag(confidence=0.2),))).top == ()


def test_internal_items_stay_in_the_house() -> None:
    inside = an_item("Acme asks for a quote", "crm", scope="internal")
    statuses = (a_status("crm", scope="internal"), a_status("wire"))

    assert digest(inside, statuses=statuses).stories == 1
    outside = digest(inside, an_item(), statuses=statuses, external=True)
    assert (outside.stories, outside.left_out) == (1, "internal")
    assert digest(an_item(), external=True).left_out == ""


def test_coverage_tells_every_state_apart() -> None:
    seen = coverage(
        [
            a_status("a"), a_status("b", "failed", reason="timeout"), a_status("c", "new"), a_status("d", "gone"),
            a_status("e", reason="cut short"), a_status("f", hours=24 * 40), a_status("g", hours=50),
        ],
        NOW,
        NOW - timedelta(days=1),
    )  # fmt: skip

    assert (seen.total, seen.answered) == (7, 2)
    assert [gap.source.id for gap in seen.failed] == ["b"]
    assert [source.id for source in seen.waiting] == ["c"]
    assert [gap.source.id for gap in seen.gone] == ["d"]
    assert [gap.source.id for gap in seen.faulty] == ["e"]
    assert [gap.source.id for gap in seen.silent] == ["f"]
    assert [source.id for source in seen.stale] == ["f", "g"]


def test_the_same_arguments_give_the_same_digest() -> None:
    items = [an_item(f"Acme acquires firm {'x' * n}", f"s{n}") for n in range(5)]

    assert digest(*items) == digest(*reversed(items))
