"""Lines: several rows of a file that are one interaction, said by ``one_per`` or seen by what they lack."""

from __future__ import annotations

from typing import Any

import pytest

from omni_identity.channels.batches import PassedOver
from tests.channels.conftest import Read, reasons

HEADER = "Order,Mail,Status,Placed,Sku,Item,Qty,Each\n"
ORDERS = HEADER + (
    "#1,a@mailbox.org,paid,2024-05-01 10:00,S1,Mask,1,34.90\n"
    "#1,,,,S2,Serum,2,9.50\n"
    "#2,b@mailbox.org,paid,2024-05-02 10:00,S3,Hood,1,46\n"
    "#1,,,2024-05-01 10:00,S4,Brush,x,5\n"
)
FEED: dict[str, Any] = {
    "interaction_id": "Order",
    "kind": "Status",
    "kinds": {"paid": "order"},
    "occurred_at": "Placed",
    "mapping": {"email": "Mail", "product_id": "Sku"},
}
LINES = {"lines": {"product_id": "Sku", "product_name": "Item", "quantity": "Qty", "price": "Each"}}


def test_rows_without_kind_or_time_are_further_lines_of_the_complete_one(
    interactions_of: Read,
) -> None:
    batch = interactions_of(ORDERS, "a.csv", **FEED)
    assert batch.accepted.select("row_number", "interaction_id", "product_id").rows() == [
        (1, "#1", "S1"),
        (3, "#2", "S3"),
    ]
    assert reasons(batch) == []
    assert batch.passed_over == PassedOver(further=2)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("#9,,,,S2,Serum,1,1", "missing_kind"),  # of no order that is there
        (",,,,S2,Serum,1,1", "missing_interaction_id"),
        ("#1,,,2024-05-03 10:00,S2,Serum,1,1", "missing_kind"),  # it says another time
        ("#1,,,yesterday,S2,Serum,1,1", "missing_kind"),
        ("#1,,refunded,,S2,Serum,1,1", "unparsable_date"),  # it says another kind
    ],
)
def test_a_row_that_says_something_else_is_no_further_line(
    interactions_of: Read, row: str, reason: str
) -> None:
    batch = interactions_of(f"{ORDERS}{row}\n", "a.csv", **FEED)
    assert reasons(batch) == [(5, reason)]
    assert batch.quarantined["payload"].to_list() == [row]


def test_lines_may_stand_before_the_row_that_is_complete(interactions_of: Read) -> None:
    first, line, *rest = ORDERS.removeprefix(HEADER).splitlines(keepends=True)
    batch = interactions_of(HEADER + line + first + "".join(rest), "a.csv", **FEED)
    assert batch.accepted["row_number"].to_list() == [2, 3]
    assert batch.passed_over.further == 2


def test_lines_are_kept_and_their_quantities_summed(interactions_of: Read) -> None:
    batch = interactions_of(ORDERS, "a.csv", **FEED, **LINES, one_per="Order")
    assert batch.accepted.select("row_number", "interaction_id", "kind", "item_count").rows() == [
        (1, "#1", "order", 3.0),
        (3, "#2", "order", 1.0),
    ]
    assert batch.passed_over == PassedOver(further=2)
    assert batch.unread == {"lines.quantity": 1}
    assert batch.lines is not None
    columns = ("interaction_row", "line_number", "row_number", "product_id", "quantity", "price")
    assert batch.lines.select(columns).rows() == [
        (1, 1, 1, "S1", 1.0, 34.9),
        (1, 2, 2, "S2", 2.0, 9.5),
        (3, 1, 3, "S3", 1.0, 46.0),
        (1, 3, 4, "S4", None, 5.0),
    ]
    assert batch.lines["product_name"].to_list() == ["Mask", "Serum", "Hood", "Brush"]


def test_lines_alone_are_one_interaction_for_each_id(interactions_of: Read) -> None:
    batch = interactions_of(ORDERS, "a.csv", **FEED, **LINES)
    assert batch.accepted["interaction_id"].to_list() == ["#1", "#2"]


def test_a_count_that_is_mapped_to_another_column_stands(interactions_of: Read) -> None:
    mapped = FEED | {"mapping": {"item_count": "Each"}}
    batch = interactions_of(ORDERS, "a.csv", **mapped, **LINES)
    assert batch.accepted["item_count"].to_list() == [34.9, 46.0]
    mapped = FEED | {"mapping": {"item_count": "Qty"}}
    batch = interactions_of(ORDERS, "a.csv", **mapped, **LINES)
    assert batch.accepted["item_count"].to_list() == [3.0, 1.0]


def test_a_fact_is_the_first_that_is_filled(interactions_of: Read) -> None:
    text = (
        HEADER + "#1,,,, ,,1,\n#1,a@mailbox.org,,2024-05-01,S2,,1,\n#1,b@mailbox.org,paid,,S3,,1,\n"
    )
    batch = interactions_of(text, "a.csv", **FEED, one_per="Order")
    (row,) = batch.accepted.to_dicts()
    assert (row["row_number"], row["kind"], row["product_id"]) == (1, "order", "S2")
    assert row["email"] == ["a@mailbox.org"]


def test_an_interaction_is_held_back_with_all_its_rows(interactions_of: Read) -> None:
    text = (
        HEADER + "#1,,,,S1,,1,1\n#2,,paid,2024-05-01,S2,,1,1\n#1,,,2024-05-01,S3,,1,1\n,,,,S4,,,\n"
    )
    batch = interactions_of(text, "a.csv", **FEED, **LINES)
    assert reasons(batch) == [
        (1, "missing_kind"),
        (3, "missing_kind"),
        (4, "missing_interaction_id"),
    ]
    assert batch.quarantined["payload"].to_list() == [
        "#1,,,,S1,,1,1", "#1,,,2024-05-01,S3,,1,1", ",,,,S4,,,",
    ]  # fmt: skip
    assert batch.lines is not None
    assert batch.lines["product_id"].to_list() == ["S2"]


def test_what_cannot_be_read_of_a_fact_is_null_and_counted(interactions_of: Read) -> None:
    feed = {"mapping": {"amount": "a", "satisfaction": "s", "subject": "t"}}
    rows = [("12.50", "good", "x" * 1001), ("cheap", "n/a", "hello"), ("1", "3", "")]
    text = "id,type,ts,a,s,t\n" + "".join(
        f"{n},order,2024-01-01,{a},{s},{t}\n" for n, (a, s, t) in enumerate(rows, 1)
    )
    batch = interactions_of(text, "a.csv", **feed)
    facts = batch.accepted.select("amount", "satisfaction", "subject").rows()
    assert facts == [(12.5, None, None), (None, None, "hello"), (1.0, 3.0, None)]
    assert reasons(batch) == []
    assert batch.unread == {"amount": 1, "satisfaction": 1, "subject": 1}
