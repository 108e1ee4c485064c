"""Tables that did not change since the last publication: left as they are, and their files copied, not written."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.engines import DuckDBEngine, count_rows_of
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import published_tables
from omni_identity.publish import table_files
from omni_identity.publish.table_files import WRITTEN_BY
from omni_identity.publish.unchanged import same_rows
from tests.worlds import World, person, receipt

TABLES = published_tables(Vocabulary())


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, models: Path) -> World:
    """Twenty-five people, published once."""
    world = World.make(tmp_path_factory.mktemp("town"), models=models)
    world.deliver("web", "0001", [person(n) for n in range(25)])
    world.deliver("till", "0001", [receipt(n) for n in range(0, 25, 2)])
    world.run()
    return world


def folder_of(world: World) -> Path:
    return (world.home.published / "current_files").resolve()


def files(folder: Path) -> dict[str, bytes]:
    found = (*folder.glob("parquet/*"), *folder.glob("csv/*"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(found)}


def written_tables(world: World, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The tables whose files a run writes, and does not copy."""
    written = set[str]()
    real = table_files.write_parquet

    def write(engine, source, file, table):  # type: ignore[no-untyped-def]
        written.add(table.name)
        real(engine, source, file, table)

    monkeypatch.setattr(table_files, "write_parquet", write)
    world.run()
    return written


def test_a_night_with_nothing_new_writes_the_files_of_its_own_figures_alone(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(folder_of(town))
    written = written_tables(town, monkeypatch)
    after = files(folder_of(town))
    assert "runs" in written
    assert not written & {"unified_profiles", "crosswalk", "interactions", "kpis", "identifiers"}
    assert len(written) < len(TABLES) / 4
    assert after.keys() == before.keys()
    changed = {Path(name).stem for name in before if after[name] != before[name]}
    assert changed <= written


def test_files_that_other_code_wrote_are_written_again(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = folder_of(town) / WRITTEN_BY
    note.chmod(0o600)
    monkeypatch.setattr("omni_identity.publish.table_files.duckdb.__version__", "1.9.9")
    assert written_tables(town, monkeypatch) == set(TABLES)


def test_a_row_that_is_other_or_stands_more_often_is_seen() -> None:
    table = TABLES["channel_attributes"]
    columns = ", ".join(f'null::{c.type} as "{c.name}"' for c in table.columns[1:])
    name = table.columns[0].name

    def rows(*values: str) -> str:
        return " union all ".join(f"select '{v}' as \"{name}\", {columns}" for v in values)

    def is_same(content: str) -> bool:
        wanted = count_rows_of(engine, {table.name: f"({content})"})
        found = same_rows(engine, {table.name: table}, {table.name: content}, wanted)
        return found == {table.name}

    with DuckDBEngine() as engine:
        engine.run("attach ':memory:' as candidate")
        engine.run(f"create table candidate.main.{table.name} as {rows('web', 'till')}")
        assert is_same(rows("till", "web"))
        assert not is_same(rows("web", "app"))
        assert not is_same(rows("web", "web"))
        assert not is_same(rows("web"))
        assert not is_same(rows("web", "till", "app"))
