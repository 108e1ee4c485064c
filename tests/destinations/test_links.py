"""``folder`` and ``files``: who follows the link during ten nights reads one publication, whole."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from omni_identity.destinations.files import Files
from omni_identity.destinations.folder import Folder
from tests.destinations.publications import CUSTOMERS, NIGHT_OF, night
from tests.destinations.readers import reading


def test_a_reader_of_tables_sees_one_night_whole(tmp_path: Path) -> None:
    folder = Folder(type="folder", path=tmp_path / "copy")
    folder.deliver(night(tmp_path / "home", 0))
    seen: list[set[tuple[str, int]]] = []

    def read() -> None:
        files, found = (folder.path / "current").resolve(), set()
        for name, column in NIGHT_OF.items():
            with duckdb.connect() as connection:
                query = f"select {column}, count(*) from '{files}/{name}.parquet' group by 1"
                found |= set(connection.sql(query).fetchall())
        seen.append(found)

    with reading(read) as wait:
        for number in range(1, 11):
            folder.deliver(night(tmp_path / "home", number))
            wait()
    assert all(len(found) == 1 for found in seen), seen
    assert seen[-1] == {("run-010", CUSTOMERS + 10)}
    assert len({run_id for found in seen for run_id, _ in found}) >= 10


def test_a_reader_of_audiences_sees_one_night_whole(tmp_path: Path) -> None:
    files = Files(type="files", path=tmp_path / "crm", format="jsonl")
    files.deliver(night(tmp_path / "home", 0))
    seen: list[str] = []

    def read() -> None:
        folder = (files.path / "current").resolve()
        manifest = json.loads((folder / "manifest.json").read_text())
        (file,) = manifest["files"]
        rows = [json.loads(line) for line in (folder / file["name"]).read_text().splitlines()]
        assert {row["reason"] for row in rows} == {manifest["run_id"]}
        assert len(rows) == file["rows"] == CUSTOMERS + int(manifest["run_id"][-3:])
        seen.append(manifest["run_id"])

    with reading(read) as wait:
        for number in range(1, 11):
            files.deliver(night(tmp_path / "home", number))
            wait()
    assert seen[-1] == "run-010"
    assert len(set(seen)) >= 10
