"""Commands of an older version on a home that a later one wrote: exit code 2, the version it takes, nothing changed."""

from __future__ import annotations

import pytest

from omni_identity.engines import writer_version
from tests.cli.conftest import Omni
from tests.worlds import World


def test_every_command_that_needs_the_warehouse_says_which_version_it_takes(
    world: World, omni: Omni, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_version, "own_version", lambda: "0.0.9")
    own = ("--by", "tester", "--reason", "test")
    before = world.home.warehouse_file.read_bytes()
    landed = {path: path.read_bytes() for path in (world.root / "landing").rglob("*.csv")}
    for command in (
        ("run",),
        ("run", "--full-refresh"),
        ("run", "--dry-run"),
        ("status",),
        ("train",),
        ("erase", "web:w1", *own, "--yes"),
        ("judge", "different", "web:w1", "till:t1", *own, "--yes"),
        ("restore",),
    ):
        ended = omni(*command, "--home", world.root)
        assert ended.exit_code == 2, (command, ended.err)
        assert "omni-identity>=" in ended.err.replace("\n", ""), command
    assert world.home.warehouse_file.read_bytes() == before
    assert landed == {path: path.read_bytes() for path in landed}
    assert not any((world.root / "judgements").glob("*")), "no verdict, no erasure"
