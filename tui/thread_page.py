"""One procurement as a page: what it is, each of its notices with what it changed, the last one's text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from textual.content import Content

from aggregator.pipeline.procurements import Notice, Thread, days_left
from feeds.text import one_line, printable
from tui.formatting import line
from tui.page import LONGEST_TEXT, LONGEST_TITLE

MOST_NOTICES = 50


def thread_page(thread: Thread, today: date, names: Mapping[str, str], source_name: Callable[[str], str]) -> Content:
    """A procurement whole; ``names`` is prospect → name, ``source_name`` tells a source's from its id."""
    item = thread.latest.item
    parts = [line([(one_line(thread.latest.title, LONGEST_TITLE), "bold")])]
    parts.append(line([(f"{thread.key} · {item.id[:8]}", "$faint")]))
    parts += [line([(item.link[:500], "$faint underline")])] if item.link else []
    parts.append(Content(""))
    parts += [line([(f"{name:<11}", "$faint"), (one_line(value, 300), "")]) for name, value in _about(thread, today)]
    if thread.prospects:
        parts.append(
            line([("prospects  ", "$faint"), (", ".join(names.get(id_, id_) for id_ in thread.prospects), "")])
        )
    parts += [Content(""), line([("Notices", "bold $primary"), (f" {len(thread.notices)}, the last first", "$faint")])]
    for number, notice in reversed(list(enumerate(thread.notices, 1))[-MOST_NOTICES:]):
        parts += _notice(number, notice, source_name(notice.item.source))
    parts += [Content(""), line([(printable(item.text[:LONGEST_TEXT]) or "(no text)", "")])]
    if len(item.text) > LONGEST_TEXT:
        parts.append(line([(f"… {len(item.text) - LONGEST_TEXT:,} characters more", "$faint")]))
    return Content("\n").join(parts)


def _about(thread: Thread, today: date) -> Iterator[tuple[str, str]]:
    yield "stage", thread.stage + ("" if thread.is_open(today) else ", closed")
    left = f" ({days_left(thread, today)})"
    yield "deadline", f"{thread.deadline:%a %d %b %Y}{left}" if thread.deadline else "none told"
    yield "buyer", next((", ".join(each.buyers) for each in reversed(thread.notices) if each.buyers), "") or "not told"
    yield "value", money(thread) or "not told"
    if thread.suppliers:
        yield "won by", ", ".join(thread.suppliers)
    if thread.end:
        yield "ends", f"{thread.end:%d %b %Y}"


def _notice(number: int, notice: Notice, source: str) -> Iterator[Content]:
    day = f"{notice.at.astimezone():%d %b %Y}"
    status = f" · {notice.status}" if notice.status else ""
    yield line(
        [(f"{number:>3} {day}  ", "$faint"), (notice.stage, "bold"), (f"  {one_line(source)}{status}", "$faint")]
    )
    yield line([("      ", ""), (one_line(notice.title, 300), "$foreground 80%")])
    for change in notice.changes:
        yield line([("      Δ ", "bold $warning"), (one_line(change.words, 400), "$warning")])


def change_words(thread: Thread) -> str:
    """What its last notice that changed anything changed, beside the stage that is shown anyway; empty for nothing."""
    told = ([each for each in notice.changes if each.what != "title"] for notice in reversed(thread.notices))
    last = next((each for each in told if each), [])
    return "; ".join(change.words for change in last if change.what != "stage" or len(last) == 1)


def money(thread: Thread) -> str:
    """What it is worth, short: ``1.2M EUR``; empty where nothing tells."""
    if thread.value is None:
        return ""
    amount, currency = thread.value
    for least, sign in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(amount) >= least:
            return f"{amount / least:.3g}{sign} {currency}".rstrip()
    return f"{amount:,.0f} {currency}".rstrip()
