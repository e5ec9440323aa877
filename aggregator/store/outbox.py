"""What the store does for what is sent: deliveries that are entered before they leave, and the log of alerts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from aggregator.model import AlertEntry, Delivery


class OutboxStore(Protocol):
    """A part of ``Store``."""

    def begin(self, delivery: Delivery, *, after: str = "") -> bool:
        """Enter a delivery as being sent, if the latest of its channel still is ``after`` (empty: there is none).

        False, and nothing entered, where another run was quicker: so two runs at once send once.
        """
        ...

    def settle(
        self, delivery_id: str, state: str, at: datetime, *, words: str = "", alerts: Sequence[AlertEntry] = ()
    ) -> None:
        """Say what became of a delivery and, in the same transaction, what the alert's log tells of its items."""
        ...

    def deliveries(
        self, channel: str = "", *, states: Collection[str] = (), since: datetime | None = None, limit: int = 100
    ) -> list[Delivery]:
        """Deliveries of a channel (or of all) in these states (or in any), the latest first."""
        ...

    def forget_sent(self, before: datetime) -> int:
        """Forget deliveries and alerts' decisions older than that, but each channel's latest; how many there were."""
        ...

    def log_alerts(self, entries: Sequence[AlertEntry]) -> None:
        """Enter what alerts made of items that were not sent."""
        ...

    def alert_log(
        self, alert: str = "", *, rep: str = "", since: datetime | None = None, limit: int = 1_000
    ) -> list[AlertEntry]:
        """What alerts made of items, the latest first."""
        ...
