"""Diagnostics are kept for every run, beside training and the last publication, without personal data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from omni_identity.channels.check_settings import CheckSettings
from omni_identity.linkage.baseline import BASELINE
from omni_identity.linkage.diagnostics import Measure
from omni_identity.linkage.pinned_model import pinned_version
from omni_identity.pipeline.steps.publication_candidate import build_candidate
from omni_identity.pipeline.warehouse import open_warehouse
from omni_identity.publish.run_diagnostics import (
    FEW_CUSTOMERS,
    FEW_PAIRS,
    Reference,
    bound_of,
    headline_diagnostics,
)
from tests.worlds import FAMILIES, World, person, receipt, run_until_candidate

SETTINGS = CheckSettings(
    max_contradiction_share=0.5, max_contradiction_excess=0.04, max_comparison_drift=0.2
)
NOTHING = Reference({}, {})


def make_world(root: Path) -> World:
    world = World.make(root)
    world.deliver("web", "1", [person(n) for n in range(120)])
    world.deliver("till", "1", [receipt(n) for n in range(40)])
    return world


def figures(world: World, run_id: str, diagnostic: str) -> dict[str, dict[str, Any]]:
    rows = world.read(
        f"from run_diagnostics where run_id = '{run_id}' and diagnostic = '{diagnostic}'"
    )
    return {row["bucket"]: row for row in rows.iter_rows(named=True)}


def test_every_run_is_kept_beside_training_and_the_last_publication(tmp_path: Path) -> None:
    world = make_world(tmp_path / "home")
    world.run()
    first = figures(world, "run-001", "filled_attributes")
    assert first["birth_date"]["value"] == first["birth_date"]["trained_value"] == 120 / 160
    assert first["birth_date"]["published_value"] is None
    sizes = figures(world, "run-001", "customer_sizes")
    assert (sizes["1"]["counted"], sizes["2"]["counted"], sizes["1"]["total"]) == (80, 40, 120)
    assert figures(world, "run-001", "distribution_drift")["customer_sizes"]["value"] is None

    world.deliver("till", "2", [receipt(n) for n in range(60)])
    world.run()
    assert figures(world, "run-001", "filled_attributes") == first, "history stays as it was"
    second = figures(world, "run-002", "filled_attributes")
    assert second["birth_date"]["value"] == 120 / 180
    assert second["birth_date"]["trained_value"] == second["birth_date"]["published_value"]
    assert second["birth_date"]["published_value"] == 120 / 160
    sizes = figures(world, "run-002", "customer_sizes")
    assert sizes["2"]["value"] == 0.5
    assert sizes["2"]["trained_value"] == 1 / 3, "of the first publication with the model"
    drift = figures(world, "run-002", "distribution_drift")["customer_sizes"]["value"]
    assert 0 < drift < 0.1


def test_a_run_that_is_built_again_is_recorded_once(tmp_path: Path) -> None:
    world = make_world(tmp_path / "home")
    night = world.night()
    with open_warehouse(night) as engine:
        run_until_candidate(engine, night)
        count = "select count(*) as n from ledger.run_diagnostics"
        once = engine.fetch(count)["n"][0]
        build_candidate(engine, night)
        assert engine.fetch(count)["n"][0] == once
        headlines = headline_diagnostics(engine, night.run_id)
    assert headlines["unlinkable_records/no candidate pair"] == 0
    assert headlines["largest_customer/records"] == 2
    assert not any(name.startswith("match_weights") for name in headlines)


def test_a_model_of_before_baselines_still_runs_and_its_drift_is_null(tmp_path: Path) -> None:
    world = make_world(tmp_path / "home")
    world.run()
    report = world.home.models / str(pinned_version(world.home.models)) / "report.json"
    values = json.loads(report.read_text(encoding="utf-8"))
    del values[BASELINE]
    report.write_text(json.dumps(values), encoding="utf-8")
    results = {result.name: result for result in world.run()}
    assert all(result.passed for result in results.values())
    assert "keeps no baseline" in results["pairs_look_as_in_training"].finding
    drifts = figures(world, "run-002", "comparison_drift").values()
    assert {row["value"] for row in drifts} == {None}
    filled = figures(world, "run-002", "filled_attributes")["phone"]
    assert filled["trained_value"] == filled["value"], "the first publication stands in"


def test_no_personal_data_is_in_it(tmp_path: Path) -> None:
    world = make_world(tmp_path / "home")
    world.run()
    words = world.read("select distinct diagnostic || ' ' || bucket as word from run_diagnostics")
    text = " ".join(words["word"]).lower()
    assert "birth_date" in text
    assert not any(family.lower() in text for family in FAMILIES)


def contradictions(value: float, total: int = 400, error: float = 0.01) -> Measure:
    return Measure("contradicting_pairs", "birth_date", value, 1, total, 0.02, error)


@pytest.mark.parametrize(
    ("measure", "published", "bound"),
    [
        (contradictions(0.1), None, 0.02 + 0.04 + 2 * 0.01),
        (contradictions(0.1, total=FEW_CUSTOMERS - 1), None, None),
        (contradictions(0.1), (0.05, 0.01), 0.08),
        (contradictions(0.1), (0.005, 0.0), 0.005 + 0.04 + 2 * 0.01),
        (contradictions(0.0, error=0.0), (0.001, 0.003), 0.001 + 0.04 + 2 * 0.003),
        (Measure("contradicting_pairs", "first_name", 0.7, 1, 400, 0.6, 0.0), None, 0.5),
        (Measure("comparison_drift", "email", 0.1, total=FEW_PAIRS), None, 0.2),
        (Measure("comparison_drift", "email", 0.9, total=FEW_PAIRS - 1), None, None),
        (Measure("several_values", "birth_date", 0.9, 90, 100), None, None),
    ],
)
def test_bounds_follow_training_and_the_last_publication(
    measure: Measure, published: tuple[float, float] | None, bound: float | None
) -> None:
    key = (measure.diagnostic, measure.bucket)
    before = Reference({key: published[0]}, {key: published[1]}) if published else NOTHING
    assert bound_of(measure, before, SETTINGS) == pytest.approx(bound)
