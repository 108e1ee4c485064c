"""CSV: what is readable is read exactly, and every broken row is held back with its reason."""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from omni_identity.channels import csv_reader, csv_records
from omni_identity.channels.batches import source_column
from omni_identity.channels.csv_reader import read_csv
from omni_identity.channels.feeds import ContactsFeed

from .conftest import Read, ids, reasons

HEAD = "id,name,mail\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(contacts_of: Read, delimiter: str) -> None:
    lines = ["id,name,mail", "1,Ann,a@b.c", '2,"x;y|z",b@c.d']
    batch = contacts_of("\n".join(line.replace(",", delimiter) for line in lines))
    assert ids(batch) == [(1, "1"), (2, "2")]
    assert batch.accepted["email"].to_list() == [["a@b.c"], ["b@c.d"]]


def test_a_declared_delimiter_and_the_sep_line_of_excel(contacts_of: Read) -> None:
    assert ids(contacts_of("id~name~mail\n1~A~b\n", delimiter="~")) == [(1, "1")]
    assert ids(contacts_of("sep=;\r\nid;name;mail\r\n7;A;b\r\n")) == [(1, "7")]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-8"),
        ("utf-16-le", "utf-8"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
        ("latin-1", "latin-1"),
        ("shift_jis", "shift_jis"),
    ],
)
def test_encodings(contacts_of: Read, encoding: str, declared: str) -> None:
    name = "鈴木" if encoding == "shift_jis" else "Zoë Å"
    content = f"id,name,mail\n1,{name},a@b.c\n" + "2,plain,x@y.z\n" * 50
    batch = contacts_of(content.encode(encoding), encoding=declared)
    assert batch.accepted["first_name"][0] == name
    assert len(batch.accepted) == 51
    assert not len(batch.quarantined)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (HEAD.encode() + b"1,A,b\n2,\xff\xfe,b\n3,C,b\n", "utf-8"),
        (HEAD.encode() + b"1,A,b\n2,\x81,b\n3,C,b\n", "cp1252"),
        (
            (HEAD + "1,A,b\n2,").encode("utf-16-le")
            + b"\x00\xd8"
            + ",b\n3,C,b\n".encode("utf-16-le"),
            "utf-16-le",
        ),
        (HEAD.encode() + b"1,A,b\n2,x\x00y,b\n3,C,b\n", "utf-8"),
    ],
)
def test_undecodable_bytes_hold_back_their_row_alone(
    contacts_of: Read, content: bytes, encoding: str
) -> None:
    batch = contacts_of(content, encoding=encoding)
    assert ids(batch) == [(1, "1"), (3, "3")]
    assert reasons(batch) == [(2, "undecodable_bytes")]
    assert "�" in batch.quarantined["payload"][0]


def test_undecodable_bytes_in_a_column_that_is_not_read_do_no_harm(contacts_of: Read) -> None:
    assert ids(contacts_of(b"id,name,mail,note\n1,A,b,\xff\n")) == [(1, "1")]


def test_a_latin_1_file_declared_as_utf_8_keeps_its_ascii_rows(contacts_of: Read) -> None:
    rows = [f"{i},{'Zoë' if i % 3 else 'Ann'},m" for i in range(3000)]
    batch = contacts_of((HEAD + "\n".join(rows)).encode("latin-1"))
    assert len(batch.accepted) == 1000
    assert batch.quarantined["reason_code"].unique().to_list() == ["undecodable_bytes"]
    assert len(batch.quarantined) == 2000


def test_wrong_field_counts_and_empty_lines(contacts_of: Read) -> None:
    batch = contacts_of(HEAD + "1,A,b\n\n2,A\n\r\n3,A,b,c\n4,A,b")
    assert ids(batch) == [(1, "1"), (4, "4")]
    assert reasons(batch) == [(2, "wrong_field_count"), (3, "wrong_field_count")]
    assert batch.quarantined["detail"].to_list() == [
        "2 fields instead of 3",
        "4 fields instead of 3",
    ]
    assert batch.quarantined["payload"].to_list() == ["2,A", "3,A,b,c"]


