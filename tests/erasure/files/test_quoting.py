"""Files that quote erased persons: in every format and encoding, and nothing but the quotation changes."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from omni_identity.channels.marked_texts import marked_payloads
from omni_identity.channels.parts import parts_of
from omni_identity.channels.quotations import MARK, Quotations
from omni_identity.channels.suppression import Suppression, keyed_hash
from omni_identity.channels.workbook import Cell, read_sheets
from omni_identity.erasure.files import quoting
from omni_identity.erasure.files.quoting import find_quoting_files, is_quoting, mark_file
from omni_identity.erasure.files.rewriting import prepare_rewrite
from omni_identity.erasure.files.workbook_writer import write_ods, write_xlsx
from omni_identity.erasure.identifiers import identifier_standardiser
from omni_identity.erasure.traces import RecordColumns
from tests.channels.conftest import configure

KEY = b"k" * 32


@pytest.fixture(scope="module")
def quotations() -> Quotations:
    known = {"email": "anna@mail.org", "phone": "+12125550136"}
    hashes = {kind: frozenset([keyed_hash(KEY, kind, v)]) for kind, v in known.items()}
    standardise = identifier_standardiser(configure({}, country="US"))
    return Quotations(Suppression(KEY, hashes, standardise, (), ("US",)))


def rewritten(path: Path, content: bytes, encoding: str, quotations: Quotations) -> bytes:
    path.write_bytes(content)
    feed = RecordColumns(encoding=encoding)
    assert is_quoting(path, feed, quotations)
    assert find_quoting_files([(path, feed)], quotations) == ({path}, {})
    copy = path.with_name(".copy")
    shutil.copy(path, copy)
    with path.open("rb") as file:
        (part,) = parts_of(path, feed, file)
        mark_file(copy, part, feed, quotations)
    path.write_bytes(copy.read_bytes())
    assert not is_quoting(path, feed, quotations)
    assert find_quoting_files([(path, feed)], quotations) == (set(), {})
    assert {p.name for p in path.parent.iterdir()} == {path.name, ".copy"}
    return path.read_bytes()


LINES = [
    "channel;source_record_id;note",
    'web;1;"écris à ""anna""@mail.org"',
    'web;2;"two\r\nlines, (212) 555-0136"',
    "web;3;anna@mail.org",
    "web;4;hanna@mail.org",
]
MARKED = [
    LINES[0],
    f'web;1;"écris à {MARK}"',
    f'web;2;"two\r\nlines, {MARK}"',
    f"web;3;{MARK}",
    LINES[4],
]


@pytest.mark.parametrize(
    ("encoding", "begin", "end"),
    [
        *(("utf-8", b"", b"\r\n"), ("utf-8", b"\xef\xbb\xbf", b"\r\nweb;5;\xff not text")),
        *(("cp1252", b"", b"\r\nweb;5;\x81 no character"), ("utf-16-le", b"\xff\xfe", b"\r\0\n\0\x00\xd8x\0\n\0")),
        *(("utf-16-be", b"\xfe\xff", b"\0\r\0\nx"), ("utf-16-le", b"", b"")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_zipped", [False, True])
def test_text_files_keep_every_other_byte(
    tmp_path: Path, quotations: Quotations, encoding: str, begin: bytes, end: bytes, is_zipped: bool
) -> None:
    written, expected = ("\r\n".join(lines).encode(encoding) for lines in (LINES, MARKED))
    pack: Callable[[bytes], bytes] = gzip.compress if is_zipped else bytes
    path = tmp_path / f"one.csv{'.gz' if is_zipped else ''}"
    content = rewritten(path, pack(begin + written + end), encoding, quotations)
    assert (gzip.decompress(content) if is_zipped else content) == begin + expected + end


def test_json_lines_are_read_with_their_escapes(tmp_path: Path, quotations: Quotations) -> None:
    lines = [
        '{"id": 1,  "n": "line\\nanna\\uff20mail.org", "x": "\\u00e9"}',
        '{"id":2,"deep":{"list":["call 212.555.0136","é"]}}',
        '{"id": 3, "alt": 12125550136}',
        '{"id": 4, "n": "say \\"anna\\"@mail.org", "url": "https:\\/\\/x.de"}',
        '{"id": 5, "broken": "anna\\u0040mail.org',
        '{"id": 6, "n": "nanna@mail.org"}',
    ]
    path = tmp_path / "one.jsonl"
    content = rewritten(path, "\n".join(lines).encode() + b"\n", "utf-8", quotations).decode()
    got = content.split("\n")
    assert got[0] == f'{{"id": 1,  "n": "line\\n{MARK}", "x": "\\u00e9"}}'
    assert got[1] == f'{{"id":2,"deep":{{"list":["call {MARK}","é"]}}}}'
    assert json.loads(got[2]) == {"id": 3, "alt": MARK}
    assert json.loads(got[3]) == {"id": 4, "n": f"say {MARK}", "url": "https://x.de"}
    assert got[4] == f'{{"id": 5, "broken": "{MARK}'
    assert got[5:] == [lines[5], ""]


@pytest.mark.parametrize("is_zipped", [False, True])
def test_parquet_keeps_schema_groups_and_other_values(
    tmp_path: Path, quotations: Quotations, is_zipped: bool
) -> None:
    table = pa.table(
        {
            "id": [1, 2, 3],
            "note": pa.array(["anna@mail.org", None, "hello"]),
            "tags": pa.array([["x", "call 2125550136"], [], None]),
            "kind": pa.array(["a", "anna＠mail.org", "a"]).dictionary_encode(),
            "who": pa.array([{"mail": "ANNA@mail.org", "n": 12125550136}, None, {"mail": None, "n": 1}]),
        }
    )  # fmt: skip
    target = io.BytesIO()
    parquet.write_table(table, target, row_group_size=2, compression="zstd")
    pack: Callable[[bytes], bytes] = gzip.compress if is_zipped else bytes
    path = tmp_path / f"one.parquet{'.gz' if is_zipped else ''}"
    content = rewritten(path, pack(target.getvalue()), "utf-8", quotations)
    found = parquet.ParquetFile(io.BytesIO(gzip.decompress(content) if is_zipped else content))
    assert found.schema_arrow == table.schema
    assert found.num_row_groups == 2
    got = found.read().to_pydict()
    assert got["note"] == [MARK, None, "hello"]
    assert got["tags"] == [["x", f"call {MARK}"], [], None]
    assert got["kind"] == ["a", MARK, "a"]
    assert got["who"] == [{"mail": MARK, "n": 12125550136}, None, {"mail": None, "n": 1}]


def test_files_that_quote_nobody_are_left_alone(tmp_path: Path, quotations: Quotations) -> None:
    for name in ("one.csv", "one.jsonl", "one.csv.gz", "one.txt"):
        path = tmp_path / name
        text = b'{"channel": "web", "mail": "hanna@mail.org"}\n'
        path.write_bytes(gzip.compress(text) if name.endswith("gz") else text)
        assert not is_quoting(path, RecordColumns(), quotations)


def test_payloads_are_texts_or_json(quotations: Quotations) -> None:
    texts = pl.Series(["a;anna@mail.org;b", '{"x": "anna\\uff20mail.org"}', None, "\\u0041"])
    marked = [f"a;{MARK};b", f'{{"x": "{MARK}"}}', None, "\\u0041"]
    assert marked_payloads(texts, quotations).to_list() == marked


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("is_zipped", [False, True])
def test_json_documents_stay_json(
    tmp_path: Path, quotations: Quotations, encoding: str, is_zipped: bool
) -> None:
    rows = [{"id": 1, "note": 'écris à "anna@mail.org"'}, {"id": 2, "note": "no"}, 12125550136]
    marked = [{"id": 1, "note": f'écris à "{MARK}"'}, {"id": 2, "note": "no"}, MARK]
    pack: Callable[[bytes], bytes] = gzip.compress if is_zipped else bytes
    for indent in (None, 2):
        path = tmp_path / f"one.json{'.gz' if is_zipped else ''}"
        written = json.dumps(rows, indent=indent, ensure_ascii=encoding == "utf-8")
        fresh = rewritten(path, pack(written.encode(encoding)), encoding, quotations)
        plain = (gzip.decompress(fresh) if is_zipped else fresh).decode(encoding)
        assert json.loads(plain) == marked
        assert plain == json.dumps(marked, indent=indent, ensure_ascii=encoding == "utf-8")


@pytest.mark.parametrize("name", ["one.xlsx", "one.ods"])
def test_every_sheet_of_a_workbook_is_looked_through(
    tmp_path: Path, quotations: Quotations, name: str
) -> None:
    content = io.BytesIO()
    sheets: list[tuple[str, list[list[Cell]]]] = [
        ("People", [["channel", "source_record_id", "note"], ["web", 1.0, "x"]]),
        ("Notes", [["call 212-555-0136", 12125550136.0], ["", 7.5]]),
    ]
    (write_ods if name.endswith("ods") else write_xlsx)(sheets, content)
    rewritten(tmp_path / name, content.getvalue(), "utf-8", quotations)
    with (tmp_path / name).open("rb") as file:
        found = dict(read_sheets(tmp_path / name, RecordColumns(), file))
    assert found["Notes"] == [[f"call {MARK}", MARK], ["", 7.5]]
    assert found["People"] == [["channel", "source_record_id", "note"], ["web", 1.0, "x"]]


def test_members_of_an_archive_are_looked_through(tmp_path: Path, quotations: Quotations) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "channel,source_record_id,note\nweb,1,anna@mail.org\n")
        archive.writestr("b.csv", "channel,source_record_id,note\nweb,1,hanna@mail.org\n")
    assert is_quoting(path, RecordColumns(), quotations)
    assert prepare_rewrite(path, RecordColumns(), [], quotations=quotations).put_in_place()
    assert not is_quoting(path, RecordColumns(), quotations)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("a.csv") == f"channel,source_record_id,note\nweb,1,{MARK}\n".encode()
        assert b"hanna@mail.org" in archive.read("b.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("block", [1, 60, 1 << 22])
def test_files_that_are_looked_at_together_are_told_apart(
    tmp_path: Path, quotations: Quotations, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    """However many texts are looked at together; one that cannot be opened stops no other."""
    contents = {
        "a.csv": "channel;source_record_id;note\nweb;1;nobody\n",
        "b.csv": "channel;source_record_id;note\nweb;1;anna@mail.org\n",
        "c.jsonl": '{"note": "anna\\u0040mail.org"}\n{"note": "b"}\n',
        "d.jsonl": '{"note": "no"}\n',
        "e.csv": "",
        "f.csv": "channel;source_record_id;note\nweb;2;(212) 555-0136\n",
        "h.dat": "anna@mail.org",
    }
    for name, text in contents.items():
        (tmp_path / name).write_text(text)
    parquet.write_table(
        pa.table({"note": ["x", "anna@mail.org"], "n": [1, 2]}), tmp_path / "i.parquet"
    )
    parquet.write_table(pa.table({"note": [["x"], ["y"]]}), tmp_path / "j.parquet")
    monkeypatch.setattr(quoting, "_TOGETHER_BYTES", block)
    names = sorted([*contents, "g.csv", "i.parquet", "j.parquet"])
    files = [(tmp_path / name, RecordColumns()) for name in names]
    found, faults = find_quoting_files(files, quotations)
    assert {path.name for path in found} == {"b.csv", "c.jsonl", "f.csv", "i.parquet"}
    assert {path.name for path in faults} == {"g.csv"}
