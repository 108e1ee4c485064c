"""Figures on customers that need no truth: how large they are, and how far their records contradict each other.

Over-linking spread thin over many small customers shows in no size, but in contradictions: two people
of one household who are one customer have two given names and two birth dates. Some of that is typing.
How much, the model knows: it has estimated how often two records of *one* person differ so far.
"""

from __future__ import annotations

import math

from omni_identity.engines import Engine, count_rows
from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.diagnostics import Measure, measure_share
from omni_identity.linkage.mixture import PRIOR_PAIRS
from omni_identity.linkage.model import LinkageModel

SIZES = ((1, 1), (2, 2), (3, 4), (5, 8), (9, 16), (17, 32), (33, None))
SINGLE_VALUED = {"birth_date": "birth_date", "given_name": "first_canonical", "gender": "gender"}
"""What a person has one of, and the column of ``derived.linkage_records`` that holds it."""
CONTRADICTING = ("first_name", "birth_date", "gender")
"""Comparisons whose weakest level hardly ever joins two records of one person."""
MOST_RECORDS = 30
"""Of a larger customer as many are compared: it is the small ones that are many."""


def measure_customers(engine: Engine, model: LinkageModel) -> list[Measure]:
    """Sizes and contradictions of ``derived.customers``, whose records are ``derived.linkage_records``."""
    compared = [c for c in model.comparisons if c.name in CONTRADICTING]
    _list_values(engine, compared)
    measures = [*_several_values(engine), *(_contradictions(engine, model, c) for c in compared)]
    engine.run("drop table derived.customer_values")
    return [*_sizes(engine), *measures]


def _sizes(engine: Engine) -> list[Measure]:
    counted = engine.fetch(
        "select size, count(*) as n from"
        " (select count(*) as size from derived.customers group by golden_id)"
        " group by size order by size"
    )
    customers = int(counted["n"].sum())
    bands = []
    for low, high in SIZES:
        name = str(low) if high == low else f"{low} to {high}" if high else f"{low} and more"
        band = counted.filter(counted["size"].is_between(low, high or 2**62))
        bands.append(measure_share("customer_sizes", name, int(band["n"].sum()), customers))
    largest = int(counted["size"].max() or 0)  # type: ignore[arg-type]
    return [*bands, Measure("largest_customer", "records", float(largest), largest)]


def _list_values(engine: Engine, compared: list[Comparison]) -> None:
    """``derived.customer_values``: customers of several records, by attribute how many of them fill it,
    and whether not all with the same value."""
    columns: dict[str, tuple[str, ...]] = {
        name: (column,) for name, column in SINGLE_VALUED.items()
    }
    columns |= {f"compared_{c.name}": c.columns for c in compared}
    facts = ", ".join(
        f'count(*) filter (where {_are_filled(names)}) as "filled_{key}",'
        f' coalesce({_vary(names)}, false) as "several_{key}"'
        for key, names in columns.items()
    )
    engine.run(
        f"""
        create or replace table derived.customer_values as
        select golden_id, {facts}
        from derived.customers join derived.linkage_records using (record_no)
        group by golden_id having count(*) > 1
        """
    )


def _are_filled(columns: tuple[str, ...]) -> str:
    return " and ".join(f'"{column}" is not null' for column in columns)


def _vary(columns: tuple[str, ...]) -> str:
    """SQL over a group: whether not all values are the same; cheaper than to count the distinct."""
    return " or ".join(f'min("{column}") <> max("{column}")' for column in columns)


def _several_values(engine: Engine) -> list[Measure]:
    counts = ", ".join(
        f'count(*) filter (where "filled_{name}" > 1 and "several_{name}"),'
        f' count(*) filter (where "filled_{name}" > 1)'
        for name in SINGLE_VALUED
    )
    row = engine.fetch(f"select {counts} from derived.customer_values").row(0)
    return [
        measure_share("several_values", name, row[2 * i], row[2 * i + 1])
        for i, name in enumerate(SINGLE_VALUED)
    ]


def _contradictions(engine: Engine, model: LinkageModel, comparison: Comparison) -> Measure:
    """The share of a customer's pairs that contradict each other, averaged over customers.

    Averaged, so that one giant customer does not outweigh thousands of small ones. ``counted`` are
    the customers with such a pair, ``total`` those with a pair to compare. ``trained_value`` is what
    :func:`expected_of_one_person` says.
    """
    key = f"compared_{comparison.name}"
    columns = engine.fetch("select * from derived.linkage_records limit 0").columns
    sides = {
        side: ", ".join(f'"{name}" as "{name}_{side}"' for name in columns) for side in ("l", "r")
    }
    beyond = comparison.contradicting_levels
    cases = " ".join(
        f"when {level.sql} then {str(n in beyond).lower()}"
        for n, level in enumerate(comparison.levels[:-1])
    )
    total = count_rows(engine, f'derived.customer_values where "filled_{key}" > 1')
    counted, shares, squares = engine.fetch(
        f"""
        with doubtful as (
            select golden_id from derived.customer_values
            where "several_{key}" and "filled_{key}" > 1
        ), members as (
            select c.golden_id, r.*
            from derived.customers c
            join doubtful using (golden_id)
            join derived.linkage_records r using (record_no)
            where {_are_filled(comparison.columns)}
            qualify row_number() over (partition by c.golden_id order by record_no) <= {MOST_RECORDS}
        ), pairs as (
            select golden_id,
                case when not ({comparison.null_sql}) then case {cases} else true end end as contradicts
            from (select golden_id, {sides["l"]} from members)
            join (select golden_id, {sides["r"]} from members) using (golden_id)
            where record_no_l < record_no_r
        ), customers as (
            select golden_id, avg(contradicts::integer) as share from pairs group by golden_id
        )
        select count(*) filter (where share > 0), coalesce(sum(share), 0.0),
            coalesce(sum(share * share), 0.0)
        from customers
        """
    ).row(0)
    expected = expected_of_one_person(model, comparison)
    name = ("contradicting_pairs", comparison.name)
    if total < 2:
        return Measure(*name, shares if total else None, counted, total, expected)
    mean = shares / total
    error = math.sqrt(max(0.0, squares / total - mean**2) / (total - 1))
    # rounded: sums depend on the order of threads in their last digits
    return Measure(*name, round(mean, 9), counted, total, expected, round(error, 9))


def expected_of_one_person(model: LinkageModel, comparison: Comparison) -> float | None:
    """How often the training data say that two records of one person contradict each other.

    The model's own figure is drawn towards its prior as if by ``PRIOR_PAIRS`` pairs; where the data
    are worse than that, the pull is taken out. None where the prior has said more than the data, or
    everything.
    """
    beyond = comparison.contradicting_levels
    prior = sum(comparison.levels[n].same for n in beyond)
    estimated = sum(model.parameters[comparison.name][n].same for n in beyond)
    matches = model.pair_counts["same"]
    if matches < PRIOR_PAIRS or math.isclose(estimated, prior, rel_tol=1e-3):
        return None
    return min(1.0, estimated + max(0.0, estimated - prior) * PRIOR_PAIRS / matches)
