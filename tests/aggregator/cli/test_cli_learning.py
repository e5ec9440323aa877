"""Triage, corrections and suggestions as a rep uses them on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.aggregator.cli.conftest import Run
from tests.command import Leadline
from tests.servers import Server, item, rss

DEAL = "Acme to acquire Beta Mills for $240 million"
TENDER = "Acme invites tenders for cloud hosting, closing date 14 December 2099"
OTHER = "Beta Mills appoints Jo Bell as chief financial officer"
PROSPECTS = """
[[prospects]]
id = "acme"
name = "Acme Corporation"
aliases = ["Acme"]
[[prospects]]
id = "beta"
name = "Beta Mills"
"""


class Told:
    """Commands run in this process on what a poll brought."""

    def __init__(self, run: Run, config: Path) -> None:
        self._run, self.config, self.errors = run, config, ""

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Run a command, check its exit code and return what it wrote."""
        ran = self._run(*arguments)
        self.errors = ran.err
        assert ran.code == code, ran
        return ran.out

    def json(self, *arguments: str) -> Any:
        """What a command writes with --json."""
        return json.loads(self(*arguments, "--json"))

    def titles(self, *query: str) -> list[str]:
        """Titles of the items that a query finds."""
        return [each["title"] for each in self.json("items", "--limit", "0", *query)]


