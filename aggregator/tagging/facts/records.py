"""Facts that a record's structured fields give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from aggregator.model import Fact
from aggregator.tagging.facts.days import read_day
from aggregator.tagging.facts.money import amounts, currency, number

_DAYS = {
    name: kind
    for kind, names in {
        "deadline": "deadline responsedeadline closingdate closedate closes duedate submissiondeadline tenderdeadline "
        "commentscloseon commentdeadline commentenddate replydeadline closingat",
        "end": "contractend contractenddate enddate periodend contractperiodend expiry expires expirydate "
        "expirationdate popend performanceend currentenddate",
        "effective": "effectiveon effectivedate effective complianceby compliancedate",
    }.items()
    for name in names.split()
}
_AMOUNTS = frozenset(
    "amount value estimatedvalue contractvalue awardamount awardvalue totalvalue obligation price budget".split()
)
_CURRENCIES = ("currency", "currencycode")


def field_facts(fields: Mapping[str, Any]) -> list[Fact]:
    """Deadlines, ends, effective days and amounts, by the names that records give them."""
    folded = [(name, re.sub(r"[^a-z]", "", name.lower()), value) for name, value in list(fields.items())[:100]]
    unit = next((currency(str(value)) for _, key, value in folded if key in _CURRENCIES), "")
    found = []
    for name, key, value in folded:
        if key in _DAYS and (day := _day(value)):
            found.append(Fact(_DAYS[key], str(value)[:200], "field", field=name, day=day))
        elif key in _AMOUNTS and (fact := _amount(name, value, unit)):
            found.append(fact)
    return found


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
        told = next(iter(amounts(value[:60], "field")), None)
        if told is not None:
            return Fact("amount", value[:200], "field", field=name, number=told.number, currency=told.currency)
        value = number(value[:40])
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e15:
        return None
    return Fact("amount", f"{value:,.2f}".removesuffix(".00"), "field", field=name, number=float(value), currency=unit)
