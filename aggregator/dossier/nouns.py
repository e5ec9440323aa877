"""Nouns of call sheets and dossiers: plain values only, so that JSON is written from them as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from aggregator.model import Deed, Document, Item, Note, Prospect, Question, SourceStatus, Standing, Verdict, Version
from feeds.model import Source


class Gathered(msgspec.Struct, frozen=True):
    """Everything that is stored of one prospect, before it is decided what may be told."""

    prospect: Prospect
    rep: str
    now: datetime
    items: Sequence[Item] = ()
    versions: Mapping[str, Sequence[Version]] = msgspec.field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = msgspec.field(default_factory=dict)
    """The rep's own, by item."""
    notes: Sequence[Note] = ()
    """Those that the rep may read."""
    private_notes: Mapping[str, int] = msgspec.field(default_factory=dict)
    """Rep → how many private notes he has; what they say is not here."""
    shares: Mapping[str, Standing] = msgspec.field(default_factory=dict)
    owners: Mapping[str, str] = msgspec.field(default_factory=dict)
    keepers: Mapping[str, Sequence[str]] = msgspec.field(default_factory=dict)
    """Item → the reps who kept it."""
    moves: Sequence[Deed] = ()
    """Of the prospect's stage, oldest first."""
    touches: Sequence[Deed] = ()
    """What the rep did to the prospect or its items beside triage."""
    pinned: frozenset[str] = frozenset()
    documents: Sequence[Document] = ()
    sources: Mapping[str, Source] = msgspec.field(default_factory=dict)
    statuses: Sequence[SourceStatus] = ()
    questions: Sequence[Question] = ()
    first_stage: str = ""
    """The stage before any move."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """What stayed inside."""

    internal_items: int = 0
    private_notes: int = 0
    other: int = 0
    """Shared notes, copies and citations that hang on internal items."""

    @property
    def total(self) -> int:
        """All of it."""
        return self.internal_items + self.private_notes + self.other

    @property
    def words(self) -> str:
        """The line that every sheet carries."""
        parts = [
            f"{count} {one if count == 1 else many}"
            for count, one, many in (
                (self.internal_items, "internal item", "internal items"),
                (self.private_notes, "private note", "private notes"),
                (self.other, "other that hangs on them", "others that hang on them"),
            )
            if count
        ]
        return f"Withheld: {', '.join(parts)}." if parts else "Nothing was withheld."


@dataclass(frozen=True, slots=True)
class Ref:
    """An item as evidence: enough to find and open it."""

    item: str
    title: str
    link: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One story of the timeline, or one that is new."""

    ref: Ref
    types: tuple[str, ...]
    signals: tuple[str, ...]
    stage: str
    """The stage that the sale was in."""
    why: str
    sources: tuple[str, ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known to one question: evidence, the latest first; none is a gap."""

    question: str
    type: str
    """The content type that it stands under."""
    topic: str
    """What it is about, in a word or three."""
    why: str
    evidence: tuple[Ref, ...] = ()
    is_old: bool = False
    """Whether the latest is older than a year."""

    @property
    def is_known(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.evidence)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a post, as last told."""

    name: str
    role: str
    state: str
    """``joins``, ``leaves`` or ``in post``."""
    ref: Ref


@dataclass(frozen=True, slots=True)
class Procurement:
    """One procurement as it stands."""

    title: str
    stage: str
    is_open: bool
    deadline: date | None
    days_left: int | None
    value: str
    suppliers: tuple[str, ...]
    changes: tuple[str, ...]
    notices: int
    ref: Ref


@dataclass(frozen=True, slots=True)
class End:
    """A contract that ends."""

    day: date
    days: int
    ref: Ref


@dataclass(frozen=True, slots=True)
class Risk:
    """What may harm the deal."""

    kind: str
    why: str
    ref: Ref


@dataclass(frozen=True, slots=True)
class Commitment:
    """A sum or a day that somebody is bound to."""

    kind: str
    value: str
    words: str
    ref: Ref


@dataclass(frozen=True, slots=True)
class Copy:
    """A pinned or copied document; without a hash there is no local copy."""

    ref: Ref
    url: str = ""
    name: str = ""
    media_type: str = ""
    size: int = 0
    sha256: str = ""
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A note that its writer released."""

    rep: str
    at: datetime
    text: str
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A change of the sale's stage."""

    at: datetime
    rep: str
    stage: str
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class Knower:
    """Whom to ask: what he found, noted, kept and owns."""

    rep: str
    found: int = 0
    noted: int = 0
    kept: int = 0
    owns: int = 0
    moved: int = 0
    items: tuple[Ref, ...] = ()
    """What he found or owns."""


@dataclass(frozen=True, slots=True)
class Brief:
    """One page before a call."""

    prospect: str
    name: str
    stage: str
    rep: str
    made_at: datetime
    since: datetime
    since_why: str
    changes: tuple[Event, ...]
    answers: tuple[Answer, ...]
    people: tuple[Person, ...]
    procurements: tuple[Procurement, ...]
    ends: tuple[End, ...]
    risks: tuple[Risk, ...]
    """Only at negotiating and closing."""
    ask: tuple[str, ...]
    remarks: tuple[Remark, ...]
    coverage: tuple[str, ...]
    withheld: Withheld


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that was gathered of a prospect and may be handed on."""

    prospect: str
    name: str
    domain: str
    stage: str
    rep: str
    made_at: datetime
    to: str
    """For whom; empty for a dossier of no addressee."""
    moves: tuple[Move, ...]
    timeline: tuple[Event, ...]
    untold: int
    """Items that are not in the timeline: without a content type and untouched, or dismissed."""
    copies: tuple[Copy, ...]
    remarks: tuple[Remark, ...]
    people: tuple[Person, ...]
    commitments: tuple[Commitment, ...]
    procurements: tuple[Procurement, ...]
    ends: tuple[End, ...]
    risks: tuple[Risk, ...]
    answers: tuple[Answer, ...]
    knowers: tuple[Knower, ...]
    coverage: tuple[str, ...]
    withheld: Withheld
