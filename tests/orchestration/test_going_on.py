"""What a step has done stands in the warehouse: retries, re-executions, parts of a run, processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from logging import ERROR

import dagster as dg
import duckdb
import pytest

from omni_identity.engines import Engine
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import REPOSITORY, Home
from omni_identity.orchestration.instance import open_instance
from omni_identity.orchestration.run_tags import STATUS
from omni_identity.pipeline import runner
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.publish.publication import published_run
from tests.orchestration import deployments
from tests.worlds import World, person

CANDIDATE = dg.AssetKey("publication_candidate")
UNIFIED_PROFILES = dg.AssetKey(["published", "unified_profiles"])
DoStep = Callable[[Engine, RunContext, Step], Outcome]


@pytest.fixture
def town(world: World, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A published home, to which one more person has come."""
    monkeypatch.setenv("OMNI_HOME", str(world.root))
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    set_bounds(world.home, "max_age_days: 30000")
    world.deliver("web", "0002", [person(500)])
    return world.home


@pytest.fixture
def instance(town: Home) -> Iterator[dg.DagsterInstance]:
    with open_instance(town) as opened:
        yield opened


def set_bounds(home: Home, bounds: str) -> None:
    lines = home.configuration.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("checks:")]
    text = "\n".join([*kept, f"checks: {{{bounds}}}", ""])
    home.configuration.write_text(text, encoding="utf-8")


def execute(
    instance: dg.DagsterInstance,
    job: Callable[[], dg.JobDefinition] = deployments.nightly,
    **how: object,
) -> dg.JobExecutionResult:
    found = dg.reconstructable(job)
    # a run that is launched has a process of its own, which loads omni.yaml anew
    type(found).get_repository_definition.cache_clear()
    type(found).get_definition.cache_clear()
    return dg.execute_job(found, instance, **how)  # type: ignore[arg-type]


def ledger(home: Home) -> dict[str, str]:
    """How each run stands, by its ID."""
    with duckdb.connect(str(home.warehouse_file), read_only=True) as warehouse:
        return dict(warehouse.execute("select run_id, status from ledger.runs").fetchall())


def tag(instance: dg.DagsterInstance, run_id: str) -> str:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.tags[STATUS]


