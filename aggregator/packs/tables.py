"""The tables in a pack's files and in a rep's ``overlay.toml``: their fields are the allowed keys."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from aggregator.model import Prospect
from aggregator.source_tables import Identifier, SourceTable
from feeds.tables import Document, Seconds

_REFERENCE = '"env:NAME", "file:PATH", "cmd:COMMAND" or "keyring:SERVICE/NAME"'
Text = Annotated[str, Meta(max_length=1000)]


class PackSource(SourceTable, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One feed or public record that a pack brings, or a template of one for each prospect."""

    id: Annotated[Identifier | None, Meta(description="required, and never changed: its items are kept under it")] = (
        None
    )
    cadence: Annotated[Seconds | None, Meta(description="how often it is expected to bring something, like 1d")] = None
    terms: Annotated[Text, Meta(description="terms of use that restrict it, shown before the pack is added")] = ""
    seen: Annotated[Text, Meta(description="day and place where the address was seen")] = ""
    unverified: Annotated[bool, Meta(description="the address was not tried; `pack check --online` does")] = False
    proposal: Annotated[
        bool, Meta(description="never polled: shown to the rep, to fill in and copy into his own config")
    ] = False
    quota: Annotated[Text, Meta(description="its limits in words, like 1,000 requests a day")] = ""
    key: Annotated[
        str,
        Meta(
            pattern=r"^([A-Z][A-Z0-9_]{0,63})?$",
            description="environment variable in which the rep keeps the key that it needs, like SAM_API_KEY",
        ),
    ] = ""


class SourcesFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``sources.toml``: what is polled."""

    sources: list[PackSource] = []


class ViewTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One saved view: a query with a name, for a task."""

    id: Annotated[Identifier, Meta(description="never changes")]
    title: Annotated[str, Meta(min_length=1, max_length=100, description="what to call it")]
    query: Annotated[str, Meta(max_length=500, description="as `leadline items QUERY` takes it")]
    task: Annotated[str, Meta(max_length=60, description="what it serves: morning triage, call prep, tender watch")] = (
        ""
    )
    description: Annotated[Text, Meta(description="when to use it")] = ""


class ViewsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``views.toml``: saved views."""

    views: list[ViewTable] = []


class QuestionTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One qualifying question that news of a content type or signal gives reason to ask."""

    id: Annotated[Identifier, Meta(description="never changes")]
    type: Annotated[str, Meta(description="a content type or signal")]
    question: Annotated[str, Meta(min_length=1, max_length=300, description="as one asks it")]
    why: Annotated[Text, Meta(description="what the answer tells")] = ""


class ChecklistFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``checklist.toml``: qualifying questions."""

    questions: list[QuestionTable] = []


class SourceOverlay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a rep changed of one source; what is not named stays as its pack has it."""

    muted: Annotated[bool | None, Meta(description="keep it and its items, but do not poll it")] = None
    boost: Annotated[
        Annotated[float, Meta(ge=0.1, le=10)] | None,
        Meta(description="multiplies how much its items count, 0.1 to 10; 1 changes nothing"),
    ] = None
    name: Annotated[Annotated[str, Meta(min_length=1, max_length=200)] | None, Meta(description="what to call it")] = (
        None
    )
    url: Annotated[
        Annotated[str, Meta(pattern=r"^https?://\S+$", max_length=2000)] | None,
        Meta(description="its address, where the pack's is wrong or has moved"),
    ] = None
    every: Annotated[Seconds | None, Meta(description="ask this often instead of at the source's own rhythm")] = None
    auth: Annotated[
        Annotated[str, Meta(pattern=r"^(env|file|cmd|keyring):\S+", description=_REFERENCE)] | None,
        Meta(description=f"its key, as {_REFERENCE}; never itself"),
    ] = None
    options: Annotated[dict[str, Any], Meta(description="what only its connector understands, one by one")] = {}


class RulesOverlay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a rep changed of packs' rules."""

    muted: Annotated[list[str], Meta(description='rules that do not count, like "press-wires/new-ceo"')] = []


class OverlayFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``overlay.toml``: a rep's own changes to what packs bring; no update touches it."""

    sources: Annotated[
        dict[str, SourceOverlay], Meta(description="by the source's id, as `leadline sources` shows it")
    ] = {}
    rules: RulesOverlay = RulesOverlay()


FORBIDDEN = {
    "headers": "a pack carries no request headers",
    "auth": "a pack carries no keys nor references to them",
    "allow_private": "a pack reaches no private network",
    "prospect": "a pack knows nobody's prospects",
    "prospects": "a pack knows nobody's prospects",
    "muted": "muting is the rep's own setting",
}
"""Keys of a source that only a config may have, and why."""
FOR_PROPOSALS = frozenset({"headers", "auth", "allow_private"})
"""Those that a proposal may show, secrets as references: it is never polled from the pack."""


def sources_of(document: Document | None) -> list[PackSource]:
    """The sources in a pack that was checked when it was installed."""
    if document is None:
        return []
    read = document.decode(SourcesFile, document.data)
    return [each for each in read.sources if each.id] if read else []


def prospects_of(text: str, file: str) -> tuple[Prospect, ...]:
    """The prospects in ``prospects.csv``. Raises ConfigError."""
    if not text.strip():
        return ()
    from aggregator.prospect_files import parse_prospects

    return parse_prospects(text, file, ".csv")
