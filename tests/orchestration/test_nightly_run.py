"""The whole night through Dagster: what it publishes, says, leaves alone, and how else it ends."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep

import dagster as dg
import duckdb
import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.model.home import REPOSITORY, Home
from omni_identity.orchestration.instance import open_instance
from omni_identity.orchestration.landing_fingerprint import landing_fingerprint
from omni_identity.orchestration.own_runs import OwnRuns
from omni_identity.orchestration.run import execute_nightly
from omni_identity.orchestration.run_options import RunOptions
from omni_identity.orchestration.run_tags import STATUS, has_taken
from omni_identity.publish.publication import published_run

OWN = OwnRuns(frozenset({"nightly"}), frozenset())
UNIFIED_PROFILES = dg.AssetKey(["published", "unified_profiles"])


def ledger_status(home: Home, run_id: str) -> str:
    with duckdb.connect(str(home.warehouse_file), read_only=True) as warehouse:
        found = warehouse.execute("select status from ledger.runs where run_id = ?", [run_id])
        return str(found.fetchall()[0][0])


def test_the_first_run_publishes_and_every_asset_says_how_many_rows_it_has(
    published_once: Home,
) -> None:
    run_id = published_run(published_once)
    assert run_id is not None
    with open_instance(published_once) as instance:
        record = instance.get_run_by_id(run_id)
        assert record is not None
        assert record.status == dg.DagsterRunStatus.SUCCESS
        profiles = instance.get_latest_materialization_event(UNIFIED_PROFILES)
    assert profiles is not None
    assert profiles.asset_materialization is not None
    metadata = profiles.asset_materialization.metadata
    assert isinstance(metadata["dagster/column_lineage"], dg.TableColumnLineageMetadataValue)
    rows = metadata["dagster/row_count"].value
    with duckdb.connect(str(published_once.published_file), read_only=True) as published:
        assert published.execute("select count(*) from unified_profiles").fetchall() == [(rows,)]
        assert published.execute("select run_id, status from runs").fetchall() == [
            (run_id, "published")
        ]


def test_the_candidate_shows_what_the_run_measured(published_once: Home) -> None:
    with open_instance(published_once) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey("publication_candidate"))
    assert event is not None
    assert event.asset_materialization is not None
    metadata = event.asset_materialization.metadata
    with duckdb.connect(str(published_once.published_file), read_only=True) as published:
        largest = published.execute("select max(record_count) from unified_profiles").fetchall()
    assert metadata["largest_customer/records"].value == largest[0][0]
    assert Path(str(metadata["report"].value)).exists()
    assert "picture/channel_overlap" in metadata


def test_a_second_run_lands_nothing_and_has_no_events(home: Home) -> None:
    heard: list[tuple[str, int, int, bool]] = []
    with dg.DagsterInstance.ephemeral() as instance:
        result = execute_nightly(
            home,
            instance,
            lambda step, i, n, seconds, _: heard.append((step, i, n, seconds is None)),
        )
        found, _ = landing_fingerprint(home, load_configuration(home.configuration))
        assert has_taken(instance, OWN, found), "so that the sensor starts nothing"
        assert not has_taken(instance, OWN, "other files")
    assert result.status == "published"
    assert result.exit_code == 0
    assert published_run(home) == result.run_id
    assert result.facts["contacts/web"]["files_taken"] == 0
    assert result.facts["golden_ids"]["event_count"] == 0
    assert result.facts["linkage_model"]["was_trained"] is False
    total = len(result.seconds)
    assert [(i, n) for _, i, n, is_start in heard if is_start] == [
        (i, total) for i in range(1, total + 1)
    ]
    assert heard[0][0] == "deliveries"
    assert heard[-1] == ("published_files", total, total, False)


def test_a_dry_run_does_everything_but_publish(home: Home) -> None:
    before = published_run(home)
    with dg.DagsterInstance.ephemeral() as instance:
        result = execute_nightly(home, instance, options=RunOptions(dry_run=True))
        assert [run.tags[STATUS] for run in instance.get_runs()] == ["dry_run"]
    assert result.status == "dry_run"
    assert "publication_candidate" in result.seconds
    assert not {"publication", "published_files"} & set(result.seconds)
    assert published_run(home) == before
    assert ledger_status(home, result.run_id) == "dry_run"
    assert not any(key.startswith("published/") for key in result.facts)


def test_a_home_in_which_another_run_is_at_work_is_busy(home: Home) -> None:
    before = published_run(home)
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(home.warehouse_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with dg.DagsterInstance.ephemeral() as instance:
            result = execute_nightly(home, instance)
    finally:
        other.communicate("\n", timeout=30)
    assert (result.status, result.exit_code) == ("failed", 3)
    assert result.error is not None
    assert result.error.startswith(str(home.warehouse_file))
    assert "another run is at work" in result.error
    assert result.seconds == {}
    assert published_run(home) == before


def test_a_mistake_that_only_the_files_show_ends_the_run_in_its_own_words(home: Home) -> None:
    text = home.configuration.read_text(encoding="utf-8")
    home.configuration.write_text(text.replace("first_name: given", "first_name: givn"))
    with dg.DagsterInstance.ephemeral() as instance:
        result = execute_nightly(home, instance)
        assert [run.tags[STATUS] for run in instance.get_runs()] == ["failed"]
    assert (result.status, result.exit_code) == ("failed", 2)
    assert result.error is not None
    assert result.error.startswith("omni.yaml")
    assert "Did you mean 'given'?" in result.error
    assert ledger_status(home, result.run_id) == "failed"


@pytest.mark.parametrize("dry_run", [True, False])
def test_without_omni_yaml_a_run_says_what_to_do(tmp_path: Path, dry_run: bool) -> None:
    empty = Home(tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        result = execute_nightly(empty, instance, options=RunOptions(dry_run=dry_run))
    assert (result.status, result.exit_code) == ("failed", 2)
    assert result.error is not None
    assert "omni init" in result.error


SLOW = """
from omni_identity.pipeline import runner
do_step = runner.do_step


