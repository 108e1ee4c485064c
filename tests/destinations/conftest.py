"""Servers of the tests' own, and the publications of two nights."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from omni_identity.destinations import Publication
from omni_identity.publish.links import CURRENT_FILES
from tests.channels.fetching.conftest import postgres_address
from tests.destinations.publications import kept
from tests.shared import copy_home, make_once
from tests.worlds import World, person, receipt

__all__ = ["postgres_address"]

Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of an S3 server: a process of its own, as some calls of native code keep this one busy."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as server:
        try:
            deadline = time.monotonic() + 120
            while True:
                assert server.poll() is None
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.fixture
def lake(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The bucket ``lake`` there, as boto3 sees it, empty; the environment leads to it."""
    import boto3

    for name, value in {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ACCESS_KEY_ID": "invented",
        "AWS_SECRET_ACCESS_KEY": "invented",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    found = boto3.resource("s3", endpoint_url=s3_server, region_name="us-east-1").Bucket("lake")
    found.create()
    yield found
    found.objects.all().delete()
    found.delete()


@pytest.fixture(scope="session")
def two_nights(
    tmp_path_factory: pytest.TempPathFactory, town_after_one_night: World
) -> tuple[Publication, Publication]:
    """What a town of forty published, and what it did after a night with new, changed and deleted records."""

    def make(folder: Path) -> None:
        world = World(copy_home(town_after_one_night.root, folder / "home"), 1)
        kept(world.home.published / CURRENT_FILES, folder / "kept", "run-001")
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
        kept(world.home.published / CURRENT_FILES, folder / "kept", "run-002")

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
