"""Rows inside JSON documents: lists that rows leads to, paths from a row, and documents without one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omni_identity.channels.batches import PassedOver
from tests.channels.conftest import Read, reasons

HOOK = {
    "files": "landing/*",
    "rows": "entry.*.changes.*.value.messages.*",
    "interaction_id": "id",
    "contact": "from",
    "kind": "type",
    "occurred_at": "timestamp",
    "kinds": {"text": "message"},
    "mapping": {
        "subject": "text.body",
        "store": "^metadata.phone_number_id",
        "campaign": "^^field",
        "reference_id": "^^^id",
        "status": "^^^^object",
    },
}


def payload(*values: dict[str, Any], entry: str = "E1") -> dict[str, Any]:
    changes = [
        {"field": "messages", "value": {"metadata": {"phone_number_id": "P"}} | v} for v in values
    ]
    return {"object": "account", "entry": [{"id": entry, "changes": changes}]}


def message(number: int, **more: Any) -> dict[str, Any]:
    base = {"id": f"m{number}", "from": f"4917155502{number:02}", "type": "text"}
    return base | {"timestamp": str(1700000000 + number), "text": {"body": f"no. {number}"}} | more


def lines(*documents: Any) -> str:
    return "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)


STATUS = payload({"statuses": [{"id": "s1", "status": "delivered"}]})


def test_every_element_of_the_lists_is_a_row(interactions_of: Read) -> None:
    content = lines(
        payload({"messages": [message(1), message(2)]}, {"messages": [message(3)]}),
        STATUS,
        payload({"messages": message(4)}, entry="E2"),  # a lone object is a list of one
        payload({"messages": []}),
    )
    batch = interactions_of(content, "a.jsonl", **HOOK)
    columns = (
        "row_number",
        "interaction_id",
        "subject",
        "store",
        "campaign",
        "reference_id",
        "status",
    )
    assert batch.accepted.select(columns).rows() == [
        (1000001, "m1", "no. 1", "P", "messages", "E1", "account"),
        (1000002, "m2", "no. 2", "P", "messages", "E1", "account"),
        (1000003, "m3", "no. 3", "P", "messages", "E1", "account"),
        (3000001, "m4", "no. 4", "P", "messages", "E2", "account"),
    ]
    assert reasons(batch) == []
    assert batch.passed_over == PassedOver(absent=2)


def test_a_broken_row_is_held_back_by_itself(interactions_of: Read) -> None:
    broken = message(2)
    del broken["type"]
    content = lines(payload({"messages": [message(1), broken, "hello"]})) + "nonsense\n"
    batch = interactions_of(content, "a.jsonl", **HOOK)
    assert batch.accepted["interaction_id"].to_list() == ["m1"]
    assert sorted(reasons(batch)) == [
        (1000002, "missing_kind"), (1000003, "invalid_json"), (2000000, "invalid_json"),
    ]  # fmt: skip
    texts = dict(batch.quarantined.select("row_number", "payload").iter_rows())
    assert json.loads(texts[1000002]) == broken


def test_a_document_is_one_list(contacts_of: Read) -> None:
    content = json.dumps(
        {"shop": "S", "data": [{"id": 1, "name": "Ada"}, {"id": 2, "tags": ["a"]}]}
    )
    feed = {"rows": "data.*", "record_id": ["^shop", "id"], "mapping": {"full_name": "name"}}
    batch = contacts_of(content, "a.json", **feed)
    assert batch.accepted.select("row_number", "source_record_id").rows() == [
        (1000001, "S|1"), (1000002, "S|2"),
    ]  # fmt: skip


POSITIONAL = {
    "interaction_id": "entry.0.changes.0.value.messages.0.id",
    "kind": "entry.0.changes.0.value.messages.0.type",
    "occurred_at": "entry.0.changes.0.value.messages.0.timestamp",
    "kinds": {"text": "message"},
}


def test_a_document_without_the_object_of_the_id_is_passed_over(interactions_of: Read) -> None:
    nameless = message(2)
    del nameless["id"]
    content = lines(payload({"messages": [message(1)]}), STATUS, payload({"messages": [nameless]}))
    batch = interactions_of(content, "a.jsonl", **POSITIONAL)
    assert batch.accepted["interaction_id"].to_list() == ["m1"]
    assert reasons(batch) == [(3, "missing_interaction_id")]
    assert batch.passed_over == PassedOver(absent=1)


@pytest.mark.parametrize(
    ("document", "is_absent"),
    [
        ({"update_id": 1, "edited_message": {"message_id": 1}}, True),
        ({"update_id": 1, "message": None}, True),
        ({"update_id": 1, "message": {}}, False),
        ({"update_id": 1, "message": {"message_id": None}}, False),
        ({"update_id": 1, "message": {"message_id": ""}}, False),
        ({"update_id": 1, "message.message_id": ""}, False),  # a key of that very name
    ],
)
def test_a_row_whose_object_is_there_is_broken_without_an_id(
    interactions_of: Read, document: dict[str, Any], is_absent: bool
) -> None:
    good = {"message": {"message_id": 7, "kind": "message", "date": 1700000000}}
    feed = {
        **{"interaction_id": "message.message_id", "kind": "message.kind"},
        **{"occurred_at": "message.date"},
    }
    batch = interactions_of(lines(good, document), "a.jsonl", **feed)
    assert batch.passed_over.absent == is_absent
    assert reasons(batch) == ([] if is_absent else [(2, "missing_interaction_id")])


def test_a_plain_id_that_is_missing_is_a_broken_row(interactions_of: Read) -> None:
    content = lines({"id": 1, "type": "order", "ts": "2024-01-01"}, {"type": "order"})
    batch = interactions_of(content, "a.jsonl")
    assert reasons(batch) == [(2, "missing_interaction_id")]
    assert batch.passed_over == PassedOver()
