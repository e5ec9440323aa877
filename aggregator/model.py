"""Nouns of keeping and deciding: prospects, items, tags, matches, triage, and what the store is asked.

All times are aware UTC datetimes; all durations are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct, field

from feeds.model import Enclosure, FetchState, Source

STAGES = ("prospecting", "qualifying", "pricing", "proposing", "negotiating", "closing", "delivering", "servicing")
"""The eight stages of a sale, in order."""

TRIAGE_STATES = ("new", "kept", "qualified", "handed_over", "snoozed", "dismissed")
"""What a rep can make of an item. Dismissed is hidden, never deleted."""

KEPT_STATES = ("kept", "qualified", "handed_over")
"""Those by which the rep says that an item was worth it."""

DEED_KINDS = ("share", "assign", "answer", "pin", "thank", "stage", "view", "left")
"""What a team does beside triage: share an item (value: the words that go with it), assign it (an owner), mark that it
was answered, pin it, thank its finder, move a prospect to a stage, save a query under a name; and what left the
machine."""

PERSONAL_DEEDS = ("pin", "thank", "view")
"""Those that each rep does for himself; the others hold for the team."""

MARKS = ("shared", "answered", "pinned", "noted", "owned")
"""What a query may ask of items beside their triage state."""

MATCH_THRESHOLD = 0.5
"""Matches less sure than this are kept and shown as doubtful, and never reach a digest."""


class Prospect(Struct, frozen=True):
    """One account that is sold to."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    domain: str = ""
    stage: str = "prospecting"
    identifiers: Mapping[str, str] = field(default_factory=dict)
    """``cik``, ``ticker``, ``uei``, ``company_number``, ``lei``, … → value."""
    require: tuple[str, ...] = ()
    """Words of which one must stand near a name in text before it counts."""
    exclude: tuple[str, ...] = ()
    """Words that show that another company of that name is meant."""


class Evidence(Struct, frozen=True):
    """What earned a tag or a match: the words and where they stand, or the field and its value."""

    where: str
    """``correction`` (a rep's own word), ``field``, ``source``, ``title``, ``body`` or ``default``: the order in which
    evidence counts."""
    text: str
    """The exact words of the title or body, or the field's value."""
    start: int = -1
    """First character in ``Item.title`` or ``Item.text``; -1 where no text is pointed at."""
    end: int = -1
    field: str = ""


class Tag(Struct, frozen=True):
    """One content type that an item has, and why."""

    type: str
    signal: str
    """``strategy.ma``, …; equal to the type where only the type is known."""
    evidence: Evidence
    rule: str
    pack: str
    confidence: float
    """0 to 1."""
    phase: str = ""
    """``rumoured``, ``planned``, ``announced``, ``completed``, ``cancelled`` or empty."""


class Match(Struct, frozen=True):
    """One prospect that an item speaks of, and why."""

    prospect: str
    why: str
    """``identifier``, ``source``, ``name``, ``alias`` or ``correction``."""
    evidence: Evidence
    confidence: float
    """0 to 1."""
    about: bool
    """Whether the item is about the prospect; else it only mentions it."""


FACT_KINDS = ("amount", "percent", "date", "deadline", "effective", "end", "joins", "leaves", "person")
"""What a fact can be: money; a share; a day, of which nothing more is known; by when something must be handed in;
from when something holds; when a contract ends; who takes a post, leaves one, holds one."""


class Fact(Struct, frozen=True):
    """One thing that an item says in figures or names, as a typed value with where it stands."""

    kind: str
    """One of ``FACT_KINDS``."""
    text: str
    """The exact words, or the field's value."""
    where: str
    """``field``, ``title`` or ``body``."""
    start: int = -1
    """First character in ``Item.title`` or ``Item.text``; -1 for a field."""
    end: int = -1
    field: str = ""
    number: float | None = None
    """Of an amount, in whole units of its currency; of a percentage, in percent."""
    currency: str = ""
    """ISO 4217 of an amount; ``$`` where only the sign is known to be some dollar, empty where none is told."""
    day: date | None = None
    """Of a date, deadline, effective day or end."""
    person: str = ""
    role: str = ""
    """What the person is, was or becomes, as written."""

    @property
    def value(self) -> float | date | str | None:
        """The number, the day or the person, whichever it has."""
        return self.number if self.number is not None else self.day or self.person or None


