"""Servers of the tests' own, and the publications of two nights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from omni_identity.destinations import Publication
from omni_identity.publish.build import CURRENT
from tests.channels.fetching.conftest import bucket, postgres_address, s3_server
from tests.destinations.publications import kept
from tests.shared import copy_home, make_once
from tests.worlds import World, person, receipt

__all__ = ["bucket", "postgres_address", "s3_server"]

Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def two_nights(
    tmp_path_factory: pytest.TempPathFactory, town_after_one_night: World
) -> tuple[Publication, Publication]:
    """What a town of forty published, and what it did after a night with new, changed and deleted records."""

    def make(folder: Path) -> None:
        world = World(copy_home(town_after_one_night.root, folder / "home"), 1)
        kept(world.home.published / CURRENT, folder / "kept", "run-001")
        rows = [person(n, changed="2026-03-02T00:00:00Z", city="Shelbyville") for n in range(3)]
        rows += [person(n) for n in range(40, 43)]
        world.deliver(
            "web", "2026-03-02", [*rows, person(39, gone="true", changed="2026-03-02T00:00:00Z")]
        )
        world.deliver("till", "2026-03-02", [receipt(n) for n in range(31)])
        world.deliver("web_events", "2026-03-02", [
            {"event": f"e{n}", "id": f"w{n}", "kind": "order", "at": f"2026-03-01T1{n}:00:00Z",
             "order": f"O{n}", "amount": "12.30", "currency": "EUR"} for n in range(5)
        ])  # fmt: skip
        assert [result.name for result in world.run() if not result.passed] == []
        kept(world.home.published / CURRENT, folder / "kept", "run-002")

    home = make_once(tmp_path_factory, "two_nights", make) / "kept"
    versions = home / "published" / "versions"
    first, second = (Publication(name, home, versions / name) for name in ("run-001", "run-002"))
    return first, second


@pytest.fixture
def ask(postgres_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Run a statement on the server, commit it and return its rows; ``WAREHOUSE_DSN`` has the server's address."""
    from adbc_driver_postgresql import dbapi

    monkeypatch.setenv("WAREHOUSE_DSN", postgres_address)

    def run(sql: str, *values: object) -> list[tuple[Any, ...]]:
        cursor.execute(sql, values or None)
        rows = list(cursor.fetchall()) if sql.lower().startswith("select") else []
        connection.commit()
        return rows

    with dbapi.connect(postgres_address) as connection, connection.cursor() as cursor:
        yield run
        connection.rollback()
        for schema in ("customers", "other"):
            run(f"drop schema if exists {schema} cascade")
        for role in ("bi_reader", "writer"):
            if run("select 1 from pg_roles where rolname = $1", role):
                run(f"drop owned by {role}")
                run(f"drop role {role}")
