"""A call sheet or dossier as a page of sections and entries, the same for text, Markdown and HTML. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from aggregator.digest.words import type_short, type_title
from aggregator.dossier.nouns import (
    Answer,
    Brief,
    Commitment,
    Copy,
    Dossier,
    End,
    Event,
    Knower,
    Move,
    Person,
    Procurement,
    Ref,
    Remark,
    Risk,
)
from aggregator.tagging.content_types import TYPE_IDS


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a section: words, an address to open, and what is said beside them."""

    text: str
    mark: str = ""
    """One or two words in front: ``known``, ``unknown``, ``left``."""
    detail: str = ""
    link: str = ""
    item: str = ""
    """Id of the item that it stands on."""
    subs: tuple[Entry, ...] = ()
    about: str = ""
    """The question that the words answer; a short page leaves it out."""
    origin: str = ""
    """Source and date of the item."""
    day: str = ""
    """The date alone, for a short page."""

    @property
    def beside(self) -> str:
        """Everything that is said beside the words."""
        return " · ".join(filter(None, (self.detail, self.origin)))


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its entries; a section without any says so: gaps are shown."""

    title: str
    entries: tuple[Entry, ...]
    empty: str = "None known."
    is_whole: bool = False
    """Whether a short page must not leave entries out."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page."""

    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: tuple[str, ...]
    name: str = ""
    """Whom it is about: a short page does not repeat it in each title."""


def brief_sheet(brief: Brief) -> Sheet:
    """A call sheet as a page."""
    risks = [_risks(brief.risks)] if brief.risks or brief.stage in ("negotiating", "closing") else []
    return Sheet(
        f"Call sheet: {brief.name}",
        (f"Stage {brief.stage}. Made {_moment(brief.made_at)} for {brief.rep}.",
         f"New since {_moment(brief.since)} ({brief.since_why})."),
        (
            Section("What changed", tuple(map(_change, brief.changes)), "Nothing new in what could be seen."),
            *risks,
            Section("Known and unknown", tuple(_by_type(brief.answers)), is_whole=True),
            _people(brief.people),
            Section("Open procurements", tuple(map(_procurement, brief.procurements))),
            _ends(brief.ends),
            Section("Ask", tuple(Entry(each) for each in brief.ask), "Nothing on the checklist is open."),
            Section("Notes of the team", tuple(map(_remark, brief.remarks)), "None released."),
        ),
        (*brief.coverage, brief.withheld.words),
        brief.name,
    )  # fmt: skip


def dossier_sheet(dossier: Dossier) -> Sheet:
    """A dossier as a page."""
    title = f"Hand-over of {dossier.name} to {dossier.to}" if dossier.to else f"Dossier: {dossier.name}"
    domain = f" ({dossier.domain})" if dossier.domain else ""
    open_questions = [
        Entry(a.question, "old" if a.is_known else "", detail=a.why) for a in dossier.answers if _is_open(a)
    ]
    return Sheet(
        title,
        (f"{dossier.name}{domain}, stage {dossier.stage}. Made {_moment(dossier.made_at)} by {dossier.rep}.",
         dossier.withheld.words),
        (
            _risks(dossier.risks),
            _people(dossier.people),
            Section("Commitments", tuple(map(_commitment, dossier.commitments))),
            Section("Procurements", tuple(map(_procurement, dossier.procurements))),
            _ends(dossier.ends),
            Section("Documents", tuple(map(_copy, dossier.copies)), "None pinned."),
            Section("Notes released for sharing", tuple(map(_remark, dossier.remarks)), "None released."),
            Section("Open questions", tuple(open_questions), "Nothing on the checklist is open."),
            Section("Known", tuple(_by_type(dossier.answers)), is_whole=True),
            Section("Who knows what", tuple(map(_knower, dossier.knowers)), "Nobody shared, noted or kept anything."),
            Section("Stages", tuple(map(_move, dossier.moves)), "No move is on record."),
            Section("Timeline", tuple(map(_event, dossier.timeline)), "Nothing was gathered."),
        ),
        (*([f"{dossier.untold} items are not told: without a content type, or dismissed."] if dossier.untold else []),
         *dossier.coverage, dossier.withheld.words),
    )  # fmt: skip


def early_sheet(dossier: Dossier) -> Sheet:
    """The early warning to delivery: what may harm the deal, who left, what moved, what is due. Short."""
    left = tuple(each for each in dossier.people if each.state == "leaves")
    moved = tuple(each for each in dossier.procurements if each.changes or each.stage == "cancelled")
    return Sheet(
        f"Early warning: {dossier.name}",
        (f"Stage {dossier.stage}. Made {_moment(dossier.made_at)} by {dossier.rep} for {dossier.to or 'delivery'}.",),
        (
            _risks(dossier.risks),
            Section("Decision makers who left", tuple(map(_person, left))),
            Section("Procurements that moved", tuple(map(_procurement, moved))),
            _ends(dossier.ends),
            Section("Days and sums to keep in view", tuple(map(_commitment, dossier.commitments[:10]))),
        ),
        (*dossier.coverage, dossier.withheld.words),
    )  # fmt: skip


