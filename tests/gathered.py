"""A prospect in negotiation, made up for tests of call sheets and dossiers, with every kind of thing to gather."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from aggregator.dossier.nouns import Gathered
from aggregator.model import (
    Deed,
    Document,
    Evidence,
    Fact,
    Item,
    Note,
    Prospect,
    Question,
    Standing,
    Tag,
    Verdict,
)
from tests.samples import a_match, a_source, a_status, an_item

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ACME = Prospect("acme", "Acme Corporation", ("Acme",), "acme.example", "negotiating")
SOURCES = (
    a_source("wire", name="The Wire"),
    a_source("board", name="Tender Board", publisher="regulator"),
    a_source("crm", name="Own CRM", scope="internal"),
)


def tag(signal: str, words: str, phase: str = "", confidence: float = 0.9) -> Tag:
    """A tag by its signal."""
    return Tag(
        signal.partition(".")[0], signal, Evidence("title", words, 0, len(words)), "rule", "core", confidence, phase
    )


def story(title: str, signal: str, hours: float, source: str = "wire", words: str = "", **other: Any) -> Item:
    """An item with one tag, published and seen so many hours ago."""
    made = an_item(title, source, hours, tags=(tag(signal, words or title.split()[1]),), **other)
    return replace(made, link=f"https://{source}.example/{made.id[:6]}")


def person(kind: str, name: str, role: str) -> Fact:
    """Somebody with a post."""
    return Fact(kind, f"{role} {name}", "body", 0, 10, person=name, role=role)


TENDER = story(
    "Acme invites tenders for meters", "purchasing_plans.tender", 30, "board",
    fields={"solicitation_number": "AC-2026-000117"},
    facts=(Fact("deadline", "2026-03-20", "field", field="deadline", day=date(2026, 3, 20)),
           Fact("amount", "2,500,000 EUR", "field", field="value", number=2_500_000.0, currency="EUR")),
)  # fmt: skip
JOINS = story(
    "Acme names Ann Bell chief information officer", "structure.exec_in", 50,
    facts=(person("joins", "Ann Bell", "chief information officer"),),
)  # fmt: skip
LEAVES = story(
    "Acme loses its treasurer Raj Dole", "structure.exec_out", 20, facts=(person("leaves", "Raj Dole", "treasurer"),)
)
LAYOFFS = story("Acme cuts 400 jobs in two plants", "structure.layoffs", 10, words="cuts 400 jobs")
AWARD = story(
    "Acme awarded upkeep of pumps to Gamma Ltd", "purchasing_history.award", 24 * 500, "board",
    facts=(Fact("end", "2026-09-30", "field", field="contract_end", day=date(2026, 9, 30)),),
)  # fmt: skip
PLAIN = an_item("Acme ranked among best places", tags=(), hours=40)
SECRET = story("Acme says in confidence that the budget is gone", "purchasing_plans.budget", 5, "crm", scope="internal")
DISMISSED = story("Acme sponsors a regatta", "strategy.partnership", 60)
ITEMS = (TENDER, JOINS, LEAVES, LAYOFFS, AWARD, PLAIN, SECRET, DISMISSED)
QUESTIONS = (
    Question("deals", "strategy.ma", "Are they buying or selling?", "Integration plans choose suppliers."),
    Question("who", "structure.decision_makers", "Who decides, and who signs?", "Without the signer it is talk."),
    Question("open", "purchasing_plans.tender", "Which procurement is open?"),
    Question("budget", "purchasing_plans.budget", "Is there a budget, and by when?"),
    Question("last", "purchasing_history.award", "What did they buy last, and from whom?"),
)
PRIVATE = "PRIVATE-WORDS"


def ago(hours: float) -> datetime:
    """So many hours before NOW."""
    return NOW - timedelta(hours=hours)


def gathered(*more: Item, **other: Any) -> Gathered:
    """All of it, with more items if given."""
    items = (*ITEMS, *more)
    share = Deed("share", TENDER.id, "bo", "look", ago(29))
    hidden = Deed("share", SECRET.id, "bo", "hush", ago(4))
    values: dict[str, Any] = {
        "prospect": ACME,
        "rep": "ann",
        "now": NOW,
        "items": items,
        "verdicts": {
            DISMISSED.id: Verdict(DISMISSED.id, "ann", "dismissed", ago(59)),
            TENDER.id: Verdict(TENDER.id, "ann", "kept", ago(28)),
        },
        "notes": (
            Note("n1", TENDER.id, "ann", PRIVATE, ago(27)),
            Note("n2", TENDER.id, "bo", "Budget is fixed, see page 4.", ago(26), "shared"),
            Note("n3", "", "ann", "Prefers calls\nbefore nine.", ago(25), "shared", "acme"),
            Note("n4", SECRET.id, "bo", "INTERNAL-WORDS", ago(4), "shared"),
        ),
        "private_notes": {"ann": 1, "cy": 1},
        "shares": {
            TENDER.id: Standing(share, "bo", share.at),
            SECRET.id: Standing(hidden, "bo", hidden.at),
        },
        "owners": {TENDER.id: "ann"},
        "keepers": {TENDER.id: ("ann", "cy"), SECRET.id: ("cy",)},
        "moves": (
            Deed("stage", "acme", "ann", "pricing", ago(26), TENDER.id),
            Deed("stage", "acme", "ann", "negotiating", ago(24), SECRET.id),
        ),
        "touches": (Deed("stage", "acme", "ann", "negotiating", ago(24), SECRET.id),),
        "pinned": frozenset({JOINS.id, TENDER.id, SECRET.id}),
        "documents": (
            Document(TENDER.id, TENDER.link, "ab" * 32, "notice.pdf", "application/pdf", 1234, ago(20), "ann"),
            Document(SECRET.id, SECRET.link, "cd" * 32, "hush.pdf", "application/pdf", 99, ago(3), "ann"),
        ),
        "sources": {source.id: source for source in SOURCES},
        "statuses": (
            a_status("wire", name="The Wire"),
            a_status("board", "failed", reason="timeout", name="Tender Board"),
            a_status("crm", name="Own CRM", scope="internal"),
        ),
        "questions": QUESTIONS,
        "first_stage": "qualifying",
    }
    return Gathered(**{**values, **other})


__all__ = ["ACME", "NOW", "a_match", "gathered"]
