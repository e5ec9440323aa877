"""What an item says in figures, dates and names, as typed values with the exact place of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from aggregator.model import Fact
from aggregator.tagging.facts.days import days
from aggregator.tagging.facts.money import amounts, percentages
from aggregator.tagging.facts.people import people
from aggregator.tagging.facts.records import field_facts
from aggregator.tagging.facts.spelled import bare_amounts, spelled_amounts
from feeds.text.quickly import number_starts

MAX_TITLE = 500
MAX_TEXT = 4_000
"""Characters of a body that are read: a notice's dates and sums stand in its first page."""
MAX_FACTS = 24
"""Facts of an item that are kept: those of its fields first, then of its title, then of its body."""


def find_facts(
    title: str, text: str, *, fields: Mapping[str, Any] | None = None, dated: date | None = None
) -> tuple[Fact, ...]:
    """The facts of an item, in reading order within fields, title and body; ``dated`` is the day it was published.

    Linear in the length of what is read, which is bounded. Without ``dated``, days without a year are left out.
    """
    found = field_facts(fields or {})
    for where, part in (("title", title[:MAX_TITLE]), ("body", text[:MAX_TEXT])):
        starts = number_starts(part)
        told = [*amounts(part, where, starts), *spelled_amounts(part, where)]
        here = [
            *people(part, where),
            *told,
            *bare_amounts(part, where, starts, told),
            *percentages(part, where, starts),
            *days(part, where, dated, starts),
        ]
        found += sorted(here, key=lambda fact: (fact.start, fact.end))
    return tuple(found[:MAX_FACTS])
