"""Which prospects an item is about, and why.

Identifiers in fields count first, then the source's own word, then names and aliases: whole words only, the longest
where names overlap, short and common-word names only in their own capitals.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from ahocorasick_rs import AhoCorasick

from aggregator.model import Evidence, Match, Prospect
from aggregator.pipeline.identifiers import Identifiers
from aggregator.pipeline.names import (
    COMMON_WORDS,
    LEGAL_FORMS,
    Token,
    flat_words,
    folded,
    tokens,
    ways_to_write,
    without_accents,
    without_legal_form,
)

MAX_CHARS = 20_000
"""How much of a body is searched for names."""

TOP_CHARS = 200
"""A name that stands this near the top of a body makes the item one about the prospect."""

SHORT = 5
"""Names of at most so many letters count only in their own capitals."""

NEAR_CHARS = 250
"""How near a required or excluding word must stand to a name."""

NAME_FIELDS = (
    "buyer", "supplier", "company", "company_name", "agency", "recipient", "organisation", "organization",
    "contractor", "awardee", "department", "employer", "filer", "publisher_name",
)  # fmt: skip
"""Fields whose value is an organisation's name."""

_IDENTIFIER, _SOURCE, _FIELD_NAME = 0.99, 0.95, 0.95
_OPEN_PREFIXES = frozenset(["ex", "non", "pre", "post", "anti", "pro", "former", "then"])
_BREAKING = frozenset(";:!?()[]|\n•")


@dataclass(frozen=True, slots=True)
class _Name:
    """One way of writing one name of one prospect."""

    prospect: int
    why: str
    words: tuple[str, ...]
    letters: str
    """The name as it was given, letters and digits only: to compare capitals."""
    common: bool
    short: bool


@dataclass(slots=True)
class _Found:
    """A name at a place."""

    name: _Name
    first: int
    last: int
    """Index of the last word."""
    reach: int
    """Index of the last word with the legal forms that follow."""
    confidence: float
    where: str


