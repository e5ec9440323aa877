"""Phrases that every digest format shares: ages, reasons, and what coverage says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from aggregator.model import MATCH_THRESHOLD, Fact, Item, Match, Score, Tag
from aggregator.pipeline.names import folded, ways_to_write
from aggregator.tagging.content_types import CONTENT_TYPES
from aggregator.tagging.signals import SIGNAL
from feeds.model import Source
from feeds.text import one_line

if TYPE_CHECKING:
    from aggregator.digest.build import Digest, Line
    from aggregator.digest.coming import Due
    from aggregator.digest.coverage import Coverage, Gap
    from aggregator.digest.news import Followed, Shared

MAX_GAPS = 20
"""Sources of one kind that are named one by one."""
MAX_QUIET = 30
"""Quiet prospects that are named."""

_SPANS = (
    (86400 * 365, "year"),
    (86400 * 30, "month"),
    (86400 * 7, "week"),
    (86400, "day"),
    (3600, "hour"),
    (60, "minute"),
)

_SHORT = ((86400 * 700, 86400 * 365, "y"), (86400 * 21, 86400 * 7, "w"), (86400, 86400, "d"), (3600, 3600, "h"))
"""From how many seconds, unit in seconds, and its sign."""


def in_words(days: int) -> str:
    """``today``, ``1 day left``, ``12 days left``; months where it is far."""
    if days <= 0:
        return "today"
    if days > 60:
        return f"in {days // 30} months"
    return f"{days} day{'' if days == 1 else 's'} left"


def age(then: datetime, now: datetime) -> str:
    """How long ago, or how far ahead, in the largest unit that fits: ``3 hours ago``."""
    seconds = (now - then).total_seconds()
    for size, unit in _SPANS:
        count = int(abs(seconds) // size)
        if count:
            words = f"{count} {unit}{'s' if count > 1 else ''}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"


def item_age(item: Item, now: datetime) -> str:
    """How long ago an item happened; of one without a date, when it was first seen."""
    return age(item.dated, now) if item.published or item.updated else f"seen {age(item.seen_at, now)}"


def prospect_ids(item: Item) -> str:
    """Ids of an item's prospects, a question mark behind a doubtful one."""
    return ",".join(f"{m.prospect}{'' if m.confidence >= MATCH_THRESHOLD else '?'}" for m in item.matches)


def short_age(item: Item, now: datetime) -> str:
    """An item's age for a narrow column: ``5m``, ``3h``, ``2d``, ``6w``; ``-`` without a date."""
    if not (item.published or item.updated):
        return "-"
    seconds = max(0.0, (now - item.dated).total_seconds())
    _from, size, unit = next((each for each in _SHORT if seconds >= each[0]), (0, 60, "m"))
    return f"{seconds // size:.0f}{unit}"


def score_terms(score: Score) -> str:
    """The terms that a score is the product of: ``Tender 100 × evidence in the body 0.95``."""
    return " × ".join(
        f"{reason.words} {reason.factor:.0f}" if reason.factor >= 10 else f"{reason.words} {reason.factor:.3g}"
        for reason in score.reasons
    )


def type_titles(line: Line) -> str:
    """The content types of a line, in words."""
    return ", ".join(type_title(tag.type) for tag in line.tags) or "untagged"


def headline(line: Line) -> str:
    """The title, behind the prospect's name unless it begins with one of his names."""
    title, prospect = line.item.title, line.prospect
    if prospect is None:
        return title
    start = folded(title)
    for name in (prospect.name, *prospect.aliases):
        if any(way == start[: len(way)] for way in ways_to_write(name)):
            return title
    return f"{prospect.name}: {title}"


def type_title(type_id: str) -> str:
    """A content type as people read it."""
    return next((each.title for each in CONTENT_TYPES if each.id == type_id), type_id.replace("_", " "))


def type_short(type_id: str) -> str:
    """A content type in one short word, for narrow columns."""
    return next((each.label for each in CONTENT_TYPES if each.id == type_id), type_id)


def signal_title(tag: Tag) -> str:
    """A tag's signal as people read it; empty where only the type is known."""
    signal = SIGNAL.get(tag.signal)
    return signal.title if signal else ""


def tag_reason(tag: Tag) -> str:
    """Why an item has a tag: the words, or the field and its value."""
    words = one_line(tag.evidence.text, 80)
    if tag.evidence.where == "field":
        return f"{tag.evidence.field} is {words}"
    if tag.evidence.where == "correction":
        return words
    if tag.evidence.where in ("source", "default"):
        return "its source says so"
    return f"“{words}” in the {tag.evidence.where}"  # typographic quotes keep evidence apart from our words