def slow(engine, run, step):
    if step.name == "match_scores":
        engine.run("select count(*) from range(1000000000000) t(i) where hash(i) % 7 = 3")
    return do_step(engine, run, step)


runner.do_step = slow
"""
"""Lets a step spend its time in a statement of DuckDB, which has an error of its own for an interruption."""


@pytest.mark.parametrize("slow", ["", SLOW], ids=["at once", "in a statement"])
def test_an_interrupted_run_ends_as_one_and_the_next_is_not_disturbed(
    home: Home, slow: str
) -> None:
    program = (
        f"import sys; from pathlib import Path\n{slow}\n"
        "from omni_identity.orchestration.run import execute_nightly\n"
        "from omni_identity.model.home import Home\n"
        "try:\n"
        "    home = Home(Path(sys.argv[1]))\n"
        "    execute_nightly(home, None, lambda *heard: print(*heard, flush=True))\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", program, str(home.root)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=home.root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    assert run.stdout is not None
    for line in run.stdout:
        if line.startswith("match_scores"):
            sleep(len(slow) and 2)
            run.send_signal(signal.SIGINT)
            break
    rest = run.communicate(timeout=120)[0]
    assert rest.splitlines()[-1] == "interrupted"
    with dg.DagsterInstance.ephemeral() as instance:
        result = execute_nightly(home, instance)
    assert result.status == "published"
    with duckdb.connect(str(home.warehouse_file), read_only=True) as warehouse:
        ended = warehouse.execute("select status from ledger.runs order by started_at").fetchall()
    assert ended == [("published",), ("interrupted",), ("published",)]


@pytest.mark.parametrize(
    ("limit", "remedy"),
    [
        ("set memory_limit = '20MiB'", "OMNI_MEMORY_LIMIT=8GiB"),
        ("set max_temp_directory_size = '1MiB'", "Make room on the disk of the warehouse"),
    ],
)
def test_a_run_with_too_little_memory_says_what_to_do_and_goes_on(
    home: Home, monkeypatch: pytest.MonkeyPatch, limit: str, remedy: str
) -> None:
    def want_much(engine: DuckDBEngine, *_: object) -> None:
        engine.run("set memory_limit = '40MiB'")
        engine.run(limit)
        engine.run(
            "create temp table much as select md5(i::varchar) as m from range(3_000_000) r(i)"
        )
        engine.run("create temp table more as select list(m order by m) as l from much")

    before = published_run(home)
    with dg.DagsterInstance.ephemeral() as instance:
        with monkeypatch.context() as patch:
            patch.setattr("omni_identity.pipeline.steps.golden_ids.update_clusters", want_much)
            stopped = execute_nightly(home, instance)
        assert stopped.status == "failed"
        said = stopped.error or ""
        assert "golden_ids had too little memory: Out of Memory Error" in said
        assert remedy in said
        assert "SET " not in said
        assert published_run(home) == before
        assert execute_nightly(home, instance).status == "published"


def test_a_run_that_stops_behind_the_switch_has_published(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with dg.DagsterInstance.ephemeral() as instance:
        with monkeypatch.context() as patch:
            patch.setattr("omni_identity.pipeline.steps.publication.mark_published", stop)
            stopped = execute_nightly(home, instance)
        assert stopped.status == "failed"
        assert published_run(home) == stopped.run_id
        assert ledger_status(home, stopped.run_id) == "publishing"
        assert execute_nightly(home, instance).status == "published"
    assert ledger_status(home, stopped.run_id) == "published", "the next run has settled it"
