"""The money of amounts is known by their signs, and by whose dollar it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.discovery.test_arrangement import begun, write_csv


def sales(sign: str) -> list[dict[str, Any]]:
    """Transactions as Square exports them, which has no column of a currency."""
    return [
        {
            "Date": f"2024-03-{i + 1:02d}",
            "Time": "10:11:12",
            "Time Zone": "Eastern Time (US & Canada)",
            "Gross Sales": f"{sign}{i}.50",
            "Net Sales": f"{sign}{i}.50",
            "Total Collected": f"-{sign}{i}.50" if i % 5 == 0 else f"{sign}{i}.50",
            "Transaction ID": f"t{i}",
            "Payment ID": f"p{i}",
            "Event Type": "Payment",
            "Location": "Main St",
            "Customer ID": f"c{i % 7}",
        }
        for i in range(20)
    ]


def customers(country: str, count: int = 30) -> list[dict[str, Any]]:
    return [
        {
            "customer_id": f"k{i}",
            "name": f"Ann Hill{i}",
            "email": f"a{i}@hill.org",
            "country": country,
        }
        for i in range(count)
    ]


@pytest.mark.parametrize(
    ("sign", "country", "currency"),
    [
        *(("$", "US", "USD"), ("$", "CA", "CAD"), ("$", "AU", "AUD"), ("£", "GB", "GBP")),
        *(("C$", "US", "CAD"), ("US$", "AU", "USD"), ("R$", "BR", "BRL")),
    ],
)
def test_a_preset_without_a_currency_gets_that_of_its_amounts(
    tmp_path: Path, sign: str, country: str, currency: str
) -> None:
    folder = tmp_path / "files"
    write_csv(folder / "transactions-2024.csv", sales(sign), ",")
    write_csv(folder / "people.csv", customers(country), ",")
    square = begun(folder)["by_name"]["square"]["interactions"]
    assert square["preset"] == "square/transactions"
    assert square["mapping"] == {"currency": {"value": currency}}


def test_amounts_without_a_sign_have_no_currency(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_csv(folder / "transactions-2024.csv", sales(""), ",")
    assert "mapping" not in begun(folder)["by_name"]["square"]["interactions"]
