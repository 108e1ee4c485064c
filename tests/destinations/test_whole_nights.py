"""Nights of a town with every destination: what each gets, one that is down, and a person who is erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from omni_identity.channels.configuration import load_configuration
from omni_identity.destinations.delta import DELIVERIES
from omni_identity.destinations.postgres_session import Session
from omni_identity.person_requests.erasure_request import Request, find_target, request_erasure
from tests.destinations.conftest import Ask
from tests.worlds import CONFIGURATION, World, deliver_town, person

NAMES = ("bi", "bucket", "copy", "crm", "lake")


def destinations(folder: Path) -> dict[str, dict[str, Any]]:
    """One of each type, which all get all tables."""
    found: dict[str, dict[str, Any]] = {
        "bi": {"type": "postgres", "url_env": "WAREHOUSE_DSN", "schema": "customers"},
        "bucket": {"type": "parquet", "url": "s3://lake/bucket"},
        "copy": {"type": "folder", "path": str(folder / "copy")},
        "crm": {"type": "files", "path": str(folder / "crm"), "format": "jsonl"},
        "lake": {"type": "delta", "path": str(folder / "lake")},
    }
    return {name: one | {"leave_out": []} for name, one in found.items()}


@pytest.fixture
def town(tmp_path: Path, models: Path, ask: Ask, lake: Any) -> World:
    """Forty people with an audience of those who want mail, of which no night has been run."""
    configuration = CONFIGURATION + yaml.safe_dump({"destinations": destinations(tmp_path)})
    world = deliver_town(tmp_path / "home", models, configuration)
    agreed = {"newsletter": "yes", "changed": "2026-03-01T00:00:00Z"}
    world.deliver("web", "2026-03-02", [person(number, **agreed) for number in range(40)])
    (world.root / "audiences").mkdir()
    (world.root / "audiences" / "everybody.sql").write_text(
        "-- Everybody who may be written to.\n-- priority: 10\n"
        "select golden_id, first_seen_at as since, 'They are there' as reason from unified_profiles\n"
    )
    return world


def texts(folder: Path, lake: Any, ask: Ask) -> Iterator[tuple[str, str]]:
    """All that every destination holds, readable, by destination."""
    for name in ("copy", "crm", "lake"):
        for path in sorted((folder / name).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield name, content(path)
    for one in lake.objects.all():
        file = folder / "object.parquet"
        file.write_bytes(one.get()["Body"].read())
        yield "bucket", content(file) if one.key.endswith(".parquet") else file.read_text()
    for (table,) in ask("select tablename::text from pg_tables where schemaname = 'customers'"):
        yield "bi", "\n".join(row for (row,) in ask(f"select t::text from customers.{table} as t"))


def content(path: Path) -> str:
    if path.suffix != ".parquet":
        return path.read_text(encoding="utf-8", errors="replace")
    with duckdb.connect() as connection:
        return str(connection.sql(f"select to_json(t)::varchar from '{path}' as t").fetchall())


def holders(folder: Path, lake: Any, ask: Ask, mark: str) -> set[str]:
    return {name for name, text in texts(folder, lake, ask) if mark in text}


def delivered(world: World) -> dict[str, tuple[str | None, str | None]]:
    with duckdb.connect(str(world.home.warehouse_file), read_only=True) as connection:
        rows = connection.sql(
            "select destination, delivered_run_id, failure from ledger.destinations order by 1"
        ).fetchall()
    return {name: (run_id, failure) for name, run_id, failure in rows}


def test_every_destination_gets_each_night_and_an_erased_person_is_gone_from_all(
    town: World, tmp_path: Path, ask: Ask, lake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [check.name for check in town.run() if not check.passed] == []
    assert delivered(town) == dict.fromkeys(NAMES, ("run-001", None))
    mark = person(7)["email"]
    assert holders(tmp_path, lake, ask, mark) == set(NAMES)
    other = person(8)["email"]

    configuration = load_configuration(town.home.configuration)
    target = find_target(town.home, configuration, mark)
    request = Request(target.golden_id, target.person, "officer", "request 1")
    request_erasure(town.home, configuration, request)
    town.run()
    staged: list[str] = []
    stage = Session.stage

    def noted(self: Session, name: str, rows: Any) -> None:
        staged.append(name)
        stage(self, name, rows)

    monkeypatch.setattr(Session, "stage", noted)
    town.run()
    only_keys = [name for name in staged if name.endswith("_gone")]
    assert len(only_keys) == len(staged) // 2 > 0, (
        "what is sent is what differs from the files before"
    )
    assert delivered(town) == dict.fromkeys(NAMES, ("run-003", None))
    assert holders(tmp_path, lake, ask, mark) == set()
    assert holders(tmp_path, lake, ask, other) == set(NAMES)


def test_one_that_is_down_gets_the_next_night_and_the_others_this_one(
    town: World, tmp_path: Path, ask: Ask, lake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("WAREHOUSE_DSN", "postgresql://tester:open-sesame@127.0.0.1:1/postgres")
        town.run()
    found = delivered(town)
    run_id, failure = found.pop("bi")
    assert run_id is None
    assert failure is not None
    assert "it cannot be reached" in failure
    assert "open-sesame" not in failure
    assert found == dict.fromkeys(NAMES[1:], ("run-001", None))
    town.run()
    assert delivered(town) == dict.fromkeys(NAMES, ("run-002", None))
    crosswalk = "select channel, source_record_id, golden_id from {} order by 1, 2"
    expected = town.read(crosswalk.format("crosswalk")).rows()
    assert sorted(ask(crosswalk.format("customers.crosswalk"))) == expected
    copy = tmp_path / "copy" / "current" / "crosswalk.parquet"
    assert duckdb.sql(crosswalk.format(f"'{copy}'")).fetchall() == expected
    assert (tmp_path / "lake" / DELIVERIES).is_dir()