def fail(step_name: str, times: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let a step fail so often; returns the steps that were begun."""
    begun: list[str] = []
    do_step = runner.do_step

    def fail_first(engine: Engine, run: RunContext, step: Step) -> Outcome:
        begun.append(step.name)
        if step.name == step_name and begun.count(step.name) <= times:
            raise RunFailed("the disk was away")
        return do_step(engine, run, step)

    monkeypatch.setattr(runner, "do_step", fail_first)
    return begun


def test_steps_in_processes_of_their_own_publish(town: Home, instance: dg.DagsterInstance) -> None:
    quick = {"forkserver": {"preload_modules": ["tests.orchestration.deployments"]}}
    several = {"multiprocess": {"max_concurrent": 3, "start_method": quick}}
    config = {"execution": {"config": several}}
    with execute(instance, deployments.nightly_of_a_host, run_config=config) as run:
        assert run.success, [event.message for event in run.all_events if event.is_failure]
    assert published_run(town) == run.run_id
    assert ledger(town)[run.run_id] == "published"
    assert tag(instance, run.run_id) == "published"
    started = [
        event.message for event in run.all_events if event.event_type_value == "STEP_WORKER_STARTED"
    ]
    assert len(started) == 17, "feeds are landed in one process"


def test_a_withheld_run_is_gone_on_with_and_publishes(
    town: Home, instance: dg.DagsterInstance
) -> None:
    before = published_run(town)
    set_bounds(town, "max_customer_records: 1, max_age_days: 30000")
    with execute(instance) as withheld:
        assert not withheld.success
    (said,) = [
        e.user_message
        for e in instance.all_logs(withheld.run_id)
        if e.level == ERROR and e.step_key == CANDIDATE.path[0] and not e.dagster_event
    ]
    assert said.startswith("largest_customer_is_within_bounds: ")
    assert "re-execute from failure" in said
    assert published_run(town) == before
    assert ledger(town)[withheld.run_id] == "withheld"
    set_bounds(town, "max_age_days: 30000")
    again = dg.ReexecutionOptions.from_failure(withheld.run_id, instance)
    with execute(instance, reexecution_options=again) as run:
        assert run.success
        done = {event.step_key for event in run.all_events if event.is_step_success}
    assert done == {"publication_candidate", "publication", "published_files"}
    assert published_run(town) == withheld.run_id, "it is the same run"
    assert ledger(town)[withheld.run_id] == "published"
    assert run.run_id not in ledger(town)
    assert tag(instance, run.run_id) == "published"
    latest = instance.get_latest_materialization_event(UNIFIED_PROFILES)
    assert latest is not None
    assert latest.run_id == run.run_id


def test_a_re_execution_of_what_is_published_is_a_run_of_its_own(
    town: Home, instance: dg.DagsterInstance
) -> None:
    with execute(instance) as first:
        assert first.success
    again = dg.ReexecutionOptions(first.run_id, step_selection=["kpis"])
    with execute(instance, reexecution_options=again) as part:
        assert part.success
    statuses = ledger(town)
    assert (statuses[first.run_id], statuses[part.run_id]) == ("published", "partial")
    assert published_run(town) == first.run_id


@pytest.mark.parametrize("asset", ["golden_ids", "contacts/web"])
def test_one_asset_alone_is_a_part_that_disturbs_nobody(
    town: Home, instance: dg.DagsterInstance, asset: str
) -> None:
    before = published_run(town)
    key = dg.AssetKey(asset.split("/"))
    with execute(instance, asset_selection=[key]) as run:
        assert run.success
        warned = [event for event in run.all_events if event.is_failure]
    assert warned == []
    assert published_run(town) == before
    assert ledger(town)[run.run_id] == "partial"
    assert tag(instance, run.run_id) == "partial"
    with execute(instance) as whole:
        assert whole.success
    statuses = ledger(town)
    assert (statuses[run.run_id], statuses[whole.run_id]) == ("partial", "published")


def test_the_publication_alone_is_refused_in_plain_words(
    town: Home, instance: dg.DagsterInstance
) -> None:
    before = published_run(town)
    selected = [
        k for k in deployments.nightly().asset_layer.executable_asset_keys if "published" in k.path
    ]
    assert UNIFIED_PROFILES in selected
    with execute(instance, asset_selection=selected, raise_on_error=False) as run:
        assert not run.success
        (failure,) = [event for event in run.all_events if event.is_step_failure]
    error = failure.step_failure_data.error
    assert error is not None
    assert error.cause is not None
    assert "A publication is one whole run: run the nightly job, not a part of it." in str(
        error.cause.message
    )
    assert published_run(town) == before
    assert ledger(town)[run.run_id] == "failed"
    with execute(instance) as whole:
        assert whole.success


def test_a_step_that_fails_once_is_tried_again_and_the_run_publishes(
    town: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = fail("interactions", 1, monkeypatch)
    with execute(instance, deployments.retried) as run:
        assert run.success
    assert begun.count("interactions") == 2
    assert begun.count("golden_ids") == 1
    assert published_run(town) == run.run_id
    assert ledger(town)[run.run_id] == "published"


def test_what_is_done_beside_a_failed_step_does_not_hide_it(
    town: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = fail("households", 1, monkeypatch)
    with execute(instance, raise_on_error=False) as failed:
        assert not failed.success
    assert "interactions" in begun[begun.index("households") :]
    assert ledger(town)[failed.run_id] == "failed"
    assert tag(instance, failed.run_id) == "failed"
    again = dg.ReexecutionOptions.from_failure(failed.run_id, instance)
    with execute(instance, reexecution_options=again) as run:
        assert run.success
    assert begun.count("interactions") == 1
    assert published_run(town) == failed.run_id
    assert ledger(town)[failed.run_id] == "published"


def test_a_feed_that_fails_is_landed_by_going_on(
    town: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = fail("contacts/till", 1, monkeypatch)
    with execute(instance, raise_on_error=False) as failed:
        assert not failed.success
    assert begun[-1] == "contacts/till"
    assert ledger(town)[failed.run_id] == "failed"
    again = dg.ReexecutionOptions.from_failure(failed.run_id, instance)
    with execute(instance, reexecution_options=again) as run:
        assert run.success
    assert begun.count("deliveries") == 1
    assert published_run(town) == failed.run_id


def test_a_dry_run_and_a_full_refresh_are_asked_for_by_tags_too(
    town: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published_run(town)
    tags = {"omni/dry_run": "true", "omni/full_refresh": "true"}
    refreshed: list[str] = []
    monkeypatch.setattr(
        "omni_identity.pipeline.warehouse.forget_all_derived",
        lambda engine: refreshed.append("once"),
    )
    with execute(instance, tags=tags) as run:
        assert run.success
        assert not [
            e
            for e in run.all_events
            if e.asset_key == UNIFIED_PROFILES and e.is_step_materialization
        ]
    assert refreshed == ["once"]
    assert published_run(town) == before
    assert ledger(town)[run.run_id] == "dry_run"


@pytest.mark.usefixtures("town")
def test_the_launchpad_shows_the_options() -> None:
    job = deployments.nightly()
    assert job.run_config == {
        "resources": {
            "warehouse_session": {
                "config": {
                    "full_refresh": False,
                    "accept_changes": False,
                    "dry_run": False,
                    "wait_seconds": 0.0,
                }
            }
        }
    }
