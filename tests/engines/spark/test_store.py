"""Tables behind a manifest: what is committed stands, and nothing else, at whatever instant a run ends."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from omni_identity.engines.spark.folders import Folders
from omni_identity.engines.spark.store import Part, StoredTable, TableStore

COLUMNS = (("a", "bigint"),)


def open_store(path: Path) -> TableStore:
    return TableStore(Folders(path))


def put_rows(store: TableStore, table: str, *numbers: int) -> str:
    """Append rows to a table, which is made where there is none; return their folder."""
    if table not in store:
        store.put(table, StoredTable(COLUMNS))
    folder = store.new_folder()
    store.folders.write_rows(folder, pa.table({"a": list(numbers)}))
    store.append(table, Part(folder, store.folders.count_rows(folder)))
    return folder


def test_tables_are_there_when_the_store_is_opened_again(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put_rows(store, "s.t", 1, 2)
    put_rows(store, "s.t", 3)
    put_rows(store, "temporary", 4)

    again = open_store(tmp_path)

    assert again["s.t"].rows == 3
    assert again["s.t"].columns == COLUMNS
    assert "temporary" not in again


def test_a_transaction_that_raises_leaves_everything_as_it_was(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put_rows(store, "s.t", 1)
    before = (tmp_path / "manifest.json").read_text()

    def change_and_fail() -> None:
        with store.transaction():
            put_rows(store, "s.t", 2)
            put_rows(store, "s.other", 3)
            with store.transaction():
                put_rows(store, "temporary", 4)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()

    assert store["s.t"].rows == 1
    assert "s.other" not in store
    assert "temporary" not in store
    assert (tmp_path / "manifest.json").read_text() == before


def test_a_run_that_is_killed_between_writing_and_switching_has_done_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(tmp_path)
    kept = put_rows(store, "s.t", 1)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Folders, "replace_text", die)
    with pytest.raises(KeyboardInterrupt), store.transaction():
        stray = put_rows(store, "s.t", 2)
    monkeypatch.undo()
    assert (tmp_path / stray).exists()

    again = open_store(tmp_path)

    assert again["s.t"].rows == 1
    assert not (tmp_path / stray).exists(), "nothing names it, so it goes"
    assert (tmp_path / kept).exists()


def test_folders_of_dropped_tables_go_when_the_store_is_swept(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    folder = put_rows(store, "s.t", 1)
    store.drop("s.t")
    assert (tmp_path / folder).exists(), "something may still read it"
    store.sweep()
    assert not (tmp_path / folder).exists()


def test_a_transaction_switches_once(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.transaction():
        put_rows(store, "s.t", 1)
        put_rows(store, "s.u", 2)
        assert not (tmp_path / "manifest.json").exists()
    tables = json.loads((tmp_path / "manifest.json").read_text())["tables"]
    assert sorted(tables) == ["s.t", "s.u"]
