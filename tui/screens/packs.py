"""Packs: the sources and rules that came from elsewhere."""

from __future__ import annotations

from typing import Any

from textual.content import Content

from tui.formatting import fit, line
from tui.screens.sheet import Sheet, Sheeted, title


class PacksScreen(Sheet):
    """What is installed, and what it brings."""

    NAME = "packs"

    def read(self) -> list[Sheeted]:
        """A line a pack."""
        sources: dict[str, int] = {}
        for source in self.aggregator.catalog.sources:
            sources[source.pack or "own"] = sources.get(source.pack or "own", 0) + 1
        rules: dict[str, int] = {}
        for text in self.aggregator.catalog.recipe.rules:
            rules[text.pack] = rules.get(text.pack, 0) + text.text.count("[[rules]]")
        names = sorted({*sources, *rules})
        return [
            title("In force", str(len(names))),
            *(_pack(each, sources.get(each, 0), rules.get(each, 0)) for each in names),
        ]

    def page(self, behind: Any) -> Content:
        """What a pack brings."""
        mine = [each for each in self.aggregator.catalog.sources if (each.pack or "own") == behind]
        rules = [each.file for each in self.aggregator.catalog.recipe.rules if each.pack == behind]
        parts = [line([(behind, "bold")]), Content("")]
        parts += [line([("rules   ", "$faint"), (file, "")]) for file in rules]
        parts += [
            line([("source  ", "$faint"), (each.name or each.id, ""), (f"  {each.url}", "$faint")])
            for each in mine[:200]
        ]
        return Content("\n").join(parts)


def _pack(name: str, sources: int, rules: int) -> Sheeted:
    what = {"core": "the rules that ship with leadline", "own": "your own sources and rules"}.get(name, "")
    return Sheeted(
        lambda width: line(
            [
                (f"  {fit(name, 20)} ", "bold"),
                (f"{sources:>6} sources  {rules:>4} rules   ", ""),
                (fit(what, max(0, width - 47)), "$faint"),
            ]
        ),
        name,
    )
