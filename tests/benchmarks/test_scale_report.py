"""The page of scale: ratios of what was measured, and nothing where something was not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.scale.report import write_report


def step(name: str, seconds: float) -> dict[str, Any]:
    return {"step": name, "seconds": seconds, "peak_mebibytes": 100.0}


def size(contacts: int, seconds: float, **more: Any) -> dict[str, Any]:
    return {
        "customers": contacts // 2,
        "interactions_per_customer": 10.0,
        "memory_limit": "",
        "generator": {"seconds": 5.0, "mebibytes": 300.0},
        "rows": {"contacts": contacts, "interactions": 10 * contacts, "scored_pairs": 7},
        "full": {
            "seconds": seconds,
            "mebibytes": 900.0,
            "steps": [step("match_scores", 30.0), step("kpis", 10.0)],
        },
        **more,
    }


BARE = {"seconds": 20.0, "mebibytes": 50.0, "steps": {"seconds": {"training": 9.0}, "pairs": 3}}


def test_ratios_are_of_what_was_measured(tmp_path: Path) -> None:
    night = {"seconds": 6.0, "mebibytes": 1.0, "steps": [step("kpis", 2.0)]}
    text = write_report([size(1000, 60.0, bare=BARE, one_percent=night)], tmp_path / "scale.md")
    assert text == (tmp_path / "scale.md").read_text(encoding="utf-8")
    assert "| full run / bare Splink | 3.0 |" in text
    assert "| linkage alone / bare Splink | 1.5 |" in text
    assert "| night with 1 % changed / full run | 10% |" in text
    assert "| night with 1,000 changed, s |  |" in text
    assert "| kpis | 10.0 | 100 | 100 | 2.0 |  |" in text


def test_what_comes_behind_the_switch_keeps_nobody_waiting(tmp_path: Path) -> None:
    steps = [step("kpis", 2.0), step("publication", 1.0), step("published_files", 4.0)]
    night = {"seconds": 12.0, "mebibytes": 1.0, "steps": steps}
    measured = size(1000, 60.0, a_thousand=night, on="2026-12-01")
    text = write_report([measured], tmp_path / "scale.md")
    assert "| night with 1,000 changed, s | 12 |" in text
    assert "| night with 1,000 changed, until the switch, s | 8 |" in text
    assert "| measured on | 2026-12-01 |" in text


def test_growth_is_the_exponent_between_the_smallest_and_the_largest(tmp_path: Path) -> None:
    larger = size(100_000, 600.0) | {
        "memory_limit": "6GiB",
        "interactions_per_customer": 3.0,
        "pairs_per_record": 6.0,
    }
    text = write_report([size(1000, 60.0), larger], tmp_path / "scale.md")
    assert "exponent of 0.50" in text
    assert "    python -m benchmarks.scale 500\n" in text
    added = (
        "OMNI_MEMORY_LIMIT=6GiB python -m benchmarks.scale 50000 --interactions 3 --pairs 6 --add"
    )
    assert f"    {added}\n" in text


def test_runs_on_spark_follow(tmp_path: Path) -> None:
    on_spark = size(2000, 400.0) | {"heap": "2g", "warehouse_mebibytes": 70.0}
    text = write_report([size(1000, 60.0)], tmp_path / "scale.md", [on_spark])
    assert "## On Spark" in text
    assert "    python -m benchmarks.scale.on_spark 1000\n" in text
    assert "| all processes, MiB | 900 |" in text
    assert "| match_scores | 30.0 | 67 |" in text