def fact_value(fact: Fact) -> str:
    """A fact's typed value as people read it: ``310,000,000 USD``, ``14 Dec 2026``, ``Ann Bell, treasurer``."""
    if fact.number is not None:
        figure = f"{fact.number:,.2f}".rstrip("0").rstrip(".")
        return f"{figure}%" if fact.kind == "percent" else f"{figure} {fact.currency}".strip()
    if fact.day is not None:
        return f"{fact.day.day} {fact.day:%b %Y}"
    return f"{fact.person}, {fact.role}"


def fact_line(fact: Fact) -> str:
    """A fact, its value, and where it stands."""
    place = (
        f"{fact.field} is {one_line(fact.text, 80)}" if fact.where == "field" else f"“{fact.text}” in the {fact.where}"
    )
    return f"{fact.kind}: {fact_value(fact)} ({place})"


def match_reason(match: Match | None) -> str:
    """Why an item concerns a prospect."""
    if match is None:
        return ""
    words = one_line(match.evidence.text, 60)
    return {
        "source": "from its own source",
        "correction": words,
        "identifier": f"{match.evidence.field or 'identifier'} {words}",
    }.get(match.why, f"names “{words}”" if match.about else f"mentions “{words}”")


def line_reasons(line: Line) -> str:
    """Everything that brought a line here, in one sentence."""
    reasons = [f"{type_title(tag.type).lower()}: {tag_reason(tag)}" for tag in line.tags]
    return "; ".join([*reasons, match_reason(line.match)] if line.match else reasons)


def why_now(line: Line) -> str:
    """What a seller can make of it: the play of its strongest signal."""
    signals = [SIGNAL[tag.signal] for tag in line.tags if tag.signal in SIGNAL]
    return max(signals, key=lambda signal: signal.weight).why_now if signals else ""


def due_line(due: Due) -> str:
    """A day to come and what it is of: ``17 Dec 2026, 12 days left: Framework for valves``."""
    change = f" ({due.words})" if due.words else ""
    return f"{day_words(due.day)}, {in_words(due.days_left)}: {one_line(due.item.title)}{change}"


def due_reason(due: Due) -> str:
    """The words that tell the day, and where they stand."""
    fact = due.fact
    if fact is None:
        return ""
    place = f"{fact.field} is {one_line(fact.text, 80)}" if fact.where == "field" else ""
    return place or f"“{one_line(fact.text, 80)}” in the {fact.where}"


def due_in(line: Line, now: datetime) -> str:
    """How long a story's first deadline is still off: ``12 days left, until 14 Dec 2026``; empty without one."""
    days = [f.day for item in line.story.items for f in item.facts if f.kind == "deadline" and f.day]
    ahead = [day for day in days if day >= now.date()]
    return f"{in_words((min(ahead) - now.date()).days)}, until {day_words(min(ahead))}" if ahead else ""


def day_words(day: date) -> str:
    """A day as people write it: ``7 Dec 2026``."""
    return f"{day.day} {day:%b %Y}"


def followed_line(each: Followed) -> str:
    """What changed in a followed item, and why it is followed."""
    return f"{one_line(each.item.title)} ({each.because}): {one_line(each.words, 300)}"


def shared_line(each: Shared) -> str:
    """Who shared what, with his words."""
    said = f": “{one_line(each.words, 200)}”" if each.words else ""
    return f"{one_line(each.item.title)}, shared by {one_line(each.rep, 60)}{said}"


def sources_line(line: Line) -> str:
    """Who tells a story: ``The Wire, also Beta News``."""
    first, *others = line.source_names
    return f"{first}, also {', '.join(others)}" if others else first


TITLES = {
    "top": "Worth acting on today", "deadlines": "Deadlines coming", "ends": "Contract ends opening",
    "changes": "Changes to what you follow", "shared": "What your team shared", "packs": "Packs",
    "coverage": "What was seen",
}  # fmt: skip
"""What the sections are called."""


def coverage_lines(coverage: Coverage, now: datetime) -> list[str]:
    """What was and was not seen, a sentence a line; the first gives the figures."""
    if not coverage.total:
        return ["No sources are configured: nothing was looked at."]
    lines = [f"{coverage.answered} of {coverage.total} sources answered{_checked(coverage, now)}."]
    lines += _some([_gap(each, "UNKNOWN", now) for each in coverage.failed], "UNKNOWN", "leadline sources --failed")
    lines += _some([_gap(each, "GONE", now) for each in coverage.gone], "GONE", "leadline sources --failed")
    lines += _some([_gap(each, "READ IN PART", now) for each in coverage.faulty], "READ IN PART", "leadline sources")
    silent = [_silent(each) for each in coverage.silent if each.since]
    lines += _some(silent, "SILENT", "leadline sources")
    lines += _some(list(_held(coverage)), "HELD", "leadline sources")
    if coverage.stale:
        lines.append(f"NOT ASKED SINCE THEN  {_names(coverage.stale)}")
    if coverage.waiting:
        lines.append(f"NOT ASKED YET  {_names(coverage.waiting)}")
    return lines


