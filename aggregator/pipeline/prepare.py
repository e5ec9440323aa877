"""Entries → items: cleaned, keyed, matched to prospects and tagged with evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from aggregator.model import Fact, Item, Match, Tag
from aggregator.pipeline.computed import computed_tags
from aggregator.pipeline.normalize import (
    MAX_FIELD,
    canonical_link,
    clean_field,
    content_hash,
    digest,
    keys,
    moment,
    text_of,
    title_of,
    without_tracking,
)
from aggregator.pipeline.procurements import told
from aggregator.pipeline.prospects import ProspectMatcher
from aggregator.pipeline.roles import with_roles
from aggregator.tagging.facts import find_facts
from aggregator.tagging.tagger import Tagger
from feeds.model import Entry, Page, Source
from feeds.text import one_line

MAX_CATEGORIES = 50
MAX_ENCLOSURES = 20
LATE = timedelta(days=30)
"""A dated entry that turns up older than this after the first poll is a source's back catalogue, not news."""


@dataclass(frozen=True, slots=True)
class Preparer:
    """What preparing needs: the rules and the prospects, compiled once."""

    tagger: Tagger
    matcher: ProspectMatcher
    version: str
    """Changes when rules or prospects change; stored with each item."""

    def decide_meaning(self, item: Item, source: Source) -> Item:
        """The item with its matches, tags and facts made anew by the present rules and prospects."""
        matches, tags, facts = self._meaning(item.title, item.text, item.fields, source, item.dated)
        return with_roles(replace(item, matches=matches, tags=tags, facts=facts, rules_version=self.version))

    def prepare_page(
        self,
        page: Page[Entry],
        source: Source,
        now: datetime,
        *,
        first: bool,
        new_within: float,
        known: Mapping[str, str] = MappingProxyType({}),
    ) -> Page[Item]:
        """All entries of a page as items, each identity once, the more complete of two alike kept.

        One that stands in ``known`` (key → content hash) as it is gets no matches and tags: it will not be stored.
        The items stand latest first, each told where it stands in lists: a first poll's where they happened (without
        a date: behind all news); later ones at the poll that brought them, a microsecond apart so that they keep their
        order.
        """
        news_from = now - (timedelta(seconds=new_within) if first else LATE)
        ranked = sorted(_drafts(page.entries, now), key=lambda draft: draft.dated, reverse=True)
        listed = (
            (draft.dated if draft.date else news_from) if first else now - timedelta(microseconds=number)
            for number, draft in enumerate(ranked)
        )
        return Page(
            entries=tuple(
                self._item(
                    draft, source, now, listed_at, is_news=_is_news(draft.date, news_from, first=first), known=known
                )
                for draft, listed_at in zip(ranked, listed, strict=True)
            ),
            info=page.info,
            rhythm=page.rhythm,
            problems=tuple(one_line(each, MAX_FIELD) for each in page.problems),
            next=page.next,
            cursor=page.cursor,
        )

    def _item(
        self,
        draft: _Draft,
        source: Source,
        now: datetime,
        listed_at: datetime,
        *,
        is_news: bool,
        known: Mapping[str, str],
    ) -> Item:
        """One entry as an item, made in one go: a frozen dataclass is dear to make anew with each field."""
        entry, title, text = draft.entry, draft.title, draft.text
        fields = {one_line(name, 100): clean_field(value) for name, value in entry.fields.items()}
        hashed = content_hash(title, text, entry.link, told(fields) if fields else ())
        matches: tuple[Match, ...] = ()
        tags: tuple[Tag, ...] = ()
        facts: tuple[Fact, ...] = ()
        is_known = known.get(draft.key) == hashed
        if not is_known:
            matches, tags, facts = self._meaning(title, text, fields, source, draft.dated)
        item = Item(
            id=digest(source.id, draft.key),
            source=source.id,
            title=title,
            link=draft.link,
            text=text,
            key=draft.key,
            twin_key=draft.twin,
            content_hash=hashed,
            seen_at=now,
            listed_at=listed_at,
            published=draft.published,
            updated=draft.updated,
            author=one_line(entry.author, 200),
            categories=tuple(one_line(each, 200) for each in entry.categories[:MAX_CATEGORIES]),
            enclosures=entry.enclosures[:MAX_ENCLOSURES],
            language=one_line(entry.language, 40),
            fields=fields,
            scope=source.scope,
            source_class=source.source_class,
            is_news=is_news,
            tags=tags,
            matches=matches,
            facts=facts,
            rules_version="" if is_known else self.version,
        )
        return item if is_known else with_roles(item)

    def _meaning(
        self, title: str, text: str, fields: Mapping[str, Any], source: Source, dated: datetime
    ) -> tuple[tuple[Match, ...], tuple[Tag, ...], tuple[Fact, ...]]:
        """Matches, tags and facts.

        Facts are looked for only in what concerns a prospect or has a content type: nobody asks for them elsewhere.
        """
        matches = self.matcher.match(title, text, fields=fields, source_prospect=source.prospect)
        tags = computed_tags(fields) or self.tagger.tag(title, text, fields=fields, declared=source.types)
        facts = find_facts(title, text, fields=fields, dated=dated.date()) if matches or tags else ()
        return matches, tags, facts