class ProspectMatcher:
    """Finds prospects in items: by identifiers, by the source's word, by names and aliases in the text."""

    def __init__(self, prospects: Sequence[Prospect]) -> None:
        self._prospects = tuple(prospects)
        self._numbers = {prospect.id: number for number, prospect in enumerate(prospects)}
        self._identifiers = Identifiers(prospects)
        self._names: dict[tuple[str, ...], list[_Name]] = {}
        for number, prospect in enumerate(prospects):
            for why, written in _written(prospect):
                for words in ways_to_write(written):
                    self._add(_Name(number, why, words, _letters(written), *_doubts(words)))
        self._patterns = list(self._names)
        self._automaton = AhoCorasick([f" {' '.join(words)} " for words in self._patterns]) if self._patterns else None
        self._anchors = (
            AhoCorasick(sorted({max(words, key=len) for words in self._patterns})) if self._patterns else None
        )
        """The longest word of each name, which stands wherever the name does."""
        self._near = [(_patterns(p.require), _patterns(p.exclude)) for p in prospects]
        self.version = _version(prospects)
        """Short hash of the prospects: stored with items, so that an edit shows which are stale."""

    def _add(self, name: _Name) -> None:
        known = self._names.setdefault(name.words, [])
        if all(each.prospect != name.prospect for each in known):
            known.append(name)

    def match(
        self,
        title: str,
        text: str,
        *,
        fields: Mapping[str, Any] = {},
        source_prospect: str = "",
    ) -> tuple[Match, ...]:
        """One match a prospect, the surest evidence kept, surest first; doubtful ones are below ``MATCH_THRESHOLD``."""
        text = text[:MAX_CHARS]
        best: dict[int, Match] = {}
        for number, match in self._matches(title, text, fields, source_prospect):
            known = best.get(number)
            if known is None or match.confidence > known.confidence:
                best[number] = match
        return tuple(sorted(best.values(), key=lambda match: (-match.confidence, not match.about, match.prospect)))

    def _matches(
        self, title: str, text: str, fields: Mapping[str, Any], source_prospect: str
    ) -> Iterator[tuple[int, Match]]:
        for number, evidence in self._identified(title, text, fields):
            yield number, Match(self._prospects[number].id, "identifier", evidence, _IDENTIFIER, about=True)
        if source_prospect in self._numbers:
            evidence = Evidence("source", source_prospect)
            yield (
                self._numbers[source_prospect],
                Match(source_prospect, "source", evidence, _SOURCE, about=True),
            )
        for number, why, evidence in self._in_name_fields(fields):
            yield number, Match(self._prospects[number].id, why, evidence, _FIELD_NAME, about=True)
        yield from self._named(title, text)

    def _identified(self, title: str, text: str, fields: Mapping[str, Any]) -> Iterator[tuple[int, Evidence]]:
        yield from self._identifiers.in_fields(fields) if fields else ()
        yield from self._identifiers.in_text(title, "title")
        yield from self._identifiers.in_text(text, "body")

    def _in_name_fields(self, fields: Mapping[str, Any]) -> Iterator[tuple[int, str, Evidence]]:
        for field in NAME_FIELDS if fields else ():
            value = fields.get(field)
            for each in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(each, str) and each:
                    words = without_legal_form(folded(each[:300]))
                    for name in self._names.get(words, ()):
                        yield name.prospect, name.why, Evidence("field", each, field=field)

    def _named(self, title: str, text: str) -> Iterator[tuple[int, Match]]:
        """Matches by name: all places of a prospect together, the surest shown."""
        places: dict[int, list[tuple[_Found, Evidence]]] = {}
        for where, string in (("title", title), ("body", text)):
            if not self._mentions(string):
                continue
            row = tokens(string)
            for found in _longest(self._find(string, row, where)):
                evidence = Evidence(
                    where,
                    string[row[found.first].start : row[found.last].end],
                    row[found.first].start,
                    row[found.last].end,
                )
                if not self._excluded(found.name.prospect, string, evidence):
                    places.setdefault(found.name.prospect, []).append((found, evidence))
        for number, found_at in places.items():
            found, evidence = max(found_at, key=_weight)
            about = len(found_at) > 1 or any(e.where == "title" or e.start < TOP_CHARS for _, e in found_at)
            sure = found.confidence if self._required(number, title, text) else min(found.confidence, 0.3)
            yield (
                number,
                Match(self._prospects[number].id, found.name.why, evidence, round(sure, 2), about=about),
            )

    def _mentions(self, string: str) -> bool:
        """Whether any name stands in a text at all: for most texts none does, and then it need not be taken apart."""
        if not self._automaton or not self._anchors or not string:
            return False
        plain = without_accents(string)
        if plain.isascii() and not self._anchors.find_matches_as_indexes(plain.lower()):
            return False
        return bool(self._automaton.find_matches_as_indexes(flat_words(plain)))

    def _find(self, string: str, row: list[Token], where: str) -> Iterator[_Found]:
        if not self._automaton or not row:
            return
        at: dict[int, int] = {}
        length = 1
        for index, token in enumerate(row):
            at[length] = index
            length += len(token.folded) + 1
        flat = f" {' '.join([token.folded for token in row])} "
        titled = where == "title" and _in_title_case(string)
        for pattern, start, _ in self._automaton.find_matches_as_indexes(flat, overlapping=True):
            words = self._patterns[pattern]
            first = at[start + 1]
            last = first + len(words) - 1
            for name in self._names[words]:
                sure = _sureness(name, string, row, first, last, titled=titled)
                if sure:
                    yield _Found(name, first, last, _with_legal_form(row, last), sure, where)

    def _excluded(self, number: int, string: str, evidence: Evidence) -> bool:
        exclude = self._near[number][1]
        near = string[max(0, evidence.start - NEAR_CHARS) : evidence.end + NEAR_CHARS] if exclude else ""
        return bool(exclude and exclude.search(near))

    def _required(self, number: int, title: str, text: str) -> bool:
        require = self._near[number][0]
        return not require or bool(require.search(f"{title}\n{text[: 4 * NEAR_CHARS]}"))


def _weight(place: tuple[_Found, Evidence]) -> tuple[float, bool, int, int]:
    """What makes one place better evidence than another: sureness, the title, a longer name, an earlier place."""
    found, evidence = place
    return found.confidence, evidence.where == "title", evidence.end - evidence.start, -evidence.start


def _written(prospect: Prospect) -> Iterator[tuple[str, str]]:
    yield "name", prospect.name
    for alias in prospect.aliases:
        yield "alias", alias
    if prospect.domain:
        yield "alias", prospect.domain


