"""How packs fail: each error says what was refused, that nothing changed, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from feeds.errors import LeadlineError
from feeds.tables import Fault


class PackError(LeadlineError):
    """A pack cannot be made, fetched, read or installed; nothing was changed."""


class PackRefused(PackError):  # noqa: N818 - says what happened, as one reads it
    """A pack was refused as a whole: it is not what its maker built, not his, or not safe."""

    def __init__(self, message: str, *, hint: str = "", faults: Sequence[Fault] = ()) -> None:
        super().__init__(message, hint=hint)
        self.faults = tuple(faults)
