"""Metrics that Prometheus can read."""

from __future__ import annotations

import re

from tests.command import Leadline
from tests.servers import Server, item, rss

_LINE = re.compile(r'^(?:# (?:HELP|TYPE) \w+ .+|[a-z_]+(?:\{[a-z]+="[a-z]+"\})? [0-9.e+]+)$')


def values(text: str) -> dict[str, float]:
    """Name and labels → value; every line is of the format."""
    assert all(_LINE.match(line) for line in text.splitlines()), text
    return {key: float(v) for key, _, v in (x.rpartition(" ") for x in text.splitlines() if not x.startswith("#"))}


def test_metrics_tell_how_things_stand(desk: Leadline, web: Server) -> None:
    desk.configure(web.serve("/f", rss(item("a", guid="1"), item("b", guid="2"))), web.base + "/none")
    before = values(desk("metrics"))
    assert (before['leadline_sources{state="new"}'], before["leadline_sources_due"]) == (2, 2)
    desk("poll", code=3)
    desk("metrics", "-o", "leadline.prom")
    after = values((desk.folder / "leadline.prom").read_text())
    assert (after['leadline_sources{state="ok"}'], after['leadline_sources{state="failed"}']) == (1, 1)
    assert (after["leadline_items"], after["leadline_failures"], after["leadline_run_alive"]) == (2, 1, 0)
    assert after["leadline_last_poll_timestamp_seconds"] > 1.7e9
