"""The one query language: ``prospect:acme type:purchasing_plans age<7d "cloud migration" -jobs`` → Query."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace

from aggregator.model import MARKS, TRIAGE_STATES, Query
from aggregator.tagging.signals import TAG_NAMES
from feeds.errors import LeadlineError
from feeds.tables import Seconds, did_you_mean

FIELDS = ("prospect", "type", "tag", "source", "state", "scope", "age", "score", "is", "owner")
"""The words that may stand before ``:`` (``age`` and ``score`` before ``<`` or ``>``)."""

_TERM = re.compile(r'-?"[^"]*"?|\S+')
_FIELD = re.compile(r"^(-?)([a-z_]+)(:|<|>)(?!//)(.*)$", re.IGNORECASE | re.DOTALL)
_SCOPES = ("external", "internal")


class QueryError(LeadlineError):
    """A query that cannot be understood, and what is allowed."""


def parse(text: str, now: datetime, *, rep: str = "") -> Query:
    """A query from what a user typed. Raises QueryError for an unknown value of a known field, or a mistyped field."""
    query, words = Query(rep=rep, now=now), []
    for term in _TERM.findall(text):
        match = _FIELD.match(term)
        name = match[2].lower() if match else ""
        if match and name in FIELDS:
            query = _apply(query, name, match[3], match[4].strip('"'), now, negated=bool(match[1]))
            continue
        near = difflib.get_close_matches(name, FIELDS, n=1, cutoff=0.8) if name else []
        if near:
            raise QueryError(
                f"unknown field {name!r}", hint=f"did you mean {near[0]}:? Quote it to search for the words"
            )
        words.append(term)
    return replace(query, words=" ".join(words))


def _apply(query: Query, name: str, operator: str, value: str, now: datetime, *, negated: bool) -> Query:
    if negated and name not in ("type", "tag"):
        raise QueryError(f"-{name}{operator}{value}: only -type:VALUE, -tag:VALUE and -word can be excluded")
    if name == "age":
        return _age(query, operator, value, now)
    if name == "score":
        return _score(query, operator, value)
    if operator != ":":
        raise QueryError(f"{name}{operator}{value}: only {name}:VALUE is allowed")
    values = tuple(filter(None, (each.strip(' "') for each in value.split(","))))
    if not values:
        raise QueryError(f"{name}: needs a value", hint=f"{name}:VALUE, without a blank after the colon")
    if negated:
        return replace(query, not_types=query.not_types + tuple(map(_type, values)))
    return _SETTERS[name](query, values)


def _age(query: Query, operator: str, value: str, now: datetime) -> Query:
    try:
        moment = now - timedelta(seconds=Seconds.read(value))
    except (ValueError, OverflowError) as error:
        raise QueryError(f"age{operator}{value}: {error}", hint="age<7d, age>2w") from None
    if operator == ">":
        return replace(query, dated_to=moment)
    return replace(query, dated_from=moment)


def _score(query: Query, operator: str, value: str) -> Query:
    if operator == ":" or not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", value):
        raise QueryError(f"score{operator}{value}: a number from 0 to 100 is expected", hint="score>60, score<20")
    return replace(query, score_from=float(value)) if operator == ">" else replace(query, score_to=float(value))


def _type(name: str) -> str:
    """A content type or signal; of a signal its last part will do where no other ends so: ``recognition``."""
    ending = [each for each in TAG_NAMES if each.endswith(f".{name}")]
    if name not in TAG_NAMES and len(ending) == 1:
        return ending[0]
    if name not in TAG_NAMES:
        near = did_you_mean(name, TAG_NAMES)
        raise QueryError(
            f"unknown content type {name!r}",
            hint=near if near.startswith("did") else did_you_mean(name, [t for t in TAG_NAMES if "." not in t]),
        )
    return name


def _state(name: str) -> str:
    if name not in TRIAGE_STATES:
        raise QueryError(f"unknown state {name!r}", hint=did_you_mean(name, TRIAGE_STATES))
    return name


def _scope(query: Query, values: tuple[str, ...]) -> Query:
    for value in values:
        if value not in _SCOPES:
            raise QueryError(f"unknown scope {value!r}", hint=did_you_mean(value, _SCOPES))
    return replace(query, scope="" if set(values) == set(_SCOPES) else values[0])


def _is(query: Query, values: tuple[str, ...]) -> Query:
    known: dict[str, dict[str, bool]] = {
        "new": {"news_only": True}, "tagged": {"tagged": True}, "untagged": {"tagged": False},
        "matched": {"matched": True}, "unmatched": {"matched": False},
    }  # fmt: skip
    for value in values:
        if value in MARKS:
            query = replace(query, marks=(*query.marks, value))
            continue
        if value not in known:
            raise QueryError(f"unknown is:{value}", hint=did_you_mean(value, (*known, *MARKS)))
        query = replace(query, **known[value])
    return query


_SETTERS: dict[str, Callable[[Query, tuple[str, ...]], Query]] = {
    "prospect": lambda query, values: replace(query, prospects=query.prospects + values),
    "type": lambda query, values: replace(query, types=query.types + tuple(map(_type, values))),
    "tag": lambda query, values: replace(query, types=query.types + tuple(map(_type, values))),
    "source": lambda query, values: replace(query, sources=query.sources + values),
    "state": lambda query, values: replace(query, states=query.states + tuple(map(_state, values))),
    "scope": _scope,
    "is": _is,
    "owner": lambda query, values: replace(query, owner=query.rep if values[0] == "me" else values[0]),
}
