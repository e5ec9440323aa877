"""A Query as SQL: from which end to begin, what to filter, where the page starts.

A filter that few items pass is where the search begins; otherwise items are walked from the newest and
tested. Which it is, is found by counting up to ``FEW`` of them.
"""

# ruff: noqa: S608 - only constant names are written into SQL, every value is bound
from __future__ import annotations

import sqlite3

from aggregator.model import PERSONAL_DEEDS, TRIAGE_STATES, Query
from aggregator.store.shared import cut_at, micros
from aggregator.store.sqlite import matching
from aggregator.store.sqlite.plan import Found, Plan
from aggregator.store.sqlite.rows import as_json, maybe_micros
from aggregator.store.words import parse

_AMONG = "IN (SELECT value FROM json_each(?))"
_STATE = (
    "ifnull((SELECT CASE WHEN state = 'snoozed' AND until <= ? THEN 'new' ELSE state END "
    "FROM verdicts WHERE rep = ? AND item = items.n), 'new')"
)


def page(db: sqlite3.Connection, query: Query, count: int) -> Found:
    """The first ``count`` items of a query behind its cursor."""
    after = cut_at(query.after) if query.after else None
    matched = query.matched is not False and bool(query.matched or query.prospects)
    plan = Plan("items_matched" if matched else "items_listed")
    if after:
        plan.need("(listed_at, id) < (?, ?)", *after)
    _add_plain(plan, query)
    _add_states(plan, query)
    _add_marks(plan, query)
    _add_sets(db, plan, query)
    _add_times(db, plan, query)
    terms = parse(query.words)
    return matching.run(db, plan, terms, after, count) if terms else plan.run(db, count)


def _add_plain(plan: Plan, query: Query) -> None:
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


def _add_times(db: sqlite3.Connection, plan: Plan, query: Query) -> None:
    since = [at for at in (query.seen_from, query.dated_from) if at is not None]
    if since:  # nothing is dated later than it was seen
        first = micros(max(since))
        plan.begin_if_few(db, "SELECT n AS item FROM items WHERE seen_at >= ?", first)
        plan.need("seen_at >= ?", first)
    if query.dated_from is not None:
        plan.need("dated_at >= ?", micros(query.dated_from))
    if query.dated_to is not None:
        plan.need("dated_at < ?", micros(query.dated_to))


def _add_states(plan: Plan, query: Query) -> None:
    states = query.states or tuple(state for state in TRIAGE_STATES if state != "dismissed")
    if query.rep or "new" not in states:
        plan.need(f"{_STATE} {_AMONG}", maybe_micros(query.now), query.rep, as_json(states))


def _add_marks(plan: Plan, query: Query) -> None:
    """Begin with what a team's ledger names: it is small beside the items."""
    wanted = [*query.marks, *(["owned"] if query.owner and "owned" not in query.marks else [])]
    for mark in wanted:
        selection, values = _marked(mark, query)
        if not plan.begin:
            plan.begin_with(selection, *values)
        plan.need(f"n IN ({selection})", *values)


def _marked(mark: str, query: Query) -> tuple[str, list[str]]:
    if mark == "noted":
        readable = "(rep = ? OR visibility = 'shared') AND visibility <> 'removed'"
        return f"SELECT item FROM notes WHERE item IS NOT NULL AND {readable}", [query.rep]
    kind = {"shared": "share", "answered": "answer", "pinned": "pin", "owned": "assign"}[mark]
    held = "SELECT n AS item FROM standing JOIN items ON items.id = subject WHERE kind = ? AND holder = ?"
    holder = query.rep if kind in PERSONAL_DEEDS else ""
    if mark == "owned" and query.owner:
        return f"{held} AND value = ?", [kind, holder, query.owner]
    return f"{held} AND value <> ''", [kind, holder]


def _add_sets(db: sqlite3.Connection, plan: Plan, query: Query) -> None:
    """Restrict to prospects, types and sources: begin with the first that few items pass, test the others."""
    if query.ids:
        listed = as_json(query.ids)
        plan.begin_if_few(db, f"SELECT n AS item FROM items WHERE id {_AMONG}", listed)
        plan.need(f"id {_AMONG}", listed)
    if query.sources:
        listed = as_json(query.sources)
        plan.begin_if_few(db, f"SELECT n AS item FROM items WHERE source {_AMONG}", listed)
        plan.need(f"source {_AMONG}", listed)
    if query.prospects:
        listed = as_json(query.prospects)
        plan.begin_if_few(db, f"SELECT item FROM matches WHERE prospect {_AMONG}", listed)
        plan.need(f"EXISTS (SELECT 1 FROM matches WHERE item = items.n AND prospect {_AMONG})", listed)
    if query.types:
        listed = as_json(query.types)
        both = f"SELECT item FROM tags WHERE type {_AMONG} UNION ALL SELECT item FROM tags WHERE signal {_AMONG}"
        plan.begin_if_few(db, both, listed, listed)
        plan.need(f"EXISTS ({_TAGGED})", listed, listed)
    if query.not_types:
        listed = as_json(query.not_types)
        plan.need(f"NOT EXISTS ({_TAGGED})", listed, listed)
    if query.states and "new" not in query.states:
        chosen = f"SELECT item FROM verdicts WHERE rep = ? AND state {_AMONG}"
        plan.begin_if_few(db, chosen, query.rep, as_json(query.states))


_TAGGED = f"SELECT 1 FROM tags WHERE item = items.n AND (type {_AMONG} OR signal {_AMONG})"
