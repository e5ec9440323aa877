"""A pack to start from: a folder whose every file says what it is for, and which passes its own check."""

from __future__ import annotations

from pathlib import Path

from feeds.errors import LeadlineError

PACK = """\
#:schema {schemas}/pack.json
id = "{id}"
version = "0.1.0"
title = "{title}"
publisher = "{publisher}"
for_whom = "Whoever sells …"
description = "What it brings."
licence = "For use within the company."
language = "en"
needs = ">=0.1.0"
changelog = ["0.1.0: first version"]
"""
SOURCES = """\
#:schema {schemas}/sources.json
# One [[sources]] for each feed or public record. `id` never changes: a source's items are kept under it.
# each = "prospect" makes one for each prospect of the rep: ${{name}}, ${{domain}}, ${{cik}}, … are filled in.

#[[sources]]
#id = "trade-paper"
#name = "The trade paper"
#url = "https://paper.example/feed.xml"
#publisher = "trade"
#cadence = "1d"
#seen = "2026-11-25 at https://paper.example/feeds"

#[[sources]]
#id = "newsroom"
#name = "${{name}}: news"
#url = "https://${{domain}}/news/feed.xml"
#each = "prospect"
#publisher = "issuer"
"""
RULES = """\
#:schema {schemas}/rules.json
# Rules beside leadline's own. `leadline rules try rules.toml` shows what they change.

#[[rules]]
#id = "opens-lab"
#signal = "structure.sites"
#cues = ["opens|opening .. lab|laboratory"]
#must = ["Verrano opens a lab in Leeds"]
#must_not = ["Verrano closes its lab"]
"""
EXAMPLES = """\
#:schema {schemas}/examples.json
# Texts with all the content types that they must get, and no others. `leadline pack check` runs them.
"""
VIEWS = """\
#:schema {schemas}/views.json
[[views]]
id = "morning"
title = "Morning triage"
task = "morning triage"
query = "is:new is:matched age<2d"
description = "What came since yesterday and concerns a prospect."
"""
CHECKLIST = """\
#:schema {schemas}/checklist.json
[[questions]]
id = "who-decides"
type = "structure"
question = "Who decides on such purchases now, and since when?"
why = "A new head looks at contracts in the first hundred days."
"""
FILES = {
    "pack.toml": PACK, "sources.toml": SOURCES, "rules.toml": RULES, "examples.toml": EXAMPLES,
    "views.toml": VIEWS, "checklist.toml": CHECKLIST,
}  # fmt: skip


def write_new(folder: Path, pack: str, title: str, publisher: str, schemas: str) -> list[Path]:
    """Write a pack's folder; the files written. Raises LeadlineError where one is there already."""
    told = {"id": pack, "title": _plain(title), "publisher": _plain(publisher), "schemas": schemas}
    there = [name for name in FILES if (folder / name).exists()]
    if there:
        raise LeadlineError(f"{folder} holds {there[0]} already", hint="name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in FILES.items():
            (folder / name).write_text(text.format(**told), encoding="utf-8")
    except OSError as error:
        raise LeadlineError(f"{error.filename or folder} cannot be written: {error.strerror}") from None
    return [folder / name for name in FILES]


def _plain(text: str) -> str:
    """What can stand between quotes."""
    return text.replace("\\", "").replace('"', "'").strip()
