"""Columns under other names, and columns that a file may lack."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from omni_identity.channels.batches import RawBatch, source_column
from omni_identity.channels.feeds import ContactsFeed
from omni_identity.channels.other_names import under_own_names

from .conftest import Read

NAMES = {"mail": ["e_mail", "email"], "name": "full"}


def renamed(**columns: list[object]) -> dict[str, list[object]]:
    feed = ContactsFeed(files="x", record_id="id", mapping={"email": "mail"}, other_names=NAMES)
    rows = pl.DataFrame({source_column(name): values for name, values in columns.items()})
    found = under_own_names(RawBatch(rows, [], lambda _: []), feed).rows
    return {
        name.removeprefix("column "): values
        for name, values in found.to_dict(as_series=False).items()
    }


def test_a_column_is_found_under_any_of_its_names() -> None:
    assert renamed(e_mail=["a"])["mail"] == ["a"]
    assert renamed(email=["a"])["mail"] == ["a"]
    assert "mail" not in renamed(other=["a"])
    assert renamed(mail=["a"]) == {"mail": ["a"]}


def test_of_several_the_first_filled_one_counts_its_own_before_others() -> None:
    found = renamed(mail=["a", None, None], e_mail=["b", "b", None], email=["c", "c", "c"])
    assert found["mail"] == ["a", "b", "c"]


def test_an_empty_cell_fills_nothing(contacts_of: Read) -> None:
    content = "id,name,mail,e_mail\n1,Ada, ,a@b.us\n2,Bo,,\n"
    rows = contacts_of(content, other_names=NAMES).accepted
    assert rows["email"].to_list() == [["a@b.us"], None]


def test_lists_and_texts_side_by_side_become_lists() -> None:
    found = renamed(mail=[["a", "b"], None, None], email=["c", "c", None])
    assert found["mail"] == [["a", "b"], ["c"], None]


def test_a_column_that_is_another_s_other_name_stays_its_own() -> None:
    found = renamed(full=["Ada Orme"], email=["a"])
    assert found["full"] == found["name"] == ["Ada Orme"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("id,full,e_mail\n1,Ada,a@b.us\n", "a.csv"),
        ('{"id":"1","full":"Ada","e_mail":"a@b.us"}\n', "a.jsonl"),
    ],
)
def test_files_are_read_by_other_names(contacts_of: Read, content: str, name: str) -> None:
    (row,) = contacts_of(content, name, other_names=NAMES, optional=["mail"]).accepted.to_dicts()
    assert (row["first_name"], row["email"]) == ("Ada", ["a@b.us"])


def test_parquet_is_read_by_other_names(contacts_of: Read, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pl.DataFrame({"id": ["1"], "full": ["Ada"], "e_mail": ["a@b.us"]}).write_parquet(path)
    (row,) = contacts_of(path.read_bytes(), "a.parquet", other_names=NAMES).accepted.to_dicts()
    assert (row["first_name"], row["email"]) == ("Ada", ["a@b.us"])
