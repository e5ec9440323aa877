"""Writes the page on the packs that ship with leadline, from the packs themselves."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.packs.content import names_needed, read_content
from aggregator.packs.model import Content
from aggregator.packs.tables import PackSource
from aggregator.source_tables import about
from feeds.packs.archive import read_folder
from feeds.packs.library import shelf_folder, shelf_packs

HEAD = """\
# The packs that ship with leadline

Generated from the packs in `feeds/packs/shelf/`. [The guide](../guide/packs.md) says how packs are used and made.

*Needs* is what a prospect must have for the source to be made for it, or the key that a rep sets; sources without are
one for all prospects. *Not tried*: the address was seen where the pack says, and `leadline pack check DIR --online`
tries it. *Proposed*: not polled from the pack; a rep copies it into his own config.
"""


def shelf() -> str:
    """Every pack with its sources, terms and views."""
    folders = [folder for name in shelf_packs() if (folder := shelf_folder(name))]
    return "\n".join([HEAD, *("\n".join(_pack(read_content(read_folder(folder)))) + "\n" for folder in folders)])


def _pack(content: Content) -> Iterator[str]:
    manifest = content.manifest
    yield f"## {manifest.id}: {manifest.title}\n"
    yield f"{manifest.for_whom} {manifest.description}\n"
    yield "| source | what | needs | |"
    yield "| --- | --- | --- | --- |"
    for table in content.sources:
        yield f"| `{table.id}` | {_what(table)} | {_needs(table)} | {_state(table)} |"
    told = dict.fromkeys(each.terms for each in content.sources if each.terms)
    if told:
        yield "\nTerms: " + " · ".join(told)
    yield "\nViews: " + ", ".join(f"`{view.id}` ({view.title})" for view in content.views)


def _what(table: PackSource) -> str:
    name = (table.name or about(table.kind).title).replace("|", "\\|")
    own = name.removeprefix("${name}: ")
    return name if own == name else own[:1].upper() + own[1:]


def _needs(table: PackSource) -> str:
    wanted = [f"`{name.replace('|', '` or `')}`" for name in names_needed(table)] if table.each else []
    wanted = ["a name" if "`name`" in each else each for each in wanted]
    return ", ".join(dict.fromkeys([*wanted, *([f"key `{table.key}`"] if table.key else [])]))


def _state(table: PackSource) -> str:
    return "proposed" if table.proposal else "not tried" if table.unverified else ""
