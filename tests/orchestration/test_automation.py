"""What starts a night by itself: the schedule of omni.yaml, and files that land."""

from __future__ import annotations

import os
from pathlib import Path
from time import time
from uuid import uuid4

import dagster as dg
import pytest
from dagster._core.definitions.assets.job.asset_job import IMPLICIT_ASSET_JOB_NAME

from omni_identity.channels.configuration import load_configuration
from omni_identity.model.home import Home
from omni_identity.orchestration.automation import nightly_schedule
from omni_identity.orchestration.code_location import build_code_location
from omni_identity.orchestration.landing_fingerprint import landing_fingerprint
from omni_identity.orchestration.landing_sensor import QUIET_SECONDS, landing_sensor
from omni_identity.orchestration.own_runs import OwnRuns
from omni_identity.orchestration.run_tags import LANDING, STATUS

CONFIGURATION = """
version: 1
schedule: "30 1 * * 1-5"
channels:
  - name: web
    contacts: {files: landing/web/*.csv, record_id: id, mapping: {email: mail}}
"""

ASSETS = [dg.AssetKey("golden_ids"), dg.AssetKey(["published", "crosswalk"])]
OWN = OwnRuns(frozenset({"nightly"}), frozenset(ASSETS))


@pytest.fixture
def shop(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    (home.landing / "web").mkdir(parents=True)
    home.configuration.write_text(CONFIGURATION, encoding="utf-8")
    return home


def land(home: Home, name: str, text: str, age: float = 10 * QUIET_SECONDS) -> None:
    """Put a file into the landing that was last changed ``age`` seconds ago."""
    path = home.landing / "web" / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time() - age, time() - age))


class Watcher:
    """Ticks the sensor as the daemon does: the cursor is kept in between."""

    def __init__(self, home: Home, instance: dg.DagsterInstance) -> None:
        self.sensor = landing_sensor(home, load_configuration(home.configuration), OWN)
        self.instance = instance
        self.cursor: str | None = None

    def tick(self) -> dg.RunRequest | str:
        context = dg.build_sensor_context(self.instance, self.cursor)
        data = self.sensor.evaluate_tick(context)
        self.cursor = data.cursor
        return data.run_requests[0] if data.run_requests else str(data.skip_message)


def test_a_new_and_a_changed_file_ask_for_one_run_each(shop: Home) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        watcher = Watcher(shop, instance)
        assert watcher.tick() == "the landing is empty"
        land(shop, "a.csv", "id,mail\n1,a@example.org\n")
        first = watcher.tick()
        assert isinstance(first, dg.RunRequest)
        assert watcher.tick() == "nothing new has landed"
        land(shop, "a.csv", "id,mail\n1,b@example.org\n2,c@example.org\n")
        second = watcher.tick()
        assert isinstance(second, dg.RunRequest)
        assert second.run_key != first.run_key
        assert watcher.tick() == "nothing new has landed"


def test_a_new_catalogue_asks_for_a_run(shop: Home) -> None:
    feed = "{channel: web, files: landing/prices/*.csv, mapping: {product_id: sku, price: price}}"
    shop.configuration.write_text(f"{CONFIGURATION}catalogue: [{feed}]\n", encoding="utf-8")
    (shop.landing / "prices").mkdir()
    with dg.DagsterInstance.ephemeral() as instance:
        watcher = Watcher(shop, instance)
        land(shop, "a.csv", "id,mail\n")
        assert isinstance(watcher.tick(), dg.RunRequest)
        land(shop, "../prices/a.csv", "sku,price\n1,2.00\n")
        assert isinstance(watcher.tick(), dg.RunRequest)
        assert watcher.tick() == "nothing new has landed"


def test_unfinished_and_foreign_files_ask_for_nothing(shop: Home) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        watcher = Watcher(shop, instance)
        land(shop, "a.csv", "id,mail\n")
        assert isinstance(watcher.tick(), dg.RunRequest)
        land(shop, "b.csv.part", "id,mail\n")
        land(shop, "notes.txt", "hello")
        assert watcher.tick() == "nothing new has landed"


def test_what_runs_fetched_from_elsewhere_asks_for_nothing(shop: Home) -> None:
    text = CONFIGURATION.replace("landing/web/*.csv", "s3://crm-exports/*.csv")
    shop.configuration.write_text(text, encoding="utf-8")
    copy = shop.fetched / "s3" / "crm-exports" / "a.csv"
    copy.parent.mkdir(parents=True)
    copy.write_text("id,mail\n", encoding="utf-8")
    os.utime(copy, (time() - 10 * QUIET_SECONDS,) * 2)
    with dg.DagsterInstance.ephemeral() as instance:
        assert Watcher(shop, instance).tick() == "the landing is empty"


