"""IDs as channels and spreadsheets write them."""

from __future__ import annotations

import polars as pl
import pytest

from omni_identity.channels.batches import source_column
from omni_identity.channels.contacts import ContactRows
from omni_identity.channels.feeds import ContactsFeed
from omni_identity.channels.written_ids import (
    bare_id,
    bare_ids,
    known_ids,
    stand_for_guests,
    without_guests,
)
from omni_identity.model.attributes import Vocabulary


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        *(("'7210448301122", "7210448301122"), ("1001.0", "1001"), ("\u00a0A1 ", "A1"), ("00071", "00071")),
        *(("7210448301122.00", "7210448301122"), ("\ufeffx9", "x9"), ("O'Neil", "O'Neil"), ("v1.0", "v1.0")),
        *(("abX1", "abX1"), ("12-34/5", "12-34/5"), ("4E12", "4E12"), ("1e5", "1e5"), ("'", None)),
        *(('="0071"', "0071"), ('="7001.0"', "7001"), ("=0071", "=0071"), ("{ab-12}", "{ab-12}"), ("#1001", "#1001")),
        # all digits are there
        *(("7.210448301122E+12", "7210448301122"), ("7.21044830112e12", "7210448301120"), ("1.001e3", "1001")),
        # and here they are lost
        *(("6.01435E+15", None), ("6,01435E+15", None), ("4.5E+12", None), ("4E+12", None), ("1.5e15", None)),
        *(("7.2104483011223341E+16", None), ("1.2E-05", None), (None, None)),
    ],
)  # fmt: skip
def test_one_form(written: str | None, bare: str | None) -> None:
    assert bare_ids(pl.Series([written], dtype=pl.String)).to_list() == [bare]


def test_what_is_typed_is_read_likewise() -> None:
    assert [bare_id(text) for text in ("'4711", " 4711.0", "4.5E+12")] == [
        "4711",
        "4711",
        "4.5E+12",
    ]


@pytest.mark.parametrize(
    "word",
    [
        *("n/a", "NULL", "None", "nan", "NaN", "undefined", "#N/A", "(not set)", "[object Object]"),
        *("nil", "-", "unknown", "#REF!", "«null»", "<NA>", "NaT", "{{customer_id}}", "${id}"),
        *("undefined-undefined", "#####", "*|ID|*", "[[id]]", "\\N", "<unset>"),
    ],
)
def test_words_that_stand_for_nobody(word: str) -> None:
    assert known_ids(pl.Series([word])).to_list() == [None]


def test_words_for_guests_are_kept_until_it_is_known_who_they_are() -> None:
    words = pl.Series(["Guest", "0", "Gastkunde", "x"])
    assert known_ids(words).to_list() == words.to_list()
    assert without_guests(words).to_list() == [None, "0", None, "x"]


def test_what_all_share_who_have_no_id() -> None:
    shared = [
        "0",
        "000",
        "-0",
        "-1",
        "0-0",
        "00000000-0000-0000-0000-000000000000",
        "guest",
        "Walk-In",
    ]
    assert stand_for_guests(pl.Series(shared)).all()
    assert not stand_for_guests(pl.Series(["10", "-", "A0", "0x", None])).any()


def record_ids_of(
    *rows: tuple[str | None, str | None, str | None], zero_is_an_id: bool | None = None
) -> list[str | None]:
    """Record IDs of the rows (ID, name, e-mail) of one file."""
    feed = ContactsFeed(
        files="c.csv",
        record_id=("id",),
        mapping={"full_name": ("name",), "email": ("mail",)},
        zero_is_an_id=zero_is_an_id,
    )
    names = ("source:id", "source:name", "source:mail")
    raw = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    raw = raw.with_row_index("row_number", 1).with_columns(pl.col("row_number").cast(pl.Int64))
    raw = raw.rename({name: source_column(name.removeprefix("source:")) for name in names})
    canonical, _ = ContactRows(feed, Vocabulary(), None).canonical(raw)
    return canonical["source_record_id"].to_list()


def test_guests_who_share_an_id_are_records_of_their_own() -> None:
    found = record_ids_of(
        ("12", "Hanne", "h@x.org"),
        ("0", "Igor", "i@x.org"),
        ("0", "Jana", "j@x.org"),
        ("0.0", "IGOR", "I@x.org"),
        ("guest", None, "k@x.org"),
        ("0", None, None),
        (None, "Nobody", "n@x.org"),
    )
    assert found[0] == "12"
    assert found[1] == found[3] != found[2]
    assert all(id_ is not None and id_.startswith("guest-") for id_ in found[1:5])
    assert found[5:] == [None, None]


@pytest.mark.parametrize(
    ("ids", "is_id"),
    [
        *((["0", "1", "2"], True), (["0", "2", "3"], True), (["0", "1"], True), (["0", "3", "1"], True)),
        *(([str(n) for n in range(60) if n % 7 != 1], True), (["0"], False), (["0", "0", "1"], False)),
        *((["0", "12", "15"], False), (["12", "0"], False), (["1", "0", "2"], False)),
        *((["0", "A1"], False), (["0", "7210448301122"], False)),
    ],
)  # fmt: skip
def test_zero_is_an_id_where_the_first_rows_count_from_it(ids: list[str], is_id: bool) -> None:
    found = record_ids_of(*((id_, f"Ada {id_}", None) for id_ in ids))
    assert (found[ids.index("0")] == "0") is is_id
    kept = [id_ for id_ in ids if id_ != "0"]
    assert [id_ for id_ in found if id_ in kept] == kept


def test_an_erasure_of_the_next_row_does_not_move_the_id_of_zero() -> None:
    rows = [(str(n), f"Ada {n}", None) for n in range(5)]
    assert record_ids_of(*rows)[0] == record_ids_of(rows[0], *rows[2:])[0] == "0"


def test_zero_is_no_id_where_the_feed_says_so() -> None:
    found = record_ids_of(("0", "Ada", None), ("1", "Bo", None), zero_is_an_id=False)
    assert str(found[0]).startswith("guest-")


def test_zero_is_an_id_where_the_feed_says_so() -> None:
    rows = (("0", "Ada", None), ("1", "Bo", None), ("00", "Cy", None), ("guest", "Di", None))
    found = record_ids_of(*rows, zero_is_an_id=True)
    assert found[:2] == ["0", "1"]
    assert all(str(id_).startswith("guest-") for id_ in found[2:])
