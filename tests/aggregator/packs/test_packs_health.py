"""How packs' sources do, and that an export holds no prospect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from msgspec.structs import replace

from aggregator.model import SourceStatus
from aggregator.packs.health import Export, findings, gathered, observe
from aggregator.packs.merge import Origin
from feeds.model import FetchState, Source

NOW = datetime(2026, 11, 25, tzinfo=UTC)
OK = FetchState(status="ok", answered_at=NOW, changed_at=NOW)
FAILED = FetchState(status="failed", failed_since=NOW - timedelta(days=9), reason="the server answered 500")


def seen(state: FetchState, *, items: int = 5, kept: tuple[int, int] = (0, 0)) -> list[str]:
    """What is said of one source in this state."""
    source = Source("team.a", "https://a.example/feed", pack="team")
    origins = {"team.a": (Origin("team", "a", "team.a", source),)}
    found = observe(origins, [SourceStatus(source, state, items)], {("*", "team.a"): kept}, NOW)
    return [each.what for each in findings(found, {})]


def test_what_is_wrong_is_named() -> None:
    """Each in its own word."""
    assert seen(OK) == []
    assert seen(FAILED) == ["dead"]
    assert seen(replace(FAILED, failed_since=NOW - timedelta(days=2))) == []
    assert seen(replace(FAILED, status="gone")) == ["dead"]
    assert seen(replace(FAILED, failed_since=NOW, reason="the server did not answer within 20 s")) == ["slow"]
    assert seen(replace(OK, moved_to="https://new.example/feed")) == ["moved"]
    assert seen(OK, items=0) == ["empty"]
    assert seen(replace(OK, changed_at=NOW - timedelta(days=40))) == ["silent"]
    assert seen(OK, kept=(0, 12)) == ["never kept"]
    assert seen(OK, kept=(1, 12)) == []


def test_a_template_s_sources_are_one_and_name_no_prospect() -> None:
    """Neither their ids, nor addresses that could tell who is meant."""
    origins, statuses = {}, []
    for prospect in ("verrano", "mervale"):
        source = Source(f"team.filings.{prospect}", f"https://records.example/{prospect}", prospect=prospect)
        origins[source.id] = (Origin("team", f"filings.{prospect}", "team.filings", source),)
        state = replace(FAILED, reason=f"{prospect} not found", moved_to=f"https://new.example/{prospect}")
        statuses.append(SourceStatus(source, state, 3))
    (one,) = found = observe(origins, statuses, {}, NOW)
    exported = msgspec.json.encode(Export(packs={"team": "1.0.0"}, seen=tuple(found))).decode()

    assert (one.source, one.made, one.failed, one.items) == ("filings", 2, 2, 6)
    assert "verrano" not in exported
    assert "mervale" not in exported


def test_exports_of_several_reps_are_put_together() -> None:
    """Dead for one is not dead for all."""
    source = Source("team.a", "https://a.example/feed")
    origins = {"team.a": (Origin("team", "a", "team.a", source),)}
    exports = [
        Export(seen=tuple(observe(origins, [SourceStatus(source, state, 5)], {}, NOW))) for state in (FAILED, OK)
    ]

    assert [each.what for each in findings(gathered(exports[:1]), {})] == ["dead"]
    assert list(findings(gathered(exports), {})) == []
