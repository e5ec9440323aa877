"""May this URL, and the address behind it, be contacted?

Only public addresses are, unless a source names a network in ``allow_private``. The check on a URL is a
courtesy with a clear message; the check on the address that is dialled is the lock.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from feeds.errors import FetchError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_URL = 8_000
"""Longer addresses are refused; servers refuse them too."""

_FORBIDDEN: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "shared by a provider's customers"),
    ("127.0.0.0/8", "this machine"),
    ("168.63.129.16/32", "a cloud provider's own"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "for documentation"),
    ("192.31.196.0/24", "reserved"),
    ("192.52.193.0/24", "reserved"),
    ("192.88.99.0/24", "reserved"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "reserved"),
    ("198.18.0.0/15", "for benchmarks"),
    ("198.51.100.0/24", "for documentation"),
    ("203.0.113.0/24", "for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "this machine"),
    ("::1/128", "this machine"),
    ("2001::/23", "reserved"),
    ("2001:db8::/32", "for documentation"),
    ("2620:4f:8000::/48", "reserved"),
    ("3fff::/20", "for documentation"),
    ("5f00::/16", "reserved"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "private"),
    ("ff00::/8", "multicast"),
)
_RANGES: tuple[tuple[Network, str], ...] = tuple((ip_network(net), why) for net, why in _FORBIDDEN)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_MAPPED = IPv6Network("::ffff:0:0/96")
_COMPATIBLE = IPv6Network("::/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_6TO4 = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_EMBEDDING = (_MAPPED, _COMPATIBLE, _TRANSLATED, _NAT64[0])
"""Networks whose addresses are those of IPv4 written otherwise: judged by what they embed alone."""

_ODD = re.compile(r"[\x00-\x20\x7f-\xa0\\]|[\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ud800-\udfff]")
_FULL_STOPS = str.maketrans("\u3002\uff0e\uff61", "...")
_LOOPBACK = ("127.0.0.1", "::1")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)


def check_url(url: str, allowed: Sequence[str] = ()) -> None:
    """Raise FetchError("guard") unless it is http(s) to a named host, with no login nor forbidden address."""
    parts = _split(url)
    if parts.scheme not in ("http", "https"):
        raise _refused("only http and https addresses are fetched")
    if "@" in parts.netloc:
        raise _refused(
            "the address carries a login",
            hint='put it into the source\'s headers, as in Authorization = "env:NAME"',
        )
    host = parts.hostname or ""
    if not host.strip("."):
        raise _refused("the address names no host")
    if "%" in host and "[" not in parts.netloc:
        raise _refused("the address cannot be read")
    literal = literal_address(host)
    if literal is not None:
        check_address(str(literal), allowed)
    elif _is_this_machine(host) and not any(_allows(ip, tuple(allowed)) for ip in _LOOPBACK):
        check_address(_LOOPBACK[0])


def check_address(ip: str, allowed: Sequence[str] = ()) -> None:
    """Raise FetchError("guard") unless it is public unicast or inside an ``allowed`` network (CIDR)."""
    why = why_forbidden(ip)
    if why and not _allows(ip, tuple(allowed)):
        raise _refused(
            f"the address {ip.partition('%')[0]} is {why}, not on the public internet",
            hint="if it is meant, name the network in the source's allow_private",
        )


@lru_cache(maxsize=4096)
def why_forbidden(ip: str) -> str:
    """What keeps an address from being contacted, in words; empty for a public one."""
    try:
        address = ip_address(ip.partition("%")[0])
    except ValueError:
        return "unreadable"
    embedded = list(_embedded(address))
    if isinstance(address, IPv6Address) and any(address in net for net in _EMBEDDING) and int(address) > 1:
        return next(filter(None, map(_range, embedded)), "")
    for candidate in (address, *embedded):
        if why := _range(candidate):
            return why
    return ""


def literal_address(host: str) -> Address | None:
    """The address that a host spells, also in the octal, hexadecimal, short and wide forms resolvers accept."""
    host = _narrow(host).strip("[]").rstrip(".").partition("%")[0]
    try:
        return ip_address(host)
    except ValueError:
        return _odd_ipv4(host)


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: credentials never leave it."""
    parts = _split(url)
    return (
        parts.scheme,
        (parts.hostname or "").rstrip("."),
        parts.port or (443 if parts.scheme == "https" else 80),
    )


def _split(url: str) -> SplitResult:
    if len(url) > MAX_URL:
        raise _refused("the address is too long")
    if _ODD.search(url):
        raise _refused("the address holds characters that no address may hold")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _refused("the address cannot be read") from None
    return parts


def _narrow(host: str) -> str:
    """A host as its name is looked up: full-width and circled signs, and the full stops of other scripts, are ASCII."""
    if host.isascii():
        return host
    return unicodedata.normalize("NFKC", host).translate(_FULL_STOPS)


def _is_this_machine(host: str) -> bool:
    name = _narrow(host).rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


def _odd_ipv4(host: str) -> IPv4Address | None:
    numbers = host.split(".")
    if not 1 <= len(numbers) <= 4 or not all(_NUMBER.fullmatch(number) and len(number) < 40 for number in numbers):
        return None
    try:
        values = [_number(number) for number in numbers]
    except ValueError:
        raise _refused("the address cannot be read") from None
    *head, last = values
    if any(value > 255 for value in head) or last >= 256 ** (5 - len(values)):
        raise _refused("the address cannot be read")
    return IPv4Address(sum(value << (24 - 8 * at) for at, value in enumerate(head)) + last)


def _number(text: str) -> int:
    if text[:2].lower() == "0x":
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") and len(text) > 1 else int(text)


def _embedded(address: Address) -> Iterator[IPv4Address]:
    if isinstance(address, IPv4Address):
        return
    bits = int(address)
    if any(address in net for net in (_MAPPED, _COMPATIBLE, _TRANSLATED, *_NAT64)) and bits > 1:
        yield IPv4Address(bits & 0xFFFFFFFF)
    if address in _6TO4:
        yield IPv4Address((bits >> 80) & 0xFFFFFFFF)
    if address in _TEREDO:
        yield IPv4Address((bits >> 64) & 0xFFFFFFFF)
        yield IPv4Address(~bits & 0xFFFFFFFF)


def _range(address: Address) -> str:
    for network, why in _RANGES:
        if address.version == network.version and address in network:
            return why
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return "reserved"
    return ""


@lru_cache(maxsize=4096)
def _allows(ip: str, allowed: tuple[str, ...]) -> bool:
    try:
        address = ip_address(ip.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    candidates = (address, mapped) if mapped else (address,)
    return any(
        candidate.version == network.version and candidate in network
        for network in map(_network, allowed)
        if network is not None
        for candidate in candidates
    )


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _refused(message: str, hint: str = "") -> FetchError:
    return FetchError("guard", message, hint=hint)
