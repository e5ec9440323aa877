"""Dates as publishers write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.parsing.dates import EARLIEST, LATEST, from_epoch, parse_date

TABLE = {
    # RFC 822 and its relatives
    "Mon, 02 Mar 2026 09:30:00 GMT": "2026-03-02T09:30:00",
    "Mon, 2 Mar 2026 09:30 -0500": "2026-03-02T14:30:00",
    "2 Mar 2026 09:30:00 +05:30": "2026-03-02T04:00:00",
    "Mon, 02 Mar 26 09:30:00 EST": "2026-03-02T14:30:00",
    "Monday, 02-Mar-26 09:30:00 GMT": "2026-03-02T09:30:00",
    "Mon, 02 March 2026 09:30:00 CEST": "2026-03-02T07:30:00",
    "Thu, 01 Jan 04 19:48:21 GMT": "2004-01-01T19:48:21",
    "Mon, 02 Mar 2026": "2026-03-02T00:00:00",
    "Mon, 02 Mar 2026 24:10:00 GMT": "2026-03-03T00:10:00",
    "Mon, 02 Mar 2026 23:59:60 GMT": "2026-03-02T23:59:59",
    "Mon Mar  2 09:30:00 2026": "2026-03-02T09:30:00",
    "Mon, 21 Jan 2008 8:56 am PST": "2008-01-21T16:56:00",
    "Mon, 02 Mar 2026 09:30:00 GMT+2": "2026-03-02T07:30:00",
    # ISO 8601
    "2026-03-02T09:30:00Z": "2026-03-02T09:30:00",
    "2026-03-02T09:30:00.123456+01:00": "2026-03-02T08:30:00",
    "2026-03-02 09:30:00 -0500": "2026-03-02T14:30:00",
    "2026-03-02T09:30Z": "2026-03-02T09:30:00",
    "20260302T093000Z": "2026-03-02T09:30:00",
    "2026-03-02": "2026-03-02T00:00:00",
    "2026-03": "2026-03-01T00:00:00",
    "2026": "2026-01-01T00:00:00",
    "2026-03-02 09:30:00 UTC": "2026-03-02T09:30:00",
    # and the rest
    "Friday, January 29, 2021 04:42 PM": "2021-01-29T16:42:00",
    "Sat, Dec 16 2023 02:02:33 PM": "2023-12-16T14:02:33",
    "22.11.2022 12:16:00": "2022-11-22T12:16:00",
    "11/22/2022 12:16": "2022-11-22T12:16:00",
    "22/11/2022 12:16": "2022-11-22T12:16:00",
    "2. März 2026": "2026-03-02T00:00:00",
    "lun., 2 févr. 2026 10:00:00 +0100": "2026-02-02T09:00:00",
    "2 марта 2026 10:00": "2026-03-02T10:00:00",
    "12:00 AM, March 2, 2026": "2026-03-02T00:00:00",
}


@pytest.mark.parametrize(("text", "expected"), TABLE.items())
def test_dates(text: str, expected: str) -> None:
    assert parse_date(text) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "12", "13/13/2020", "1899-12-31", "2101-01-01", "-0001-01-01", "99999999999-01-01"),
        *("0000-00-00T00:00:00Z", "Tue, 30 Feb 2021 10:00:00 GMT"),
        *("1" * 200_000, "1:" * 100_000, "2021-" * 50_000, "Mon," + " " * 200_000 + "06"),
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@given(st.text("0123456789-:/., TZ+ janfebPM時", max_size=40))
def test_any_text_is_a_moment_of_our_time_or_nothing(text: str) -> None:
    moment = parse_date(text)
    assert moment is None or EARLIEST <= moment < LATEST


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 12, 30)))  # noqa: DTZ001
def test_what_is_written_is_read(moment: datetime) -> None:
    whole = moment.replace(microsecond=0, tzinfo=UTC)
    assert parse_date(whole.isoformat()) == whole
    assert parse_date(whole.strftime("%a, %d %b %Y %H:%M:%S +0000")) == whole


@pytest.mark.parametrize(("seconds", "year"), [(0.0, 1970), (1_700_000_000.0, 2023)])
def test_epoch(seconds: float, year: int) -> None:
    moment = from_epoch(seconds)
    assert moment is not None
    assert moment.year == year


@pytest.mark.parametrize("seconds", [None, -1.0, 1e12, float("nan"), float("inf")])
def test_epoch_out_of_bounds(seconds: float | None) -> None:
    assert from_epoch(seconds) is None
