"""A pair's weight from the model: the formula in Python and in SQL, frozen through a model's folder."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from pathlib import Path

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.duckdb import ROWS_AT_ONCE
from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import (
    RIVALS,
    LevelParameters,
    LinkageModel,
    load_model,
)
from omni_identity.linkage.pinned_model import freeze_model, pinned_version, save_model
from omni_identity.linkage.scoring import score_pairs
from omni_identity.linkage.shared_values import find_shared_values
from omni_identity.linkage.term_frequencies import count_term_frequencies
from omni_identity.linkage.vectors import keep_in, term_frequency_columns
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.comparison_levels import Level
from tests.linkage.frames import create_linkage_records
from tests.linkage.plain_comparisons import EMAIL, FIRST, LAST

COMPARISONS = (FIRST, LAST, EMAIL)
LEAST = {"first": 0.001, "last": 0.0005, "names": 0.00001}
STRANGERS = {
    "first_name": (0.01, 0.0001, 0.004, 0.002, 0.008, 0.004, 0.9719),
    "last_name": (0.004, 0.003, 0.001, 0.992),
    "email": (0.0001, 0.0005, 0.9994),
}


def a_model() -> LinkageModel:
    parameters = {
        c.name: tuple(
            LevelParameters(level.same, level.relatives or u, level.namesakes or u, u)
            for level, u in zip(c.levels, STRANGERS[c.name], strict=True)
        )
        for c in COMPARISONS
    }
    counts = {"same": 100.0, "relatives": 50.0, "namesakes": 20.0, "strangers": 1e6}
    return LinkageModel(COMPARISONS, parameters, counts, LEAST, ("email", "names"), seed=1)


RECORDS = [
    {"first": "ann", "last": "lee", "email": ["ann@x.com"]},
    {"first": "ann", "last": "lee", "email": ["ann@x.com"]},
    {"first": "bert", "last": "lee", "email": ["ann@x.com"]},
    {"first": "ann", "last": "moore"},
]


def test_the_sql_weight_is_the_formula() -> None:
    model = a_model()
    with DuckDBEngine() as engine:
        create_linkage_records(engine, RECORDS)
        for column in term_frequency_columns(COMPARISONS):
            count_term_frequencies(engine, column)
        engine.run(
            "create table derived.pairs as select 1 as record_no_l, i as record_no_r from range(2, 5) t(i)"
        )
        score_pairs(engine, model, "derived.pairs", keep_in(engine, "derived.scored"))
        scored = {
            row["record_no_r"]: row
            for row in engine.fetch("select * from derived.scored").to_dicts()
        }

    twin = scored[2]
    levels = [model.parameters[name][0] for name in ("first_name", "last_name", "email")]
    # ann is 3 of 4, and of those who are called ann lee the counted names say 2 of 3
    rarity = math.log2(0.01 / (3 / 4)) + math.log2(0.004 / (2 / 3))
    strangers = math.log2(100 / 1e6) + sum(level.weight("strangers") for level in levels) + rarity
    assert twin["weight_strangers"] == pytest.approx(strangers)
    relatives = (
        math.log2(2)
        + sum(level.weight("relatives") for level in levels)
        + math.log2(0.01 / (3 / 4))
    )
    assert twin["weight_relatives"] == pytest.approx(relatives)
    total = -math.log2(sum(2 ** -twin[f"weight_{rival}"] for rival in RIVALS))
    assert twin["match_weight"] == pytest.approx(total)
    # another given name at the same address of mail: a relative, however much the rest agrees
    assert scored[3]["weight_relatives"] < 0 < scored[2]["weight_relatives"]
    # nothing to compare adds nothing
    assert scored[4]["level_email"] == -1


def test_pairs_compared_in_parts_are_pairs_compared_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[tuple[int, int]] = []
    found = []
    with DuckDBEngine() as engine:
        create_linkage_records(engine, RECORDS * 3)
        for column in term_frequency_columns(COMPARISONS):
            count_term_frequencies(engine, column)
        engine.run(
            "create table derived.pairs as select l.i as record_no_l, r.i as record_no_r"
            " from range(1, 13) l(i) join range(1, 13) r(i) on l.i < r.i"
        )
        for at_once in (ROWS_AT_ONCE, 20):
            monkeypatch.setattr("omni_identity.engines.duckdb.ROWS_AT_ONCE", at_once)
            heard.clear()
            score_pairs(
                engine,
                a_model(),
                "derived.pairs",
                keep_in(engine, "derived.scored"),
                lambda done, total: heard.append((done, total)),
            )
            found.append(engine.fetch("select * from derived.scored order by all").to_dicts())
            if at_once == ROWS_AT_ONCE:
                assert heard == [(66, 66)]
    assert len(heard) > 2
    assert [total for _, total in heard] == [66] * len(heard)
    assert heard[-1] == (66, 66)
    done = [0, *(done for done, _ in heard)]
    # a record's pairs stay together: a part may be that much larger
    assert all(0 < b - a <= 20 + 11 for a, b in itertools.pairwise(done))
    assert found[0] == found[1]
    assert len(found[0]) == 66


def test_a_name_that_the_model_never_saw_is_as_rare_as_the_rarest_that_it_saw() -> None:
    model = a_model()
    with DuckDBEngine() as engine:
        create_linkage_records(engine, RECORDS)
        for column in term_frequency_columns(COMPARISONS):
            count_term_frequencies(engine, column)
        newcomers = [{"first": "zed", "last": "lee"}, {"first": "zed", "last": "lee"}]
        create_linkage_records(engine, [*newcomers, {"first": "zed", "last": "new"}] * 2)
        engine.run(
            "create table derived.pairs as select * from (values (1, 2), (3, 6)) p (record_no_l, record_no_r)"
        )
        score_pairs(engine, model, "derived.pairs", keep_in(engine, "derived.scored"))
        known_last, new_last = engine.fetch(
            "select weight_strangers from derived.scored order by record_no_l"
        )["weight_strangers"]
    prior = math.log2(100 / 1e6)
    levels = [model.parameters[name][0] for name in ("first_name", "last_name")]
    first = levels[0].weight("strangers") + math.log2(0.01 / 0.001)
    # the full name is new but lee is not: the frequency of lee alone, three in four
    last = levels[1].weight("strangers") + math.log2(0.004 / 0.75)
    assert known_last == pytest.approx(prior + first + last)
    last = levels[1].weight("strangers") + math.log2(0.004 / 0.0005)
    assert new_last == pytest.approx(prior + first + last)


def test_a_model_survives_its_folder_to_the_last_bit(tmp_path: Path) -> None:
    model = a_model()
    save_model(model, tmp_path / "m", {"records": 4})
    loaded = load_model(tmp_path / "m")
    assert loaded == model
    assert loaded.version == model.version
    assert (tmp_path / "m" / "splink.json").exists()
    other = replace(model, pair_counts=model.pair_counts | {"same": 101.0})
    assert other.version != model.version


def test_a_model_is_called_what_version_0_1_called_it() -> None:
    """Its folder has that name: a model that is called something else after an upgrade is not found."""
    levels = (
        Level("exact", '"last_l" = "last_r"', 0.8, None, 0.9, "last"),
        Level("different", "ELSE", 0.2),
    )
    model = LinkageModel(
        (Comparison("last_name", ("last",), levels),),
        {
            "last_name": (
                LevelParameters(0.8, 0.1, 0.9, 0.01),
                LevelParameters(0.2, 0.9, 0.1, 0.99),
            )
        },
        {"same": 10.0, "relatives": 5.0, "namesakes": 2.0, "strangers": 1000.0},
        {"last": 0.001},
        ("names",),
        1,
        0.25,
    )
    assert model.version == "m-c46d8350dafd"


def test_a_frozen_model_is_pinned_with_its_term_frequencies(tmp_path: Path) -> None:
    model = a_model()
    with DuckDBEngine() as engine:
        create_linkage_records(engine, RECORDS)
        for column in term_frequency_columns(COMPARISONS):
            count_term_frequencies(engine, column)
        find_shared_values(engine, Vocabulary())
        assert pinned_version(tmp_path) is None
        freeze_model(engine, tmp_path, model, {})
        kept = engine.fetch(
            f"select * from read_parquet('{tmp_path / model.version}/tf_first.parquet')"
        )
        joint = engine.fetch(
            f"select * from read_parquet('{tmp_path / model.version}/splink/tf_names.parquet')"
        )
    assert pinned_version(tmp_path) == model.version
    assert dict(kept.iter_rows()) == {"ann": 0.75, "bert": 0.25}
    # of three anns two are lees, and so is the one bert
    assert dict(joint.iter_rows()) == {
        "ann|lee": pytest.approx(2 / 3),
        "ann|moore": pytest.approx(1 / 3),
        "bert|lee": 1.0,
    }
