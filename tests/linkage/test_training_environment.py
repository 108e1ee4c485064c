"""What has changed since a model was trained is said, in a sentence each, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from typing import Any

import pytest

from omni_identity.linkage.comparisons import possible_comparisons
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.training import Bounds
from omni_identity.linkage.training_environment import (
    LIBRARIES,
    describe_environment,
    missing_columns,
    missing_comparisons,
    remark_on_model,
)
from omni_identity.model.attributes import BUILT_IN_IDENTIFIERS, Vocabulary

BOUNDS = Bounds(seed=1, pairs_per_record=30)
WORDS = Vocabulary((*BUILT_IN_IDENTIFIERS, "badge"), (("hobby", "exact"),))
MODEL = LinkageModel(possible_comparisons(WORDS), {}, {}, {}, (), 1)


def report(records: int = 5000, **changes: Any) -> dict[str, Any]:
    return {"records": records, **describe_environment(WORDS, BOUNDS), **changes}


def remarks(
    values: dict[str, Any], words: Vocabulary = WORDS, bounds: Bounds = BOUNDS, records: int = 6000
) -> list[str]:
    return remark_on_model(MODEL, values, words, bounds, records)


def test_a_model_that_fits_draws_no_remark() -> None:
    assert remarks(report()) == []
    assert remarks({"records": 5000}) == [], "a report of before these facts were kept"


@pytest.mark.parametrize(
    ("trained", "now", "is_outgrown"),
    [(5000, 49_999, False), (5000, 50_000, True), (900, 1799, False), (900, 1800, True)],
)
def test_a_model_of_far_fewer_records_is_outgrown(
    trained: int, now: int, is_outgrown: bool
) -> None:
    found = remarks(report(trained), records=now)
    expected = f"The model was trained on {trained:,} records, and there are {now:,} now."
    assert (expected in found) is is_outgrown
    assert (found[-1:] == []) is not is_outgrown
    if is_outgrown:
        assert "`omni train`" in found[-1]


def test_another_version_of_a_library_is_named() -> None:
    then = {name: version(name) for name in LIBRARIES} | {"splink": "4.0.0"}
    [words, _] = remarks(report(library_versions=then))
    assert f"splink 4.0.0 (now {version('splink')})" in words
    assert "duckdb" not in words


def test_what_omni_yaml_declares_otherwise_is_named() -> None:
    [words, _] = remarks(report(), replace(WORDS, attributes=(("hobby", "fuzzy"),)))
    assert words == "The model compares 'hobby' as exact, and omni.yaml says fuzzy."
    more = replace(WORDS, identifiers=(*WORDS.identifiers, "ticket"))
    [words, _] = remarks(report(), more)
    assert words == "The model knows nothing of 'ticket', which omni.yaml declares."
    [words, _] = remarks(report(), bounds=Bounds(2, 30))
    assert "linkage.seed 1, and omni.yaml says 2" in words


def test_what_omni_yaml_declares_no_more_is_named_with_its_columns() -> None:
    fewer = Vocabulary()
    assert missing_columns(MODEL, fewer) == {"attribute_hobby": "VARCHAR", "badge": "VARCHAR[]"}
    assert missing_comparisons(MODEL, fewer) == {"badge", "hobby"}
    [words, _] = remarks(report(), fewer)
    assert "'badge', 'hobby', which omni.yaml does not declare any more" in words
