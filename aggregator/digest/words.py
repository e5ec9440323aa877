"""Phrases that every digest format shares: ages, reasons, and what coverage says."""

from __future__ import annotations

from datetime import datetime, timedelta

from aggregator.digest.build import Coverage, Digest, Gap, Line
from aggregator.model import Match, Tag
from aggregator.tagging.content_types import CONTENT_TYPES
from aggregator.tagging.signals import SIGNAL
from feeds.text import one_line

_SPANS = (
    (86400 * 365, "year"),
    (86400 * 30, "month"),
    (86400 * 7, "week"),
    (86400, "day"),
    (3600, "hour"),
    (60, "minute"),
)


def age(then: datetime, now: datetime) -> str:
    """How long ago, or how far ahead, in the largest unit that fits: ``3 hours ago``."""
    seconds = (now - then).total_seconds()
    for size, unit in _SPANS:
        count = int(abs(seconds) // size)
        if count:
            words = f"{count} {unit}{'s' if count > 1 else ''}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"


def type_title(type_id: str) -> str:
    """A content type as people read it."""
    return next((each.title for each in CONTENT_TYPES if each.id == type_id), type_id.replace("_", " "))


def signal_title(tag: Tag) -> str:
    """A tag's signal as people read it; empty where only the type is known."""
    signal = SIGNAL.get(tag.signal)
    return signal.title if signal else ""


def tag_reason(tag: Tag) -> str:
    """Why an item has a tag: the words, or the field and its value."""
    words = one_line(tag.evidence.text, 80)
    if tag.evidence.where == "field":
        return f"{tag.evidence.field} is {words}"
    if tag.evidence.where in ("source", "default"):
        return "its source says so"
    return f"“{words}” in the {tag.evidence.where}"  # typographic quotes keep evidence apart from our words


def match_reason(match: Match | None) -> str:
    """Why an item concerns a prospect."""
    if match is None:
        return ""
    words = one_line(match.evidence.text, 60)
    return {
        "source": "from its own source",
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


def coverage_lines(coverage: Coverage, now: datetime) -> list[str]:
    """What was and was not seen, a sentence a line; the first gives the figures."""
    lines = [f"{coverage.answered} of {coverage.total} sources answered{_checked(coverage, now)}."]
    if not coverage.total:
        return ["No sources are configured: nothing was looked at."]
    lines += [_gap(each, "UNKNOWN", now) for each in coverage.failed]
    lines += [_gap(each, "GONE", now) for each in coverage.gone]
    lines += [_gap(each, "READ IN PART", now) for each in coverage.faulty]
    lines += [
        f"SILENT  {_name(each)}: nothing new since {each.since:%d %b %Y}" for each in coverage.silent if each.since
    ]
    if coverage.waiting:
        lines.append(f"NOT ASKED YET  {', '.join(source.name or source.id for source in coverage.waiting)}")
    return lines


def summary(digest: Digest) -> str:
    """The digest in one sentence."""
    stories = sum(len(section.lines) + section.withheld for section in digest.sections)
    if not stories:
        return "A quiet day: nothing new on your prospects in what could be seen."
    where = sum(1 for section in digest.sections)
    counts = f"{_count(stories, 'story', 'stories')} on {_count(where, 'prospect')}"
    return f"{counts} since {_local(digest.since):%a %d %b %H:%M}."


def footer(digest: Digest) -> list[str]:
    """What the digest leaves out, so that nothing is silently missing."""
    lines = []
    if digest.quiet:
        lines.append("Nothing new on " + ", ".join(prospect.name for prospect in digest.quiet) + ".")
    if digest.unmatched:
        lines.append(f"{_count(digest.unmatched, 'new item')} of no prospect: leadline items is:unmatched")
    if digest.doubtful:
        lines.append(
            f"{_count(digest.doubtful, 'doubtful match', 'doubtful matches')} kept back: leadline items is:matched"
        )
    return lines


def _count(number: int, one: str, many: str = "") -> str:
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
