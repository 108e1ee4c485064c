"""A failed check ends Dagster's run before the publication, whatever it is that failed.

That each check fails on the fault it is for, and that nothing is published then, is in
tests/publish/test_checks.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import dagster as dg
import duckdb
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.model.home import Home
from omni_identity.orchestration.run import NightlyResult, execute_nightly
from omni_identity.orchestration.run_options import RunOptions
from omni_identity.orchestration.run_tags import STATUS
from omni_identity.publish.checks import CHECKS
from omni_identity.publish.increments import WHOLE_SIZE
from omni_identity.publish.publication import published_run

Spoil = Callable[[Home], None]
CANDIDATE = "publication_candidate"
UNIFIED_PROFILES = dg.AssetKey(["published", "unified_profiles"])


def damage(sql: str) -> Spoil:
    """Change the warehouse behind the run's back, just before the candidate is built from all of it."""

    def spoil(home: Home) -> None:
        with DuckDBEngine(home.warehouse_file) as engine:
            engine.run(sql)
        for size in home.published.glob(f"versions/*/{WHOLE_SIZE}"):
            size.unlink()

    return spoil


def bound(name: str, value: float | str) -> Spoil:
    """Set one bound of ``checks`` in omni.yaml."""

    def spoil(home: Home) -> None:
        text = home.configuration.read_text(encoding="utf-8")
        text = re.sub(rf"^  {name}:.*\n", "", text, flags=re.MULTILINE)
        assert "\nchecks:" in text
        text = re.sub(r"^(checks:.*\n)", rf"\g<1>  {name}: {value}\n", text, flags=re.MULTILINE)
        home.configuration.write_text(text, encoding="utf-8")

    return spoil


def one_more(table: str) -> Spoil:
    """Have one row of a table twice."""
    return damage(f"insert into derived.{table} select * from derived.{table} limit 1")


def two_customers_each_before(home: Home) -> None:
    """Have the last publication know most customers as two, so that this night merges them."""
    damage(
        "update settled.crosswalk set golden_id = golden_id || (hash(source_record_id) % 2)::varchar"
    )(home)
    damage(
        "insert into changed.customers select golden_id from settled.crosswalk"
        " union select golden_id from derived.customers"
    )(home)


BEFORE_THE_RUN: dict[str, Spoil] = {
    "largest_customer_is_within_bounds": bound("max_customer_records", 1),
}
BEFORE_THE_CANDIDATE: dict[str, Spoil] = {
    "identity_changes_are_within_bounds": two_customers_each_before,
    "golden_ids_are_unique": one_more("unified_profiles"),
    "every_landed_row_is_accounted_for": damage(
        "update derived.channel_counts set landed_count = landed_count + 1 where channel = 'web'"
    ),
}


def run_spoiled(home: Home, instance: dg.DagsterInstance, check: str) -> NightlyResult:
    if check in BEFORE_THE_RUN:
        BEFORE_THE_RUN[check](home)

    def interfere(step: str, _index: int, _total: int, seconds: float | None, _detail: str) -> None:
        if step == CANDIDATE and seconds is None and check in BEFORE_THE_CANDIDATE:
            BEFORE_THE_CANDIDATE[check](home)

    return execute_nightly(home, instance, interfere)


def test_every_check_is_one_of_dagsters_own(home: Home) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert execute_nightly(home, instance).status == "published"
        for check in CHECKS:
            key = dg.AssetCheckKey(dg.AssetKey(CANDIDATE), check.name)
            evaluation = instance.get_latest_asset_check_evaluation_record(key)
            assert evaluation is not None, check.name


@pytest.mark.parametrize("check", [*BEFORE_THE_RUN, *BEFORE_THE_CANDIDATE])
def test_a_failed_check_withholds_the_publication(home: Home, check: str) -> None:
    before = published_run(home)
    content = home.published_file.read_bytes()
    with dg.DagsterInstance.ephemeral() as instance:
        result = run_spoiled(home, instance, check)
        record = instance.get_run_by_id(result.run_id)
        published = instance.get_latest_materialization_event(UNIFIED_PROFILES)
        evaluation = instance.get_latest_asset_check_evaluation_record(
            dg.AssetCheckKey(dg.AssetKey(CANDIDATE), check)
        )

    assert (result.status, result.exit_code, result.error) == ("withheld", 1, None)
    findings = dict(result.failed_checks)
    assert findings.get(check), findings
    assert published is None, "Dagster did not start the publication"
    assert record is not None
    assert record.status == dg.DagsterRunStatus.FAILURE
    assert record.tags[STATUS] == "withheld", "which tells it from a crash"
    assert evaluation is not None
    assert evaluation.event is not None
    assert published_run(home) == before
    assert home.published_file.read_bytes() == content
    with duckdb.connect(str(home.warehouse_file), read_only=True) as warehouse:
        found = warehouse.execute(
            "select status from ledger.runs where run_id = ?", [result.run_id]
        )
        assert found.fetchall() == [("withheld",)]


def test_a_check_that_only_warns_is_a_warning_of_dagsters_and_stops_nothing(home: Home) -> None:
    bound("max_customer_records", 1)(home)
    bound("severity", "{largest_customer_is_within_bounds: warn}")(home)
    check = dg.AssetCheckKey(dg.AssetKey(CANDIDATE), "largest_customer_is_within_bounds")
    with dg.DagsterInstance.ephemeral() as instance:
        result = execute_nightly(home, instance)
        evaluation = instance.get_latest_asset_check_evaluation_record(check)
    assert (result.status, result.exit_code, result.failed_checks) == ("published", 0, ())
    assert [name for name, _ in result.warnings] == [check.name]
    assert evaluation is not None
    assert evaluation.event is not None
    found = evaluation.event.asset_check_evaluation
    assert found is not None
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert published_run(home) == result.run_id


def test_a_run_that_accepts_changes_lets_reviewed_changes_through(home: Home) -> None:
    bound("max_customer_change_share", 1)(home)

    def interfere(step: str, _index: int, _total: int, seconds: float | None, _detail: str) -> None:
        if step == CANDIDATE and seconds is None:
            two_customers_each_before(home)

    with dg.DagsterInstance.ephemeral() as instance:
        result = execute_nightly(home, instance, interfere, RunOptions(accept_changes=True))
        evaluation = instance.get_latest_asset_check_evaluation_record(
            dg.AssetCheckKey(dg.AssetKey(CANDIDATE), "identity_changes_are_within_bounds")
        )
    assert result.status == "published"
    assert result.facts[CANDIDATE]["identity_changes/merged"] > 0.05
    assert evaluation is not None
    assert evaluation.event is not None
    found = evaluation.event.asset_check_evaluation
    assert found is not None
    assert "accepted by --accept-changes" in str(found.description)
    assert found.metadata["customers_before"].value > 100
    with duckdb.connect(str(home.published_file), read_only=True) as published:
        accepted = published.execute(
            "select are_changes_accepted from runs order by started_at"
        ).fetchall()
    assert accepted == [(None,), (True,)]


def test_the_night_after_a_withheld_one_publishes_again(home: Home) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert run_spoiled(home, instance, "golden_ids_are_unique").status == "withheld"
        result = execute_nightly(home, instance)
    assert result.status == "published"
    assert result.facts["golden_ids"]["event_count"] == 0
    assert published_run(home) == result.run_id
