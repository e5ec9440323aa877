"""``[[prospects]]`` tables of configs and lists: what may stand in one, and its Prospect. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from aggregator.model import Prospect
from aggregator.slugs import slug
from aggregator.source_tables import Identifier, Stage
from feeds.tables import Document
from feeds.text import one_line

NAME_LENGTH, DOMAIN_LENGTH = 200, 253
"""Characters of a name, and of a domain, at most."""


class ProspectTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One account that you sell to."""

    name: Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH, description="its full name")]
    id: Annotated[Identifier | None, Meta(description="short name for commands; made from the name if left out")] = None
    aliases: Annotated[list[str], Meta(description="other names that it goes by")] = []
    domain: Annotated[str, Meta(max_length=DOMAIN_LENGTH, description="its web domain")] = ""
    stage: Annotated[Stage, Meta(description="where the sale stands")] = "prospecting"
    ids: Annotated[
        dict[str, str],
        Meta(description="identifiers in public records: cik, ticker, uei, company_number, lei, …"),
    ] = {}
    require: Annotated[
        list[str], Meta(description="one of these words must stand in a text for its name to count")
    ] = []
    exclude: Annotated[list[str], Meta(description="a text with one of these words means another company")] = []


OWN_KEYS = tuple(each.name for each in msgspec.structs.fields(ProspectTable))
"""The keys of a table; in lists with columns any other column is an identifier."""
LIST_KEYS = ("aliases", "require", "exclude")
"""Those that hold several texts."""


def prospect_id(table: ProspectTable) -> str:
    """The id that a table gives its prospect, or the one made of its name."""
    return table.id or slug(table.name)


def prospect_of(table: ProspectTable) -> Prospect:
    """A table as a prospect."""
    return Prospect(
        id=prospect_id(table),
        name=one_line(table.name),
        aliases=tuple(filter(None, map(one_line, table.aliases))),
        domain=table.domain.strip().lower(),
        stage=table.stage,
        identifiers={key.lower(): value for key, value in table.ids.items()},
        require=tuple(table.require),
        exclude=tuple(table.exclude),
    )


def prospects_of(document: Document, tables: Iterable[ProspectTable | None]) -> tuple[Prospect, ...]:
    """Decoded tables as prospects; a second one with an id is a fault."""
    found: dict[str, Prospect] = {}
    for number, table in enumerate(tables):
        if table is None:
            continue
        prospect = prospect_of(table)
        if not prospect.name:
            document.fault(f"prospects[{number}].name", "is empty", "its full name")
        if prospect.id in found:
            document.fault(
                f"prospects[{number}]",
                f"a second prospect with the id {prospect.id!r}",
                "give one another id",
            )
        found[prospect.id] = prospect
    return tuple(found.values())
