"""What a user reads of feeds that lie elsewhere: that their source fails, and that an erasure ends before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.channels.fetching.conftest import ENDPOINT, bucket, s3_server  # noqa: F401
from tests.channels.fetching.test_fetched_nights import FROM_STORE, put
from tests.cli.conftest import Omni
from tests.worlds import World, person, receipt


def test_a_source_that_fails_is_named_and_so_is_what_an_erasure_cannot_reach(
    omni: Omni,
    bucket: Any,  # noqa: F811
    models: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World.make(tmp_path / "home", FROM_STORE.replace("days: 30}", "days: 3000}"), models)
    put(bucket, "2026-03-01", [person(n) for n in range(12)])
    world.deliver("till", "2026-03-01", [receipt(n) for n in range(8)])
    world.run()
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    url = "s3://crm-exports/web/*.csv"
    ended = omni("run", "--accept-changes", "--home", world.root)
    assert ended.exit_code == 0, ended.err
    for said in (ended, omni("status", "--home", world.root)):
        assert url in said.out + said.err
        assert "does not give it out" in said.out + said.err
    listed = omni("quarantine", "--home", world.root)
    assert url in listed.out
    erased = omni(
        *("erase", "web:w3", "--by", "officer", "--reason", "request 1", "--yes"),
        *("--home", world.root),
    )
    assert f"Not erased at its source, which is its owner's to do: {url}" in erased.out + erased.err
