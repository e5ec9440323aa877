"""When a source is asked again: never sooner than it asks for, never so late that it is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.model import Rhythm
from feeds.politeness import (
    DAY,
    HOUR,
    JITTER,
    MINUTE,
    UNKNOWN,
    WEEK,
    Pace,
    freshness,
    jitter,
    next_poll,
    next_try,
    parse_retry_after,
    recall,
    remember,
    rhythm,
    silence,
    spell,
)

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
NOWS = st.integers(946_684_800, 3_786_912_000).map(lambda at: datetime.fromtimestamp(at, UTC))
IDS = st.text(max_size=20)
RHYTHMS = st.builds(
    Rhythm,
    ttl=st.one_of(st.none(), st.floats(0, 1e12)),
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
)
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "cache-control", "expires", "date", "age"]),
    st.one_of(
        st.text(max_size=40),
        st.integers(-10, 10**12).map(str),
        st.integers(0, 10**12).map("max-age={}".format),
        NOWS.map(format_datetime),
    ),
)


def ago(**span: float) -> datetime:
    """So long before NOW."""
    return NOW - timedelta(**span)


def wait(found: tuple[datetime, str], now: datetime = NOW) -> float:
    """Seconds until then."""
    return (found[0] - now).total_seconds()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(
            ("120", 120),
            (" 120 ", 120),
            ("0", 0),
            ("-5", 0),
            ("1.5", 1.5),
            ("604801", WEEK),
            ("9" * 400, WEEK),
        ),
        *(("Wed, 25 Nov 2026 12:10:00 GMT", 600), ("Wednesday, 25-Nov-26 12:10:00 GMT", 600)),
        *(("Wed Nov 25 12:10:00 2026", 600), ("Wed, 25 Nov 2026 14:10:00 +0200", 600)),
        *(("Wed, 25 Nov 2020 12:10:00 GMT", 0), ("Wed, 25 Nov 2099 12:10:00 GMT", WEEK)),
        *(
            ("", None),
            ("soon", None),
            ("12 minutes", None),
            ("٣", None),
            ("1e9", None),
            ("inf", None),
            ("nan", None),
        ),
    ],
)
def test_retry_after_in_both_forms(value: str, seconds: float | None) -> None:
    """Capped at a week; what cannot be read says nothing."""
    assert parse_retry_after(value, NOW) == seconds


@settings(deadline=None)
@given(st.text(max_size=80), NOWS)
def test_any_retry_after_is_within_a_week_or_nothing(value: str, now: datetime) -> None:
    """Whatever a server writes."""
    found = parse_retry_after(value, now)
    assert found is None or 0 <= found <= WEEK


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=3600"}, 3600),
        ({"cache-control": 'MAX-AGE="60"', "expires": "Wed, 25 Nov 2026 13:00:00 GMT"}, 60),
        ({"cache-control": "max-age=3600", "age": "600"}, 3000),
        ({"cache-control": "max-age=60", "age": "600"}, 0),
        ({"cache-control": "no-cache, max-age=3600"}, None),
        ({"cache-control": "no-store"}, None),
        ({"cache-control": "max-age=x"}, None),
        ({"cache-control": "max-age=" + "9" * 300}, WEEK),
        ({"expires": "Wed, 25 Nov 2026 13:00:00 GMT"}, 3600),
        ({"expires": "Wed, 25 Nov 2026 13:00:00 GMT", "date": "Wed, 25 Nov 2026 12:30:00 GMT"}, 1800),
        ({"expires": "0"}, None),
        ({}, None),
    ],
)
def test_freshness(headers: dict[str, str], seconds: float | None) -> None:
    """Cache-Control before Expires, Expires against the server's own Date."""
    assert freshness(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("published", "seconds"),
    [
        ([], UNKNOWN),
        ([ago(hours=1)] * 5, UNKNOWN),
        ([NOW + timedelta(days=3)], UNKNOWN),
        ([ago(hours=2 * n) for n in range(10)], 2 * HOUR),
        ([ago(minutes=n) for n in range(10)], 15 * MINUTE),
        ([ago(hours=1), ago(hours=1.5)], 30 * MINUTE),
        ([ago(days=n) for n in range(7)], DAY),
        ([ago(days=3)], DAY),
        ([ago(days=3), ago(days=100)], DAY),
        ([ago(days=8), ago(days=8.1)], DAY),
        ([ago(days=40)], DAY),
    ],
)
def test_rhythm_follows_what_was_published(published: list[datetime], seconds: float) -> None:
    """Busy sources often, quiet ones daily; a young source is not called slow."""
    assert rhythm(published, NOW) == pytest.approx(seconds)


