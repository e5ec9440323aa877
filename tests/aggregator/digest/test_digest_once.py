"""Nothing is told twice: stories over digests, days that come nearer, places in one digest."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from aggregator.digest.build import SECTIONS, Beside, Digest, Limits, build
from aggregator.digest.coming import dues
from aggregator.digest.coverage import coverage, usual_gap
from aggregator.digest.news import followed_changes, shared_since
from aggregator.digest.outline import blocks
from aggregator.digest.words import coverage_lines, in_words
from aggregator.model import Deed, Fact, Item, Prospect, SourceStatus, Standing, Version
from aggregator.pipeline.procurements import threads
from feeds.model import FetchState
from tests.samples import NOW, a_match, a_source, a_status, a_tag, an_item

ACME, BETA = Prospect("acme", "Acme Corporation", ("Acme",)), Prospect("beta", "Beta Ltd")
DAY = timedelta(days=1)


def digest(*items: Item, before: tuple[Item, ...] = (), **other: object) -> Digest:
    beside = Beside(before=before)
    return build(items, [ACME, BETA], [a_status()], now=NOW, since=NOW - DAY, beside=beside, **other)  # type: ignore[arg-type]


def amount(number: float) -> Fact:
    return Fact("amount", str(number), "title", 0, 3, number=number, currency="EUR")


def test_who_only_repeats_what_was_told_is_counted_not_shown() -> None:
    former = an_item("Acme acquires Gamma Logistics for cash", "wire", 30)
    again = an_item("Acme acquires Gamma Logistics for cash", "trade", 2)

    built = digest(again, before=(former,))

    assert (built.sections, built.top, built.retold) == ((), (), 1)


def test_a_story_comes_again_with_what_is_materially_new() -> None:
    former = an_item("Acme acquires Gamma Logistics for cash", "wire", 30, facts=(amount(300e6),))
    again = an_item("Acme acquires Gamma Logistics for cash", "trade", 2, facts=(amount(350e6),))

    [line] = digest(again, before=(former,)).sections[0].lines

    assert line.update == "amount: 300,000,000 EUR → 350,000,000 EUR"
    assert line.item.id == again.id


def test_each_story_is_told_in_full_once() -> None:
    both = an_item("Acme acquires Beta for cash", matches=(a_match("acme", 0.9), a_match("beta", 0.7)))
    weak = an_item("Acme and Beta on a list", tags=(), matches=(a_match("acme"), a_match("beta")))

    made = list(blocks(digest(both, weak)))

    assert [block.above for block in made] == [(1,), (1,)]
    told = [line.item.id for block in made for _, lines in block.groups for line in lines]
    assert told == [weak.id]
    [(line, name)] = [each for block in made for each in block.elsewhere]
    first = made[0].section.prospect
    assert first is not None
    assert (line.item.id, name) == (weak.id, first.name)


def test_only_the_sections_asked_for() -> None:
    built = digest(an_item(), sections=("deadlines",))
    assert (built.sections_shown, built.is_whole) == (("deadlines",), False)
    assert digest(an_item()).sections_shown == SECTIONS


def test_the_best_of_a_rare_source_is_lifted() -> None:
    loud = [an_item(f"Acme buys {'x' * n}y", "loud") for n in range(9)]
    rare = an_item("Acme mentioned in a report", "rare", 20, tags=())

    built = digest(*loud, rare, limits=Limits(per_prospect=3, per_source=3))

    [section] = built.sections
    assert [line.item.source for line in section.lines] == ["loud", "loud", "rare"]
    assert section.withheld == 7


# Days that come nearer


def a_tender(hours: float, day: date, number: str = "N-2026-1000123", title: str = "Pumps") -> Item:
    return an_item(
        f"Acme tender: {title}", "board", hours, fields={"solicitation_number": number, "deadline": day.isoformat()},
        tags=(a_tag("purchasing_plans", "purchasing_plans.tender"),),
        facts=(Fact("deadline", day.isoformat(), "field", field="deadline", day=day),), link=f"https://b.example/{hours}",
    )  # fmt: skip


def due_now(item: Item, now: datetime, since: datetime) -> list[tuple[str, int]]:
    found = dues([], [item], now=now, since=since, prospects={"acme"})
    return [(due.kind, due.days_left) for due in found if due.is_now]


@pytest.mark.parametrize(("left", "told"), [(31, False), (30, True), (29, False), (14, True), (1, True), (0, True)])
def test_a_deadline_is_told_at_its_milestones_only(left: int, told: bool) -> None:
    item = a_tender(24 * 60, NOW.date() + timedelta(days=left))
    assert bool(due_now(item, NOW, NOW - DAY)) == told


def test_what_has_passed_is_not_coming() -> None:
    assert not dues([], [a_tender(24 * 60, NOW.date() - DAY)], now=NOW, since=NOW - DAY, prospects=())


def test_a_deadline_that_moved_is_told_with_both_days() -> None:
    first, second = a_tender(24 * 9, date(2026, 3, 20)), a_tender(2, date(2026, 4, 17))
    [due] = dues(threads([first, second]), [first, second], now=NOW, since=NOW - DAY, prospects={"acme"})
    assert (due.is_now, due.words) == (True, "deadline moved from 20 Mar 2026 to 17 Apr 2026")


def test_days_of_other_prospects_are_not_told() -> None:
    assert not dues([], [a_tender(2, date(2026, 4, 1))], now=NOW, since=NOW - DAY, prospects={"beta"})


@pytest.mark.parametrize(
    ("days", "words"), [(0, "today"), (1, "1 day left"), (12, "12 days left"), (365, "in 12 months")]
)
def test_days_left_in_words(days: int, words: str) -> None:
    assert in_words(days) == words


# What is followed and shared


def test_an_edit_of_a_followed_item_is_told() -> None:
    item = an_item("Acme plans a plant in Ulm", hours=90, versions=1, text="new")
    old = Version(item.id, NOW - timedelta(hours=2), "Acme plans a plant", "old")
    [change] = followed_changes({item.id: "kept"}, [item], {item.id: [old]}, [], NOW - DAY)
    assert (change.words, change.because) == ("title and text edited by its source", "kept")
    assert not followed_changes({item.id: "kept"}, [item], {item.id: [old]}, [], NOW)
    assert not followed_changes({}, [item], {item.id: [old]}, [], NOW - DAY)


def test_a_new_notice_of_a_followed_procurement_is_told() -> None:
    first, second = a_tender(24 * 9, date(2026, 3, 20)), a_tender(2, date(2026, 4, 17))
    [change] = followed_changes({first.id: "pinned"}, [first], {}, threads([first, second]), NOW - DAY)
    assert (change.item.id, change.because) == (second.id, "pinned")
    assert "deadline moved" in change.words


def test_what_others_shared_since() -> None:
    item = an_item()

    def by(rep: str, hours: float) -> dict[str, Standing]:
        deed = Deed("share", item.id, rep, "look", NOW - timedelta(hours=hours))
        return {item.id: Standing(deed, rep, deed.at)}

    [shared] = shared_since(by("ann", 2), [item], "jo", NOW - DAY)
    assert (shared.rep, shared.words) == ("ann", "look")
    assert not shared_since(by("jo", 2), [item], "jo", NOW - DAY)
    assert not shared_since(by("ann", 48), [item], "jo", NOW - DAY)


# What was seen


def test_silence_is_measured_against_the_sources_own_rhythm() -> None:
    quiet = a_status("slow", hours=24 * 9)
    assert not coverage([quiet], NOW).silent
    assert not coverage([quiet], NOW, rhythms={"slow": timedelta(days=7)}).silent
    seen = coverage([quiet], NOW, rhythms={"slow": DAY})
    assert coverage_lines(seen, NOW)[1] == "SILENT  slow: nothing new since 21 Feb 2026 (expected daily)"


def test_a_rhythm_needs_some_items() -> None:
    assert usual_gap([NOW - n * DAY for n in range(4)]) is None
    assert usual_gap([NOW - n * DAY for n in range(6)]) == DAY


def test_a_quota_is_told_once_with_the_prospects_it_hides() -> None:
    held = [
        SourceStatus(a_source(f"sam{n}", prospect=f"p{n}"), FetchState(next_why="held: SAM.gov quota reached"), 0)
        for n in range(3)
    ]
    lines = coverage_lines(coverage(held, NOW, NOW - DAY), NOW)
    assert "HELD  SAM.gov quota reached: 3 prospects not checked" in lines
