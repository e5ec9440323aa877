"""What adding or updating packs would mean: looked up where packs come from, planned, nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aggregator.config import Config
from aggregator.errors import LeadlineError
from aggregator.packs.fetching import Send, sender
from aggregator.packs.plan import Plan, make_plan
from feeds import __version__
from feeds.packs.channel import Index, Source, newest, opened
from feeds.packs.errors import PackError, PackRefused
from feeds.packs.library import Library, State
from feeds.packs.manifest import is_enough, parse_version

MAX_TOGETHER = 50_000_000
"""Bytes of all the packs of a channel that are taken at once."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A pack or channel that could not be had; what was in force stays."""

    what: str
    words: str
    refused: bool = False
    """Whether something was found and refused, rather than not found."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What origins have that is newer than what is in force."""

    plans: tuple[Plan, ...] = ()
    problems: tuple[Problem, ...] = ()


class Offers:
    """Looks for packs where they come from, for one config."""

    def __init__(self, config: Config, library: Library, clock: Callable[[], datetime]) -> None:
        self._config, self._library, self._clock = config, library, clock

    def plan(self, text: str, *, older: bool = False) -> list[Plan]:
        """What adding what a user named would mean: one pack, or all of a channel. Raises PackError.

        A bare name is looked for in the configured channel first, then on the shelf.
        """
        channel = self._config.settings.channel
        with sender(self._config) as send:
            if channel and "/" not in text and not Path(text).exists():
                try:
                    with self._opened(channel, send) as source:
                        if found := self._from_channel(source, source.index(), only=[text], older=older):
                            return found
                except PackRefused:
                    raise
                except PackError:
                    pass  # the channel cannot be reached: the shelf may have it
            with self._opened(text, send) as source:
                if source.members is not None:
                    return [self._plan(source.members, source.origin, older=older)]
                found = self._from_channel(source, source.index(), older=older)
        if not found:
            raise PackError(f"{text} offers no pack that this leadline ({__version__}) can use")
        return found

    def _opened(self, text: str, send: Send) -> AbstractContextManager[Source]:
        return opened(text, send, tuple(self._config.settings.packs.allow_private))

    def _plan(self, members: dict[str, bytes], origin: str, *, older: bool = False) -> Plan:
        return make_plan(members, origin, self._library, self._library.state, self._clock(), older=older)

    def _from_channel(
        self, source: Source, index: Index, *, only: Collection[str] | None = None, older: bool = False
    ) -> list[Plan]:
        found: list[Plan] = []
        size = 0
        for pack in index.packs:
            version = newest(pack, _usable) if only is None or pack.id in only else None
            if version:
                members = source.fetch(version)
                size += sum(map(len, members.values()))
                if size > MAX_TOGETHER:
                    raise PackRefused(f"the channel's packs are larger than {MAX_TOGETHER / 1e6:g} MB together")
                plan = self._plan(members, source.origin, older=older)
                if plan.id != pack.id:
                    raise PackRefused(f"the channel's file for {pack.id} is the pack {plan.id}")
                found.append(plan)
        return found

    def newer(self, only: Collection[str] = ()) -> Offer:
        """Whatever is newer where the installed packs came from; and what is new in the configured channel."""
        state, plans, problems = self._library.state, list[Plan](), list[Problem]()
        by_origin: dict[str, list[str]] = {}
        if self._config.settings.channel and not only:
            by_origin[_base(self._config.settings.channel)] = []
        for id_, each in state.packs.items():
            if (not only or id_ in only) and not each.pinned:
                by_origin.setdefault(each.origin, []).append(id_)
        with sender(self._config) as send:
            for origin, ids in by_origin.items():
                try:
                    with self._opened(origin, send) as source:
                        self._look(source, ids, state, plans, problems, fresh=not only)
                except LeadlineError as error:
                    problems.append(problem(origin, error))
        return Offer(tuple(plans), tuple(problems))

    def _look(
        self, source: Source, ids: list[str], state: State, plans: list[Plan], problems: list[Problem], *, fresh: bool
    ) -> None:
        """Plan what one origin has that is newer than what is in force."""
        if source.members is not None:
            plan = self._plan(source.members, source.origin)
            if plan.id not in ids:
                raise PackRefused(f"there is the pack {plan.id} now, where {', '.join(ids)} was")
            if plan.current is None or parse_version(plan.version) > parse_version(plan.current.version):
                plans.append(plan)
            return
        is_channel = fresh and source.origin == _base(self._config.settings.channel)
        index = source.index()
        for pack in index.packs:
            version = newest(pack, _usable)
            current = state.packs.get(pack.id)
            wanted = pack.id in ids or (is_channel and current is None and pack.id not in state.removed)
            if not wanted or version is None:
                continue
            if current and parse_version(version.version) <= parse_version(current.version):
                continue
            try:
                plans += self._from_channel(source, index, only=[pack.id])
            except LeadlineError as error:
                problems.append(problem(pack.id, error))


def _usable(needs: str) -> bool:
    return is_enough(needs, __version__)


def _base(channel: str) -> str:
    return channel.removesuffix("index.json").rstrip("/")


def problem(what: str, error: LeadlineError) -> Problem:
    """A failure as one line, its hint included."""
    words = " ".join(str(error).split())
    return Problem(what, words + (f" ({error.hint})" if error.hint else ""), isinstance(error, PackRefused))
