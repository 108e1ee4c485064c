"""What was said: texts as they can be read, who answered, and whether that was a program."""

from __future__ import annotations

from typing import Any

import pytest

from omni_identity.channels.message_texts import MAX_TEXT_CHARACTERS, take_messages
from tests.channels.conftest import Read

FEED: dict[str, Any] = {
    "interaction_id": "id",
    "kind": {"value": "message"},
    "occurred_at": "at",
    "mapping": {"text": "body", "agent": "by", "bot": "robot"},
}


def said(interactions_of: Read, body: str, by: str = "", robot: str = "") -> list[tuple[Any, ...]]:
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in (body, by, robot))
    batch = interactions_of(f"id,at,body,by,robot\n1,2024-05-01 10:00,{row}\n", "a.csv", **FEED)
    rows, messages = take_messages(batch.accepted)
    assert not {"text", "agent", "bot"} & set(rows.columns)
    assert messages is not None
    return messages.select("row_number", "text", "agent", "bot").rows()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (" Where is it? \n Order 5 ", "Where is it? \n Order 5"),
        ("<p>Hi&nbsp;there</p><p>a &lt; b<br>c</p>", "Hi there\na < b\nc"),
        ("<html><head><style>p {x}</style></head><p>Hi</p></html>", "Hi"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("x" * (MAX_TEXT_CHARACTERS + 5), "x" * MAX_TEXT_CHARACTERS),
    ],
)
def test_a_text_is_what_a_person_reads(interactions_of: Read, body: str, text: str) -> None:
    assert said(interactions_of, body) == [(1, text, None, None)]


def test_of_html_that_says_nothing_there_is_no_text(interactions_of: Read) -> None:
    assert said(interactions_of, "<p></p>") == []
    assert said(interactions_of, "") == []


@pytest.mark.parametrize(
    ("robot", "is_bot"),
    [("yes", True), ("TRUE", True), ("bot", True), ("Chatbot Robin", True), ("no", False), ("admin", False)],
)  # fmt: skip
def test_a_bot_is_told_from_an_agent(interactions_of: Read, robot: str, is_bot: bool) -> None:
    assert said(interactions_of, "Hi", "Robin", robot) == [(1, "Hi", "Robin", is_bot)]
