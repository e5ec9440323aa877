"""What of all that was gathered may be told; nothing is decided from what it leaves out. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.dossier.nouns import Gathered, Withheld
from aggregator.model import MATCH_THRESHOLD, Item


def release(gathered: Gathered, *, internal: bool) -> tuple[Gathered, Withheld]:
    """What may leave, and how much stays; ``internal`` lets internal items go along.

    Private notes always stay: whoever wrote one releases it by sharing it. What hangs on an item that stays, stays.
    Items of which it is doubtful that they concern the prospect are as if there were none: they may be of another.
    """
    sure = {item.id: item for item in gathered.items if _is_sure(item, gathered.prospect.id)}
    told = [item for item in sure.values() if internal or item.scope != "internal"]
    ids = {item.id for item in told}
    shared = [note for note in gathered.notes if note.visibility == "shared" and (not note.item or note.item in sure)]
    notes = [note for note in shared if not note.item or note.item in ids]
    copies = [each for each in gathered.documents if each.item in sure]
    documents = [each for each in copies if each.item in ids]
    moves = [deed if not deed.cites or deed.cites in ids else replace(deed, cites="") for deed in gathered.moves]
    cited = sum(before.cites != after.cites for before, after in zip(gathered.moves, moves, strict=True))
    released = replace(
        gathered,
        items=told,
        versions={id_: texts for id_, texts in gathered.versions.items() if id_ in ids},
        notes=notes,
        private_notes={},
        shares={id_: held for id_, held in gathered.shares.items() if id_ in ids},
        owners={id_: rep for id_, rep in gathered.owners.items() if id_ in ids},
        keepers={id_: reps for id_, reps in gathered.keepers.items() if id_ in ids},
        moves=moves,
        pinned=gathered.pinned & ids,
        documents=documents,
        statuses=[each for each in gathered.statuses if internal or each.source.scope != "internal"],
    )
    withheld = Withheld(
        len(sure) - len(told),
        sum(gathered.private_notes.values()),
        len(shared) - len(notes) + len(copies) - len(documents) + cited,
    )
    return released, withheld


def _is_sure(item: Item, prospect: str) -> bool:
    return any(match.prospect == prospect and match.confidence >= MATCH_THRESHOLD for match in item.matches)
