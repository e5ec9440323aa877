"""Kind ``github_releases``: the releases of one repository, from its Atom feed, which costs no quota."""

from __future__ import annotations

import re

from msgspec.structs import replace

from feeds.connectors.base import About
from feeds.connectors.records import fields, text
from feeds.errors import LeadlineError
from feeds.model import Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="GitHub releases",
    brings='The ten newest releases of a repository, `repository = "acme/gateway"`, with their notes. A release that '
    "a `github` source tells of too has the same id and link.",
    limits="A public feed without a quota.",
    example='[[sources]]\nid = "releases"\nkind = "github_releases"\noptions = { repository = "acme/gateway" }\n',
    needs=("repository",),
    takes=("prereleases",),
    url="https://github.com",
    hosts=("github.com",),
    every=21_600.0,
    publisher="issuer",
)
_REPOSITORY = re.compile(r"[A-Za-z0-9-]{1,40}/[A-Za-z0-9._-]{1,100}")
_ID = re.compile(r"tag:github\.com,2008:Repository/[0-9]{1,20}/(.{1,300})")
_EARLY = re.compile(r"(?:^|[^a-z])(?:rc|alpha|beta|pre|preview|nightly|dev|snapshot)(?:[^a-z]|$)", re.IGNORECASE)


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 - what every connector is given
    """GET the feed."""
    repository = text(source.options.get("repository"))
    if not _REPOSITORY.fullmatch(repository) or ".." in repository:
        raise LeadlineError('`repository` is no repository, as "acme/gateway"')
    url = f"{source.url.rstrip('/')}/{repository}/releases.atom"
    return Request(url, headers=(("Accept", "application/atom+xml"),))


def read(source: Source, response: Response) -> Page[Entry]:
    """The releases; those whose tag says that they come before one are left out unless ``prereleases`` is true."""
    from feeds.parsing import parse

    page = parse(response.body, response.url or source.url, response.headers.get("content-type", ""))
    early = source.options.get("prereleases") is True
    repository = text(source.options.get("repository"))
    kept = (_entry(each, repository) for each in page.entries)
    return replace(page, entries=tuple(each for each in kept if early or not is_early(str(each.fields.get("release")))))


def is_early(tag: str) -> bool:
    """Whether a tag (``v2.0.0-rc.1``) is of a release that is not one yet."""
    return _EARLY.search(tag) is not None


def _entry(entry: Entry, repository: str) -> Entry:
    found = _ID.fullmatch(entry.id)
    tag = found[1] if found else entry.title
    name = repository.rpartition("/")[2]
    return replace(
        entry,
        title=f"{name} {entry.title}" if name.casefold() not in entry.title.casefold() else entry.title,
        content="" if entry.content.strip() == "No content." else entry.content,
        summary="" if entry.summary.strip() == "No content." else entry.summary,
        author="",
        fields=fields(event="release", repository=repository, release=tag),
    )
