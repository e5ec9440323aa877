"""Pauses of hosts, inside a transaction that the caller holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from aggregator.store.shared import LONGEST_HOLD, micros, moment


def hold(db: sqlite3.Connection, until: Mapping[str, datetime]) -> None:
    """Remember pauses in place of the hosts' former ones."""
    rows = [(host, micros(at)) for host, at in until.items()]
    db.executemany("INSERT OR REPLACE INTO host_holds VALUES (?, ?)", rows)


def held(db: sqlite3.Connection, now: datetime) -> dict[str, datetime]:
    """The pauses that have not ended, but those of a clock that ran ahead."""
    until = (micros(now), micros(now + LONGEST_HOLD))
    rows = db.execute("SELECT host, until FROM host_holds WHERE until > ? AND until <= ?", until)
    return {host: moment(at) for host, at in rows}
