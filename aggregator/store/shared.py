"""What every back end decides alike: what a moved source keeps, whose batch counts, how pages are cut."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from aggregator.errors import StoreError
from aggregator.model import TRIAGE_STATES, Batch, SourceStatus
from feeds.model import FetchState, Source

KEPT_VERSIONS = 20
"""So many former texts of an item are kept."""

PREFIX_LENGTH = 6
"""An item's id may be shortened to so many characters."""


LONGEST_HOLD = timedelta(days=8)
"""A hold further ahead was written by a clock that ran wrong."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Where stored times count from, in microseconds; also the due time of a source that was never given one."""


def micros(at: datetime) -> int:
    """A stored time: microseconds since 1970 UTC; a time without zone is refused."""
    try:
        gone = at - EPOCH
    except TypeError as error:
        raise StoreError(f"{at}: a time without time zone cannot be stored") from error
    return (gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds


def moment(stored: int) -> datetime:
    """The time that was stored, aware, in UTC."""
    return EPOCH + timedelta(microseconds=stored)


WEEK_MICROS = 7 * 86_400 * 1_000_000
WEEK_SHIFT = 3 * 86_400 * 1_000_000
"""1970 began on a Thursday; weeks begin on Mondays."""


def week_of(at: datetime) -> int:
    """The number of the week (UTC) that a moment falls in; the one of 1 January 1970 is 0."""
    return (micros(at) + WEEK_SHIFT) // WEEK_MICROS


def monday(week: int) -> date:
    """The first day of a week by its number."""
    return moment(week * WEEK_MICROS - WEEK_SHIFT).date()


def is_moved(old: Source, new: Source) -> bool:
    """Whether what is remembered of the old source's address means nothing for the new one."""
    return (old.url, old.kind, dict(old.options)) != (new.url, new.kind, dict(new.options))


def state_after_move(state: FetchState) -> FetchState:
    """The state of a source whose address changed: nothing of the old address is kept, and it is due now."""
    gone = state.status == "gone"
    return replace(
        state,
        etag="",
        last_modified="",
        body_hash="",
        cursor="",
        moved_to="",
        cadence="",
        status="new" if gone else state.status,
        reason="" if gone else state.reason,
        next_at=None,
        next_why="",
    )


def is_lost(batch: Batch, holder: str, held: bool) -> bool:
    """Whether another worker's living claim stands against this batch."""
    return held and holder not in ("", batch.worker)


def speaks_of(batch: Batch, url: str) -> bool:
    """Whether a batch's state is that of the address that its source has now."""
    return batch.url in ("", url)


def status_order(status: SourceStatus) -> tuple[str, str]:
    """Sources are listed by name, then by id."""
    return (status.source.name.casefold(), status.source.id)


def check_sources(wanted: Collection[str], stored: Collection[str]) -> None:
    """Refuse a batch of a source that the store was never told of."""
    for source_id in wanted:
        if source_id not in stored:
            raise StoreError(f"there is no source {source_id!r}", hint="sources are taken over before polling")


def check_state(state: str, until: datetime | None) -> None:
    """Refuse a triage state that there is not."""
    if state not in TRIAGE_STATES:
        raise StoreError(f"{state!r} is no triage state", hint=f"one of: {', '.join(TRIAGE_STATES)}")
    if until is not None and state != "snoozed":
        raise StoreError(f"only a snoozed item has an end, not a {state} one")


def cut(listed_at: int, item_id: str) -> str:
    """The cursor behind an item, given the microseconds at which it is listed."""
    return f"{listed_at}.{item_id}"


def cut_at(cursor: str) -> tuple[int, str]:
    """Where a page starts: behind this time (microseconds) and id."""
    listed_at, _, item_id = cursor.partition(".")
    if item_id and re.fullmatch(r"-?[0-9]{1,18}", listed_at):
        return int(listed_at), item_id
    raise StoreError(f"{cursor!r} is no place in a list of items", hint="start again from the first page")
