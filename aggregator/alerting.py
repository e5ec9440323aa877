"""Alerts: what a saved query finds is told at once, each story once, never more often than its rate allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from aggregator.config_outbox import AlertTable, TargetTable
from aggregator.delivering import Delivering
from aggregator.errors import LeadlineError
from aggregator.model import AlertEntry, Item, Prospect, Query, Score
from aggregator.outbox.alert_words import Told, body, form_of, subject
from aggregator.pipeline.material import merged, told, what_is_new
from aggregator.store.base import Store
from aggregator.tenders import Tenders

REMEMBERED = timedelta(days=90)
"""How long a story that was told is known, so that only what is materially new in it is told again."""
FIRST = timedelta(days=1)
"""How far back an alert looks when it runs for the first time."""
OVERLAP = timedelta(hours=1)
MOST = 500
"""Items that one alert looks at in one run, the latest first."""
MOST_LOGGED = 5_000
_TOLD = ("sent", "summary")
_OPEN = ("held", "failed")
_Chosen = tuple[AlertEntry, Told]


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run of an alert came to."""

    alert: str
    entries: tuple[AlertEntry, ...] = ()
    """The decisions of this run, those that it would have taken if it was a dry one."""
    error: str = ""
    notice: str = ""

    @property
    def sent(self) -> int:
        """Stories that were told."""
        return sum(entry.decision in _TOLD for entry in self.entries)


@dataclass(slots=True)
class _Known:
    """What an alert has told so far."""

    latest: dict[str, AlertEntry] = field(default_factory=dict)
    """Item → the last decision."""
    told: dict[str, list[Mapping[str, str]]] = field(default_factory=dict)
    """Item → what was told with it, the earliest first."""


