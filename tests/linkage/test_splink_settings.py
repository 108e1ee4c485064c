"""Our comparisons as Splink's: what it saves, levels that its weights tell, and what is parsed once."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import duckdb
import pytest
from splink import DuckDBAPI, Linker

from omni_identity.linkage import splink_settings as kept
from omni_identity.linkage.model import LevelParameters, LinkageModel, starting_model
from omni_identity.linkage.splink_settings import (
    adjusted_comparisons,
    level_sql,
    settings_as_json,
    splink_settings,
    tell_apart,
)
from tests.linkage.test_scoring import COMPARISONS, a_model


def levels_of(settings: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = {c["output_column_name"]: c["comparison_levels"] for c in settings["comparisons"]}
    return list(found[name])


def test_settings_carry_same_strangers_and_frequencies() -> None:
    settings = settings_as_json(a_model())
    nothing, exact, *_, other = levels_of(settings, "first_name")
    assert nothing["is_null_level"]
    assert (exact["m_probability"], exact["u_probability"]) == (0.72, 0.01)
    assert exact["tf_adjustment_column"] == "first"
    assert other["sql_condition"] == "ELSE"
    assert "tf_adjustment_column" not in other
    assert math.isclose(settings["probability_two_random_records_match"], 1e-4, rel_tol=1e-3)


def test_a_name_is_as_rare_as_among_those_who_share_the_other() -> None:
    _, both, exact, *_ = levels_of(settings_as_json(a_model()), "last_name")
    assert (both["tf_adjustment_column"], exact["tf_adjustment_column"]) == ("names", "last")
    assert both["m_probability"] == exact["m_probability"]
    assert '"first_l" = "first_r"' in both["sql_condition"]


def test_splink_opens_what_is_saved_and_saves_it_again() -> None:
    settings = settings_as_json(a_model())
    with duckdb.connect() as connection:
        connection.execute("create table people as select 1 as record_no")
        api = DuckDBAPI(connection=connection)
        people = api.register("people", dataset_display_name="people")
        linker = Linker(people, settings, validate_settings=False, log_level=None)
        saved = linker.misc.save_model_to_json()
    for name in ("first_name", "last_name", "email"):
        for ours, theirs in zip(levels_of(settings, name), levels_of(saved, name), strict=True):
            for key in ("sql_condition", "m_probability", "u_probability", "tf_adjustment_column"):
                assert ours.get(key) == theirs.get(key)


def test_levels_that_would_weigh_the_same_are_told_apart_by_less_than_a_parameter_says() -> None:
    level = LevelParameters(0.1, 0.1, 0.1, 0.01)
    nothing = LevelParameters(0.2, 0.2, 0.2, 0.2)
    told = tell_apart([level, level, nothing, level])
    weights = [math.log2(m / u) for m, u in told]
    assert len({0.0, *weights}) == 5
    for (m, u), given in zip(told, [level, level, nothing, level], strict=True):
        assert math.isclose(m, given.same, rel_tol=1e-12)
        assert u == given.strangers


def test_every_level_of_every_comparison_is_read_from_its_weight() -> None:
    for model in (a_model(), starting_model(COMPARISONS)):
        with duckdb.connect() as connection:
            for comparison in model.comparisons:
                told = tell_apart(model.parameters[comparison.name])
                for number, (m, u) in enumerate(told):
                    # as Splink writes a weight into its SQL
                    weight = f"cast({math.log2(m / u)} as float8)"
                    query = (
                        f"select {level_sql(model, comparison)} from"
                        f' (select {weight} as "mw_{comparison.name}")'
                    )
                    assert connection.execute(query).fetchall() == [(number,)]


def test_training_starts_without_frequencies() -> None:
    assert adjusted_comparisons(starting_model(COMPARISONS)) == ()
    assert [c.name for c in adjusted_comparisons(a_model())] == ["first_name", "last_name"]


def saved_by_splink(model: LinkageModel) -> dict[str, Any]:
    """What a ``Linker`` of the model saves, but for the number that it draws for itself."""
    with duckdb.connect() as connection:
        connection.execute("create table people as select 1 as record_no")
        people = DuckDBAPI(connection=connection).register("people", dataset_display_name="people")
        linker = Linker(people, splink_settings(model), validate_settings=False, log_level=None)
        return {**linker.misc.save_model_to_json(), "linker_uid": None}


def test_levels_are_parsed_once_for_all_models_that_have_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = a_model()
    halved = {
        name: tuple(replace(p, same=p.same / 2, strangers=p.strangers / 4) for p in levels)
        for name, levels in model.parameters.items()
    }
    other = replace(model, parameters=halved, pair_counts=model.pair_counts | {"same": 101.0})
    monkeypatch.setattr(kept, "_parsed", {})
    expected = saved_by_splink(other)
    monkeypatch.setattr(kept, "_parsed", {})
    former = saved_by_splink(model)
    assert saved_by_splink(other) == expected != former
    assert saved_by_splink(a_model()) == former
    assert len(kept._parsed) == 1