def _risks(risks: Sequence[Risk]) -> Section:
    entries = tuple(_on(each.ref, each.ref.title, each.kind, each.why) for each in risks)
    return Section("Risks", entries, "None known in the last half year.")


def _people(people: Sequence[Person]) -> Section:
    return Section("Decision makers", tuple(map(_person, people)), "None known: ask who decides.")


def _ends(ends: Sequence[End]) -> Section:
    entries = (_on(each.ref, each.ref.title, _days(each.days), f"ends {_day(each.day)}") for each in ends)
    return Section("Contract ends", tuple(entries))


def _person(person: Person) -> Entry:
    mark = {"leaves": "left", "joins": "joined"}.get(person.state, "")
    return _on(person.ref, f"{person.name}, {person.role or 'role unknown'}", mark)


def _procurement(each: Procurement) -> Entry:
    due = f"by {_day(each.deadline)}" if each.deadline else "no deadline told"
    mark = _days(each.days_left) if each.is_open and each.days_left is not None else each.stage
    stage = f"{each.stage}: " if mark != each.stage else ""
    return _on(
        each.ref, f"{stage}{each.title}", mark, due, each.value, ", ".join(each.suppliers), "; ".join(each.changes)
    )


def _commitment(each: Commitment) -> Entry:
    return _on(each.ref, f"{each.kind} {each.value}", "", each.words, each.ref.title)


def _change(event: Event) -> Entry:
    mark = type_short(event.types[0]) if event.types else "untagged"
    return _on(event.ref, event.ref.title, mark, event.why, sources=event.sources)


def _event(event: Event) -> Entry:
    types = ", ".join(map(type_title, event.types)) or "no content type"
    return _on(event.ref, event.ref.title, _day(event.ref.at), event.stage, types, event.why, sources=event.sources)


def _by_type(answers: Sequence[Answer]) -> Iterable[Entry]:
    for type_ in (*TYPE_IDS, *sorted({answer.type for answer in answers} - {*TYPE_IDS})):
        mine = [answer for answer in answers if answer.type == type_]
        if not mine:
            yield Entry(type_title(type_), "not asked")
            continue
        known = [answer for answer in mine if answer.is_known]
        topics = "; ".join(answer.topic for answer in mine if not answer.is_known)
        gap = (Entry(topics, "unknown"),) if topics else ()
        yield Entry(type_title(type_), f"{len(known)} of {len(mine)} known", subs=(*map(_answered, known), *gap))


def _answered(answer: Answer) -> Entry:
    first, more = answer.evidence[0], len(answer.evidence) - 1
    entry = _on(first, first.title, "old" if answer.is_old else "known", f"and {more} more" if more else "")
    return replace(entry, about=answer.question)


def _is_open(answer: Answer) -> bool:
    return answer.is_old or not answer.is_known


def _copy(copy: Copy) -> Entry:
    if not copy.sha256:
        return replace(_on(copy.ref, copy.ref.title, "no copy", "pinned"), link=copy.url)
    fetched = _moment(copy.fetched_at) if copy.fetched_at else ""
    about = (copy.ref.title, f"{copy.size:,} bytes", f"fetched {fetched}", f"sha256 {copy.sha256}")
    return replace(_on(copy.ref, copy.name, "copy", *about), link=copy.url)


def _remark(remark: Remark) -> Entry:
    about = (f"on {remark.ref.title}",) if remark.ref else ()
    return _about(remark.ref, remark.text, remark.rep, _day(remark.at), *about)


def _knower(each: Knower) -> Entry:
    counts = ((each.found, "found"), (each.noted, "noted"), (each.kept, "kept"), (each.owns, "owned"),
              (each.moved, "stage moves"))  # fmt: skip
    words = ", ".join(f"{count} {what}" for count, what in counts if count)
    return Entry(each.rep, "", words, subs=tuple(_on(ref, ref.title) for ref in each.items))


def _move(move: Move) -> Entry:
    because = (f"after {move.ref.title}",) if move.ref else ()
    return _about(move.ref, move.stage, _day(move.at), move.rep, *because)


def _about(ref: Ref | None, text: str, mark: str, *details: str) -> Entry:
    """What somebody said or did, which may hang on an item."""
    link, item = (ref.link, ref.item) if ref else ("", "")
    return Entry(text, mark, _joined(details), link, item)


def _on(ref: Ref, text: str, mark: str = "", *details: str, sources: Sequence[str] = ()) -> Entry:
    """What stands on an item."""
    origin = f"{', '.join(sources) or ref.source}, {_day(ref.at)}"
    return Entry(text, mark, _joined(details), ref.link, ref.item, origin=origin, day=f"{ref.at.day} {ref.at:%b %y}")


def _joined(details: Iterable[str]) -> str:
    return " · ".join(filter(None, details))


def _days(days: int) -> str:
    return "today" if days == 0 else f"{days} day{'' if days == 1 else 's'}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
