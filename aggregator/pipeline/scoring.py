"""One number for an item and a prospect, and one for a prospect, each with the terms that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from aggregator.model import Item, Match, Prospect, Reason, Score, Tag
from aggregator.pipeline.keeping import Keeps, keep_term
from aggregator.pipeline.names import flat_words
from aggregator.pipeline.roles import AWARD, WIN, counts, role_of
from aggregator.pipeline.timing import freshness, time_term
from aggregator.tagging.signals import SIGNAL
from feeds.model import Source

UNTAGGED_WEIGHT = 15.0
"""What an item without any tag is worth before the other terms."""
UNTAGGED_HALF_LIFE = 14.0
MENTION = 0.5
"""Factor for an item that only mentions the prospect."""
STAGE_MISFIT = 0.8
"""Factor for a signal that does not serve the prospect's stage."""
SECOND_PUBLISHER = 0.04
"""What each further publisher of a story adds to its factor, up to ``MOST_PUBLISHERS``."""
MOST_PUBLISHERS = 4
SECOND_SIGNAL = 2.0
"""What each further signal adds to a prospect's score, up to ``MOST_SIGNALS``."""
MOST_SIGNALS = 6
COUNTED_FROM = 10.0
"""A story scored lower adds no signal to a prospect's score."""

COPIED_WORDS = 40
"""Two texts that begin with so many words alike are copies."""
COPIED_TITLE = 6
"""Titles without a text are copies if they have so many words at least and are alike."""
_SECOND_LEVEL = frozenset(["co", "com", "org", "gov", "net", "ac", "edu", "govt", "or", "ne", "go"])

_TYPE_WEIGHTS = {"purchasing_plans": 85, "strategy": 65, "structure": 60, "requirements": 65, "purchasing_history": 65,
                 "market_position": 45}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """A prospect's score: its best story, and a little for each further signal; never for the number of articles."""

    value: float = 0.0
    """0 to 100: best + bonus."""
    best: float = 0.0
    bonus: float = 0.0
    signals: tuple[str, ...] = ()
    """The distinct signals that counted, in order of their names."""


def score(
    item: Item,
    prospect: Prospect | None,
    source: Source | None,
    now: datetime,
    *,
    keeps: Keeps | None = None,
    publishers: int = 1,
) -> Score:
    """The best tag's weight × evidence × time × stage × kept × about or mentioned × reputation × corroboration.

    0 to 100, and equal to the product of its reasons (rounded to a tenth). ``keeps`` is what the rep kept and
    dismissed; ``publishers`` is how many publishers tell the story.
    """
    match = match_for(item, prospect)
    terms = [_with_tag(tag, item, prospect, now, keeps or {}) for tag in item.tags if counts(tag, item, match)]
    best = max(terms or [_untagged(item, now, keeps or {})], key=_product)
    reasons = [*best, *_about(item, match), *_reputation(source), *_corroboration(publishers)]
    value = _product(reasons)
    if value > 100.0:
        reasons.append(Reason("100 is the most", 100.0 / value))
    return Score(round(min(100.0, value), 1), tuple(reasons))


def account_score(stories: Iterable[tuple[float, Iterable[str]]]) -> Account:
    """A prospect's score from the score and the signals of each of his stories."""
    best, signals = 0.0, set()
    for value, of in stories:
        best = max(best, value)
        signals |= set(of) if value >= COUNTED_FROM else set()
    counted = min(len(signals), MOST_SIGNALS) - 1
    bonus = min(max(0.0, counted * SECOND_SIGNAL), round(100.0 - best, 1))
    return Account(round(best + bonus, 1), best, bonus, tuple(sorted(signals)))


def count_publishers(items: Iterable[Item], sources: Mapping[str, Source]) -> int:
    """How many publishers tell a story in words of their own.

    The feeds and hosts of one house are one publisher; what several print word for word counts once.
    """
    by_publisher: dict[str, set[str]] = {}
    for item in items:
        by_publisher.setdefault(_publisher(item, sources.get(item.source)), set()).add(_wording(item))
    told: set[str] = set()
    count = 0
    for wordings in sorted(by_publisher.values(), key=sorted):
        count += not wordings <= told
        told |= wordings - {""}
    return count


def _publisher(item: Item, source: Source | None) -> str:
    """The house that published an item; what an aggregator passes on is its author's, whose host the link names."""
    address = item.link if source and source.publisher == "aggregator" and item.link else source.url if source else ""
    try:
        labels = (urlsplit(address).hostname or "").split(".")
    except ValueError:
        return item.source
    if labels[-1].isdigit():
        return ".".join(labels)
    size = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    return ".".join(labels[-size:]) or item.source


def _wording(item: Item) -> str:
    """The beginning of a text by which a copy is known; the title where the text is short, nothing where both are."""
    words = flat_words(item.text).split()[:COPIED_WORDS]
    if len(words) >= COPIED_WORDS // 2:
        return " ".join(words)
    words = flat_words(item.title).split()
    return " ".join(words) if len(words) >= COPIED_TITLE else ""


def match_for(item: Item, prospect: Prospect | None) -> Match | None:
    """The surest match of an item with a prospect."""
    matches = [match for match in item.matches if prospect is not None and match.prospect == prospect.id]
    return max(matches, key=lambda match: match.confidence, default=None)


def _product(reasons: Sequence[Reason]) -> float:
    product = 1.0
    for reason in reasons:
        product *= reason.factor
    return product


def _with_tag(tag: Tag, item: Item, prospect: Prospect | None, now: datetime, keeps: Keeps) -> list[Reason]:
    signal = SIGNAL.get(tag.signal)
    weight = float(signal.weight) if signal else float(_TYPE_WEIGHTS.get(tag.type, 40))
    name = signal.title if signal else tag.type.replace("_", " ")
    where = tag.evidence.where
    evidence = tag.evidence.text if where == "correction" else f"evidence in the {where}"
    reasons = [Reason(name, weight), Reason(evidence, tag.confidence)]
    reasons.append(time_term(signal, item, now))
    if signal and prospect and prospect.stage not in signal.stages:
        reasons.append(Reason(f"serves other stages than {prospect.stage}", STAGE_MISFIT))
    return [*reasons, *keep_term(keeps, tag.signal, item.source)]


def _untagged(item: Item, now: datetime, keeps: Keeps) -> list[Reason]:
    news = freshness(item, now, UNTAGGED_HALF_LIFE)
    return [Reason("no content type", UNTAGGED_WEIGHT), news, *keep_term(keeps, "", item.source)]


def _about(item: Item, match: Match | None) -> list[Reason]:
    if match is None:
        return []
    role = role_of(item, match) if any(tag.signal in (AWARD, WIN) for tag in item.tags) else ""
    in_it = f" as {role}" if role else ""
    return [
        Reason(f"about the prospect{in_it}", match.confidence)
        if match.about
        else Reason(f"mentions the prospect{in_it}", MENTION * match.confidence)
    ]


def _reputation(source: Source | None) -> list[Reason]:
    return [Reason("source's reputation", source.reputation)] if source and source.reputation != 1.0 else []


def _corroboration(publishers: int) -> list[Reason]:
    if publishers < 2:
        return []
    further = min(publishers, MOST_PUBLISHERS) - 1
    return [Reason(f"told by {publishers} publishers", 1 + SECOND_PUBLISHER * further)]
