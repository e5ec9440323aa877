"""Quotas that the configured sources would exceed, with the arithmetic."""

from __future__ import annotations

from aggregator.quotas import shortfalls
from feeds.model import Source


def sam(number: int, **more: object) -> Source:
    return Source(f"sam{number}", "https://api.sam.gov/", "sam_opportunities", auth="env:K", **more)  # type: ignore[arg-type]


def test_what_is_within_its_quota_says_nothing() -> None:
    assert shortfalls([sam(n, every=86400.0) for n in range(10)], 3600.0) == ()
    assert shortfalls([Source("f", "https://a.example/")] * 500, 60.0) == ()


def test_the_arithmetic_is_told() -> None:
    (found,) = shortfalls([sam(n, every=43200.0) for n in range(30)], 3600.0)
    assert (found.wanted, found.every) == (60.0, 3 * 86400.0)
    assert str(found) == (
        "api.sam.gov allows 10 requests a day; 30 sources need at least 60 at the intervals set: "
        'they will be held and take turns. every = "3d" for each would do.'
    )


def test_each_key_has_its_own_quota() -> None:
    sources = [sam(n, every=86400.0) for n in range(8)]
    other = [Source(f"o{n}", "https://x/", "sam_opportunities", auth="env:K2", every=86400.0) for n in range(8)]
    assert shortfalls([*sources, *other], 3600.0) == ()
