"""Config, prospects and packs → one list of sources, prospects and rules.

Matcher and tagger are imported when they are built: a command that only reads the database starts without them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.config import Config, Settings
from aggregator.configured import notes
from aggregator.errors import ConfigError
from aggregator.model import Prospect
from aggregator.packs.merge import Merged, library_of, merge
from aggregator.pipeline.normalize import digest
from aggregator.quotas import Shortfall, shortfalls
from aggregator.templates import NotConfigured
from feeds import __version__
from feeds.model import Source
from feeds.packs.library import shelf_text
from feeds.tables import Document, Fault

if TYPE_CHECKING:
    from aggregator.model import Question
    from aggregator.packs.model import View
    from aggregator.pipeline.prepare import Preparer
    from aggregator.tagging.rules import RuleSet
    from aggregator.tagging.tagger import Tagger
    from aggregator.tagging.wording import Wording

CORE_PACK = "core"
"""The pack of rules that ships with leadline."""
OWN_PACK = "own"
"""What stands for a pack with rules of the user's own."""


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rules file as text, and the pack that it belongs to."""

    pack: str
    file: str
    text: str
    muted: tuple[str, ...] = ()
    """Ids of rules that do not count."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that preparing items depends on, as plain values that travel to worker processes."""

    rules: tuple[RuleText, ...]
    prospects: tuple[Prospect, ...]
    wording: RuleText | None = None
    """Weights of wordings for a second opinion; None for rules alone."""

    def build(self) -> Preparer:
        """Compile rules and prospects; faulty rules are left out (``Catalog.faults`` names them)."""
        from aggregator.pipeline.prepare import Preparer
        from aggregator.pipeline.prospects import ProspectMatcher
        from aggregator.tagging.tagger import Tagger

        tagger = Tagger(*map(_read, self.rules), wording=_weights(self.wording)[0])
        return Preparer(tagger, ProspectMatcher(self.prospects), self.version)

    @property
    def version(self) -> str:
        """Changes when rules, prospects or leadline itself change; known without compiling anything."""
        muted = [f"{each.pack}/{name}" for each in self.rules for name in each.muted]
        weights = self.wording.text if self.wording else ""
        return digest(__version__, *(each.text for each in self.rules), *muted, weights, repr(self.prospects))


