"""``omni status`` reads without disturbing, ``omni ui`` starts Dagster on the right home."""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Omni


def test_status_shows_runs_freshness_model_and_counts(omni: Omni, demo_home: Path) -> None:
    out = omni("status", "--home", demo_home).out
    model = (demo_home / "warehouse" / "models" / "pinned").read_text().strip()
    with duckdb.connect(str(demo_home / "published" / "omni.duckdb"), read_only=True) as reader:
        counts = reader.execute("select count(*) from unified_profiles").fetchall()[0]
        channels = reader.execute("select channel, landed_count from run_channel_counts").fetchall()
    assert model in out
    assert "the warehouse" in out
    assert "hours ago" in out
    runs = next(line for line in out.splitlines() if "published" in line)
    assert f"{counts[0]:,}" in runs.split()
    for channel, landed in channels:
        line = next(line for line in out.splitlines() if line.startswith(f"{channel} "))
        assert line.split()[1] == f"{landed:,}"


def test_status_says_what_the_word_for_an_ending_means(omni: Omni, own_demo_home: Path) -> None:
    assert "partial:" not in omni("status", "--home", own_demo_home).out
    with duckdb.connect(str(own_demo_home / "warehouse" / "omni.duckdb")) as warehouse:
        warehouse.execute(
            "insert into ledger.runs (run_id, run_number, started_at, status) values"
            " ('a', 101, '2026-01-01', 'partial'), ('b', 102, '2026-01-01', 'withheld')"
        ).fetchall()
    out = omni("status", "--home", own_demo_home).out
    assert "partial: only some steps were asked for" in out
    assert "withheld: a check kept it from consumers" in out
    assert "failed:" not in out


def test_status_of_a_home_without_runs_is_exit_code_2(omni: Omni, tmp_path: Path) -> None:
    ending = omni("status", "--home", tmp_path)
    assert ending.exit_code == 2
    assert "Nothing has run" in ending.err


def test_ui_becomes_dagster_on_this_home(
    omni: Omni, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[tuple[str, list[str], dict[str, str]]] = []

    def start(program: str, arguments: list[str], environment: dict[str, str]) -> None:
        started.append((program, arguments, environment))

    monkeypatch.setattr(os, "execve", start)
    ending = omni("ui", "--port", 4321, "--home", tmp_path)
    assert ending.exit_code == 0
    assert "http://127.0.0.1:4321" in ending.out
    [(program, arguments, environment)] = started
    assert Path(program).exists()
    assert "4321" in arguments
    assert environment["OMNI_HOME"] == str(tmp_path)


@pytest.mark.parametrize(("host", "warns"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_ui_warns_where_others_can_reach_it(
    omni: Omni, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str, warns: bool
) -> None:
    started: list[dict[str, str]] = []
    monkeypatch.setattr(os, "execve", lambda _program, _words, environment: started.append(environment))  # fmt: skip
    out = omni("ui", "--host", host, "--allow-host", "omni.example", "--home", tmp_path).out
    assert ("no login of its own" in out) == warns
    assert json.loads(started[0]["OMNI_UI_GUARD"]) == {"host": host, "names": ["omni.example"]}


def test_ui_takes_no_address_for_the_name_of_a_host(omni: Omni, tmp_path: Path) -> None:
    ending = omni("ui", "--allow-host", "https://omni.example/", "--home", tmp_path)
    assert ending.exit_code == 2
    assert "must be a host" in ending.err


def test_status_says_in_one_line_what_has_drifted(omni: Omni, own_demo_home: Path) -> None:
    assert "Drifted" not in omni("status", "--home", own_demo_home).out
    with duckdb.connect(str(own_demo_home / "warehouse" / "omni.duckdb")) as warehouse:
        warehouse.execute(
            "update ledger.run_diagnostics set value = 0.15, bound = 0.2"
            " where diagnostic = 'comparison_drift' and bucket = 'phone'"
        ).fetchall()
        warehouse.execute(
            "update ledger.run_diagnostics set value = trained_value - 0.2"
            " where diagnostic = 'filled_attributes' and bucket = 'email'"
        ).fetchall()
    lines = omni("status", "--home", own_demo_home).out.splitlines()
    [line] = [line for line in lines if line.startswith("Drifted")]
    assert "comparison of phone 15% (was 0%)" in line
    assert "email filled" in line
    assert "first filled" not in line


def test_status_of_a_home_of_before_diagnostics_says_nothing_of_drift(
    omni: Omni, own_demo_home: Path
) -> None:
    with duckdb.connect(str(own_demo_home / "warehouse" / "omni.duckdb")) as warehouse:
        warehouse.execute("drop table ledger.run_diagnostics").fetchall()
    ending = omni("status", "--home", own_demo_home)
    assert ending.exit_code == 0
    assert "Drifted" not in ending.out


def test_status_says_what_withheld_the_last_run_and_what_it_warns_of(
    omni: Omni, own_demo_home: Path
) -> None:
    healthy = omni("status", "--home", own_demo_home).out
    assert "Withheld" not in healthy
    settings = own_demo_home / "omni.yaml"
    bounds = (
        "checks:\n  max_customer_records: 1\n  max_age_days: 0.000001\n"
        "  severity: {deliveries_are_fresh: warn}"
    )
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("checks:  ", f"{bounds}  #", 1), "utf-8")
    ending = omni("run", "--home", own_demo_home)
    assert ending.exit_code == 1
    assert "Warning   deliveries_are_fresh: " in ending.out
    assert "deliveries_are_fresh" not in ending.err
    lines = omni("status", "--home", own_demo_home).out.splitlines()
    assert any(
        line.startswith("Withheld  largest_customer_is_within_bounds: the") for line in lines
    )
    assert any(line.startswith("Warning   deliveries_are_fresh: the newest") for line in lines)
