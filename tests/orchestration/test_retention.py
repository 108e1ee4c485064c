"""Old runs go from Dagster with their events; others', unfinished ones and what the UI shows stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import dagster as dg
import duckdb
import pytest
import yaml
from dagster._core.storage.runs import SqlRunStorage
from sqlalchemy import text as text_

from omni_identity.channels.configuration import load_configuration
from omni_identity.channels.retention_settings import RetentionSettings
from omni_identity.model.home import Home
from omni_identity.orchestration.instance import open_instance
from omni_identity.orchestration.own_runs import OwnRuns
from omni_identity.orchestration.retention import delete_old_runs, retention_sensor
from omni_identity.orchestration.run import execute_nightly
from tests.shared import copy_home

NOW = datetime.now(timezone.utc).replace(tzinfo=None)
LATER = NOW + timedelta(days=91)
CONFIGURATION = {
    "version": 1,
    "channels": [
        {
            "name": "web",
            "contacts": {
                "files": "landing/web/*.csv",
                "record_id": "id",
                "mapping": {"email": "mail"},
            },
        }
    ],
}


@dg.asset
def ours() -> None:
    pass


@dg.asset
def theirs() -> None:
    pass


OWN = OwnRuns(jobs=frozenset({"nightly", "dry_run"}), assets=frozenset({ours.key}))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    with open_instance(home) as instance:
        yield instance


def run(
    instance: dg.DagsterInstance, job: str = "nightly", asset: dg.AssetsDefinition = ours
) -> str:
    defs = dg.Definitions(assets=[asset], jobs=[dg.define_asset_job(job, dg.AssetSelection.all())])
    return defs.resolve_job_def(job).execute_in_process(instance=instance).run_id


def record(instance: dg.DagsterInstance, job: str = "nightly", **facts: object) -> str:
    run_id = str(uuid4())
    status = facts.pop("status", dg.DagsterRunStatus.SUCCESS)
    instance.add_run(dg.DagsterRun(job_name=job, run_id=run_id, status=status, **facts))  # type: ignore[arg-type]
    return run_id


def delete(
    instance: dg.DagsterInstance, home: Home, now: datetime = LATER, **settings: float | None
) -> int:
    return delete_old_runs(instance, home, OWN, RetentionSettings(**settings), now)  # type: ignore[arg-type]


def there(instance: dg.DagsterInstance) -> set[str]:
    return {run.run_id for run in instance.get_runs()}


def test_old_runs_go_with_their_events_and_their_file(
    instance: dg.DagsterInstance, home: Home
) -> None:
    first, second, last = (run(instance) for _ in range(3))
    files = home.dagster / "history" / "runs"
    assert (files / f"{first}.db").exists()
    assert delete(instance, home, now=NOW + timedelta(days=89)) == 0
    assert delete(instance, home) == 2
    assert there(instance) == {last}
    assert {path.name.partition(".")[0] for path in files.iterdir()} == {"index", last}
    assert instance.all_logs(first) == []
    latest = instance.get_latest_materialization_event(ours.key)
    assert latest is not None
    assert latest.run_id == last, "the UI goes on showing when the asset was last materialised"
    assert delete(instance, home) == 0
    assert run(instance) in there(instance), "the instance goes on recording"
    assert second not in there(instance)


def test_a_time_with_its_zone_is_the_same_time(instance: dg.DagsterInstance, home: Home) -> None:
    record(instance)
    east = timezone(timedelta(hours=12))
    before = (NOW + timedelta(days=89, hours=22)).replace(tzinfo=timezone.utc).astimezone(east)
    assert delete(instance, home, now=before) == 0
    assert delete(instance, home, now=before + timedelta(hours=4)) == 1


@pytest.mark.parametrize("status", ["STARTED", "NOT_STARTED", "CANCELING"])
def test_a_run_at_work_stays(instance: dg.DagsterInstance, home: Home, status: str) -> None:
    at_work = record(instance, status=dg.DagsterRunStatus(status))
    failed = record(instance, "dry_run", status=dg.DagsterRunStatus.FAILURE)
    assert delete(instance, home) == 1
    assert there(instance) == {at_work}
    assert failed not in there(instance)


def test_runs_of_others_stay(instance: dg.DagsterInstance, home: Home) -> None:
    foreign = {run(instance, "their_job", theirs), run(instance, "__ASSET_JOB", theirs)}
    mixed = record(instance, "__ASSET_JOB", asset_selection=frozenset({ours.key, theirs.key}))
    nothing = record(instance, "__ASSET_JOB")
    by_hand = record(instance, "__ASSET_JOB", asset_selection=frozenset({ours.key}))
    assert delete(instance, home) == 1
    assert there(instance) == {*foreign, mixed, nothing}
    assert by_hand not in there(instance)


def test_what_a_run_that_stays_goes_back_to_stays(instance: dg.DagsterInstance, home: Home) -> None:
    root, alone = record(instance), record(instance)
    parent = record(instance, root_run_id=root, parent_run_id=root)
    child = record(
        instance,
        root_run_id=root,
        parent_run_id=parent,
        status=dg.DagsterRunStatus.STARTED,
    )
    assert delete(instance, home) == 1
    assert there(instance) == {root, parent, child}
    assert alone not in there(instance)
    group = instance.get_run_group(child)
    assert group is not None
    assert group[0] == root, "the UI finds where the re-executions began"


def test_in_an_instance_of_others_nothing_goes_unless_it_is_asked_for(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "of a host"))
    with open_instance(home) as instance:
        record(instance)
        assert delete(instance, home) == 0
        assert delete(instance, home, dagster_runs=90.0) == 1


def test_the_home_s_own_instance_is_its_own_under_whatever_name(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as `omni ui` hands it to the processes that it starts
    monkeypatch.setenv("DAGSTER_HOME", str(home.root / "dagster_home"))
    with open_instance(home) as instance:
        record(instance)
        assert delete(instance, home) == 1


def test_without_a_number_of_days_all_stay(instance: dg.DagsterInstance, home: Home) -> None:
    record(instance)
    assert delete(instance, home, dagster_runs=None) == 0


@pytest.mark.parametrize("days", [90, None])
def test_the_sensor_deletes_what_omni_run_did_not_start(
    instance: dg.DagsterInstance, home: Home, days: float | None
) -> None:
    text = yaml.safe_dump({**CONFIGURATION, "retention": {"dagster_runs": days}})
    home.configuration.write_text(text, encoding="utf-8")
    young, old = record(instance), record(instance)
    storage = instance.run_storage
    assert isinstance(storage, SqlRunStorage)
    with storage.connect() as records:
        age = {"ended": NOW - timedelta(days=91), "run_id": old}
        records.execute(
            text_("update runs set update_timestamp = :ended where run_id = :run_id"), age
        )
    sensor = retention_sensor(home, load_configuration(home.configuration), OWN)
    tick = sensor.evaluate_tick(dg.build_sensor_context(instance))
    assert tick.skip_message == f"{1 if days else 0} old runs deleted"
    assert there(instance) == ({young} if days else {young, old})


def test_a_run_deletes_old_reports_and_old_runs(published_once: Home, home: Home) -> None:
    copy_home(published_once.root, home.root)
    with home.configuration.open("a", encoding="utf-8") as written:
        written.write("\nretention: {reports: 30, dagster_runs: 0.0000001}\n")
    with duckdb.connect(str(home.warehouse_file)) as warehouse:
        warehouse.execute("insert into ledger.runs (run_id, run_number, started_at, status)"
            " values ('old', 0, '2020-01-01', 'published')")  # fmt: skip
    old = home.reports / "old.html"
    old.write_text("<html>")
    result = execute_nightly(home)
    assert result.status == "published"
    assert not old.exists()
    with open_instance(home) as instance:
        assert there(instance) == {result.run_id}
