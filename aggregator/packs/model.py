"""Nouns of packs: what one pack holds once it is read, and what its rep sees of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from aggregator.model import Prospect, Question
from aggregator.packs.tables import PackSource
from feeds.packs.manifest import Manifest
from feeds.tables import Fault


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: a query with a name, for a task."""

    id: str
    title: str
    query: str
    task: str = ""
    description: str = ""
    pack: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a pack says, read; with faults, only what is without."""

    manifest: Manifest
    sources: tuple[PackSource, ...] = ()
    rules: str = ""
    """The text of ``rules.toml``."""
    examples: str = ""
    views: tuple[View, ...] = ()
    questions: tuple[Question, ...] = ()
    prospects: tuple[Prospect, ...] = ()
    readme: str = ""
    faults: tuple[Fault, ...] = field(default=())

    @property
    def id(self) -> str:
        """The pack's id."""
        return self.manifest.id