class Alerting:
    """The alerts of one rep."""

    def __init__(
        self, store: Store, rep: str, clock: Callable[[], datetime], alerts: Sequence[AlertTable],
        delivering: Delivering, *, query: Callable[[str], Query], items: Callable[[Query, int], Iterator[Item]],
        story: Callable[[Item], tuple[Item, ...]], tenders: Tenders,
        scores: Callable[[Item], list[tuple[Prospect | None, Score]]],
    ) -> None:  # fmt: skip
        self._store, self._rep, self._clock = store, rep, clock
        self.alerts = alerts
        self._delivering, self._query, self._items = delivering, query, items
        self._story, self._tenders, self._scores = story, tenders, scores

    def run(self, *, dry_run: bool = False) -> list[Ran]:
        """Run every alert; one that fails does not keep the others. A dry run sends and remembers nothing."""
        return [self._guarded(alert, dry_run) for alert in self.alerts]

    def log(self, alert: str = "", *, since: datetime | None = None, limit: int = 200) -> list[AlertEntry]:
        """What was made of which item, and why, the latest first."""
        return self._store.alert_log(alert, rep=self._rep, since=since, limit=limit)

    def _guarded(self, alert: AlertTable, dry_run: bool) -> Ran:
        try:
            return self._run(alert, dry_run)
        except LeadlineError as error:
            return Ran(alert.id, error=str(error))

    def _run(self, alert: AlertTable, dry_run: bool) -> Ran:
        now, mark = self._clock(), f"alert:{alert.id}:{self._rep}"
        target = self._delivering.target(alert.target)
        after, notice = self._delivering.recover(_channel(alert, self._rep), f"An alert of {alert.id}", peek=dry_run)
        known = self._known(alert, now)
        found = self._found(alert, known, self._store.mark(mark), now)
        chosen, refused = self._chosen(alert, found, known, target, now)
        groups, held = self._planned(alert, chosen, now)
        entries = [*refused, *(each for each in held if not _is_last(known, each))]
        if not dry_run:
            self._store.log_alerts(entries)
            entries += self._send(alert, target, groups, after, notice, now)
            self._store.set_mark(mark, now)
        else:
            entries += [entry for group in groups for entry, _ in group]
        return Ran(alert.id, tuple(entries), next((e.why for e in entries if e.decision == "failed"), ""), notice)

    def _known(self, alert: AlertTable, now: datetime) -> _Known:
        known = _Known()
        log = self._store.alert_log(alert.id, rep=self._rep, since=now - REMEMBERED, limit=MOST_LOGGED)
        for entry in reversed(log):
            known.latest[entry.item] = entry
            if entry.decision in _TOLD:
                known.told.setdefault(entry.item, []).append(entry.told)
        return known

    def _found(self, alert: AlertTable, known: _Known, mark: datetime | None, now: datetime) -> list[Item]:
        """New items of the query, and of those met before what waits or was edited since; the earliest first."""
        query = replace(self._query(alert.query), now=now)
        fresh = replace(query, seen_from=max(filter(None, (query.seen_from, (mark or now - FIRST) - OVERLAP))),
                        news_only=True)  # fmt: skip
        found = {item.id: item for item in self._items(fresh, MOST) if item.id not in known.latest}
        met = replace(query, ids=tuple(sorted(known.latest)))
        for item in self._items(met, MOST) if known.latest else ():
            if item.versions or known.latest[item.id].decision in _OPEN:
                found[item.id] = item
        return sorted(found.values(), key=lambda item: (item.seen_at, item.id))

    def _chosen(
        self, alert: AlertTable, found: Sequence[Item], known: _Known, target: TargetTable, now: datetime
    ) -> tuple[list[_Chosen], list[AlertEntry]]:
        """What is to be told, each story once, the best first; and what is not, with the reason."""
        chosen: dict[str, _Chosen] = {}
        refused: list[AlertEntry] = []
        for item, score in sorted(((each, self._score(each)) for each in found), key=lambda pair: -pair[1]):
            entry = AlertEntry(alert.id, self._rep, item.id, now, "", "", told(item))
            if item.scope == "internal" and not target.internal:
                entry = replace(entry, decision="withheld", why=f"internal, and {target.id} may not have that")
            else:
                entry = self._judged(entry, item, known, chosen)
            if entry.decision == "":
                chosen[item.id] = (entry, Told(item, entry.why, score))
            elif not _is_last(known, entry):
                refused.append(entry)
        return list(chosen.values()), refused

    def _judged(self, entry: AlertEntry, item: Item, known: _Known, chosen: Mapping[str, _Chosen]) -> AlertEntry:
        """The entry with its reason to be told, or decided as ``known``."""
        if not known.told and not chosen:
            return replace(entry, why="new")
        related = [item.id] if item.id in known.told else [item.id, *self._related(item)]
        if same := next((each for each in related if each in chosen), None):
            return replace(entry, decision="known", why=f"the same story as {same[:8]}, told with that")
        former = [said for each in related for said in known.told.get(each, ())]
        if not former:
            return replace(entry, why="new")
        news = what_is_new([merged(former)], entry.told)
        if not news:
            return replace(entry, decision="known", why="its story was told; no new phase, amount or deadline")
        why = f"new in a story that was told: {'; '.join(news)}"
        return replace(entry, why=why, told=merged([*former, entry.told]))

    def _related(self, item: Item) -> list[str]:
        """Other items of its story and of its procurement."""
        thread = self._tenders.of([item]).get(item.id)
        return [each.id for each in (*self._story(item), *(thread.items if thread else ()))]

    def _planned(
        self, alert: AlertTable, chosen: list[_Chosen], now: datetime
    ) -> tuple[list[list[_Chosen]], list[AlertEntry]]:
        """One message each while the rate allows it; the rest in one summary; or everything held until it allows."""
        most, span = alert.rate
        since = now - timedelta(seconds=span)
        used = self._store.deliveries(
            _channel(alert, self._rep), states=("sent", "sending", "unconfirmed"), since=since, limit=most
        )
        room = most - len(used)
        if not chosen:
            return [], []
        if room <= 0:
            again = (used[-1].at + timedelta(seconds=span)).astimezone()
            why = f"over {alert.at_most}: comes in a summary from {again:%H:%M}"
            return [], [replace(entry, decision="held", why=f"{why} ({entry.why})") for entry, _ in chosen]
        if len(chosen) <= room:
            return [[(replace(entry, decision="sent"), one)] for entry, one in chosen], []
        singles = [[(replace(entry, decision="sent"), one)] for entry, one in chosen[: room - 1]]
        why = f"over {alert.at_most}: in one summary of {len(chosen) - room + 1}"
        rest = [(replace(e, decision="summary", why=f"{why} ({e.why})"), one) for e, one in chosen[room - 1 :]]
        return [*singles, rest], []

    def _score(self, item: Item) -> float:
        return max(score.value for _, score in self._scores(item))

    def _send(
        self, alert: AlertTable, target: TargetTable, groups: Sequence[Sequence[_Chosen]],
        after: str, notice: str, now: datetime,
    ) -> list[AlertEntry]:  # fmt: skip
        entries: list[AlertEntry] = []
        form = form_of(target.format)
        for group in groups:
            mine, items = [entry for entry, _ in group], [one for _, one in group]
            try:
                made = self._delivering.deliver(
                    "alert", _channel(alert, self._rep), target, subject(alert.id, items),
                    body(alert.id, items, form, notice=notice), form,
                    after=after, through=now, items=[one.item.id for one in items], count=len(items), alerts=mine,
                )  # fmt: skip
            except LeadlineError as error:
                failed = [replace(e, decision="failed", why=f"to be tried again: {error}") for e in mine]
                self._store.log_alerts(failed)
                return [*entries, *failed]
            after, notice = made.id, ""
            entries += [replace(entry, delivery=made.id) for entry in mine]
        return entries


def _channel(alert: AlertTable, rep: str) -> str:
    return f"alert {alert.id} {rep}"


def _is_last(known: _Known, entry: AlertEntry) -> bool:
    """Whether the log says so already."""
    last = known.latest.get(entry.item)
    return last is not None and (
        last.decision == entry.decision or (entry.decision == "known" and last.decision in _TOLD)
    )
