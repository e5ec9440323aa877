"""A call sheet or dossier as a page of sections and entries, the same for text, Markdown and HTML. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aggregator.digest.words import type_title
from aggregator.dossier.nouns import Answer, Brief, Copy, Dossier, End, Event, Person, Procurement, Ref, Remark, Risk
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
    )  # fmt: skip


def dossier_sheet(dossier: Dossier) -> Sheet:
    """A dossier as a page."""
    title = f"Hand-over of {dossier.name} to {dossier.to}" if dossier.to else f"Dossier: {dossier.name}"
    domain = f" ({dossier.domain})" if dossier.domain else ""
    open_questions = [Entry(a.question, "old" if a.is_known else "", a.why) for a in dossier.answers if _is_open(a)]
    return Sheet(
        title,
        (f"{dossier.name}{domain}, stage {dossier.stage}. Made {_moment(dossier.made_at)} by {dossier.rep}.",
         dossier.withheld.words),
        (
            _risks(dossier.risks),
            _people(dossier.people),
            Section("Commitments", tuple(_dated(each.ref, f"{each.kind} {each.value}", each.words)
                                         for each in dossier.commitments)),
            Section("Procurements", tuple(map(_procurement, dossier.procurements))),
            _ends(dossier.ends),
            Section("Documents", tuple(map(_copy, dossier.copies)), "None pinned."),
            Section("Notes released for sharing", tuple(map(_remark, dossier.remarks)), "None released."),
            Section("Open questions", tuple(open_questions), "Nothing on the checklist is open."),
            Section("Known", tuple(_by_type(dossier.answers)), is_whole=True),
            Section("Who knows what", tuple(_knowers(dossier)), "Nobody shared, noted or kept anything."),
            Section("Stages", tuple(_stages(dossier)), "No move is on record."),
            Section("Timeline", tuple(map(_event, dossier.timeline)), "Nothing was gathered."),
        ),
        (*([f"{dossier.untold} items without a content type are not told."] if dossier.untold else []),
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
            Section("Days and sums to keep in view", tuple(
                _dated(each.ref, f"{each.kind} {each.value}", each.words) for each in dossier.commitments[:10])),
        ),
        (*dossier.coverage, dossier.withheld.words),
    )  # fmt: skip


def _risks(risks: Sequence[Risk]) -> Section:
    entries = tuple(_dated(each.ref, each.ref.title, each.why, mark=each.kind) for each in risks)
    return Section("Risks", entries, "None known in the last half year.")


def _people(people: Sequence[Person]) -> Section:
    return Section("Decision makers", tuple(map(_person, people)), "None known: ask who decides.")


def _ends(ends: Sequence[End]) -> Section:
    entries = (
        Entry(e.ref.title, _days(e.days), f"{_day(e.day)} · {_origin(e.ref)}", e.ref.link, e.ref.item) for e in ends
    )
    return Section("Contract ends", tuple(entries))


def _person(person: Person) -> Entry:
    mark = {"leaves": "left", "joins": "joined"}.get(person.state, "")
    role = f", {person.role}" if person.role else ", role unknown"
    return Entry(f"{person.name}{role}", mark, _origin(person.ref), person.ref.link, person.ref.item)


def _procurement(each: Procurement) -> Entry:
    due = f"by {_day(each.deadline)}" if each.deadline else "no deadline told"
    parts = [due, each.value, ", ".join(each.suppliers), "; ".join(each.changes), _origin(each.ref)]
    mark = _days(each.days_left) if each.is_open and each.days_left is not None else each.stage
    stage = f"{each.stage}: " if mark != each.stage else ""
    return Entry(f"{stage}{each.title}", mark, " · ".join(filter(None, parts)), each.ref.link, each.ref.item)


def _change(event: Event) -> Entry:
    sources = ", ".join(event.sources)
    mark = type_title(event.types[0]) if event.types else "untagged"
    return Entry(
        event.ref.title, mark, f"{_day(event.ref.at)} · {sources} · {event.why}", event.ref.link, event.ref.item
    )


def _event(event: Event) -> Entry:
    types = ", ".join(map(type_title, event.types)) or "no content type"
    detail = " · ".join(filter(None, (event.stage, types, ", ".join(event.sources), event.why)))
    return Entry(event.ref.title, _day(event.ref.at), detail, event.ref.link, event.ref.item)


def _by_type(answers: Sequence[Answer]) -> Iterable[Entry]:
    for type_ in (*TYPE_IDS, *sorted({answer.type for answer in answers} - {*TYPE_IDS})):
        mine = [answer for answer in answers if answer.type == type_]
        if mine:
            known = sum(answer.is_known for answer in mine)
            yield Entry(type_title(type_), f"{known} of {len(mine)} known", subs=tuple(map(_answered, mine)))
        else:
            yield Entry(type_title(type_), "not asked")


def _answered(answer: Answer) -> Entry:
    if not answer.evidence:
        return Entry(answer.question, "unknown")
    first = answer.evidence[0]
    more = f" and {len(answer.evidence) - 1} more" if len(answer.evidence) > 1 else ""
    mark = "old" if answer.is_old else "known"
    return Entry(answer.question, mark, f"{first.title} · {_origin(first)}{more}", first.link, first.item)


def _is_open(answer: Answer) -> bool:
    return answer.is_old or not answer.is_known


def _copy(copy: Copy) -> Entry:
    if not copy.sha256:
        return Entry(copy.ref.title, "no copy", f"pinned; {_origin(copy.ref)}", copy.url, copy.ref.item)
    fetched = _moment(copy.fetched_at) if copy.fetched_at else ""
    detail = f"{copy.ref.title} · {copy.size:,} bytes · fetched {fetched} · sha256 {copy.sha256}"
    return Entry(copy.name, "copy", detail, copy.url, copy.ref.item)


def _remark(remark: Remark) -> Entry:
    about = remark.ref.title if remark.ref else ""
    link, item = (remark.ref.link, remark.ref.item) if remark.ref else ("", "")
    return Entry(remark.text, remark.rep, " · ".join(filter(None, (_day(remark.at), about))), link, item)


def _knowers(dossier: Dossier) -> Iterable[Entry]:
    for each in dossier.knowers:
        counts = ((each.found, "found"), (each.noted, "noted"), (each.kept, "kept"), (each.owns, "owned"),
                  (each.moved, "stage moves"))  # fmt: skip
        words = ", ".join(f"{count} {what}" for count, what in counts if count)
        yield Entry(each.rep, "", words, subs=tuple(Entry(r.title, "", _origin(r), r.link, r.item) for r in each.items))


def _stages(dossier: Dossier) -> Iterable[Entry]:
    for move in dossier.moves:
        because = f"after {move.ref.title}" if move.ref else ""
        link, item = (move.ref.link, move.ref.item) if move.ref else ("", "")
        yield Entry(move.stage, _day(move.at), " · ".join(filter(None, (move.rep, because))), link, item)


def _dated(ref: Ref, text: str, detail: str, *, mark: str = "") -> Entry:
    beside = " · ".join(filter(None, (detail, ref.title if text != ref.title else "", _origin(ref))))
    return Entry(text, mark, beside, ref.link, ref.item)


def _origin(ref: Ref) -> str:
    return f"{ref.source}, {_day(ref.at)}"


def _days(days: int) -> str:
    return "today" if days == 0 else f"{days} day{'' if days == 1 else 's'}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
