"""Stories, prospects and sources as styled text: pure, and never as markup, whatever a feed or a colleague wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from aggregator.board import Row
from aggregator.digest.words import short_age, type_short
from aggregator.model import Item, Prospect, Tag
from aggregator.tagging.content_types import TYPE_IDS
from feeds.text import one_line, printable

Part = tuple[str, str]
"""Text and its style, in Textual's words: ``bold $accent``."""

STATES = {
    "new": ("●", "$accent"), "kept": ("✓", "$success"), "qualified": ("◆", "$success"),
    "handed_over": ("→", "$primary"), "snoozed": ("z", "$faint"), "dismissed": ("✗", "$faint"),
}  # fmt: skip
"""Triage state → the sign before a story, and its colour."""
TYPE_STYLES = {kind: f"$type-{type_short(kind)}" for kind in TYPE_IDS}
"""Content type → its colour; its name always stands in it."""
ROOMY = 56
"""From so many columns on, a line also has prospects and content types."""
BARS = "▁▂▃▄▅▆▇█"
LONGEST = 600
"""Characters of a title that are looked at for one line."""


def fit(text: str, width: int) -> str:
    """Text on exactly so many terminal columns, an ellipsis where it had to be cut; wide characters count two."""
    text = one_line(text[:LONGEST])
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)


def line(parts: Iterable[Part]) -> Content:
    """Parts side by side, cleaned once more of whatever could steer a terminal."""
    return Content.assemble(*[(printable(text), style) for text, style in parts if text])


def story_line(row: Row, now: datetime, width: int, *, marked: bool = False) -> Content:
    """A story on exactly ``width`` columns: state, score, age, prospect, content types, title, and its tail."""
    sign, colour = STATES[row.state]
    unread = row.state == "new"
    head: list[Part] = [
        ("▌" if marked else " ", "$accent"),
        (f"{sign} ", colour),
        (f"{row.score:3.0f} ", score_style(row.score)),
        (f"{short_age(row.item, now):>4} ", "$faint"),
    ]
    left = width - 12
    tail = story_tail(row, now.date()) if width >= ROOMY else []
    left -= sum(cell_len(text) for text, _ in tail)
    if width >= ROOMY:
        names, labels = _share(width, 8, 9, 20), _share(width, 9, 9, 26)
        who = ",".join(row.prospects) + ("?" if row.doubtful else "")
        head.append((fit(who, names) + " ", "$foreground 80%" if unread else "$faint"))
        head += type_labels(row.item.tags, labels)
        left -= names + labels + 2
    title = (fit(row.item.title, left), "bold" if unread else "$foreground 75%")
    return line([*head, title, *tail])


def story_tail(row: Row, today: date) -> list[Part]:
    """How many publishers tell it, and the days that are left: nine columns."""
    publishers = f" ×{min(row.publishers, 99)}" if row.publishers > 1 else ""
    return [(f"{publishers:<4}", "$faint"), countdown(row.deadline, today)]


def countdown(day: date | None, today: date) -> Part:
    """Days left, five columns; a sign beside the colour where it is near."""
    if day is None:
        return ("     ", "")
    days = (day - today).days
    if days < 0:
        return (" past", "$faint")
    text = f"{days}d" if days < 1000 else ">3y"
    if days <= 3:
        return (f"{'!' + text:>5}", "bold $error")
    return (f"{text:>5}", "$warning" if days <= 14 else "$foreground 70%")


def score_style(score: float) -> str:
    """Bold where it is high, faint where it is low."""
    return "bold $success" if score >= 70 else "$foreground" if score >= 40 else "$faint"


def type_labels(tags: Sequence[Tag], width: int) -> list[Part]:
    """Coloured names of content types on ``width`` columns and a blank; how many more where not all have room."""
    kinds = list(dict.fromkeys(tag.type for tag in tags))
    parts: list[Part] = []
    left = width
    for number, kind in enumerate(kinds):
        label = type_short(kind)
        rest = len(kinds) - number
        room = left - (3 if rest > 1 else 0)
        if len(label) > room and parts:
            if left >= 2:
                parts.append((f"+{rest}"[:2], "$faint"))
                left -= 2
            break
        label = fit(label, min(len(label), left))
        parts += [(label, TYPE_STYLES.get(kind, "bold")), (" ", "")]
        left -= len(label) + 1
    return [*parts, (" " * max(0, left + 1), "")]


def prospect_line(
    prospect: Prospect | None, unread: int, spark: Sequence[int], width: int, *, chosen: bool = False
) -> Content:
    """A prospect on one line: sign, name, stage, fourteen days, unread."""
    name = prospect.name if prospect else "All prospects"
    count = f"{unread}+" if unread >= 1000 else str(unread) if unread else "·"
    spark_text = sparkline(spark) if width >= 42 else dots(spark) if width >= 26 else ""
    stage = prospect.stage if prospect else ""
    stage_text = fit(stage, 11) if width >= 42 else f"{stage[:4]:<5}"
    left = width - 2 - len(spark_text) - (1 if spark_text else 0) - len(stage_text) - 1 - 5
    return line(
        [
            ("▎ " if chosen else "  ", "$accent"),
            (fit(name, left) + " ", "bold" if unread else "$foreground 75%"),
            (stage_text, "$faint"),
            (f" {spark_text}" if spark_text else "", "$primary 80%"),
            (f"{count:>5}", "bold $accent" if unread else "$faint"),
        ]
    )


def sparkline(counts: Sequence[int]) -> str:
    """A bar for each day, the highest eight eighths; a dot-like blank where nothing was."""
    most = max(counts, default=0)
    return (
        "".join(BARS[min(7, (count * 8 - 1) // most)] if count else " " for count in counts)
        if most
        else " " * len(counts)
    )


def dots(counts: Sequence[int]) -> str:
    """Two days a character, each a column of up to four dots."""
    most = max(counts, default=0)
    heights = [-(-count * 4 // most) if count else 0 for count in counts] if most else [0] * len(counts)
    pairs = zip(heights[::2], heights[1::2], strict=False)
    return "".join(chr(0x2800 + _LEFT[left] + _RIGHT[right]) for left, right in pairs)


_LEFT, _RIGHT = (0, 0x40, 0x44, 0x46, 0x47), (0, 0x80, 0xA0, 0xB0, 0xB8)
"""Braille dots of a column, by its height."""


def table_line(cells: Sequence[tuple[str, int, str]], width: int) -> Content:
    """Cells of (text, columns, style) a blank apart; the one of 0 columns takes what is left."""
    fixed = sum(columns for _, columns, _ in cells) + len(cells) - 1
    return line((fit(text, columns or max(0, width - fixed)) + " ", style) for text, columns, style in cells)


def heading(text: str, width: int, note: str = "") -> Content:
    """A heading over lines, ruled to the right."""
    text = fit(text, min(cell_len(one_line(text)), width - 4))
    note = f" {note}" if note else ""
    rule = max(0, width - cell_len(text) - cell_len(note) - 2)
    return line([(text, "bold $primary"), (note, "$faint"), (f" {'─' * rule}", "$line")])


def when(moment: datetime | None) -> str:
    """A moment in local time."""
    return f"{moment.astimezone():%a %d %b %H:%M}" if moment else "never"


def state_words(state: str) -> str:
    """A triage state as people say it."""
    return state.replace("_", " ")


def names_of(item: Item, prospects: Mapping[str, Prospect]) -> str:
    """The names of an item's prospects."""
    return ", ".join(prospects[m.prospect].name if m.prospect in prospects else m.prospect for m in item.matches)


def _share(width: int, part: int, least: int, most: int) -> int:
    return max(least, min(most, width // part))
