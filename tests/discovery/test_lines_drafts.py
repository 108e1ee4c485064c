"""Exports in a folder for each channel, whose files are called by their day alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.discovery.test_arrangement import begun, write_csv

GIVEN = ("Ida", "Bo", "Una", "Karl", "Lotte", "Peer")
PEOPLE = [
    {
        "uid": f"9f3{n:05x}ab",
        "first_name": GIVEN[n % 6],
        "last_name": f"Lund{chr(97 + n)}",
        "email": f"{GIVEN[n % 6].lower()}{n}@post-ahorn.de",
    }
    for n in range(26)
]
PURCHASES = [
    {
        "order_number": f"A-{70_000 + 13 * n}",
        "uid": PEOPLE[n % 20]["uid"],
        "loyalty_card": f"LC{880_000 + n % 9}",
        "ordered_at": f"2024-02-{n % 28 + 1:02d} 10:{n:02d}:00",
        "total": f"{n}.90",
    }
    for n in range(40)
]
PARTS = [
    {
        "order_number": f"A-{70_000 + 13 * (n // 2)}",
        "position": n % 2 + 1,
        "sku": f"P{4_000 + n % 7}",
        "qty": n % 3 + 1,
        "unit_price": f"{n}.50",
    }
    for n in range(80)
]
CARDS = [
    {
        "customer_number": f"LC{880_000 + n}",
        "full_name": f"{GIVEN[n % 6]} Lund{chr(97 + n)}",
        "email": f"{GIVEN[n % 6].lower()}{n}@post-ahorn.de",
    }
    for n in range(20)
]
PRODUCTS = [{"sku": f"P{4_000 + n}", "price": f"{n}.50", "stock": n} for n in range(12)]
DAY = "2024-03-01.csv"


def exports(folder: Path, **more: list[dict[str, Any]]) -> dict[str, Any]:
    lists: dict[str, list[dict[str, Any]]] = {
        "till/contacts": PEOPLE,
        "till/interactions": PURCHASES,
        "till/lines": PARTS,
        "club/contacts": CARDS,
        **{name.replace("__", "/"): rows for name, rows in more.items()},
    }
    for name, rows in lists.items():
        write_csv(folder / name / DAY, rows, ",")
    return begun(folder)


def test_folders_are_channels_with_their_contacts_interactions_and_lines(tmp_path: Path) -> None:
    written = exports(tmp_path / "files")
    assert {name: sorted(set(c) - {"name"}) for name, c in written["by_name"].items()} == {
        "till": ["contacts", "interactions", "lines"],
        "club": ["contacts"],
    }
    till = written["by_name"]["till"]
    # receipts have cards of the club, too
    assert till["interactions"]["contact"] == "uid"
    assert till["lines"]["interaction_id"] == "order_number"
    assert till["lines"]["mapping"] == {
        "line_id": "position",
        "product_id": "sku",
        "quantity": "qty",
        "price": "unit_price",
    }


def test_lists_that_are_called_alike_are_told_apart_and_all_copied(tmp_path: Path) -> None:
    # an article may be a number as well as a name
    other = [{"article": f"P{4_000 + n}", "price": f"{n}.10"} for n in range(12)]
    written = exports(
        tmp_path / "files",
        till__catalogue=PRODUCTS,
        club__catalogue=[{**row, "sku": f"P{9_000 + n}"} for n, row in enumerate(PRODUCTS)],
        till__numbers=[{"a": n, "b": n} for n in range(9)],
        club__numbers=[{"c": n, "d": n} for n in range(9)],
        club__prices=other,
    )
    patterns = [feed["files"] for feed in written["catalogue"]]
    assert len(set(patterns)) == len(patterns)
    assert [feed["channel"] for feed in written["catalogue"]] == ["club", "club", "till"]
    assert [feed["mapping"]["product_id"] for feed in written["catalogue"]] == [
        "sku",
        "article",
        "sku",
    ]
    home = tmp_path / "files_home"
    for pattern in patterns:
        assert len(list(home.glob(pattern))) == 1
    for place in ("till/numbers", "club/numbers"):
        assert f"{place}/{DAY}" in written["text"]


def test_a_number_that_some_customers_lack_is_not_what_tells_them_apart(tmp_path: Path) -> None:
    people = [
        {**row, "customer_number": "" if n % 12 == 0 else f"K{5_000 + n}"}
        for n, row in enumerate(PEOPLE * 2)
    ]
    rows = [
        {**row, "rid": f"R77{n:05d}", "email": f"n{n}@post-ahorn.de"}
        for n, row in enumerate(people)
    ]
    for row in rows:
        del row["uid"]
    write_csv(tmp_path / "files" / "club.csv", rows, ",")
    written = begun(tmp_path / "files")
    assert written["by_name"]["club"]["contacts"]["record_id"] == "rid"
