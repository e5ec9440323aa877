"""Days in text: dates, and which of them are deadlines, starts of a duty, ends of a contract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from aggregator.model import Fact

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), 1)
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    r"(?<![\w/.-])(?:"
    r"(?P<iso>\d{4}-\d{2}-\d{2})(?=T\d|(?![\w/-]))"
    rf"|(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?(?P<m1>{_MONTH})\b\.?(?:,?[ -](?P<y1>\d{{4}})\b)?"
    rf"|(?P<m2>{_MONTH})\b\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? (?P<y2>\d{{4}})\b)?"
    r"|(?P<a>\d{1,2})(?P<mark>[/.])(?P<b>\d{1,2})(?P=mark)(?P<y3>\d{4})(?![\w/])"
    r")",
    re.IGNORECASE,
)
_MONTH_HEAD = re.compile(rf"\b(?:{_MONTH})\.? $", re.IGNORECASE)
_WITHIN = re.compile(
    r"\bwithin (?:(?P<words>[a-z-]{3,12}) \()?(?P<count>\d{1,3})\)? (?:calendar )?days\b", re.IGNORECASE
)

_HANDED_IN = (
    r"(?:tenders?|bids?|proposals?|quotations?|quotes?|offers?|responses?|replies|comments?|submissions?|applications?"
    r"|expressions? of interest|requests? to participate|statements? of interest|feedback|views|questions|queries)"
)
_DEADLINE = re.compile(
    r"\b(?:deadline|closing date|closing time|close date|closes?|closed|closing|due(?: date)?|(?:no|not) later than"
    r"|submit(?:ted)?|submission date|response date|respond|reply|received|returned|apply"
    r"|(?:has|have) until|open(?:s|ed)? (?:for \w+ )?(?:until|through|till)|time[ -]limit|last (?:date|day)"
    r"|(?:consultation|comment period|inquiry period|call|competition|window"
    r"|registration|enrolment)\b[^.;]{0,30}\b(?:until|ends?|through)"
    rf"|{_HANDED_IN}[^.;]{{0,40}}\b(?:by|until|before))\b[^.;]{{0,60}}$",
    re.IGNORECASE,
)
_END = re.compile(
    r"\b(?:contract|agreement|framework|licen[cs]e|lease|term|deal)s?\b[^.;]{0,60}\b(?:ends?|ending|expires?|expiring|expiry|lapses?"
    r"|runs? out|"
    r"runs? (?:until|to|through)|until|through|terminates?)\b[^.;]{0,20}$"
    r"|\b(?:contract|agreement|framework) (?:end|expiry|expiration) date\b[^.;]{0,12}$"
    r"|\b(?:contract|agreement|framework|licen[cs]e|lease|deal|term|performance)s?(?: period)?\b[^.;]{0,50}"
    r"\d{4} (?:to|until|through|-|–) $"
    r"|\boption (?:year|period)\b[^.;]{0,20}\b(?:ends?|expires?)\b[^.;]{0,12}$"
    r"|\bperiod of performance\b[^.;]{0,40}\b(?:ends?|until|through|to)\b[^.;]{0,12}$"
    r"|\b(?:expiry|expiration|end) of (?:the |its |our |this )?(?:\w+ ){0,2}(?:contract|agreement|framework|lease|term)"
    r"\b[^.;]{0,12}$",
    re.IGNORECASE,
)
_EFFECTIVE = re.compile(
    r"\b(?:effective(?: date| as of| from| on)?|in(?:to)? force|takes? effect|applies|apply"
    r"|compliance(?: date)?|comply|mandatory|binding|compulsory)\b[^.;]{0,24}$"
    r"|\b(?:ban|rules?|law|act|regulations?|directive|dut(?:y|ies)|tariffs?|requirements?|standard|levy)\b[^.;]{0,40}"
    r"\b(?:starts?|begins?|kicks? in)\b[^.;]{0,8}$",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(
    r"[ ,(–-]{1,3}(?:is |as )?(?:the )?(?:submission |closing |bid )?(?:deadline|closing date)\b", re.I
)
_HANDED_IN_WITHIN = re.compile(
    rf"\b(?:{_HANDED_IN}|submitted|received|respond|deadline)\b[^.;]{{0,60}}$", re.IGNORECASE
)
_DUTY_AFTER = re.compile(
    r"[^.;]{0,60}\b(?:must|shall|ha(?:s|ve) to|(?:is|are) (?:required|obliged|mandatory))\b", re.IGNORECASE
)
_COMPLY_AFTER = re.compile(r" (?:to comply|for compliance)\b", re.IGNORECASE)
_END_AFTER = re.compile(r" under (?:the|an?|this|its) (?:\w+ )?(?:agreement|contract|framework|deal)\b", re.IGNORECASE)
_REACH = 110
"""Characters before a date in which the words that make it a deadline are looked for."""
_SENTENCE = re.compile(r"[.!?;](?=\s)|\n")
_ABBREVIATED = re.compile(r"\b(?:\d|no|nos|inc|ltd|co|corp|st|u\.s|approx|p\.m|a\.m)$", re.IGNORECASE)


def days(text: str, where: str, dated: date | None, starts: Iterable[int]) -> Iterator[Fact]:
    """Every date that can be read in one way only; day and month in figures only where one of them is above 12.

    ``starts`` is where numbers begin.
    """
    for hit in _dates(text, starts):
        kind = _kind(text, hit)
        day = _day(hit, dated if kind in ("deadline", "effective") else None)
        if day is not None:
            yield Fact(kind, hit[0], where, hit.start(), hit.end(), day=day)
    for hit in _WITHIN.finditer(text) if dated and "ithin " in text else ():
        if dated and _HANDED_IN_WITHIN.search(_before(text, hit.start())):
            day = dated + timedelta(days=int(hit["count"]))
            yield Fact("deadline", hit[0], where, hit.start(), hit.end(), day=day)


def _dates(text: str, starts: Iterable[int]) -> Iterator[re.Match[str]]:
    ends = 0
    for start in starts:
        if start < ends:
            continue
        head = _MONTH_HEAD.search(text, max(ends, start - 11), start)
        hit = (_DATE.match(text, head.start()) if head else None) or _DATE.match(text, start)
        if hit:
            ends = hit.end()
            yield hit


def _kind(text: str, hit: re.Match[str]) -> str:
    before = _before(text, hit.start())
    if before.lower().endswith(("from ", "since ", "published ", "posted ", "dated ", "opened ")):
        duty = before.lower().endswith("from ") and _DUTY_AFTER.match(text, hit.end())
        return "effective" if duty or _EFFECTIVE.search(before) else "date"
    if _END.search(before) or (before.lower().endswith(("until ", "to ")) and _END_AFTER.match(text, hit.end())):
        return "end"
    if _COMPLY_AFTER.match(text, hit.end()):
        return "effective"
    if _DEADLINE.search(before) or _AFTERWARDS.match(text, hit.end()):
        return "deadline"
    return "effective" if _EFFECTIVE.search(before) else "date"


def _before(text: str, start: int) -> str:
    """What stands before in the same sentence, as far as it matters."""
    window = text[max(0, start - _REACH) : start]
    cuts = [
        hit.end() for hit in _SENTENCE.finditer(window)
        if hit[0] != "." or not _ABBREVIATED.search(window[: hit.start()])
    ]  # fmt: skip
    return window[cuts[-1] :] if cuts else window


def _day(hit: re.Match[str], dated: date | None) -> date | None:
    """The day that was found; one without a year is the next such day after ``dated``, if that is known."""
    try:
        if hit["iso"]:
            return _plausible(date.fromisoformat(hit["iso"]))
        if hit["mark"]:
            first, second = int(hit["a"]), int(hit["b"])
            if first <= 12 and second <= 12 and first != second:
                return None
            month, day = (first, second) if second > 12 else (second, first)
            return _plausible(date(int(hit["y3"]), month, day))
        month, day = _MONTHS[(hit["m1"] or hit["m2"]).lower()], int(hit["d1"] or hit["d2"])
        year = hit["y1"] or hit["y2"]
        if year:
            return _plausible(date(int(year), month, day))
        if dated is None:
            return None
        this = date(dated.year, month, day)
        return this if this >= dated else date(dated.year + 1, month, day)
    except (ValueError, OverflowError, KeyError):  # KeyError: a letter that only folds to one of ours
        return None


def _plausible(day: date) -> date | None:
    return day if 1970 <= day.year <= 2100 else None


def read_day(text: str) -> date | None:
    """The day that a record's field gives: ISO, with or without a time, or written so that it is read in one way."""
    hit = _DATE.search(text[:120])
    return _day(hit, None) if hit else None
