"""An S3 server on this machine, and a bucket in it that is empty for every test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

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
