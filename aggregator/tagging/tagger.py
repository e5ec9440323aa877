"""Text, fields and rules in; tags with evidence out."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from aggregator.model import Evidence, Tag
from aggregator.tagging.book import book_of
from aggregator.tagging.content_types import TYPE_IDS
from aggregator.tagging.cues import Cue
from aggregator.tagging.fields import Decision, decisions
from aggregator.tagging.match import EVERYWHERE, Span, bits, mask_of
from aggregator.tagging.rules import Kind, Rule, RuleSet
from aggregator.tagging.setting import Setting
from aggregator.tagging.signals import SIGNAL
from aggregator.tagging.wording import Wording
from aggregator.tagging.words import TITLE

TAG_THRESHOLD = 0.5
"""Evidence from text must be at least this sure to make a tag."""

BESIDE_THRESHOLD = 0.6
"""What the body alone says must be so sure where the title already speaks of something else."""

FIELD_CONFIDENCE, DECLARED_CONFIDENCE = 0.98, 0.9

SECONDING_CHANCE, WEAK = 0.5, 0.2
"""From this chance on the wording makes a tag of a rule's evidence that is at least so sure and not sure enough."""

ALONE_CHANCE = 0.85
"""From this chance on the wording makes a tag where no rule found evidence."""

WORDING = "wording"
"""What stands for a rule in a tag that the wording alone made."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A rule or kind with the numbers of its cues in the phrase book; each of the others as a set of bits."""

    order: Mapping[int, int]
    """Its own cues, each with its place among them: of two equally sure hits, that of the earlier cue counts."""
    any_cue: int
    unless: int
    never: int = 0
    require: int = 0


@dataclass(slots=True)
class _Hit:
    """The best place at which one rule fired in the title or the body."""

    rule: Rule
    span: Span
    confidence: float
    in_title: bool


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule of which a cue was found in an item and which made no tag."""

    rule: str
    signal: str
    words: str
    """The cue as it stands in the item."""
    where: str
    """``title`` or ``body``."""
    why: str
    """What undid it."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the wording of an item says of a content type that rules alone did not give it."""

    type: str
    chance: float
    tag: Tag | None
    """The tag that it made; None if it made none."""
    why: str


class _Numbers:
    """Numbers cues, each once, and notes how far into a text each counts."""

    def __init__(self) -> None:
        self.numbers: dict[Cue, int] = {}
        self.reaches: list[int] = []

    def of(self, cues: Iterable[Cue], reach: int) -> tuple[int, ...]:
        """The numbers of cues that count up to a sentence."""
        found = []
        for cue in cues:
            number = self.numbers.setdefault(cue, len(self.reaches))
            if number == len(self.reaches):
                self.reaches.append(reach)
            self.reaches[number] = max(self.reaches[number], reach)
            found.append(number)
        return tuple(found)


def _compiled_rule(rule: Rule, book: _Numbers) -> _Compiled:
    """Its own cues, and those that undo them beside it, count as far as it reaches; the others everywhere."""
    cues, unless = (book.of(each, rule.written.reach) for each in (rule.cues, rule.unless))
    never, require = (mask_of(book.of(each, EVERYWHERE)) for each in (rule.never, rule.require))
    return _Compiled(_order(cues), mask_of(cues), mask_of(unless), never, require)


def _compiled_kind(kind: Kind, book: _Numbers) -> _Compiled:
    cues = book.of(kind.cues, TITLE if kind.written.where == "title" else EVERYWHERE)
    return _Compiled(_order(cues), mask_of(cues), mask_of(book.of(kind.unless, EVERYWHERE)))


def _order(cues: Sequence[int]) -> dict[int, int]:
    return {cue: place for place, cue in enumerate(dict.fromkeys(cues))}


