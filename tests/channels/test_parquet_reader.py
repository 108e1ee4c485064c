"""Parquet: any type as text, lists and structs, damage."""

from __future__ import annotations

import gzip
import io
from datetime import date, datetime, timezone
from decimal import Decimal

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from omni_identity.channels.file_faults import FileFault

from .conftest import Read, ids, reasons


def parquet(frame: pl.DataFrame, **options: int) -> bytes:
    written = io.BytesIO()
    frame.write_parquet(written, **options)  # type: ignore[arg-type]
    return written.getvalue()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (7.0, "7"),
        (7.25, "7.25"),
        (True, "true"),
        (date(1990, 1, 2), "1990-01-02"),
        (datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05.000000"),
        (datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone.utc), "2024-01-02T03:04:05.000000Z"),
        (Decimal("1.50"), "1.50"),
        (b"bytes", "bytes"),
        ("  text ", "text"),
        ({"a": 1}, '{"a":1}'),
        (["a", "b"], "a b"),
        (None, None),
    ],
)
def test_every_type_becomes_text(contacts_of: Read, value: object, text: str | None) -> None:
    frame = pl.DataFrame({"id": [1], "name": [value], "mail": ["x"]})
    assert contacts_of(parquet(frame), "a.parquet").accepted["first_name"].to_list() == [text]


def test_times_lists_and_structs(contacts_of: Read) -> None:
    frame = pl.DataFrame(
        {
            "id": ["a", "b"],
            "at": [datetime(2024, 1, 2, 3), None],
            "mails": [["x", None, " y "], []],
            "who": [{"name": "A", "phones": [1, 2]}, {"name": None, "phones": None}],
        }
    )
    mapping = {"email": "mails", "first_name": "who.name", "phone": "who.phones"}
    batch = contacts_of(parquet(frame), "a.parquet", mapping=mapping, updated_at="at")
    assert batch.accepted["updated_at"].to_list() == [datetime(2024, 1, 2, 3), None]
    assert batch.accepted["email"].to_list() == [["x", "y"], None]
    assert batch.accepted["first_name"].to_list() == ["A", None]
    assert batch.accepted["phone"].to_list() == [["1", "2"], None]


def test_undecodable_bytes_and_breaches_show_the_row(contacts_of: Read) -> None:
    frame = pl.DataFrame({"id": [b"1", b"\xff", None], "name": "n", "mail": "m", "n": [1, 2, 3]})
    batch = contacts_of(parquet(frame), "a.parquet")
    assert ids(batch) == [(1, "1")]
    assert reasons(batch) == [(2, "undecodable_bytes"), (3, "missing_record_id")]
    assert '"n":3' in batch.quarantined["payload"][1]


def test_row_groups_number_on(contacts_of: Read) -> None:
    frame = pl.DataFrame({"id": range(1, 1001), "name": "n", "mail": "m"})
    batch = contacts_of(parquet(frame, row_group_size=100), "a.parquet", batch_rows=33)
    assert batch.accepted["row_number"].to_list() == list(range(1, 1001))


def test_gzip(contacts_of: Read) -> None:
    frame = pl.DataFrame({"id": [1], "name": "n", "mail": "m"})
    assert ids(contacts_of(gzip.compress(parquet(frame)), "a.parquet.gz")) == [(1, "1")]
    cut = contacts_of(gzip.compress(parquet(frame))[:-20], "a.parquet.gz")
    assert reasons(cut) == [(None, "unreadable_file")]


