"""An S3 server on this machine, and a bucket in it that is empty for every test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.postgres_server import find_binaries, postgres_server

ENDPOINT = "AWS_ENDPOINT_URL"


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The bucket ``crm-exports``, as boto3 sees it."""
    import boto3

    settings = {
        ENDPOINT: s3_server,
        "AWS_ACCESS_KEY_ID": "invented",
        "AWS_SECRET_ACCESS_KEY": "invented",
        "AWS_REGION": "us-east-1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    found = boto3.resource("s3", endpoint_url=s3_server, region_name="us-east-1").Bucket(
        "crm-exports"
    )
    found.create()
    yield found
    found.objects.all().delete()
    found.delete()


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """The address of a PostgreSQL server of the tests' own, with a password in it."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL is installed: apt-get install postgresql")
    with postgres_server(binaries) as address:
        yield address


class Shop:
    """The schema ``shop`` in that server, empty for every test."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __call__(self, sql: str) -> None:
        """Run statements and commit them."""
        with self._connection.cursor() as cursor:
            for statement in sql.split(";"):
                if statement.strip():
                    cursor.execute(statement)
        self._connection.commit()


@pytest.fixture
def shop(postgres_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """The schema; ``SHOP_DSN`` has the server's address."""
    from adbc_driver_postgresql import dbapi

    monkeypatch.setenv("SHOP_DSN", postgres_address)
    with dbapi.connect(postgres_address) as connection:
        made = Shop(connection)
        made("create schema shop")
        yield made
        connection.rollback()
        made("drop schema shop cascade")
