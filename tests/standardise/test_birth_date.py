from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.channels.contracts import PROSE
from omni_identity.standardise import choose_date_order, date_order_evidence
from omni_identity.standardise.birth_date import standardise_birth_date

from .records import VOCABULARY, Rules


def read(text: str | None, order: Any = "dmy", today: date | None = None) -> tuple[Any, ...]:
    """The date, and whether it is a placeholder and invalid."""
    found = _standardised(text, order, today)
    return found[0], found[3], found[4]


def read_parts(text: str | None, order: Any = "dmy") -> tuple[Any, ...]:
    """Year, month and day, and whether the whole is invalid."""
    found = _standardised(text, order, None)
    assert found[0] is None
    return found[1], found[2], found[4]


def _standardised(text: str | None, order: Any, today: date | None) -> tuple[Any, ...]:
    rules = Rules(VOCABULARY, date_order=order, today=today)
    return standardise_birth_date(pl.Series("raw", [text], dtype=pl.String), rules).row(0)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        *(("1985-03-12", "mdy", date(1985, 3, 12)), ("12/03/1985", "dmy", date(1985, 3, 12))),
        *(("12/03/1985", "mdy", date(1985, 12, 3)), ("1985/3/2", "dmy", date(1985, 3, 2))),
        *(("12.3.1985", "dmy", date(1985, 3, 12)), ("13/05/1985", "mdy", date(1985, 5, 13))),
        *(("05/13/1985", "dmy", date(1985, 5, 13)), ("1985-13-05", "dmy", date(1985, 5, 13))),
        *(("19850312", "dmy", date(1985, 3, 12)), ("20011985", "mdy", date(1985, 1, 20))),
        *(
            ("12 March 1985", "mdy", date(1985, 3, 12)),
            ("March 12, 1985", "dmy", date(1985, 3, 12)),
        ),
        *(("12. März 1985", "mdy", date(1985, 3, 12)), ("12-MAR-85", "mdy", date(1985, 3, 12))),
        *(
            ("5 de marzo de 1985", "mdy", date(1985, 3, 5)),
            ("2nd Feb 2001", "mdy", date(2001, 2, 2)),
        ),
        *(("1 января 1985", "mdy", date(1985, 1, 1)), ("1985 Mar 12", "mdy", date(1985, 3, 12))),
        *(("31.12.99", "dmy", date(1999, 12, 31)), ("01/02/25", "dmy", date(2025, 2, 1))),
        *(("01/02/26", "dmy", date(1926, 2, 1)), ("85/03/12", "dmy", date(1985, 3, 12))),
        *(
            ("10/03/12", "ymd", date(2010, 3, 12)),
            ("1985-03-12T00:00:00Z", "mdy", date(1985, 3, 12)),
        ),
        *(
            ("3/12/1985 12:00:00 AM", "mdy", date(1985, 3, 12)),
            (" 1985-03-12 ", "dmy", date(1985, 3, 12)),
        ),
        *(("31120", "dmy", date(1985, 3, 14)), ("31120.5", "mdy", date(1985, 3, 14))),
        *(("478828800000", "dmy", date(1985, 3, 5)), ("478828800", "dmy", date(1985, 3, 5))),
        *(("-478828800000", "dmy", date(1954, 10, 30)), ("94694400000", "dmy", date(1973, 1, 1))),
        *(("478825200000", "dmy", date(1985, 3, 5)), ("1985年3月14日", "mdy", date(1985, 3, 14))),
        *(("1985년 3월 14일", "mdy", date(1985, 3, 14)), ("05.01.1985", "mdy", date(1985, 1, 5))),
        *(("05.13.1985", "mdy", date(1985, 5, 13)), ("1850-05-05", "dmy", date(1850, 5, 5))),
        *(("1750-05-05", "dmy", date(1750, 5, 5)), ("5 May 1534", "dmy", date(1534, 5, 5))),
        *(
            ("1985-03-14T00:00:00+09:00", "mdy", date(1985, 3, 14)),
            ("1985-03-13T23:00:00Z", "mdy", date(1985, 3, 14)),
            ("1985-07-13T22:00:00.000Z", "mdy", date(1985, 7, 14)),
            ("1985-03-13T18:30:00Z", "mdy", date(1985, 3, 14)),
            ("1985-03-14T05:00:00Z", "mdy", date(1985, 3, 14)),
            ("1985-03-14T12:00:00Z", "mdy", date(1985, 3, 14)),
            ("1985-03-14T23:59:59Z", "mdy", date(1985, 3, 14)),
            ("1985-03-13T19:00:00-05:00", "mdy", date(1985, 3, 14)),
            ("Thu Mar 14 1985 00:00:00 GMT+0100 (CET)", "mdy", date(1985, 3, 14)),
            ("1985-03-13 23:00:00", "mdy", date(1985, 3, 13)),
        ),
        *(("le 14 mars 1985", "mdy", date(1985, 3, 14)), ("14 mrt 1985", "mdy", date(1985, 3, 14))),
        *(
            ("14 de março de 1985", "mdy", date(1985, 3, 14)),
            ("14-mar-85", "mdy", date(1985, 3, 14)),
        ),
        ("mar. 14 mai 1985", "mdy", date(1985, 5, 14)),
        *(("１９８５-03-12", "dmy", date(1985, 3, 12)), ("29/02/2000", "dmy", date(2000, 2, 29))),
    ],
)
def test_dates_are_read(text: str, order: str, expected: date) -> None:
    assert read(text, order) == (expected, False, False)


