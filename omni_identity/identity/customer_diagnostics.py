"""How well each customer of several records hangs together, and how near the next customer is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.moving import move_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.average_linkage import NO_MOST, Floats, weakest_joins
from omni_identity.identity.changes import CUSTOMERS, REGROUPED, mark_changed
from omni_identity.identity.component_cuts import CELLS_AT_ONCE
from omni_identity.identity.counted_weights import (
    GREATEST_WEIGHT,
    LEAST_WEIGHT,
    counted_weight_sql,
    with_counted_weights,
)
from omni_identity.identity.strongest_links import count_bridges, span_strongest
from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.components import label_components
from omni_identity.linkage.equal_records import create_equal_records, scored_as

JUDGED_WEIGHT = 20.0
"""What a steward's verdict of same weighs at least (log2): one in a million is wrong."""
CONTRADICTING = ("first_name", "birth_date")
"""Comparisons whose last level says that two records are hardly of one person."""


@dataclass(frozen=True)
class Standards:
    """What customers are measured by: the model's comparisons, and the average weight (log2) that links.

    ``most_records`` is how many records people have at most by the model; None: no customer has a surplus.
    """

    comparisons: tuple[Comparison, ...]
    cut: float
    most_records: float | None = None


def update_customer_diagnostics(engine: Engine, standards: Standards) -> None:
    """Bring ``derived.customer_diagnostics`` up to date; mark the customers for whom any figure changed.

    Measured again are the customers of ``changed.regrouped_records``, whole components: a customer that stays as
    it is may still have another one near it now. Reads what :func:`build_customer_diagnostics` does.
    """
    with engine.transaction():
        engine.run(
            "create or replace table derived.measured_records as select * from derived.customers"
            f" where golden_id in (select golden_id from derived.customers where {REGROUPED.is_marked()})"
        )
        build_customer_diagnostics(
            engine,
            standards,
            "derived.new_diagnostics",
            "derived.measured_records",
        )
        engine.create_like("derived.customer_diagnostics", "select * from derived.new_diagnostics")
        measured = (
            "golden_id in (select golden_id from derived.measured_records)"
            " or golden_id not in (select golden_id from derived.customers)"
        )
        former = f"select * from derived.customer_diagnostics where {measured}"
        new = "select * from derived.new_diagnostics"
        mark_changed(
            engine,
            CUSTOMERS,
            f"select golden_id from (({new} except {former}) union all ({former} except {new}))",
        )
        move_rows(engine, "derived.new_diagnostics", "derived.customer_diagnostics", measured)
        engine.run("drop table derived.measured_records")


def build_customer_diagnostics(
    engine: Engine,
    standards: Standards,
    target: str = "derived.customer_diagnostics",
    customers: str = "derived.customers",
) -> int:
    """Rebuild ``target``, one row per customer of at least two records in ``customers``; return how many.

    Reads ``derived.customers``, ``derived.components``, ``derived.scored_pairs`` (every pair inside a
    component), ``derived.equal_records``, ``derived.constraints`` and ``derived.broken_verdicts``. Of equal
    records two are measured, which is the first and how well it agrees with itself. Weights are log2;
    ``weakest_link`` and ``chain_weight`` are of plain match weights, all averages of weights as they count in
    clustering. A pair that verdicts make one person weighs at least ``JUDGED_WEIGHT``; links are pairs
    of at least the cut. A customer with no other one in its component has null ``nearest_`` columns.
    """
    create_equal_records(engine)
    with engine.transaction():
        _list_members(engine, customers)
        _list_pairs(engine, standards.comparisons)
        engine.run(
            "create or replace temp table measured_customers (customer_no BIGINT, weakest_link DOUBLE,"
            " bridge_count BIGINT, chain_weight DOUBLE, cohesion_weight DOUBLE)"
        )
        engine.map_groups(
            "select customer_no, size, i, j, weight, counted, is_same from diagnosed_pairs",
            "customer_no",
            partial(_measure_customers, standards=standards),
            "measured_customers",
        )
        engine.run(with_counted_weights(engine, statement(__file__, "nearest_customers")))
        diagnostics = statement(__file__, "customer_diagnostics")
        bounds = {
            "least": LEAST_WEIGHT,
            "greatest": GREATEST_WEIGHT,
            "most": standards.most_records or NO_MOST,
        }
        engine.run(f"create or replace table {target} as {diagnostics}", bounds)
        for table in (
            "diagnosed_members",
            "diagnosed_pairs",
            "measured_customers",
            "nearest_customers",
        ):
            engine.run(f"drop table {table}")
    return count_rows(engine, target)


