"""Rules files in TOML → rules; a bad rule is refused by name and the others still load."""

from __future__ import annotations

from dataclasses import dataclass

from feeds.tables import Fault


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one pack, ready to compile, and the faults of those that were refused."""

    pack: str
    faults: tuple[Fault, ...] = ()


def read_rules(text: str, file: str, pack: str) -> RuleSet:
    """Rules from TOML text; ``file`` and ``pack`` name them in faults and in tags. Never raises for bad rules."""
    return RuleSet(pack)
