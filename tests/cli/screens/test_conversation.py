"""What a customer's handoffs look like on the screen: every state that one may be in, in words."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import duckdb
import pytest
from rich.console import Console

from omni_identity.cli.screens.conversation import handoffs
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import published_tables

NOON = datetime(2026, 3, 2, 12)
Row = dict[str, Any]


def handoff(number: int, **said: Any) -> Row:
    """One of Anna's handoffs, each an hour after the one before."""
    return {
        "golden_id": "anna",
        "kind": "channel_change",
        "from_channel": "support",
        "to_channel": "whatsapp",
        "occurred_at": NOON + timedelta(hours=number),
        "seconds_between": 7200,
        **said,
    }


def shown(*rows: Row) -> list[str]:
    """The lines of the screen, with bars between what stands in them."""
    connection = duckdb.connect()
    table = published_tables(Vocabulary())["handoffs"]
    columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
    connection.execute(f"create table handoffs ({columns})")
    for row in rows:
        names = ", ".join(row)
        values = ", ".join(f"${name}" for name in row)
        connection.execute(f"insert into handoffs ({names}) values ({values})", row)
    console = Console(width=160, file=(out := StringIO()))
    console.print(handoffs(connection, {"id": "anna"}))
    lines = (re.split(r"\s{2,}", line.strip()) for line in out.getvalue().splitlines())
    return [" | ".join(cells) for cells in lines if cells != [""]]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (
            {
                "context_carried": False, "asked_again": True, "said_again": "number, topic",
                "seconds_lost": 9000, "is_resolved": True, "resolved_by": "agent",
            },
            "support > whatsapp | channel change | 2 h | no | number, topic | 2.5 h | by an agent",
        ),
        (
            {
                "context_carried": True, "carried_by": "ticket", "asked_again": False, "said_again": "",
                "seconds_lost": 0, "is_resolved": False,
            },
            "support > whatsapp | channel change | 2 h | ticket | no | no",
        ),
        (
            {"kind": "self_service_to_human", "from_channel": "web", "to_channel": "support", "seconds_between": 60},
            "web > support | self service to human | 1 min | not yet",
        ),
        (
            {"is_resolved": True, "seconds_between": 4 * 86400, "resolved_by": "self_service"},
            "support > whatsapp | channel change | 4 d | by themselves",
        ),
        ({"is_resolved": True}, "support > whatsapp | channel change | 2 h | yes"),
    ],
)  # fmt: skip
def test_a_handoff_says_what_it_cost_and_what_became_of_it(said: Row, line: str) -> None:
    title, headings, found = shown(handoff(1, **said))
    assert title == "Handoffs (1)"
    assert headings == "when | from > to | kind | after | carried | asked again | lost | resolved"
    assert found == f"2026-03-02 13:00 | {line}"


def test_the_newest_comes_first_and_others_are_not_shown() -> None:
    lines = shown(*(handoff(n) for n in range(7)), handoff(9, golden_id="ben"))
    assert [line[11:16] for line in lines[2:5]] == ["18:00", "17:00", "16:00"]
    assert lines[0] == "Handoffs (7)"
    assert lines[5:] == ["... and 4 more"]


def test_who_stays_in_one_channel_has_no_line() -> None:
    assert shown(handoff(1, golden_id="ben")) == []