def _list_members(engine: Engine, customers: str) -> None:
    engine.run(
        "create or replace temp table same_pairs as select record_no_l, record_no_r"
        " from derived.constraints anti join derived.broken_verdicts using (record_no_l, record_no_r)"
        " where judgement = 'same'"
    )
    label_components(engine, "same_pairs", "same_labels")
    # places in the order that decides ties in clustering, so that the same joins come out
    engine.run(
        f"""
        create or replace temp table diagnosed_members as
        with several as (
            select golden_id, min(record_no) as customer_no, count(*) as record_count
            from {customers} group by golden_id having count(*) > 1
        ), members as (
            select c.*, n.customer_no, n.record_count,
                coalesce(e.representative_no, c.record_no) as representative_no
            from {customers} c join several n using (golden_id)
            left join derived.equal_records e on e.record_no = c.record_no
        ), measured as (
            select * from members
            qualify row_number() over (
                partition by customer_no, representative_no order by record_no
            ) <= 2
        )
        select m.golden_id, m.customer_no, m.record_count, m.record_no, m.representative_no,
            s.component_no as group_no, count(*) over (partition by m.customer_no) as size,
            row_number() over (
                partition by m.customer_no order by m.channel, m.source_record_id
            ) - 1 as place
        from measured m left join same_labels s on s.record_no = m.record_no
        """
    )
    engine.run("drop table same_pairs")
    engine.run("drop table same_labels")


def _list_pairs(engine: Engine, comparisons: Iterable[Comparison]) -> None:
    """Make ``diagnosed_pairs``: every two records of a customer; ``i`` and ``j`` are their places."""
    contradicted = " or ".join(
        f'"level_{comparison.name}" in ({", ".join(map(str, comparison.contradicting_levels))})'
        for comparison in comparisons
        if comparison.name in CONTRADICTING
    )
    a, b = scored_as("l", "r")
    engine.run(
        f"""
        create or replace temp table diagnosed_pairs as
        with inside as (
            select p.*
            from (
                select * from derived.scored_pairs
                where record_no_l in (select record_no from diagnosed_members)
                    and record_no_r in (select record_no from diagnosed_members)
            ) p
            join diagnosed_members l on l.record_no = p.record_no_l
            join diagnosed_members r on r.record_no = p.record_no_r
            where r.customer_no = l.customer_no
        ), pairs as (
            select l.customer_no, l.size, l.place as i, r.place as j,
                coalesce(l.group_no = r.group_no, false) as is_same,
                coalesce(p.match_weight, $least) as weight, {counted_weight_sql(engine)} as counted,
                coalesce(p.match_weight < $least or {contradicted or "false"}, false) as contradicts
            from diagnosed_members l
            join diagnosed_members r on r.customer_no = l.customer_no and r.place > l.place
            left join inside p
                on p.record_no_l = {a} and p.record_no_r = {b}
        )
        select customer_no, size, i, j, is_same, contradicts and not is_same as contradicts,
            case when is_same then greatest(weight, $judged) else weight end as weight,
            counted
        from pairs
        """,
        {"least": LEAST_WEIGHT, "judged": JUDGED_WEIGHT},
    )


def _measure_customers(pairs: pl.DataFrame, standards: Standards) -> pl.DataFrame:
    """Measure customers, given all their pairs."""
    ordered = pairs.sort("size", "customer_no", "i", "j")
    return pl.concat(
        _measure_alike(batch, standards)
        for _, of_size in ordered.group_by("size", maintain_order=True)
        for batch in _batches(of_size)
    )


def _batches(pairs: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Cut the sorted pairs of customers of one size into batches of whole customers."""
    size = int(pairs["size"][0])
    pairs_each = size * (size - 1) // 2
    rows = max(1, CELLS_AT_ONCE // size**2) * pairs_each
    return pairs.iter_slices(rows)


def _measure_alike(pairs: pl.DataFrame, standards: Standards) -> pl.DataFrame:
    """Measure customers of one size, given all their pairs sorted by customer and places."""
    n = int(pairs["size"][0])
    upper = np.triu_indices(n, 1)
    each = len(upper[0])

    def square(values: Floats, diagonal: float) -> Floats:
        matrix = np.full((len(values) // each, n, n), diagonal)
        matrix[:, upper[0], upper[1]] = values.reshape(-1, each)
        matrix[:, upper[1], upper[0]] = values.reshape(-1, each)
        return matrix

    weights = square(pairs["weight"].to_numpy(), -np.inf)
    together = square(pairs["is_same"].to_numpy().astype(np.float64), 1.0).argmax(axis=2)
    counted = square(pairs["counted"].to_numpy(), np.nan)
    trees = span_strongest(weights)
    return pl.DataFrame(
        {
            "customer_no": pairs["customer_no"].gather_every(each),
            "weakest_link": trees.links.min(axis=1),
            "bridge_count": count_bridges(weights, trees, standards.cut),
            "chain_weight": weight_of_all(trees.links),
            "cohesion_weight": weakest_joins(counted, together, standards.most_records or NO_MOST),
        }
    )


def weight_of_all(links: Floats) -> Floats:
    """The log2 odds that all links of each row hold, if each holds or fails by itself."""
    log_probability = -np.logaddexp2(0.0, -links).sum(axis=1)
    with np.errstate(divide="ignore"):
        odds: Floats = log_probability - np.log2(-np.expm1(log_probability * np.log(2.0)))
    return odds
