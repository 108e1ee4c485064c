"""The first training: on all candidate pairs, or on a sample where they are many."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage import pinned_model, training_pairs
from omni_identity.linkage.blocking import block_records
from omni_identity.linkage.blocking_rules import possible_rules, rules_named
from omni_identity.linkage.pinned_model import ensure_model, lent_frequencies, pinned_version
from omni_identity.linkage.scored_pairs import update_candidate_scores
from omni_identity.linkage.scoring import score_pairs
from omni_identity.linkage.shared_values import find_shared_values
from omni_identity.linkage.training import Bounds, Training
from omni_identity.linkage.training_pairs import TRAINING_SCORES
from omni_identity.linkage.vectors import keep_in
from omni_identity.model.attributes import Vocabulary
from tests.linkage.frames import create_linkage_records

BOUNDS = Bounds(seed=1, pairs_per_record=30)


def people() -> list[dict[str, Any]]:
    """120 persons with three records each, some of which lack the e-mail address."""
    random = Random(5)
    firsts = [f"first{chr(97 + n)}" for n in range(20)]
    lasts = [f"last{chr(97 + n)}" for n in range(20)]
    records = []
    for number in range(120):
        person = {
            "first": random.choice(firsts),
            "last": random.choice(lasts),
            "birth_date": f"19{random.randrange(50, 99)}-0{random.randrange(1, 9)}-11",
            "postcode": f"1{random.randrange(30):04}",
            "email": [f"mailbox{number}@example.com"],
        }
        for _ in range(3):
            without = "email" if random.random() < 0.3 else ""
            records.append({k: v for k, v in person.items() if k != without})
    return records


def train(models: Path, engine: DuckDBEngine) -> Training:
    models.mkdir()
    create_linkage_records(engine, people())
    find_shared_values(engine, Vocabulary())
    block_records(engine, possible_rules(Vocabulary()))
    _, training = ensure_model(engine, models, Vocabulary(), BOUNDS)
    assert training is not None
    assert pinned_version(models) == training.model.version
    return training


@pytest.mark.parametrize("most", [200, 2_000_000])
def test_whatever_it_is_trained_on_all_pairs_of_the_kept_rules_are_scored(
    most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_pairs, "TRAINING_PAIRS", most)
    with DuckDBEngine() as engine:
        training = train(tmp_path / "models", engine)
        rules = rules_named(Vocabulary(), training.model.blocking)
        assert (TRAINING_SCORES in engine.columns()) == (most == 2_000_000)
        with lent_frequencies(engine, tmp_path / "models", training.model):
            update_candidate_scores(engine, training.model)
        fresh = engine.fetch("select * from derived.scored_pairs order by record_no_l, record_no_r")
        assert TRAINING_SCORES not in engine.columns()
        block_records(engine, rules)
        with lent_frequencies(engine, tmp_path / "models", training.model):
            score_pairs(
                engine, training.model, "derived.candidate_pairs", keep_in(engine, "derived.anew")
            )
        assert not [name for name in engine.columns() if name.startswith("derived.tf_")]
        anew = engine.fetch("select * from derived.anew order by record_no_l, record_no_r")
        assert fresh.height > 300
        # the bits of rules that were not kept stand with pairs that others found too
        assert fresh.select(anew.columns).drop("rules").equals(anew.drop("rules"))
        assert "derived.training_pairs" not in engine.columns()


@pytest.mark.parametrize("bound", ["TRAINING_PAIRS", "LEARNT_FROM"])
def test_a_sample_of_the_pairs_gives_nearly_the_model_of_all(
    bound: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with DuckDBEngine() as engine:
        whole = train(tmp_path / "whole", engine)
        monkeypatch.setattr(training_pairs, bound, 600)
        sampled = train(tmp_path / "sampled", engine)
    assert sampled.model.version != whole.model.version
    counts, expected = sampled.report["blocking"], whole.report["blocking"]
    assert counts["match_count"] == pytest.approx(expected["match_count"], rel=0.15)
    for name in ("same", "strangers"):
        given = sampled.report["pair_counts"][name]
        assert given == pytest.approx(whole.report["pair_counts"][name], rel=0.2)
    for given, wanted in zip(sampled.report["thresholds"], whole.report["thresholds"], strict=True):
        assert given["pairs"] == pytest.approx(wanted["pairs"], rel=0.2)


class Killed(BaseException):
    """What ends a process in the middle."""


@pytest.mark.parametrize("instant", ["pin_model", "_forget_other_rules"])
def test_training_that_was_killed_goes_on_to_the_same_model_and_pairs(
    instant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidates = "select record_no_l, record_no_r from derived.candidate_pairs order by all"

    def kill(*_: object) -> None:
        raise Killed

    with DuckDBEngine() as engine:
        whole = train(tmp_path / "whole", engine)
        expected = engine.fetch(candidates)
        with monkeypatch.context() as patch:
            patch.setattr(pinned_model, instant, kill)
            with pytest.raises(Killed):
                train(tmp_path / "killed", engine)
        model, _ = ensure_model(engine, tmp_path / "killed", Vocabulary(), BOUNDS)
        assert model.version == whole.model.version
        assert engine.fetch(candidates).equals(expected)
        rules = engine.fetch("select name from derived.blocking_rules order by rule_no")["name"]
        assert tuple(rules) == model.blocking