def test_a_file_that_is_still_growing_is_waited_for(shop: Home) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        watcher = Watcher(shop, instance)
        land(shop, "a.csv", "id,mail\n", age=1)
        assert watcher.tick() == "files may still be on their way in"
        land(shop, "a.csv", "id,mail\n")
        assert isinstance(watcher.tick(), dg.RunRequest)


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
def test_while_a_run_is_at_work_the_news_is_kept_for_later(
    shop: Home, status: dg.DagsterRunStatus
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        watcher = Watcher(shop, instance)
        land(shop, "a.csv", "id,mail\n")
        run = dg.DagsterRun(job_name="nightly", run_id=str(uuid4()), status=status)
        instance.add_run(run)
        assert watcher.tick() == "a run is at work"
        instance.delete_run(run.run_id)
        assert isinstance(watcher.tick(), dg.RunRequest)


def test_a_run_of_somebody_else_at_work_delays_nothing(shop: Home) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        watcher = Watcher(shop, instance)
        land(shop, "a.csv", "id,mail\n")
        at_work = dg.DagsterRunStatus.STARTED
        instance.add_run(dg.DagsterRun("theirs", run_id=str(uuid4()), status=at_work))
        assert isinstance(watcher.tick(), dg.RunRequest)


@pytest.mark.parametrize(
    ("status", "is_taken"),
    [("published", True), ("withheld", True), ("dry_run", False), ("failed", False)],
)
def test_what_a_run_has_taken_that_was_started_otherwise_asks_for_nothing(
    shop: Home, status: str, is_taken: bool
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        watcher = Watcher(shop, instance)
        land(shop, "a.csv", "id,mail\n")
        found, _ = landing_fingerprint(shop, load_configuration(shop.configuration))
        tags = {STATUS: status, LANDING: found}
        ended = dg.DagsterRunStatus.SUCCESS
        instance.add_run(dg.DagsterRun("nightly", run_id=str(uuid4()), status=ended, tags=tags))
        assert (watcher.tick() == "a run has taken what has landed") == is_taken
        land(shop, "b.csv", "id,mail\n")
        assert isinstance(watcher.tick(), dg.RunRequest)


@pytest.mark.parametrize(
    ("selected", "is_taken"), [(ASSETS, True), ([dg.AssetKey("theirs")], False)]
)
def test_what_materialise_all_has_taken_asks_for_nothing(
    shop: Home, selected: list[dg.AssetKey], is_taken: bool
) -> None:
    """It is a run of Dagster's own job of all assets, not of the nightly one."""
    with dg.DagsterInstance.ephemeral() as instance:
        watcher = Watcher(shop, instance)
        land(shop, "a.csv", "id,mail\n")
        found, _ = landing_fingerprint(shop, load_configuration(shop.configuration))
        by_hand = dg.DagsterRun(
            IMPLICIT_ASSET_JOB_NAME,
            run_id=str(uuid4()),
            asset_selection=frozenset(selected),
            status=dg.DagsterRunStatus.SUCCESS,
            tags={STATUS: "published", LANDING: found},
        )
        instance.add_run(by_hand)
        assert (watcher.tick() == "a run has taken what has landed") == is_taken


def test_the_schedule_is_that_of_omni_yaml_and_off_until_switched_on(shop: Home) -> None:
    schedule = build_code_location(shop).resolve_schedule_def("nightly")
    assert schedule.cron_schedule == "30 1 * * 1-5"
    assert schedule.execution_timezone == "UTC"
    assert schedule.job_name == "nightly"
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    with dg.DagsterInstance.ephemeral() as instance:
        data = schedule.evaluate_tick(dg.build_schedule_context(instance))
    assert data.run_requests is not None
    assert len(data.run_requests) == 1


def test_without_omni_yaml_the_schedule_stands_and_the_sensor_says_why_not(tmp_path: Path) -> None:
    assert nightly_schedule(None).cron_schedule == "0 3 * * *"
    with dg.DagsterInstance.ephemeral() as instance:
        sensor = landing_sensor(Home(tmp_path), None, OWN)
        data = sensor.evaluate_tick(dg.build_sensor_context(instance))
    assert data.skip_message == "there is no omni.yaml"
