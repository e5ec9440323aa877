"""Prospect: everything known of one, and what is not known yet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from textual.content import Content

from aggregator.digest.words import age, type_title
from aggregator.model import STAGES, Item
from aggregator.profile import Dossier, Known
from feeds.text import one_line
from tui.formatting import TYPE_STYLES, Part, countdown, fit, line, score_style, sparkline
from tui.page import story_page
from tui.screens.sheet import Sheet, Sheeted, title, words


class ProspectScreen(Sheet):
    """One prospect's dossier."""

    NAME = "prospect"

    def read(self) -> list[Sheeted]:
        """The dossier as lines."""
        prospects = self.aggregator.catalog.prospects
        if not prospects:
            return [words(Content("No prospects yet: add [[prospects]] to the config."))]
        wanted = self.session.prospect or prospects[0].id
        dossier = self.aggregator.board.dossier(wanted)
        spark = sparkline(self.aggregator.board.activity().get(wanted, ()))
        return [*_head(dossier, spark), *self._body(dossier)]

    def turn_prospect(self, by: int) -> None:
        """Another prospect; never all of them."""
        ids = [prospect.id for prospect in self.aggregator.catalog.prospects]
        if ids:
            place = ids.index(self.session.prospect) if self.session.prospect in ids else 0
            self.choose_prospect(ids[(place + by * self.session.take_count()) % len(ids)])

    def _body(self, dossier: Dossier) -> Iterator[Sheeted]:
        today, now = self.aggregator.now().date(), self.aggregator.now()
        yield title("Qualifying", f"{dossier.answered} of {len(dossier.checklist)} known")
        for question in dossier.checklist:
            yield _question(question.words, question.answer)
        for name, facts in (("Open tenders", dossier.tenders), ("Contracts and their end", dossier.contracts)):
            if facts:
                yield words(Content(""))
                yield title(name)
                for fact in facts:
                    yield Sheeted(partial(_fact, fact.words, countdown(fact.day, today)), fact.item)
        if dossier.people:
            yield words(Content(""))
            yield title("Decision makers")
            for person in dossier.people:
                yield Sheeted(partial(_fact, person.words, ("", "")), person.item)
        for kind, stories in dossier.stories:
            yield words(Content(""))
            yield title(type_title(kind), f"{len(stories)}")
            for item, value in stories:
                yield _story(item, value, kind, age(item.dated, now))
        yield from self._notes(dossier.prospect.id)
        yield words(Content(""))
        yield title("Timeline")
        for item, value in dossier.timeline:
            yield _story(item, value, "", f"{item.dated.astimezone():%d %b %Y}")

    def _notes(self, prospect: str) -> Iterator[Sheeted]:
        notes = self.aggregator.team.prospect_notes(prospect)
        if notes:
            yield words(Content(""))
            yield title("Notes", str(len(notes)))
        for note in notes[-20:]:
            seen = "team" if note.visibility == "shared" else "only you"
            yield words(line([("  ", ""), (f"{note.rep}, {seen}: ", "$faint"), (one_line(note.text, 300), "")]))

    def page(self, behind: Any) -> Content:
        """The story that a line came from."""
        detail = self.aggregator.board.detail([behind.id])
        return story_page(detail, self.aggregator.now()) if detail else Content("")


def _head(dossier: Dossier, spark: str) -> Iterator[Sheeted]:
    prospect = dossier.prospect
    place = STAGES.index(prospect.stage)
    steps = [("━" * 3 if n <= place else "─" * 3, "$accent" if n <= place else "$line") for n in range(len(STAGES))]
    yield words(line([(prospect.name, "bold"), (f"   {prospect.domain}", "$faint")]))
    yield words(
        line([*steps, (f"  {prospect.stage}", "bold $accent"), (f"   {spark}", "$primary"), (" 14 days", "$faint")])
    )
    yield words(Content(""))


def _fact(told: str, left: Part, width: int) -> Content:
    return line([left, ("  ", ""), (fit(told, width - 2 - len(left[0])), "")])


def _question(asked: str, answer: Known | None) -> Sheeted:
    if answer is None:
        return words(line([("  ? ", "bold $warning"), (f"{asked:<30}", ""), ("unknown", "italic $faint")]))
    told = answer.words
    return Sheeted(
        lambda width: line([("  ✓ ", "$success"), (f"{asked:<30}", "$faint"), (fit(told, width - 34), "")]), answer.item
    )


def _story(item: Item, value: float, kind: str, then: str) -> Sheeted:
    return Sheeted(
        lambda width: line(
            [
                (f"{value:4.0f}  ", score_style(value)),
                (fit(then, 13), "$faint"),
                (fit(item.title, width - 19), TYPE_STYLES.get(kind, "")),
            ]
        ),
        item,
    )
