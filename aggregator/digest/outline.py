"""Where each story of a digest is told: once in full, under its prospect by content type; elsewhere named. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aggregator.digest.build import Digest, Line, Section


@dataclass(frozen=True, slots=True)
class Block:
    """One prospect: what is told of it here, and what of it stands above."""

    section: Section
    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    """Content type (empty for untagged stories) and its stories, the type of the best story first."""
    above: tuple[int, ...] = ()
    """Numbers of stories under "worth acting on today"."""
    elsewhere: tuple[tuple[Line, str], ...] = ()
    """Stories told in full under another prospect, and his name."""


def blocks(digest: Digest) -> Iterator[Block]:
    """The prospects in their order."""
    numbers = {item.id: number for number, line in enumerate(top(digest), 1) for item in line.story.items}
    told: dict[str, str] = {}
    for section in digest.sections:
        name = section.prospect.name if section.prospect else ""
        groups: dict[str, list[Line]] = {}
        above, elsewhere = [], []
        for line in section.lines:
            ids = [item.id for item in line.story.items]
            number = next((numbers[each] for each in ids if each in numbers), 0)
            other = next((told[each] for each in ids if each in told), None)
            if number:
                above.append(number)
            elif other is not None:
                elsewhere.append((line, other))
            else:
                told.update(dict.fromkeys(ids, name))
                groups.setdefault(line.tags[0].type if line.tags else "", []).append(line)
        made = tuple((kind, tuple(lines)) for kind, lines in groups.items())
        yield Block(section, made, tuple(sorted(above)), tuple(elsewhere))


def top(digest: Digest) -> tuple[Line, ...]:
    """What is worth acting on, where that section is shown."""
    return digest.top if "top" in digest.sections_shown else ()


def shows(digest: Digest, section: str) -> bool:
    """Whether a section is to be shown."""
    return section in digest.sections_shown
