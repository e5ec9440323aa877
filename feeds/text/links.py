"""Addresses in documents: absolute http, https and mailto in plain ASCII, or nothing."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

MAX_LINK = 8_192
"""A longer address is no link: nothing that people open comes near it."""

_PLAIN_LINK = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9/?#:@!$&'()*+,;=._~%-]*)?")
_HOST = re.compile(r"[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]")
_URL_SAFE = "/?#:@!$&'()*+,;=._~%-[]"


def safe_link(url: str, base: str = "") -> str:
    """An absolute http, https or mailto address in plain ASCII, resolved against ``base``; "" for all else.

    A user name and password in it are left out: in a link of somebody's document they only mislead, and from
    the base they would put the reader's own password on every item.
    """
    url = url.strip().replace("&amp;", "&")
    if len(url) > MAX_LINK or not url:
        return ""
    if _PLAIN_LINK.fullmatch(url):
        return url
    url = re.sub(r"[\t\r\n]", "", url).strip("".join(map(chr, range(33))))
    if url[:4].lower() == "www.":
        url = "http://" + url
    try:
        return _absolute(urljoin(base, url) if base else url)
    except (ValueError, UnicodeError):
        return ""


def _absolute(url: str) -> str:
    if url.startswith("//"):
        url = "https:" + url
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    if scheme == "mailto" and "@" in parts.path:
        return "mailto:" + _quoted(url[7:])
    if scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = _ascii_host(parts.netloc.rpartition("@")[2])
    return urlunsplit((scheme, host, *(_quoted(part) for part in parts[2:]))) if host else ""


def _ascii_host(written: str) -> str:
    """Host and port as a resolver takes them; "" for what is no host."""
    host, colon, port = written.rpartition(":") if re.search(r":[0-9]{0,5}$", written) else (written, "", "")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    if not _HOST.fullmatch(host):
        return ""
    return host + (colon + port if port else "")


def _quoted(part: str) -> str:
    return quote(part, safe=_URL_SAFE, encoding="utf-8", errors="replace")
