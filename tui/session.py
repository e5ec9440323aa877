"""What all screens share: the Aggregator, lanes of work off the screen's thread, the undo stack, count and scope."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from aggregator.core import Aggregator

T = TypeVar("T")

LANES = ("list", "read", "write", "far")
"""Work of one lane is done in turn, on one thread with one connection; lanes do not wait for each other.
``far`` is for what waits for other machines."""
MOST_UNDO = 1_000


@dataclass(frozen=True, slots=True)
class Undo:
    """Something done, in words, and how it is taken back."""

    words: str
    back: Callable[[], object]
    item: str = ""
    """The story to return to."""


@dataclass
class Session:
    """The state of one desk."""

    aggregator: Aggregator
    view: str
    """The query that the triage screen opens with."""
    undo: list[Undo] = field(default_factory=list)
    count: int = 0
    """Digits typed before an action; 0 for none."""
    scope: str = ""
    """What the next action takes: ``view``, ``older``, or empty for the marked or the one under the cursor."""
    prospect: str = ""
    polling: dict[str, str] = field(default_factory=dict)
    """Source → how it answered, during a poll from here."""
    passed: deque[object] = field(default_factory=lambda: deque(maxlen=64))
    """Keys that went through a screen of the desk last, on their way to what they do."""
    fresh: int = 0
    """Items that came in since the list was read."""

    def __post_init__(self) -> None:
        self._lanes = {name: ThreadPoolExecutor(1, thread_name_prefix=f"desk-{name}") for name in LANES}
        self.order = asyncio.Lock()

    async def run(self, lane: str, work: Callable[[], T]) -> T:
        """Do something off the screen's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._lanes[lane], work)

    def push(self, undo: Undo) -> None:
        """Remember something done."""
        self.undo.append(undo)
        del self.undo[:-MOST_UNDO]

    def take_count(self) -> int:
        """The digits typed, once; 1 where there are none."""
        count, self.count = self.count, 0
        return max(1, count)

    def take_scope(self) -> str:
        """The scope chosen for this action, once."""
        scope, self.scope = self.scope, ""
        return scope

    def close(self) -> None:
        """Let what was decided reach the database, and end."""
        for lane in self._lanes.values():
            lane.shutdown(wait=True, cancel_futures=False)
