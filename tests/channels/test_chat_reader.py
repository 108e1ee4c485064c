"""WhatsApp's chat exports: where a message begins, who wrote it, and what is no message."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.channels.chat_reader import message_bounds
from omni_identity.erasure.files.rewriting import prepare_rewrite

from .conftest import Read, configure, reasons

FEED = {
    "format": "whatsapp_chat",
    "interaction_id": "message_id",
    "contact": "sender",
    "kind": {"value": "message"},
    "occurred_at": "time",
    "mapping": {"subject": "text"},
}


@pytest.mark.parametrize(
    ("line", "at", "sender", "text"),
    [
        ("[12.03.24, 14:05:11] Ada: Hi", "2024-03-12 14:05:11", "Ada", "Hi"),
        ("\u200e[12.03.24, 14:05:11] Ada: \u200eHi", "2024-03-12 14:05:11", "Ada", "Hi"),
        ("[3/25/24, 2:05:11\u202fPM] Ada: Hi", "2024-03-25 14:05:11", "Ada", "Hi"),
        ("[25/3/24, 2:05:11 am] Ada: Hi", "2024-03-25 02:05:11", "Ada", "Hi"),
        ("[2024-03-12, 14:05:11] Ada: Hi", "2024-03-12 14:05:11", "Ada", "Hi"),
        ("12/03/2024, 14:05 - Ada: Hi", "2024-03-12 14:05:00", "Ada", "Hi"),
        ("12/03/2024 14:05 - Ada: Hi", "2024-03-12 14:05:00", "Ada", "Hi"),
        ("12.03.2024, 14:05 - Ada: Hi", "2024-03-12 14:05:00", "Ada", "Hi"),
        ("3/25/24, 2:05 PM - Ada: Hi", "2024-03-25 14:05:00", "Ada", "Hi"),
        ("25/3/24, 2:05 p.\u00a0m. - Ada: Hi", "2024-03-25 14:05:00", "Ada", "Hi"),
        ("12-03-2024 14:05 - Ada: Hi", "2024-03-12 14:05:00", "Ada", "Hi"),
        ("12/03/2024, 14:05 - ~\u202fAda L: Hi", "2024-03-12 14:05:00", "Ada L", "Hi"),
        ("12/03/2024, 14:05 - +49 151 2345: a: b", "2024-03-12 14:05:00", "+49 151 2345", "a: b"),
        ("12/03/2024, 14:05 - Ada:", "2024-03-12 14:05:00", "Ada", None),
        ("12/03/2024, 14:05 - You left", "2024-03-12 14:05:00", None, "You left"),
    ],
)
def test_a_message(
    interactions_of: Read, line: str, at: str, sender: str | None, text: str | None
) -> None:
    batch = interactions_of(f"{line}\n", "chat.txt", **FEED, date_order="dmy")
    (row,) = batch.accepted.to_dicts()
    assert (str(row["occurred_at"]), row["source_record_id"]) == (at, sender)
    assert row["subject"] == text
    assert row["kind"] == "message"


def test_a_message_reaches_to_the_next_one(interactions_of: Read) -> None:
    text = "12/03/2024, 14:05 - Ada: one\n\ntwo - 12/03\n12/03/2024, 14:06 - Bo: three"
    batch = interactions_of(text, "chat.txt", **FEED)
    assert batch.accepted["subject"].to_list() == ["one\n\ntwo - 12/03", "three"]
    assert batch.accepted["row_number"].to_list() == [1, 2]


def test_ids_stay_when_a_chat_grows_and_tell_equal_messages_apart(interactions_of: Read) -> None:
    text = "12/03/2024, 14:05 - Ada: ok\n12/03/2024, 14:05 - Ada: ok\n"
    first = interactions_of(text, "chat.txt", **FEED).accepted["interaction_id"].to_list()
    later = interactions_of(text + "13/03/2024, 08:00 - Ada: hm\n", "chat.txt", **FEED)
    assert len(set(first)) == 2
    assert later.accepted["interaction_id"].to_list()[:2] == first


@pytest.mark.parametrize(
    ("content", "reason"), [("", "empty_file"), ("a,b\n1,2\n", "unreadable_file")]
)
def test_a_text_without_messages(interactions_of: Read, content: str, reason: str) -> None:
    assert reasons(interactions_of(content, "chat.txt", **FEED)) == [(None, reason)]


def test_bytes_that_are_no_text_hold_back_their_message_alone(interactions_of: Read) -> None:
    content = b"12/03/2024, 14:05 - Ada: \xff\n12/03/2024, 14:06 - Bo: hi\n"
    batch = interactions_of(content, "chat.txt", **FEED)
    assert reasons(batch) == [(1, "undecodable_bytes")]
    assert batch.accepted["source_record_id"].to_list() == ["Bo"]


def test_bounds_count_bytes() -> None:
    data = "preface\n12/03/2024, 14:05 - Ö: ü\n12/03/2024, 14:06 - Bo: x".encode()
    starts, ends = message_bounds(data)
    assert [data[a:b] for a, b in zip(starts, ends, strict=True)] == [
        "12/03/2024, 14:05 - Ö: ü\n".encode(),
        b"12/03/2024, 14:06 - Bo: x",
    ]


def test_messages_are_taken_out_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_text(
        "12/03/2024, 14:05 - Ö: ü\nmore\n12/03/2024, 14:06 - Bo: x\n", encoding="utf-8-sig"
    )
    feed = configure(interactions={"files": "*.txt", **FEED}).channel("web").interactions
    assert feed is not None
    rewrite = prepare_rewrite(path, feed, [1])
    assert rewrite.fresh.read_text(encoding="utf-8-sig") == "12/03/2024, 14:06 - Bo: x\n"
