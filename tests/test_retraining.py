"""A candidate beside the pinned model: what is shown is what the next run does, and nothing else changes."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from omni_identity import retraining
from omni_identity.channels.configuration import load_configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.linkage import training
from omni_identity.linkage.frozen_models import list_models
from omni_identity.linkage.model_remarks import remark_on_pinned
from omni_identity.linkage.pinned_model import pinned_version
from omni_identity.model.errors import HomeIsBusy, RunFailed, UsageError
from omni_identity.model.home import Home
from omni_identity.retraining import (
    Candidate,
    CandidateRefused,
    Told,
    fit_candidate,
    promote_model,
)
from omni_identity.stewardship.judgement_files import (
    Judgement,
    RecordKey,
    Verdict,
    append_verdict,
)
from tests.shared import copy_home
from tests.worlds import CONFIGURATION, World, person, receipt

BY_THE_FEW = 12
GROWING = CONFIGURATION.replace(
    "max_age_days: 30", "max_age_days: 30, max_customer_change_share: 9"
)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose model was trained on a dozen people, and that has a hundred now; to be copied."""
    world = World.make(tmp_path_factory.mktemp("grown") / "home", GROWING)
    world.deliver("web", "1", [person(n) for n in range(BY_THE_FEW)])
    world.deliver("till", "1", [receipt(n) for n in range(0, BY_THE_FEW, 2)])
    world.run()
    twins = [person(n, id=f"x{n}", email="", phone="") for n in range(0, 100, 4)]
    world.deliver("web", "2", [*(person(n) for n in range(100)), *twins])
    nameless = [receipt(n, email="", phone="") for n in range(1, 100, 9)]
    world.deliver("till", "2", [*(receipt(n) for n in range(0, 100, 2)), *nameless])
    assert all(result.passed for result in world.run())
    return world.root


@pytest.fixture
def world(grown: Path, tmp_path: Path) -> World:
    return World(copy_home(grown, tmp_path / "home"), nights=2)


def fit(world: World, **options: object) -> Candidate:
    configuration = load_configuration(world.home.configuration)
    return fit_candidate(world.home, configuration, **options)  # type: ignore[arg-type]


def state(home: Home) -> dict[str, bytes]:
    """Every file of the home but those of models, with its content."""
    return {
        str(path.relative_to(home.root)): path.read_bytes()
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and home.models not in path.parents
    }


def test_a_promoted_candidate_moves_what_its_diff_said_and_can_be_undone(world: World) -> None:
    before, files = world.golden_ids(), state(world.home)
    first = pinned_version(world.home.models)
    labels = pl.DataFrame(
        [(*name.split(":"), name[-1]) for name in before],
        schema=["channel", "source_record_id", "entity"],
        orient="row",
    )
    steps: list[str] = []
    candidate = fit(world, labels=labels, progress=lambda step, _i, _n, seconds: steps.append(step))
    assert state(world.home) == files, "nothing but a folder of models has changed"
    assert pinned_version(world.home.models) == first
    assert steps[::2] == list(retraining.STEPS)
    assert candidate.pinned.version == first != candidate.model.version
    assert candidate.model.record_count == len(before) > 10 * candidate.pinned.record_count
    diff = candidate.diff
    assert (diff.customers_before, diff.records_before) == (len(set(before.values())), len(before))
    assert diff.merged_count + diff.split_count > 0, "another model moves somebody here"
    assert diff.created_count == diff.gone_count == diff.renamed_count == 0
    assert candidate.changes
    assert candidate.qualities is not None
    old, new = candidate.qualities
    assert old.overall.record_count == new.overall.record_count == len(before)
    assert old.customer_count == diff.customers_before
    assert new.customer_count == diff.customers_after

    assert promote_model(world.home).version == candidate.model.version
    assert world.golden_ids() == before
    assert all(result.passed for result in world.run(accept_changes=True))
    after = world.golden_ids()
    assert len(set(after.values())) == diff.customers_after
    assert sum(after[r] != before[r] for r in before) == diff.moved_record_count
    counted = world.read(
        f"select bucket, counted from run_diagnostics where run_id = 'run-{world.nights:03}'"
        " and diagnostic = 'identity_changes'"
    )
    found = dict(counted.iter_rows())
    assert found["merged"] == diff.merged_count
    assert found["split"] == diff.split_count
    assert found["unchanged"] == diff.unchanged_count
    models = world.read("select model_version from runs order by started_at")
    assert models["model_version"].to_list()[-1] == candidate.model.version
    again = fit(world)
    assert again.model.version == candidate.model.version
    assert again.model.is_pinned
    assert again.diff.unchanged_count == diff.customers_after

    assert promote_model(world.home, first).version == first
    assert [r for r in world.run(accept_changes=True) if not r.passed] == []
    assert world.golden_ids() == before


