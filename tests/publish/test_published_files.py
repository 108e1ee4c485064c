"""Parquet and CSV come behind the switch: whoever reads them has one whole set, of this run or the one before."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.home import Home
from omni_identity.model.modes import remove
from omni_identity.model.tables import published_tables
from omni_identity.publish import published_files
from omni_identity.publish.publication import published_run
from omni_identity.publish.published_files import file_set, publish_files
from omni_identity.publish.seal import seal
from tests.erasure.test_erasing import erase
from tests.worlds import World, person

TABLES = published_tables(Vocabulary())


class Stopped(Exception):
    """The process ended here."""


def records_in(world: World) -> tuple[int, int]:
    """How many records the crosswalk has, in the DuckDB file and in the Parquet file."""
    with duckdb.connect(str(world.home.published_file), read_only=True) as connection:
        (held,) = connection.execute("select count(*) from crosswalk").fetchall()[0]
    return held, pl.read_parquet(world.home.published / "parquet" / "crosswalk.parquet").height


def stop_at(monkeypatch: pytest.MonkeyPatch, world: World, name: str, calls: int = 1) -> None:
    """Run a night that ends at so many calls of a function of the module."""
    left = [calls]
    real = getattr(published_files, name)

    def stop(*arguments: object) -> object:
        left[0] -= 1
        if not left[0]:
            raise Stopped
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(published_files, name, stop)
        with pytest.raises(Stopped):
            world.run()


@pytest.mark.parametrize(
    ("name", "calls"), [("make_folders", 1), ("write_files", 5), ("seal", 1), ("point", 1)]
)
def test_readers_of_the_database_do_not_wait_and_those_of_files_keep_a_whole_set(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, calls: int
) -> None:
    before, _ = records_in(world)
    world.deliver("web", "2026-03-02", [person(60)])
    stop_at(monkeypatch, world, name, calls)
    assert published_run(world.home) == "run-002"
    assert file_set(world.home) == "files/run-001"
    assert records_in(world) == (before + 1, before)
    files = {path.stem for path in (world.home.published / "parquet").iterdir()}
    assert files == set(TABLES)
    told = [result.finding for result in world.run() if not result.passed]
    assert all("current_files leads to files/run-001" in finding for finding in told)
    assert file_set(world.home) == f"files/{published_run(world.home)}"
    assert records_in(world) == (before + 1, before + 1)
    assert {path.name for path in (world.home.published / "files").iterdir()} >= {"run-003"}


def test_a_home_with_the_files_beside_the_database_has_them_until_the_new_ones_are_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As every home was published until files came behind the switch."""
    before, _ = records_in(world)
    put_files_beside_the_database(world.home)
    assert records_in(world) == (before, before)
    world.deliver("web", "2026-03-02", [person(60)])
    stop_at(monkeypatch, world, "write_files", 5)
    assert records_in(world) == (before + 1, before)
    world.deliver("web", "2026-03-03", [person(61)])
    assert all(result.passed for result in world.run())
    assert records_in(world) == (before + 2, before + 2)
    world.deliver("web", "2026-03-04", [person(62)])
    assert all(result.passed for result in world.run())
    assert not list((world.home.published / "versions").glob("*/parquet"))


def put_files_beside_the_database(home: Home) -> None:
    version = str(published_run(home))
    folder = home.published / "versions" / version
    folder.chmod(0o700)
    for name in ("parquet", "csv"):
        shutil.copytree(home.published / "files" / version / name, folder / name)
        (home.published / name).unlink()
        (home.published / name).symlink_to(f"current/{name}")
    (folder / "written_by").write_text("before\n", encoding="utf-8")
    remove(home.published / "files")
    (home.published / "current_files").unlink()
    with DuckDBEngine(home.warehouse_file) as engine:
        seal(engine, home, f"versions/{version}")


def test_an_erasure_leaves_no_file_of_a_set_that_a_killed_run_left_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.deliver("web", "2026-03-02", [person(60)])
    stop_at(monkeypatch, world, "write_files", 5)
    email = str(person(5)["email"])
    assert found_in(world.home, email)
    erase(world.home, email)
    assert not found_in(world.home, email)
    held, filed = records_in(world)
    assert held == filed
    assert len(list((world.home.published / "files").iterdir())) == 1


def found_in(home: Home, email: str) -> bool:
    files = [path for path in home.published.rglob("*.parquet") if path.is_file()]
    assert files
    return any(email in pl.read_parquet(path).write_ndjson() for path in files)


def test_of_a_version_without_a_database_there_are_no_files(world: World, tmp_path: Path) -> None:
    """As of one that a distributed engine has left as folders."""
    place = world.home.published / "versions" / "run-001"
    place.chmod(0o700)
    (place / "omni.duckdb").rename(tmp_path / "omni.duckdb")
    with DuckDBEngine(world.home.warehouse_file) as engine:
        counts = publish_files(engine, world.home, "run-001", TABLES, "group")
    assert counts == {"written": 0, "copied": 0}
    assert file_set(world.home) is None


def test_done_twice_it_does_what_it_does_once(world: World) -> None:
    files = (world.home.published / "current_files").resolve()
    written = {path: path.stat().st_mtime_ns for path in files.rglob("*.parquet")}
    with DuckDBEngine(world.home.warehouse_file) as engine:
        counts = publish_files(engine, world.home, "run-001", TABLES, "group")
    assert counts == {"written": 0, "copied": len(TABLES)}
    assert written == {path: path.stat().st_mtime_ns for path in files.rglob("*.parquet")}
