"""``Packs``: what a rep does with packs: add, update, remove, pin, trust; each step whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta

import msgspec

from aggregator.config import Config
from aggregator.errors import LeadlineError
from aggregator.packs.merge import library_of, merge
from aggregator.packs.offers import Offer, Offers, Problem, problem
from aggregator.packs.plan import Plan
from feeds.packs.errors import PackError
from feeds.packs.library import Installed, Notice, State, Trust, Waiting
from feeds.packs.manifest import parse_version
from feeds.packs.signing import Signer, read_key
from feeds.tables import did_you_mean
from feeds.text import one_line

replace = msgspec.structs.replace
RETRY = 3600.0
"""Seconds after which a place that could not be reached is asked again."""


class Packs:
    """The packs of one config and its database."""

    def __init__(self, config: Config, clock: Callable[[], datetime]) -> None:
        self.config, self._clock = config, clock
        self.library = library_of(config)
        self._offers = Offers(config, self.library, clock)

    @property
    def state(self) -> State:
        """What is in force."""
        return self.library.state

    def installed(self, pack: str) -> Installed:
        """A pack in force. Raises LeadlineError where there is none of that id."""
        packs = self.state.packs
        if pack not in packs:
            hint = did_you_mean(pack, sorted(packs)) if packs else "none is installed; `leadline pack add`"
            raise LeadlineError(f"no pack {pack!r} is installed", hint=hint)
        return packs[pack]

    def notices(self, since: datetime | None = None) -> list[Notice]:
        """What happened to packs since a moment, the earliest first: for the next digest, a line each."""
        return [each for each in self.state.notices if since is None or each.at > since]

    def plan(self, text: str, *, older: bool = False) -> list[Plan]:
        """What adding what a user named would mean; nothing is changed. Raises PackError."""
        return self._offers.plan(text, older=older)

    def offer(self, only: Collection[str] = ()) -> Offer:
        """What is newer where the installed packs came from, and new in the channel; nothing is changed."""
        return self._offers.newer(only)

    # Changing what is in force

    def put(self, plan: Plan, *, words: str = "") -> State:
        """Put a planned pack in force; ``words`` is what the next digest says of it."""
        now = self._clock()

        def change(state: State, folder: str) -> State:
            old = state.packs.get(plan.id)
            if old != plan.current:
                raise PackError(f"{plan.id} was changed by another process meanwhile", hint="try again")
            again = old is not None and old.folder == folder
            installed = Installed(
                version=plan.version,
                folder=folder,
                origin=plan.origin,
                identity=_identity(plan),
                signer=plan.signer.key if plan.signer else "",
                added_at=now,
                previous=(old.previous if again else old.folder) if old else "",
                previous_version=(old.previous_version if again else old.version) if old else "",
                pinned=old.pinned if old else False,
            )
            return replace(
                state,
                packs={**state.packs, plan.id: installed},
                trust=_with_key(state.trust, plan, now),
                highest={**state.highest, plan.id: _later(state.highest.get(plan.id), plan.version)},
                removed=tuple(each for each in state.removed if each != plan.id),
                waiting={id_: each for id_, each in state.waiting.items() if id_ != plan.id},
                notices=(*state.notices, _notice(now, words)) if words else state.notices,
            )

        self._keep_ids()
        self.library.install(plan.id, plan.version, plan.members, change)
        return self._keep_ids()

    def _keep_ids(self) -> State:
        """Remember under which id each source is kept, so that it stays so when a pack leaves or changes."""
        ids = merge(self.config).ids
        own = {place: id_ for place, id_ in ids.items() if id_ != place.replace("/", ".", 1)}
        state = self.state
        if all(state.ids.get(place) == id_ for place, id_ in own.items()):
            return state
        return self.library.switch(lambda state: replace(state, ids={**state.ids, **own}))

    def remove(self, pack: str) -> Installed:
        """Take a pack out of force: its sources are no longer polled, its items stay."""
        found = self.installed(pack)
        self._keep_ids()

        def change(state: State) -> State:
            return replace(
                state,
                packs={id_: each for id_, each in state.packs.items() if id_ != pack},
                waiting={id_: each for id_, each in state.waiting.items() if id_ != pack},
                removed=(*(each for each in state.removed if each != pack), pack),
            )

        self.library.switch(change)
        return found

    def pin(self, pack: str, version: str = "", *, pinned: bool = True) -> Installed:
        """Keep a pack at its version, or go back to the one before and keep it there; or let it be updated again."""
        found = self.installed(pack)
        if version and version not in (found.version, found.previous_version):
            kept = f"{found.version} and {found.previous_version}" if found.previous else found.version
            raise LeadlineError(
                f"{pack} {version} is not kept here", hint=f"here are {kept}; or `leadline pack add --older`"
            )
        found = replace(found, pinned=pinned)
        if version and version != found.version:
            found = self._back(found)
        self.library.switch(lambda state: replace(state, packs={**state.packs, pack: found}))
        return found

    def _back(self, found: Installed) -> Installed:
        from feeds.packs.archive import identity

        return replace(
            found, version=found.previous_version, folder=found.previous, previous=found.folder,
            previous_version=found.version, identity=identity(self.library.members(found.previous)),
        )  # fmt: skip

    def trust(self, pack: str, key: str, until: date | None = None) -> Signer:
        """From now on a pack must be signed by this key (a line of a ``.pub`` file)."""
        signer = read_key(key)
        trust = Trust(key=signer.key, since=self._clock(), until=until)
        self.library.switch(lambda state: replace(state, trust={**state.trust, pack: trust}))
        return signer

    # By itself

    @property
    def _every(self) -> float:
        return float(self.config.settings.packs.check_every)

    @property
    def due(self) -> bool:
        """Whether it is time to look for updates."""
        state, every = self.state, self._every
        if not every or not (state.packs or self.config.settings.channel):
            return False
        return state.checked_at is None or self._clock() - state.checked_at >= timedelta(seconds=every)

    def update_due(self) -> tuple[list[Plan], list[Problem]]:
        """If it is time, take what is newer and raises no doubt; what does waits for the rep.

        Where no pack ever was, all that the configured channel has is taken: whoever wrote it there trusts it.
        """
        if not self.due:
            return [], []
        now = self._clock()
        is_first = not self.state.highest
        offer = self.offer()
        taken, problems = [], list(offer.problems)
        for plan in offer.plans:
            if doubts := () if is_first else self.doubts(plan):
                self._wait(plan, doubts, now)
                continue
            try:
                self.put(plan, words=f"pack {plan.told}" + (f" ({plan.news[0]})" if plan.news else ""))
                taken.append(plan)
            except LeadlineError as error:
                problems.append(problem(plan.id, error))
        refused = [f"pack {each.what}: an update was refused: {each.words}" for each in problems if each.refused]
        unreached = any(not each.refused for each in problems)
        checked_at = now - timedelta(seconds=max(0.0, self._every - RETRY)) if unreached else now
        self.library.switch(lambda state: _checked(state, checked_at, now, refused))
        return taken, problems

    def doubts(self, plan: Plan) -> tuple[str, ...]:
        """Why an update must not be taken without a yes."""
        if plan.current is not None:
            return plan.doubts
        known = {each.key for each in self.state.trust.values()}
        if plan.signer is None and known:
            return ("it is new, and not signed",)
        if plan.signer is not None and plan.signer.key not in known:
            return (f"it is new, and signed by a key not seen before ({plan.signer.fingerprint})",)
        return ()

    def _wait(self, plan: Plan, doubts: tuple[str, ...], now: datetime) -> None:
        why = Waiting(version=plan.version, why="; ".join(doubts))
        words = f"pack {plan.told} waits for you: {why.why}; `leadline pack update {plan.id}`"

        def change(state: State) -> State:
            if state.waiting.get(plan.id) == why:
                return state
            notices = (*state.notices, _notice(now, words))
            return replace(state, waiting={**state.waiting, plan.id: why}, notices=notices)

        self.library.switch(change)


def _checked(state: State, checked_at: datetime, now: datetime, refused: list[str]) -> State:
    """Remember that updates were looked for; a refusal is told once, not at each look."""
    told = {each.words for each in state.notices}
    fresh = tuple(each for each in (_notice(now, words) for words in refused) if each.words not in told)
    return replace(state, checked_at=checked_at, notices=(*state.notices, *fresh))


def _notice(now: datetime, words: str) -> Notice:
    """What packs say in them is cleaned."""
    return Notice(at=now, words=one_line(words, 500))


def _identity(plan: Plan) -> str:
    from feeds.packs.archive import identity

    return identity(plan.members)


def _later(one: str | None, other: str) -> str:
    return other if not one else max(one, other, key=parse_version)


def _with_key(trust: Mapping[str, Trust], plan: Plan, now: datetime) -> dict[str, Trust]:
    if plan.signer is None or plan.id in trust:
        return dict(trust)
    return {**trust, plan.id: Trust(key=plan.signer.key, since=now)}
