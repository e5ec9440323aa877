"""What the store in memory counts for a report: the same figures as the database makes, in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from statistics import median

from aggregator.model import KEPT_STATES, MATCH_THRESHOLD, Item, Tally
from aggregator.store.kept import Kept
from aggregator.store.shared import micros, monday, week_of


def tallies(kept: Kept, facet: str, since: datetime) -> list[Tally]:
    """Items listed since then by facet, the most numerous first."""
    groups: defaultdict[str, list[Item]] = defaultdict(list)
    for item in kept.items.values():
        if item.listed >= since:
            for key in _keys(facet, item):
                groups[key].append(item)
    found = [_tally(kept, facet, key, items) for key, items in groups.items()]
    return sorted(found, key=lambda tally: (-tally.n, tally.key))


def private_notes(kept: Kept, prospect: str) -> dict[str, int]:
    """Rep → how many private notes on a prospect and on its items."""
    items = {item.id for item in kept.items.values() if any(match.prospect == prospect for match in item.matches)}
    found = Counter(
        note.rep
        for note in kept.notes.values()
        if note.visibility == "private" and (note.prospect == prospect or note.item in items)
    )
    return dict(sorted(found.items()))


def keepers(kept: Kept, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Item → the reps who kept it."""
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for rep, id_ in sorted(kept.verdicts):
        if id_ in ids and kept.verdicts[rep, id_].state in KEPT_STATES:
            found[id_] += (rep,)
    return dict(found)


def _keys(facet: str, item: Item) -> set[str]:
    if facet == "signal":
        return {tag.signal for tag in item.tags}
    if facet == "pack":
        return {tag.pack for tag in item.tags if tag.pack}
    if facet == "prospect":
        return {match.prospect for match in item.matches if match.confidence >= MATCH_THRESHOLD}
    return {item.source if facet == "source" else ""}


def _tally(kept: Kept, facet: str, key: str, items: list[Item]) -> Tally:
    by_id = {item.id: item for item in items}
    verdicts = [v for (_, id_), v in kept.verdicts.items() if id_ in by_id and v.state in (*KEPT_STATES, "dismissed")]
    kept_ones = [verdict for verdict in verdicts if verdict.state in KEPT_STATES]
    delays = [max(micros(v.at) - micros(by_id[v.item].seen_at), 0) / 1e6 for v in verdicts]
    return Tally(
        key, len(items), len(kept_ones), len(verdicts) - len(kept_ones), _corrections(kept, facet, key, by_id),
        median(delays) if delays else None,
        dict(Counter(monday(week_of(item.listed)) for item in items)),
        dict(Counter(monday(week_of(verdict.at)) for verdict in kept_ones)),
    )  # fmt: skip


def _corrections(kept: Kept, facet: str, key: str, items: dict[str, Item]) -> int:
    return sum(1 for each in _words_on(kept, facet, key, items))


def _words_on(kept: Kept, facet: str, key: str, items: dict[str, Item]) -> Iterator[object]:
    for each in kept.corrections.values():
        item = items.get(each.item)
        if item is None:
            continue
        if facet in ("all", "source") or (facet == "prospect" and (each.subject, each.value) == ("prospect", key)):
            yield each
        elif facet in ("signal", "pack") and each.subject == "tag" and not each.holds:
            names = [t for t in item.tags if (t.signal if facet == "signal" else t.pack) == key]
            if any(each.value in (tag.signal, tag.type) for tag in names):
                yield each