def test_the_customers_of_a_candidate_are_those_of_the_next_run_to_the_last_record(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, str] = {}
    compare = retraining.compare_identities

    def listen(engine: DuckDBEngine, before: str, after: str) -> object:
        rows = engine.fetch(f"select channel || ':' || source_record_id, golden_id from {after}")
        told.update(rows.iter_rows())
        return compare(engine, before, after)

    monkeypatch.setattr(retraining, "compare_identities", listen)
    candidate = fit(world)
    assert not world.home.training.exists()
    promote_model(world.home, candidate.model.version)
    assert all(result.passed for result in world.run(accept_changes=True))
    assert world.golden_ids() == told


def test_verdicts_and_half_of_the_labels_teach_a_candidate(world: World) -> None:
    plain = fit(world)
    assert plain.model.report["known_pairs"] == 0
    edges = world.read(
        "select channel_l, source_record_id_l, channel_r, source_record_id_r from match_edges"
        " where decided_by = 'model' order by 1, 2, 3, 4 limit 6"
    )
    for number, edge in enumerate(edges.iter_rows()):
        judgement: Judgement = "same" if number % 2 else "different"
        left, right = RecordKey(*edge[:2]), RecordKey(*edge[2:])
        append_verdict(
            world.home.judgements,
            Verdict(datetime(2026, 3, 5), judgement, left, right, "steward", "asked"),
        )
    taught = fit(world)
    assert taught.model.report["known_pairs"] == edges.height == 6
    assert taught.model.version != plain.model.version
    assert taught.questions.open_count >= taught.questions.settled_count

    names = sorted(world.golden_ids())
    labels = pl.DataFrame(
        [(*name.split(":"), name.rpartition(":")[2].strip("wrx")) for name in names],
        schema=["channel", "source_record_id", "entity"],
        orient="row",
    )
    both = fit(world, labels=labels, told=Told(labels=True))
    assert both.model.report["known_pairs"] > 6
    assert both.qualities is not None
    measured = both.qualities[1].entity_count
    assert 0 < measured <= labels["entity"].n_unique() / 2 + 1, (
        "the half that it has not learnt from"
    )


def test_a_candidate_that_fits_badly_is_refused_with_its_reasons(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "fit_problems", lambda *_: ("everybody would be everybody",))
    before = list_models(world.home.models)
    with pytest.raises(CandidateRefused, match="everybody would be everybody") as refused:
        fit(world)
    assert refused.value.exit_code == 1
    assert list_models(world.home.models) == before
    assert not world.home.training.exists()


def test_there_has_to_be_something_to_train_on(world: World, tmp_path: Path) -> None:
    empty = World.make(tmp_path / "empty")
    with pytest.raises(UsageError, match="the first `omni run` trains one"):
        fit(empty)
    with pytest.raises(UsageError, match="`omni run` trains the first"):
        promote_model(empty.home)
    world.home.configuration.write_text(GROWING + "linkage: {seed: 5}\n")
    with pytest.raises(UsageError, match=r"omni.yaml has changed since the last run"):
        fit(world)
    world.home.configuration.write_text(GROWING)
    with DuckDBEngine(world.home.warehouse_file) as engine:
        engine.run("drop schema derived cascade")
    with pytest.raises(UsageError, match="did not come as far as customers"):
        fit(world)