@pytest.mark.parametrize(
    "text",
    [
        *("1900-01-01", "01/01/1900", "1970-01-01", "01.01.70", "01/01/1901", "9999-12-31"),
        *("0000-00-00", "00/00/0000", "1111-11-11", "11/11/1111", "n/a", "unknown", "0"),
        *("0001-01-01T00:00:00", "1899-12-30", "0/0/00", "1970-01-01T00:00:00Z"),
        *("1969-12-31T16:00:00-08:00", "1969-12-31T23:00:00Z", "01.01.1900 00:00"),
        *("1900", "1900-00-00", "1/0/1900", "1753-01-01", "00000000"),
    ],
)
def test_fillers_are_placeholders(text: str) -> None:
    assert read(text) == (None, True, False)


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30",
        "31/04/1990",
        "1450-05-05",
        "2150-01-01",
        "soon",
        PROSE,
        "45/45/1985",
        "90210",
        "198?-03-12",
    ],
)
def test_impossible_dates_are_invalid(text: str) -> None:
    assert read(text) == (None, False, True)


@pytest.mark.parametrize(
    ("text", "order", "year", "month_day"),
    [
        *(("1985", "dmy", "1985", None), ("1985.0", "dmy", "1985", None)),
        *(("c. 1850", "dmy", "1850", None), ("1850?", "dmy", "1850", None)),
        *(("1985-03", "dmy", "1985", "03"), ("3/1985", "mdy", "1985", "03")),
        *(("März 1985", "dmy", "1985", "03"), ("1985年3月", "dmy", "1985", "03")),
        *(("14.03.", "mdy", None, "03-14"), ("--03-14", "dmy", None, "03-14")),
        *(("7/4", "mdy", None, "07-04"), ("7/4", "dmy", None, "04-07")),
        *(("14 March", "mdy", None, "03-14"), ("29/02", "dmy", None, "02-29")),
        *(("0000-03-14", "dmy", None, "03-14"), ("1604-03-14", "dmy", None, "03-14")),
        *(("1985-00-00", "dmy", "1985", None), ("19850000", "dmy", "1985", None)),
        *(("00/03/1985", "dmy", "1985", "03"), ("00/03/1985", "mdy", "1985", None)),
        *(("??.03.1985", "dmy", "1985", "03"), ("xx/xx/1985", "dmy", "1985", None)),
    ],
)
def test_a_date_that_is_written_in_part_keeps_its_parts(
    text: str, order: str, year: str | None, month_day: str | None
) -> None:
    assert read_parts(text, order) == (year, month_day, False)


@pytest.mark.parametrize(
    ("text", "order", "year", "month_day"),
    [
        *(("31/04/1990", "dmy", "1990", "04"), ("31/04/1990", "mdy", "1990", "04")),
        *(("02/30/1990", "mdy", "1990", "02"), ("2024-02-30T00:00:00", "dmy", "2024", "02")),
        *(("30 February 1985", "dmy", "1985", "02"), ("19850231", "dmy", "1985", "02")),
        *(("45/45/1985", "dmy", "1985", None), ("2150-01-14", "dmy", None, "01-14")),
        *(("1085-03-12", "dmy", None, "03-12"), ("198?-03-12", "dmy", None, None)),
    ],
)
def test_an_impossible_day_is_invalid_and_keeps_what_is_sound(
    text: str, order: str, year: str | None, month_day: str | None
) -> None:
    assert read_parts(text, order) == (year, month_day, True)


def test_a_whole_date_has_its_parts_and_a_filler_has_none() -> None:
    whole, filler = (_standardised(text, "dmy", None)[1:3] for text in ("12.3.1985", "01/01/1970"))
    assert (whole, filler) == (("1985", "03-12"), (None, None))


def test_nothing_given_is_neither() -> None:
    assert read(None)[0] is None
    assert read("  ") == (None, False, False)


def test_birth_after_today_is_invalid() -> None:
    assert read("2020-05-06", today=date(2020, 5, 5)) == (None, False, True)
    assert read("2020-05-05", today=date(2020, 5, 5)) == (date(2020, 5, 5), False, False)


def test_evidence_counts_only_what_one_order_allows() -> None:
    raw = pl.DataFrame(
        {"b": ["13/05/1985", "05/13/85", "05/06/1985", None, "1985-13-05", "14.2.99"]}
    )
    assert raw.select(*date_order_evidence(pl.col("b"))).row(0) == (2, 1, 1, 0)


@pytest.mark.parametrize(
    ("n_dmy", "n_mdy", "country", "order"),
    [(3, 1, "US", "dmy"), (1, 3, "DE", "mdy"), (0, 0, "US", "mdy"), (2, 2, "GB", "dmy")],
)
def test_order_is_that_of_the_majority_then_of_the_country(
    n_dmy: int, n_mdy: int, country: str, order: str
) -> None:
    assert choose_date_order(n_dmy, n_mdy, country) == order


@given(
    st.dates(date(1902, 1, 1), date(2099, 12, 30)).filter(lambda d: d != date(1970, 1, 1)),
    st.sampled_from([("dmy", "%d/%m/%Y"), ("mdy", "%m/%d/%Y"), ("ymd", "%Y.%m.%d")]),
)
def test_any_date_is_read_in_the_order_it_was_written(day: date, order: tuple[str, str]) -> None:
    assert read(day.strftime(order[1]), order[0])[0] == day
