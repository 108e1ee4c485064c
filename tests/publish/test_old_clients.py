"""DuckDB clients of before 2 open what is published, in environments of their own; those of before 1.1 its Parquet.

What those of before 1.1 cannot read, by files with one table each, in whatever storage version, with whatever
compression DuckDB 2 writes them: any index, so any key, and with it the whole file ("expected end of object,
but found field id: 103"); and a list column of which a row group has no element ("field id mismatch, expected:
100, got: 101"). An identifier that nobody maps is such a column, so files without keys would not do either.

``OMNI_OLD_DUCKDB`` names folders, as ``pip install --target FOLDER duckdb==1.1.*`` fills them, one after
the other as in ``PATH``. The gate makes them, and sets ``OMNI_OLD_DUCKDB_REQUIRED``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.shared import copy_home
from tests.worlds import World, person

FIRST_TO_OPEN = (1, 1)
"""The oldest client that the published file opens in."""
FOLDERS = [folder for folder in os.environ.get("OMNI_OLD_DUCKDB", "").split(os.pathsep) if folder]
needs_clients = pytest.mark.skipif(
    not FOLDERS, reason="OMNI_OLD_DUCKDB names no folder with a DuckDB of before 2"
)

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


def read_with(folder: str, script: str, file: Path) -> dict[str, object]:
    """What the client in ``folder`` finds in the file, or files; without us on its path."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", script, str(file)],
        env={"PYTHONPATH": folder},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


READ_PARQUET = """
import duckdb, json, sys
from pathlib import Path
print(json.dumps({
    file.stem: duckdb.execute("select * from read_parquet(?)", [str(file)]).fetchall()
    for file in Path(sys.argv[1]).glob("*.parquet")
}, default=str))
"""


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
    copy_home(town_after_one_night.root, root)
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


@needs_clients
def test_old_clients_read_every_table_comment_key_and_the_macro(exchanged: World) -> None:
    wanted = read_now(exchanged.home.published_file)
    for folder in FOLDERS:
        if version_in(folder) >= FIRST_TO_OPEN:
            found = read_with(folder, READ, exchanged.home.published_file)
            assert {name: found[name] for name in wanted} == wanted, found["version"]


@needs_clients
def test_all_clients_read_the_parquet_of_every_table(exchanged: World) -> None:
    folder = exchanged.home.published / "parquet"
    wanted = {
        file.stem: json.loads(json.dumps(duckdb.sql(f"from '{file}'").fetchall(), default=str))
        for file in folder.glob("*.parquet")
    }
    assert "unified_profiles" in wanted
    for client in FOLDERS:
        assert read_with(client, READ_PARQUET, folder) == wanted, version_in(client)
