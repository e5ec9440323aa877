"""May this URL, and the address behind it, be contacted?

Only public addresses are, unless a source names a network in ``allow_private``. The check on the URL is a courtesy
with a clear message; the check on the dialled address is the lock.
"""

from __future__ import annotations

from collections.abc import Sequence


def check_url(url: str, allowed: Sequence[str] = ()) -> None:
    """Raise FetchError(kind="guard") unless the URL is http(s), has a host, carries no login, and names no forbidden address."""
    raise NotImplementedError


def check_address(ip: str, allowed: Sequence[str] = ()) -> None:
    """Raise FetchError(kind="guard") unless the address is public unicast or inside one of the ``allowed`` networks (CIDR)."""
    raise NotImplementedError
