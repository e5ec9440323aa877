"""The one list of actions at the desk: help, footer, palette, ``:`` line and the reference page come from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the rep can do by key, mouse, palette or ``:`` line."""

    name: str
    """The ``action_…`` method, the word on the ``:`` line, and the name under ``[desk.keys]``."""
    keys: str
    """Textual key names, separated by commas."""
    label: str
    """One or two words for the footer."""
    help: str
    group: str
    """Heading in help."""
    scope: str = "everywhere"
    """Where it works: ``everywhere``, ``lists``, ``stories``, ``triage``, or the name of one screen."""
    footer: bool = False
    takes: str = ""
    """What may follow on the ``:`` line."""
    does: str = ""
    """Its method, where that is not ``action_`` and its name."""

    @property
    def method(self) -> str:
        """Its method without ``action_``."""
        return self.does or self.name


MOVING, READING, DECIDING, TOGETHER, MEANING, FINDING, DOING, GOING = (
    "Moving", "Reading", "Deciding", "Notes and team", "Setting right", "Finding", "Doing", "Going",
)  # fmt: skip

ACTIONS = (
    Action("next", "j,down", "next", "Down a line, or so many", MOVING, "lists"),
    Action("previous", "k,up", "previous", "Up a line, or so many", MOVING, "lists"),
    Action("half_down", "ctrl+d", "down", "Down half a page", MOVING, "lists"),
    Action("half_up", "ctrl+u", "up", "Up half a page", MOVING, "lists"),
    Action("page_down_list", "pagedown", "page down", "Down a page", MOVING, "lists"),
    Action("page_up_list", "pageup", "page up", "Up a page", MOVING, "lists"),
    Action("first", "home", "top", "To the first line (also g g)", MOVING, "lists"),
    Action("last", "end,G", "end", "To the last line that is loaded", MOVING, "lists"),
    Action("left", "h,left", "left", "To the pane on the left", MOVING, "lists"),
    Action("right", "l,right", "right", "To the pane on the right", MOVING, "lists"),
    Action("prospect_before", "left_square_bracket", "prospect before", "The prospect before", MOVING, "lists"),
    Action("prospect_after", "right_square_bracket", "prospect after", "The prospect after", MOVING, "lists"),
    Action("read_on", "space", "read on", "Read on; at the end, the next story", READING, "lists"),
    Action("read_back", "b,backspace", "read back", "Read back", READING, "lists"),
    Action("zoom", "enter", "read", "The story over the whole screen, and back", READING, "lists", footer=True),
    Action("differences", "x", "differences", "What changed between its versions", READING, "stories"),
    Action("keep", "s", "keep", "Keep: worth it, stays in view", DECIDING, "stories", True, "[QUERY]"),
    Action("qualify", "f", "qualify", "Qualify: it fits, work it", DECIDING, "stories", True, "[QUERY]"),
    Action("hand_over", "H", "hand over", "Hand over to whoever acts on it", DECIDING, "stories", False, "[QUERY]"),
    Action("snooze", "z", "snooze", "Snooze: new again at a time of your choice", DECIDING, "stories", True,
           "WHEN [QUERY]"),
    Action("dismiss", "d", "dismiss", "Dismiss: hidden, never deleted (state:dismissed finds it)", DECIDING, "stories",
           True, "[QUERY]", "put_away"),
    Action("renew", "U", "new again", "New again, as if nothing had been decided", DECIDING, "stories", False,
           "[QUERY]"),
    Action("undo", "u", "undo", "Undo the last thing done, whatever and however much it was", DECIDING, footer=True),
    Action("mark", "m", "mark", "Mark, or unmark: actions then take all that is marked", DECIDING, "stories"),
    Action("mark_all", "M", "mark all", "Mark all lines that are loaded, or none", DECIDING, "stories"),
    Action("scope_view", "asterisk", "all in view", "Let the next action take everything that the view finds",
           DECIDING, "stories"),
    Action("scope_older", "greater_than_sign", "all older", "Let the next action take this line and all older",
           DECIDING, "stories"),
    Action("answer", "a", "answered", "Answered: somebody acted on it", TOGETHER, "stories", False, "[QUERY]"),
    Action("note", "i", "note", "Write a note; only you see it", TOGETHER, "stories", False, "TEXT"),
    Action("share", "S", "share", "Share with the team; who shares first is its finder", TOGETHER, "stories", False,
           "[WORDS]"),
    Action("share_note", "N", "share note", "Share your last note on it with the team, or take that back", TOGETHER,
           "stories"),
    Action("assign", "A", "assign", "Make somebody its owner", TOGETHER, "stories", False, "NAME"),
    Action("pin", "P", "pin", "Pin, or unpin: never pruned, first in the dossier", TOGETHER, "stories"),
    Action("stage", "T", "stage", "Move its prospect to another stage of the sale, for this story", TOGETHER, "stories",
           False, "STAGE"),
    Action("correct", "c", "correct", "Correct its content types and prospects", MEANING, "stories"),
    Action("filter", "slash", "filter", "Filter as you type: words, prospect:ID type:TYPE score>60 age<7d", FINDING,
           "stories", True, "QUERY"),
    Action("order", "O", "order", "Best first, or latest first", FINDING, "stories"),
    Action("views", "V", "views", "Saved views", FINDING, "stories", False, "NAME"),
    Action("save_view", "v", "save view", "Save the filter as a view, which @name then stands for", FINDING, "stories",
           False, "NAME"),
    Action("show_new", "n", "show new", "Show what came in meanwhile", FINDING, "stories"),
    Action("open", "o", "open", "Open a link: each is shown in full, a letter opens it", DOING, "stories", True),
    Action("copy", "y", "copy link", "Copy its link", DOING, "stories"),
    Action("copy_text", "Y", "copy text", "Copy title, link and text", DOING, "stories"),
    Action("pipe", "vertical_line", "pipe", "Pipe it as JSON to a program; no shell is involved", DOING, "stories",
           False, "PROGRAM [ARGUMENT …]"),
    Action("refresh", "r", "poll", "Poll what is due, in the background", DOING, footer=True),
    Action("refresh_all", "R", "poll all", "Poll every source now", DOING),
    Action("retry", "t", "retry", "Ask this source again now", DOING, "sources", True),
    Action("mute", "m", "mute", "Mute this source, or poll it again; its items stay", DOING, "sources", True),
    Action("fix", "e", "fix", "Ask this source at another address", DOING, "sources", True, "URL"),
    Action("update_pack", "t", "update", "Look for a newer version of this pack, show it, take it", DOING, "packs",
           True),
    Action("mute_pack", "m", "mute", "Mute all sources of this pack, or poll them again", DOING, "packs", True),
    Action("go", "g", "go to", "Go to a screen: then its letter", GOING, footer=True),
    Action("go_triage", "f2", "triage", "Triage: what is new on your prospects", GOING),
    Action("go_prospect", "f3", "prospect", "Prospect: everything known of one", GOING),
    Action("go_tenders", "f4", "tenders", "Tenders, by deadline", GOING),
    Action("go_sources", "f5", "sources", "Sources, and what ails them", GOING),
    Action("go_packs", "f6", "packs", "Packs of sources and rules", GOING),
    Action("go_search", "f7", "search", "Search everything stored", GOING),
    Action("go_digest", "f8", "digest", "Today's digest, as it will be sent", GOING),
    Action("command", "colon", "command", "The command line; Tab completes", GOING, footer=True),
    Action("theme", "f9", "theme", "Another theme", GOING, "everywhere", False, "NAME"),
    Action("help", "question_mark,f1", "help", "Every key; type to search", GOING, footer=True),
    Action("leave", "escape", "back", "Back: out of reading, filter, marks", GOING, "lists"),
    Action("quit", "q", "quit", "Leave the desk", GOING, footer=True),
)  # fmt: skip
"""In the order in which help lists them."""

BY_NAME = {action.name: action for action in ACTIONS}
"""Action by its name."""

_SIGNS = {
    "slash": "/", "question_mark": "?", "colon": ":", "asterisk": "*", "greater_than_sign": ">", "vertical_line": "|",
    "left_square_bracket": "[", "right_square_bracket": "]", "escape": "esc", "pagedown": "pgdn", "pageup": "pgup",
    "down": "↓", "up": "↑", "left": "←", "right": "→", "full_stop": ".", "comma": ",", "semicolon": ";",
}  # fmt: skip


def shown(key: str) -> str:
    """A key as it stands on a keyboard."""
    return _SIGNS.get(key, key.replace("ctrl+", "^") if key.startswith("ctrl+") else key)


def all_shown(keys: str) -> str:
    """All keys of an action as they stand on a keyboard."""
    return " ".join(shown(key.strip()) for key in keys.split(","))


def in_scopes(scopes: Iterable[str]) -> Iterator[Action]:
    """Actions that work in these scopes."""
    wanted = frozenset(scopes)
    return (action for action in ACTIONS if action.scope in wanted)


def word(action: Action) -> str:
    """What it is called on the ``:`` line."""
    return action.name.replace("_", "-")
