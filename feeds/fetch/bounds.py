"""What one fetch may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one fetch may cost, in seconds and bytes."""

    deadline: float = 20.0
    """For the whole fetch with its redirects; waiting for a turn does not count."""
    connect: float = 10.0
    """For one address to accept a connection; half the deadline at most."""
    max_wire: int = 5_000_000
    """Of a body as it travels, compressed or not."""
    max_decoded: int = 10_000_000
    max_header: int = 64_000
    """Of all header lines of an answer together; one line may have half of it."""
    redirects: int = 5
    per_host: int = 2
    """Requests at once to one host and port."""
    gap: float = 0.0
    """Between the starts of two requests to one host and port on the public internet."""
    connections: int = 100
    """Requests at once to all hosts together; any number may wait, at no cost to their deadline."""


DEFAULT_BOUNDS = Bounds()
