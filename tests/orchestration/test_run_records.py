"""Runs are recorded in files that stay open; Dagster's own storage reads them, at any time."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from omni_identity.model.home import Home
from omni_identity.orchestration.instance import instance_folder, open_instance
from omni_identity.orchestration.run_records import EventLog


@dg.asset
def made() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"rows": 3})


def kinds(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    return [
        log.dagster_event.event_type_value for log in instance.all_logs(run_id) if log.dagster_event
    ]


def test_what_is_recorded_is_what_dagster_records(tmp_path: Path) -> None:
    ours, theirs = Home(tmp_path / "ours"), str(instance_folder(Home(tmp_path / "theirs")))
    with open_instance(ours) as instance:
        assert isinstance(instance.event_log_storage, EventLog)
        run = dg.materialize([made], instance=instance)
        second = dg.materialize([made], instance=instance)
    with dg.DagsterInstance.from_config(theirs) as instance:
        other = dg.materialize([made], instance=instance)
        expected = kinds(instance, other.run_id)
    with dg.DagsterInstance.from_config(str(instance_folder(ours))) as instance:
        assert not isinstance(instance.event_log_storage, EventLog)
        assert kinds(instance, run.run_id) == kinds(instance, second.run_id) == expected
        assert {record.dagster_run.status for record in instance.get_run_records()} == {
            dg.DagsterRunStatus.SUCCESS
        }
        latest = instance.get_latest_materialization_event(made.key)
        assert latest is not None
        assert latest.run_id == second.run_id
        assert latest.asset_materialization is not None
        assert latest.asset_materialization.metadata["rows"].value == 3


def test_others_read_and_write_while_the_files_are_open(tmp_path: Path) -> None:
    folder = str(instance_folder(Home(tmp_path)))
    with open_instance(Home(tmp_path)) as ours, dg.DagsterInstance.from_config(folder) as theirs:
        first = dg.materialize([made], instance=ours)
        second = dg.materialize([made], instance=theirs)
        third = dg.materialize([made], instance=ours)
        for run in (first, second, third):
            assert kinds(ours, run.run_id) == kinds(theirs, run.run_id) != []
        assert ours.get_runs_count() == theirs.get_runs_count() == 3


def test_a_storage_that_somebody_chose_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = tmp_path / "dagster"
    chosen.mkdir()
    (chosen / "dagster.yaml").write_text(
        "storage:\n  custom:\n    module: dagster._core.storage.legacy_storage\n"
        "    class: CompositeStorage\n    config:\n"
        + "".join(
            f"      {name}:\n        module_name: {module}\n        class_name: {kind}\n"
            f'        config_yaml: "base_dir: {tmp_path / name}"\n'
            for name, module, kind in (
                ("run_storage", "dagster._core.storage.runs", "SqliteRunStorage"),
                ("event_log_storage", "dagster._core.storage.event_log", "SqliteEventLogStorage"),
                ("schedule_storage", "dagster._core.storage.schedules", "SqliteScheduleStorage"),
            )
        )
    )
    monkeypatch.setenv("DAGSTER_HOME", str(chosen))
    with open_instance(Home(tmp_path)) as instance:
        assert not isinstance(instance.event_log_storage, EventLog)
        assert dg.materialize([made], instance=instance).success
    assert (tmp_path / "event_log_storage" / "index.db").exists()
