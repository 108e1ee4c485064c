"""``omni run --json --wait``: what a scheduler reads, and a home that somebody else holds for a while."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb
import pytest

from omni_identity.cli import unattended_night
from omni_identity.cli.timed_log import TimedStream
from omni_identity.demo import DEMO_CONFIGURATION
from omni_identity.model.errors import HomeIsBusy
from tests.cli.conftest import Ending, Omni

TIMED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ .*\S.*")
HOLDER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.readline()
"""


def report_of(ending: Ending) -> dict[str, Any]:
    """What was printed: one line of JSON, and beside it lines with times."""
    [line] = ending.out.splitlines()
    assert [line for line in ending.err.splitlines() if not TIMED.fullmatch(line)] == []
    found: dict[str, Any] = json.loads(line)
    assert found["exit_code"] == ending.exit_code
    return found


def hold(home: Path) -> subprocess.Popen[str]:
    """Another process that has the warehouse until it is told to let go."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home / "warehouse" / "omni.duckdb")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def let_go(holder: subprocess.Popen[str]) -> None:
    holder.communicate("\n", timeout=60)


@pytest.mark.usefixtures("in_dagster")
def test_a_run_reports_itself_as_one_object_and_logs_with_times(
    omni: Omni, own_demo_home: Path, tmp_path: Path
) -> None:
    elsewhere = f"destinations: {{lake: {{type: folder, path: {tmp_path / 'lake'}}}}}\n"
    (own_demo_home / "omni.yaml").write_text(DEMO_CONFIGURATION + elsewhere)
    ending = omni("run", "--json", "--home", own_demo_home)
    report = report_of(ending)
    assert (report["status"], report["exit_code"], report["error"]) == ("published", 0, None)
    with closing(duckdb.connect(str(own_demo_home / "published" / "omni.duckdb"))) as published:
        [row] = published.execute(
            "select run_id, current_count, customer_count, interaction_count from runs"
            " order by run_number desc limit 1"
        ).fetchall()
    counts = report["counts"]
    shown = (report["run_id"], counts["records"], counts["customers"], counts["interactions"])
    assert shown == row
    assert (counts["files"], counts["landed_rows"], counts["golden_id_events"]) == (0, 0, {})
    assert 0 < report["run_seconds"] <= report["seconds"] + 0.1
    assert report["started_at"] < report["finished_at"]
    assert report["started_at"].endswith("+00:00")
    [lake] = report["destinations"]
    assert (lake["destination"], lake["has_this_run"], lake["failure"]) == ("lake", True, None)
    assert {"warn"} >= {check["severity"] for check in report["failed_checks"]}
    assert "golden ids" in ending.err
    assert f"Published {own_demo_home / 'published' / 'omni.duckdb'}" in ending.err


def test_a_destination_that_failed_and_a_check_that_withholds_are_in_the_report(
    omni: Omni, own_demo_home: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    inside = f"destinations: {{lake: {{type: folder, path: {tmp_path / 'file' / 'lake'}}}}}\n"
    (own_demo_home / "omni.yaml").write_text(DEMO_CONFIGURATION + inside)
    report = report_of(omni("run", "--json", "--home", own_demo_home))
    assert report["status"] == "published"
    assert report["destinations"][0]["has_this_run"] is False
    assert report["destinations"][0]["failure"]
    named = {(check["check"], check["severity"]) for check in report["failed_checks"]}
    assert ("publication_is_delivered", "warn") in named

    bounded = DEMO_CONFIGURATION.replace("checks:", "checks:\n  max_customer_records: 1", 1)
    (own_demo_home / "omni.yaml").write_text(bounded)
    report = report_of(omni("run", "--json", "--home", own_demo_home))
    assert (report["status"], report["exit_code"]) == ("withheld", 1)
    withheld = [c["check"] for c in report["failed_checks"] if c["severity"] == "withhold"]
    assert withheld == ["largest_customer_is_within_bounds"]
    assert "largest_customer_is_within_bounds" in report["error"]
    assert report["counts"]["customers"] > 0


def test_a_mistake_before_the_run_is_reported_too(omni: Omni, tmp_path: Path) -> None:
    report = report_of(omni("run", "--json", "--home", tmp_path / "none"))
    assert (report["run_id"], report["status"], report["exit_code"]) == (None, "failed", 2)
    assert "omni init" in report["error"]
    assert report["counts"] is None


def test_an_interruption_is_reported(
    omni: Omni, own_demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(unattended_night, "execute_shown", interrupted)
    ending = omni("run", "--json", "--home", own_demo_home)
    report = json.loads(ending.out)
    assert (report["status"], report["exit_code"], ending.exit_code) == ("interrupted", 130, 130)


@pytest.mark.usefixtures("in_dagster")
def test_no_value_of_a_person_is_in_report_or_log(omni: Omni, own_demo_home: Path) -> None:
    with closing(duckdb.connect(str(own_demo_home / "published" / "omni.duckdb"))) as published:
        values = published.execute(
            "select value from identifiers where identifier in ('email', 'phone')"
        ).fetchall()
    [file, *_] = sorted((own_demo_home / "landing" / "web" / "contacts").iterdir())
    (file.parent / "new.csv").write_bytes(file.read_bytes() + b"broken,\n")
    ending = omni("run", "--json", "--full-refresh", "--home", own_demo_home)
    report_of(ending)
    assert len(values) > 100
    assert [v for (v,) in values if v in ending.out or v in ending.err] == []


def test_a_run_waits_for_a_home_that_is_held_and_begins_once_it_is_free(
    omni: Omni, own_demo_home: Path
) -> None:
    holder = hold(own_demo_home)
    timer = Timer(8, let_go, [holder])
    timer.start()
    report = report_of(ending := omni("run", "--json", "--wait", 120, "--home", own_demo_home))
    timer.join()
    assert report["status"] == "published"
    assert "Another run is at work in this home: waiting for at most 120 s." in ending.err
    assert report["seconds"] > report["run_seconds"] + 5  # the run itself began after the waiting


def test_a_run_that_waited_in_vain_says_so_and_changes_nothing(
    omni: Omni, own_demo_home: Path
) -> None:
    current = (own_demo_home / "published" / "current").readlink()
    holder = hold(own_demo_home)
    try:
        report = report_of(omni("run", "--json", "--wait", 7, "--home", own_demo_home))
    finally:
        let_go(holder)
    assert (report["status"], report["exit_code"]) == ("failed", 3)
    assert "in use by another process" in report["error"]
    assert 7 <= report["seconds"] < 60
    assert (report["counts"], report["destinations"]) == (None, None)
    assert (own_demo_home / "published" / "current").readlink() == current


def test_who_waited_may_take_the_home_before_the_figures_are_read(
    omni: Omni, own_demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(*_: object) -> None:
        raise HomeIsBusy("held")

    monkeypatch.setattr("omni_identity.cli.night.read_run_figures", taken)
    report = report_of(ending := omni("run", "--json", "--home", own_demo_home))
    assert (report["status"], report["exit_code"], report["counts"]) == ("published", 0, None)
    assert "`omni status` has the figures" in ending.err
    plain = omni("run", "--home", own_demo_home)
    assert plain.exit_code == 0
    assert "`omni status` has the figures" in plain.out


def test_lines_that_come_in_pieces_have_one_time_each(capsys: pytest.CaptureFixture[str]) -> None:
    stream = TimedStream(sys.stderr)  # type: ignore[arg-type]
    for piece in ("land", "ing\nlink", "ing\n", "\n"):
        stream.write(piece)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == ["landing", "linking"]
    assert all(TIMED.fullmatch(line) for line in lines)
