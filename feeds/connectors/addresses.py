"""Addresses that people copy from a browser → the kind of source that reads what stands there. One table; pure.

A row holds hosts, a pattern for path, query and fragment, and what its groups mean to the connector.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus, urlsplit

from feeds.text import one_line


@dataclass(frozen=True, slots=True)
class Known:
    """What an address turned out to be."""

    kind: str
    options: Mapping[str, str] = field(default_factory=dict)
    """What the connector is told."""
    name: str = ""
    """What to call it: the board, the repository, the agency."""
    url: str = ""
    """The address to ask where the kind has none of its own for this."""
    identifiers: tuple[str, ...] = ()
    """Which of the options identify a prospect, and so may stand in his ``ids`` instead."""


@dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    hosts: str
    """Hosts, apart by blanks; a leading dot takes subdomains too."""
    pattern: str
    """Of path, ``?query`` and ``#fragment``, percent-decoded; named groups become options."""
    identifiers: tuple[str, ...] = ()
    url: str = ""
    """With ``{name}`` for a group; ``@`` for the address itself."""
    fixed: Mapping[str, str] = field(default_factory=dict)


_ANY = r".*"
_HANDLE = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,60}"
_ROWS = (
    _Row("sec_submissions", "www.sec.gov data.sec.gov sec.gov",
         r"/(?:cgi-bin/browse-edgar|edgar/browse)/?\?(?:.*&)?CIK=0*(?P<cik>\d{1,10})\b.*", ("cik",)),
    _Row("sec_submissions", "data.sec.gov", r"/submissions/CIK0*(?P<cik>\d{1,10})\.json.*", ("cik",)),
    _Row("sec_submissions", "www.sec.gov", r"/Archives/edgar/data/0*(?P<cik>\d{1,10})(?:/.*)?", ("cik",)),
    _Row("sec_full_text", "efts.sec.gov www.sec.gov",
         r"/(?:LATEST/search-index|edgar/search/).*[?&/]q=(?P<query>[^&]+).*"),
    _Row("sec_atom", "www.sec.gov",
         r"/cgi-bin/browse-edgar\?(?=.*action=getcurrent)(?:.*[?&]type=(?P<forms>[^&]+))?.*"),
    _Row("greenhouse", "boards-api.greenhouse.io", r"/v1/boards/(?P<board>[\w-]+).*"),
    _Row("greenhouse", "boards.greenhouse.io job-boards.greenhouse.io", r"/embed/.*[?&]for=(?P<board>[\w-]+).*"),
    _Row("greenhouse", "boards.greenhouse.io job-boards.greenhouse.io", r"/(?P<board>(?!embed\b)[\w-]+)(?:[/?#].*)?"),
    _Row("lever", "jobs.lever.co", r"/(?P<board>[\w.-]+).*"),
    _Row("lever", "api.lever.co", r"/v0/postings/(?P<board>[\w.-]+).*"),
    _Row("lever", "jobs.eu.lever.co", r"/(?P<board>[\w.-]+).*", (),
         "https://api.eu.lever.co/v0/postings/{board}?mode=json"),
    _Row("lever", "api.eu.lever.co", r"/v0/postings/(?P<board>[\w.-]+).*", (),
         "https://api.eu.lever.co/v0/postings/{board}?mode=json"),
    _Row("ashby", "jobs.ashbyhq.com", r"/(?P<board>[^/?#]+).*"),
    _Row("ashby", "api.ashbyhq.com", r"/posting-api/job-board/(?P<board>[^/?#]+).*"),
    _Row("github", "github.com", r"/orgs/(?P<github_org>[\w-]+).*", ("github_org",)),
    _Row("github", "api.github.com", r"/(?:orgs|users)/(?P<github_org>[\w-]+).*", ("github_org",)),
    _Row("github", "github.com", r"/(?P<github_org>(?!(?:about|topics|features|marketplace|search|login|explore)\b)"
         r"[\w-]+)/?(?:[?#].*)?", ("github_org",)),
    _Row("github_releases", "github.com api.github.com",
         r"/(?:repos/)?(?P<repository>[\w-]+/[\w.-]+?)(?:\.git)?(?:[/?#].*)?"),
    _Row("bluesky", "bsky.app", r"/profile/(?P<bluesky>[\w.:-]+).*", ("bluesky",)),
    _Row("companies_house", "find-and-update.company-information.service.gov.uk beta.companieshouse.gov.uk "
         "api.company-information.service.gov.uk", r"/company/(?P<company_number>[A-Za-z0-9]{8})(?:[/?#].*)?",
         ("company_number",)),
    _Row("uk_find_a_tender", "www.find-tender.service.gov.uk", _ANY),
    _Row("uk_contracts_finder", "www.contractsfinder.service.gov.uk", _ANY),
    _Row("ted", "ted.europa.eu api.ted.europa.eu", r".*[?&](?:q|query|scope-query)=(?P<query>[^&]+).*"),
    _Row("ted", "ted.europa.eu api.ted.europa.eu", _ANY),
    _Row("sam_opportunities", "sam.gov www.sam.gov api.sam.gov", _ANY),
    _Row("usaspending", "www.usaspending.gov usaspending.gov api.usaspending.gov", _ANY),
    _Row("federal_register", "www.federalregister.gov", r"/(?:api/v1/)?agencies/(?P<agency>[\w-]+).*"),
    _Row("federal_register", "www.federalregister.gov", r"/.*[?&]conditions\[agencies\]\[\]=(?P<agency>[\w-]+).*"),
    _Row("federal_register", "www.federalregister.gov", r"/.*[?&]conditions\[term\]=(?P<term>[^&]+).*"),
    _Row("federal_register", "www.federalregister.gov", _ANY),
    _Row("regulations_gov", "www.regulations.gov", r"/docket/(?P<docket>[\w-]+).*"),
    _Row("regulations_gov", "www.regulations.gov api.regulations.gov", _ANY),
    _Row("grants_gov", "www.grants.gov grants.gov api.grants.gov simpler.grants.gov", _ANY),
    _Row("google_news", "news.google.com", r"/(?:rss/)?search\?(?:.*&)?q=(?P<query>[^&]+).*"),
    _Row("bing_news", "www.bing.com", r"/news/search\?(?:.*&)?q=(?P<query>[^&]+).*"),
    _Row("gdelt", "api.gdeltproject.org", r"/api/v2/doc/doc\?(?:.*&)?query=(?P<query>[^&]+).*"),
    _Row("hn_algolia", "hn.algolia.com", r".*[?&](?:q|query)=(?P<query>[^&]+).*"),
    _Row("press_wire", "www.globenewswire.com www.prnewswire.com feed.businesswire.com",
         r"/(?i:rss|rssfeed)/.+", (), "@"),
)  # fmt: skip
_FEED = re.compile(r"(?:\.(?:rss|atom|xml|rdf)|/(?:rss|feed)s?/?)(?:[?#]|$)", re.IGNORECASE)
"""A feed's own address: it is read as one where its host alone tells of a connector."""
_NO_MASTODON = (
    "youtube.com", "tiktok.com", "medium.com", "threads.net", "threads.com", "substack.com", "x.com", "twitter.com",
    "npmjs.com", "instagram.com", "facebook.com", "linkedin.com", "t.me", "google.com", "flipboard.com",
    "pinterest.com",
)  # fmt: skip
_MASTODON = re.compile(rf"/(?:web/)?(?:@|users/)(?P<user>{_HANDLE})(?:@(?P<server>[\w.-]+\.[a-z]+))?/?(?:[?#].*)?")
_ACCOUNT = re.compile(rf"@?(?P<user>{_HANDLE})@(?P<server>[\w-]+(?:\.[\w-]+)+)")
_BARE = (
    ("sec_submissions", "cik", re.compile(r"(?:CIK|cik)\s*[:=]?\s*0*(\d{1,10})")),
    (
        "companies_house",
        "company_number",
        re.compile(r"([0-9]{8}|(?:SC|NI|OC|SO|NC|FC|RC|SL|LP|IP)[0-9]{6})", re.ASCII),
    ),
)


