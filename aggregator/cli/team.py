"""``leadline note``, ``share``, ``assign``, ``pin``, ``answered``, ``thank``, ``views``: the work of a team."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import SOME_FAILED, as_json, common, data, leave, opened, say
from aggregator.errors import LeadlineError
from aggregator.model import Deed, Item, Note

if TYPE_CHECKING:
    from aggregator.core import Aggregator
    from aggregator.documents import Copied

_ITEMS = click.argument("item_ids", metavar="ITEM...", nargs=-1, required=True)
_JSON = click.option("--json", "json_", is_flag=True, help="As JSON.")
_UNDO = click.option("--undo", is_flag=True, help="Take it back.")


@click.command(
    epilog="""\b
A note is private: only you can read it. With --share the whole team can.
\b
Examples:
  leadline note 3f2a91c0 "Asked Jo for the budget owner"
  leadline note --prospect acme "Prefers calls before nine" --share
  leadline note 3f2a91c0                       read the notes on an item
  leadline note --prospect acme --remove 8c1f2e90
"""
)
@click.argument("item_id", metavar="[ITEM]", default="")
@click.argument("words", metavar="[TEXT]", default="")
@click.option("--prospect", metavar="ID", default="", help="On a prospect instead of an item.")
@click.option("--share", "shared", is_flag=True, help="Let the team read it.")
@click.option("--remove", metavar="NOTE", default="", help="Take a note of yours away.")
@click.option("--release", metavar="NOTE", default="", help="Let the team read a note of yours.")
@_JSON
@common
@click.pass_context
def note(
    ctx: click.Context,
    /,
    item_id: str,
    words: str,
    prospect: str,
    shared: bool,
    remove: str,
    release: str,
    json_: bool,
    **options: Any,
) -> None:
    """Write and read notes on items and prospects."""
    if prospect and not words:
        item_id, words = "", item_id
    if bool(item_id) == bool(prospect):
        raise click.UsageError("Name an item, or a prospect with --prospect.")
    aggregator = opened(ctx, **options)
    if prospect and prospect not in {each.id for each in aggregator.catalog.prospects}:
        raise LeadlineError(f"no prospect has the id {prospect!r}", hint="`leadline prospect list` names them")
    item = aggregator.one_item(item_id).id if item_id else ""
    team = aggregator.team
    if words:
        team.add_note(words, item=item, prospect=prospect, shared=shared)
    notes = team.notes(item) if item else team.prospect_notes(prospect)
    for wanted, visibility in ((remove, "removed"), (release, "shared")):
        if wanted:
            team.set_note(_one_note(notes, wanted), visibility=visibility)
            notes = team.notes(item) if item else team.prospect_notes(prospect)
    if json_:
        as_json([note_dict(each) for each in notes])
        return
    for each in notes:
        seen = "" if each.visibility == "private" else f" ({each.visibility})"
        data(f"{each.id[:8]}  {each.at:%Y-%m-%d %H:%M}  {each.rep}{seen}: {each.text}")
    if not notes:
        say("No notes yet.")


@click.command(
    epilog="""\b
Who shares an item first is named as its finder for good; who can see a shared
item is everybody who uses this database.
\b
Examples:
  leadline share 3f2a91c0 --words "Budget confirmed, see page 4"
  leadline share 3f2a91c0 --undo
  leadline items is:shared
"""
)
@_ITEMS
@click.option("--words", default="", help="What you say with it.")
@_UNDO
@_JSON
@common
@click.pass_context
def share(ctx: click.Context, /, item_ids: Sequence[str], words: str, undo: bool, json_: bool, **options: Any) -> None:
    """Show items to your team."""
    aggregator = opened(ctx, **options)
    team = aggregator.team

    def do(ids: list[str]) -> list[Deed]:
        return team.unshare(ids) if undo else team.share(ids, words)

    _done(aggregator, item_ids, do, "no longer shared" if undo else "shared", json_)


@click.command(epilog="\b\nExamples:\n  leadline assign 3f2a91c0 --to bo\n  leadline items owner:me")
@_ITEMS
@click.option("--to", "owner", metavar="REP", default="", help="Who takes care of it; you, if left out.")
@click.option("--nobody", is_flag=True, help="Nobody does any more.")
@_JSON
@common
@click.pass_context
def assign(
    ctx: click.Context, /, item_ids: Sequence[str], owner: str, nobody: bool, json_: bool, **options: Any
) -> None:
    """Make somebody responsible for items."""
    if owner and nobody:
        raise click.UsageError("Give either --to or --nobody.")
    aggregator = opened(ctx, **options)
    name = "" if nobody else owner or aggregator.rep
    _done(aggregator, item_ids, lambda ids: aggregator.team.assign(ids, name), f"assigned to {name or 'nobody'}", json_)


@click.command(
    epilog="""\b
With --copy, what the item links to and the files that it carries are fetched and
kept in documents/ beside the database, each with its SHA-256 hash and the time:
part of a dossier. Exit code 3 where one could not be fetched; it is pinned all
the same.
\b
Examples:
  leadline pin 3f2a91c0
  leadline pin 3f2a91c0 --copy
  leadline items is:pinned
