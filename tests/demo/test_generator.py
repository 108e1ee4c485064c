"""The demo as files: the same bytes for the same plan, and its own folders only."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from omni_identity.demo import DEMO_CONFIGURATION, DemoError, DemoPlan, clear_demo, write_demo

SMALL = DemoPlan(customers=250, interactions_per_customer=3.0)


def digests(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


def test_same_plan_gives_same_bytes_in_another_process_and_with_other_threads(
    tmp_path: Path,
) -> None:
    write_demo(tmp_path / "here", SMALL)
    code = (
        "import sys; from pathlib import Path; from omni_identity.demo import *; "
        "write_demo(Path(sys.argv[1]), DemoPlan(customers=250, interactions_per_customer=3.0))"
    )
    settings = {**os.environ, "PYTHONHASHSEED": "4711", "POLARS_MAX_THREADS": "1"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "there")], env=settings, check=True)
    assert digests(tmp_path / "here") == digests(tmp_path / "there")


def test_another_seed_gives_another_demo(tmp_path: Path) -> None:
    write_demo(tmp_path / "a", SMALL)
    write_demo(tmp_path / "b", DemoPlan(customers=250, seed=8, interactions_per_customer=3.0))
    first, second = digests(tmp_path / "a"), digests(tmp_path / "b")
    landed = [name for name in first if name.startswith("landing")]
    assert landed
    assert not [name for name in landed if first[name] == second.get(name)]


def test_blocks_make_parts_and_one_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omni_identity.demo.plan.BLOCK_CUSTOMERS", 100)
    summary = write_demo(tmp_path, SMALL)
    bulk = sorted((tmp_path / "landing/web/contacts").glob("2026-11-16*"))
    assert [path.name for path in bulk] == [f"2026-11-16-part-000{at}.csv" for at in range(3)]
    snapshots = sorted((tmp_path / "landing/loyalty/contacts").iterdir())
    assert [path.name for path in snapshots] == ["2026-11-16.parquet", "2026-11-20.parquet"]
    assert set(summary.files) == set((tmp_path / "landing").rglob("*.*"))


@pytest.mark.parametrize(
    "plan",
    [DemoPlan(customers=1, days=1), DemoPlan(customers=40, days=2, interactions_per_customer=0)],
)
def test_tiny_demos_work(tmp_path: Path, plan: DemoPlan) -> None:
    told: list[float] = []
    assert write_demo(tmp_path, plan, lambda _, share: told.append(share)).records >= plan.customers
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize(
    "wrong", [{"customers": 0}, {"days": 0}, {"seed": -1}, {"interactions_per_customer": -1.0}]
)
def test_impossible_plans_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(DemoError):
        DemoPlan(**wrong)


def test_a_second_demo_replaces_the_first(tmp_path: Path) -> None:
    write_demo(tmp_path, DemoPlan(customers=60, days=3, interactions_per_customer=2.0))
    write_demo(tmp_path, SMALL)
    write_demo(tmp_path / "fresh", SMALL)
    before = {name: digest for name, digest in digests(tmp_path).items() if "fresh" not in name}
    assert before == digests(tmp_path / "fresh")


def test_clearing_leaves_everything_else(tmp_path: Path) -> None:
    write_demo(tmp_path, DemoPlan(customers=20, days=1))
    (tmp_path / "warehouse").mkdir()
    clear_demo(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["omni.yaml", "warehouse"]
    clear_demo(tmp_path)


def test_real_deliveries_are_never_cleared(tmp_path: Path) -> None:
    delivery = tmp_path / "landing" / "crm" / "2026-11-16.csv"
    delivery.parent.mkdir(parents=True)
    delivery.write_text("id\n1\n")
    with pytest.raises(DemoError, match="no demo wrote"):
        write_demo(tmp_path, SMALL)
    assert delivery.read_text() == "id\n1\n"
    assert not (tmp_path / "omni.yaml").exists()


def test_a_configuration_of_ones_own_is_kept_aside(tmp_path: Path) -> None:
    (tmp_path / "omni.yaml").write_text("version: 1\n")
    write_demo(tmp_path, DemoPlan(customers=5, days=1))
    assert (tmp_path / "omni.yaml").read_text(encoding="utf-8") == DEMO_CONFIGURATION
    assert (tmp_path / "omni.before-demo.yaml").read_text() == "version: 1\n"
