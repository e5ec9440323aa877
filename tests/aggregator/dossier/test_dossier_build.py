"""What call sheets and dossiers say, and what they must not."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator import catalog, config
from aggregator.dossier.build import build_brief, build_dossier
from aggregator.dossier.nouns import Brief, Gathered
from aggregator.model import Match, Note
from aggregator.packs.content import questions_of
from aggregator.tagging.content_types import TYPE_IDS
from aggregator.tagging.signals import SIGNAL
from feeds.packs.library import shelf_text
from feeds.tables import Document
from tests.gathered import (
    ACME,
    AWARD,
    DISMISSED,
    JOINS,
    LAYOFFS,
    LEAVES,
    NOW,
    SECRET,
    TENDER,
    ago,
    gathered,
    person,
    story,
)
from tests.samples import a_match


def brief(**other: object) -> Brief:
    return build_brief(gathered(**other))


def test_a_brief_tells_what_is_new_since_the_last_touch() -> None:
    built = brief()
    assert (built.since, built.since_why) == (ago(24), "your last touch, a stage move")
    assert {event.ref.title for event in built.changes} == {LAYOFFS.title, LEAVES.title}
    asked = build_brief(gathered(), since=ago(31))
    assert asked.since_why == "as asked"
    assert TENDER.title in {event.ref.title for event in asked.changes}


def test_an_account_that_was_never_touched_is_looked_back_on_by_a_month() -> None:
    built = brief(touches=(), verdicts={}, notes=())
    assert built.since == NOW - timedelta(days=30)
    assert "no touch is on record" in built.since_why


def test_what_is_known_has_evidence_and_what_is_unknown_is_asked() -> None:
    answers = {answer.question: answer for answer in brief().answers}
    assert [ref.item for ref in answers["Who decides, and who signs?"].evidence] == [JOINS.id]
    assert answers["Which procurement is open?"].evidence[0].link == TENDER.link
    assert not answers["Are they buying or selling?"].is_known
    assert not answers["Is there a budget, and by when?"].is_known, "the only evidence is internal"
    last = answers["What did they buy last, and from whom?"]
    assert (last.is_known, last.is_old) == (True, True)
    assert brief().ask == (
        "Are they buying or selling?", "Is there a budget, and by when?", "What did they buy last, and from whom?"
    )  # fmt: skip


def test_questions_that_serve_the_stage_come_first() -> None:
    late = build_brief(gathered(prospect=replace(ACME, stage="closing")))
    assert late.ask[0] == "Is there a budget, and by when?"


def test_decision_makers_newest_first_and_those_who_left_are_marked() -> None:
    assert [(p.name, p.role, p.state) for p in brief().people] == [
        ("Raj Dole", "treasurer", "leaves"), ("Ann Bell", "chief information officer", "joins"),
    ]  # fmt: skip
    gone = story("Acme says Ann Bell is off", "structure.exec_out", 2, facts=(person("leaves", "ann bell", ""),))
    people = build_brief(gathered(gone)).people
    assert [(p.state, p.role) for p in people if p.name.casefold() == "ann bell"] == [
        ("leaves", "chief information officer")
    ]


def test_people_of_other_companies_are_not_its_decision_makers() -> None:
    mention = story(
        "Beta names Cy Tan director", "structure.exec_in", 1, facts=(person("joins", "Cy Tan", "director"),),
        matches=(a_match(about=False),),
    )  # fmt: skip
    assert "Cy Tan" not in {p.name for p in build_brief(gathered(mention)).people}


def test_procurements_and_contract_ends_have_days_left() -> None:
    [tender] = brief().procurements
    assert (tender.days_left, tender.value, tender.ref.item) == (18, "2,500,000 EUR", TENDER.id)
    [end] = brief().ends
    assert (end.days, end.ref.item) == (212, AWARD.id)


@pytest.mark.parametrize(("stage", "count"), [("negotiating", 2), ("closing", 2), ("pricing", 0)])
def test_risks_are_told_when_a_deal_nears_its_end(stage: str, count: int) -> None:
    risks = build_brief(gathered(prospect=replace(ACME, stage=stage))).risks
    assert len(risks) == count
    assert {risk.kind for risk in risks} <= {"Layoffs", "Executive leaves"}


def test_a_cut_budget_and_a_cancelled_phase_are_risks_and_old_ones_are_not() -> None:
    cut = story("Acme slashes its budget for meters", "purchasing_plans.budget", 3)
    cancelled = story("Acme calls off its tender", "purchasing_plans.tender", 3)
    cancelled = replace(cancelled, tags=(replace(cancelled.tags[0], phase="cancelled"),))
    grown = story("Acme raises its budget for pumps", "purchasing_plans.budget", 3)
    old = story("Acme laid off many", "structure.layoffs", 24 * 200)
    kinds = {risk.kind: risk.ref.item for risk in build_brief(gathered(cut, cancelled, grown, old)).risks}
    assert kinds["Cut: Budget"] == cut.id
    assert kinds["Cancelled: Tender"] == cancelled.id
    assert not {grown.id, old.id} & set(kinds.values())


def test_a_dossier_tells_every_stage_and_cites_only_what_may_be_told() -> None:
    built = build_dossier(gathered(), to="delivery")
    assert [(move.stage, move.ref and move.ref.item) for move in built.moves] == [
        ("pricing", TENDER.id), ("negotiating", None),
    ]  # fmt: skip
    stages = {event.ref.item: event.stage for event in built.timeline}
    assert (stages[AWARD.id], stages[TENDER.id], stages[LAYOFFS.id]) == ("qualifying", "qualifying", "negotiating")
    assert DISMISSED.id not in stages
    assert built.untold == 2


def test_who_knows_what() -> None:
    knowers = {each.rep: each for each in build_dossier(gathered()).knowers}
    assert (knowers["bo"].found, knowers["bo"].noted, knowers["bo"].kept) == (1, 1, 0)
    assert (knowers["ann"].kept, knowers["ann"].owns, knowers["ann"].moved) == (1, 1, 2)
    assert [ref.item for ref in knowers["bo"].items] == [TENDER.id]


def test_what_was_withheld_is_counted_and_released_only_on_request() -> None:
    inside, outside = build_dossier(gathered(), internal=True), build_dossier(gathered())
    assert (outside.withheld.internal_items, outside.withheld.private_notes, outside.withheld.other) == (1, 2, 3)
    assert outside.withheld.words == ("Withheld: 1 internal item, 2 private notes, 3 others that hang on them.")
    assert (inside.withheld.internal_items, inside.withheld.private_notes, inside.withheld.other) == (0, 2, 0)
    assert SECRET.id in {event.ref.item for event in inside.timeline}
    assert "INTERNAL-WORDS" in {remark.text for remark in inside.remarks}
    assert build_dossier(gathered(private_notes={}, items=(), notes=(), documents=(), moves=())).withheld.words == (
        "Nothing was withheld."
    )


def test_doubtful_matches_tell_nothing() -> None:
    doubtful = story("Acme Bakery hires", "structure.hiring_need", 1, matches=(a_match(confidence=0.2),))
    note = Note("n9", doubtful.id, "bo", "OF-ANOTHER", ago(1), "shared")
    everything = gathered(doubtful)
    built = build_dossier(replace(everything, notes=(*everything.notes, note)))
    assert doubtful.id not in {event.ref.item for event in built.timeline}
    assert "OF-ANOTHER" not in {remark.text for remark in built.remarks}
    assert built.withheld == build_dossier(gathered()).withheld


def test_a_failed_source_is_unknown_and_an_internal_one_is_not_named() -> None:
    built = brief()
    assert built.coverage[0].startswith("1 of 2 sources answered")
    assert any(line.startswith("UNKNOWN  Tender Board") for line in built.coverage)
    assert "CRM" not in " ".join(built.coverage)


def test_nothing_at_all_is_told_as_gaps() -> None:
    nothing = build_brief(Gathered(ACME, "ann", NOW))
    assert (nothing.changes, nothing.people, nothing.answers, nothing.ask) == ((), (), (), ())
    assert nothing.coverage == ("No sources are configured: nothing was looked at.",)
    assert build_dossier(Gathered(ACME, "ann", NOW)).timeline == ()


def test_the_same_arguments_give_the_same() -> None:
    turned = gathered(items=tuple(reversed(gathered().items)))
    assert build_brief(gathered()) == build_brief(turned)
    assert build_dossier(gathered()) == build_dossier(turned)
    assert isinstance(TENDER.matches[0], Match)


def test_the_checklist_of_leadline_itself_is_without_fault_and_asks_of_every_content_type(tmp_path: Path) -> None:
    path = tmp_path / "leadline.toml"
    path.write_text('database = "x.db"\n')
    document = Document.parse(shelf_text("core", "checklist.toml"), "checklist.toml")
    questions = questions_of(document, "core")
    assert not document.faults
    assert catalog.load(config.read(path)).checklist == questions
    types = Counter(SIGNAL[question.type].type for question in questions)
    assert set(types) == set(TYPE_IDS)
    assert all(3 <= count <= 5 for count in types.values())
    assert len({question.id for question in questions}) == len(questions)
