"""A SELECT of items in the making: the set that it begins with, and its conditions."""

# ruff: noqa: S608 - only constant texts are written into SQL, every value is bound
from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from typing import Any

FEW = 5_000
"""Up to so many items are collected and sorted; of more, the newest are looked through."""

ALL = -1
"""As a count: without bound."""

Found = list[tuple[int, int, str]]
"""Row number, listed_at in microseconds and id of each item, in the order of a page."""


@dataclass(slots=True)
class Plan:
    """Conditions on ``items``, and, where few items can pass, the SELECT of ``item`` to begin with."""

    walk: str = "items_listed"
    begin: str = ""
    begin_values: list[Any] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def need(self, condition: str, *values: Any) -> None:
        """Add a condition."""
        self.where.append(condition)
        self.values += values

    def begin_with(self, selection: str, *values: Any) -> None:
        """Begin with a set of row numbers, named ``item``."""
        self.begin, self.begin_values = selection, list(values)

    def begin_if_few(self, db: sqlite3.Connection, selection: str, *values: Any) -> None:
        """Begin with a set if it is small and there is no other yet."""
        if not self.begin and is_few(db, selection, *values):
            self.begin_with(selection, *values)

    def copy(self) -> Plan:
        """A plan to go on with, leaving this one as it is."""
        return replace(self, where=list(self.where), values=list(self.values))

    def run(self, db: sqlite3.Connection, count: int) -> Found:
        """The first ``count`` items."""
        if self.begin:
            start = f"(SELECT DISTINCT item FROM ({self.begin})) AS few CROSS JOIN items ON items.n = few.item"
        else:
            start = f"items INDEXED BY {self.walk}"
        where = " AND ".join(self.where) or "1"
        sql = f"SELECT n, listed_at, id FROM {start} WHERE {where} ORDER BY listed_at DESC, id DESC LIMIT ?"
        return db.execute(sql, [*self.begin_values, *self.values, count]).fetchall()


def is_few(db: sqlite3.Connection, selection: str, *values: Any) -> bool:
    """Whether a SELECT has ``FEW`` rows at most; counts no further."""
    sql = f"SELECT count(*) FROM (SELECT 1 FROM ({selection}) LIMIT ?)"
    return bool(db.execute(sql, (*values, FEW + 1)).fetchone()[0] <= FEW)