class Tagger:
    """Tags items by sets of rules; the same item and rules always give the same tags."""

    def __init__(self, *rulesets: RuleSet, wording: Wording | None = None) -> None:
        """``wording`` gives a second opinion; without one the rules alone count."""
        book = _Numbers()
        self.rules: tuple[Rule, ...] = tuple(rule for each in rulesets for rule in each.rules)
        self._compiled = [_compiled_rule(rule, book) for rule in self.rules]
        self._kinds = [(kind, _compiled_kind(kind, book)) for each in rulesets for kind in each.kinds]
        self._context = {
            name: mask_of(book.of((cue for each in rulesets for cue in each.context.get(name, ())), EVERYWHERE))
            for name in ("negations", "background", "rumoured", "planned", "completed", "cancelled")
        }
        self._book = book_of(tuple(book.numbers), book.reaches)
        self._users = _users(self._compiled)
        self._sought = mask_of(self._users)
        self._kind_users = _users([compiled for _, compiled in self._kinds])
        self._of_kinds = mask_of(self._kind_users)
        self._only = frozenset(kind.written.id for kind, _ in self._kinds if kind.written.only)
        self._wording = wording
        self._rules_version = _version(rulesets)

    @property
    def version(self) -> str:
        """Short hash of the rules and of the wording's weights: another value means that tags may differ."""
        return f"{self._rules_version}+{self._wording.version}" if self._wording else self._rules_version

    def with_wording(self, wording: Wording | None) -> Tagger:
        """The same rules with another second opinion, or none."""
        other = copy.copy(self)
        other._wording = wording
        return other

    def tag(
        self,
        title: str,
        text: str,
        *,
        fields: Mapping[str, Any] = {},
        declared: Sequence[str] = (),
    ) -> tuple[Tag, ...]:
        """The tags of one item, surest first: what fields decide, what its source declares, what the text says."""
        made = decisions(fields) if fields else []
        setting = Setting(title, text, self._book, self._context)
        hits = self._hits(setting, {decision.kind for decision in made})
        said = _tags(hits, setting, title, text)
        if self._wording and not made and not declared:
            said += [each.tag for each in self._opinions(hits, said, setting, title, text) if each.tag]
        tags: dict[tuple[str, str], Tag] = {}
        for tag in (*_decided(made, said), *_declared(declared), *said):
            tags.setdefault((tag.type, tag.signal), tag)
        return tuple(sorted(tags.values(), key=lambda tag: (-tag.confidence, tag.type, tag.signal)))

    def near_misses(
        self, title: str, text: str, *, fields: Mapping[str, Any] = {}, declared: Sequence[str] = ()
    ) -> tuple[NearMiss, ...]:
        """Every rule that nearly gave an item another signal, with the reason why it did not."""
        kinds = {decision.kind for decision in decisions(fields)} if fields else set()
        setting = Setting(title, text, self._book, self._context, everywhere=True)
        fired = {tag.signal for tag in self.tag(title, text, fields=fields, declared=declared)}
        applying = self._applying(setting)
        kinds |= {kind.written.id for kind in applying}
        missed: list[NearMiss] = []
        for index in sorted({user for cue in setting.found for user in self._users.get(cue, ())}):
            rule = self.rules[index]
            if rule.written.signal not in fired and rule.type:
                span = min(span for cue in self._compiled[index].order for span in setting.found.get(cue, ()))
                start, end = setting.characters(span)
                in_title = setting.sentence(span) == TITLE
                words, where = ((title if in_title else text)[start:end], "title" if in_title else "body")
                why = self._undone(index, setting, kinds, applying)
                missed.append(NearMiss(rule.written.id, rule.written.signal, words, where, why))
        return tuple(missed)

    def opinions(
        self, title: str, text: str, *, fields: Mapping[str, Any] = {}, declared: Sequence[str] = ()
    ) -> tuple[Opinion, ...]:
        """What the wording says of the types that rules alone did not give an item, and what came of it."""
        if not self._wording or declared or (fields and decisions(fields)):
            return ()
        setting = Setting(title, text, self._book, self._context)
        hits = self._hits(setting, set())
        return tuple(self._opinions(hits, _tags(hits, setting, title, text), setting, title, text))

    def _opinions(
        self, hits: Sequence[_Hit], said: Sequence[Tag], setting: Setting, title: str, text: str
    ) -> list[Opinion]:
        """Never of a type that is tagged already, nor of records and adverts, which have rules of their own."""
        chances = self._wording.chances(title, text) if self._wording else ()
        if max(chances, default=0.0) < SECONDING_CHANCE:
            return []
        told = {tag.type for tag in said}
        likely = {
            kind: chance
            for kind, chance in zip(TYPE_IDS, chances, strict=True)
            if chance >= SECONDING_CHANCE and kind not in told
        }
        applying = self._applying(setting) if likely else []
        if any(kind.written.only for kind in applying):
            return []
        return [
            self._opinion(kind, chance, [hit for hit in hits if hit.rule.type == kind], setting, applying, title, text)
            for kind, chance in likely.items()
        ]

    def _opinion(
        self, type_: str, chance: float, hits: list[_Hit], setting: Setting, applying: Sequence[Kind], title: str,
        text: str,
    ) -> Opinion:  # fmt: skip
        """What comes of a chance beside the evidence, none of it sure enough, that rules found for the type."""
        if hits:
            together, best = _together(hits)[0], hits[0]
            if together < WEAK and chance < ALONE_CHANCE:
                return Opinion(type_, chance, None, f"what rules found is too little: {together:.2f}")
            tag = _tag(best, max(together, TAG_THRESHOLD), setting, title, text)
            return Opinion(type_, chance, tag, f"it confirms rule {best.rule.written.id}")
        if chance < ALONE_CHANCE:
            return Opinion(type_, chance, None, f"no rule found evidence; alone it needs {ALONE_CHANCE}")
        ended = [kind.written.id for kind in applying if not kind.written.factor and _concerns(kind, type_)]
        if ended:
            return Opinion(type_, chance, None, f"this is a text of the kind {', '.join(ended)}")
        if rule := self._contradicting(type_, setting):
            return Opinion(type_, chance, None, f"what rule {rule} looks for is denied, or undone by other words")
        found = self._wording.evidence(title, text, type_) if self._wording else None
        if not found:
            return Opinion(type_, chance, None, "no word speaks for it")
        where, start, end = found
        evidence = Evidence(where, (title if where == "title" else text)[start:end], start, end)
        return Opinion(type_, chance, Tag(type_, type_, evidence, WORDING, "", TAG_THRESHOLD), "by itself")

    def _contradicting(self, type_: str, setting: Setting) -> str:
        """A rule of a type that found a cue where it counts and where it is denied, or means something else."""
        for cue in sorted(bits(setting.found.possible & self._sought)):
            for index in self._users[cue]:
                rule, compiled = self.rules[index], self._compiled[index]
                if rule.type != type_ or rule.written.within:
                    continue
                spans = [s for s in setting.found.get(cue, ()) if setting.sentence(s) <= rule.written.reach]
                barred = setting.sentences_of(compiled.unless)
                if spans and setting.found.any(compiled.never):
                    return rule.written.id
                if any(
                    setting.sentence(span) in barred or not setting.standing(span, negatable=rule.written.negatable)
                    for span in spans
                ):
                    return rule.written.id
        return ""

    def _undone(self, index: int, setting: Setting, kinds: set[str], applying: Sequence[Kind]) -> str:
        """What keeps a rule, a cue of which was found, from making a tag."""
        rule, compiled = self.rules[index], self._compiled[index]
        only = self._only & kinds
        if rule.written.within and rule.written.within not in kinds:
            return f"it counts only in texts of the kind {rule.written.within}"
        if only and rule.written.within not in only:
            return f"this is a text of the kind {', '.join(sorted(only))}, which has its own rules"
        factor = 1.0 if rule.written.within else _factor(rule, applying)
        if not factor:
            return f"this is a text of the kind {', '.join(kind.written.id for kind in applying)}"
        if compiled.require and not setting.found.any(compiled.require):
            return "none of the words that it requires occurs"
        if setting.found.any(compiled.never):
            return "words that undo it occur"
        found = [cue for cue in bits(compiled.any_cue & setting.found.possible) if cue in setting.found]
        best = _best(rule, compiled, found, setting, factor)
        if not best:
            return "it is denied, or undone by words beside it, or stands too far down"
        return f"not sure enough: {max(hit.confidence for hit in best):.2f}"

    def _hits(self, setting: Setting, kinds: set[str]) -> list[_Hit]:
        users: dict[int, list[int]] = {}
        for cue in bits(setting.found.possible & self._sought):
            if cue in setting.found:
                for user in self._users[cue]:
                    users.setdefault(user, []).append(cue)
        if not users:
            return []
        applying = self._applying(setting)
        kinds |= {kind.written.id for kind in applying}
        only = self._only & kinds
        hits: list[_Hit] = []
        for index, cues in users.items():
            rule = self.rules[index]
            within = rule.written.within
            if (within and within not in kinds) or (only and within not in only):
                continue
            factor = 1.0 if within else _factor(rule, applying)
            if factor:
                hits += _best(rule, self._compiled[index], cues, setting, factor)
        return hits

    def _applying(self, setting: Setting) -> list[Kind]:
        """The kinds of text that this is."""
        users = {user for cue in bits(setting.found.possible & self._of_kinds) for user in self._kind_users[cue]}
        return [
            kind for kind, compiled in map(self._kinds.__getitem__, sorted(users)) if _applies(kind, compiled, setting)
        ]


