"""Figures on records and pairs that need no truth: what is filled, comparable, scored, and has drifted."""

from __future__ import annotations

from dataclasses import dataclass

from omni_identity.engines import Engine
from omni_identity.engines.literals import identifier
from omni_identity.linkage.baseline import Baseline, count_filled, count_levels, divergence
from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.records import linkage_columns
from omni_identity.model.attributes import Vocabulary

LEAST_BAND, GREATEST_BAND, BAND_BITS = -20, 40, 2
NAMES = ("first", "last")
ADDRESS = ("street", "postcode", "city")
DERIVED = (
    *(
        "first_canonical",
        "given_sound",
        "given_forms",
        "names",
        "birth_year",
        "birth_month_day",
        "birth_part",
        "locality",
    ),
    *("door", "local_part", "email_local", "email_letters", "alias", "last_hint"),
)
"""Columns made from others: what they hold is the same evidence again."""
WEAK = ("middle", "suffix", "gender", "house_number", "shared_mailbox")
"""Columns that nobody is recognised by."""


@dataclass(frozen=True)
class Measure:
    """One figure: ``value`` of ``bucket``, from ``counted`` of ``total`` where it is a share.

    ``trained_value`` is the same figure when the model was trained, ``standard_error`` how far
    chance alone moves ``value``; None where it is not known.
    """

    diagnostic: str
    bucket: str
    value: float | None
    counted: int | None = None
    total: int | None = None
    trained_value: float | None = None
    standard_error: float | None = None


def measure_share(diagnostic: str, bucket: str, counted: int, total: int) -> Measure:
    """The measure of a plain share; its value is None of nothing."""
    return Measure(diagnostic, bucket, counted / total if total else None, counted, total)


def measure_pairs(engine: Engine, model: LinkageModel, baseline: Baseline | None) -> list[Measure]:
    """How candidate pairs compare and score; ``baseline`` None: nothing to say of training.

    Reads ``derived.scored_pairs``.
    """
    levels: list[Measure] = []
    drifts: list[Measure] = []
    counted = count_levels(engine, model.comparisons)
    for comparison in model.comparisons:
        now = counted[comparison.name]
        then = baseline.level_counts.get(comparison.name, ()) if baseline else ()
        if len(then) != len(now):
            then = (0,) * len(now)
        levels += _level_shares(comparison, now, then)
        drifts.append(_drift(comparison, now, then))
    return [*levels, *drifts, *_weight_bands(engine)]


def _level_shares(
    comparison: Comparison, now: tuple[int, ...], then: tuple[int, ...]
) -> list[Measure]:
    total, total_then = sum(now), sum(then)
    return [
        Measure(
            "comparison_levels",
            f"{comparison.name}: {level.label}",
            count / total if total else None,
            count,
            total,
            before / total_then if total_then else None,
        )
        for level, count, before in zip(comparison.levels, now, then, strict=True)
    ]


def _drift(comparison: Comparison, now: tuple[int, ...], then: tuple[int, ...]) -> Measure:
    """How far the levels are from training; ``total`` is the smaller of the two numbers of pairs.

    What could be compared in training and not at all now (a column that came empty) has nothing in
    common with what it was.
    """
    if sum(then) and not sum(now):
        return Measure("comparison_drift", comparison.name, 1.0, total=sum(then))
    fewer = min(sum(now), sum(then))
    return Measure("comparison_drift", comparison.name, divergence(now, then), total=fewer)


def _weight_bands(engine: Engine) -> list[Measure]:
    """The histogram of match weights; a band holds its lower limit, the ends take all beyond."""
    low, high = LEAST_BAND // BAND_BITS - 1, GREATEST_BAND // BAND_BITS
    counted = dict(
        engine.fetch(
            f"select greatest({low}, least({high}, floor(match_weight / {BAND_BITS})))::integer as band,"
            " count(*) as n from derived.scored_pairs group by band"
        ).iter_rows()
    )
    total = sum(counted.values())
    return [
        measure_share("match_weights", _band_name(band), counted.get(band, 0), total)
        for band in range(low, high + 1)
    ]


def _band_name(band: int) -> str:
    low = band * BAND_BITS
    if low < LEAST_BAND:
        return f"below {LEAST_BAND}"
    return f"{low} and more" if low >= GREATEST_BAND else f"{low} to {low + BAND_BITS}"


def measure_records(
    engine: Engine, vocabulary: Vocabulary, baseline: Baseline | None
) -> list[Measure]:
    """What records fill, and how many cannot be linked whatever the model says.

    Reads ``derived.linkage_records`` and ``derived.scored_pairs``.
    """
    filled = count_filled(engine)
    records = filled.pop("record_no")
    shares = [
        Measure(
            "filled_attributes",
            column,
            count / records if records else None,
            count,
            records,
            baseline.filled_share(column) if baseline else None,
        )
        for column, count in filled.items()
        if column not in DERIVED
    ]
    unpaired, poor = engine.fetch(
        f"""
        select
            (select count(*) from derived.linkage_records r
                anti join derived.scored_pairs l on l.record_no_l = r.record_no
                anti join derived.scored_pairs o on o.record_no_r = r.record_no) as unpaired,
            (select count(*) from derived.linkage_records where {_kinds_of_evidence(vocabulary)} < 2) as poor
        """
    ).row(0)
    return [
        *shares,
        measure_share("unlinkable_records", "no candidate pair", unpaired, records),
        measure_share("unlinkable_records", "fewer than two kinds of evidence", poor, records),
    ]


def _kinds_of_evidence(vocabulary: Vocabulary) -> str:
    """SQL for how many kinds of evidence a record fills: name, address, and each other column."""
    left_out = {*NAMES, *ADDRESS, *DERIVED, *WEAK}
    single = [name for name in linkage_columns(vocabulary) if name not in left_out]
    kinds = [NAMES, ADDRESS, *((name,) for name in single)]
    return " + ".join(
        f"({' or '.join(f'{identifier(name)} is not null' for name in names)})::integer"
        for names in kinds
    )
