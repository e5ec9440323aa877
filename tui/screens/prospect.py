"""Prospect: everything known of one, and what is not known yet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.content import Content

from aggregator.digest.words import age, type_title
from aggregator.model import STAGES
from aggregator.tagging.content_types import TYPE_IDS
from feeds.text import one_line
from tui.formatting import TYPE_STYLES, Part, countdown, fit, line, score_style, sparkline
from tui.page import story_page
from tui.screens.sheet import Sheet, Sheeted, title, words

if TYPE_CHECKING:
    from aggregator.dossier.nouns import Answer, Dossier, Event, Ref

PER_TYPE = 12
"""Stories shown of one content type."""
TIMELINE = 20
"""Stories shown of the latest."""


class ProspectScreen(Sheet):
    """One prospect's dossier."""

    NAME = "prospect"

    def read(self) -> list[Sheeted]:
        """The dossier as lines."""
        prospects = self.aggregator.catalog.prospects
        if not prospects:
            return [words(Content("No prospects yet: add [[prospects]] to the config."))]
        wanted = self.session.prospect or prospects[0].id
        dossier = self.aggregator.gathering.dossier(wanted, internal=True)  # his own screen
        spark = sparkline(self.aggregator.board.activity().get(wanted, ()))
        return [*_head(dossier, spark), *self._body(dossier)]

    def turn_prospect(self, by: int) -> None:
        """Another prospect; never all of them."""
        ids = [prospect.id for prospect in self.aggregator.catalog.prospects]
        if ids:
            place = ids.index(self.session.prospect) if self.session.prospect in ids else 0
            self.choose_prospect(ids[(place + by * self.session.take_count()) % len(ids)])

    def _body(self, dossier: Dossier) -> Iterator[Sheeted]:
        now = self.aggregator.now()
        known = sum(answer.is_known for answer in dossier.answers)
        yield title("Qualifying", f"{known} of {len(dossier.answers)} known")
        for answer in dossier.answers:
            yield _question(answer)
        facts: tuple[tuple[str, list[tuple[Part, str, Ref]]], ...] = (
            ("Open tenders", [(countdown(each.deadline, now.date()), each.title, each.ref)
                              for each in dossier.procurements if each.is_open]),
            ("Contracts and their end", [(countdown(each.day, now.date()), each.ref.title, each.ref)
                                         for each in dossier.ends]),
            ("Decision makers", [(("     ", ""), f"{each.name}, {each.role} ({each.state})", each.ref)
                                 for each in dossier.people]),
        )  # fmt: skip
        for name, lines in facts:
            if lines:
                yield words(Content(""))
                yield title(name)
            for left, told, ref in lines:
                yield Sheeted(partial(_fact, told, left), ref)
        for kind in TYPE_IDS:
            stories = sorted((each for each in dossier.timeline if kind in each.types), key=lambda each: -each.score)
            if stories:
                yield words(Content(""))
                yield title(type_title(kind), f"{len(stories)}")
            for event in stories[:PER_TYPE]:
                yield _story(event, kind, age(event.ref.at, now))
        yield from self._notes(dossier.prospect)
        yield words(Content(""))
        yield title("Timeline")
        for event in dossier.timeline[:TIMELINE]:
            yield _story(event, "", f"{event.ref.at.astimezone():%d %b %Y}")

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
        detail = self.aggregator.board.detail([behind.item])
        return story_page(detail, self.aggregator.now()) if detail else Content("")


def _head(dossier: Dossier, spark: str) -> Iterator[Sheeted]:
    place = STAGES.index(dossier.stage)
    steps = [("━" * 3 if n <= place else "─" * 3, "$accent" if n <= place else "$line") for n in range(len(STAGES))]
    yield words(line([(dossier.name, "bold"), (f"   {dossier.domain}", "$faint")]))
    yield words(
        line([*steps, (f"  {dossier.stage}", "bold $accent"), (f"   {spark}", "$primary"), (" 14 days", "$faint")])
    )
    yield words(Content(""))


def _fact(told: str, left: Part, width: int) -> Content:
    return line([left, ("  ", ""), (fit(told, width - 2 - len(left[0])), "")])


def _question(answer: Answer) -> Sheeted:
    """A question over half of the width, and beside it the latest evidence."""
    told = answer.evidence[0] if answer.evidence else None

    def draw(width: int) -> Content:
        asked = fit(answer.question, width // 2 - 5)
        if told is None:
            return line([("  ? ", "bold $warning"), (asked, ""), (" unknown", "italic $faint")])
        known = fit(f" {told.title}{' (old)' if answer.is_old else ''}", width - width // 2 + 1)
        return line([("  ✓ ", "$success"), (asked, "$faint"), (known, "")])

    return Sheeted(draw, told)


def _story(event: Event, kind: str, then: str) -> Sheeted:
    return Sheeted(
        lambda width: line(
            [
                (f"{event.score:4.0f}  ", score_style(event.score)),
                (fit(then, 13), "$faint"),
                (fit(event.ref.title, width - 19), TYPE_STYLES.get(kind, "")),
            ]
        ),
        event.ref,
    )