@pytest.fixture
def told(desk: Leadline, web: Server, run: Run, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Three items: a deal, a tender, and another company's."""
    date = format_datetime(datetime.now(UTC) - timedelta(hours=2))
    feed = rss(*(item(title, guid=title, date=date) for title in (DEAL, TENDER, OTHER)))
    desk.configure(web.serve("/f", feed), prospects=PROSPECTS, more='rep = "ann"')
    desk("poll")
    monkeypatch.chdir(desk.folder)
    return Told(run, desk.config)


def id_of(desk: Told, title: str) -> str:
    """The id of the item with this title."""
    return str(next(each["id"] for each in desk.json("items", "--limit", "0") if each["title"] == title))


def test_a_corrected_tag_is_gone_for_lists_digest_and_after_retag(told: Told) -> None:
    """At once, and until it is taken back."""
    deal = id_of(told, DEAL)
    assert DEAL in told.titles("type:strategy")

    assert told.json("correct", deal[:8], "--not-tag", "strategy")["types"] == []
    assert DEAL not in told.titles("type:strategy")
    assert DEAL in told.titles("is:untagged")
    digest = told.json("digest")
    assert [line["types"] for each in digest["prospects"] for line in each["stories"] if line["title"] == DEAL] == [
        [],
        [],
    ]
    assert "not tag strategy: corrected by ann on" in told("explain", deal)

    told.config.write_text(told.config.read_text().replace('"Beta Mills"', '"Beta Mills"\naliases = ["BM"]'))
    told("retag")
    assert DEAL not in told.titles("type:strategy")

    told("correct", deal, "--undo")
    assert DEAL in told.titles("type:strategy")
    assert told.json("correct") == []


def test_an_added_tag_and_prospect_are_found_in_their_place(told: Told) -> None:
    """A query finds what the rep says, each item once, newest first."""
    other, everything = id_of(told, OTHER), told.titles()
    told("correct", other, "--tag", "requirements.regulation", "--prospect", "acme", "--not-prospect", "beta")

    assert told.titles() == everything
    assert told.titles("type:requirements") == [OTHER]
    assert OTHER in told.titles("prospect:acme")
    assert OTHER not in told.titles("prospect:beta")
    shown = told.json("show", other)
    assert [each["why"] for each in shown["prospects"]] == ["correction"]
    assert "corrected by ann" in told("show", other)
    assert [each["subject"] for each in told.json("correct", other)] == ["prospect", "prospect", "tag"]


def test_corrections_become_examples_that_rules_are_checked_with(told: Told) -> None:
    """Titles and their types, as a pack's tests hold them."""
    told("correct", id_of(told, DEAL), "--not-tag", "strategy")
    told("correct", id_of(told, OTHER), "--not-prospect", "beta")
    told("correct", "--export", "examples.toml")

    assert told.config.with_name("examples.toml").read_text() == f'[[examples]]\ntitle = "{DEAL}"\ntypes = []\n'


def test_a_mistaken_correction_is_refused_with_a_hint(told: Told) -> None:
    """And nothing is recorded."""
    deal = id_of(told, DEAL)
    for options, words in (
        (["--tag", "strategi"], "did you mean"),
        (["--tag", "market_position.recognition"], "no content type of a lead"),
        (["--prospect", "acm"], "did you mean 'acme'"),
        (["--not-tag", "requirements"], "is not tagged requirements"),
        (["--not-prospect", "gamma"], "has no match with gamma"),
    ):
        told("correct", deal, *options, code=1)
        assert words in told.errors

    assert told.json("correct") == []


def test_triage_counts_in_scores_and_can_be_undone(told: Told) -> None:
    """The term shows its counts; resetting drops it."""
    deal, tender = id_of(told, DEAL), id_of(told, TENDER)
    before = told.json("explain", deal)["scores"][0]["value"]

    told("triage", deal, "--state", "kept")
    raised = told.json("explain", deal)["scores"][0]
    assert raised["value"] > before
    assert any("you kept 1 of 1" in reason["words"] for reason in raised["reasons"])
    assert told.titles("state:kept") == [DEAL]

    told("triage", deal[:8], tender[:8], "--state", "dismissed")
    assert told.titles() == [OTHER]
    told("triage", deal, tender, "--undo")
    assert told.json("explain", deal)["scores"][0]["value"] == pytest.approx(before, abs=0.1)

    told("triage", deal, "--state", "kept")
    told("suggest", "--reset")
    assert "you kept" not in told("explain", deal)
    assert told.titles("state:kept") == [DEAL]


def test_triage_says_what_it_cannot_do(told: Told) -> None:
    """Usage is 2, a date that cannot be is 1."""
    deal = id_of(told, DEAL)
    for options, code in (
        (["--state", "snoozed"], 2),
        (["--state", "kept", "--until", "3d"], 2),
        ([], 2),
        (["--state", "snoozed", "--until", "2020-01-01"], 1),
        (["--state", "snoozed", "--until", "soon"], 1),
        (["--state", "snoozed", "--until", "3d"], 0),
    ):
        told("triage", deal, *options, code=code)


def test_what_is_always_dismissed_is_suggested_and_stays(
    desk: Leadline, web: Server, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With how many and the interval; nothing is muted."""
    desk.configure(web.serve("/f", rss(*(item(f"Acme note {n}", guid=str(n)) for n in range(20)))))
    desk("poll")
    monkeypatch.chdir(desk.folder)
    told = Told(run, desk.config)
    assert told("suggest") == ""
    told("triage", *(each["id"] for each in told.json("items", "--limit", "9")), "--state", "dismissed")

    [only] = told.json("suggest")
    assert (only["source"], only["signal"], only["kept"], only["seen"]) == ("s1", None, 0, 9)
    assert "kept 0 of 9 [0.00, 0.30]" in told("suggest")
    assert len(told.titles()) == 11


def test_facts_and_polarity_are_shown(told: Told) -> None:
    """Typed in JSON, in words for people; a deadline shapes the score."""
    shown = told.json("show", id_of(told, TENDER))
    [deadline] = [fact for fact in shown["facts"] if fact["kind"] == "deadline"]
    explained = told("explain", id_of(told, TENDER))

    assert (deadline["value"], TENDER[slice(*deadline["span"])]) == ("2099-12-14", "14 December 2099")
    assert "deadline: 14 Dec 2099 (“14 December 2099” in the title)" in explained
    assert "days left, until 14 Dec 2099" in explained
    assert {tag["polarity"] for tag in shown["tags"]} == {"opportunity"}
    assert "amount: 240,000,000 $" in told("show", id_of(told, DEAL))


def test_the_digest_scores_prospects(told: Told) -> None:
    """Best story and bonus, the best prospect first."""
    sections = told.json("digest")["prospects"]

    assert [each["score"] for each in sections] == sorted((each["score"] for each in sections), reverse=True)
    for each in sections:
        assert each["score"] == pytest.approx(each["score_best"] + each["score_bonus"])
        assert each["score_best"] == max(line["score"] for line in each["stories"])
        assert each["signals"]
