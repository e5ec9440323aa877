"""Kind ``github``: what a GitHub organisation opens, creates and releases."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote, urlsplit

from feeds.connectors.base import About, Budget
from feeds.connectors.records import (
    at,
    fields,
    instant,
    link_next,
    number,
    read_json,
    read_records,
    required,
    rows_of,
    text,
)
from feeds.errors import ReadError
from feeds.model import AUTH, Entry, FetchState, Page, Request, Response, Rhythm, Source
from feeds.text import safe_link, title_text

ABOUT = About(
    title="GitHub organisation",
    brings="Repositories that an organisation opens or creates, and its releases, of the last 30 days; pushes, issues "
    "and people are left out. Minutes to hours late.",
    limits="60 requests an hour from one address without a key, 5,000 with one; asked no oftener than GitHub says.",
    example='[[sources]]\nid = "github"\nkind = "github"\nprospect = "acme"\noptions = { github_org = "acme" }\n',
    needs=("github_org|github",),
    url="https://api.github.com/orgs/${github_org|github}/events?per_page=100",
    hosts=("api.github.com",),
    key="optional: a fine-grained token without any permission",
    budgets=(Budget("api.github.com", 60, 3_600.0),),
    every=3_600.0,
    publisher="issuer",
)
VERSION = "2022-11-28"
MAX_EVENTS = 300


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 — the events come newest first
    """GET the newest events."""
    return Request(source.url, headers=headers(source))


def headers(source: Source) -> tuple[tuple[str, str], ...]:
    """What GitHub's API wants in each request."""
    key = (("Authorization", f"Bearer {AUTH}"),) if source.auth else ()
    return (("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", VERSION), *key)


def read(source: Source, response: Response) -> Page[Entry]:
    """The events worth telling; more pages while the oldest is still unknown."""
    found = read_json(response)
    if isinstance(found, Mapping):
        raise ReadError(f"GitHub answered: {text(found.get('message'), 200) or 'no list of events'}")
    rows = rows_of(found, "the answer")
    entries, problems = read_records(rows, _entry, "events")
    numbers = [int(key) for row in rows if (key := text(at(row, "id"))).isascii() and key.isdigit() and len(key) < 20]
    known = int(number(response.cursor) or 0) if response.cursor.isdigit() and len(response.cursor) < 20 else 0
    following = link_next(response.headers)
    more = bool(known and numbers and min(numbers) > known) and _same_server(following, response.url)
    pause = number(response.headers.get("x-poll-interval"))
    return Page(
        entries,
        rhythm=Rhythm(ttl=pause if pause and pause > 0 else None),
        problems=problems,
        next=Request(following, headers=headers(source)) if more else None,
        cursor=str(max([*numbers, known])) if numbers and not _is_later_page(response) else "",
    )


def release_id(repository: str, tag: str) -> str:
    """What one release is called in GitHub's feeds: repository number and tag."""
    return f"tag:github.com,2008:Repository/{repository}/{tag}"


def _same_server(address: str, other: str) -> bool:
    try:
        return urlsplit(address)[:2] == urlsplit(other)[:2]
    except ValueError:
        return False


def _is_later_page(response: Response) -> bool:
    return response.asked is not None and "page=" in response.asked.url.replace("per_page=", "")


def _entry(row: Mapping[str, Any]) -> Entry | None:
    """One event; None for the kinds that tell a seller nothing."""
    make = _KINDS.get(required(row, "type"))
    return make(row) if make else None


def _release(row: Mapping[str, Any]) -> Entry | None:
    release = at(row, "payload.release")
    if text(at(row, "payload.action")) != "published" or at(release, "draft") is True:
        return None
    tag, repository = required(release, "tag_name"), required(row, "repo.name")
    name = title_text(text(at(release, "name"), 300)) or tag
    body = at(release, "body")
    return Entry(
        id=release_id(required(row, "repo.id"), tag),
        link=safe_link(text(at(release, "html_url"))) or f"https://github.com/{quote(repository)}/releases/tag/{quote(tag)}",
        title=f"{_short(repository)} {name}" if _short(repository).casefold() not in name.casefold() else name,
        content=_paragraphs(body),
        published=instant(at(release, "published_at")) or instant(row.get("created_at")),
        fields=fields(event="release", repository=repository, release=tag,
                      prerelease=at(release, "prerelease") is True or None),
    )  # fmt: skip


def _created(row: Mapping[str, Any]) -> Entry | None:
    if text(at(row, "payload.ref_type")) != "repository":
        return None
    return _repository(row, "creates a repository")


def _opened(row: Mapping[str, Any]) -> Entry | None:
    return _repository(row, "makes a repository public")


def _repository(row: Mapping[str, Any], does: str) -> Entry:
    repository = required(row, "repo.name")
    about = text(at(row, "payload.description"), 1_000)
    return Entry(
        id=required(row, "id"),
        link=f"https://github.com/{quote(repository)}",
        title=f"{repository.partition('/')[0]} {does}: {_short(repository)}",
        content=_paragraphs(about),
        published=instant(row.get("created_at")),
        fields=fields(event="public" if "public" in does else "create", repository=repository, description=about),
    )


def _short(repository: str) -> str:
    return repository.rpartition("/")[2]


def _paragraphs(body: Any) -> str:
    if not isinstance(body, str) or not body.strip():
        return ""
    return "".join(f"<p>{escape(each)}</p>" for each in body[:50_000].split("\n") if each.strip())


_KINDS = {"ReleaseEvent": _release, "CreateEvent": _created, "PublicEvent": _opened}
