"""Packs: the sources and rules that came from elsewhere, what ails them, and what can be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from textual.binding import BindingType
from textual.content import Content

from aggregator.digest.words import counted
from aggregator.errors import LeadlineError
from feeds.packs.library import Installed, Waiting, shelf_packs
from feeds.packs.signing import Signer
from feeds.text import one_line
from tui.formatting import Part, fit, line, when
from tui.screens.base import bindings
from tui.screens.dialogs import Choice, Pick
from tui.screens.sheet import Sheet, Sheeted, title, words

if TYPE_CHECKING:
    from aggregator.packs.health import Finding
    from aggregator.packs.plan import Plan

MOST_TOLD = 24
"""Lines of what an update changes that are shown before it is taken."""
WITHOUT = {"core": "the rules that ship with leadline", "own": "your own sources and rules"}
"""What is in force and is no installed pack."""


@dataclass(frozen=True)
class Shown:
    """A pack as this screen has it."""

    id: str
    sources: int
    rules: int
    installed: Installed | None = None
    waiting: Waiting | None = None
    findings: tuple[Finding, ...] = ()
    faults: tuple[str, ...] = ()
    muted: bool = False

    @property
    def ails(self) -> bool:
        """Whether something waits for the rep."""
        return bool(self.waiting or self.findings or self.faults)

    @property
    def signed(self) -> str:
        """By whose key, if any."""
        return Signer(self.installed.signer).fingerprint if self.installed and self.installed.signer else "unsigned"

    @property
    def state(self) -> str:
        """What is to be said of it on its line."""
        parts = [f"{self.waiting.version} waits: {self.waiting.why}"] if self.waiting else []
        parts += ["muted"] if self.muted else []
        parts += [f"{len(self.faults)} faults: {self.faults[0]}"] if self.faults else []
        parts += [f"{each.source} {each.what}: {each.words}" for each in self.findings[:3]]
        return "; ".join(parts) or WITHOUT.get(self.id, "")


class PacksScreen(Sheet):
    """What is installed, and what it brings."""

    NAME = "packs"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("lists", "packs")]

    def read(self) -> list[Sheeted]:
        """A line a pack, those first that wait for the rep; then those that can be added."""
        found = list(self._shown())
        ready = ", ".join(name for name in shelf_packs() if name not in self.aggregator.packs.state.packs)
        groups = (
            ("Need you", [each for each in found if each.ails]),
            ("Installed", [each for each in found if each.installed and not each.ails]),
            ("In force besides", [each for each in found if not each.installed and not each.ails]),
        )
        lines: list[Sheeted] = []
        for name, those in groups:
            if those:
                lines += [title(name, str(len(those))), *map(_line, those), words(Content(""))]
        if ready:
            lines += [title("Ready to add"), words(line([("  leadline pack add  ", "$faint"), (ready, "")]))]
        return lines

    def _shown(self) -> Iterator[Shown]:
        aggregator = self.aggregator
        catalog, state, care = aggregator.catalog, aggregator.packs.state, aggregator.adjusting
        sources = Counter(each.pack or "own" for each in catalog.sources)
        rules = Counter[str]()
        for text in catalog.recipe.rules:
            rules[text.pack] += text.text.count("[[rules]]")
        findings = care.findings(aggregator.sources(), aggregator.learning.keeps(), aggregator.now())
        faults = [(each.file.partition("/")[0], str(each)) for each in catalog.faults]
        faults += [(each.source.partition(".")[0], _lacks(each)) for each in catalog.merged.not_configured]
        for id_ in sorted({*state.packs, *sources, *rules}):
            yield Shown(
                id_, sources[id_], rules[id_], state.packs.get(id_), state.waiting.get(id_),
                tuple(each for each in findings if each.pack == id_),
                tuple(dict.fromkeys(told for pack, told in faults if pack == id_)), care.is_pack_muted(id_),
            )  # fmt: skip

    def page(self, behind: Any) -> Content:
        """What a pack is and brings, what ails it, what can be done."""
        mine = [each for each in self.aggregator.catalog.sources if (each.pack or "own") == behind.id]
        rules = [each.file for each in self.aggregator.catalog.recipe.rules if each.pack == behind.id]
        parts = [line([(behind.id, "bold"), (f"  {WITHOUT.get(behind.id, '')}", "$faint")]), Content("")]
        if behind.installed:
            parts += [line([(f"{name:<10}", "$faint"), (one_line(told), "")]) for name, told in _about(behind)]
            parts += [Content(""), *_ailments(behind)]
            muting = "m polls its sources again" if behind.muted else "m mutes its sources"
            parts += [line([(f"t looks for a newer version; {muting}.", "$accent")]), Content("")]
        parts += [line([("rules   ", "$faint"), (file, "")]) for file in rules]
        parts += [
            line([("source  ", "$faint"), (each.name or each.id, ""), (f"  {each.url}", "$faint")])
            for each in mine[:200]
        ]
        return Content("\n").join(parts)

    def _pack(self) -> Shown | None:
        if isinstance(self.behind, Shown) and self.behind.installed:
            return self.behind
        self.say("That is no pack that was added: `leadline pack add` adds one.")
        return None

    def action_mute_pack(self) -> None:
        """Mute all its sources, or let them be polled again."""
        if pack := self._pack():
            words = f"{'polled again' if pack.muted else 'muted'}: all {pack.id} brings"
            self.change(words, lambda: self.aggregator.adjusting.mute_pack(pack.id, muted=not pack.muted))

    def action_update_pack(self) -> None:
        """Look for a newer version, and show what it changes before it is taken."""
        if pack := self._pack():
            self.say(f"looking for a newer {pack.id} …")
            self.spawn(lambda: self._look(pack.id), "far", latest=True)

    async def _look(self, pack: str) -> None:
        offer = await self.run("far", lambda: self.aggregator.packs.offer([pack]))
        for problem in offer.problems:
            raise LeadlineError(f"{problem.what}: {problem.words}", hint="what was here stays in force")
        plan = next((each for each in offer.plans if each.id == pack), None)
        if plan is None:
            self.say(f"{pack} is up to date.")
            return
        told = await self.run("far", lambda: self._told(plan))

        def chosen(answer: str | None) -> None:
            if answer:
                self.change(f"updated {plan.told}", lambda: self.aggregator.adjusting.update(plan))
            else:
                self.say("Nothing was changed.")

        choices = [Choice("take", f"Take {plan.version}", "u goes back", "y"), Choice("", "Leave it", "", "n")]
        self.app.push_screen(Pick(f"Update {plan.id}?", choices, note=told), chosen)

    def _told(self, plan: Plan) -> str:
        from aggregator.cli.pack_use import told

        lines = told(self.aggregator.config, plan)
        more = [f"… {len(lines) - MOST_TOLD} lines more: leadline pack update {plan.id}"]
        return "\n".join(lines[:MOST_TOLD] + (more if len(lines) > MOST_TOLD else []))


def _line(pack: Shown) -> Sheeted:
    sign: Part = ("!", "bold $warning") if pack.ails else ("✓", "$success") if pack.installed else ("·", "$faint")
    version = pack.installed.version if pack.installed else ""
    key = "signed" if pack.installed and pack.installed.signer else "unsigned" if pack.installed else ""
    pinned = " pinned" if pack.installed and pack.installed.pinned else ""

    def draw(width: int) -> Content:
        name = max(10, min(24, width // 5))
        head: list[Part] = [(f" {sign[0]} ", sign[1]), (fit(pack.id, name) + " ", "bold")]
        if pack.installed:
            head += [(fit(version + pinned, 8 + len(pinned)) + " ", "$primary"), (fit(key, 9), "$faint")]
        head.append((f"{pack.sources:>4} sources {pack.rules:>4} rules  ", ""))
        left = width - sum(cell_len(text) for text, _ in head)
        return line([*head, (fit(pack.state, left), "$warning" if pack.ails else "$faint")])

    return Sheeted(draw, pack)


def _about(pack: Shown) -> Iterator[tuple[str, str]]:
    installed = pack.installed
    assert installed is not None
    yield "version", installed.version + (", pinned" if installed.pinned else "")
    if installed.previous_version:
        yield "before", installed.previous_version
    yield "from", installed.origin
    yield "signed", pack.signed if installed.signer else "no: anyone could have made it"
    yield "added", when(installed.added_at)
    yield "brings", f"{counted(pack.sources, 'source')}, {counted(pack.rules, 'rule')}{', muted' * pack.muted}"


def _ailments(pack: Shown) -> Iterator[Content]:
    if pack.waiting:
        yield line([(f"{pack.waiting.version} waits for you: ", "bold $warning"), (one_line(pack.waiting.why), "")])
    for fault in pack.faults:
        yield line([("fault  ", "bold $error"), (one_line(fault, 300), "")])
    for each in pack.findings:
        yield line([(f"{each.what}  ", "bold $warning"), (f"{each.source}: {one_line(each.words, 300)}", "")])
        yield line([(f"       {one_line(each.advice)}", "$faint")])
    if pack.ails:
        yield Content("")


def _lacks(each: Any) -> str:
    whose = f" for {each.prospect}" if each.prospect else ""
    return f"{each.source} is not configured{whose}: it needs {', and '.join(each.missing)}"
