"""Rows for an export, without what must stay inside; what left is entered in the ledger."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.errors import LeadlineError
from aggregator.exports.rows import Account, Row, accounts_by_prospect
from aggregator.model import MATCH_THRESHOLD, Item
from feeds.text import one_line

if TYPE_CHECKING:
    from aggregator.core import Aggregator

MAX_ACCOUNTS = 1_000_000
"""Rows read of a CRM's export."""
_ID = ("id", "account id", "accountid", "record id", "company id", "hs_object_id")
_NAME = ("name", "account name", "company", "company name", "organization", "organisation")
_DOMAIN = ("website", "domain", "company domain name", "web site", "url", "account website")


@dataclass(slots=True)
class Export:
    """One export under way: iterate over it, then see what was withheld."""

    aggregator: Aggregator
    query: str
    limit: int = 0
    internal: bool = False
    accounts: Mapping[str, Account] | None = None
    """Prospect → the CRM's record."""
    written: int = 0
    withheld: int = 0
    """Items of internal scope that stayed inside."""

    def __iter__(self) -> Iterator[Row]:
        for item in self.aggregator.search(self.query, limit=self.limit):
            if item.scope == "internal" and not self.internal:
                self.withheld += 1
                continue
            for row in self._rows(item):
                self.written += 1
                yield row

    def _rows(self, item: Item) -> Iterator[Row]:
        sure = {match.prospect for match in item.matches if match.confidence >= MATCH_THRESHOLD}
        source = self.aggregator.source_name(item.source)
        scores = self.aggregator.scores(item)
        found = [(prospect, score) for prospect, score in scores if prospect is not None and prospect.id in sure]
        if not found:
            yield Row(item, None, scores[0][1], one_line(source))
        for prospect, score in found:
            account = self.accounts.get(prospect.id) if self.accounts else None
            yield Row(item, prospect, score, one_line(source), account)


def read_accounts(path: Path) -> list[Account]:
    """The accounts of a CRM's export: CSV with an id, and a name or a website. Raises LeadlineError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
            chosen = [_column(columns, names) for names in (_ID, _NAME, _DOMAIN)]
            if chosen[0] is None or not any(chosen[1:]):
                raise LeadlineError(
                    f"{path}: no columns for an account's id and its name or website",
                    hint=f"one of {', '.join(_ID[:3])}; one of {', '.join(_NAME[:3])} or {', '.join(_DOMAIN[:2])}",
                )
            found = []
            for number, row in enumerate(reader):
                if number >= MAX_ACCOUNTS:
                    break
                id_, name, domain = ((one_line(row.get(column) or "", 400) if column else "") for column in chosen)
                if id_:
                    found.append(Account(id_, name, domain))
            return found
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a CSV file in UTF-8"
        raise LeadlineError(f"{path} cannot be read: {reason}", hint="export accounts as CSV (UTF-8)") from None


def matched(accounts: Sequence[Account], aggregator: Aggregator) -> Mapping[str, Account]:
    """Prospect → its account."""
    return accounts_by_prospect(accounts, aggregator.catalog.prospects)


def _column(columns: Mapping[str, str], names: Sequence[str]) -> str | None:
    return next((columns[name] for name in names if name in columns), None)