"""
)
@_ITEMS
@click.option("--copy", "copy", is_flag=True, help="Fetch local copies of its link and files.")
@_UNDO
@_JSON
@common
@click.pass_context
def pin(ctx: click.Context, /, item_ids: Sequence[str], copy: bool, undo: bool, json_: bool, **options: Any) -> None:
    """Pin items: never pruned, and part of a dossier."""
    if copy and undo:
        raise click.UsageError("Give either --copy or --undo: copies stay.")
    aggregator = opened(ctx, **options)
    if not copy:
        words = "no longer pinned" if undo else "pinned"
        _done(aggregator, item_ids, lambda ids: aggregator.team.pin(ids, not undo), words, json_)
        return
    found = [aggregator.one_item(each) for each in item_ids]
    aggregator.team.pin([item.id for item in found])
    _copied([(item, aggregator.copy_documents(item)) for item in found], json_)


def _copied(results: Sequence[tuple[Item, Sequence[Copied]]], json_: bool) -> None:
    """Say what became of each file."""
    if json_:
        as_json(
            [
                {"id": item.id, "url": each.url, "sha256": each.document.sha256 if each.document else None,
                 "name": each.document.name if each.document else None,
                 "size": each.document.size if each.document else None,
                 "fetched_at": each.document.fetched_at if each.document else None,
                 "new": each.is_new, "error": each.error or None}
                for item, copies in results for each in copies
            ]
        )  # fmt: skip
    for item, copies in results:
        for each in copies:
            if each.document and not json_:
                state = "copied" if each.is_new else "unchanged"
                sha, size = each.document.sha256[:16], f"{each.document.size:,}"
                data(f"{item.id[:8]}  {state}  {each.document.name}  {size} bytes  sha256 {sha}…  {each.url}")
            if each.error:
                say(f"leadline: {each.url}: {each.error}", level=-1)
        if not copies:
            say(f"{item.id[:8]} has neither a link nor files; it is pinned.")
    if any(each.error for _, copies in results for each in copies):
        leave(SOME_FAILED)


@click.command(epilog="\b\nExamples:\n  leadline answered 3f2a91c0\n  leadline items is:answered")
@_ITEMS
@_UNDO
@_JSON
@common
@click.pass_context
def answered(ctx: click.Context, /, item_ids: Sequence[str], undo: bool, json_: bool, **options: Any) -> None:
    """Mark that somebody acted on items: a call, a mail, a bid."""
    aggregator = opened(ctx, **options)
    words = "open again" if undo else "answered"
    _done(aggregator, item_ids, lambda ids: aggregator.team.answer(ids, not undo), words, json_)


@click.command(epilog='\b\nExample:\n  leadline thank 3f2a91c0 --words "It won us the meeting"')
@_ITEMS
@click.option("--words", default="", help="What for.")
@_JSON
@common
@click.pass_context
def thank(ctx: click.Context, /, item_ids: Sequence[str], words: str, json_: bool, **options: Any) -> None:
    """Thank whoever found and shared items."""
    aggregator = opened(ctx, **options)
    _done(aggregator, item_ids, lambda ids: aggregator.team.thank(ids, words), "thanked", json_)


@click.command(
    epilog="""\b
Examples:
  leadline views                                             list them
  leadline views --save morning 'is:new score>60'            save a query
  leadline items @morning                                    use it
  leadline views --remove morning
"""
)
@click.option("--save", nargs=2, metavar="NAME QUERY", help="Save a query under a name.")
@click.option("--remove", metavar="NAME", default="", help="Remove a view of yours.")
@_JSON
@common
@click.pass_context
def views(ctx: click.Context, /, save: tuple[str, str] | None, remove: str, json_: bool, **options: Any) -> None:
    """List, save and remove queries under names."""
    aggregator = opened(ctx, **options)
    if save:
        aggregator.query(save[1])
        aggregator.team.save_view(*save)
    if remove:
        aggregator.team.remove_view(remove)
    found = aggregator.team.views()
    if json_:
        as_json([{"name": each.name, "query": each.query, "origin": each.origin} for each in found])
        return
    width = max((len(each.name) for each in found), default=0)
    for each in found:
        data(f"{each.name:{width}}  {each.query}" + ("" if each.origin == "own" else f"  ({each.origin})"))
    if not found:
        say("No views yet: `leadline views --save NAME QUERY`.")


def note_dict(note: Note) -> dict[str, Any]:
    """A note as plain values."""
    return {
        "id": note.id, "item": note.item or None, "prospect": note.prospect or None, "rep": note.rep,
        "text": note.text, "at": note.at, "visibility": note.visibility,
    }  # fmt: skip


def _one_note(notes: Sequence[Note], prefix: str) -> Note:
    found = [each for each in notes if each.id.startswith(prefix)]
    if len(found) != 1:
        raise LeadlineError(f"no single note here has an id that starts with {prefix!r}", hint="they are listed first")
    return found[0]


def _done(
    aggregator: Aggregator, item_ids: Sequence[str], do: Callable[[list[str]], list[Deed]], words: str, json_: bool
) -> None:
    """Do something to items and say so, of each."""
    found: list[Item] = [aggregator.one_item(each) for each in item_ids]
    changed = {deed.subject for deed in do([item.id for item in found])}
    if json_:
        as_json([{"id": item.id, "done": words, "changed": item.id in changed} for item in found])
        return
    for item in found:
        data(f"{item.id[:8]}  {words}{'' if item.id in changed else ' already'}  {item.title}")
