"""One row of an export: an item for one of its prospects, with its score and the reason to call. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from aggregator.model import Item, Prospect, Score, Tag
from aggregator.pipeline.names import folded, without_legal_form
from aggregator.tagging.signals import SIGNAL
from feeds.text import one_line, safe_link


@dataclass(frozen=True, slots=True)
class Account:
    """A company as the CRM knows it."""

    id: str
    name: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An item for one prospect, or for none."""

    item: Item
    prospect: Prospect | None
    score: Score
    source: str
    """What the source is called."""
    account: Account | None = None
    """The CRM's record of the prospect, where its export was given and names it."""

    @property
    def company(self) -> str:
        """The account's name as the CRM writes it, else the prospect's."""
        return (self.account.name if self.account else "") or (one_line(self.prospect.name) if self.prospect else "")

    @property
    def domain(self) -> str:
        """The account's web domain."""
        return self.prospect.domain if self.prospect else ""

    @property
    def link(self) -> str:
        """The item's address, where it may be opened."""
        return safe_link(self.item.link)

    @property
    def why_now(self) -> str:
        """The play of the strongest signal."""
        signals = [SIGNAL[tag.signal] for tag in self.item.tags if tag.signal in SIGNAL]
        return max(signals, key=lambda signal: signal.weight).why_now if signals else ""

    @property
    def evidence(self) -> str:
        """Each content type with the words that earned it."""
        return "; ".join(f"{tag.type}: {_words(tag)}" for tag in self.item.tags)

    @property
    def due(self) -> date | None:
        """The first deadline that the item names."""
        return min((fact.day for fact in self.item.facts if fact.kind == "deadline" and fact.day), default=None)

    @property
    def dated(self) -> datetime:
        """When it happened."""
        return self.item.dated


def _words(tag: Tag) -> str:
    where = tag.evidence.field or tag.evidence.where
    return f"“{one_line(tag.evidence.text, 120)}” ({where})"


def accounts_by_prospect(accounts: Iterable[Account], prospects: Iterable[Prospect]) -> Mapping[str, Account]:
    """Which account is which prospect: by domain, then by name without its legal form; none where several are."""
    by_domain: dict[str, list[Account]] = {}
    by_name: dict[tuple[str, ...], list[Account]] = {}
    for account in accounts:
        if account.domain:
            by_domain.setdefault(bare_domain(account.domain), []).append(account)
        if account.name:
            by_name.setdefault(tuple(without_legal_form(folded(account.name))), []).append(account)
    found = {}
    for prospect in prospects:
        same = by_domain.get(bare_domain(prospect.domain), []) if prospect.domain else []
        names = (prospect.name, *prospect.aliases)
        same = same or [a for name in names for a in by_name.get(tuple(without_legal_form(folded(name))), [])]
        if len({account.id for account in same}) == 1:
            found[prospect.id] = same[0]
    return found


def bare_domain(written: str) -> str:
    """A domain from a domain or an address: ``https://www.Acme.com/x`` → ``acme.com``."""
    return written.strip().lower().rpartition("://")[2].split("/")[0].removeprefix("www.")


def latest_by_prospect(rows: Iterable[Row]) -> Iterator[tuple[Row, int]]:
    """Of each prospect its best row, and how many it has; rows without a prospect are left out."""
    best: dict[str, Row] = {}
    count: dict[str, int] = {}
    for row in rows:
        if row.prospect is None:
            continue
        key = row.prospect.id
        count[key] = count.get(key, 0) + 1
        if key not in best or (row.score.value, row.dated) > (best[key].score.value, best[key].dated):
            best[key] = row
    for key, row in best.items():
        yield row, count[key]
