"""Kind ``mastodon``: the posts of one account on a Mastodon server."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from feeds.connectors.base import About
from feeds.connectors.records import as_is, at, fields, instant, read_json, read_records, required, rows_of, text, texts
from feeds.errors import LeadlineError, ReadError
from feeds.model import Entry, FetchState, Page, Request, Response, Source
from feeds.text import html_to_text, safe_link

ABOUT = About(
    title="Mastodon account",
    brings="What an account, `acme@mastodon.example`, posts itself; replies and boosts are left out.",
    limits="300 requests in 5 minutes; some servers show nothing without a login. Asked every half hour at most.",
    example='[[sources]]\nid = "mastodon"\nkind = "mastodon"\nprospect = "acme"\n'
    'options = { mastodon = "acme@mastodon.example" }\n',
    needs=("mastodon",),
    url="https://${mastodon}",
    every=3_600.0,
    publisher="issuer",
)
PAGE, TITLE_CHARS = 40, 140
_ACCOUNT = re.compile(r"@?([A-Za-z0-9_.-]{1,100})@([A-Za-z0-9.-]{3,200}(?::[0-9]{1,5})?)")
_JSON = (("Accept", "application/json"),)


def first(source: Source, state: FetchState) -> Request:
    """GET the account's number; where that is known, its posts after the newest known."""
    known = _recalled(state.cursor)
    if known:
        return _statuses(_server(source), *known)
    name, _ = _account(source)
    return Request(f"{_server(source)}/api/v1/accounts/lookup?{urlencode({'acct': name})}", headers=_JSON)


def read(source: Source, response: Response) -> Page[Entry]:
    """The account, of which its posts are asked; or the posts, and those after them while pages are full."""
    found = read_json(response)
    if isinstance(found, Mapping):
        number = text(found.get("id"), 40)
        if not number.isascii() or not number.isdigit():
            raise ReadError(f"the server answered: {text(found.get('error'), 200) or 'no account'}")
        return Page(next=_statuses(_server(source), number, ""))
    rows = rows_of(found, "the answer")
    entries, problems = read_records(rows, _entry, "posts")
    number, since = _asked(response)
    ids = [text(at(row, "id"), 40) for row in rows]
    newest = str(max([int(each) for each in [*ids, since] if each.isascii() and each.isdigit()], default="") or "")
    full = bool(since) and len(rows) >= PAGE and newest != since
    cursor = json.dumps({"account": number, "since": newest}) if number else ""
    return Page(
        entries, problems=problems, next=_statuses(_server(source), number, newest) if full else None, cursor=cursor
    )


def _account(source: Source) -> tuple[str, str]:
    found = _ACCOUNT.fullmatch(text(source.options.get("mastodon")))
    if not found:
        raise LeadlineError('`mastodon` is no account, as "acme@mastodon.example"')
    return found[1], found[2]


def _server(source: Source) -> str:
    """The server of the account; that of the source's own address where it names another, as for a proxy."""
    name, host = _account(source)
    own = urlsplit(source.url)
    quoted = (f"{name}%40{host}", f"%40{name}%40{host}", f"{name}@{host}", f"@{name}@{host}", "")
    return f"https://{host}" if own.netloc in quoted else f"{own.scheme}://{own.netloc}"


def _statuses(server: str, number: str, since: str) -> Request:
    asked = {
        "limit": PAGE,
        "exclude_replies": "true",
        "exclude_reblogs": "true",
        **({"min_id": since} if since else {}),
    }
    return Request(f"{server}/api/v1/accounts/{number}/statuses?{urlencode(asked)}", headers=_JSON)


def _asked(response: Response) -> tuple[str, str]:
    """Number of the account and the id after which was asked."""
    url = response.asked.url if response.asked else response.url
    found = re.search(r"/accounts/([0-9]{1,40})/statuses", url)
    since = re.search(r"[?&]min_id=([0-9]{1,40})", url)
    return found[1] if found else "", since[1] if since else ""


def _recalled(cursor: str) -> tuple[str, str] | None:
    try:
        told = json.loads(cursor)
        number, since = str(told["account"]), str(told["since"])
    except (ValueError, TypeError, KeyError):
        return None
    return (number, since) if number.isdigit() and (since.isdigit() or not since) else None


def _entry(row: Mapping[str, Any]) -> Entry | None:
    """One post; None for a boost and for what is not public."""
    if row.get("reblog") or text(row.get("visibility")) in ("private", "direct"):
        return None
    uri = required(row, "uri", "url")
    content = as_is(row.get("content"))
    words = html_to_text(content, TITLE_CHARS).replace("\n", " ")
    tags = row.get("tags")
    card = at(row, "card.title")
    return Entry(
        id=uri,
        link=safe_link(text(row.get("url"))) or safe_link(uri),
        title=text(row.get("spoiler_text"), TITLE_CHARS)
        or words
        or text(card, TITLE_CHARS)
        or "(a post without words)",
        content=content,
        author=text(at(row, "account.display_name"), 200) or text(at(row, "account.acct"), 200),
        published=instant(row.get("created_at")),
        updated=instant(row.get("edited_at")),
        categories=tuple(texts([at(each, "name") for each in tags])) if isinstance(tags, list) else (),
        language=text(row.get("language"), 20),
        fields=fields(account=text(at(row, "account.acct"), 200), card=safe_link(text(at(row, "card.url")))),
    )