def _letters(written: str) -> str:
    return re.sub(r"[\W_]+", "", written)


def _doubts(words: tuple[str, ...]) -> tuple[bool, bool]:
    """Whether a way of writing is a common word, and whether it is short."""
    return len(words) == 1 and words[0] in COMMON_WORDS, sum(map(len, words)) <= SHORT


def _patterns(words: Sequence[str]) -> re.Pattern[str] | None:
    usable = [re.escape(word.strip()) for word in words if word.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(usable)})(?!\w)", re.IGNORECASE) if usable else None


def _sureness(name: _Name, string: str, row: list[Token], first: int, last: int, *, titled: bool) -> float:
    """How sure it is that these words name the prospect; 0 where they do not."""
    start, end = row[first].start, row[last].end
    if _inside_compound(string, start, end) or _broken(string, row, first, last):
        return 0.0
    shown = _letters(string[start:end])
    capitals = not shown.islower() or name.letters.islower() or not shown.isascii()
    if not capitals:
        return 0.4 if len(name.words) > 2 else 0.0
    same = name.letters.startswith(shown) or shown in name.letters
    if name.short and not same and not (shown.isupper() and string.isupper()):
        return 0.0
    if name.common:
        return _common_sureness(string, row, first, last, same=same, titled=titled)
    return 0.9 if len(name.words) > 1 else 0.75 if name.short else 0.85


def _common_sureness(string: str, row: list[Token], first: int, last: int, *, same: bool, titled: bool) -> float:
    """A common word counts where its capital is no accident: amid a sentence, before a legal form or an apostrophe."""
    if not same:
        return 0.0
    if _with_legal_form(row, last) > last or string[row[last].end : row[last].end + 2] in ("'s", "’s"):
        return 0.85
    opens = first == 0 or string[row[first].start - 2 : row[first].start].strip() in (
        ".",
        "!",
        "?",
        ":",
        '."',
    )
    if titled:
        return 0.6 if first == 0 else 0.4
    return 0.6 if opens else 0.7


def _inside_compound(string: str, start: int, end: int) -> bool:
    """Whether the name is part of a hyphenated or dotted other name, like ``GE`` in ``Hitachi-GE``."""
    before, after = string[max(0, start - 12) : start], string[end : end + 2]
    if before[-1:] in ("-", "‑", "@", "_", "/", "\\") and before[-2:-1].isalnum():
        lead = re.split(r"\W", before[:-1])[-1].lower()
        if before[-1] not in ("/", "-", "‑") or (before[-1] != "/" and lead not in _OPEN_PREFIXES):
            return True
    return after[:1] in ("-", "‑", "@", "_") and (after[1:].isupper() or after[1:].isdigit() or after[:1] in "@_")


def _broken(string: str, row: list[Token], first: int, last: int) -> bool:
    """Whether a sentence or a bracket ends between two words of the name."""
    for index in range(first, last):
        gap = string[row[index].end : row[index + 1].start]
        if len(gap) > 4 or not _BREAKING.isdisjoint(gap):
            return True
        before = row[index]
        if gap.startswith(". ") and before.end - before.start > 3 and before.folded not in LEGAL_FORMS:
            return True
    return False


def _with_legal_form(row: list[Token], last: int) -> int:
    while last + 1 < len(row) and row[last + 1].folded in LEGAL_FORMS:
        last += 1
    return last


def _longest(found: Iterator[_Found]) -> list[_Found]:
    """Names that lie inside no longer one; a name and the same name with its legal form count alike."""
    everything = list(found)
    return [
        one
        for one in everything
        if not any(
            other.first <= one.first and one.reach <= other.reach and other.reach - other.first > one.reach - one.first
            for other in everything
            if other is not one
        )
    ]


def _in_title_case(title: str) -> bool:
    """Whether most words of a title have a capital, so that a capital means little."""
    words = [word for word in title.split() if word[:1].isalpha() and len(word) > 3]
    return len(words) > 1 and sum(word[0].isupper() for word in words) >= 0.7 * len(words)


def _version(prospects: Sequence[Prospect]) -> str:
    told = [(p.id, p.name, p.aliases, p.domain, sorted(p.identifiers.items()), p.require, p.exclude) for p in prospects]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:12]
