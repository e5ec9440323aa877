"""One number for an item and a prospect, with the terms that it is the product of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aggregator.model import Item, Match, Prospect, Reason, Score, Tag
from aggregator.tagging.signals import SIGNAL, Signal
from feeds.model import Source

UNTAGGED_WEIGHT = 15.0
"""What an item without any tag is worth before the other terms."""
MENTION = 0.5
"""Factor for an item that only mentions the prospect."""
STAGE_MISFIT = 0.8
"""Factor for a signal that does not serve the prospect's stage."""
DEFAULT_HALF_LIFE = 45.0
"""Days, for signals of which nothing is known."""

_TYPE_WEIGHTS = {"purchasing_plans": 85, "strategy": 65, "structure": 60, "requirements": 65, "purchasing_history": 65,
                 "market_position": 45}  # fmt: skip


def score(item: Item, prospect: Prospect | None, source: Source | None, now: datetime) -> Score:
    """The best tag's weight × evidence × time × about or mentioned × stage × the source's reputation, 0 to 100."""
    match = match_for(item, prospect)
    candidates = [_with_tag(tag, item, prospect, now) for tag in item.tags] or [_untagged(item, now)]
    best = max(candidates, key=_product)
    reasons = [*best, *_about(match), *_reputation(source)]
    return Score(round(min(100.0, _product(reasons)), 1), tuple(reasons))


def match_for(item: Item, prospect: Prospect | None) -> Match | None:
    """The surest match of an item with a prospect."""
    matches = [match for match in item.matches if prospect is not None and match.prospect == prospect.id]
    return max(matches, key=lambda match: match.confidence, default=None)


def _product(reasons: Sequence[Reason]) -> float:
    product = 1.0
    for reason in reasons:
        product *= reason.factor
    return product


def _with_tag(tag: Tag, item: Item, prospect: Prospect | None, now: datetime) -> list[Reason]:
    signal = SIGNAL.get(tag.signal)
    weight = float(signal.weight) if signal else float(_TYPE_WEIGHTS.get(tag.type, 40))
    name = signal.title if signal else tag.type.replace("_", " ")
    reasons = [Reason(name, weight), Reason(f"evidence in the {tag.evidence.where}", tag.confidence)]
    reasons.append(_freshness(item, now, _half_life(signal)))
    if signal and prospect and prospect.stage not in signal.stages:
        reasons.append(Reason(f"serves other stages than {prospect.stage}", STAGE_MISFIT))
    return reasons


def _half_life(signal: Signal | None) -> float:
    return signal.half_life if signal and signal.half_life else DEFAULT_HALF_LIFE


def _untagged(item: Item, now: datetime) -> list[Reason]:
    return [Reason("no content type", UNTAGGED_WEIGHT), _freshness(item, now, 14.0)]


def _freshness(item: Item, now: datetime, half_life: float) -> Reason:
    days = max(0.0, (now - item.dated).total_seconds() / 86400)
    return Reason(f"{days:.0f} days old", 0.5 ** (days / half_life))


def _about(match: Match | None) -> list[Reason]:
    if match is None:
        return []
    return [
        Reason("about the prospect", match.confidence)
        if match.about
        else Reason("mentions the prospect", MENTION * match.confidence)
    ]


def _reputation(source: Source | None) -> list[Reason]:
    return [Reason("source's reputation", source.reputation)] if source and source.reputation != 1.0 else []
