"""``omni train --from-splink``: what it says of a model, and that the candidate holds what was taken over."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from splink import SettingsCreator

from tests.cli.commands.test_train import pinned
from tests.cli.conftest import Omni

EQUAL = '"{0}_l" = "{0}_r"'


def comparison(name: str, *levels: tuple[str, float, float]) -> dict[str, Any]:
    """A comparison as Splink saves it."""
    null = {"sql_condition": f'"{name}_l" IS NULL OR "{name}_r" IS NULL', "is_null_level": True}
    compared = [
        {"sql_condition": sql, "label_for_charts": sql, "m_probability": m, "u_probability": u}
        for sql, m, u in levels
    ]
    return {"output_column_name": name, "comparison_levels": [null, *compared]}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    file = tmp_path / "model.json"
    comparisons = [
        comparison("sex", (EQUAL.format("sex"), 0.93, 0.52), ("ELSE", 0.07, 0.48)),
        comparison("surname", (EQUAL.format("surname"), 0.81, 0.003), ("ELSE", 0.19, 0.997)),
        comparison("shoe_size", (EQUAL.format("shoe_size"), 0.9, 0.1), ("ELSE", 0.1, 0.9)),
    ]
    settings = {"link_type": "link_only", "probability_two_random_records_match": 0.002}
    file.write_text(json.dumps({"comparisons": comparisons, "em_convergence": 0.1, **settings}))
    return file


def test_a_candidate_holds_what_was_taken_over(
    omni: Omni, own_demo_home: Path, saved: Path
) -> None:
    ending = omni("train", "--from-splink", saved, "--splink-u", "--home", own_demo_home)
    assert ending.exit_code == 0, ending.err
    for words in (
        "shoe_size: nothing here is made of the column shoe_size",
        "shoe_size: {compare: exact}",
        "(1 in 500): it is of the records there",
        "link_type link_only",
        "settings of Splink's own training and output: em_convergence",
        "`omni train --promote` pins it",
        "How it stands in the candidate",
        "A level never weighs less than a weaker one",  # the given 0.81 of family names, beside what is similar
    ):
        assert " ".join(words.split()) in " ".join(ending.out.split())
    models = own_demo_home / "warehouse" / "models"
    (candidate,) = (m for m in models.glob("m-*") if m.name != pinned(own_demo_home))
    parameters = json.loads((candidate / "model.json").read_text())["parameters"]
    same, strangers = (
        [level[name] for level in parameters["gender"]] for name in ("same", "strangers")
    )
    assert (same, strangers) == ([0.93, 0.07], [0.52, 0.48])
    assert 0.81 < parameters["last_name"][0]["same"] < 0.9
    assert math.isclose(sum(level["same"] for level in parameters["last_name"]), 1, abs_tol=0.01)
    report = json.loads((candidate / "report.json").read_text())
    assert report["held_levels"]["gender"][0] == {"same": 0.93, "strangers": 0.52}
    opened = SettingsCreator.from_path_or_dict(candidate / "splink.json").get_settings("duckdb")
    (gender,) = (c for c in opened.comparisons if c.output_column_name == "gender")
    levels = [level for level in gender.comparison_levels if not level.is_null_level]
    assert [level.m_probability for level in levels] == pytest.approx([0.93, 0.07])
    assert "m-" in omni("train", "--promote", "--home", own_demo_home).out


def test_before_the_first_run_it_says_what_omni_yaml_lacks(
    omni: Omni, tmp_path: Path, saved: Path
) -> None:
    home = tmp_path / "home"
    assert omni("init", "--home", home).exit_code == 0
    ending = omni("train", "--from-splink", saved, "--home", home)
    assert ending.exit_code == 0, ending.err
    assert "Taken over" in ending.out
    assert "Nothing has been run here yet" in ending.out
    assert "u probabilities: training counts" in ending.out
    assert not (home / "warehouse" / "models").exists()


def test_a_model_of_which_nothing_can_be_taken_trains_none(
    omni: Omni, tmp_path: Path, saved: Path
) -> None:
    home = tmp_path / "home"
    assert omni("init", "--home", home).exit_code == 0
    saved.write_text(json.dumps({"comparisons": [comparison("postcode", ("ELSE", 0.5, 0.5))]}))
    ending = omni("train", "--from-splink", saved, "--home", home)
    assert ending.exit_code == 0, ending.err
    assert "Nothing of it means the same here" in ending.out


@pytest.mark.parametrize("option", ["--promote", "--list"])
def test_it_does_not_go_with_others(omni: Omni, tmp_path: Path, saved: Path, option: str) -> None:
    ending = omni("train", option, "--from-splink", saved, "--home", tmp_path)
    assert ending.exit_code == 2
    assert "do not go together" in ending.err


def test_u_without_a_model_is_wrong_usage(omni: Omni, tmp_path: Path) -> None:
    ending = omni("train", "--splink-u", "--home", tmp_path)
    assert ending.exit_code == 2
    assert "--splink-u goes with --from-splink" in ending.err
