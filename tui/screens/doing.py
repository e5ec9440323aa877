"""What is done with the story in front: its links opened, it copied or piped to a program."""

from __future__ import annotations

import json
from functools import partial

from textual.content import Content

from feeds.text import safe_link
from tui import pipe
from tui.screens.dialogs import HINTS, Ask, Choice, Pick, Show
from tui.screens.stories import StoriesScreen


class DoingScreen(StoriesScreen):
    """Nothing here changes what is stored."""

    def _links(self) -> list[tuple[str, str]]:
        """Links that a browser may open, each with what it is."""
        detail = self.detail
        if detail is None:
            return []
        found = {detail.item.link: detail.source}
        found |= {each.url: f"attached {each.media_type}" for each in detail.item.enclosures}
        found |= {other.link: name for other, name in detail.others}
        return [(link, name) for written, name in found.items() if (link := safe_link(written))][: len(HINTS)]

    def action_open(self) -> None:
        """Show every link whole; a letter opens it."""
        links = self._links()
        if not links:
            self.say("This story has no link that a browser may open.")
            return
        choices = [
            Choice(link, name, "", key) for (link, name), key in zip(links, f"o{HINTS.replace('o', '')}", strict=False)
        ]
        note = "\n".join(f"{choice.key}  {choice.value}" for choice in choices)

        def chosen(link: str | None) -> None:
            if link:
                self.app.open_url(link)
                self.say(f"opened {link}")

        self.app.push_screen(Pick("Open in the browser", choices, note=note), chosen)

    def action_copy(self) -> None:
        """Its link to the clipboard."""
        link = safe_link(self.detail.item.link) if self.detail else ""
        if link:
            self.app.copy_to_clipboard(link)
            self.say(f"copied {link}")
        else:
            self.say("There is no link to copy.")

    def action_copy_text(self) -> None:
        """Title, link and text to the clipboard."""
        if self.detail:
            item = self.detail.item
            self.app.copy_to_clipboard(f"{item.title}\n{item.link}\n\n{item.text}")
            self.say(f"copied the text of: {item.title}")

    def action_pipe(self, typed: str = "") -> None:
        """To a program."""
        if self.detail is None:
            self.say("There is no story here.")
        elif typed:
            self.spawn(partial(self._pipe, typed), "pipe")
        else:
            self.app.push_screen(Ask("|", "a program and its arguments, as in jq .title"), self._piped)

    def _piped(self, typed: str | None) -> None:
        if typed:
            self.spawn(partial(self._pipe, typed), "pipe")

    async def _pipe(self, typed: str) -> None:
        from aggregator.cli.shapes import item_dict

        argv, detail = pipe.arguments(typed), self.detail
        if detail is None:
            return
        self.say(f"{argv[0]} runs …")
        code, out = await pipe.run(argv, json.dumps(item_dict(detail.item), default=str, ensure_ascii=False))
        self.say(f"{argv[0]} ended{f' with {code}' if code else ''}", fault=bool(code))
        if out.strip():
            self.app.push_screen(Show(f"| {typed}", Content(out)))