def test_silence_grows_in_steps() -> None:
    """A quarter, a half, all of the ceiling."""
    steps = [silence(ago(days=days), NOW) for days in (0, 6.9, 7, 14, 30, 400)]
    assert steps == [0, 0, DAY / 4, DAY / 2, DAY, DAY]
    assert silence(None, NOW) == 0


@settings(deadline=None)
@given(st.lists(NOWS, max_size=20), NOWS)
def test_any_rhythm_is_between_floor_and_ceiling(published: list[datetime], now: datetime) -> None:
    """Whatever dates a feed has."""
    assert 15 * MINUTE <= rhythm(published, now) <= DAY


@pytest.mark.parametrize(
    ("asked", "headers", "every", "seconds", "words"),
    [
        (Rhythm(), {}, None, 2 * HOUR, "its rhythm is 2 h"),
        (Rhythm(ttl=3 * HOUR), {}, None, 3 * HOUR, "the feed asks for 3 h between polls"),
        (Rhythm(ttl=60.0), {}, None, 2 * HOUR, "its rhythm"),
        (Rhythm(), {"cache-control": "max-age=10800"}, None, 3 * HOUR, "calls its answer fresh for 3 h"),
        (Rhythm(), {"retry-after": "10800"}, None, 3 * HOUR, "the server asks to wait 3 h"),
        (Rhythm(), {"retry-after": "432000"}, None, 5 * DAY, "wait 5 d"),
        (Rhythm(ttl=30 * DAY), {"cache-control": "max-age=31536000"}, None, DAY, "the feed asks for 30 d"),
        (Rhythm(), {}, 5 * MINUTE, 5 * MINUTE, "your interval is 5 min"),
        (Rhythm(), {}, 3 * DAY, 3 * DAY, "your interval is 3 d"),
        (Rhythm(ttl=HOUR), {}, 5 * MINUTE, HOUR, "the feed asks for 60 min"),
        (Rhythm(), {}, 0.001, MINUTE, "your interval"),
    ],
)
def test_the_longest_wish_wins_and_says_so(
    asked: Rhythm, headers: dict[str, str], every: float | None, seconds: float, words: str
) -> None:
    """The user's interval replaces the rhythm, not what the source asks for."""
    found = next_poll("a", NOW, interval=2 * HOUR, asked=asked, headers=headers, every=every)
    assert seconds <= wait(found) <= seconds * (1 + JITTER)
    assert words.replace("60 min", "1 h") in found[1]


@pytest.mark.parametrize(
    ("asked", "headers", "seconds"),
    [
        (Rhythm(ttl=12 * HOUR), {}, 12 * HOUR),
        (Rhythm(), {"cache-control": "max-age=43200"}, 12 * HOUR),
        (Rhythm(ttl=9 * DAY), {}, DAY),
        (Rhythm(), {}, 4 * HOUR),
        (Rhythm(), {"retry-after": "432000"}, 5 * DAY),
    ],
)
def test_the_ceiling_shortens_a_rhythm_and_no_wish_of_a_day_or_less(
    asked: Rhythm, headers: dict[str, str], seconds: float
) -> None:
    """What a source asks for itself is asked for; a slip of it must not lose it for longer than a day."""
    found = next_poll("a", NOW, interval=9 * DAY, asked=asked, headers=headers, pace=Pace(ceiling=4 * HOUR))
    assert seconds <= wait(found) <= seconds * (1 + JITTER)


def test_hours_and_days_to_skip_are_skipped() -> None:
    """In UTC; a feed that wants every hour skipped is polled all the same."""
    at, why = next_poll("a", NOW, interval=HOUR, asked=Rhythm(skip_hours=frozenset(range(12, 18))))
    assert (at, why) == (datetime(2026, 11, 25, 18, tzinfo=UTC), "the feed asks to be left alone until then")
    at, _ = next_poll("a", NOW, interval=HOUR, asked=Rhythm(skip_days=frozenset({2, 3})))
    assert at == datetime(2026, 11, 27, 0, tzinfo=UTC)
    assert wait(next_poll("a", NOW, interval=HOUR, asked=Rhythm(skip_hours=frozenset(range(24))))) < 2 * HOUR


