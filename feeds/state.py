"""What is remembered after a poll: a FetchState in, the next one out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from feeds.model import FetchState, Response, Rhythm, Source
from feeds.politeness import Pace, next_poll, next_try, recall, remember, rhythm, silence, spell

MAX_REASON = 500
HELD = "held: "
"""How ``next_why`` begins while a source waits for a quota."""
TURN = 600.0
"""Seconds over which those who wait for one quota are put in order."""
MAX_VALIDATOR = 1_000
"""A longer ETag or Last-Modified is not kept: nobody means it."""


def after_news(
    source: Source,
    state: FetchState,
    response: Response,
    now: datetime,
    *,
    published: Sequence[datetime],
    asked: Rhythm,
    pace: Pace,
) -> FetchState:
    """The state after a readable answer: its validators replace the old ones, every failure is forgotten.

    ``changed_at``, ``body_hash``, ``cursor`` and ``moved_to`` are left to the caller.
    """
    known = replace(_validated(state, response.headers), cadence=remember(rhythm(published, now, pace), asked))
    return _healthy(source, known, response.headers, now, pace)


def after_nothing_new(source: Source, state: FetchState, response: Response, now: datetime, pace: Pace) -> FetchState:
    """The state after a 304 or the same bytes again: the remembered cadence, slower with silence.

    What was wrong with those bytes still is.
    """
    problems = state.reason if state.status == "ok" else ""
    if response.status != 304:
        state = _validated(state, response.headers)
    return replace(_healthy(source, state, response.headers, now, pace), reason=problems)


def after_failure(
    source: Source,
    state: FetchState,
    reason: str,
    now: datetime,
    pace: Pace,
    *,
    retry_after: float | None = None,
    passing: bool = False,
) -> FetchState:
    """The state after a failure; a ``passing`` one (no network here) lengthens no later wait."""
    failures = state.failures + 1
    next_at, why = next_try(
        source.id,
        now,
        failures=1 if passing else failures,
        retry_after=retry_after,
        every=source.every,
        pace=pace,
    )
    return replace(
        state,
        status="failed",
        reason=plain(reason),
        checked_at=now,
        failed_since=state.failed_since or now,
        failures=failures,
        next_at=next_at,
        next_why=why,
    )


def after_unreadable(state: FetchState) -> FetchState:
    """Without validators: a 304 could not prove that what cannot be used now can be used again."""
    return replace(state, etag="", last_modified="")


def while_held(state: FetchState, reason: str, seconds: float, now: datetime) -> FetchState:
    """The state of a source that was not asked because its host wants a pause: no failure of its own."""
    wait = timedelta(seconds=max(seconds, 1.0))
    return replace(
        state,
        status="failed",
        reason=plain(reason),
        failed_since=state.failed_since or now,
        next_at=now + wait,
        next_why=f"its host asks to wait {spell(seconds)}",
    )


def while_spent(state: FetchState, reason: str, seconds: float, now: datetime) -> FetchState:
    """The state of a source that was not asked because its quota is spent: held, and no failure.

    Whoever was answered longest ago is due first when there is room again, so that none is starved by its id.
    """
    days = (now - state.answered_at).total_seconds() / 86400 if state.answered_at else 1000.0
    turn = TURN * 0.5 ** min(max(days, 0.0), 1000.0)
    return replace(
        state,
        next_at=now + timedelta(seconds=max(seconds, 1.0) + turn),
        next_why=plain(f"{HELD}{reason}"),
    )


def after_gone(state: FetchState, reason: str, now: datetime) -> FetchState:
    """The state after a 410: not asked again, unless by hand."""
    return replace(
        state,
        status="gone",
        reason=plain(reason),
        checked_at=now,
        failed_since=state.failed_since or now,
        failures=state.failures + 1,
        next_at=None,
        next_why="it is gone and not asked again",
    )


def plain(text: str) -> str:
    """One bounded line that no terminal acts on."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:MAX_REASON]).strip()


def _healthy(source: Source, state: FetchState, headers: Mapping[str, str], now: datetime, pace: Pace) -> FetchState:
    interval, asked = recall(state.cadence)
    next_at, why = next_poll(
        source.id,
        now,
        interval=max(interval, silence(state.changed_at, now, pace)),
        asked=asked,
        headers=headers,
        every=source.every,
        pace=pace,
    )
    return replace(
        state,
        status="ok",
        reason="",
        checked_at=now,
        answered_at=now,
        failed_since=None,
        failures=0,
        next_at=next_at,
        next_why=why,
    )


def _validated(state: FetchState, headers: Mapping[str, str]) -> FetchState:
    return replace(
        state,
        etag=_validator(headers.get("etag", "")),
        last_modified=_validator(headers.get("last-modified", "")),
    )


def _validator(value: str) -> str:
    return value if len(value) <= MAX_VALIDATOR and value.isprintable() else ""