def test_a_run_at_work_is_not_disturbed(world: World) -> None:
    script = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True);"
        " sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(world.home.warehouse_file)]
    fit(world)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "open\n"
        try:
            with pytest.raises(HomeIsBusy, match="a run is at work"):
                fit(world)
            with pytest.raises(HomeIsBusy):
                promote_model(world.home)
        finally:
            process.communicate("")


def test_what_an_erasure_took_out_does_not_come_back_with_a_candidate(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list_models(world.home.models)
    path = world.home.judgements / retraining.ERASURES
    path.parent.mkdir(exist_ok=True)

    def erase(*_: object) -> None:
        path.write_text("at,erasure_id,entry,value,requested_by,reason\n")

    monkeypatch.setattr(retraining, "_evaluate", erase)
    with pytest.raises(RunFailed, match="erased meanwhile"):
        fit(world)
    assert list_models(world.home.models) == before
    path.write_text(
        "at,erasure_id,entry,value,requested_by,reason\n2026-01-01T00:00:00Z,e1,requested,,t,t\n"
    )
    with pytest.raises(UsageError, match="omni erase --resume"):
        fit(world)


def test_only_whole_models_that_are_there_can_be_pinned(world: World) -> None:
    first = str(pinned_version(world.home.models))
    candidate = fit(world).model.version
    with pytest.raises(UsageError, match=rf"Did you mean '{candidate}'"):
        promote_model(world.home, candidate[:-1])
    with pytest.raises(UsageError, match="pinned model already"):
        promote_model(world.home, first)
    promote_model(world.home)
    with pytest.raises(UsageError, match=rf"newest model, is pinned already.*name it: {first}"):
        promote_model(world.home)
    (world.home.models / first / "shared_values.parquet").unlink()
    with pytest.raises(UsageError, match=r"it lacks shared_values.parquet"):
        promote_model(world.home, first)
    assert pinned_version(world.home.models) == candidate


def test_a_model_of_before_the_time_was_kept_is_listed_too(world: World) -> None:
    version = str(pinned_version(world.home.models))
    path = world.home.models / version / "report.json"
    report = json.loads(path.read_text())
    del report["trained_at"]
    path.write_text(json.dumps(report))
    [model] = list_models(world.home.models)
    assert model.version == version
    assert model.trained_at.tzinfo is not None
    assert model.is_pinned


OWN_WORDS = CONFIGURATION.replace(
    "loyalty_id: card}", "loyalty_id: card, badge: card, hobby: receipt}"
)
DECLARED = "identifiers: {badge: {}}\nattributes: {hobby: {compare: exact}}\n"


def test_a_run_without_a_column_that_the_model_compares_says_so_and_goes_on(tmp_path: Path) -> None:
    world = World.make(tmp_path / "home", OWN_WORDS + DECLARED)
    world.deliver("web", "1", [person(n) for n in range(20)])
    world.deliver("till", "1", [receipt(n, receipt=f"t{n % 4}{n}") for n in range(20)])
    assert all(result.passed for result in world.run())
    before = world.golden_ids()
    with DuckDBEngine(world.home.warehouse_file) as engine:
        pairs = engine.fetch("select * from derived.scored_pairs limit 0").columns
    assert {"level_badge", "level_hobby"} <= set(pairs)

    world.home.configuration.write_text(CONFIGURATION)
    assert all(result.passed for result in world.run())
    assert world.golden_ids() == before
    world.deliver("web", "2", [person(30)])
    assert all(result.passed for result in world.run())
    configuration = load_configuration(world.home.configuration)
    remarks = remark_on_pinned(world.home.models, configuration, 40)
    assert "compares 'badge', 'hobby', which omni.yaml does not declare any more" in remarks[0]
    assert "`omni train`" in remarks[-1]

    promote_model(world.home, fit(world).model.version)
    assert remark_on_pinned(world.home.models, configuration, 40) == []
