"""A tool's process is judged by the product's evaluator; one that fails is a row with its reason."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl
import pytest

from benchmarks.accuracy import measuring
from benchmarks.accuracy.measuring import Ended, Prepared, figures, run_limited
from omni_identity.linkage.evaluation import evaluate_clusters

LABELS = pl.DataFrame(
    {
        "channel": ["web"] * 4,
        "source_record_id": ["1", "2", "3", "4"],
        "entity": ["a", "a", "a", "b"],
        "cause": ["twins", "twins", "twins", None],
    }
)


def clusters(golden_ids: list[str]) -> pl.DataFrame:
    return LABELS.select("channel", "source_record_id").with_columns(
        pl.Series("golden_id", golden_ids)
    )


def test_figures_are_those_of_the_evaluator() -> None:
    row = figures(evaluate_clusters(clusters(["x", "x", "y", "y"]), LABELS))
    assert row["precision"] == pytest.approx(1 / 2)
    assert row["recall"] == pytest.approx(1 / 3)
    assert row["f1"] == pytest.approx(0.4)
    assert (row["records"], row["people"], row["customers"]) == (4, 2, 2)
    assert row["by_cause"]["twins"]["true_pairs"] == 3


def test_a_process_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    ended = run_limited(command, tmp_path / "log", 0.5)
    assert ended.timed_out
    assert ended.exit_code < 0


def test_the_last_words_of_a_process_are_kept(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('out of luck')"]
    assert run_limited(command, tmp_path / "log", 60) == Ended(1, False, "out of luck")


def fake_runs(monkeypatch: pytest.MonkeyPatch, runs: dict[str, list[list[str]]]) -> None:
    """Let ``run_limited`` write the clusters of ``runs``, by run; a run without any fails."""

    def run(command: list[str], log: Path, time_limit: float) -> Ended:
        name, out = command[-3], Path(command[-1])
        variants = []
        for number, ids in enumerate(runs[name]):
            clusters(ids).write_parquet(out / f"{number}.parquet")
            variants.append(
                {"name": f"v{number}", "clusters": f"{number}.parquet", "seconds": 1.0, "note": ""}
            )
        if variants:
            result = {"variants": variants, "memory_mib": 5.0}
            (out / "result.json").write_text(json.dumps(result), encoding="utf-8")
        return Ended(0 if variants else 9, False, "boom")

    monkeypatch.setattr(measuring, "run_limited", run)
    monkeypatch.setattr(measuring, "provenance", lambda tool: {"versions": {}})


DATA = Prepared("mine", Path("unused"), LABELS)
RIGHT, WRONG = ["x", "x", "x", "y"], ["x", "y", "z", "z"]


def test_splink_has_a_row_for_its_usual_and_one_for_its_best_threshold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake_runs(monkeypatch, {"splink": [WRONG, RIGHT]})
    usual, best = measuring.measure("splink", DATA, 1)
    assert (usual["tool"], usual["f1"], usual["variant"]) == ("splink", 0, "v0")
    assert (best["tool"], best["f1"], best["variant"]) == ("splink_best", 1, "v1")


def test_goldenmatch_has_its_best_shape_and_says_that_another_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shapes = {"delivered": [WRONG], "full_name": [], "parts": [RIGHT]}
    runs = {f"goldenmatch_fs:{shape}": found for shape, found in shapes.items()}
    fake_runs(monkeypatch, runs)
    (row,) = measuring.measure("goldenmatch_fs", DATA, 1)
    assert row["f1"] == 1
    assert "boom" in row["note"]


def test_a_tool_that_fails_is_a_row_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_runs(monkeypatch, {"ours": []})
    (row,) = measuring.measure("ours", DATA, 1)
    assert row["reason"] == "exit code 9: boom"
    assert "f1" not in row


def test_the_home_of_a_run_is_kept_in_place_of_an_older_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake_runs(monkeypatch, {"ours": [RIGHT]})
    fake = measuring.run_limited

    def run(command: list[str], log: Path, time_limit: float) -> Ended:
        (Path(command[-1]) / "home").mkdir()
        (Path(command[-1]) / "home" / "omni.yaml").write_text("version: 1\n", encoding="utf-8")
        return fake(command, log, time_limit)

    monkeypatch.setattr(measuring, "run_limited", run)
    (tmp_path / "homes" / "mine").mkdir(parents=True)
    (tmp_path / "homes" / "mine" / "old").touch()
    measuring.measure("ours", DATA, 1, tmp_path / "homes")
    assert [path.name for path in (tmp_path / "homes" / "mine").iterdir()] == ["omni.yaml"]
