"""Rules files in TOML → rules; a bad rule is refused by name and the others still load.

A file holds ``[words]`` (named lists that cues use as ``<name>``), ``[context]`` (negations, background markers, and
the words that show a phase), ``[[kinds]]`` (kinds of text, such as stock tips or records)
``[[rules]]``, and ``[[examples]]``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec

from aggregator.tagging.content_types import TYPE_IDS
from aggregator.tagging.cues import Cue, CueError, parse_cue
from aggregator.tagging.signals import SIGNAL
from feeds.tables import Document, Fault, did_you_mean

Phase = Literal["", "rumoured", "planned", "announced", "completed", "cancelled"]
Weight = Annotated[float, msgspec.Meta(ge=0, le=1, description="a number from 0 to 1")]
Texts = tuple[str, ...]


TABLES = ("words", "context", "kinds", "rules", "examples")
"""What may stand in a rules file; examples are read apart (``tagging.examples``)."""


class RuleTable(msgspec.Struct, frozen=True):
    """One ``[[rules]]`` table as it is written."""

    id: Annotated[str, msgspec.Meta(min_length=1, description="a short name, unique in the file")]
    signal: Annotated[str, msgspec.Meta(description="a signal, like strategy.ma")]
    cues: Annotated[Texts, msgspec.Meta(min_length=1, description="a list of cues")]
    type: str = ""
    """Another content type than the signal's own."""
    unless: Texts = ()
    """Cues that undo a hit in the same sentence."""
    never: Texts = ()
    """Cues that undo a hit wherever they stand."""
    require: Texts = ()
    """Cues of which one must occur somewhere in what is read."""
    within: str = ""
    """Only in texts of this kind."""
    title: Weight = 0.8
    body: Weight = 0.4
    """Below 0.5 it needs other evidence of the same type beside it."""
    reach: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 2
    """How many sentences of the body count."""
    phase: Phase = ""
    negatable: bool = True
    """Whether a negation undoes it and a background clause weakens it."""
    must: Texts = ()
    """Titles that it must tag."""
    must_not: Texts = ()
    """Titles that it must not tag."""


class KindTable(msgspec.Struct, frozen=True):
    """One ``[[kinds]]`` table: a kind of text in which cues mean less, or only certain rules count."""

    id: Annotated[str, msgspec.Meta(min_length=1)]
    cues: Annotated[Texts, msgspec.Meta(min_length=1)]
    where: Literal["title", "body", "any"] = "title"
    unless: Texts = ()
    factor: Weight = 0.0
    """By which the confidence of text evidence is multiplied."""
    types: Texts = ()
    """Content types or signals it concerns; empty for all."""
    only: bool = False
    """Whether in texts of this kind only rules ``within`` it count; ``factor`` is then unused."""


class ContextTable(msgspec.Struct, frozen=True):
    """``[context]``: words around a cue that change what it says."""

    negations: Texts = ()
    background: Texts = ()
    rumoured: Texts = ()
    planned: Texts = ()
    completed: Texts = ()
    cancelled: Texts = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, its cues read."""

    written: RuleTable
    pack: str
    type: str
    cues: tuple[Cue, ...]
    unless: tuple[Cue, ...]
    never: tuple[Cue, ...]
    require: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of text, its cues read."""

    written: KindTable
    cues: tuple[Cue, ...]
    unless: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one file, ready to compile, and the faults of those that were refused."""

    pack: str
    rules: tuple[Rule, ...] = ()
    kinds: tuple[Kind, ...] = ()
    context: Mapping[str, tuple[Cue, ...]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def read_rules(text: str, file: str, pack: str) -> RuleSet:
    """Rules from TOML text; ``file`` and ``pack`` name them in faults and in tags. Never raises for bad rules."""
    reader = _Reader(Document.parse(text, file))
    kinds = reader.kinds()
    rules = reader.rules(pack, {kind.written.id for kind in kinds})
    return RuleSet(pack, rules, kinds, reader.context(), tuple(reader.document.faults))


class _Reader:
    """Reads one document; every fault is noted at its key."""

    def __init__(self, document: Document) -> None:
        self.document = document
        words = document.data.get("words", {})
        good = isinstance(words, dict)
        self.lists = {k: v for k, v in words.items() if isinstance(v, str)} if good else {}
        for name in words if good else ():
            if name not in self.lists:
                document.fault(f"words.{name}", "expected text", 'write the words in one string: "one|two|three"')
        for key in document.data:
            if key not in TABLES:
                document.fault(key, "unknown key", did_you_mean(key, TABLES))

    def _tables(self, name: str) -> list[object]:
        tables = self.document.data.get(name, [])
        if isinstance(tables, list):
            return tables
        self.document.fault(name, "expected a list of tables", f"write each as [[{name}]]")
        return []

    def _cues(self, written: Iterable[str], key: str) -> tuple[Cue, ...]:
        cues: list[Cue] = []
        for number, cue in enumerate(written):
            try:
                cues.append(parse_cue(cue, self.lists))
            except CueError as error:
                self.document.fault(key, f"cue {number + 1}: {error}", "word* a|b .. $# # #% _ ^ ? <list>")
        return tuple(cues)

    def context(self) -> dict[str, tuple[Cue, ...]]:
        table = self.document.decode(ContextTable, self.document.data.get("context", {}), "context")
        names = ContextTable.__struct_fields__ if table else ()
        return {name: self._cues(getattr(table, name), f"context.{name}") for name in names}

    def kinds(self) -> tuple[Kind, ...]:
        kinds: list[Kind] = []
        for number, table in enumerate(self._tables("kinds")):
            at, before = f"kinds[{number}]", len(self.document.faults)
            written = self.document.decode(KindTable, table, at)
            if not written:
                continue
            for name in written.types:
                if name not in TYPE_IDS and name not in SIGNAL:
                    self.document.fault(f"{at}.types", f"no type {name!r}", did_you_mean(name, (*TYPE_IDS, *SIGNAL)))
            kind = Kind(written, self._cues(written.cues, f"{at}.cues"), self._cues(written.unless, f"{at}.unless"))
            if len(self.document.faults) == before:
                kinds.append(kind)
        return tuple(kinds)

    def rules(self, pack: str, kinds: set[str]) -> tuple[Rule, ...]:
        rules: dict[str, Rule] = {}
        for number, table in enumerate(self._tables("rules")):
            at, before = f"rules[{number}]", len(self.document.faults)
            written = self.document.decode(RuleTable, table, at)
            if not written:
                continue
            self._check(written, at, kinds, rules)
            cues, unless, never, require = (
                self._cues(getattr(written, name), f"{at}.{name}") for name in ("cues", "unless", "never", "require")
            )
            if len(self.document.faults) == before:
                kind = written.type or SIGNAL[written.signal].type
                rules[written.id] = Rule(written, pack, kind, cues, unless, never, require)
        return tuple(rules.values())

    def _check(self, rule: RuleTable, at: str, kinds: set[str], known: Mapping[str, Rule]) -> None:
        if rule.id in known:
            self.document.fault(f"{at}.id", f"rule {rule.id!r} is there twice", "give each rule its own id")
        if rule.signal not in SIGNAL:
            self.document.fault(f"{at}.signal", f"no signal {rule.signal!r}", did_you_mean(rule.signal, SIGNAL))
        if rule.type and rule.type not in TYPE_IDS:
            self.document.fault(f"{at}.type", f"no content type {rule.type!r}", did_you_mean(rule.type, TYPE_IDS))
        if rule.within and rule.within not in kinds:
            self.document.fault(f"{at}.within", f"no kind {rule.within!r}", did_you_mean(rule.within, sorted(kinds)))
