"""Recognition of exports by their columns, names and paths."""

from __future__ import annotations

import pytest

from omni_identity.channels.presets.recognition import document_paths, recognise

ORDERS = [
    *("Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Currency", "Total"),
    *("Shipping Method", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price"),
    *("Lineitem sku", "Billing Name", "Billing Phone", "Id", "Phone", "Source"),
]


def test_the_likeliest_comes_first_and_says_why() -> None:
    first, *_ = recognise(ORDERS, "orders_export_1.csv.gz")
    assert first.preset == "shopify/orders"
    assert first.score > 0.8
    assert first.reason.startswith("9 of 9 columns that tell Shopify, orders; its name is like")
    assert first.missing == ("Shipping Phone",)


def test_a_name_adds_to_the_score_but_does_not_decide() -> None:
    (by_columns,) = recognise(ORDERS, "export.csv")
    (by_both,) = recognise(ORDERS, "Orders_Export.csv")
    assert by_columns.score < by_both.score <= 1
    assert recognise(["id", "name", "mail"], "orders_export.csv") == []


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.lower,
        lambda c: f" {c} ",
        lambda c: c.replace(" ", "\u00a0"),
        "\ufeff{}".format,
    ],
)
def test_spelling_of_headers_does_not_matter(change: object) -> None:
    assert callable(change)
    (found,) = recognise([change(column) for column in ORDERS])
    assert found.preset == "shopify/orders"


@pytest.mark.parametrize(
    "columns", [[], [""], ["Name", "Email"], ["Name", "Email", "Phone", "Total", "Created at"]]
)
def test_a_file_of_no_vendor_is_recognised_as_none(columns: list[str]) -> None:
    assert recognise(columns, "customers.csv") == []


def test_most_of_the_telling_columns_are_enough() -> None:
    (found,) = recognise([c for c in ORDERS if c not in ("Shipping Method", "Billing Name")])
    assert found.reason.startswith("7 of 9")
    assert "(not Billing Name, Shipping Method)" in found.reason


def test_a_preset_whose_feed_could_not_read_the_file_comes_last_and_says_why() -> None:
    columns = [column for column in ORDERS if column != "Total"]
    (found,) = recognise(columns)
    assert found.score < recognise(ORDERS)[0].score - 0.2
    assert "it lacks Total" in found.reason
    assert "Total" in found.missing


def test_rows_are_found_in_a_list_of_a_document() -> None:
    user = {"id": 1, "name": "x", "email": None, "phone": None, "role": "end-user"}
    user |= {"shared_phone_number": None, "suspended": False, "user_fields": {}, "created_at": ""}
    page = {"users": [user], "next_page": None, "count": 1}
    (found,) = recognise(document_paths(page))
    assert (found.preset, found.rows) == ("zendesk/users", "users.*")
    (plain,) = recognise(document_paths(user))
    assert plain.rows is None


def test_the_paths_of_a_document() -> None:
    document = {
        "object": "x",
        "entry": [{"id": 1, "changes": [{"value": {"a.b": None}}]}, {"t": 2}],
    }
    assert document_paths(document) == {
        *("object", "entry", "entry.*", "entry.*.id", "entry.*.t", "entry.*.changes"),
        *("entry.*.changes.*", "entry.*.changes.*.value", "entry.*.changes.*.value.a.b"),
    }
    assert document_paths([[1], 2]) == {"*", "*.*"}
    assert document_paths(None) == set()
