"""JSON Lines: nested keys, lists, numbers as text, and broken lines held back one by one."""

from __future__ import annotations

import gzip
import json

import pytest

from omni_identity.channels import json_documents

from .conftest import Read, ids, reasons


def lines(*rows: object) -> str:
    return "\n".join(json.dumps(row) for row in rows) + "\n"


def test_values_become_text(contacts_of: Read) -> None:
    rows = [
        {"id": 12345678901234567890, "name": True, "mail": 1.5},
        {"id": "b", "name": None, "mail": ""},
        {"id": "c", "name": {"x": 1}},
        {"id": "d", "name": "[sic]", "mail": "Zoë 鈴木 \U0001f600"},
    ]
    batch = contacts_of(lines(*rows), "a.jsonl")
    assert [i for _, i in ids(batch)] == ["12345678901234567890", "b", "c", "d"]
    assert batch.accepted["first_name"].to_list() == ["true", None, '{"x":1}', "[sic]"]
    assert batch.accepted["email"].to_list() == [["1.5"], None, None, ["Zoë 鈴木 \U0001f600"]]


def test_lists_and_dotted_paths(contacts_of: Read) -> None:
    mapping = {"first_name": "who.names", "email": ["mails", "who.mail"], "phone": "a/b~c.d"}
    rows = [
        {"id": 1, "mails": [" a ", "b", None, ""], "who": {"mail": "c", "names": ["X", "Y"]}},
        {"id": 2, "mails": "d", "who": {"mail": ["e", 7]}},
        {"id": 3, "mails": [], "who": {}, "a/b~c.d": "literal"},
        {"id": 4, "a/b~c": {"d": "nested"}},
    ]
    batch = contacts_of(lines(*rows), "a.jsonl", mapping=mapping)
    assert batch.accepted["email"].to_list() == [["a", "b", "c"], ["d", "e", "7"], None, None]
    assert batch.accepted["first_name"].to_list() == ["X Y", None, None, None]
    assert batch.accepted["phone"].to_list() == [None, None, ["literal"], ["nested"]]


def test_broken_lines_hold_back_themselves_alone(contacts_of: Read) -> None:
    content = b'{"id": 1}\r\n\r\n{"id": 2\n[3]\n"4"\n{"id": "\xff"}\n{"id": "5"}\nnull'
    batch = contacts_of(content, "a.jsonl")
    assert ids(batch) == [(1, "1"), (6, "5")]
    assert sorted(reasons(batch)) == [
        *((n, "invalid_json") for n in (2, 3, 4)),
        (5, "undecodable_bytes"),
        (7, "invalid_json"),
    ]
    payloads = dict(batch.quarantined.select("row_number", "payload").rows())
    assert payloads[2] == '{"id": 2'
    assert payloads[5] == '{"id": "�"}'


def test_an_escaped_lone_surrogate_is_no_text(contacts_of: Read) -> None:
    batch = contacts_of('{"id": "1", "name": "\\ud800"}\n{"id": "2"}\n', "a.jsonl")
    assert [i for _, i in ids(batch)] == ["2"]


def test_deep_nesting_is_just_another_line(contacts_of: Read) -> None:
    deep = '{"id": 1, "x": ' + "[" * 20_000 + "]" * 20_000 + "}\n"
    batch = contacts_of(deep + '{"id": 2}\n', "a.jsonl")
    assert ids(batch)[-1] == (2, "2")


def test_gzip_whole_and_cut_off(contacts_of: Read) -> None:
    zipped = gzip.compress(
        lines(*({"id": i, "name": i * 7919 % 997} for i in range(5000))).encode()
    )
    assert len(contacts_of(zipped, "a.jsonl.gz").accepted) == 5000
    cut = contacts_of(zipped[: len(zipped) // 2], "a.jsonl.gz")
    assert 500 < len(cut.accepted) < 5000
    assert reasons(cut) == [(None, "truncated_file")]


@pytest.mark.parametrize(("content", "reason"), [("", "empty_file"), ("\n\n", "empty_file")])
def test_an_empty_file(contacts_of: Read, content: str, reason: str) -> None:
    assert reasons(contacts_of(content, "a.jsonl")) == [(None, reason)]


def test_blocks_and_overlong_lines(contacts_of: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_documents, "BLOCK_BYTES", 100)
    monkeypatch.setattr(json_documents, "SAMPLE_BYTES", 100)
    content = lines(*({"id": i, "name": "n" * (i % 50)} for i in range(60)))
    batch = contacts_of(content + lines({"id": "x" * 9_000}, {"id": "last"}), "a.jsonl")
    assert batch.accepted["row_number"].to_list() == [*range(1, 61), 62]
    assert reasons(batch) == [(61, "value_too_long")]


def test_encodings(contacts_of: Read) -> None:
    content = '{"id": 1, "name": "Zoë"}\n{"id": 2, "name": "ok"}\n'
    for encoding, declared in (("utf-8-sig", "utf-8"), ("utf-16", "utf-8"), ("cp1252", "cp1252")):
        batch = contacts_of(content.encode(encoding), "a.jsonl", encoding=declared)
        assert batch.accepted["first_name"].to_list() == ["Zoë", "ok"]