class Item(Struct, frozen=True):
    """One entry after preparation: clean, matched, tagged, keyed."""

    id: str
    """16 hex digits, from the source and the entry's identity: the same in every store."""
    source: str
    title: str
    link: str
    text: str
    """Plain text of the body, paragraphs apart by a blank line, bounded."""
    key: str
    """Identity in its source: by guid, else link, else content. 16 hex digits."""
    twin_key: str
    """Second identity, by link and title, for sources whose guids cannot be trusted. 16 hex digits."""
    content_hash: str
    """Of what a reader would see; another value means an edit."""
    seen_at: datetime
    """When it was first stored."""
    listed_at: datetime | None = None
    """Where it stands in lists: when it happened, for what a source already had when it was first polled; else (and
    where None) when it was first seen."""
    published: datetime | None = None
    updated: datetime | None = None
    author: str = ""
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    language: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    scope: str = "external"
    source_class: str = "public"
    is_news: bool = True
    """False for what a source already had, old, when it was first polled: stored, searchable, not shown as new."""
    tags: tuple[Tag, ...] = ()
    matches: tuple[Match, ...] = ()
    facts: tuple[Fact, ...] = ()
    rules_version: str = ""
    """Which rules and prospects tagged and matched it."""
    versions: int = 0
    """How many former versions are kept."""

    @property
    def listed(self) -> datetime:
        """Where it stands in lists."""
        return self.listed_at or self.seen_at

    @property
    def dated(self) -> datetime:
        """When it happened as far as is known: published, else updated, never later than it was seen."""
        return min(self.published or self.updated or self.seen_at, self.seen_at)


class Version(Struct, frozen=True):
    """A former text of an item, and its fields then."""

    item: str
    replaced_at: datetime
    title: str
    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)


class Known(Struct, frozen=True):
    """What the store already has under an identity."""

    id: str
    key: str
    twin_key: str
    content_hash: str
    versions: int
    published: datetime | None = None


class Claim(Struct, frozen=True):
    """The right to poll one source until ``until``, given to one worker."""

    source: Source
    worker: str
    until: datetime
    state: FetchState


class Batch(Struct, frozen=True):
    """What one poll of one source brought; stored whole or not at all, together with the source's new state."""

    source_id: str
    worker: str
    state: FetchState
    new: tuple[Item, ...] = ()
    changed: tuple[Item, ...] = ()
    """Items whose ``id`` is stored and whose content differs."""
    url: str = ""
    """The source's address when it was claimed; of one that has another by now the state is not stored. Empty: any."""


class Applied(Struct, frozen=True):
    """What storing a batch did."""

    source_id: str
    new: int = 0
    changed: int = 0
    lost: bool = False
    """The claim had run out and another worker has it: nothing was stored."""


class SourceStatus(Struct, frozen=True):
    """A source as the store knows it."""

    source: Source
    state: FetchState
    items: int
    retired: bool = False
    claimed_by: str = ""


