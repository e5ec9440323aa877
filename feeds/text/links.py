"""Addresses in documents: absolute http, https and mailto, nothing in them that a terminal acts on, or nothing."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from feeds.text.plain import INVISIBLE

MAX_LINK = 8_192
"""A longer address is no link: nothing that people open comes near it."""

_PLAIN_LINK = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9/?#:@!$&'()*+,;=._~%-]*)?")
_HOST = re.compile(r"[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]")
_PLAIN_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/?#:@!$&'()*+,;=._~%[]-")


def safe_link(url: str, base: str = "") -> str:
    """An absolute http, https or mailto address, resolved against ``base``; "" for all else.

    The host is in ASCII; letters of other scripts behind it stay as they were written; blanks, controls and what no
    eye can see are percent-encoded.

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


def relative_link(url: str) -> str:
    """A link relative to a document whose own address is not known; "" for what has a scheme or a host."""
    url = re.sub(r"[\t\r\n]", "", url.strip())
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc or len(url) > MAX_LINK else _quoted(url)


def _quoted(part: str) -> str:
    return "".join(sign if sign in _PLAIN_SIGNS or _shows(sign) else _encoded(sign) for sign in part)


def _shows(sign: str) -> bool:
    return sign > "\x7f" and sign.isprintable() and not INVISIBLE.match(sign)


def _encoded(sign: str) -> str:
    return quote(sign, safe="", encoding="utf-8", errors="replace")
