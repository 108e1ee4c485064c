"""DuckDB clients of before 2 open what is published, in environments of their own.

``OMNI_OLD_DUCKDB`` names folders, as ``pip install --target FOLDER duckdb==1.1.*`` fills them, one after
the other as in ``PATH``. The gate makes them, and sets ``OMNI_OLD_DUCKDB_REQUIRED``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.worlds import World, person

FOLDERS = [folder for folder in os.environ.get("OMNI_OLD_DUCKDB", "").split(os.pathsep) if folder]

READ = """
import duckdb, json, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
def ask(sql):
    return connection.execute(sql).fetchall()
tables = [name for (name,) in ask("select table_name from duckdb_tables() order by all")]
print(json.dumps({
    "version": duckdb.__version__,
    "rows": {name: len(ask(f"select * from {name}")) for name in tables},
    "comments": ask("select table_name, comment from duckdb_tables() order by all"),
    "columns": ask("select table_name, column_name, comment from duckdb_columns()"
                   " where not internal order by table_name, column_index"),
    "keys": ask("select table_name from duckdb_constraints() where constraint_type = 'PRIMARY KEY' order by all"),
    "past": ask("select * from crosswalk_as_of((select min(run_id) from runs)) order by all"),
}, default=str))
"""


def read_with(folder: str, file: Path) -> dict[str, object]:
    """What the client in ``folder`` finds in the file; without us on its path."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", READ, str(file)],
        env={"PYTHONPATH": folder},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def read_now(file: Path) -> dict[str, object]:
    """The same as this client finds it."""
    with duckdb.connect(str(file), read_only=True) as connection:

        def ask(sql: str) -> list[list[object]]:
            return [list(row) for row in connection.execute(sql).fetchall()]

        tables = [
            str(name) for (name,) in ask("select table_name from duckdb_tables() order by all")
        ]
        return {
            "rows": {name: len(ask(f"select * from {name}")) for name in tables},
            "comments": ask("select table_name, comment from duckdb_tables() order by all"),
            "columns": ask(
                "select table_name, column_name, comment from duckdb_columns()"
                " where not internal order by table_name, column_index"
            ),
            "keys": ask(
                "select table_name from duckdb_constraints()"
                " where constraint_type = 'PRIMARY KEY' order by all"
            ),
            "past": ask(
                "select * from crosswalk_as_of((select min(run_id) from runs)) order by all"
            ),
        }


@pytest.fixture(scope="module")
def exchanged(town_after_one_night: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A town whose published file is a copy with rows exchanged, as most are."""
    root = tmp_path_factory.mktemp("old") / "home"
    shutil.copytree(town_after_one_night.root, root, symlinks=True)
    world = World(root, town_after_one_night.nights)
    world.deliver("web", "2026-03-02", [person(60), person(3, city="Shelbyville")])
    world.run()
    return world


def version_in(folder: str) -> tuple[int, ...]:
    found = next(Path(folder).glob("duckdb-*.dist-info")).name
    return tuple(int(part) for part in found.split("-")[1].split(".")[:2] if part.isdigit())


def test_there_is_an_old_client_where_there_has_to_be() -> None:
    required = os.environ.get("OMNI_OLD_DUCKDB_REQUIRED")
    assert not required or any(version_in(folder) < (2, 0) for folder in FOLDERS)


@pytest.mark.skipif(not FOLDERS, reason="OMNI_OLD_DUCKDB names no folder with a DuckDB of before 2")
def test_old_clients_read_every_table_comment_key_and_the_macro(exchanged: World) -> None:
    wanted = read_now(exchanged.home.published_file)
    for folder in FOLDERS:
        found = read_with(folder, exchanged.home.published_file)
        assert {name: found[name] for name in wanted} == wanted, found["version"]
