"""What a rep keeps and dismisses: a term of his scores, and what he might want to mute; never applied silently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aggregator.model import Item, Reason
from aggregator.tagging.evaluate import wilson

Keeps = Mapping[tuple[str, str], tuple[int, int]]
"""(signal, source) → how many such items the rep kept, and how many he dismissed; signal empty for untagged ones,
``*`` for all items of the source, each once."""

PRIOR = 3.0
"""Kept and dismissed items that everyone is taken to have beforehand, so many of each (Beta prior)."""
MUTE_FROM = 8
"""Verdicts below which nothing is suggested."""
MUTE_BELOW = 0.35
"""A mute is suggested where even the upper end of the interval of the kept share lies below."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A source, a signal, or a signal of a source that the rep nearly always dismisses."""

    signal: str
    """Empty where all signals of the source are meant."""
    source: str
    """Empty where all sources are meant."""
    kept: int
    seen: int
    """Kept and dismissed."""

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson 95% interval of the kept share."""
        return wilson(self.kept, self.seen)


def keep_term(keeps: Keeps, signal: str, source: str) -> list[Reason]:
    """The rep's own keep-rate for this signal from this source, smoothed, as a factor from 0.5 to 1.5; none unseen."""
    kept, dismissed = keeps.get((signal, source), (0, 0))
    seen = kept + dismissed
    if not seen:
        return []
    factor = 0.5 + (kept + PRIOR) / (seen + 2 * PRIOR)
    return [Reason(f"you kept {kept} of {seen} with this signal from this source", factor)]


@dataclass(frozen=True, slots=True)
class KeepRate:
    """What the rep kept of a signal over all sources, or of a source over all signals."""

    signal: str
    """Empty for a source as a whole; ``untagged`` for what has no tag."""
    source: str
    kept: int
    seen: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson 95% interval of the kept share."""
        return wilson(self.kept, self.seen)


def rates(keeps: Keeps) -> list[KeepRate]:
    """The keep-rates of every signal and of every source, signals first, each by its name."""
    totals: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for (signal, source), (kept, dismissed) in keeps.items():
        key = ("", source) if signal == "*" else (signal or "untagged", "")
        totals[key][0] += kept
        totals[key][1] += kept + dismissed
    found = [KeepRate(*key, kept, seen) for key, (kept, seen) in totals.items() if seen]
    return sorted(found, key=lambda each: (not each.signal, each.signal, each.source))


def recounted(keeps: Keeps, judged: Iterable[tuple[Item, Item, bool]]) -> Keeps:
    """The counts, with items counted under the tags that the rep gave them: (as stored, as corrected, whether kept)."""
    counts = {key: list(pair) for key, pair in keeps.items()}
    for stored, corrected, kept in judged:
        place = 0 if kept else 1
        for item, step in ((stored, -1), (corrected, 1)):
            for signal in {tag.signal for tag in item.tags} or {""}:
                counts.setdefault((signal, item.source), [0, 0])[place] += step
    return {key: (max(0, kept), max(0, gone)) for key, (kept, gone) in counts.items() if kept > 0 or gone > 0}


def counted_from(keeps: Keeps, later: Mapping[tuple[str, str], Keeps]) -> Keeps:
    """The counts, of some signals and sources only those since they were reset.

    ``later`` is (``signal`` or ``source``, its name) → all counts since that reset. Of a signal and a source that both
    were reset, the fewer counts are the later ones.
    """
    found = dict(keeps)
    for (subject, name), since in later.items():
        for signal, source in keeps:
            if name == (signal if subject == "signal" else source):
                found[signal, source] = min(found[signal, source], since.get((signal, source), (0, 0)), key=sum)
    return {key: pair for key, pair in found.items() if any(pair)}


def suggestions(keeps: Keeps) -> list[Suggestion]:
    """What might be muted, the surest first; a pair is left out where its source or signal is suggested whole."""
    totals: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for (signal, source), (kept, dismissed) in keeps.items():
        keys = {(signal, ""), (signal, source)} if signal not in ("", "*") else {("", source)} if signal else set()
        for key in keys:
            totals[key][0] += kept
            totals[key][1] += kept + dismissed
    rare = {
        key: Suggestion(*key, kept, seen)
        for key, (kept, seen) in totals.items()
        if seen >= MUTE_FROM and wilson(kept, seen)[1] < MUTE_BELOW
    }
    shown = [
        each
        for (signal, source), each in rare.items()
        if not (signal and source and (("", source) in rare or (signal, "") in rare))
    ]
    return sorted(shown, key=lambda each: (each.interval[1], each.source, each.signal))