@pytest.mark.parametrize("content", [b"no parquet at all", b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1"])
def test_a_corrupt_file(contacts_of: Read, content: bytes) -> None:
    assert reasons(contacts_of(content, "a.parquet")) == [(None, "unreadable_file")]


def test_a_cut_off_file_and_an_empty_one(contacts_of: Read) -> None:
    whole = parquet(pl.DataFrame({"id": range(1000), "name": "n", "mail": "m"}))
    assert reasons(contacts_of(whole[: len(whole) // 2], "a.parquet")) == [
        (None, "unreadable_file")
    ]
    assert reasons(contacts_of(b"", "a.parquet")) == [(None, "empty_file")]


def test_damage_in_the_middle_keeps_what_precedes_it(contacts_of: Read) -> None:
    frame = pl.DataFrame({"id": range(300_000), "name": "n", "mail": "m"})
    written = io.BytesIO()
    pq.write_table(frame.to_arrow(), written, row_group_size=100_000, write_page_checksum=True)
    content = bytearray(written.getvalue())
    start = len(content) * 2 // 3
    content[start : start + 5_000] = b"\xaa" * 5_000
    batch = contacts_of(bytes(content), "a.parquet")
    assert len(batch.accepted) >= 100_000
    assert reasons(batch) == [(None, "truncated_file")]


def test_an_unknown_suffix_and_a_missing_record_id(contacts_of: Read) -> None:
    assert reasons(contacts_of("x", "a.pdf")) == [(None, "unreadable_file")]


def test_a_file_without_the_record_id(contacts_of: Read) -> None:
    frame = pl.DataFrame({"nr": [1], "name": "n"})
    assert reasons(contacts_of(parquet(frame), "a.parquet")) == [(None, "unreadable_file")]


def arrow(column: pa.Array) -> bytes:
    """A file whose column ``name`` is this one, with as many records."""
    ids = pa.array([str(n) for n in range(1, len(column) + 1)])
    written = io.BytesIO()
    pq.write_table(pa.table({"id": ids, "name": column, "mail": ids}), written)
    return written.getvalue()


NO_VALUES = {
    "duration": pa.array([1], pa.duration("ms")),
    "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int32())),
    "list of lists": pa.array([[[1]]], pa.list_(pa.list_(pa.int32()))),
    "list of maps": pa.array([[[("a", 1)]]], pa.list_(pa.map_(pa.string(), pa.int32()))),
    "struct with bytes": pa.array([{"a": b"x"}], pa.struct([("a", pa.binary())])),
}


@pytest.mark.parametrize("column", NO_VALUES.values(), ids=NO_VALUES)
def test_a_type_that_is_no_value_is_named_where_it_is_mapped_and_no_matter_elsewhere(
    contacts_of: Read, column: pa.Array
) -> None:
    with pytest.raises(FileFault) as caught:
        contacts_of(arrow(column), "a.parquet")
    assert caught.value.detail.startswith("column 'name' has the type ")
    assert "take it out of the mapping" in caught.value.advice
    batch = contacts_of(arrow(column), "a.parquet", mapping={"email": "mail"})
    assert ids(batch) == [(1, "1")]


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pa.array([Decimal("12.50"), None], pa.decimal256(50, 2)), ["12.50", None]),
        (pa.array([[b"a", None], []], pa.list_(pa.binary())), ["a", None]),
        (pa.array([[Decimal("1.5")]], pa.list_(pa.decimal128(5, 1))), ["1.5"]),
        (pa.array([2**31 - 1, 10, -(2**31)], pa.date32()), ["out of range", "1970-01-11", "out of range"]),
        (pa.array([2**62, 0], pa.timestamp("us")), ["out of range", "1970-01-01T00:00:00.000000"]),
        (pa.array([1700000000000], pa.timestamp("ms", "+02:00")), ["2023-11-14T22:13:20.000000Z"]),
        (pa.array([1700000000000], pa.timestamp("ms", "No/Where")), ["2023-11-14T22:13:20.000000Z"]),
        (pa.array([2**62], pa.timestamp("ns")), ["2116-02-20T23:53:38.427387904"]),
        (pa.array([b"ab"], pa.binary(2)), ["ab"]),
        (pa.array([5, None]).dictionary_encode(), ["5", None]),
        (pa.array([{"a": 1}, None]), ['{"a":1}', None]),
        (pa.array([np.float16(1.5)], pa.float16()), ["1.5"]),
        (pa.nulls(1), [None]),
    ],
)  # fmt: skip
def test_types_with_a_plain_reading_are_read(
    contacts_of: Read, column: pa.Array, texts: list[str | None]
) -> None:
    assert contacts_of(arrow(column), "a.parquet").accepted["first_name"].to_list() == texts


def test_bytes_in_a_list_that_are_no_text_hold_back_their_row(contacts_of: Read) -> None:
    column = pa.array([[b"a"], [b"a", b"\xff"], None], pa.list_(pa.binary()))
    batch = contacts_of(arrow(column), "a.parquet")
    assert ids(batch) == [(1, "1"), (3, "3")]
    assert reasons(batch) == [(2, "undecodable_bytes")]


def test_a_time_out_of_range_holds_back_its_row(contacts_of: Read) -> None:
    column = pa.array([2**62, 0], pa.timestamp("us"))
    batch = contacts_of(arrow(column), "a.parquet", updated_at="name", mapping={"email": "mail"})
    assert ids(batch) == [(2, "2")]
    assert reasons(batch) == [(1, "unparsable_date")]


def test_what_a_file_calls_text_and_is_none_holds_back_its_row(contacts_of: Read) -> None:
    content = arrow(pa.array(["one", "two", "six"]))
    assert content.count(b"two") >= 1
    batch = contacts_of(content.replace(b"two", b"t\xb1o"), "a.parquet")
    assert ids(batch) == [(1, "1"), (3, "3")]
    assert reasons(batch) == [(2, "undecodable_bytes")]
    assert "t\ufffdo" in batch.quarantined["payload"][0]
