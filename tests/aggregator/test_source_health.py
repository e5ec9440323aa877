"""A source's health out of its state and what the store counts."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from aggregator.source_health import health_of
from tests.samples import NOW, a_status


def test_figures_and_cadence() -> None:
    status = a_status("wire", every=None)
    state = replace(status.state, next_at=NOW + timedelta(hours=3))
    found = health_of(replace(status, state=state), {"wire": 10}, {("*", "wire"): (1, 3), ("", "wire"): (9, 9)}, NOW)

    assert (found.state, found.per_week, found.kept_ratio, found.cadence) == ("ok", 2.5, 0.25, "3 h")
    assert health_of(a_status("new", "new"), {}, {}, NOW).kept_ratio is None


def test_held_partly_and_retired_are_told() -> None:
    status = a_status("wire")
    held = replace(status.state, next_at=NOW + timedelta(hours=3), next_why="held: the quota is spent")
    partly = replace(status.state, reason="3 of 50 records unreadable: no id; the first: {}")

    assert health_of(replace(status, state=held), {}, {}, NOW).state == "held"
    assert health_of(replace(status, state=held), {}, {}, NOW + timedelta(hours=4)).state == "ok"
    assert health_of(replace(status, state=partly), {}, {}, NOW).state == "partly"
    assert health_of(replace(status, retired=True), {}, {}, NOW).state == "retired"
