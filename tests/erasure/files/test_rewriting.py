"""Rewritten deliveries: the rows asked for are gone, every other byte or value is as it was."""

from __future__ import annotations

import gzip
import json
import tempfile
import zipfile
from collections.abc import Collection
from datetime import date, datetime, time
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from omni_identity.channels import csv_reader, json_documents, json_reader
from omni_identity.channels.feeds import ContactsFeed
from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.formats import format_of
from omni_identity.channels.raw_rows import _READERS
from omni_identity.channels.workbook import Cell, read_sheets, text_of
from omni_identity.erasure.files import text
from omni_identity.erasure.files.rewriting import prepare_rewrite
from omni_identity.erasure.files.workbook_writer import write_ods, write_xlsx


def feed(**changes: str) -> ContactsFeed:
    return ContactsFeed(files="*", record_id="id", mapping={"first_name": ("name",)}, **changes)


def rewrite(path: Path, rows: Collection[int], declared: ContactsFeed | None = None) -> bytes:
    assert prepare_rewrite(path, declared or feed(), rows).put_in_place()
    assert [p.name for p in path.parent.iterdir() if p.name.startswith(".")] == []
    return path.read_bytes()


@pytest.fixture
def written(tmp_path: Path):  # type: ignore[no-untyped-def]
    def write(content: bytes, name: str = "a.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return write


def test_only_the_bytes_of_the_rows_go(written) -> None:  # type: ignore[no-untyped-def]
    path = written(b'sep=;\r\nid;name\r\n1;"a ""b"""\r\n\r\n2; c \r\n3;"d\r\ne"\r\n4;f')
    assert rewrite(path, [2]) == b'sep=;\r\nid;name\r\n1;"a ""b"""\r\n\r\n3;"d\r\ne"\r\n4;f'
    assert rewrite(path, [2, 3]) == b'sep=;\r\nid;name\r\n1;"a ""b"""\r\n\r\n'
    assert rewrite(path, [1]) == b"sep=;\r\nid;name\r\n\r\n"


def test_rows_that_the_reader_holds_back_are_rows(written) -> None:  # type: ignore[no-untyped-def]
    content = b'id,name\n1,a\n2,"stray\n3,b\n4,c,too many\n5,"x"y\n6,d\n'
    assert rewrite(written(content), [2]) == content.replace(b'2,"stray\n', b"")
    assert rewrite(written(content), [4]) == content.replace(b"4,c,too many\n", b"")
    assert rewrite(written(content), [2, 4, 5]) == b"id,name\n1,a\n3,b\n6,d\n"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-8"),
        ("utf-16-le", "utf-8"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-8"),
        ("cp1252", "cp1252"),
        ("shift_jis", "shift_jis"),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_the_encoding_stays(written, encoding: str, declared: str, suffix: str) -> None:  # type: ignore[no-untyped-def]
    name = "鈴木" if encoding == "shift_jis" else "Zoë Å"
    lines = ["id,name\n", *(f'{i},"{name}"\r\n' for i in range(1, 30))]
    path = written("".join(lines).encode(encoding), f"a{suffix}")
    rewritten = rewrite(path, [7, 29], feed(encoding=declared))
    plain = gzip.decompress(rewritten) if suffix.endswith("gz") else rewritten
    del lines[29], lines[7]
    assert plain == "".join(lines).encode(encoding)


def test_bytes_that_are_no_text_stay_as_they_are(written) -> None:  # type: ignore[no-untyped-def]
    content = b"id,name\n1,caf\xe9\n2,b\x81d\n3,gone\n"
    path = written(content)
    assert rewrite(path, [3], feed(encoding="cp1252")) == b"id,name\n1,caf\xe9\n2,b\x81d\n"
    assert rewrite(written(content), [3], feed(encoding="utf-8")) == content[:-7]


@pytest.mark.parametrize("size", [1, 7, 64])
def test_blocks_of_any_size_give_the_same(
    written,  # type: ignore[no-untyped-def]
    monkeypatch: pytest.MonkeyPatch,
    size: int,
) -> None:
    content = b'id,name\n1,"a\nb"\n2,c\n\n3,"d""e"\r\n4,f g h\n5,i\n'
    monkeypatch.setattr(csv_reader, "BLOCK_BYTES", size)
    monkeypatch.setattr(json_documents, "BLOCK_BYTES", 1 << 10)
    monkeypatch.setattr(text, "BLOCK_BYTES", 1 << 16)
    assert rewrite(written(content), [1, 4]) == b'id,name\n2,c\n\n3,"d""e"\r\n5,i\n'


def test_an_overlong_line_goes_whole_or_stays_whole(
    written,  # type: ignore[no-untyped-def]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_documents, "BLOCK_BYTES", 64)
    monkeypatch.setattr(json_documents, "SAMPLE_BYTES", 64)
    monkeypatch.setattr(csv_reader, "BLOCK_BYTES", 50)
    lines = [b'{"id": 1}\n', b'{"id": 2, "x": "' + b"y" * 300 + b'"}\n', b'{"id": 3}\n']
    numbers = _numbers(written(b"".join(lines), "a.jsonl"))
    assert numbers == [1, 2, 3]
    assert rewrite(written(b"".join(lines), "a.jsonl"), [2]) == lines[0] + lines[2]
    assert rewrite(written(b"".join(lines), "a.jsonl"), [1, 3]) == lines[1]


def _numbers(path: Path) -> list[int]:
    """The numbers of all rows, good and broken, as the reader gives them."""
    kind = format_of(path)
    assert kind is not None
    numbers: list[int] = []
    for batch in _READERS[kind](path, feed()):
        numbers += batch.rows["row_number"].to_list()
        for b in batch.broken:
            numbers += range(b.row_number, b.row_number + b.line_count) if b.row_number else ()
    return sorted(numbers)


FIELD = st.text(alphabet='ab ,"\n\r\tü', max_size=6)


@settings(max_examples=150)
@given(
    rows=st.lists(st.tuples(FIELD, FIELD), min_size=1, max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    data=st.data(),
)
def test_of_well_formed_csv_the_other_rows_are_the_same_bytes(
    rows: list[tuple[str, str]], end: str, data: st.DataObject
) -> None:
    def quoted(field: str) -> str:
        return '"' + field.replace('"', '""') + '"'

    lines = [f"{quoted(a)},{quoted(b)}{end}" for a, b in rows]
    dropped = data.draw(st.sets(st.integers(1, len(rows))))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text("id,name\n" + "".join(lines), encoding="utf-8", newline="")
        assert _numbers(path) == list(range(1, len(rows) + 1))
        kept = [line for i, line in enumerate(lines, 1) if i not in dropped]
        assert rewrite(path, dropped).decode() == "id,name\n" + "".join(kept)


@settings(max_examples=150)
@given(content=st.text(alphabet='ab,"\n\r', max_size=60), data=st.data())
def test_of_any_bytes_only_the_rows_are_taken_out(content: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        whole = "id,name\n" + content
        path.write_text(whole, encoding="utf-8", newline="")
        numbers = _numbers(path)
        assert rewrite(path, []) == whole.encode()
        rest = rewrite(path, numbers).decode().removeprefix("id,name\n")
        assert rest.strip("\r\n") == ""
        path.write_text(whole, encoding="utf-8", newline="")
        one = data.draw(st.sampled_from(numbers)) if numbers else 1
        assert len(rewrite(path, [one])) <= len(whole)


def test_json_lines_go_and_blank_ones_stay(written) -> None:  # type: ignore[no-untyped-def]
    content = b'{"id": 1}\n\n{"id": 2}\r\n \nnot json\n{"id": 3}'
    path = written(content, "a.jsonl")
    assert _numbers(path) == [1, 2, 3, 4, 5]
    assert rewrite(path, [2]) == b'{"id": 1}\n\n \nnot json\n{"id": 3}'
    assert rewrite(path, [3, 4]) == b'{"id": 1}\n\n \n'
    zipped = written(content, "b.json.gz")
    assert gzip.decompress(rewrite(zipped, [1, 5])) == b'\n{"id": 2}\r\n \nnot json\n'


def test_a_damaged_gzip_stays_a_damaged_one(tmp_path: Path) -> None:
    lines = [json.dumps({"id": i, "name": f"n{i * 7919}"}) + "\n" for i in range(500)]
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress("".join(lines).encode())[:-500])
    before = [b.reason_code for batch in json_reader.read_json(path, feed()) for b in batch.broken]
    assert before == ["truncated_file"]
    rewrite(path, [3])
    batches = list(json_reader.read_json(path, feed()))
    assert [b.reason_code for batch in batches for b in batch.broken] == before
    names = [n for batch in batches if batch.rows.height for n in batch.rows["column name"]]
    assert names[:3] == ["n0", "n7919", "n23757"]


@pytest.mark.parametrize("name", ["a.parquet", "a.parquet.gz"])
def test_parquet_keeps_schema_groups_and_compression(tmp_path: Path, name: str) -> None:
    table = pa.table(
        {
            "id": pa.array(range(10), pa.int32()),
            "name": pa.array([f"n{i}" for i in range(10)]).dictionary_encode(),
            "nested": [{"a": [i], "b": None} for i in range(10)],
        }
    ).replace_schema_metadata({"made by": "a till"})
    plain = tmp_path / "plain.parquet"
    parquet.write_table(
        table,
        plain,
        row_group_size=4,
        compression={
            "id": "zstd",
            "name": "gzip",
            "nested.a.list.element": "none",
            "nested.b": "snappy",
        },
    )
    path = tmp_path / name
    content = plain.read_bytes()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    written_schema = parquet.ParquetFile(plain).schema_arrow
    rewrite(path, [1, 5, 6, 7, 8])
    if name.endswith(".gz"):
        plain.write_bytes(gzip.decompress(path.read_bytes()))
    else:
        plain.write_bytes(path.read_bytes())
    file = parquet.ParquetFile(plain)
    assert file.schema_arrow.equals(written_schema, check_metadata=True)
    assert file.read().to_pylist() == table.take([1, 2, 3, 8, 9]).to_pylist()
    assert file.metadata.num_row_groups == 2
    group = file.metadata.row_group(0)
    codecs = [group.column(i).compression for i in range(group.num_columns)]
    assert codecs[:2] == ["ZSTD", "GZIP"]
    assert b"n0" not in plain.read_bytes()


def test_the_same_rewrite_gives_the_same_bytes_and_keeps_mode_and_time(written) -> None:  # type: ignore[no-untyped-def]
    path = written(b"id,name\n1,a\n2,b\n", "a.csv.gz")
    path.chmod(0o640)
    before = path.stat()
    one = prepare_rewrite(path, feed(), [1])
    assert prepare_rewrite(path, feed(), [1]).content_hash == one.content_hash
    one.put_in_place()
    assert path.stat().st_mode == before.st_mode
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_a_file_that_changed_meanwhile_is_left_alone(written) -> None:  # type: ignore[no-untyped-def]
    path = written(b"id,name\n1,a\n2,b\n")
    planned = prepare_rewrite(path, feed(), [1])
    path.write_bytes(b"id,name\n1,a\n2,b\n3,c\n")
    assert not planned.put_in_place()
    assert path.read_bytes().endswith(b"3,c\n")
    assert not planned.fresh.exists()


def test_a_link_stays_a_link(written, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    target = written(b"id,name\n1,a\n2,b\n", "real.csv")
    (tmp_path / "linked").mkdir()
    link = tmp_path / "linked" / "a.csv"
    link.symlink_to(target)
    assert rewrite(link, [1]) == b"id,name\n2,b\n"
    assert link.is_symlink()
    assert target.read_bytes() == b"id,name\n2,b\n"


BROKEN = {
    "a lone surrogate": "\ud83d".encode("utf-16-le", "surrogatepass"),
    "half a unit at the end": b"\x41",
    "a swapped pair": "\ude00\ud83d".encode("utf-16-le", "surrogatepass"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("mark", [b"\xff\xfe", b""])
def test_bytes_that_cannot_be_decoded_stay_as_they_were(
    written, broken: bytes, mark: bytes
) -> None:  # type: ignore[no-untyped-def]
    def line(text: str) -> bytes:
        return text.encode("utf-16-le")

    rows = [
        line("1,Ann\r\n"),
        line("2,B") + broken[:2] * (len(broken) > 1) + line("ö\r\n"),
        line("3,Cé\r\n"),
    ]
    last = line("4,D") + broken
    head = mark + line("id,name\r\n")
    whole = head + b"".join(rows) + last
    declared = feed(encoding="utf-16")
    assert rewrite(written(whole), [1], declared) == head + rows[1] + rows[2] + last
    assert rewrite(written(whole), [3], declared) == head + rows[0] + rows[1] + last
    assert rewrite(written(whole), [2, 4], declared) == head + rows[0] + rows[2]


@pytest.mark.parametrize("encoding", ["shift_jis", "gb18030", "utf-16-be", "cp1252", "utf-32"])
def test_in_any_encoding_the_rows_that_stay_are_the_same_bytes(written, encoding: str) -> None:  # type: ignore[no-untyped-def]
    texts = ["id,name\n", '1,"a\nb"\n', "2,日本\n", "3,c\n"]
    head, *rows = [text.encode(encoding, "replace") for text in texts]
    if encoding == "utf-32":
        head, *rows = [text.encode("utf-32-le") for text in texts]
        head = b"\xff\xfe\x00\x00" + head
    path = written(head + b"".join(rows))
    assert rewrite(path, [2], feed(encoding=encoding)) == head + rows[0] + rows[2]


def test_a_name_as_long_as_names_may_be(written) -> None:  # type: ignore[no-untyped-def]
    path = written(b"id,name\n1,a\n2,b\n", "n" * 251 + ".csv")
    assert rewrite(path, [1]) == b"id,name\n2,b\n"


def test_what_cannot_be_rewritten_is_said_and_stays(
    written,  # type: ignore[no-untyped-def]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = written(b"id,name\n1,a\n2,b\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("omni_identity.erasure.files.rewriting._sync_and_hash", full)
        with pytest.raises(FileFault, match="without them: No space left") as caught:
            prepare_rewrite(path, feed(), [1])
    assert caught.value.reason_code == "holds_erased_rows"
    with pytest.raises(FileFault, match="it was changed while it was being read"):
        prepare_rewrite(path, feed(), [1], "0" * 64)
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == b"id,name\n1,a\n2,b\n"


def test_parquet_with_a_damaged_column_that_nobody_reads_is_not_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"id": ["1", "2", "3"], "name": ["a", "b", "c"], "other": ["xyzzy" * 9] * 3})
    parquet.write_table(
        table,
        path,
        write_page_checksum=True,
        compression="none",
        use_dictionary=False,
        write_statistics=False,
    )
    path.write_bytes(path.read_bytes().replace(b"xyzzyxyzzy", b"xyzzyXYZZY", 1))
    before = path.read_bytes()
    assert _numbers(path) == [1, 2, 3]
    with pytest.raises(FileFault):
        prepare_rewrite(path, feed(), [1])
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        ([], b'[\n {"id": 1} ,\n {"id": 2},\n {"id": 3}\n]\n'),
        ([1], b'[\n {"id": 2},\n {"id": 3}\n]\n'),
        ([2], b'[\n {"id": 1} ,\n {"id": 3}\n]\n'),
        ([3], b'[\n {"id": 1} ,\n {"id": 2}\n]\n'),
        ([2, 3], b'[\n {"id": 1}\n]\n'),
        ([1, 2], b'[\n {"id": 3}\n]\n'),
        ([1, 3], b'[\n {"id": 2}\n]\n'),
        ([1, 2, 3], b"[\n \n]\n"),
    ],
)
@pytest.mark.parametrize("block", [9, 1 << 20])
@pytest.mark.parametrize("name", ["a.json", "a.json.gz"])
def test_an_element_of_an_array_goes_with_its_comma(
    written,  # type: ignore[no-untyped-def]
    monkeypatch: pytest.MonkeyPatch,
    rows: list[int],
    left: bytes,
    block: int,
    name: str,
) -> None:
    monkeypatch.setattr(json_documents, "BLOCK_BYTES", block)
    monkeypatch.setattr(json_documents, "SAMPLE_BYTES", block)
    content = b'[\n {"id": 1} ,\n {"id": 2},\n {"id": 3}\n]\n'
    fresh = rewrite(written(content, name), rows)
    plain = gzip.decompress(fresh) if name.endswith("gz") else fresh
    assert plain == left
    json.loads(plain)


@settings(max_examples=60)
@given(
    arrays=st.lists(st.lists(st.integers(0, 99), max_size=5), min_size=1, max_size=3),
    data=st.data(),
)
def test_of_documents_the_other_rows_stay(arrays: list[list[int]], data: st.DataObject) -> None:
    listed = [[{"id": str(n)} for n in array] for array in arrays]
    content = "\n".join(json.dumps(array, indent=1) for array in listed)
    flat = [n for array in arrays for n in array]
    numbers = list(range(1, len(flat) + 1))
    dropped = data.draw(st.sets(st.sampled_from(numbers))) if numbers else set()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.json"
        path.write_text(content, encoding="utf-8")
        rewrite(path, dropped)
        left = (
            [d for b in json_reader.read_json(path, feed()) for d in b.rows.get_column("column id")]
            if any(n not in dropped for n in numbers)
            else []
        )
    assert left == [str(n) for i, n in enumerate(flat, 1) if i not in dropped]


def test_the_encoding_of_documents_stays(written) -> None:  # type: ignore[no-untyped-def]
    rows = [{"id": 1, "name": "Zoë"}, {"id": 2, "name": "Åse"}]
    content = json.dumps(rows, indent=1, ensure_ascii=False)
    fresh = rewrite(written(content.encode("utf-16"), "a.json"), [2])
    assert json.loads(fresh.decode("utf-16")) == rows[:1]


def test_backslashed_rows_go_alone(written) -> None:  # type: ignore[no-untyped-def]
    lines = [b"id,name\n", b'1,"a \\"b\\", c"\n', b'2,"\\\\"\n', b'3,"\\"\nd"\n', b"4,e\n"]
    assert rewrite(written(b"".join(lines)), [2]) == b"".join(lines[:2] + lines[3:])
    assert rewrite(written(b"".join(lines)), [1, 3]) == b"".join([lines[0], lines[2], lines[4]])


def test_rows_below_title_lines_go_alone(written) -> None:  # type: ignore[no-untyped-def]
    content = b"Report,of May\n\nid,name\n1,a\n2,b\nTotal,,2\n"
    assert rewrite(written(content), [1]) == content.replace(b"1,a\n", b"")


def test_zst_is_packed_again_and_a_damaged_one_stays_damaged(tmp_path: Path) -> None:
    lines = [f"{n},n{n * 7919 % 9973}\n".encode() for n in range(90_000)]
    content = pa.Codec("zstd").compress(b"id,name\n" + b"".join(lines)).to_pybytes()
    path = tmp_path / "a.csv.zst"
    path.write_bytes(content)
    rewrite(path, [2])
    assert _unzst(path) == b"id,name\n" + b"".join([lines[0], *lines[2:]])
    path.write_bytes(content[: len(content) // 2])
    before = [b.reason_code for batch in csv_reader.read_csv(path, feed()) for b in batch.broken]
    assert before == ["truncated_file"]
    rewrite(path, [2])
    batches = list(csv_reader.read_csv(path, feed()))
    assert [b.reason_code for batch in batches for b in batch.broken] == before
    assert batches[0].rows["column id"].to_list()[:3] == ["0", "2", "3"]


def _unzst(path: Path) -> bytes:
    with pa.CompressedInputStream(pa.OSFile(str(path)), "zstd") as stream:
        content: bytes = stream.read()
    return content


CELLS: list[list[Cell]] = [
    ["Guests", "", ""],
    ["id", "name", "since"],
    ["007", "Ann", date(2024, 5, 1)],
    [8, "=Xaver", datetime(2024, 5, 1, 10, 11, 12)],
    [9.5, True, time(7, 5)],
]


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_a_workbook_keeps_its_values(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write = write_ods if name.endswith("ods") else write_xlsx
    others: list[list[Cell]] = [["kept", 1.5], ["", "too"]]
    with path.open("wb") as target:
        write([("Our guests", CELLS), ("Notes", others)], target)
    assert _numbers(path) == [3, 4, 5]
    fresh = rewrite(path, [4])
    with path.open("rb") as file:
        sheets = dict(read_sheets(path, feed(), file))
    assert list(sheets) == ["Our guests", "Notes"]
    shown = [[text_of(cell) for cell in row] for row in sheets["Our guests"]]
    assert shown == [[text_of(cell) for cell in row] for row in [*CELLS[:3], CELLS[4]]]
    assert [[text_of(cell) for cell in row] for row in sheets["Notes"]] == [
        ["kept", "1.5"],
        ["", "too"],
    ]
    assert rewrite(path, []) == fresh
    with zipfile.ZipFile(path) as archive:
        assert b"Xaver" not in b"".join(archive.read(member) for member in archive.namelist())


def test_members_of_an_archive_lose_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/a.csv", "id,name\n1,a\n2,b\n")
        archive.writestr("note.pdf", "a person")
        archive.writestr("b.json", '[{"id": 3}, {"id": 4}]')
        archive.writestr("c.csv", "id,name\n")
        archive.writestr("d.csv", "id,name\n5,e\n")
    fresh = rewrite(path, [2, 3, 5])
    with zipfile.ZipFile(path) as archive:
        found = {member: archive.read(member) for member in archive.namelist()}
    assert found == {
        "x/a.csv": b"id,name\n1,a\n",
        "b.json": b'[{"id": 4}]',
        "c.csv": b"id,name\n",
        "d.csv": b"id,name\n",
    }
    assert rewrite(path, []) == fresh