def _silent(gap: Gap) -> str:
    expected = f" (expected {gap.reason})" if gap.reason else ""
    return f"SILENT  {_name(gap)}: nothing new since {gap.since:%d %b %Y}{expected}"


def _held(coverage: Coverage) -> Iterator[str]:
    """One line a quota: which sources it kept from being asked, and of how many prospects."""
    by_reason: dict[str, list[Gap]] = {}
    for gap in coverage.held:
        by_reason.setdefault(one_line(gap.reason, 200), []).append(gap)
    for reason, gaps in by_reason.items():
        prospects = {gap.source.prospect for gap in gaps if gap.source.prospect}
        counts = counted(len(prospects), "prospect") if prospects else counted(len(gaps), "source")
        yield f"HELD  {reason}: {counts} not checked"


def _some(lines: list[str], word: str, where: str) -> list[str]:
    """So many that they can be read, and where the others are told."""
    rest = len(lines) - MAX_GAPS
    return lines if rest <= 0 else [*lines[:MAX_GAPS], f"{word}  … and {rest} more: {where}"]


def _names(sources: Sequence[Source]) -> str:
    names = ", ".join(one_line(source.name or source.id, 60) for source in sources[:MAX_GAPS])
    return names if len(sources) <= MAX_GAPS else f"{names} … and {len(sources) - MAX_GAPS} more"


def summary(digest: Digest) -> str:
    """The digest in one sentence; a day on which nothing could be seen is never called quiet."""
    coverage, since = digest.coverage, f" since {_local(digest.since):%a %d %b %H:%M}"
    if digest.stories:
        counts = counted(digest.stories, "story", "stories")
        return (
            f"{counts} on {counted(len(digest.sections), 'prospect')}{since}."
            if digest.prospects
            else f"{counts}{since}."
        )
    if not coverage.total:
        return "Nothing to read yet: no sources are configured. Add [[sources]] to the config."
    if len(coverage.waiting) == coverage.total:
        return "Nothing to read yet: no source has been asked. `leadline poll` asks them."
    if not coverage.answered:
        return f"Nothing is known{since}: no source answered."
    return f"A quiet day: nothing new{' on your prospects' if digest.prospects else ''} in what could be seen."


def footer(digest: Digest) -> list[str]:
    """What the digest leaves out, so that nothing is silently missing."""
    lines = []
    if not digest.prospects:
        lines.append("No prospects are configured: whatever is new is shown. Add [[prospects]] to the config.")
    if digest.quiet:
        names = ", ".join(prospect.name for prospect in digest.quiet[:MAX_QUIET])
        rest = len(digest.quiet) - MAX_QUIET
        lines.append(f"Nothing new on {names}{f' and {rest} more' if rest > 0 else ''}.")
    if digest.left_out:
        count = f" ({counted(digest.withheld, 'new item')})" if digest.withheld else ""
        lines.append(f"Items of {digest.left_out} sources are left out{count}.")
    if digest.retold:
        lines.append(f"{counted(digest.retold, 'new item')} only repeated what you were told before.")
    if digest.open_tenders:
        lines.append(f"{counted(digest.open_tenders, 'more deadline')} to come: leadline tenders")
    if digest.unmatched:
        lines.append(f"{counted(digest.unmatched, 'new item')} of no prospect: leadline items is:unmatched")
    if digest.doubtful:
        lines.append(
            f"{counted(digest.doubtful, 'doubtful match', 'doubtful matches')} kept back: leadline items is:matched"
        )
    return lines


def counted(number: int, one: str, many: str = "") -> str:
    """A number and its noun: ``1 story``, ``2 stories``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _local(moment: datetime) -> datetime:
    return moment.astimezone()


def _checked(coverage: Coverage, now: datetime) -> str:
    if coverage.last_checked is None:
        return ""
    recent = now - coverage.last_checked < timedelta(minutes=2)
    return "" if recent else f", last asked {age(coverage.last_checked, now)}"


def _name(gap: Gap) -> str:
    return one_line(gap.source.name or gap.source.id, 60)


def _gap(gap: Gap, word: str, now: datetime) -> str:
    since = f" (since {age(gap.since, now)})" if gap.since and now - gap.since > timedelta(hours=1) else ""
    return f"{word}  {_name(gap)}: {one_line(gap.reason, 200) or 'no reason given'}{since}"
