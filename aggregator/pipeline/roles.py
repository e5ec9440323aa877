"""Whether a matched prospect buys or sells in what an item tells: one's purchase is the other's win."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from aggregator.model import Item, Match, Tag

BUYER, SUPPLIER = "buyer", "supplier"
AWARD, WIN = "purchasing_history.award", "purchasing_history.customer_win"

_FIELDS = (
    (SUPPLIER, re.compile(r"supplier|recipient|awardee|contractor|winner|vendor")),
    (BUYER, re.compile(r"buyer|agency|procuring|contracting|authority|department|fullparentpath")),
)
_DEAL = (
    r"(?:contracts?|orders?|deals?|tenders?|frameworks?|task orders?|awards?|agreements?|bids?|lots?|projects?|work)"
)
_WINS = re.compile(
    rf"^(?:'s|’s)?(?: [\w&.,'’-]+){{0,4}}? (?:wins?|won|lands?|landed|secures?|secured|bags?|bagged"
    r"|clinch(?:es|ed)?|nabs?|receives?|received|scores?|scored|gets?|picks up|scoops?)"
    rf"\b(?: [^.;]{{0,80}}?)??\b{_DEAL}\b"
    r"|^(?: [\w&.,'’-]+){0,3}? (?:is |was |has been |have been |been )"
    r"(?:awarded|selected|chosen|picked|named|appointed)\b"
    r"|^ (?:awarded|selected (?:by|for|to|as)|chosen (?:by|for|to|as)|picked (?:by|for|to|as)|named|appointed)\b",
    re.IGNORECASE,
)
_GIVES_AWAY = re.compile(
    rf"^ awarded (?!a\b|an\b|the\b|its\b)[\w&.' -]{{2,40}}? (?:a|an|the|its) [^.;]{{0,60}}\b{_DEAL}\b"
)
_GIVES = re.compile(
    r"^(?:'s|’s)?(?: [\w&.,'’-]+){0,4}? (?:awards?|selects?|selected|chooses?|chose|picks?|hands?|hires?|appoints?"
    r"|taps?|orders?|ordered|buys?|bought)\b",
    re.IGNORECASE,
)
_TAKES_BEFORE = re.compile(
    rf"\b(?:awards?|awarded|awarding|hands?|gives?|selects?|selected|chooses?|chose|picks?|hires?|taps|goes|go|went)"
    rf"(?: [\w&.,'’$£€-]+){{0,8}}? (?:to )?$|\b{_DEAL} (?:\w+ ){{0,3}}?to $|\b(?:won|awarded) (?:by|to) $",
    re.IGNORECASE,
)
_TO_BEFORE = re.compile(rf"\b{_DEAL}\b[^.;]{{0,60}}\b(?:to|goes to|won by)(?: the)? $", re.IGNORECASE)
_FROM_BEFORE = re.compile(
    rf"\b{_DEAL}\b[^.;]{{0,60}}\b(?:from|with|by|for|at)(?: the)? $"
    r"|\b(?:awarded|selected|chosen|picked|hired|appointed|named)\b[^.;]{0,60}\bby(?: the)? $",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"\bsign(?:s|ed|ing)?\b", re.IGNORECASE)
_REACH = 120


def role_of(item: Item, match: Match) -> str:
    """``buyer`` or ``supplier``; empty where neither a field nor the words around the name tell."""
    if match.evidence.where == "field":
        name = re.sub(r"[^a-z]", "", match.evidence.field.lower())
        return next((role for role, pattern in _FIELDS if pattern.search(name)), "")
    if match.evidence.where not in ("title", "body") or match.evidence.start < 0:
        return ""
    text = item.title if match.evidence.where == "title" else item.text
    return _role_in_text(text, match.evidence.start, match.evidence.end)


def with_roles(item: Item) -> Item:
    """The item, its award a customer won where its prospects are suppliers in it, and the other way round.

    Where prospects stand on both sides, both signals stand, and ``counts`` tells which is whose.
    """
    if not any(tag.signal in (AWARD, WIN) for tag in item.tags):
        return item
    roles = {role_of(item, match) for match in item.matches} - {""}
    if not roles:
        return item
    wanted = [WIN] * (SUPPLIER in roles) + [AWARD] * (BUYER in roles)
    tags: list[Tag] = []
    for tag in item.tags:
        told = [replace(tag, signal=signal) for signal in wanted] if tag.signal in (AWARD, WIN) else [tag]
        tags += [each for each in told if all((each.type, each.signal) != (t.type, t.signal) for t in tags)]
    return replace(item, tags=tuple(tags))


def counts(tag: Tag, item: Item, match: Match | None) -> bool:
    """Whether a tag speaks of this prospect: not the other side's half of a deal, where the item has both."""
    if match is None or tag.signal not in (AWARD, WIN):
        return True
    other = {AWARD: SUPPLIER, WIN: BUYER}[tag.signal]
    return role_of(item, match) != other or not _has_both(item.tags)


def _has_both(tags: Sequence[Tag]) -> bool:
    return {AWARD, WIN} <= {tag.signal for tag in tags}


def _role_in_text(text: str, start: int, end: int) -> str:
    before = text[max(0, start - _REACH) : start].replace("\n", " ")
    after = text[end : end + _REACH].replace("\n", " ")
    if _FROM_BEFORE.search(before) and not _TO_BEFORE.search(before):
        return "" if _SIGNS.search(before) else BUYER
    if _GIVES_AWAY.search(after):
        return BUYER
    if _WINS.search(after):
        return SUPPLIER
    if _TO_BEFORE.search(before) or _TAKES_BEFORE.search(before):
        return SUPPLIER
    return BUYER if _GIVES.search(after) else ""