class Synced(Struct, frozen=True):
    """What taking over a list of sources changed."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()


class Query(Struct, frozen=True):
    """Which items, in which order. Empty fields do not restrict."""

    words: str = ""
    """Full text: words that must all occur; ``"quoted words"`` as a phrase, ``-word`` must not occur."""
    prospects: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """Content types or signals; any of them."""
    not_types: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    """Triage states of ``rep``; empty means all but dismissed."""
    rep: str = ""
    seen_from: datetime | None = None
    dated_from: datetime | None = None
    dated_to: datetime | None = None
    news_only: bool = False
    tagged: bool | None = None
    matched: bool | None = None
    scope: str = ""
    score_from: float | None = None
    """Only what is scored higher; scores are made on reading, so that stores pass over this."""
    score_to: float | None = None
    limit: int = 50
    after: str = ""
    """The ``next`` of the page before."""
    now: datetime | None = None
    """A snoozed item whose ``until`` is not after this counts as new; None lets every snooze last."""
    owner: str = ""
    """The rep whom the item is assigned to."""
    marks: tuple[str, ...] = ()
    """All of these ``MARKS``: ``noted`` is by a note that ``rep`` may read, ``pinned`` by a pin of his."""


class ItemPage(Struct, frozen=True):
    """A page of items, latest listed first."""

    items: tuple[Item, ...]
    next: str = ""
    """Where the following page starts; empty on the last."""


class Verdict(Struct, frozen=True):
    """What one rep made of one item."""

    item: str
    rep: str
    state: str
    at: datetime
    until: datetime | None = None
    """A snoozed item is new again from then on."""


class Note(Struct, frozen=True):
    """What a rep wrote on an item or on a prospect; private unless shared."""

    id: str
    item: str
    """Empty for a note on a prospect."""
    rep: str
    text: str
    at: datetime
    visibility: str = "private"
    """``private``, ``shared`` or ``removed`` (kept, shown to nobody)."""
    prospect: str = ""


class Deed(Struct, frozen=True):
    """One thing that a rep did for his team or himself; what he takes back is another deed."""

    kind: str
    """One of ``DEED_KINDS``."""
    subject: str
    """An item's id; for a stage a prospect's, for a view its name."""
    rep: str
    value: str
    """What holds from now on; empty takes it back."""
    at: datetime
    cites: str = ""
    """The item that it was done for, such as the one that a stage move follows from."""

    @property
    def holder(self) -> str:
        """For whom it holds: the rep himself, or empty for the whole team."""
        return self.rep if self.kind in PERSONAL_DEEDS else ""


class Standing(Struct, frozen=True):
    """What holds of a subject after all deeds, and who was the first."""

    deed: Deed
    """The latest."""
    first_rep: str
    """Who first did it: the finder of a shared item. Never changes again."""
    first_at: datetime


DELIVERY_STATES = ("sending", "sent", "failed", "unconfirmed")
"""What became of a delivery: it is under way (or its process died), it arrived, it did not, nobody knows."""


class Delivery(Struct, frozen=True):
    """One message to one target: entered before it is sent, settled afterwards."""

    id: str
    """The key by which a receiver knows a repetition."""
    channel: str
    """What goes to whom for whom, such as ``digest ops jo``: on one channel one delivery is under way at a time."""
    what: str
    """``digest`` or ``alert``."""
    target: str
    rep: str
    at: datetime
    through: datetime
    """Up to when it tells what was new; the next one of its channel begins there."""
    items: tuple[str, ...] = ()
    """Of a digest the items seen shortly before ``through``, which the next must not tell again; of an alert all."""
    worker: str = ""
    """The process that sends it."""
    state: str = "sending"
    """One of ``DELIVERY_STATES``."""
    done_at: datetime | None = None
    words: str = ""
    """Why it failed, or what it held."""


class AlertEntry(Struct, frozen=True):
    """What an alert made of one item, and why."""

    alert: str
    rep: str
    item: str
    at: datetime
    decision: str
    """``sent``, ``summary`` (sent, with others in one message), ``held`` (over the rate limit, to come), ``failed``
    (to be tried again), ``known`` (its story was told, and nothing material is new) or ``withheld`` (internal)."""
    why: str
    told: Mapping[str, str] = field(default_factory=dict)
    """What the story tells by now that would be material if it changed: ``phase``, ``amount``, ``deadline``."""
    delivery: str = ""
    """Id of the delivery that it went with."""


class Document(Struct, frozen=True):
    """A local copy of what an item links to or carries."""

    item: str
    url: str
    """The address that was asked."""
    sha256: str
    """Of the bytes, in hex; names the file that holds them."""
    name: str
    """What to call the file where it is handed on; harmless on every system."""
    media_type: str
    size: int
    """Bytes."""
    fetched_at: datetime
    rep: str
    """Who had it copied."""


class Question(Struct, frozen=True):
    """A qualifying question that evidence of a content type or signal answers."""

    id: str
    type: str
    """A content type or signal."""
    question: str
    why: str = ""
    pack: str = ""


FACETS = ("all", "signal", "source", "pack", "prospect")
"""By what a report counts."""


class Tally(Struct, frozen=True):
    """What came under one signal, source, pack or prospect, and what all reps together made of it."""

    key: str
    n: int
    """Items."""
    kept: int
    """Verdicts by which an item was kept, qualified or handed over."""
    dismissed: int
    corrections: int
    median_seconds: float | None
    """From first seen to its verdict, of ``decided`` verdicts; None where there is none."""
    weeks: Mapping[date, int] = field(default_factory=dict)
    """Monday → items listed in that week."""
    kept_weeks: Mapping[date, int] = field(default_factory=dict)
    """Monday → verdicts given in that week by which an item was kept."""

    @property
    def decided(self) -> int:
        """Verdicts that say whether it was worth it."""
        return self.kept + self.dismissed

    @property
    def kept_ratio(self) -> float | None:
        """Share of verdicts that kept; None where there is no verdict."""
        return self.kept / self.decided if self.decided else None


class Correction(Struct, frozen=True):
    """One rep's word on what an item means; it counts for him before any rule."""

    item: str
    rep: str
    subject: str
    """``tag`` or ``prospect``."""
    value: str
    """A content type or signal; a prospect's id."""
    holds: bool
    """Whether the item has the tag, or concerns the prospect; else it has not, or does not."""
    at: datetime


class Reason(Struct, frozen=True):
    """One term of a score."""

    words: str
    factor: float


class Score(Struct, frozen=True):
    """0 to 100, with the terms that it is the product of."""

    value: float
    reasons: tuple[Reason, ...] = ()
