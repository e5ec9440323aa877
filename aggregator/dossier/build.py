"""What was gathered of a prospect → a call sheet, a dossier. Pure: the same arguments always give the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from aggregator.digest.coverage import coverage
from aggregator.digest.words import coverage_lines, tag_reason
from aggregator.dossier import knowledge
from aggregator.dossier.nouns import Brief, Dossier, Event, Gathered, Knower, Move, Ref, Remark
from aggregator.dossier.release import release
from aggregator.model import KEPT_STATES, Item
from aggregator.pipeline.scoring import score
from aggregator.pipeline.stories import Story, group
from feeds.text import clean, one_line

LATE_STAGES = ("negotiating", "closing")
"""At these a risk concerns delivery already."""
NEVER_TOUCHED = timedelta(days=30)
"""How far a call sheet looks back where no touch is on record."""


def build_brief(gathered: Gathered, *, since: datetime | None = None, internal: bool = False) -> Brief:
    """One page before a call; without ``since``, what is new since the rep last touched the prospect."""
    told, withheld = release(gathered, internal=internal)
    start, why = (since, "as asked") if since else _last_touch(gathered)
    fresh = [item for item in told.items if item.seen_at >= start and item.tags]
    answers = knowledge.answers(told)
    prospect = told.prospect
    return Brief(
        prospect=prospect.id,
        name=one_line(prospect.name),
        stage=prospect.stage,
        rep=told.rep,
        made_at=told.now,
        since=start,
        since_why=why,
        changes=tuple(sorted(_events(fresh, told), key=lambda event: (-event.score, event.ref.item))),
        answers=answers,
        people=knowledge.people(told),
        procurements=tuple(each for each in knowledge.procurements(told) if each.is_open),
        ends=knowledge.ends(told),
        risks=knowledge.risks(told) if prospect.stage in LATE_STAGES else (),
        ask=knowledge.ask(told, answers),
        remarks=_remarks(told),
        coverage=_coverage(told, start),
        withheld=withheld,
    )


def build_dossier(gathered: Gathered, *, to: str = "", internal: bool = False) -> Dossier:
    """Everything that may be told, over all stages of the sale."""
    told, withheld = release(gathered, internal=internal)
    worth = [item for item in told.items if _is_worth_telling(item, told)]
    timeline = sorted(_events(worth, told), key=lambda event: (event.ref.at, event.ref.item), reverse=True)
    prospect = told.prospect
    return Dossier(
        prospect=prospect.id,
        name=one_line(prospect.name),
        domain=one_line(prospect.domain),
        stage=prospect.stage,
        rep=told.rep,
        made_at=told.now,
        to=one_line(to),
        moves=_moves(told),
        timeline=tuple(timeline),
        untold=len(told.items) - len(worth),
        copies=knowledge.copies(told),
        remarks=_remarks(told),
        people=knowledge.people(told),
        commitments=knowledge.commitments(told),
        procurements=knowledge.procurements(told),
        ends=knowledge.ends(told),
        risks=knowledge.risks(told),
        answers=knowledge.answers(told),
        knowers=_knowers(told),
        coverage=_coverage(told, None),
        withheld=withheld,
    )


def _last_touch(gathered: Gathered) -> tuple[datetime, str]:
    """When the rep last did something about the prospect, and what."""
    rep = gathered.rep
    touches = [(deed.at, _DEEDS.get(deed.kind, deed.kind)) for deed in gathered.touches if deed.rep == rep]
    touches += [(note.at, "a note") for note in gathered.notes if note.rep == rep]
    touches += [(verdict.at, f"an item {verdict.state.replace('_', ' ')}") for verdict in gathered.verdicts.values()]
    if not touches:
        return gathered.now - NEVER_TOUCHED, f"no touch is on record: the last {NEVER_TOUCHED.days} days"
    at, what = max(touches)
    return at, f"your last touch, {what}"


_DEEDS = {"share": "a share", "assign": "an owner set", "answer": "an answer", "pin": "a pin", "stage": "a stage move"}


def _is_worth_telling(item: Item, told: Gathered) -> bool:
    verdict = told.verdicts.get(item.id)
    if verdict and verdict.state == "dismissed":
        return False
    touched = item.id in told.shares or item.id in told.pinned or item.id in told.owners
    noted = any(note.item == item.id for note in told.notes)
    return bool(item.tags) or touched or noted or bool(verdict and verdict.state in KEPT_STATES)


def _events(items: Sequence[Item], told: Gathered) -> list[Event]:
    """One event a story."""
    return [_event(story, told) for story in group(items, told.sources)]


def _event(story: Story, told: Gathered) -> Event:
    primary = story.primary
    tags = list({tag.signal: tag for item in story.items for tag in item.tags}.values())
    scores = [score(item, told.prospect, told.sources.get(item.source), told.now).value for item in story.items]
    return Event(
        ref=knowledge.ref(primary, told),
        types=tuple(dict.fromkeys(tag.type for tag in tags if tag.type)),
        signals=tuple(tag.signal for tag in tags),
        stage=_stage_at(primary.dated, told),
        why="; ".join(tag_reason(tag) for tag in tags[:2]),
        sources=tuple(dict.fromkeys(knowledge.ref(item, told).source for item in story.items)),
        score=round(max(scores), 1),
    )


def _stage_at(at: datetime, told: Gathered) -> str:
    """The stage of the sale at a moment; before the first move, as configured."""
    before = [deed.value for deed in told.moves if deed.at <= at]
    return (before[-1] if before else "") or told.first_stage or told.prospect.stage


def _moves(told: Gathered) -> tuple[Move, ...]:
    items = {item.id: item for item in told.items}
    return tuple(
        Move(deed.at, one_line(deed.rep), deed.value or told.first_stage,
             knowledge.ref(items[deed.cites], told) if deed.cites in items else None)
        for deed in told.moves
    )  # fmt: skip


def _remarks(told: Gathered) -> tuple[Remark, ...]:
    items = {item.id: item for item in told.items}
    return tuple(
        Remark(one_line(note.rep), note.at, clean(note.text),
               knowledge.ref(items[note.item], told) if note.item in items else None)
        for note in sorted(told.notes, key=lambda note: (note.at, note.id), reverse=True)
    )  # fmt: skip


def _knowers(told: Gathered) -> tuple[Knower, ...]:
    found = Counter(held.first_rep for held in told.shares.values())
    noted = Counter(note.rep for note in told.notes)
    kept = Counter(rep for reps in told.keepers.values() for rep in reps)
    owns = Counter(told.owners.values())
    moved = Counter(deed.rep for deed in told.moves)
    reps = sorted({*found, *noted, *kept, *owns, *moved} - {""})
    return tuple(
        Knower(one_line(rep), found[rep], noted[rep], kept[rep], owns[rep], moved[rep], tuple(_own(rep, told)))
        for rep in sorted(reps, key=lambda rep: (-(found[rep] + noted[rep] + kept[rep] + owns[rep]), rep))
    )


def _own(rep: str, told: Gathered) -> list[Ref]:
    mine = {id_ for id_, held in told.shares.items() if held.first_rep == rep}
    mine |= {id_ for id_, owner in told.owners.items() if owner == rep}
    return [knowledge.ref(item, told) for item in knowledge.latest_first(told.items) if item.id in mine]


def _coverage(told: Gathered, since: datetime | None) -> tuple[str, ...]:
    """What could not be seen, of the prospect's own sources and of those of all."""
    statuses = [each for each in told.statuses if each.source.prospect in ("", told.prospect.id)]
    return tuple(coverage_lines(coverage(statuses, told.now, since), told.now))
