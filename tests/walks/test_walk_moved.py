"""A source that moved for good: asked where it went, and shown so."""

from __future__ import annotations

from tests.command import Leadline
from tests.servers import Reply, Server, item, rss


def test_a_permanent_move_is_shown(web: Server, desk: Leadline) -> None:
    target = web.serve("/new", rss(item("News", guid="1")))
    desk.configure(web.serve("/old", Reply(b"", 301, {"Location": target})))
    desk("poll")
    desk("poll", "--force")

    assert [asked.path for asked in web.log] == ["/old", "/new", "/new"]
    assert f"moved for good; asked at {target}" in desk("sources")
    assert desk.json("sources")[0]["moved_to"] == target
    assert target in desk("sources", "--why", "s1")
