"""``[[sources]]`` tables of configs and packs: what may stand in one, what is wrong with one, and its Source."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from aggregator.model import STAGES
from aggregator.slugs import slug
from aggregator.tagging.signals import TAG_NAMES
from feeds.connectors import KINDS, connector
from feeds.connectors.base import About
from feeds.model import Source
from feeds.tables import Document, Seconds, TableError, did_you_mean
from feeds.text import one_line

Stage = Literal[
    "prospecting", "qualifying", "pricing", "proposing", "negotiating", "closing", "delivering", "servicing"
]
Identifier = Annotated[
    str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$", description="lower-case letters, digits, . _ and -")
]


class SourceTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One feed or public record to poll."""

    url: Annotated[
        str, Meta(max_length=4000, description="its address; may be left out where its kind has one of its own")
    ] = ""
    id: Annotated[Identifier | None, Meta(description="keeps its items when address or name change")] = None
    name: Annotated[str, Meta(max_length=200, description="what to call it")] = ""
    kind: Annotated[str, Meta(description="which connector reads it; docs/guide/sources.md describes each")] = "feed"
    prospect: Annotated[str | None, Meta(description="id of the prospect whose own source it is")] = None
    each: Annotated[
        Literal["prospect"] | None,
        Meta(description='"prospect" makes one source for each prospect that has what its kind needs'),
    ] = None
    stage: Annotated[list[Stage], Meta(description="with `each`: only prospects in these stages")] = []
    prospects: Annotated[list[str], Meta(description="with `each`: only the prospects with these ids")] = []
    types: Annotated[list[str], Meta(description="content types that each of its items has")] = []
    every: Annotated[Seconds | None, Meta(description="ask this often instead of at the source's own rhythm")] = None
    source_class: Annotated[
        Literal["public", "subscription", "crm", "lan"] | None,
        Meta(description="where it comes from; public, but lan or crm for kinds that read files of this machine"),
    ] = None
    scope: Annotated[
        Literal["external", "internal"] | None,
        Meta(description="internal items stay out of exports; so are those of kinds that read files of this machine"),
    ] = None
    publisher: Annotated[
        Literal["", "issuer", "regulator", "wire", "trade", "aggregator"],
        Meta(description="who publishes it"),
    ] = ""
    reputation: Annotated[float, Meta(ge=0.1, le=2.0, description="how much its items count, 1 is normal")] = 1.0
    headers: Annotated[
        dict[str, str],
        Meta(description='request headers; secrets as "env:NAME", "file:PATH", "cmd:COMMAND", "keyring:SERVICE/NAME"'),
    ] = {}
    auth: Annotated[
        str,
        Meta(description='its key, as "env:NAME", "file:PATH", "cmd:COMMAND" or "keyring:SERVICE/NAME"; never itself'),
    ] = ""
    allow_private: Annotated[
        list[str], Meta(description="networks outside the public internet that it may be fetched from")
    ] = []
    ca: Annotated[
        str, Meta(max_length=4000, description="PEM file with the only certificate authorities to trust for it")
    ] = ""
    client_cert: Annotated[
        str, Meta(max_length=4000, description="PEM file with the certificate and key that its server is shown")
    ] = ""
    proxy: Annotated[str, Meta(max_length=4000, description='the proxy to ask it through; "none" for none')] = ""
    options: Annotated[
        dict[str, Any],
        Meta(description="what only its connector understands; ${name} stands for an identifier of its prospect"),
    ] = {}
    muted: Annotated[bool, Meta(description="keep it and its items, but do not poll it")] = False


MANY = 50
"""Of more ids than this a message does not list all."""
_NO_ABOUT = About("", "", "", "")


def about(kind: str) -> About:
    """What the connector of a kind says of itself; nothing for feeds (their reader is not loaded) and unknown kinds."""
    return _NO_ABOUT if kind == "feed" or kind not in KINDS else connector(kind).ABOUT


def source_id(table: SourceTable) -> str:
    """The id that a table gives its source, or the one made of its name or address."""
    return table.id or slug(table.name or table.url.partition("://")[2] or table.url or table.kind)


def decode_source(table: Mapping[str, Any], prospects: Collection[str]) -> SourceTable:
    """Plain values as a checked table. Raises TableError with what is wrong in it."""
    document = Document("the source", {})
    decoded = document.decode(SourceTable, dict(table), "sources")
    if decoded:
        check_source(document, decoded, "sources", prospects)
    if document.faults or decoded is None:
        raise TableError(document.faults)
    return decoded


def source_of(table: SourceTable, pack: str = "") -> Source:
    """A table as a source, as it stands: places in it not yet filled."""
    of = about(table.kind)
    return Source(
        id=source_id(table),
        url=table.url.strip() or of.url,
        kind=table.kind,
        name=one_line(table.name),
        prospect=table.prospect or "",
        types=tuple(table.types) or of.types,
        every=float(table.every) if table.every else of.every,
        source_class=table.source_class or of.source_class,
        scope=table.scope or ("internal" if of.local else "external"),
        publisher=table.publisher or of.publisher,
        reputation=table.reputation,
        headers=tuple(table.headers.items()),
        auth=table.auth,
        allow_private=tuple(table.allow_private),
        ca=table.ca,
        client_cert=table.client_cert,
        proxy=table.proxy.strip(),
        pack=pack,
        options=table.options,
    )


