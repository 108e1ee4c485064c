"""JSON documents: arrays, pretty-printed objects and one after another are rows like lines are."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.channels import json_documents
from omni_identity.channels.byte_stream import ByteStream
from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.json_documents import are_documents, read_documents

from .conftest import Read, ids, reasons

ROWS = [{"id": 1, "name": 'a "b" [,]{}\\'}, {"id": 2, "name": None, "more": {"x": [1, {"y": "}"}]}}]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        json.dumps(ROWS, indent="\t").replace("\n", "\r\n") + "\r\n",
        "\n\n" + json.dumps(ROWS),
        "\n".join(json.dumps(row, indent=4) for row in ROWS),
        "".join(json.dumps(row) for row in ROWS),
        "\n".join(json.dumps(row) + "," for row in ROWS),
        "\n".join(json.dumps(row) for row in ROWS),
        f"[{json.dumps(ROWS[0])}]\n[{json.dumps(ROWS[1])}]",
        f"[{json.dumps(ROWS[0])},]{json.dumps(ROWS[1], indent=1)}[]",
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_every_way_to_write_objects_gives_the_same_rows(
    contacts_of: Read, text: str, name: str
) -> None:
    batch = contacts_of(text, name)
    assert ids(batch) == [(1, "1"), (2, "2")]
    assert batch.accepted["first_name"].to_list() == ['a "b" [,]{}\\', None]
    assert reasons(batch) == []


def test_one_pretty_printed_object_is_one_row(contacts_of: Read) -> None:
    batch = contacts_of(json.dumps({"id": "x", "mail": ["a@b.org", "c@d.org"]}, indent=2), "a.json")
    assert batch.accepted["email"].to_list() == [["a@b.org", "c@d.org"]]


def test_elements_that_are_no_objects_are_held_back_alone(contacts_of: Read) -> None:
    batch = contacts_of('[{"id": 1}, 7, "x", null, {"id" 2}, [3], {"id": 4}]', "a.json")
    assert ids(batch) == [(1, "1"), (7, "4")]
    assert reasons(batch) == [(n, "invalid_json") for n in (2, 3, 4, 5, 6)]
    assert batch.quarantined["payload"][3] == '{"id" 2}'


@pytest.mark.parametrize(
    ("text", "rows", "what"),
    [
        ('[{"id": 1}, {"id": 2', [(1, "1")], "a bracket is not closed"),
        ('[{"id": 1}, {"id": 2}', [(1, "1")], "a bracket is not closed"),
        ('[{"id": 1}]]  ', [(1, "1")], "a bracket closes that was not opened"),
        ('{\n"id": 1\n}\n{\n"id":', [(1, "1")], "a bracket is not closed"),
    ],
)
def test_what_breaks_off_keeps_the_rows_before(
    contacts_of: Read, text: str, rows: list[tuple[int, str]], what: str
) -> None:
    batch = contacts_of(text, "a.json")
    assert ids(batch)[:1] == rows
    assert reasons(batch)[-1] == (None, "truncated_file")
    assert batch.quarantined["detail"][-1] == f"the JSON breaks off: {what}"


def test_an_empty_array_has_no_row(contacts_of: Read) -> None:
    assert reasons(contacts_of("[ ]\n", "a.json")) == [(None, "empty_file")]


def test_a_first_line_that_breaks_off_is_a_broken_line(contacts_of: Read) -> None:
    batch = contacts_of('{"id": 1, "name":\n{"id": 2}\n{"id": 3}\n', "a.json")
    assert ids(batch) == [(2, "2"), (3, "3")]
    assert reasons(batch) == [(1, "invalid_json")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(contacts_of: Read, encoding: str) -> None:
    text = json.dumps([{"id": 1, "name": "Zoë"}], ensure_ascii=False, indent=1)
    declared = encoding if encoding == "cp1252" else "utf-8"
    batch = contacts_of(text.encode(encoding), "a.json", encoding=declared)
    assert batch.accepted["first_name"].to_list() == ["Zoë"]


def documents(content: bytes, block: int) -> list[bytes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_documents, "BLOCK_BYTES", block)
        patch.setattr(json_documents, "SAMPLE_BYTES", block)
        stream = ByteStream(Path("a.json"), file=io.BytesIO(content))
        found: list[bytes] = []
        for part in read_documents(stream):
            starts, ends = part.bounds()
            assert part.first == len(found) + 1
            assert [content[a:b] for a, b in zip(starts, ends, strict=True)] == part.raw.to_list()
            found += part.raw.to_list()
        return found


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('ab"\\[]{},:\n ü', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text('k"\\[{,', max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    rows=st.lists(st.dictionaries(st.text("ab", max_size=2), VALUE, max_size=3), max_size=8),
    indent=st.sampled_from([None, 1]),
    block=st.sampled_from([7, 64, 1 << 20]),
)
def test_blocks_of_any_size_give_the_same_elements(
    rows: list[dict[str, object]], indent: int | None, block: int
) -> None:
    content = json.dumps(rows, indent=indent, ensure_ascii=False).encode()
    assert [json.loads(d) for d in documents(content, block)] == rows


def test_a_document_that_is_too_long_says_what_to_deliver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_documents, "MAX_DOCUMENT_BYTES", 100)
    with pytest.raises(FileFault, match="longer than") as caught:
        documents(json.dumps({"data": ["x" * 50_000]}, indent=1).encode(), 64)
    assert "jq -c '.NAME[]'" in caught.value.advice


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (b'{"id": 1}\n{"id": 2}', False),
        (b'{"id": 1}', False),
        (b"not json\n", False),
        (b'{broken\n{"id": 2}\n', False),
        (b'{"a": 1}{"a": 2}', True),
        (b"[]", True),
        (b"\xef\xbb\xbf[1]", True),
        (b'{\n"data": [\n{"id": 1},', True),
        (b'{"data": [\n{"id": 1}\n]}', True),
        (b'{"data": [\n  {"id": 1,\n  "x": 2},\n', True),
    ],
)
def test_what_is_read_as_documents(sample: bytes, expected: bool) -> None:
    assert are_documents(sample) is expected