@dataclass(frozen=True, slots=True)
class _Draft:
    """One entry, cleaned and keyed, before anything is made of what it says."""

    entry: Entry
    title: str
    text: str
    link: str
    key: str
    twin: str
    published: datetime | None
    updated: datetime | None
    dated: datetime
    """When it happened as far as is known, never later than now."""

    @property
    def date(self) -> datetime | None:
        """The date that the entry gives, if any."""
        return self.published or self.updated

    def rank(self) -> tuple[datetime, int, str, str, str]:
        """Of two entries with one identity the later one is kept, then the longer one; never by their order."""
        dated = self.updated or self.published or datetime.min.replace(tzinfo=self.dated.tzinfo)
        return dated, len(self.text), self.text, self.title, self.link


def _drafts(entries: Sequence[Entry], now: datetime) -> Iterable[_Draft]:
    """Every entry of a document, each identity once."""
    trust = Trust.of(entries)
    drafts: dict[str, _Draft] = {}
    for entry in entries:
        text = text_of(entry)
        title = title_of(entry, text)
        key, twin = keys(entry, title, text, trust_id=trust.ids(entry), trust_link=trust.links(entry))
        published, updated = moment(entry.published, now), moment(entry.updated, now)
        dated = min(published or updated or now, now)
        draft = _Draft(entry, title, text, without_tracking(entry.link), key, twin, published, updated, dated)
        kept = drafts.get(key)
        if kept is None or draft.rank() > kept.rank():
            drafts[key] = draft
    return drafts.values()


@dataclass(frozen=True, slots=True)
class Trust:
    """Which ids and links of one document stand for one entry only."""

    shared_ids: frozenset[str]
    shared_links: frozenset[str]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Trust:
        """An id that entries of different links and titles share is not trusted; nor such a link without ids."""
        return cls(
            shared_ids=_shared((entry.id, (entry.link, entry.title)) for entry in entries if entry.id),
            shared_links=_shared((canonical_link(e.link), (e.title,)) for e in entries if e.link and not e.id),
        )

    def ids(self, entry: Entry) -> bool:
        """Whether the entry's id is its own."""
        return entry.id not in self.shared_ids

    def links(self, entry: Entry) -> bool:
        """Whether the entry's link is its own."""
        return not self.shared_links or canonical_link(entry.link) not in self.shared_links


def _shared(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> frozenset[str]:
    seen: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for name, rest in pairs:
        seen[name].add(rest)
    return frozenset(name for name, rests in seen.items() if len(rests) > 1)


def _is_news(date: datetime | None, news_from: datetime, *, first: bool) -> bool:
    """Whether an entry of a date is news; without one it is, but not on a first poll."""
    return date >= news_from if date is not None else not first
