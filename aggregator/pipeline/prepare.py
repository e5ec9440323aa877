"""Entries → items: cleaned, keyed, matched to prospects and tagged with evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from aggregator.model import Item
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

    def prepare(
        self,
        entry: Entry,
        source: Source,
        now: datetime,
        *,
        trust: Trust,
        news_from: datetime,
        known: Mapping[str, str] = MappingProxyType({}),
    ) -> Item:
        """One entry as an item. ``news_from`` is the date from which an entry counts as news.

        One that stands in ``known`` (key → content hash) as it is gets no matches and tags: it will not be stored.
        """
        title, text = title_of(entry), text_of(entry)
        key, twin = keys(entry, title, text, trust_id=trust.ids(entry), trust_link=trust.links(entry))
        fields = {one_line(name, 100): clean_field(value) for name, value in entry.fields.items()}
        published, updated = moment(entry.published, now), moment(entry.updated, now)
        item = Item(
            id=digest(source.id, key),
            source=source.id,
            title=title,
            link=without_tracking(entry.link),
            text=text,
            key=key,
            twin_key=twin,
            content_hash=content_hash(title, text, entry.link, told(fields)),
            seen_at=now,
            published=published,
            updated=updated,
            author=one_line(entry.author, 200),
            categories=tuple(one_line(each, 200) for each in entry.categories[:MAX_CATEGORIES]),
            enclosures=entry.enclosures[:MAX_ENCLOSURES],
            language=one_line(entry.language, 40),
            fields=fields,
            scope=source.scope,
            source_class=source.source_class,
            is_news=_is_news(published or updated, news_from),
        )
        return item if known.get(key) == item.content_hash else self.decide_meaning(item, source)

    def decide_meaning(self, item: Item, source: Source) -> Item:
        """The item with its matches, tags and facts made anew by the present rules and prospects.

        Facts are looked for only in what concerns a prospect or has a content type: nobody asks for them elsewhere.
        """
        title, text, fields = item.title, item.text, item.fields
        matches = self.matcher.match(title, text, fields=fields, source_prospect=source.prospect)
        tags = computed_tags(fields) or self.tagger.tag(title, text, fields=fields, declared=source.types)
        return with_roles(
            replace(
                item,
                matches=matches,
                tags=tags,
                facts=find_facts(title, text, fields=fields, dated=item.dated.date()) if matches or tags else (),
                rules_version=self.version,
            )
        )

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
        """All entries of a page as items, each identity once, the more complete of two alike kept."""
        trust = Trust.of(page.entries)
        news_from = now - (timedelta(seconds=new_within) if first else LATE)
        items: dict[str, Item] = {}
        for entry in page.entries:
            item = self.prepare(entry, source, now, trust=trust, news_from=news_from, known=known)
            if first and _date(item) is None:
                item = replace(item, is_news=False)
            kept = items.get(item.key)
            if kept is None or _rank(item) > _rank(kept):
                items[item.key] = item
        return Page(
            entries=_listed(items.values(), now, first=first, undated=news_from),
            info=page.info,
            rhythm=page.rhythm,
            problems=tuple(one_line(each, MAX_FIELD) for each in page.problems),
            next=page.next,
            cursor=page.cursor,
        )


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


def _rank(item: Item) -> tuple[datetime, int, str, str, str]:
    """Of two entries with one identity the later one is kept, then the longer one; never by their order."""
    return (
        item.updated or item.published or datetime.min.replace(tzinfo=item.seen_at.tzinfo),
        len(item.text),
        item.text,
        item.title,
        item.link,
    )


def _listed(items: Iterable[Item], now: datetime, *, first: bool, undated: datetime) -> tuple[Item, ...]:
    """The items, latest first, each told where it stands in lists.

    A first poll's items stand where they happened (without a date: behind all news); later ones stand at the poll that
    brought them, a microsecond apart so that they keep their order.
    """
    ranked = sorted(items, key=lambda item: item.dated, reverse=True)
    if first:
        return tuple(replace(each, listed_at=each.dated if _date(each) else undated) for each in ranked)
    return tuple(replace(each, listed_at=now - timedelta(microseconds=n)) for n, each in enumerate(ranked))


def _date(item: Item) -> datetime | None:
    return item.published or item.updated


def _is_news(dated: datetime | None, news_from: datetime) -> bool:
    return dated is None or dated >= news_from
