"""The ``:`` line: what was typed as an action and its argument, and what may complete it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from tui.keys import ACTIONS, BY_NAME, Action, word

WORDS = tuple(word(action) for action in ACTIONS)


def parse(text: str) -> tuple[Action, str]:
    """The action and what follows it. Raises ValueError, with what may have been meant."""
    name, _, argument = text.strip().lstrip(":").partition(" ")
    found = BY_NAME.get(name.lower().replace("-", "_"))
    if found is None:
        begins = [each for each in WORDS if name and each.startswith(name.lower())]
        if len(begins) == 1:
            return BY_NAME[begins[0].replace("-", "_")], argument.strip()
        near = difflib.get_close_matches(name.lower(), WORDS, n=1) or begins[:1]
        raise ValueError(f"no action {name!r}" + (f": did you mean {near[0]}?" if near else "; ? lists all"))
    return found, argument.strip()


def complete(text: str, arguments: Mapping[str, Sequence[str]], fields: Sequence[str]) -> list[str]:
    """Whole lines that what was typed may become: names of actions, their arguments, fields and values of a query."""
    name, blank, argument = text.partition(" ")
    if not blank:
        return [each for each in WORDS if each.startswith(name.lower())]
    action = BY_NAME.get(name.replace("-", "_"))
    if action is None:
        return []
    offered = arguments.get(action.name, ())
    found = [f"{name} {each}" for each in offered if each.startswith(argument) and each != argument]
    if "QUERY" in action.takes:
        before, _, last = argument.rpartition(" ")
        head = f"{name} {before} " if before else f"{name} "
        found += [f"{head}{each}" for each in query_words(last, fields)]
    return found


def query_words(last: str, fields: Sequence[str]) -> list[str]:
    """What the last word of a query may become."""
    return [each for each in fields if last and each.startswith(last) and each != last]
