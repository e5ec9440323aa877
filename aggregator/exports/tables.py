"""Rows as CSV: every column of an item, and the layouts that CRMs import. No cell can become a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from aggregator.exports.rows import Row, latest_by_prospect
from feeds.text import one_line

Column = tuple[str, Callable[[Row], Any]]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell must not begin with (OWASP, CSV injection): a spreadsheet would run it."""
_HIGH = 60.0
"""From this score on a task has high priority."""

_ITEM: tuple[Column, ...] = (
    ("id", lambda row: row.item.id),
    ("prospect", lambda row: row.prospect.id if row.prospect else ""),
    ("company", lambda row: row.company),
    ("domain", lambda row: row.domain),
    ("title", lambda row: row.item.title),
    ("link", lambda row: row.link),
    ("dated", lambda row: row.dated),
    ("source", lambda row: row.source),
    ("types", lambda row: " ".join(dict.fromkeys(tag.type for tag in row.item.tags))),
    ("signals", lambda row: " ".join(tag.signal for tag in row.item.tags)),
    ("score", lambda row: round(row.score.value, 1)),
    ("why_now", lambda row: row.why_now),
    ("evidence", lambda row: row.evidence),
    ("deadline", lambda row: row.due),
    ("scope", lambda row: row.item.scope),
    ("seen_at", lambda row: row.item.seen_at),
)


def items(rows: Iterable[Row]) -> Iterator[str]:
    """One row an item and prospect."""
    yield from _table(_ITEM, rows)


def salesforce_task(rows: Iterable[Row]) -> Iterator[str]:
    """The fields of Salesforce's Task object; ``WhatId`` is filled where the accounts were given."""
    yield from _table(
        (
            ("Subject", lambda row: one_line(f"{row.company}: {row.item.title}", 255)),
            ("WhatId", lambda row: row.account.id if row.account else ""),
            ("Account Name", lambda row: row.company),
            ("Website", lambda row: row.domain),
            ("ActivityDate", lambda row: row.due or row.item.seen_at.date()),
            ("Status", lambda _row: "Not Started"),
            ("Priority", lambda row: "High" if row.score.value >= _HIGH else "Normal"),
            ("Description", _body),
        ),
        _of_companies(rows),
    )


def salesforce_note(rows: Iterable[Row]) -> Iterator[str]:
    """Title and body of notes, with the account that they belong to."""
    yield from _table(
        (
            ("Title", lambda row: one_line(row.item.title, 80)),
            ("ParentId", lambda row: row.account.id if row.account else ""),
            ("Account Name", lambda row: row.company),
            ("Website", lambda row: row.domain),
            ("Body", _body),
        ),
        _of_companies(rows),
    )


def salesforce_account(rows: Iterable[Row]) -> Iterator[str]:
    """One row an account: what leadline last saw, in custom fields of the account."""
    yield from _accounts(
        ("Id", "Name", "Website", "Leadline_Score__c", "Leadline_Last_Signal__c", "Leadline_Why_Now__c",
         "Leadline_Last_Date__c", "Leadline_Items__c", "Leadline_Stage__c"),
        rows,
    )  # fmt: skip


def hubspot_task(rows: Iterable[Row]) -> Iterator[str]:
    """The columns that HubSpot's task import maps by itself; companies are matched by domain."""
    yield from _table(
        (
            ("Task title", lambda row: one_line(f"{row.company}: {row.item.title}", 255)),
            ("Company domain name", lambda row: row.domain),
            ("Company name", lambda row: row.company),
            ("Record ID", lambda row: row.account.id if row.account else ""),
            ("Due date", lambda row: row.due or row.item.seen_at.date()),
            ("Task priority", lambda row: "HIGH" if row.score.value >= _HIGH else "MEDIUM"),
            ("Task status", lambda _row: "NOT_STARTED"),
            ("Notes", _body),
        ),
        _of_companies(rows),
    )


def hubspot_note(rows: Iterable[Row]) -> Iterator[str]:
    """Notes with the company that they belong to."""
    yield from _table(
        (
            ("Note body", lambda row: f"{row.item.title}\n{_body(row)}"),
            ("Activity date", lambda row: row.dated),
            ("Company domain name", lambda row: row.domain),
            ("Company name", lambda row: row.company),
            ("Record ID", lambda row: row.account.id if row.account else ""),
        ),
        _of_companies(rows),
    )


def hubspot_company(rows: Iterable[Row]) -> Iterator[str]:
    """One row a company: what leadline last saw, in properties of the company."""
    yield from _accounts(
        ("Record ID", "Company name", "Company domain name", "leadline_score", "leadline_last_signal",
         "leadline_why_now", "leadline_last_date", "leadline_items", "leadline_stage"),
        rows,
    )  # fmt: skip


def cell(value: Any) -> str:
    """A value as one cell that no spreadsheet runs: what looks like a formula begins with an apostrophe."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not isinstance(value, int | float) else text


def _accounts(names: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    values: tuple[Callable[[tuple[Row, int]], Any], ...] = (
        lambda each: each[0].account.id if each[0].account else "",
        lambda each: each[0].company,
        lambda each: each[0].domain,
        lambda each: round(each[0].score.value, 1),
        lambda each: one_line(each[0].item.title, 255),
        lambda each: each[0].why_now,
        lambda each: each[0].dated.date(),
        lambda each: each[1],
        lambda each: each[0].prospect.stage if each[0].prospect else "",
    )
    yield _line(names)
    for each in latest_by_prospect(rows):
        yield _line([value(each) for value in values])


def _of_companies(rows: Iterable[Row]) -> Iterator[Row]:
    """A CRM can take nothing that belongs to no company."""
    return (row for row in rows if row.prospect is not None)


def _body(row: Row) -> str:
    parts = (row.why_now, f"Why: {row.evidence}" if row.evidence else "", f"Source: {row.source}", row.link)
    return "\n".join(part for part in parts if part)


def _table(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    yield _line([name for name, _ in columns])
    for row in rows:
        yield _line([value(row) for _, value in columns])


def _line(values: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([cell(value) for value in values])
    return out.getvalue()
