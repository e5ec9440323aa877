"""What of all that was gathered may be told; nothing is decided from what it leaves out. Pure."""

from __future__ import annotations

from dataclasses import replace

from aggregator.dossier.nouns import Gathered, Withheld
from aggregator.model import MATCH_THRESHOLD, Item


def release(gathered: Gathered, *, internal: bool) -> tuple[Gathered, Withheld]:
    """What may leave, and how much stays; ``internal`` lets internal items go along.

    Private notes always stay: whoever wrote one releases it by sharing it. What hangs on an item that stays, stays.
    """
    told = [item for item in gathered.items if internal or item.scope != "internal"]
    ids = {item.id for item in told}
    notes = [note for note in gathered.notes if note.visibility == "shared" and (not note.item or note.item in ids)]
    documents = [each for each in gathered.documents if each.item in ids]
    moves = [deed if not deed.cites or deed.cites in ids else replace(deed, cites="") for deed in gathered.moves]
    shared = sum(note.visibility == "shared" for note in gathered.notes)
    cited = sum(before.cites != after.cites for before, after in zip(gathered.moves, moves, strict=True))
    released = replace(
        gathered,
        items=[item for item in told if _is_sure(item, gathered.prospect.id)],
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
        len(gathered.items) - len(told),
        sum(gathered.private_notes.values()),
        shared - len(notes) + len(gathered.documents) - len(documents) + cited,
    )
    return released, withheld


def _is_sure(item: Item, prospect: str) -> bool:
    return any(match.prospect == prospect and match.confidence >= MATCH_THRESHOLD for match in item.matches)
