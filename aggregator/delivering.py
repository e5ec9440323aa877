"""Sends things to targets so that a crash at any point neither loses nor repeats more than the one in flight.

A delivery is entered in the store before it is sent and settled afterwards. Whoever finds one under way whose process
died says so, and goes on from the last that is known to have arrived.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec.structs import replace

from aggregator.claimants import worker_lives, worker_name
from aggregator.config_outbox import TargetTable
from aggregator.errors import LeadlineError, StoreBusy
from aggregator.model import AlertEntry, Delivery
from aggregator.outbox import Message, send
from aggregator.store.base import Store
from aggregator.team import Team
from feeds.tables import did_you_mean

LONGEST = timedelta(minutes=15)
"""No delivery takes longer: a process of another host that is still at it then has died."""


class Delivering:
    """The outbox of one rep."""

    def __init__(
        self, store: Store, rep: str, clock: Callable[[], datetime], targets: Sequence[TargetTable], team: Team,
        *, folder: Path = Path(), contact: str = "",
    ) -> None:  # fmt: skip
        self._store, self._rep, self._clock, self._team = store, rep, clock, team
        self.targets = targets
        self._folder, self._contact = folder, contact

    def target(self, name: str) -> TargetTable:
        """A configured target by its id, ``stdout``, or ``file:PATH``. Raises LeadlineError for any other."""
        for each in self.targets:
            if each.id == name:
                return each
        if name == "stdout":
            return TargetTable(id="stdout", kind="stdout")
        if name.startswith("file:") and name[5:].strip():
            return TargetTable(id=name, kind="file", path=str(Path(name[5:]).expanduser().absolute()))
        ids = [each.id for each in self.targets]
        hint = did_you_mean(name, ids) if ids else "add [[targets]] to the config, or name stdout or file:PATH"
        raise LeadlineError(f"no target has the id {name!r}", hint=hint)

    def test(self, name: str) -> None:
        """Send a message that says it is a test; raises LeadlineError where it did not arrive."""
        target, now = self.target(name), self._clock()
        words = f"A test of leadline's target {target.id}, sent by {self._rep} at {now.astimezone():%d %b %Y %H:%M}."
        body = {"json": msgspec.json.encode({"version": 1, "test": True, "words": words}).decode() + "\n"}
        form = target.format if target.format in ("text", "md", "json") else "text"
        self._send(target, self._message(secrets.token_hex(16), "test", "leadline: a test",
                                         body.get(form, words + "\n"), form, now))  # fmt: skip
        self._team.note_left("test", target.id, 0)

    def recover(self, channel: str, what: str, *, peek: bool = False) -> tuple[str, str]:
        """The id of a channel's latest delivery, and what is to be said of it if it may not have arrived.

        ``peek`` only looks. Raises StoreBusy where another run is sending on it now.
        """
        now = self._clock()
        for last in self._store.deliveries(channel, limit=1):
            told = f"{last.at.astimezone():%d %b %Y %H:%M}"
            if last.state == "sending":
                if worker_lives(last.worker) and now - last.at < LONGEST:
                    raise StoreBusy(f"another run is sending to {last.target} now", hint="it sends once; look again")
                if not peek:
                    self._store.settle(last.id, "unconfirmed", now, words="its process died before it was confirmed")
                words = f"{what} to {last.target} may have been sent at {told} but was not confirmed"
                return last.id, f"{words}; what it held comes again."
            if last.state == "failed":
                return last.id, f"{what} to {last.target} of {told} did not arrive: {last.words}"
            return last.id, ""
        return "", ""

    def deliver(
        self, what: str, channel: str, target: TargetTable, subject: str, body: str, form: str, *,
        after: str, through: datetime, items: Sequence[str], count: int, withheld: int = 0,
        alerts: Sequence[AlertEntry] = (),
    ) -> Delivery:  # fmt: skip
        """Send a message and remember it; ``after`` is what ``recover`` gave.

        Raises StoreBusy where another run was quicker, LeadlineError where it did not arrive (which is remembered).
        """
        now = self._clock()
        made = Delivery(
            secrets.token_hex(16), channel, what, target.id, self._rep, now, through, tuple(items), worker_name()
        )
        if not self._store.begin(made, after=after):
            raise StoreBusy(f"another run sends to {target.id}", hint="it sends once; nothing is missing")
        try:
            self._send(target, self._message(made.id, what, subject, body, form, now))
        except LeadlineError as error:
            self._store.settle(made.id, "failed", self._clock(), words=str(error))
            raise
        self._store.settle(made.id, "sent", self._clock(), alerts=[replace(each, delivery=made.id) for each in alerts])
        self._team.note_left(what, target.id, count, withheld, form)
        return made

    def read_here(self, channel: str, through: datetime, items: Sequence[str]) -> None:
        """Remember what was read on this machine, as the start of what follows."""
        last = next((each.id for each in self._store.deliveries(channel, limit=1)), "")
        made = Delivery(secrets.token_hex(16), channel, "digest", "reader", self._rep, self._clock(), through,
                        tuple(items), worker_name(), "sent", self._clock())  # fmt: skip
        self._store.begin(made, after=last)

    def deliveries(self, *, since: datetime | None = None, limit: int = 100) -> list[Delivery]:
        """What was sent to targets, the latest first."""
        found = self._store.deliveries(since=since, limit=10 * limit)
        return [each for each in found if each.target != "reader"][:limit]

    def _message(self, id_: str, what: str, subject: str, body: str, form: str, at: datetime) -> Message:
        return Message(id_, what, subject, body, form, at, self._folder, self._contact)

    def _send(self, target: TargetTable, message: Message) -> None:
        try:
            send(target, message)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            reason = error.strerror or type(error).__name__
            raise LeadlineError(f"{target.id} cannot be reached: {reason}", hint="see `leadline send`") from None
