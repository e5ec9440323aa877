"""Facts that a record's structured fields give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any

from aggregator.model import Fact
from aggregator.tagging.facts.days import read_day
from aggregator.tagging.facts.money import amounts, currency, number
from feeds.text.quickly import number_starts

_DAYS = {
    name: kind
    for kind, names in {
        "deadline": "deadline tenderperiodenddate responsedeadline closingdate closedate closes duedate "
        "submissiondeadline tenderdeadline commentscloseon commentdeadline commentenddate replydeadline closingat",
        "end": "contractend contractenddate enddate periodend contractperiodend expiry expires expirydate "
        "expirationdate potentialenddate contractperiodenddate popend periodofperformancecurrentenddate "
        "performanceend currentenddate",
        "effective": "effectiveon effectivedate effective complianceby compliancedate",
    }.items()
    for name in names.split()
}
_AMOUNTS = frozenset(
    "amount value estimatedvalue contractvalue awardamount awardvalue totalvalue obligation price budget".split()
)
MAX_FIELDS = 100
_CURRENCIES = ("currency", "currencycode")


def field_facts(fields: Mapping[str, Any]) -> list[Fact]:
    """Deadlines, ends, effective days and amounts, by the names that records give them."""
    folded = [(name, re.sub(r"[^a-z]", "", name.lower()), value) for name, value in _flat(fields)]
    unit = next((currency(str(value)) for _, key, value in folded if key in _CURRENCIES), "")
    found = []
    for name, key, value in folded:
        if key in _DAYS and (day := _day(value)):
            found.append(Fact(_DAYS[key], str(value)[:200], "field", field=name, day=day))
        elif key in _AMOUNTS and (fact := _amount(name, value, unit)):
            found.append(fact)
    return found


def _flat(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names and values, those of a table behind its own name: ``tenderPeriod.endDate``."""
    for name, value in islice(fields.items(), MAX_FIELDS):
        yield name, value
        if isinstance(value, Mapping):
            yield from ((f"{name}.{key}", each) for key, each in islice(value.items(), MAX_FIELDS))


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return read_day(value) if isinstance(value, str) else None


def _amount(name: str, value: Any, unit: str) -> Fact | None:
    if isinstance(value, Mapping):
        unit = currency(str(value.get("currency", ""))) or unit
        value = value.get("amount", value.get("value"))
    if isinstance(value, str):
        told = next(iter(amounts(value[:60], "field", number_starts(value[:60]))), None)
        if told is not None:
            return Fact("amount", value[:200], "field", field=name, number=told.number, currency=told.currency)
        value = number(value[:40])
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e15:
        return None
    return Fact("amount", f"{value:,.2f}".removesuffix(".00"), "field", field=name, number=float(value), currency=unit)
