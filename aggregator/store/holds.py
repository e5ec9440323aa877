"""What a store keeps of hosts that asked for a pause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Holds(Protocol):
    """Pauses of hosts, which outlive the process that was asked for them."""

    def hold_hosts(self, until: Mapping[str, datetime]) -> None:
        """Remember until when each host (``name:port``, as in its address) wants to be left alone."""
        ...

    def held_hosts(self, now: datetime) -> Mapping[str, datetime]:
        """The hosts whose pause has not ended, and when it does; what a clock that ran ahead wrote is none."""
        ...
