"""What was published stays what was published: an edit is found, said, and gone with the next publication."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.publish import build
from omni_identity.publish.alterations import recorded_alterations, untouched_publication
from omni_identity.publish.publication import published_run
from tests.worlds import World, person

CHECK = "the_publication_was_left_as_it_was"


def folder_of(world: World) -> Path:
    return world.home.published_file.resolve().parent


def files_of(world: World) -> Path:
    return (world.home.published / "current_files").resolve()


def rows_of(world: World) -> dict[str, list[tuple[object, ...]]]:
    """All that consumers read but for the runs themselves, and what each measured of its deliveries."""
    with duckdb.connect(str(world.home.published_file), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
        return {
            name: connection.execute(f"select * from {name} order by all").fetchall()
            for (name,) in tables
            if not name.startswith("run") and name != "feed_figures"
        }


def edit_database(world: World) -> None:
    file = world.home.published_file
    file.chmod(0o600)
    with duckdb.connect(str(file)) as connection:
        connection.execute("update unified_profiles set city = 'Elsewhere'")
        connection.execute("delete from crosswalk where source_record_id = 'w7'")


def damage(world: World) -> None:
    world.home.published_file.chmod(0o600)
    world.home.published_file.write_bytes(b"no database")


def edit_unseen(world: World) -> None:
    """The same size, and the times put back."""
    file = files_of(world) / "parquet" / "crosswalk.parquet"
    before = file.stat()
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.chmod(0o600)
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def lose_all(world: World) -> None:
    shutil.rmtree(world.home.published)


def edit_csv(world: World) -> None:
    with (files_of(world) / "csv" / "audience_members.csv").open("a") as file:
        file.write("one,more\n")


def remove_file(world: World) -> None:
    (files_of(world) / "parquet" / "kpis.parquet").unlink()


def leave_log(world: World) -> None:
    (folder_of(world) / "omni.duckdb.wal").write_bytes(b"")


def bend_link(world: World) -> None:
    """Let consumers read a copy in which something is different."""
    copy = world.home.published / "versions" / "mine"
    shutil.copytree(folder_of(world), copy)
    current = world.home.published / "current"
    current.unlink()
    current.symlink_to(copy)


def put_in_place_of_link(world: World) -> None:
    link = world.home.published / "omni.duckdb"
    content = link.read_bytes()
    link.unlink()
    link.write_bytes(content)


def lose_link(world: World) -> None:
    (world.home.published / "parquet").unlink()


def lose_link_to_files(world: World) -> None:
    (world.home.published / "current_files").unlink()


def bend_link_to_files(world: World) -> None:
    """Let consumers read files of their own making."""
    copy = world.home.published / "files" / "mine"
    shutil.copytree(files_of(world), copy)
    link = world.home.published / "current_files"
    link.unlink()
    link.symlink_to("files/mine")


EDITS: dict[str, tuple[Callable[[World], None], str]] = {
    "the database": (edit_database, r"omni\.duckdb was changed after it was published"),
    "a database that is none any more": (damage, r"omni\.duckdb was changed"),
    "a Parquet file, unseen": (edit_unseen, r"parquet/crosswalk\.parquet was changed"),
    "a CSV file": (edit_csv, r"csv/audience_members\.csv was changed"),
    "a file that is gone": (remove_file, r"parquet/kpis\.parquet is gone"),
    "a log that a client left": (leave_log, r"omni\.duckdb\.wal was not published"),
    "a link bent": (bend_link, r"published/current leads to .*/mine, not to the run"),
    "a file in the place of a link": (
        put_in_place_of_link,
        r"omni\.duckdb of published/ are no links",
    ),
    "all of it is gone": (lose_all, r"published/current is gone"),
    "a link that is gone": (lose_link, r"published/parquet is gone"),
    "the link to the files gone": (lose_link_to_files, r"published/current_files is gone"),
    "the link to the files bent": (
        bend_link_to_files,
        r"published/current_files leads to files/mine, not to the files of the run",
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_whatever_was_altered_is_found(world: World, edit: str) -> None:
    alter, words = EDITS[edit]
    with DuckDBEngine(world.home.warehouse_file) as engine:
        assert untouched_publication(engine, world.home, "before") == folder_of(world)
        alter(world)
        assert untouched_publication(engine, world.home, "after") is None
        assert recorded_alterations(engine, "before") == []
        assert re.search(words, "; ".join(recorded_alterations(engine, "after")))


@pytest.mark.parametrize("alter", [edit_database, bend_link])
def test_what_was_altered_is_said_and_written_anew(
    world: World, monkeypatch: pytest.MonkeyPatch, alter: Callable[[World], None]
) -> None:
    before = rows_of(world)
    exchanged: list[str] = []
    monkeypatch.setattr(build, "exchange_rows", lambda engine, table: exchanged.append(table.name))
    alter(world)
    (told,) = (result for result in world.run() if not result.passed)
    assert told.name == CHECK
    assert told.warns
    assert exchanged == []
    assert rows_of(world) == before
    assert published_run(world.home) == "run-002"
    assert sorted(path.name for path in world.home.published.iterdir()) == [
        *("csv", "current", "current_files", "files", "omni.duckdb", "parquet", "versions")
    ]


def test_nothing_is_said_of_a_file_that_holds_what_it_held(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchanged: list[str] = []
    real = build.exchange_rows
    monkeypatch.setattr(
        build,
        "exchange_rows",
        lambda engine, table: (exchanged.append(table.name), real(engine, table)),
    )
    folder_of(world).joinpath("omni.duckdb").chmod(0o600)
    folder_of(world).joinpath("omni.duckdb").touch()
    world.deliver("web", "2026-03-02", [person(60)])
    assert all(result.passed for result in world.run())
    assert exchanged


def test_a_home_copied_with_its_links_followed_publishes_again(
    world: World, tmp_path: Path
) -> None:
    before = rows_of(world)
    copied = World(Path(shutil.copytree(world.root, tmp_path / "copied")), world.nights)
    assert not (copied.home.published / "current").is_symlink()
    with duckdb.connect(str(copied.home.published_file), read_only=True) as reader:
        copied.deliver("web", "2026-03-02", [person(60)])
        (told,) = (result for result in copied.run() if not result.passed)
        assert told.name == CHECK
        assert "copied with its links followed" in told.finding
        assert reader.execute("select count(*) from crosswalk").fetchone() == (70,)
    assert len(copied.customers()) == 41
    for name in ("current", "current_files", "omni.duckdb", "parquet", "csv"):
        assert (copied.home.published / name).is_symlink()
    versions = {path.name for path in (copied.home.published / "versions").iterdir()}
    assert versions == {"run-001", "run-002"}
    assert rows_of(world) == before
    assert all(result.passed for result in copied.run())


def test_a_published_folder_that_its_owner_may_not_write_is_put_right(world: World) -> None:
    for path in (world.home.published, *world.home.published.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o555)
    world.deliver("web", "2026-03-02", [person(60)])
    assert all(result.passed for result in world.run())
    assert len(world.customers()) == 41
    assert world.home.published.stat().st_mode & 0o777 == 0o750
