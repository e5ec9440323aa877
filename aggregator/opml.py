"""Feeds from other readers' lists as ``[[sources]]`` of the config, and the config's feeds as such a list. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aggregator.config import Config
from aggregator.model import Prospect
from aggregator.pipeline.names import folded
from aggregator.slugs import slug
from feeds.errors import FetchError
from feeds.guard import check_url
from feeds.model import Source
from feeds.opml import MAX_URL, FeedList, Listed, Path
from feeds.text import one_line

FEED_KINDS = frozenset({"feed", "press_wire"})
"""Kinds whose address any feed reader can poll."""
OUTLINE = "outline"
"""The option under which a source keeps what its list said of it; no connector reads it."""
_KEYED = re.compile(r"[?&;](?:api[_-]?key|apikey|key|token|access_token|auth|secret|password|pwd|sig|rss)=", re.I)


@dataclass(frozen=True, slots=True)
class NewSource:
    """A feed of a list as the config will have it."""

    id: str
    url: str
    name: str
    prospect: str = ""
    folders: tuple[Path, ...] = ()
    attributes: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """What importing a list would add, and what it leaves out and why."""

    sources: tuple[NewSource, ...]
    left_out: tuple[tuple[str, str], ...]
    known: tuple[str, ...] = ()
    """Addresses that the config has already."""
    notes: tuple[str, ...] = ()


def plan_import(listed: FeedList, config: Config) -> Import:
    """What of a list is new to a config, under free ids, each feed with its prospect where a folder is called so."""
    names = _prospects_by_name(config.prospects)
    known = {_plain_url(source.url) for source in config.sources}
    taken = {source.id for source in config.sources} | {each.source for each in config.not_configured}
    sources, left_out, there, numbers = [], list(listed.left_out), [], dict[str, int]()
    for feed in listed.feeds:
        if why := _unusable(feed.url):
            left_out.append((feed.title or feed.url[:100], why))
        elif _plain_url(feed.url) in known:
            there.append(feed.url)
        else:
            known.add(_plain_url(feed.url))
            prospect, folders = _placed(feed.folders, names)
            id_ = _free_id(feed.title or urlsplit(feed.url).netloc, taken, numbers)
            name = feed.title.replace("${", "$ {")  # no place to be filled
            sources.append(NewSource(id_, feed.url, name, prospect, folders, dict(feed.attributes)))
    return Import(tuple(sources), tuple(left_out), tuple(there), listed.notes)


def _prospects_by_name(prospects: Iterable[Prospect]) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for prospect in prospects:
        for name in (prospect.name, *prospect.aliases, prospect.id):
            found.setdefault(folded(name), prospect.id)
    found.pop((), None)
    return found


def _placed(folders: Sequence[Path], names: Mapping[tuple[str, ...], str]) -> tuple[str, tuple[Path, ...]]:
    """The prospect that a folder is called after, the innermost first; and the folders without those names."""
    found = [names[key] for path in folders for name in reversed(path) if (key := folded(name)) in names]
    if not found:
        return "", tuple(sorted(folders))
    rest = {tuple(name for name in path if names.get(folded(name)) != found[0]) for path in folders}
    return found[0], tuple(sorted(filter(None, rest)))


def _unusable(url: str) -> str:
    """Why an address can be no source; empty if it can."""
    if len(url) > MAX_URL:
        return f"its address has more than {MAX_URL:,} characters"
    if "${" in url:
        return "its address holds ${…}, which the config would fill in"
    if not url.startswith(("http://", "https://")):
        return "not a web address"
    try:
        parts = urlsplit(url)
        if parts.username or parts.password:
            return 'its address holds a login: add it by hand, with headers = { Authorization = "env:NAME" }'
        check_url(url, ("0.0.0.0/0", "::/0"))
    except (ValueError, FetchError) as error:
        return str(error) if isinstance(error, FetchError) else "not a web address"
    return ""


def _plain_url(url: str) -> str:
    """An address for comparison: without scheme, fragment, and closing slash; its host in small letters."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}?{parts.query}"


def _free_id(words: str, taken: set[str], numbers: dict[str, int]) -> str:
    base = slug(words)[:56].strip("-")
    made = base
    while made in taken:
        numbers[base] = numbers.get(base, 1) + 1
        made = f"{base}-{numbers[base]}"
    taken.add(made)
    return made


def as_toml(sources: Iterable[NewSource], origin: str) -> str:
    """``[[sources]]`` tables to stand at the end of a config, after a comment that says where they come from."""
    return f"\n# From {one_line(origin, 200)}\n" + "\n".join("\n".join(_lines(each)) + "\n" for each in sources)


def _lines(source: NewSource) -> Iterator[str]:
    yield "[[sources]]"
    yield f"id = {_value(source.id)}"
    if source.name:
        yield f"name = {_value(source.name)}"
    yield f"url = {_value(source.url)}"
    if source.prospect:
        yield f"prospect = {_value(source.prospect)}"
    attributes = {name: value for name, value in (source.attributes or {}).items() if "${" not in value}
    folders = [[name for name in path if "${" not in name] for path in source.folders]
    told = [f"folders = {_value(folders)}"] if any(folders) else []
    told += [f"{_value(name)} = {_value(value)}" for name, value in attributes.items()]
    if told:
        yield f"options.{OUTLINE} = {{ {', '.join(told)} }}"


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Export:
    """The feeds of a list to write, and which sources are not in it and why."""

    feeds: tuple[Listed, ...]
    left_out: tuple[tuple[str, str], ...]


def plan_export(sources: Iterable[Source], prospects: Iterable[Prospect]) -> Export:
    """Feeds in folders by prospect, then by the folders that they came from; no headers, keys or internal sources."""
    names = {prospect.id: prospect.name for prospect in prospects}
    feeds: list[Listed] = []
    left_out: list[tuple[str, str]] = []
    for source in sources:
        if why := _kept_back(source):
            left_out.append((source.id, why))
            continue
        outline = source.options.get(OUTLINE)
        outline = outline if isinstance(outline, Mapping) else {}
        of = (names[source.prospect],) if source.prospect in names else ()
        folders = tuple((*of, *path) for path in _folders(outline.get("folders"))) or ((of,) if of else ())
        more = {str(name): value for name, value in outline.items() if isinstance(value, str)}
        feeds.append(Listed(source.url, source.name, folders, more))
    return Export(tuple(feeds), tuple(left_out))


def _folders(written: object) -> Iterator[Path]:
    for path in written if isinstance(written, (list, tuple)) else ():
        if isinstance(path, (list, tuple)) and path and all(isinstance(name, str) and name for name in path):
            yield tuple(path)


def _kept_back(source: Source, kinds: Collection[str] = FEED_KINDS) -> str:
    """Why a source does not go into a list; empty if it may."""
    if source.kind not in kinds:
        return f"of kind {source.kind}, which other readers cannot poll"
    if source.scope == "internal" or source.allow_private:
        return "internal"
    if source.auth or source.headers or _KEYED.search(source.url):
        return "needs a key, which no list may hold"
    return ""
