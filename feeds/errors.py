"""How bringing-in fails. Every error of leadline descends from one root.

LeadlineError
├── FetchError            the request got no usable answer (``kind`` says how)
│   ├── HostHeldError     it was not sent: the host asked for a pause
│   └── BudgetSpentError  it was not sent: the quota is spent
├── ReadError             the answer is no document that we can read (feed links found in it are kept)
├── TableError            faults in a TOML file, each with file, line, key and hint
│   ├── ConfigError       (aggregator) … in config.toml
│   └── RuleError         (aggregator) … in a rules file
└── StoreError            (aggregator) the database cannot do what was asked
    ├── StoreBusy         another process holds it
    ├── StoreTooNew       a newer leadline wrote it
    └── ClaimLost         another poll took the source over
"""

from __future__ import annotations


class LeadlineError(Exception):
    """The root: whatever leadline raises on purpose. ``hint`` says what the user can do."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class FetchError(LeadlineError):
    """A request got no usable answer; ``kind`` is one short word for counting (``timeout``, ``tls``, …)."""

    def __init__(self, kind: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.kind = kind

    def __reduce__(self) -> tuple[object, ...]:
        return (_fetch_error, (self.kind, str(self), self.hint))


class HostHeldError(FetchError):
    """A host asked for a pause that has not ended; ``seconds`` are left of it."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__("held", message)
        self.seconds = seconds

    def __reduce__(self) -> tuple[object, ...]:
        return (HostHeldError, (str(self), self.seconds))


class BudgetSpentError(FetchError):
    """A request was not sent because the quota for it is spent; ``seconds`` until there is room again."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__("budget", message)
        self.seconds = seconds

    def __reduce__(self) -> tuple[object, ...]:
        return (BudgetSpentError, (str(self), self.seconds))


class ReadError(LeadlineError):
    """An answer is no document that we can read; ``feeds`` are the addresses of feeds that it names."""

    def __init__(self, message: str, *, feeds: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.feeds = feeds

    def __reduce__(self) -> tuple[object, ...]:
        return (_read_error, (str(self), self.feeds, self.hint))


def _fetch_error(kind: str, message: str, hint: str) -> FetchError:
    return FetchError(kind, message, hint=hint)


def _read_error(message: str, feeds: tuple[str, ...], hint: str) -> ReadError:
    return ReadError(message, feeds=feeds, hint=hint)