@settings(deadline=None)
@given(IDS, NOWS, st.floats(-1e9, 1e12), RHYTHMS, HEADERS, st.one_of(st.none(), st.floats(-1e9, 1e12)))
def test_no_poll_is_too_soon_or_forgotten(
    source: str, now: datetime, interval: float, asked: Rhythm, headers: dict[str, str], every: float | None
) -> None:
    """Never before Retry-After or a minute, never beyond a week and a skipped one; always an aware time."""
    at, why = next_poll(source, now, interval=interval, asked=asked, headers=headers, every=every)
    seconds = wait((at, why), now)
    assert at.utcoffset() is not None
    assert why
    assert seconds >= max(MINUTE, parse_retry_after(headers.get("retry-after", ""), now) or 0) - 1e-3
    assert seconds <= 2 * WEEK if asked.skip_hours or asked.skip_days else seconds <= WEEK + 1e-3


@settings(deadline=None)
@given(IDS, NOWS, st.integers(0, 10**9), st.one_of(st.none(), st.floats(0, WEEK)))
def test_a_failed_source_is_tried_again(source: str, now: datetime, failures: int, retry_after: float | None) -> None:
    """Later with each failure, within a day or what it asked for, for ever."""
    seconds = wait(next_try(source, now, failures=failures, retry_after=retry_after), now)
    later = wait(next_try(source, now, failures=failures + 1, retry_after=retry_after), now)
    assert seconds <= later + 1e-3
    assert max(15 * MINUTE, retry_after or 0) - 1e-3 <= seconds
    assert seconds <= max(DAY * (1 + JITTER), min(WEEK, (retry_after or 0) * (1 + JITTER))) + 1e-3


def test_the_first_failures_cost_little() -> None:
    """Three of them a quarter of an hour each, then an hour more each, up to a day."""
    waits = [wait(next_try("a", NOW, failures=n)) / (1 + jitter("a", NOW)) for n in (1, 3, 4, 5, 27, 500)]
    assert waits == pytest.approx([15 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, DAY, DAY])


def test_a_users_long_interval_holds_for_failures_too() -> None:
    """A source asked for once a day is not asked each quarter of an hour because it failed."""
    assert wait(next_try("a", NOW, failures=1, every=6 * HOUR)) >= 6 * HOUR
    assert wait(next_try("a", NOW, failures=1, every=10.0, pace=Pace(floor=60.0))) >= 60


@settings(deadline=None)
@given(IDS, NOWS)
def test_jitter_is_steady_within_a_day(source: str, now: datetime) -> None:
    """So that polling stays a pure function."""
    assert 0 <= jitter(source, now) <= JITTER
    assert jitter(source, now) == jitter(source, now.replace(hour=0, minute=0))


def test_jitter_spreads_sources() -> None:
    """Equal sources do not fall due together."""
    assert len({round(jitter(str(n), NOW), 3) for n in range(200)}) > 60


@settings(deadline=None)
@given(st.integers(0, 10**6), RHYTHMS)
def test_a_cadence_is_remembered(interval: int, asked: Rhythm) -> None:
    """What was written is read again, to the second."""
    found, wishes = recall(remember(interval, asked))
    assert found == interval
    assert wishes.ttl == (round(asked.ttl) if asked.ttl and round(asked.ttl) else None)
    assert (wishes.skip_hours, wishes.skip_days) == (asked.skip_hours, asked.skip_days)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_other_cadence_is_unknown(text: str) -> None:
    """A damaged or empty one stops nothing."""
    assert next_poll("a", NOW, interval=recall(text)[0], asked=recall(text)[1])[0] > NOW
    assert recall("") == recall("x y z") == (UNKNOWN, Rhythm())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (90, "90 s"), (3600, "1 h"), (5400, "90 min"), (DAY, "1 d")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    """Short, and never rounded to nothing."""
    assert spell(seconds) == words
