"""Explains a pair: its values, what each comparison found, and how that weighs against every rival."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omni_identity.engines import Engine
from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import RIVALS, LinkageModel
from omni_identity.linkage.scoring import (
    level_weight_sql,
    probability_of,
    score_pairs,
    whole_name,
)
from omni_identity.linkage.splink_settings import adjusts
from omni_identity.linkage.vectors import keep_in, term_frequency_columns
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.comparison_levels import Level
from omni_identity.model.tables import profile_attributes

EXPLAINED = "derived.explained_pairs"
Weights = dict[str, float]
"""Evidence for *same* (log2) by rival class."""


@dataclass(frozen=True)
class Finding:
    """What one comparison found; ``level`` is None, and all weights 0, where it could not compare.

    ``weights`` leave out ``rarity``: how much more the agreeing value tells than an average one.
    ``frequency`` is that value's share of the records, or of the records that agree on the column
    ``frequency_among``, of the rarest value where the model never saw this one; None where it does not count.
    ``unfilled_l`` and ``unfilled_r`` are the columns that a record leaves empty.
    """

    comparison: str
    level: str | None
    weights: Weights
    rarity: Weights
    frequency: float | None
    frequency_among: str | None
    unfilled_l: tuple[str, ...]
    unfilled_r: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """The waterfall of one pair, in log2: ``prior``, plus all ``findings``, is ``weights``."""

    prior: Weights
    findings: tuple[Finding, ...]
    weights: Weights
    match_weight: float
    match_probability: float

    @property
    def deciding_rival(self) -> str:
        """The class that explains the pair best beside *same*: the one with the least weight against."""
        return min(RIVALS, key=lambda rival: self.weights[rival])


@dataclass(frozen=True)
class ValuePair:
    """One attribute of both records, standardised.

    ``agreement``: ``equal``; ``shared`` (lists with a value in common); ``alike`` (equal as
    compared: case, accents, mailbox); ``different``; ``one side`` (only one record fills it).
    """

    attribute: str
    left: str | tuple[str, ...] | None
    right: str | tuple[str, ...] | None
    agreement: str


def read_term_frequencies(engine: Engine, folder: Path, model: LinkageModel) -> None:
    """Create ``derived.tf_<column>`` from a frozen model's folder, for the values of ``derived.linkage_records``."""
    for column in term_frequency_columns(model.comparisons):
        engine.run(
            f'create or replace table derived."tf_{column}" as'
            f' select * from read_parquet($path) where "{column}" in'
            f' (select "{column}" from derived.linkage_records)',
            {"path": str(folder / f"tf_{column}.parquet")},
        )


def weigh_evidence(engine: Engine, model: LinkageModel, record_nos: tuple[int, int]) -> Evidence:
    """Compare and weigh two records, whether or not a run ever scored them.

    Reads their rows of ``derived.linkage_records`` and ``derived.tf_<column>``; needs an engine that
    can be written to.
    """
    left, right = sorted(record_nos)
    engine.run(
        f"create or replace table {EXPLAINED} as"
        " select $left::bigint as record_no_l, $right::bigint as record_no_r",
        {"left": left, "right": right},
    )
    score_pairs(engine, model, EXPLAINED, keep_in(engine, "derived.explained_scores"))
    parts = ", ".join(_part_columns(model))
    scores = engine.fetch(f"select *, {parts} from derived.explained_scores").to_dicts()[0]
    rows = engine.fetch(
        "select * from derived.linkage_records where record_no in ($left, $right)",
        {"left": left, "right": right},
    )
    records = {row["record_no"]: row for row in rows.to_dicts()}
    asked = (records[record_nos[0]], records[record_nos[1]])
    weight = float(scores["match_weight"])
    return Evidence(
        prior={rival: model.prior_weight(rival) for rival in RIVALS},
        findings=tuple(
            _finding(model, comparison, scores, asked) for comparison in model.comparisons
        ),
        weights={rival: float(scores[f"weight_{rival}"]) for rival in RIVALS},
        match_weight=weight,
        match_probability=probability_of(weight),
    )


def _part_columns(model: LinkageModel) -> Iterable[str]:
    for comparison in model.comparisons:
        for rival in RIVALS:
            weight = level_weight_sql(model, comparison, rival)
            yield f'{weight} as "part_{comparison.name}_{rival}"'


def _finding(
    model: LinkageModel,
    comparison: Comparison,
    scores: dict[str, Any],
    records: tuple[dict[str, Any], dict[str, Any]],
) -> Finding:
    name = comparison.name
    number = int(scores[f"level_{name}"])
    level = comparison.levels[number] if number >= 0 else None
    rarity = float(scores.get(f"rarity_{name}", 0.0))
    counts_for = ("strangers", *comparison.rarity_follows)
    frequency = None
    if level and adjusts(model, level):
        frequency = model.parameters[name][number].strangers * 2**-rarity
    whole = whole_name(model, comparison)
    is_whole = whole is not None and all(scores[f"level_{n}"] == at for n, at in whole.levels)
    of_whole = whole.bits if whole is not None and is_whole else 0.0
    left, right = records
    return Finding(
        comparison=name,
        level=level.label if level else None,
        weights={rival: float(scores[f"part_{name}_{rival}"]) for rival in RIVALS},
        rarity={
            rival: (rarity if rival in counts_for else 0.0)
            + (of_whole if rival == "namesakes" else 0.0)
            for rival in RIVALS
        },
        frequency=frequency,
        frequency_among=_frequency_among(level, left, right),
        unfilled_l=tuple(column for column in comparison.columns if left[column] is None),
        unfilled_r=tuple(column for column in comparison.columns if right[column] is None),
    )


def _frequency_among(
    level: Level | None, left: dict[str, Any], right: dict[str, Any]
) -> str | None:
    if level is None or level.given is None:
        return None
    other = level.given[0]
    agrees = left[other] is not None and left[other] == right[other]
    return other if agrees else None


def compare_values(
    engine: Engine, record_nos: tuple[int, int], vocabulary: Vocabulary
) -> tuple[ValuePair, ...]:
    """Every profile attribute that at least one of the two records fills, in the profile's order."""
    rows = engine.fetch(
        "select * from derived.source_records where record_no in ($left, $right)",
        {"left": record_nos[0], "right": record_nos[1]},
    )
    records = {row["record_no"]: row for row in rows.to_dicts()}
    left, right = (records[number] for number in record_nos)
    pairs = []
    for name in profile_attributes(vocabulary):
        a, b = _shown(left.get(name)), _shown(right.get(name))
        if a is not None or b is not None:
            keys = left.get(f"{name}_key"), right.get(f"{name}_key")
            pairs.append(ValuePair(name, a, b, _agreement((a, b), keys)))
    return tuple(pairs)


def _shown(value: Any) -> str | tuple[str, ...] | None:
    if value is None:
        return None
    return tuple(map(str, value)) if isinstance(value, list) else str(value)


def _agreement(values: tuple[Any, Any], keys: tuple[Any, Any]) -> str:
    a, b = values
    if a is None or b is None:
        return "one side"
    if isinstance(a, tuple) and isinstance(b, tuple):
        if set(a) == set(b):
            return "equal"
        if set(a) & set(b):
            return "shared"
        return "alike" if keys[0] and keys[1] and set(keys[0]) & set(keys[1]) else "different"
    if a == b:
        return "equal"
    return "alike" if keys[0] is not None and keys[0] == keys[1] else "different"