@dataclass(frozen=True)
class Catalog:
    """What there is to poll, for whom, and by which rules."""

    config: Config
    recipe: Recipe
    merged: Merged
    """Whence each source, prospect and rule comes."""

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.config.settings

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source to poll: the config's own, then those of packs, as the rep's overlay has them."""
        return self.merged.sources

    @property
    def not_configured(self) -> tuple[NotConfigured, ...]:
        """Sources that are not asked because an identifier or a key is missing."""
        return (*self.config.not_configured, *self.merged.not_configured)

    @property
    def shortfalls(self) -> tuple[Shortfall, ...]:
        """Quotas that the sources would exceed."""
        return shortfalls(self.sources, float(self.settings.poll.at_most))

    @property
    def notes(self) -> tuple[tuple[str, str, str], ...]:
        """What is no fault, but may not be what was meant: subject, sentence, hint."""
        return tuple(notes(self.not_configured, self.shortfalls, self.sources, self.settings.poll.contact))

    @property
    def own_rules(self) -> tuple[RuleText, ...]:
        """The user's own rules files."""
        return tuple(each for each in self.recipe.rules if each.pack == OWN_PACK)

    @property
    def prospects(self) -> tuple[Prospect, ...]:
        """Every prospect, in the order of the config; then those that packs bring."""
        return self.merged.prospects

    @cached_property
    def views(self) -> tuple[View, ...]:
        """The saved views that packs bring."""
        from aggregator.packs.content import views_of

        return tuple(view for id_, each in self._documents() for view in views_of(each.get("views.toml"), id_))

    @cached_property
    def checklist(self) -> tuple[Question, ...]:
        """The qualifying questions of leadline's own pack, then those that installed packs bring."""
        from aggregator.packs.content import questions_of

        own = Document.parse(shelf_text(CORE_PACK, "checklist.toml"), "checklist.toml")
        found = [*questions_of(own, CORE_PACK)]
        for id_, each in self._documents():
            found += questions_of(each.get("checklist.toml"), id_)
        return tuple(found)

    def _documents(self) -> Iterator[tuple[str, dict[str, Document]]]:
        library = library_of(self.config)
        for id_, each in library.state.packs.items():
            yield id_, library.documents(each.folder)

    @cached_property
    def preparer(self) -> Preparer:
        """Rules and prospects, compiled once."""
        return self.recipe.build()

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong in rules files and weights of wordings; the other rules are in force."""
        rules = tuple(fault for each in self.recipe.rules for fault in _read(each).faults)
        return (*rules, *_weights(self.recipe.wording)[1])


def load(config: Config) -> Catalog:
    """The catalog of a config: its own sources, prospects and rules, its packs', and the rules of leadline.

    Raises PackError for installed packs that are damaged, ConfigError for a faulty overlay or a rules file that cannot
    be read; faulty rules in one are left out (``Catalog.faults``).
    """
    merged = merge(config)
    packs = (RuleText(each.pack, f"{each.pack}/rules.toml", each.text, each.muted) for each in merged.rules)
    rules = (*core_rules(), *packs, *_own_rules(config))
    return Catalog(config, Recipe(rules, merged.prospects, _wording(config)), merged)


def core_rules() -> tuple[RuleText, ...]:
    """The rules that ship with leadline."""
    return (RuleText(CORE_PACK, "rules.toml", shelf_text(CORE_PACK, "rules.toml")),)


def core_examples() -> tuple[str, str]:
    """Text and file name of the examples that the rules shipped with leadline must meet."""
    return shelf_text(CORE_PACK, "examples.toml"), "examples.toml"


def core_wording() -> RuleText:
    """The weights of wordings that ship with leadline."""
    return RuleText(CORE_PACK, "wording.json", shelf_text(CORE_PACK, "wording.json"))


def core_tagger() -> Tagger:
    """A tagger with the rules and the weights of wordings that ship with leadline."""
    return tagger_with(wording=core_wording())


def tagger_with(*more: RuleText, wording: RuleText | None = None) -> Tagger:
    """A tagger with the rules that ship with leadline, and more; rules alone unless weights of wordings are given."""
    from aggregator.tagging.tagger import Tagger

    return Tagger(*(_read(each) for each in dict.fromkeys((*core_rules(), *more))), wording=_weights(wording)[0])


def faults_of(rules: RuleText) -> tuple[Fault, ...]:
    """What is wrong in a rules file."""
    return _read(rules).faults


def _own_rules(config: Config) -> Iterator[RuleText]:
    return (_own_text(config, name, "rules") for name in config.settings.rules)


def _own_text(config: Config, name: str, key: str) -> RuleText:
    file = (config.path.parent if config.path else Path()) / name
    try:
        return RuleText(OWN_PACK, str(file), file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ConfigError([Fault(str(config.path or ""), 0, key, f"{file} cannot be read: {reason}")]) from None


def _wording(config: Config) -> RuleText | None:
    tags = config.settings.tags
    if not tags.wording:
        return None
    return _own_text(config, tags.weights, "tags.weights") if tags.weights else core_wording()


def _weights(text: RuleText | None) -> tuple[Wording | None, tuple[Fault, ...]]:
    from aggregator.tagging.wording import read_wording

    return read_wording(text.text, text.file) if text else (None, ())


def _read(rules: RuleText) -> RuleSet:
    from aggregator.tagging.rules import read_rules

    read = read_rules(rules.text, rules.file, rules.pack)
    if not rules.muted:
        return read
    return replace(read, rules=tuple(each for each in read.rules if each.written.id not in rules.muted))
