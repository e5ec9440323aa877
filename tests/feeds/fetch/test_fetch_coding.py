"""Compressed bodies undone within a limit."""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.errors import FetchError
from feeds.fetch.coding import decode

CODINGS = st.sampled_from(["", "identity", "gzip", "x-gzip", "deflate", "GZIP", "br", "zstd", "gzip, gzip", " , "])


@settings(deadline=None)
@given(st.binary(max_size=3000))
def test_what_was_compressed_comes_back(body: bytes) -> None:
    """Each coding that is asked for, in each of its forms."""
    assert decode(gzip.compress(body), "gzip", 3000) == body
    assert decode(zlib.compress(body), "deflate", 3000) == body
    raw = zlib.compressobj(wbits=-15)
    assert decode(raw.compress(body) + raw.flush(), "deflate", 3000) == body


@settings(deadline=None)
@given(st.binary(max_size=500), CODINGS, st.integers(0, 600))
def test_any_bytes_end_within_the_limit_or_in_a_fetch_error(body: bytes, coding: str, limit: int) -> None:
    """Nothing else comes out."""
    with suppress(FetchError):
        assert len(decode(body, coding, limit)) <= limit


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=500), st.integers(1, 400))
def test_a_cut_gzip_is_never_taken_for_whole(body: bytes, cut: int) -> None:
    """However much is missing, once the mark of gzip is there."""
    packed = gzip.compress(body)
    with pytest.raises(FetchError):
        decode(packed[: max(2, len(packed) - cut)], "gzip", 1000)


def test_many_empty_members_are_refused() -> None:
    """A gzip of thousands of parts is no feed."""
    with pytest.raises(FetchError, match="too many parts"):
        decode(gzip.compress(b"") * 1000, "gzip", 1000)


def test_the_limit_is_for_all_members_together() -> None:
    """Each is within it, their sum is not."""
    with pytest.raises(FetchError, match="too large"):
        decode(gzip.compress(bytes(600)) * 2, "gzip", 1000)


def test_rubbish_behind_a_gzip_is_ignored() -> None:
    """Servers pad."""
    assert decode(gzip.compress(b"news") + b"\0\0\0", "gzip", 1000) == b"news"
