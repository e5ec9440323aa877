"""A Query as SQL: from which end to begin, what to filter, where the page starts.

A filter that few items pass is where the search begins; otherwise items are walked from the newest and
tested. Which it is, is found by counting up to ``FEW`` of them.
"""

# ruff: noqa: S608 - only constant names are written into SQL, every value is bound
from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from aggregator.model import TRIAGE_STATES, Query
from aggregator.store.shared import cut_at, micros
from aggregator.store.sqlite.rows import as_json, maybe_micros
from aggregator.store.words import Term, parse

FEW = 5_000
"""Up to so many items are collected and sorted; of more, the newest are looked through."""

_AMONG = "IN (SELECT value FROM json_each(?))"
_STATE = (
    "ifnull((SELECT CASE WHEN state = 'snoozed' AND until <= ? THEN 'new' ELSE state END "
    "FROM verdicts WHERE rep = ? AND item = items.n), 'new')"
)


@dataclass(slots=True)
class _Plan:
    """A SELECT in the making: the set to begin with, if any, and the conditions."""

    begin: str = ""
    begin_values: list[Any] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def need(self, condition: str, *values: Any) -> None:
        self.where.append(condition)
        self.values += values

    def begin_with(self, selection: str, *values: Any) -> None:
        self.begin, self.begin_values = selection, list(values)


def page(db: sqlite3.Connection, query: Query, count: int) -> list[tuple[int, int, str]]:
    """The first ``count`` items of a query behind its cursor: row number, seen_at in microseconds, id."""
    plan = _Plan()
    _add_plain(plan, query)
    _add_times(plan, query)
    _add_states(plan, query)
    _add_words(plan, parse(query.words))
    _add_sets(db, plan, query)
    return db.execute(*_select(plan, query, count)).fetchall()


def _select(plan: _Plan, query: Query, count: int) -> tuple[str, list[Any]]:
    if plan.begin:
        start = (
            f"(SELECT DISTINCT item FROM ({plan.begin})) AS first CROSS JOIN items ON items.n = first.item"
        )
    elif query.matched or query.prospects:
        start = "items INDEXED BY items_matched"
    else:
        start = "items INDEXED BY items_seen"
    where = " AND ".join(plan.where) or "1"
    sql = f"SELECT n, seen_at, id FROM {start} WHERE {where} ORDER BY seen_at DESC, id DESC LIMIT ?"
    return sql, [*plan.begin_values, *plan.values, count]


def _add_plain(plan: _Plan, query: Query) -> None:
    if query.news_only:
        plan.need("is_news = 1")
    if query.scope:
        plan.need("scope = ?", query.scope)
    if query.tagged is not None:
        plan.need(f"tagged = {int(query.tagged)}")
    if query.prospects or query.matched is not None:
        plan.need(f"matched = {int(query.matched is not False)}")
    if query.matched is False and query.prospects:
        plan.need("0")


def _add_times(plan: _Plan, query: Query) -> None:
    if query.after:
        plan.need("(seen_at, id) < (?, ?)", *cut_at(query.after))
    since = [at for at in (query.seen_from, query.dated_from) if at is not None]
    if since:  # nothing is dated later than it was seen
        plan.need("seen_at >= ?", micros(max(since)))
    if query.dated_from is not None:
        plan.need("dated_at >= ?", micros(query.dated_from))
    if query.dated_to is not None:
        plan.need("dated_at < ?", micros(query.dated_to))


def _add_states(plan: _Plan, query: Query) -> None:
    states = query.states or tuple(state for state in TRIAGE_STATES if state != "dismissed")
    if query.rep or "new" not in states:
        plan.need(f"{_STATE} {_AMONG}", maybe_micros(query.now), query.rep, as_json(states))


def _add_words(plan: _Plan, terms: Collection[Term]) -> None:
    wanted = " AND ".join(_phrase(term) for term in terms if not term.negated)
    unwanted = " OR ".join(_phrase(term) for term in terms if term.negated)
    if wanted:
        match = f"({wanted}) NOT ({unwanted})" if unwanted else wanted
        plan.begin_with("SELECT rowid AS item FROM search.docs WHERE docs MATCH ?", match)
    elif unwanted:
        plan.need("EXISTS (SELECT 1 FROM search.docs WHERE rowid = items.n)")
        plan.need("n NOT IN (SELECT rowid FROM search.docs WHERE docs MATCH ?)", unwanted)


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.tokens)}"' + ("*" if term.prefix else "")


def _add_sets(db: sqlite3.Connection, plan: _Plan, query: Query) -> None:
    """Restrict to prospects, types and sources: begin with the first that few items pass, test the others."""
    if query.sources:
        listed = as_json(query.sources)
        _begin_if_few(db, plan, f"SELECT n AS item FROM items WHERE source {_AMONG}", listed)
        plan.need(f"source {_AMONG}", listed)
    if query.prospects:
        listed = as_json(query.prospects)
        _begin_if_few(db, plan, f"SELECT item FROM matches WHERE prospect {_AMONG}", listed)
        plan.need(f"EXISTS (SELECT 1 FROM matches WHERE item = items.n AND prospect {_AMONG})", listed)
    if query.types:
        listed = as_json(query.types)
        both = (
            f"SELECT item FROM tags WHERE type {_AMONG} UNION ALL SELECT item FROM tags WHERE signal {_AMONG}"
        )
        _begin_if_few(db, plan, both, listed, listed)
        plan.need(f"EXISTS ({_TAGGED})", listed, listed)
    if query.not_types:
        listed = as_json(query.not_types)
        plan.need(f"NOT EXISTS ({_TAGGED})", listed, listed)
    if query.states and "new" not in query.states:
        chosen = f"SELECT item FROM verdicts WHERE rep = ? AND state {_AMONG}"
        _begin_if_few(db, plan, chosen, query.rep, as_json(query.states))


_TAGGED = f"SELECT 1 FROM tags WHERE item = items.n AND (type {_AMONG} OR signal {_AMONG})"


def _begin_if_few(db: sqlite3.Connection, plan: _Plan, selection: str, *values: Any) -> None:
    if not plan.begin:
        sql = f"SELECT count(*) FROM (SELECT 1 FROM ({selection}) LIMIT ?)"
        if db.execute(sql, (*values, FEW + 1)).fetchone()[0] <= FEW:
            plan.begin_with(selection, *values)
