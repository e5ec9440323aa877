"""Whether an item is one that a Query asks for: the meaning of every filter, in plain Python."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.model import Item, Query, Verdict
from aggregator.pipeline.corrections import answers
from aggregator.store.words import Term, fold


def passes(query: Query, item: Item, verdict: Verdict | None) -> bool:
    """Whether an item passes every filter but the words and the page."""
    return (
        _is_of(query, item)
        and _is_then(query, item)
        and answers(query, item)
        and _is_in_state(query, state_of(query, verdict))
    )


def state_of(query: Query, verdict: Verdict | None) -> str:
    """What the item is to the rep at the query's ``now``: a snooze that is over makes it new."""
    if verdict is None:
        return "new"
    is_over = query.now is not None and verdict.until is not None and verdict.until <= query.now
    return "new" if verdict.state == "snoozed" and is_over else verdict.state


def says(terms: Sequence[Term], text: Sequence[str]) -> bool:
    """Whether a text, folded into words, has every wanted term and no unwanted one."""
    return all(_stands(term, text) != term.negated for term in terms)


def _is_of(query: Query, item: Item) -> bool:
    return (
        (not query.ids or item.id in query.ids)
        and (not query.sources or item.source in query.sources)
        and (not query.scope or item.scope == query.scope)
        and (item.is_news or not query.news_only)
    )


def _is_then(query: Query, item: Item) -> bool:
    return (
        (query.seen_from is None or item.seen_at >= query.seen_from)
        and (query.dated_from is None or item.dated >= query.dated_from)
        and (query.dated_to is None or item.dated < query.dated_to)
    )


def _is_in_state(query: Query, state: str) -> bool:
    return state in query.states if query.states else state != "dismissed"


def _stands(term: Term, text: Sequence[str]) -> bool:
    wanted = tuple(word for token in term.tokens for word in fold(token))
    size = len(wanted)
    for start in range(len(text) - size + 1):
        found = tuple(text[start : start + size])
        if found == wanted or (
            term.prefix and found[:-1] == wanted[:-1] and found[-1:] and found[-1].startswith(wanted[-1])
        ):
            return True
    return False
