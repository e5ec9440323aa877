"""Deliveries and the log of alerts in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice

from msgspec.structs import replace

from aggregator.model import AlertEntry, Delivery
from aggregator.store.kept import Kept


class MemoryOutbox:
    """This part of the store in memory; ``_open`` is the store's own."""

    def _open(self) -> AbstractContextManager[Kept]:
        raise NotImplementedError

    def begin(self, delivery: Delivery, *, after: str = "") -> bool:
        """See ``OutboxStore.begin``."""
        with self._open() as kept:
            latest = next((each.id for each in reversed(kept.outbox) if each.channel == delivery.channel), "")
            if latest != after:
                return False
            kept.outbox.append(delivery)
        return True

    def settle(
        self, delivery_id: str, state: str, at: datetime, *, words: str = "", alerts: Sequence[AlertEntry] = ()
    ) -> None:
        """See ``OutboxStore.settle``."""
        with self._open() as kept:
            kept.outbox = [
                replace(each, state=state, done_at=at, words=words) if each.id == delivery_id else each
                for each in kept.outbox
            ]
            kept.alerts += alerts

    def deliveries(
        self, channel: str = "", *, states: Collection[str] = (), since: datetime | None = None, limit: int = 100
    ) -> list[Delivery]:
        """See ``OutboxStore.deliveries``."""
        with self._open() as kept:
            found = (
                each
                for each in reversed(kept.outbox)
                if channel in ("", each.channel) and (not states or each.state in states)
                and (since is None or each.at >= since)
            )  # fmt: skip
            return list(islice(found, max(limit, 0)))

    def forget_sent(self, before: datetime) -> int:
        """See ``OutboxStore.forget_sent``."""
        with self._open() as kept:
            last = {each.channel: each.id for each in kept.outbox}
            arrived = {each.channel: each.id for each in kept.outbox if each.state == "sent"}
            spared = {*last.values(), *arrived.values()}
            count = len(kept.outbox) + len(kept.alerts)
            kept.outbox = [each for each in kept.outbox if each.at >= before or each.id in spared]
            kept.alerts = [each for each in kept.alerts if each.at >= before]
            return count - len(kept.outbox) - len(kept.alerts)

    def log_alerts(self, entries: Sequence[AlertEntry]) -> None:
        """See ``OutboxStore.log_alerts``."""
        with self._open() as kept:
            kept.alerts += entries

    def alert_log(
        self, alert: str = "", *, rep: str = "", since: datetime | None = None, limit: int = 1_000
    ) -> list[AlertEntry]:
        """See ``OutboxStore.alert_log``."""
        with self._open() as kept:
            found = (
                each
                for each in reversed(kept.alerts)
                if alert in ("", each.alert) and rep in ("", each.rep) and (since is None or each.at >= since)
            )
            return list(islice(found, max(limit, 0)))
