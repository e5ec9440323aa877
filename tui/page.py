"""One story as a page: title, why it is here, its score as a sum, its text with the evidence marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from textual.content import Content

from aggregator.board import Detail
from aggregator.digest.words import (
    fact_value,
    item_age,
    match_reason,
    signal_title,
    tag_reason,
    type_title,
)
from aggregator.model import MATCH_THRESHOLD, Item, Score, Tag
from aggregator.pipeline.differences import ADDED, REMOVED, SAME, Piece, in_short
from aggregator.pipeline.edits import edits
from feeds.text import one_line, printable
from tui.formatting import TYPE_STYLES, Part, line, state_words, when

LONGEST_TEXT = 20_000
"""Characters of a body that are shown; ``o`` opens the rest where it came from."""
LONGEST_TITLE = 2_000


def story_page(detail: Detail, now: datetime, notes: Sequence[Content] = ()) -> Content:
    """A story whole."""
    item = detail.item
    parts: list[Content] = [_evident(item.title[:LONGEST_TITLE], item, "title", "bold"), _about(detail, now)]
    if item.link:
        parts.append(line([(item.link[:500], "$faint underline")]))
    parts += [Content(""), *(_tag(tag) for tag in item.tags), *_matches(detail)]
    for prospect, score in detail.scores:
        parts += [Content(""), *score_sum(score, prospect.name if prospect else "")]
    parts += [Content(""), _evident(item.text[:LONGEST_TEXT] or "(no text)", item, "body", "")]
    if len(item.text) > LONGEST_TEXT:
        parts.append(line([(f"… {len(item.text) - LONGEST_TEXT:,} characters more", "$faint")]))
    parts += list(_facts(item))
    if detail.others:
        parts += [Content(""), line([("Also told by", "bold $primary")])]
        parts += [
            line(
                [
                    (f"{name} ", ""),
                    (f"{item_age(other, now)}  ", "$faint"),
                    (one_line(other.title, 200), "$foreground 80%"),
                ]
            )
            for other, name in detail.others
        ]
    if detail.versions:
        words = f"{len(detail.versions)} former version{'s' if len(detail.versions) > 1 else ''}: x shows what changed"
        parts += [Content(""), line([(words, "$warning")])]
    parts += list(notes)
    return Content("\n").join(parts)


def _about(detail: Detail, now: datetime) -> Content:
    item, verdict = detail.item, detail.verdict
    parts: list[Part] = [(f"{detail.source} · {item_age(item, now)} · {item.id[:8]}", "$faint")]
    if item.scope == "internal":
        parts.append((" · internal", "bold $warning"))
    if verdict and verdict.state != "new":
        until = f" until {when(verdict.until)}" if verdict.until else ""
        parts.append((f" · {state_words(verdict.state)}{until}", "$success"))
    if detail.corrections:
        parts.append((" · corrected by you", "$success"))
    return line(parts)


def _tag(tag: Tag) -> Content:
    return line(
        [
            ("■ ", TYPE_STYLES.get(tag.type, "")),
            (type_title(tag.type), f"bold {TYPE_STYLES.get(tag.type, '')}"),
            (f"  {signal_title(tag) or 'type only'}", ""),
            (f"  {tag_reason(tag)}", "$faint"),
        ]
    )


def _matches(detail: Detail) -> Iterator[Content]:
    names = {prospect.id: prospect.name for prospect, _ in detail.scores if prospect}
    for match in detail.item.matches:
        doubt = "" if match.confidence >= MATCH_THRESHOLD else " (doubtful)"
        name = names.get(match.prospect, match.prospect)
        yield line([("▸ ", "$primary"), (name, "bold"), (f"  {match_reason(match)}{doubt}", "$faint")])


def score_sum(score: Score, name: str) -> list[Content]:
    """A score as a sum: its first term in points, and how many points each further term takes away or adds."""
    title = f" for {name}" if name else ""
    lines = [line([(f"{score.value:5.1f}", "bold"), (f"  score{title}", "bold")])]
    value = 0.0
    for number, reason in enumerate(score.reasons):
        after = reason.factor if number == 0 else value * reason.factor
        points = after - value
        factor = "" if number == 0 else f" ×{reason.factor:.3g}"
        style = "$faint" if abs(points) < 0.05 else "$error" if points < 0 else "$success" if number else ""
        lines.append(
            line(
                [
                    (f"{points:+6.1f}" if number else f"{points:6.1f}", style),
                    (f" {reason.words}", "$foreground 80%"),
                    (factor, "$faint"),
                ]
            )
        )
        value = after
    return lines


def _evident(text: str, item: Item, where: str, style: str) -> Content:
    """Text with the words that earned a tag marked, and the signal's name behind them."""
    parts: list[Part] = []
    place = 0
    marks = sorted(
        (t for t in item.tags if t.evidence.where == where and t.evidence.text), key=lambda t: t.evidence.start
    )
    for tag in marks:
        start, end = tag.evidence.start, tag.evidence.end
        if start < place or end > len(text) or text[start:end] != tag.evidence.text:
            continue
        colour = TYPE_STYLES.get(tag.type, "")
        parts += [
            (printable(text[place:start]), style),
            (printable(text[start:end]), f"bold underline {colour} on $evidence"),
            (f" ‹{signal_title(tag) or type_title(tag.type)}›", f"italic {colour}"),
        ]
        place = end
    return line([*parts, (printable(text[place:]), style)])


def _facts(item: Item) -> Iterator[Content]:
    shown = [fact for fact in item.facts if fact.kind != "date" and fact.kind != "percent"][:12]
    if shown:
        yield Content("")
        yield line([("In figures and names", "bold $primary")])
    for fact in shown:
        yield line(
            [(f"{fact.kind:<10}", "$faint"), (fact_value(fact), ""), (f"  “{one_line(fact.text, 60)}”", "$faint")]
        )


def differences(detail: Detail) -> Content:
    """What changed from each former version to the one after it, the latest change first; fields count too."""
    parts: list[Content] = []
    for edit in edits(detail.item, detail.versions):
        parts.append(line([(f"Changed {when(edit.at)}", "bold $primary")]))
        parts += [changed_words(pieces) for pieces in (edit.title, edit.text) if pieces]
        parts += [_changed_field(*field) for field in edit.fields]
        if not (edit.title or edit.text or edit.fields):
            parts.append(line([("Nothing but blanks, or what is not shown.", "$faint")]))
        parts.append(Content(""))
    return Content("\n").join(parts or [Content("There is only one version.")])


def changed_words(pieces: Sequence[Piece]) -> Content:
    """What is gone struck out in brackets, what came in underlined with plus signs, and the words beside them."""
    signs = {SAME: ("", "", "$foreground 80%"), REMOVED: ("[-", "-]", "strike $error"),
             ADDED: ("{+", "+}", "underline $success")}  # fmt: skip
    shown = ((piece.text, *signs[piece.kind]) for piece in in_short(pieces))
    return line((f"{before}{printable(text)[:LONGEST_TEXT]}{after}", style) for text, before, after, style in shown)


def _changed_field(name: str, before: str, after: str) -> Content:
    parts: list[Part] = [(f"{one_line(name, 60)}: ", "$faint")]
    parts += [(f"[-{one_line(before, 200)}-]", "strike $error"), (" ", "")] if before else []
    parts += [(f"{{+{one_line(after, 200)}+}}", "underline $success")] if after else []
    return line(parts)
