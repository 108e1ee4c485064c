"""Packed files and archives: their members are read as one file, and what is not harmless is not unpacked."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from omni_identity.channels import parts
from omni_identity.channels.file_faults import FileFault

from .conftest import Read, ids, reasons
from .test_workbook_reader import ROWS, book

CSV = b"id,name,mail\n1,Ann,a@mail.org\n2,Ben,\n"


def zst(content: bytes) -> bytes:
    return pa.Codec("zstd").compress(content).to_pybytes()


def bytes_apart(value: object) -> str | None:
    """What a case is called by: packed bytes hold the time, and workers have to agree."""
    return "bytes" if isinstance(value, bytes) else None


def archive(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in members.items():
            written.writestr(name, data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv.zst", zst(CSV)),
        ("a.tsv.zst", zst(CSV.replace(b",", b"\t"))),
        ("a.json.zst", zst(json.dumps([{"id": 1}, {"id": 2}]).encode())),
        ("a.json.gz", gzip.compress(json.dumps([{"id": 1}, {"id": 2}], indent=1).encode())),
        ("a.zip", archive(**{"x/one.csv": CSV})),
        ("a.csv.zip", archive(**{"a.csv": CSV, "__MACOSX/._a.csv": b"\0", ".DS_Store": b"\0"})),
        ("a.zip", archive(**{"one.csv": CSV, "readme.txt": b"Hello", "logo.png": b"\x89PNG"})),
        ("a.zip", archive(**{"one.txt": CSV})),
        ("a.ZIP", archive(**{"one.JSON": b'[{"id": 1}, {"id": 2}]'})),
    ],
    ids=bytes_apart,
)
def test_what_is_packed_is_read(contacts_of: Read, name: str, content: bytes) -> None:
    batch = contacts_of(content, name)
    assert ids(batch) == [(1, "1"), (2, "2")]
    assert reasons(batch) == []


def test_members_are_one_file_whose_rows_are_numbered_through(contacts_of: Read) -> None:
    more = b"mail,id,name\nc@mail.org,3,Cy\n,,nobody\nd@mail.org,4,Di,too much\n"
    lines = b'{"id": 5}\nbroken\n'
    content = archive(
        **{"b.csv": CSV, "a.csv": more, "c.jsonl": lines, "d.xlsx": book([("S", ROWS)])}
    )
    batch = contacts_of(content, "a.zip")
    assert ids(batch) == [
        (1, "1"),
        (2, "2"),
        (3, "3"),
        (6, "5"),
        (9, "007"),
        (11, "1001"),
        (12, "1002"),
    ]
    assert reasons(batch) == [
        (4, "missing_record_id"),
        (5, "wrong_field_count"),
        (7, "invalid_json"),
    ]
    assert batch.quarantined["payload"].to_list()[0] == ",,nobody"


def test_a_word_by_the_members_name(contacts_of: Read) -> None:
    content = archive(
        **{"subscribed_1.csv": CSV, "unsubscribed_1.csv": CSV.replace(b"\n1", b"\n3")}
    )
    mapping = {"consent_email": {"by_file": {"*unsubscribed*": "no", "*subscribed*": "yes"}}}
    batch = contacts_of(content, "audience.zip", mapping=mapping)
    assert batch.accepted["consent_email"].to_list() == ["yes", "yes", "no", "no"]
    batch = contacts_of(
        content, "audience.zip", mapping={"consent_email": {"by_file": {"audience.*": "no"}}}
    )
    assert batch.accepted["consent_email"].to_list() == ["no"] * 4


def test_a_cut_off_zst_keeps_the_rows_before(contacts_of: Read) -> None:
    rows = b"".join(b"%d,n%d,\n" % (i, i * 7919 % 997) for i in range(200_000))
    content = zst(b"id,name,mail\n" + rows)
    batch = contacts_of(content[: len(content) // 2], "a.csv.zst")
    assert 10_000 < len(batch.accepted) < 200_000
    assert reasons(batch) == [(None, "truncated_file")]


def test_frames_of_zst_one_after_another(contacts_of: Read) -> None:
    assert len(ids(contacts_of(zst(CSV) + zst(b"3,x,\n"), "a.csv.zst"))) == 3


def encrypted() -> bytes:
    content = bytearray(archive(**{"a.csv": CSV}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (archive(**{"a.zip": archive(**{"a.csv": CSV})}), "holds another archive"),
        (archive(**{"a.csv.gz": gzip.compress(CSV)}), "holds another archive"),
        (archive(**{"../a.csv": CSV}), "leads out of it"),
        (archive(**{"/etc/a.csv": CSV}), "leads out of it"),
        (archive(**{"c:\\a.csv": CSV}), "leads out of it"),
        (archive(**{"x/../../a.csv": CSV}), "leads out of it"),
        (encrypted(), "encrypted"),
        (archive(), "no file in it"),
        (archive(**{"a.pdf": b"%PDF"}), "none of its files is of a format"),
        (archive(**{"a.csv": CSV})[:-30], "damaged"),
        (b"PK\x03\x04 no archive", "damaged"),
        (b"", "it is empty"),
    ],
    ids=bytes_apart,
)
def test_an_archive_that_is_not_read_says_why(contacts_of: Read, content: bytes, what: str) -> None:
    with pytest.raises(FileFault) as caught:
        contacts_of(content, "a.zip")
    assert what in caught.value.detail


def test_a_bomb_is_not_unpacked(contacts_of: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "HARMLESS_BYTES", 1 << 20)
    bomb = archive(**{"a.csv": b"id\n" + b"0" * (1 << 23)})
    with pytest.raises(FileFault, match="far more than it is"):
        contacts_of(bomb, "a.zip")
    twice = archive(**{"a.csv": CSV})
    assert ids(contacts_of(twice, "b.zip", files="landing/b.zip"))


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.csv", book([("S", ROWS)]), "a workbook or a ZIP archive"),
        ("a.csv", gzip.compress(CSV), "compressed with gzip"),
        ("a.json", zst(b"[]"), "compressed with Zstandard"),
        ("a.xlsx", CSV, "cannot be read as a workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Excel workbook"),
        ("a.csv", b"PAR1" + bytes(20), "a Parquet file"),
    ],
    ids=bytes_apart,
)
def test_a_file_that_is_not_what_its_name_says(
    contacts_of: Read, name: str, content: bytes, what: str
) -> None:
    with pytest.raises(FileFault) as caught:
        contacts_of(content, name)
    assert what in caught.value.detail


@pytest.mark.parametrize(
    ("name", "declared", "content"),
    [
        ("export.dat", "csv", CSV),
        ("export", "tsv", CSV.replace(b",", b"\t")),
        ("export.xls", "csv", CSV),
        ("export.txt", "jsonl", b'{"id": 1}\n{"id": 2}\n'),
        ("export.dat.gz", "json", gzip.compress(b'[{"id": 1}, {"id": 2}]')),
        ("export.zip", "csv", archive(**{"a.dat": CSV})),
    ],
    ids=bytes_apart,
)
def test_format_overrides_the_suffix(
    contacts_of: Read, name: str, declared: str, content: bytes
) -> None:
    assert ids(contacts_of(content, name, format=declared)) == [(1, "1"), (2, "2")]


def test_zst_of_the_tool_itself(contacts_of: Read, tmp_path: Path) -> None:
    plain = tmp_path / "a.csv"
    plain.write_bytes(CSV)
    try:
        subprocess.run(["zstd", "-q", str(plain)], check=True, timeout=20)
    except FileNotFoundError:
        pytest.skip("no zstd here")
    assert len(ids(contacts_of((tmp_path / "a.csv.zst").read_bytes(), "a.csv.zst"))) == 2
