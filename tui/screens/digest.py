"""Digest: today's, as it will be sent."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from textual.app import ComposeResult

from feeds.text import printable
from tui.screens.base import DeskScreen
from tui.widgets.reader import Reader


class Inert:
    """What rich draws, cleaned once more of whatever could steer a terminal."""

    def __init__(self, drawn: RenderableType) -> None:
        self._drawn = drawn

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self._drawn, options):
            if not segment.control:
                yield Segment(printable(segment.text), segment.style)


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
        from aggregator.digest.to_text import draw

        self.query_one(Reader).show(Inert(draw(digest)), "digest")
        self.say(f"as `leadline digest` writes it · {digest.stories} stories")
