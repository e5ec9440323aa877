"""The one list of actions at the desk: key, name, and the line that help shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a key does."""

    keys: str
    """Textual key names, separated by commas."""
    name: str
    """The app's ``action_…`` method."""
    label: str
    """One or two words for the footer."""
    help: str
    in_footer: bool = True


ACTIONS = (
    Action("j,down", "next", "next", "Next item", in_footer=False),
    Action("k,up", "previous", "previous", "Previous item", in_footer=False),
    Action("space", "page_down", "read on", "Read on in the item", in_footer=False),
    Action("b,backspace", "page_up", "read back", "Read back in the item", in_footer=False),
    Action("o,enter", "open", "open", "Open the item's link in the browser"),
    Action("s", "keep", "keep", "Keep: it stays on the desk, marked"),
    Action("d", "dismiss", "dismiss", "Dismiss: hidden, never deleted (state:dismissed finds it)"),
    Action("u", "undo", "undo", "Undo the last keep or dismiss"),
    Action("r", "refresh", "poll", "Poll what is due, in the background"),
    Action("slash", "search", "search", "Search: words, or prospect:ID type:TYPE age<7d"),
    Action("escape", "leave", "leave", "Leave the search line", in_footer=False),
    Action("question_mark", "help", "help", "Show this list"),
    Action("q", "quit", "quit", "Leave the desk"),
)
"""In the order in which help lists them."""
