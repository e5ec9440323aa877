"""Digest: today's, as it will be sent."""

from __future__ import annotations

from textual.app import ComposeResult

from aggregator.digest.to_text import draw
from tui.screens.base import DeskScreen
from tui.widgets.reader import Reader


class DigestScreen(DeskScreen):
    """One page."""

    NAME = "digest"

    def compose_body(self) -> ComposeResult:
        """The page."""
        yield Reader()

    def on_mount(self) -> None:
        """Make it."""
        self.query_one(Reader).focus()
        self.reload()

    def reload(self, item: str = "") -> None:  # noqa: ARG002 - of other screens
        """Make it anew."""
        self.spawn(self._load, "digest", latest=True)

    async def _load(self) -> None:
        self.say("making the digest …")
        digest = await self.run("list", self.aggregator.digest)
        self.query_one(Reader).show(draw(digest), "digest")
        self.say(f"as `leadline digest` writes it · {digest.stories} stories")
