"""How frequent the values are that a comparison looks at: counted, and what that says of strangers who agree."""

from __future__ import annotations

from dataclasses import replace

from omni_identity.engines import Engine
from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import LevelParameters
from omni_identity.linkage.vectors import term_frequency_columns

HOUSEHOLDS = 'count(distinct coalesce("door", record_no::varchar))'
"""Of a place it is counted how many households live there: the records of one were not drawn from all places one
by one, and would make it seem common."""


def count_term_frequencies(engine: Engine, column: str) -> None:
    """Rebuild ``derived.tf_<column>``: each value and its share of the records that fill it, of a postcode or city
    its share of the households."""
    counted = HOUSEHOLDS if column in ("postcode", "city") else "count(*)"
    engine.run(
        f"""
        create or replace table derived."tf_{column}" as
        select "{column}", counted / sum(counted) over () as "tf_{column}"
        from (
            select "{column}", {counted} as counted from derived.linkage_records
            where "{column}" is not null group by "{column}"
        ) counts
        order by "{column}"
        """
    )


def typical_frequencies(engine: Engine, comparisons: tuple[Comparison, ...]) -> dict[str, float]:
    """By column the geometric mean of its values' frequencies, over records: what agreement is typically worth.

    A column that no record fills is not in it.
    """
    typical = {}
    for column in term_frequency_columns(comparisons):
        found = engine.fetch(
            f'select sum("tf_{column}" * log2("tf_{column}")) / sum("tf_{column}") as x'
            f' from derived."tf_{column}"'
        )["x"][0]
        if found is not None:
            typical[column] = float(f"{2.0**found:.6g}")
    return typical


def least_frequencies(engine: Engine, comparisons: tuple[Comparison, ...]) -> dict[str, float]:
    """The frequency of the rarest value of every column whose values' frequencies count; 1 for none."""
    least = {}
    for column in term_frequency_columns(comparisons):
        found = engine.fetch(
            f'select coalesce(min("tf_{column}"), 1.0) as x from derived."tf_{column}"'
        )
        least[column] = float(f"{found['x'][0]:.6g}")
    return least


def with_collision_rates(
    engine: Engine,
    comparisons: tuple[Comparison, ...],
    parameters: dict[str, tuple[LevelParameters, ...]],
) -> dict[str, tuple[LevelParameters, ...]]:
    """Where a level is adjusted for how frequent its value is, let the frequencies say u as well.

    Two strangers agree on a value with the sum of its squared frequencies. Taken from anywhere else,
    the average value would seem rare or common, which in small data outweighs everything.
    """
    rates = {
        column: float(
            engine.fetch(
                f'select coalesce(sum(pow("tf_{column}", 2)), 0) as rate from derived."tf_{column}"'
            )["rate"][0]
        )
        for column in term_frequency_columns(comparisons)
    }
    return {
        comparison.name: tuple(
            replace(p, strangers=float(f"{max(rates[level.term_frequency], 1e-12):.6g}"))
            if level.term_frequency
            else p
            for level, p in zip(comparison.levels, parameters[comparison.name], strict=True)
        )
        for comparison in comparisons
    }
