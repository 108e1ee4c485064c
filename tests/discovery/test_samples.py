"""The tables that files hold, read without anybody saying how."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.presets.preset_files import presets, read_preset
from omni_identity.channels.presets.recognition import recognise
from omni_identity.discovery.samples import read_samples
from tests.channels.presets.samples import files_of_sample


@pytest.mark.parametrize("name", [preset.name for preset in presets()])
def test_the_sample_of_every_preset_is_known_for_what_it_is(name: str) -> None:
    for file in files_of_sample(name):
        (sample,) = read_samples(file)
        found = recognise(sample.paths, file.name, sample.first_lines)
        # one file may hold those who wrote and what they wrote
        kind = read_preset(name).feed
        assert next(one for one in found if read_preset(one.preset).feed == kind).preset == name
        assert sample.rows.height > 0 or name.startswith("whatsapp_chat/")  # which is no table


def test_title_lines_semicolons_and_windows_letters(tmp_path: Path) -> None:
    file = tmp_path / "kunden.csv"
    text = "Kundenliste;;\r\nStand 1.3.2024;;\r\n\r\nKd-Nr;Straße;Größe\r\n1;Müllerweg 5;38\r\n2;Süd 1;40\r\n"
    file.write_bytes(text.encode("cp1252"))
    (sample,) = read_samples(file)
    assert sample.settings == {"encoding": "cp1252"}
    assert sample.header_line == 4
    assert sample.rows.rows() == [("1", "Müllerweg 5", "38"), ("2", "Süd 1", "40")]
    assert sample.columns == ("Kd-Nr", "Straße", "Größe")


def test_utf_8_with_a_damaged_row_is_utf_8_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "kunden.csv"
    rows = [f"{n};Müllerweg {n};Jörg\n".encode() for n in range(1, 6)]
    file.write_bytes(b"Kd-Nr;Weg;Name\n" + b"".join(rows) + "6;Südring;Uta\n".encode("cp1252"))
    (sample,) = read_samples(file)
    assert "encoding" not in sample.settings
    # two rows of Western Windows are as many damaged places as letters
    file.write_bytes(b"Kd-Nr;Weg;Name\n" + rows[0] + "6;Südring;Jörg\n".encode("cp1252"))
    (sample,) = read_samples(file)
    assert sample.settings == {"encoding": "cp1252"}


def test_rows_inside_a_document(tmp_path: Path) -> None:
    file = tmp_path / "orders.json"
    orders = [{"id": n, "customer": {"email": f"c{n}@example.com"}} for n in range(3)]
    file.write_text(json.dumps({"meta": {"page": 1}, "result": {"orders": orders}}, indent=2))
    (sample,) = read_samples(file)
    assert sample.settings == {"rows": "result.orders.*"}
    assert sample.rows["customer.email"].to_list() == [f"c{n}@example.com" for n in range(3)]
    assert sample.columns == ("id", "customer.email")


def test_lists_inside_rows_are_no_rows(tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl"
    order = {"order_id": 1, "email": "a@example.com", "total": 3, "items": [{"sku": "x", "qty": 1}]}
    file.write_text(json.dumps(order) + "\n")
    (sample,) = read_samples(file)
    assert "rows" not in sample.settings
    assert sample.columns == ("order_id", "email", "total", "items.0.sku", "items.0.qty")


def test_doubled_and_nameless_columns(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("id,Phone,Phone,\n1,555-0100,555-0101,\n")
    (sample,) = read_samples(file)
    assert sample.columns == ("id", "Phone (1)", "Phone (2)")
    assert sample.rows.row(0) == ("1", "555-0100", "555-0101")


def test_parquet_is_read_by_its_schema(tmp_path: Path) -> None:
    file = tmp_path / "customers.parquet"
    pl.DataFrame({"id": [1, 2], "tags": [["a", "b"], []]}).write_parquet(file)
    (sample,) = read_samples(file)
    assert sample.rows["id"].to_list() == ["1", "2"]
    assert sample.rows["tags"][0] == "a b"


@pytest.mark.parametrize("name", ["notes.pdf", "empty.csv"])
def test_what_cannot_be_read_says_why(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(b"")
    with pytest.raises(FileFault):
        read_samples(file)
