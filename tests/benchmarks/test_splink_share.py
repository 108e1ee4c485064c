"""The statement that stands in for Splink in the benchmark: it has to do the same work."""

from __future__ import annotations

import pytest

from benchmarks.scale import splink_share
from omni_identity.pipeline.warehouse import open_warehouse
from tests.worlds import World


def test_it_gives_every_pair_splinks_weight_and_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["splink_share", str(world.root), "100000"])
    splink_share.main()
    first, *measured = capsys.readouterr().out.splitlines()
    assert int(first.removesuffix(" pairs").replace(",", "")) > 30
    assert len(measured) == 2
    for line in measured:
        difference = float(line.split("differ by ")[1].removesuffix(" at most"))
        assert difference < 1e-9
    night = world.night()
    with open_warehouse(night) as engine:
        assert not [name for name in engine.columns() if "share_" in name]