_SECRET_HEADER = re.compile(r"auth|token|key|secret|cookie|password", re.IGNORECASE)
REFERENCE = re.compile(r"^(env|file|cmd|keyring):\S")
"""What a secret is written as: where it is, never itself."""
_HOW = 'write "env:NAME", "file:PATH", "cmd:COMMAND" or "keyring:SERVICE/NAME"'


def check_source(
    document: Document, table: SourceTable, at: str, prospects: Collection[str], *, pack: bool = False
) -> None:
    """Note what is wrong in a table. A pack's may read no files of this machine, and name no secrets nor networks."""
    if table.kind not in KINDS:
        document.fault(f"{at}.kind", f"unknown kind {table.kind!r}", did_you_mean(table.kind, KINDS))
    of = about(table.kind)
    if table.url.strip() and not of.local:
        check_url(document, table.url, f"{at}.url")
    elif not table.url.strip() and not of.url and not of.local and table.kind in KINDS:
        document.fault(f"{at}.url", "missing", "its address")
    _check_prospects(document, table, at, prospects)
    check = getattr(connector(table.kind), "check", None) if of is not _NO_ABOUT else None
    for key, message in check(table.options) if check else ():
        document.fault(f"{at}.options.{key}", message)
    for name in table.types:
        if name not in TAG_NAMES:
            document.fault(f"{at}.types", f"unknown content type {name!r}", did_you_mean(name, TAG_NAMES))
    _check_secrets(document, table, at)
    check_proxy(document, table.proxy, f"{at}.proxy")
    for network in table.allow_private:
        check_network(document, network, f"{at}.allow_private")
    if pack:
        _check_for_pack(document, table, of, at)


def _check_prospects(document: Document, table: SourceTable, at: str, prospects: Collection[str]) -> None:
    named = [(f"{at}.prospects", each) for each in table.prospects]
    if table.prospect is not None:
        named.append((f"{at}.prospect", table.prospect))
    for key, name in named:
        if name not in prospects:
            document.fault(key, f"no prospect has the id {name!r}", near_prospect(name, prospects))
    if table.each and table.prospect is not None:
        document.fault(f"{at}.each", "stands beside `prospect`", "keep one of them")
    if (table.stage or table.prospects) and not table.each:
        document.fault(at, "`stage` and `prospects` choose among prospects", 'write each = "prospect" beside them')


def near_prospect(name: str, prospects: Collection[str]) -> str:
    """A hint where there is no prospect of an id: the nearest one; not a list of thousands."""
    if not prospects:
        return "no [[prospects]] are configured"
    hint = did_you_mean(name, list(prospects))
    return hint if len(prospects) <= MANY or not hint.startswith("allowed") else "`leadline prospect list` names them"


def _check_secrets(document: Document, table: SourceTable, at: str) -> None:
    for name, value in table.headers.items():
        if _SECRET_HEADER.search(name) and not REFERENCE.match(value):
            document.fault(f"{at}.headers", f"{name} holds a secret in the open", _HOW)
    if table.auth and not REFERENCE.match(table.auth):
        document.fault(f"{at}.auth", "holds a secret in the open", _HOW)


def _check_for_pack(document: Document, table: SourceTable, of: About, at: str) -> None:
    if of.local:
        hint = "write it into the config instead"
        document.fault(f"{at}.kind", f"a pack may bring no source of kind {table.kind!r}: it reads local files", hint)
    for key in ("auth", "headers", "allow_private", "ca", "client_cert", "proxy"):
        if getattr(table, key):
            document.fault(f"{at}.{key}", "a pack may not set it", "whoever uses the pack sets it in the config")


def check_proxy(document: Document, proxy: str, at: str) -> None:
    """Note what is wrong with a proxy's address; one with a login is a secret, and stands elsewhere."""
    if proxy and proxy != "none" and not REFERENCE.match(proxy):
        check_url(document, proxy, at, _HOW)


def check_url(
    document: Document, url: str, at: str, instead: str = 'use headers with an "env:NAME" reference instead'
) -> None:
    """Note what is wrong with the address of a source."""
    try:
        parts = urlsplit(re.sub(r"\$\{[^}]*\}", "x", url.strip()))
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        document.fault(at, f"not an address: {url[:80]!r}")
        return
    if not usable:
        hint = (
            f'did you mean "https://{url.strip()}"?'
            if "://" not in url and "." in url
            else "http:// and https:// are allowed"
        )
        document.fault(at, f"not a web address: {url[:80]!r}", hint)
    elif parts.username or parts.password:
        document.fault(at, "holds a user name or password", instead)


def check_network(document: Document, network: str, at: str) -> None:
    """Note a network that cannot be read as one."""
    try:
        ipaddress.ip_network(network, strict=False)
    except ValueError:
        document.fault(at, f"not a network: {network[:60]!r}", 'write it as "10.1.2.0/24" or "127.0.0.1"')


assert set(STAGES) == set(Stage.__args__)  # type: ignore[attr-defined]  # Literal has no public way to list its words