def test_a_delimiter_at_the_end_of_rows_is_normal_if_the_first_row_has_it(
    contacts_of: Read,
) -> None:
    batch = contacts_of(HEAD + "1,A,b,\n2,A,b,\n3,A,b\n")
    assert ids(batch) == [(1, "1"), (2, "2")]
    assert reasons(batch) == [(3, "wrong_field_count")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends(contacts_of: Read, line_end: str) -> None:
    batch = contacts_of(line_end.join(["id,name,mail", '1,"A', 'B",b', "2,A,b", ""]))
    assert ids(batch) == [(1, "1"), (2, "2")]
    assert batch.accepted["first_name"][0] == f"A{line_end}B"


def test_an_unclosed_quote_costs_its_line_and_no_other(contacts_of: Read) -> None:
    batch = contacts_of(HEAD + '1,A,b\n2,"Bo,b\n3,C,c\n4,D,d\n')
    assert ids(batch) == [(1, "1"), (3, "3"), (4, "4")]
    assert reasons(batch) == [(2, "unclosed_quote")]
    assert batch.quarantined["payload"][0] == '2,"Bo,b'


@pytest.mark.parametrize("later", ['5,"E",e', '5,E,"e"', '"5",E,e', '5,"E ""x""",e', '5,"E\nF",e'])
def test_a_quote_that_swallows_rows_up_to_the_next_quote(contacts_of: Read, later: str) -> None:
    batch = contacts_of(HEAD + f'1,A,b\n2,"Bo,b\n3,C,c\n4,D,d\n{later}\n6,F,f\n')
    assert [i for _, i in ids(batch)] == ["1", "3", "4", "5", "6"]
    assert reasons(batch) == [(2, "unclosed_quote")]


def test_a_swallowing_quote_that_happens_to_give_the_right_number_of_fields(
    contacts_of: Read,
) -> None:
    # for a plain parser: the fields 2, 'Bo,b\n3,C' + 'x"' and e
    batch = contacts_of(HEAD + '1,A,b\n2,"Bo,b\n3,C "x",e\n4,D,d\n')
    assert [i for _, i in ids(batch)] == ["1", "3", "4"]
    assert batch.accepted["first_name"].to_list() == ["A", 'C "x"', "D"]


def test_quotes_inside_a_field_are_text(contacts_of: Read) -> None:
    batch = contacts_of(HEAD + '1,12" screen,b\n2,5\'3" "x" y,b\n3,"quo""ted",b\n4,"a"b,b\n')
    assert batch.accepted["first_name"].to_list() == ['12" screen', '5\'3" "x" y', 'quo"ted', "ab"]
    assert not len(batch.quarantined)


def test_a_quoted_value_may_look_like_rows(contacts_of: Read) -> None:
    value = "x\n5,E,e\n6,F,f\n"
    batch = contacts_of(HEAD + f'1,"{value}y",b\n2,B,b\n')
    assert batch.accepted["first_name"].to_list() == [f"{value}y", "B"]


def test_an_unclosed_quote_in_the_last_line(contacts_of: Read) -> None:
    batch = contacts_of(HEAD + '1,A,b\n2,"B,b')
    assert ids(batch) == [(1, "1")]
    assert reasons(batch) == [(2, "unclosed_quote")]


def test_an_unclosed_quote_in_a_large_file_is_found_without_the_rest(
    contacts_of: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_reader, "BLOCK_BYTES", 1 << 18)
    rows = [f"{i},Name{i},m{i}@example.com" for i in range(1, 120_001)]
    rows[9] = '10,"Bo,b'
    batch = contacts_of(HEAD + "\n".join(rows))
    assert len(batch.accepted) == 119_999
    assert reasons(batch) == [(10, "unclosed_quote")]
    assert batch.accepted.filter(
        pl.col("row_number") != pl.col("source_record_id").cast(int)
    ).is_empty()


def test_blocks_end_anywhere(contacts_of: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f'{i},"N\r\n""{i}""",m\r\n' for i in range(1, 200)) + 'x,"y,z\r\nlast,1,2\r\n'
    expected = contacts_of("id,name,mail\r\n" + rows)
    for size in (50, 51, 52, 64, 97):
        monkeypatch.setattr(csv_reader, "BLOCK_BYTES", size)
        batch = contacts_of("id,name,mail\r\n" + rows)
        assert batch.accepted.equals(expected.accepted)
        assert batch.quarantined.equals(expected.quarantined)
    assert reasons(expected) == [(200, "unclosed_quote")]


def test_a_row_longer_than_a_block(contacts_of: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_reader, "BLOCK_BYTES", 1 << 18)
    batch = contacts_of(HEAD + "1,A,b\n2," + "x" * 3_000_000 + ",b\n3,C,c\n")
    assert [i for _, i in ids(batch)] == ["1", "3"]
    assert batch.quarantined["reason_code"].to_list() == ["value_too_long"]
    assert len(batch.quarantined["payload"][0]) == 4000


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file(contacts_of: Read, content: str) -> None:
    batch = contacts_of(content)
    assert reasons(batch) == [(None, "empty_file")]
    assert not len(batch.accepted)


@pytest.mark.parametrize("content", ["id,name,mail", HEAD, HEAD + "\n\n"])
def test_a_header_alone_is_no_fault(contacts_of: Read, content: str) -> None:
    batch = contacts_of(content)
    assert not len(batch.accepted)
    assert not len(batch.quarantined)


def test_of_two_columns_of_one_name_the_first_counts(contacts_of: Read) -> None:
    assert contacts_of("id,name,name,mail\n1,A,B,c\n").accepted["first_name"].to_list() == ["A"]


def test_a_file_without_the_record_id_is_unreadable(contacts_of: Read) -> None:
    batch = contacts_of("nr,name,mail\n1,A,b\n")
    assert reasons(batch) == [(None, "unreadable_file")]
    assert batch.quarantined["detail"][0] == "no column 'id'"


def test_gzip_whole_and_cut_off(contacts_of: Read) -> None:
    rows = "".join(f"{i},Name{i * 7919 % 1000},m{i}@x.y\n" for i in range(1, 20_001))
    zipped = gzip.compress((HEAD + rows).encode())
    assert len(contacts_of(zipped, "a.csv.gz").accepted) == 20_000
    cut = contacts_of(zipped[: len(zipped) // 2], "a.csv.gz")
    assert 1_000 < len(cut.accepted) < 20_000
    assert cut.accepted["source_record_id"].to_list() == [
        str(i + 1) for i in range(len(cut.accepted))
    ]
    assert reasons(cut) == [(None, "truncated_file")]


def test_a_file_that_is_no_gzip_in_spite_of_its_suffix(contacts_of: Read) -> None:
    assert reasons(contacts_of(HEAD + "1,A,b\n", "a.csv.gz")) == [(None, "unreadable_file")]


def test_batches_are_bounded_and_change_nothing(contacts_of: Read) -> None:
    content = HEAD + "".join(f"{i},A,{'b' if i % 5 else ''}\n" for i in range(1000)) + "x\n"
    whole, sliced = contacts_of(content), contacts_of(content, batch_rows=7)
    assert whole.accepted.equals(sliced.accepted)
    assert whole.quarantined.equals(sliced.quarantined)


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    | st.sampled_from('",;\n\r\t|'),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(
    rows=st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=12),
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    block=st.sampled_from([40, 64, 1 << 23]),
)
def test_what_python_writes_is_read_back_exactly(
    rows: list[tuple[str, str, str]], delimiter: str, line_end: str, quoting: int, block: int
) -> None:
    # a line with one cell filled may be what stands below a table
    assume(all(sum(map(bool, row)) != 1 for row in rows))
    written = io.StringIO(newline="")
    if any("\r" in text for row in rows for text in row):
        quoting = csv.QUOTE_ALL  # before 3.13 Python leaves a lone \r unquoted
    writer = csv.writer(written, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    writer.writerows([("id", "name", "mail"), *rows])
    feed = ContactsFeed(
        files="*",
        record_id="id",
        mapping={"first_name": ("name",), "email": ("mail",)},
        delimiter=delimiter,
    )
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_reader, "BLOCK_BYTES", block)
        path = Path(folder) / "a.csv"
        path.write_bytes(written.getvalue().encode())
        batches = list(read_csv(path, feed))
    assert not [broken for batch in batches for broken in batch.broken]
    names = ["row_number", *map(source_column, ("id", "name", "mail"))]
    found = [row for batch in batches if batch.rows.width > 1 for row in batch.rows[names].rows()]
    assert found == [(i + 1, *row) for i, row in enumerate(rows)]


ODD = st.lists(
    st.sampled_from([b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"a", b"bc", b"\xff", b"\0", b" "]),
    max_size=60,
).map(b"".join)


@settings(max_examples=500, deadline=None)
@given(content=ODD, block=st.sampled_from([17, 64]), limit=st.sampled_from([20, 1 << 20]))
def test_any_bytes_are_read_or_held_back_and_every_row_is_counted_once(
    content: bytes, block: int, limit: int
) -> None:
    feed = ContactsFeed(files="*", record_id="a", mapping={"email": ("b",)})
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "a.csv"
        path.write_bytes(b"a,b,c\n" + content)
        whole = list(read_csv(path, feed))
        patch.setattr(csv_records, "MAX_RECORD_BYTES", limit)
        patch.setattr(csv_reader, "BLOCK_BYTES", block)
        batches = list(read_csv(path, feed))
    for found in (whole, batches):
        numbers = [n for batch in found for n in batch.rows["row_number"]]
        numbers += [broken.row_number for batch in found for broken in batch.broken]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
    if limit > len(content):
        accepted = [
            pl.concat([b.rows for b in found]) if found else [] for found in (whole, batches)
        ]
        assert len(accepted[0]) == len(accepted[1])
        assert not len(accepted[0]) or accepted[0].equals(accepted[1])
        held = [
            sorted(map(repr, (x for b in found for x in b.broken))) for found in (whole, batches)
        ]
        assert held[0] == held[1]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_utf_16_and_32_without_a_mark(contacts_of: Read, encoding: str) -> None:
    content = "id,name,mail\n1,Анна,а\n2,王伟,б\n".encode(encoding)
    batch = contacts_of(content, encoding=encoding[:6])
    assert ids(batch) == [(1, "1"), (2, "2")]
    assert batch.accepted["first_name"].to_list() == ["Анна", "王伟"]


def test_a_broken_unit_in_utf_16_holds_back_its_row_alone(contacts_of: Read) -> None:
    lines = [
        line.encode("utf-16-le") for line in ("id,name,mail\n", "1,A,a\n", "2,", ",b\n", "3,C,c\n")
    ]
    batch = contacts_of(b"".join([*lines[:3], b"\x3d\xd8", *lines[3:]]), encoding="utf-16")
    assert ids(batch) == [(1, "1"), (3, "3")]
    assert reasons(batch) == [(2, "undecodable_bytes")]


def test_a_damaged_file_with_lone_carriage_returns_keeps_its_rows(contacts_of: Read) -> None:
    rows = "".join(f"{n},A{n * 7919},a\r" for n in range(1, 400))
    cut = gzip.compress(f"id,name,mail\r{rows}".encode())[:-300]
    batch = contacts_of(cut, "a.csv.gz")
    assert reasons(batch) == [(None, "truncated_file")]
    assert len(batch.accepted) > 50
