"""The list of prospects with what is known of each: sources, what they lack, items, score. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregator.model import Prospect
from aggregator.templates import NotConfigured
from feeds.model import Source

SCORED = "30d"
"""What a prospect's score looks back over."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One prospect and its figures."""

    prospect: Prospect
    """At the stage that it was last moved to."""
    sources: tuple[Source, ...]
    """Its own."""
    lacking: tuple[NotConfigured, ...]
    """Sources that it would have if it had what they need."""
    items: int
    score: float
    """Of its stories of the last weeks, 0 to 100."""


def account_rows(
    prospects: Sequence[Prospect],
    sources: Sequence[Source],
    lacking: Sequence[NotConfigured],
    items: Mapping[str, int],
    scores: Mapping[str, float],
) -> list[AccountRow]:
    """A row for each prospect, in the order given."""
    own: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources:
        own[source.prospect].append(source)
    missing: defaultdict[str, list[NotConfigured]] = defaultdict(list)
    for each in lacking:
        missing[each.prospect].append(each)
    counted = Counter(items)
    return [
        AccountRow(each, tuple(own[each.id]), tuple(missing[each.id]), counted[each.id], scores.get(each.id, 0.0))
        for each in prospects
    ]