def _users(compiled: Sequence[_Compiled]) -> dict[int, list[int]]:
    """Cue → the places of those whose own it is."""
    users: dict[int, list[int]] = {}
    for index, each in enumerate(compiled):
        for cue in each.order:
            users.setdefault(cue, []).append(index)
    return users


def _best(rule: Rule, compiled: _Compiled, cues: Sequence[int], setting: Setting, factor: float) -> list[_Hit]:
    """The surest hit of some of a rule's cues in the title and the surest in the body."""
    if (compiled.require and not setting.found.any(compiled.require)) or setting.found.any(compiled.never):
        return []
    barred = setting.sentences_of(compiled.unless)
    best: dict[bool, _Hit] = {}
    written, untitled = rule.written, not setting.words.in_title
    for cue in sorted(cues, key=compiled.order.__getitem__) if len(cues) > 1 else cues:
        for span in setting.found.get(cue, ()):
            sentence = setting.sentence(span)
            in_title = sentence == TITLE
            weight = written.body * (sentence <= written.reach)
            if in_title or (sentence == 1 and untitled):
                weight = written.title  # of a text without a title, the first sentence stands for it
            if not weight or sentence in barred:
                continue
            if in_title in best and weight * factor <= best[in_title].confidence:
                continue
            sure = weight * factor * setting.standing(span, negatable=written.negatable)
            if sure and (in_title not in best or sure > best[in_title].confidence):
                best[in_title] = _Hit(rule, span, sure, in_title)
    return list(best.values())