def recognized(address: str) -> Known | None:
    """What an address, a CIK (``CIK0000320193``) or a company number (``01234567``) names; None for none of these."""
    told = one_line(address, 2_000).strip()
    for kind, option, pattern in _BARE:
        if found := pattern.fullmatch(told):
            return Known(kind, {option: _identifier(option, found[1])}, found[1], "", (option,))
    if (account := _ACCOUNT.fullmatch(told)) and told.startswith("@"):
        return _mastodon(account["user"], account["server"])
    try:
        parts = urlsplit(told if "://" in told else f"https://{told}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    rest = unquote_plus(parts.path or "/") + _tail("?", parts.query) + _tail("#", parts.fragment)
    is_feed = _FEED.search(rest) is not None
    for row in _ROWS:
        if is_feed and row.pattern is _ANY:
            continue
        if host in row.hosts.split() and (found := re.fullmatch(row.pattern, rest)):
            return _known(row, {name: value for name, value in found.groupdict().items() if value}, told)
    return _account_page(host, rest)


def _tail(sign: str, text: str) -> str:
    return sign + unquote_plus(text) if text else ""


def _known(row: _Row, found: dict[str, str], address: str) -> Known:
    options = {name: _identifier(name, value) for name, value in found.items()}
    name = next(iter(options.values()), "")
    url = address if row.url == "@" else row.url.format(**options)
    return Known(row.kind, {**row.fixed, **options}, name, url, row.identifiers)


def _identifier(name: str, value: str) -> str:
    value = one_line(value, 300).strip()
    if name == "cik":
        return value.zfill(10)
    return value.upper() if name == "company_number" else value


def _account_page(host: str, rest: str) -> Known | None:
    """A page of the form that Mastodon's profiles have, on no site that is known for the like."""
    found = _MASTODON.fullmatch(rest)
    if not found or any(host == each or host.endswith(f".{each}") for each in _NO_MASTODON):
        return None
    return _mastodon(found["user"], found["server"] or host)


def _mastodon(user: str, server: str) -> Known:
    account = f"{user}@{server.lower()}"
    return Known("mastodon", {"mastodon": account}, account, "", ("mastodon",))
