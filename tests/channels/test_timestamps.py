"""Times: every way of writing one, zones and clock changes, and what is no time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.channels.timestamps import (
    are_local_times_unsure,
    order_of_dates,
    orders_of_dates,
    parse_timestamps,
)

T = datetime(2024, 1, 2, 3, 4, 5)


def parse(*texts: str | None, zone: str = "UTC", order: str = "dmy") -> list[datetime | None]:
    series = pl.Series(texts, dtype=pl.String)
    parsed = parse_timestamps(series, zone, order)  # type: ignore[arg-type]
    assert parsed.dtype == pl.Datetime("us")
    return parsed.to_list()


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-01-02 03:04:05", T),
        ("2024-01-02T03:04:05", T),
        ("2024-01-02T03:04:05Z", T),
        ("2024-01-02T05:04:05+02:00", T),
        ("2024-01-02T05:04:05+0200", T),
        ("2024-01-01T21:34:05-05:30", T),
        ("2024-01-02 05:04:05 +02", T),
        ("2024-01-02 05:04:05.25+02:00", T.replace(microsecond=250_000)),
        ("2024-01-02 05:04:05+0200", T),
        ("2024-01-02 03:04:05 UTC", T),
        ("2024-01-02T03:04:05.250Z", T.replace(microsecond=250_000)),
        ("2024-01-02T03:04:05,25", T.replace(microsecond=250_000)),
        ("2024-01-02T03:04:05.123456789Z", T.replace(microsecond=123_456)),
        ("20240102T030405Z", T),
        ("20240102030405", T),
        ("20240102", datetime(2024, 1, 2)),
        ("2024-01-02", datetime(2024, 1, 2)),
        ("2024/1/2", datetime(2024, 1, 2)),
        ("2024-01-02 03:04", datetime(2024, 1, 2, 3, 4)),
        ("2024-01-02T03:04Z", datetime(2024, 1, 2, 3, 4)),
        ("02/01/2024 03:04:05", T),
        ("2.1.2024 3:04", datetime(2024, 1, 2, 3, 4)),
        ("02-01-24", datetime(2024, 1, 2)),
        ("02/01/2024 3:04 PM", datetime(2024, 1, 2, 15, 4)),
        ("2 Jan 2024 03:04:05", T),
        ("Jan 2, 2024", datetime(2024, 1, 2)),
        ("January 2, 2024 3:04 pm", datetime(2024, 1, 2, 15, 4)),
        ("Tue, 02 Jan 2024 03:04:05 GMT", T),
        ("1704164645", T),
        ("1704164645000", T),
        ("1704164645000000", T),
        ("1704164645.5", T.replace(microsecond=500_000)),
        ("  2024-01-02 03:04:05\t", T),
        ("1704164645123456789", T.replace(microsecond=123_456)),
        ("1704164645000.0", T),
        ("1.704164645E9", T),
        ("/Date(1704164645000)/", T),
        ("45293.127835648", T),
        ("45293", datetime(2024, 1, 2)),
        ("45293,5", datetime(2024, 1, 2, 12)),
        ("Tue Jan 02 03:04:05 +0000 2024", T),
        ("Tue Jan  2 03:04:05 2024", T),
        ("Tue Jan 02 04:04:05 CET 2024", T),
        ("Tue Jan 02 2024 04:04:05 GMT+0100 (Central European Standard Time)", T),
        ("Tuesday, 02-Jan-24 03:04:05 GMT", T),
        ("Tue, 2 Jan 2024 04:04:05 +0100 (CET)", T),
        ("2024-01-02 03:04:05 +0000 UTC", T),
        ("2024-01-01 20:04:05.25 -0700 MST m=+0.01", T.replace(microsecond=250_000)),
        ("2024-01-02T03:04:05[UTC]", T),
        ("2024-01-02T04:04:05+01:00[Europe/Berlin]", T),
        ("2024-01-02T04:04:05[Europe/Berlin]", T),
        ("02/Jan/2024:03:04:05 +0000", T),
        ("[02/Jan/2024:03:04:05 +0000]", T),
        ("02-JAN-24 03.04.05.000000 AM", T),
        ("2024-01-02-03.04.05.000000", T),
        ("Jan 1, 2024, 7:04:05\u202fPM PST", T),
        ("January 1, 2024 7:04:05 p.m. Pacific Standard Time", T),
        ("2024-01-01 22:04:05 ET", T),
        ("2024-07-02 03:04:05 EST", datetime(2024, 7, 2, 8, 4, 5)),
        ("2024-01-02 08:34:05 IST", T),
        ("2024-01-02 04:04:05 MEZ", T),
        ("2024-01-02 04:04:05 UTC+1", T),
        ("January 1st, 2024 at 7:04 PM UTC-08", T.replace(second=0)),
        ("Dienstag, 2. Januar 2024, 3:04:05 Uhr", T),
        ("2. Jan. 2024 3.04 Uhr", T.replace(second=0)),
        ("mardi 2 janvier 2024 à 3h04", T.replace(second=0)),
        ("1er janvier 2024", datetime(2024, 1, 1)),
        ("mar. 2 janv. 2024", datetime(2024, 1, 2)),
        ("martes, 2 de enero de 2024 a las 3:04:05 a. m.", T),
        ("martedì 2 gennaio 2024 alle ore 03:04:05", T),
        ("dinsdag 2 januari 2024 om 03:04 uur", T.replace(second=0)),
        ("terça-feira, 2 de janeiro de 2024 às 03:04:05", T),
        ("wtorek, 2 stycznia 2024 r. godz. 03:04:05", T),
        ("2024年1月2日 03時04分05秒", T),
        ("2024/1/2 上午3:04:05", T),
        ("2024. 1. 2. 오후 3:04", datetime(2024, 1, 2, 15, 4)),
        ("03:04:05 02.01.2024", T),
        ("2024-01-02Z", datetime(2024, 1, 2)),
        ("2024-01-02+01:00", datetime(2024, 1, 1, 23)),
        ("Di, 02.01.24 03:04", T.replace(second=0)),
    ],
)
def test_ways_of_writing_a_time(text: str, time: datetime) -> None:
    assert parse(text) == [time]


@pytest.mark.parametrize(
    "text",
    [
        *("yesterday", "2024-02-31", "2024-13-01 00:00:00", "0000-00-00 00:00:00", "1900-01-01"),
        *("0001-01-01T00:00:00Z", "9999-12-31", "31/02/2024", "12", "12345", "25:00", "n/a"),
        *("2024-01-02T25:00:00Z", "99999999999999999999", "May", "2024", "١", "2024-01-02 junk"),
        *("1970-01-01 00:00:00", "0", "0/0/00", "2024-01-02 03:04:05 XYZ", "2024-01-02 13:04 AM"),
        *("90210", "5 January", "January 2024", "2 Jan 3 Feb 2024", "2024-01-02 03:04:05 +99:00"),
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert parse(text) == [None]


def test_the_order_of_day_and_month() -> None:
    assert parse("03/04/2024", order="dmy") == [datetime(2024, 4, 3)]
    assert parse("03/04/2024", order="mdy") == [datetime(2024, 3, 4)]
    assert parse("25/12/2024 10:00", order="mdy") == [datetime(2024, 12, 25, 10)]
    assert parse("12/25/2024 10:00", order="dmy") == [datetime(2024, 12, 25, 10)]
    assert parse("3/4/24 1:00", order="mdy") == [datetime(2024, 3, 4, 1)]


def test_dots_have_the_day_first_whatever_the_order_of_other_dates() -> None:
    assert parse("05.01.2023 10:11", "05.01.2023", "5.1.23", order="mdy") == [
        datetime(2023, 1, 5, 10, 11),
        *[datetime(2023, 1, 5)] * 2,
    ]
    assert parse("01.25.2023", order="mdy") == [datetime(2023, 1, 25)]
    declared = parse_timestamps(pl.Series(["05.01.2023"]), "UTC", "mdy", "mdy")
    assert declared.to_list() == [datetime(2023, 5, 1)]


def test_an_abbreviation_is_meant_as_where_the_feed_is_from() -> None:
    assert parse("2024-01-02 03:04:05 IST", zone="Asia/Jerusalem") == [
        datetime(2024, 1, 2, 1, 4, 5)
    ]
    assert parse("2024-01-02 03:04:05 CST", zone="Asia/Shanghai") == [
        datetime(2024, 1, 1, 19, 4, 5)
    ]
    assert parse("2024-01-02 03:04:05 EST", zone="Australia/Sydney") == [
        datetime(2024, 1, 1, 17, 4, 5)
    ]


def test_the_order_is_found_where_dates_leave_no_choice() -> None:
    assert order_of_dates(pl.Series(["01/02/2024", "25/12/2024", None, "x"])) == "dmy"
    assert order_of_dates(pl.Series(["12/25/2024 10:00", "1.2.2024"])) == "mdy"
    assert order_of_dates(pl.Series(["01/02/2024", "2024-12-25"])) is None
    assert order_of_dates(pl.Series(["25/12/2024", "12/25/2024"])) is None
    assert order_of_dates(pl.Series([None], dtype=pl.String)) is None
    assert order_of_dates(pl.Series(["12.11.2026 08:29:39", "1.2.2026", None, "x"])) == "dmy"
    assert order_of_dates(pl.Series(["12.11.2026", "12/11/2026"])) is None
    assert orders_of_dates(pl.Series(["11.25.2026", "25/11/2026", None]))[1] == "mdy"
    assert orders_of_dates(pl.Series(["25/11/2026"]))[1] is None


def test_times_without_a_zone_are_the_channels() -> None:
    assert parse("2024-07-01 12:00:00", "2024-07-01T12:00:00Z", zone="Europe/Berlin") == [
        datetime(2024, 7, 1, 10),
        datetime(2024, 7, 1, 12),
    ]
    assert parse("1704164645", zone="Asia/Tokyo") == [T]


def test_the_hour_that_a_clock_change_repeats_or_skips() -> None:
    # 01:30 happens twice: the earlier; 02:30 never: the earlier of the two readings
    assert parse("2024-11-03 01:30:00", "2024-03-10 02:30:00", zone="America/New_York") == [
        datetime(2024, 11, 3, 5, 30),
        datetime(2024, 3, 10, 6, 30),
    ]


def test_local_times_that_a_clock_change_makes_unsure_are_told() -> None:
    texts = pl.Series(
        [
            *("2024-11-03 01:30:00", "11/03/2024 01:59:59", "2024-03-10 02:30:00"),
            *("2024-11-03 02:00:00", "2024-03-10 03:00:00", "2024-11-03T01:30:00-05:00"),
            *("2024-11-03T01:30:00Z", "1730615400", "x", None),
        ]
    )
    for zone, count in (("America/New_York", 3), ("UTC", 0)):
        parsed = parse_timestamps(texts, zone, "mdy")
        unsure = are_local_times_unsure(texts, parsed, zone, "mdy")
        assert unsure.to_list() == [n < count for n in range(len(texts))]


def test_nothing_and_mixtures() -> None:
    assert parse() == []
    assert parse(None, "", " ") == [None, None, None]
    mixed = ["2024-01-02 03:04:05", None, "1704164645", "x", "2/1/2024 03:04:05"]
    assert parse(*mixed) == [T, None, T, None, T]


TIMES = st.datetimes(datetime(1902, 1, 1), datetime(2198, 1, 1)).filter(
    lambda time: time != datetime(1970, 1, 1)
)


@settings(deadline=None)
@given(
    st.lists(TIMES, min_size=1, max_size=5), st.integers(-14 * 60, 14 * 60), st.sampled_from("T ")
)
def test_iso_times_with_any_offset(times: list[datetime], minutes: int, separator: str) -> None:
    zone = timezone(timedelta(minutes=minutes))
    texts = [t.replace(tzinfo=timezone.utc).astimezone(zone).isoformat(separator) for t in times]
    assert parse(*texts) == times


def test_what_a_layout_cannot_fit_is_left_to_the_next() -> None:
    mixed = ["2024-01-02T03:04:05Z", "02/01/2024 03:04:05", "2024-01-02 03:04:05", None]
    mixed += ["02.01.2024 03:04:05", "2024-01-02T03:04:05", "2024-01-02T05:04:05+02:00", "T", "Z"]
    mixed += ["2024-01-02T25:04:05+02:00", "Tue 2 Jan 2024 03:04:05", "2 JAN 2024 3:04:05 am"]
    expected = [T, T, T, None, T, T, T, None, None, None, T, T]
    assert parse(*mixed) == expected
    for text, time in zip(mixed, expected, strict=True):
        assert parse(text) == [time]