def _applies(kind: Kind, compiled: _Compiled, setting: Setting) -> bool:
    where = kind.written.where
    hit = bool(setting.found.possible & compiled.any_cue) and any(
        where == "any" or (setting.sentence(span) == TITLE) == (where == "title")
        for span in setting.found.spans(compiled.any_cue)
    )
    return hit and not setting.found.any(compiled.unless)


def _concerns(kind: Kind, type_: str) -> bool:
    return not kind.written.types or type_ in kind.written.types


def _together(hits: list[_Hit]) -> tuple[float, bool]:
    """How sure all hits of one type are together, and whether any is in the title; puts the surest first."""
    hits.sort(key=lambda hit: (-hit.confidence, not hit.in_title, hit.span, hit.rule.written.id))
    title_sure = max((hit.confidence for hit in hits if hit.in_title), default=0.0)
    body_sure = max((hit.confidence for hit in hits if not hit.in_title), default=0.0)
    return 1 - (1 - title_sure) * (1 - body_sure), title_sure > 0


def _factor(rule: Rule, applying: Sequence[Kind]) -> float:
    factor = 1.0
    for kind in applying:
        written = kind.written
        if not written.only and (
            not written.types or rule.type in written.types or rule.written.signal in written.types
        ):
            factor *= written.factor
    return factor


def _tags(hits: Sequence[_Hit], setting: Setting, title: str, text: str) -> list[Tag]:
    """Tags of the types that the title and the body together make sure enough; of each signal the best evidence."""
    by_type: dict[str, list[_Hit]] = {}
    for hit in hits:
        if hit.rule.type:
            by_type.setdefault(hit.rule.type, []).append(hit)
    titled = any(hit.in_title and hit.confidence >= TAG_THRESHOLD for hit in hits)
    tags: list[Tag] = []
    for of_type in by_type.values():
        together, in_title = _together(of_type)
        if together < (TAG_THRESHOLD if in_title or not titled else BESIDE_THRESHOLD):
            continue
        signals: dict[str, _Hit] = {}
        for hit in of_type:
            if hit.confidence >= TAG_THRESHOLD or hit is of_type[0]:
                signals.setdefault(hit.rule.written.signal, hit)
        tags += [
            _tag(hit, max(hit.confidence, together * (hit is of_type[0])), setting, title, text)
            for hit in signals.values()
        ]
    return tags


def _tag(hit: _Hit, confidence: float, setting: Setting, title: str, text: str) -> Tag:
    start, end = setting.characters(hit.span)
    source = title if hit.in_title else text
    evidence = Evidence("title" if hit.in_title else "body", source[start:end], start, end)
    written = hit.rule.written
    phase = setting.phase(hit.span, written.phase)
    return Tag(hit.rule.type, written.signal, evidence, written.id, hit.rule.pack, round(confidence, 3), phase)


def _decided(made: Sequence[Decision], said: Sequence[Tag]) -> list[Tag]:
    tags: list[Tag] = []
    plain = {decision.signals[0] for decision in made if len(decision.signals) == 1}
    for decision in made:
        chosen = next((tag for tag in said if tag.signal in decision.signals), None)
        beside = next((signal for signal in decision.signals if signal in plain), decision.signals[0])
        signal = chosen.signal if chosen else beside
        evidence = Evidence("field", decision.value, field=decision.field)
        phase = chosen.phase if chosen else ""
        tags.append(Tag(SIGNAL[signal].type, signal, evidence, f"field.{decision.field}", "", FIELD_CONFIDENCE, phase))
    return tags


def _declared(declared: Sequence[str]) -> list[Tag]:
    tags: list[Tag] = []
    for name in declared:
        kind = SIGNAL[name].type if name in SIGNAL else name
        if kind in TYPE_IDS:
            tags.append(Tag(kind, name, Evidence("source", name), "source", "", DECLARED_CONFIDENCE))
    return tags


def _version(rulesets: Sequence[RuleSet]) -> str:
    written = [(each.pack, [(r.written, r.cues, r.unless, r.never, r.require) for r in each.rules],
                [(k.written, k.cues, k.unless) for k in each.kinds], each.context) for each in rulesets]  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(written, order="sorted")).hexdigest()[:12]
