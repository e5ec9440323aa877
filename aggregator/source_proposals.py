"""An address or name → the ``[[sources]]`` table that asks what stands there. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from typing import Any

from aggregator.model import Prospect
from aggregator.slugs import slug
from aggregator.source_tables import about
from feeds.connectors.addresses import Known

MANY = 50
"""For more prospects than this no source each is proposed unasked."""


def owner(known: Known, prospects: Sequence[Prospect]) -> str:
    """The id of the one prospect that has what an address identifies; empty if there is none, or several."""
    told = {(name, known.options[name].casefold().lstrip("0")) for name in known.identifiers if name in known.options}
    found = [
        prospect.id
        for prospect in prospects
        if told & {(name, value.casefold().lstrip("0")) for name, value in prospect.identifiers.items()}
    ]
    return found[0] if len(found) == 1 else ""


def source_table(
    kind: str,
    *,
    url: str = "",
    known: Known | None = None,
    prospect: str = "",
    name: str = "",
    id_: str = "",
    auth: str = "",
    private: Sequence[str] = (),
    taken: Collection[str] = (),
    prospects: int = 0,
) -> dict[str, Any]:
    """A table for a source of a kind; ``each`` where the kind needs a prospect and none is named.

    ``taken`` are the ids in use; ``prospects`` is how many there are.
    """
    of = about(kind)
    options = dict(known.options) if known else {}
    table: dict[str, Any] = {"id": id_ or unused(_id(kind, known, prospect, name, url), taken)}
    if name:
        table["name"] = name
    if url:
        table["url"] = url
    if kind != "feed":
        table["kind"] = kind
    if prospect:
        table["prospect"] = prospect
    elif _lacks(of.needs, options) and 0 < prospects <= MANY:
        table["each"] = "prospect"
    if auth or of.needs_key:
        table["auth"] = auth or example_auth(kind)
    if private:
        table["allow_private"] = list(private)
    if options:
        table["options"] = options
    return table


def unused(wanted: str, taken: Collection[str]) -> str:
    """An id that nobody has, numbered where need be."""
    wanted = wanted[:58]
    return next(each for number in count(1) if (each := wanted if number == 1 else f"{wanted}-{number}") not in taken)


def example_auth(kind: str) -> str:
    """The reference by which a kind's own example names its key."""
    tables: list[Mapping[str, Any]] = tomllib.loads(about(kind).example).get("sources", [{}])
    return str(tables[0].get("auth", f"env:{kind.upper()}_KEY"))


def _lacks(needs: Sequence[str], options: Mapping[str, str]) -> bool:
    return any(not any(options.get(name) for name in each.split("|")) for each in needs)


def _id(kind: str, known: Known | None, prospect: str, name: str, url: str) -> str:
    if kind == "feed":
        address = url.partition("://")[2].partition("?")[0]  # a query may hold a key
        return slug(f"{prospect} {name}" if prospect and name else name or address or "feed")
    told = prospect or (known.name if known else "") or name
    return slug(f"{told} {kind}".replace("_", " "))
