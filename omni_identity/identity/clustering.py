"""Cuts components into customers by all the evidence inside them: average linkage, vectorised by size.

Average linkage (Sokal and Michener, 1958) joins the two groups whose records agree best on average,
until no two groups agree well enough. Every pair inside a component counts, with its weight bounded,
so that no single pair, however strong, chains two people together.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from omni_identity.engines import Engine

LEAST_WEIGHT = -4.0
GREATEST_WEIGHT = 8.0
CANNOT_LINK = -1e9
"""Weight of a pair that must stay apart: no average with it in reaches any cut."""
CELLS_AT_ONCE = 4_000_000

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def cluster_components(
    engine: Engine, cut: float, unique_identifiers: tuple[str, ...] = ()
) -> None:
    """Rebuild ``derived.clusters`` (``record_no, cluster_no``), one row per current record.

    Reads ``derived.components``, ``derived.scored_pairs`` (every pair inside a component) and
    ``derived.source_records``. ``cut`` is the average weight (log2) that holds two groups together.
    Two records that fill one of ``unique_identifiers`` with different values are kept apart whatever
    else agrees.
    ``cluster_no`` is the ``record_no`` of one of the cluster's members.
    """
    conflict = " or ".join(
        f'not list_has_any(a."{name}", b."{name}")' for name in unique_identifiers
    )
    engine.run(
        f"""
        create or replace table derived.inside as
        select l.component_no, p.record_no_l, p.record_no_r,
            case when {conflict or "false"} then {CANNOT_LINK}
                else greatest($least, least($greatest, p.match_weight)) end as weight
        from derived.scored_pairs p
        join derived.components l on l.record_no = p.record_no_l
        join derived.components r on r.record_no = p.record_no_r and r.component_no = l.component_no
        join derived.source_records a on a.record_no = p.record_no_l
        join derived.source_records b on b.record_no = p.record_no_r
        """,
        {"least": LEAST_WEIGHT, "greatest": GREATEST_WEIGHT},
    )
    # A component all of whose pairs agree is one customer whatever the method: most are.
    engine.run(
        """
        create or replace table derived.clusters as
        with doubtful as (
            select distinct component_no from derived.inside where weight < $cut
        )
        select s.record_no, coalesce(c.component_no, s.record_no) as cluster_no
        from derived.source_records s
        left join (select * from derived.components anti join doubtful using (component_no)) c
            using (record_no)
        where s.record_no not in (
            select record_no from derived.components join doubtful using (component_no)
        )
        """,
        {"cut": cut},
    )
    members = engine.fetch(
        """
        select component_no, record_no from derived.components
        join derived.source_records using (record_no)
        where component_no in (select component_no from derived.inside where weight < $cut)
        order by component_no, channel, source_record_id
        """,
        {"cut": cut},
    )
    pairs = engine.fetch(
        """
        select component_no, record_no_l, record_no_r, weight from derived.inside
        where component_no in (select component_no from derived.inside where weight < $cut)
        """,
        {"cut": cut},
    )
    engine.write("derived.clusters", cut_components(members, pairs, cut))
    engine.run("drop table derived.inside")


def cut_components(members: pl.DataFrame, pairs: pl.DataFrame, cut: float) -> pl.DataFrame:
    """Cut each component by average linkage; return ``record_no, cluster_no``.

    ``members`` has ``component_no, record_no``, in the order that decides ties (the first win);
    ``pairs`` has ``component_no, record_no_l, record_no_r, weight`` for every pair inside a component
    (a missing pair counts as the least weight).
    """
    members = members.with_columns(
        pl.int_range(pl.len(), dtype=pl.Int64).over("component_no").alias("place"),
        pl.len().over("component_no").cast(pl.Int64).alias("size"),
    )
    place = members.select("record_no", "place")
    placed = (
        pairs.join(place, left_on="record_no_l", right_on="record_no")
        .rename({"place": "i"})
        .join(place, left_on="record_no_r", right_on="record_no")
        .rename({"place": "j"})
    )
    results = []
    for (size,), of_size in members.group_by("size", maintain_order=True):
        components = of_size.select("component_no").unique(maintain_order=True).with_row_index("c")
        at_once = max(1, CELLS_AT_ONCE // int(size) ** 2)
        for start in range(0, components.height, at_once):
            chosen = components.slice(start, at_once).with_columns(pl.col("c") - start)
            results.append(_cut_alike(of_size, placed, chosen, cut))
    if not results:
        return pl.DataFrame(schema={"record_no": pl.Int64, "cluster_no": pl.Int64})
    return pl.concat(results).sort("record_no")


def _cut_alike(
    members: pl.DataFrame, pairs: pl.DataFrame, components: pl.DataFrame, cut: float
) -> pl.DataFrame:
    """Cut components that all have as many members; ``components`` numbers them ``c`` from 0."""
    size = int(members["size"][0])
    weights = np.full((components.height, size, size), LEAST_WEIGHT)
    inner = pairs.join(components, on="component_no").select("c", "i", "j", "weight")
    c, i, j = (inner[name].to_numpy().astype(np.int64) for name in ("c", "i", "j"))
    weights[c, i, j] = inner["weight"].to_numpy()
    weights[c, j, i] = inner["weight"].to_numpy()
    groups = link_by_average(weights, cut)
    rows = members.join(components, on="component_no").sort("c", "place")
    numbers = rows["record_no"].to_numpy().reshape(components.height, size)
    cluster_no = np.take_along_axis(numbers, groups, axis=1)
    return pl.DataFrame({"record_no": numbers.reshape(-1), "cluster_no": cluster_no.reshape(-1)})


def link_by_average(weights: Floats, cut: float) -> Ints:
    """Average linkage of many small graphs at once.

    ``weights`` is (graphs × n × n), symmetric; groups are joined while their average weight is at
    least ``cut``. Returns (graphs × n): for each node the least node of its group.
    """
    graphs, n, _ = weights.shape
    sums = weights.astype(np.float64).copy()
    sizes = np.ones((graphs, n))
    groups = np.tile(np.arange(n, dtype=np.int64), (graphs, 1))
    upper = np.triu(np.ones((n, n), dtype=bool), 1)
    active = np.arange(graphs)
    for _ in range(n - 1):
        alive = sizes[active] > 0
        possible = upper & alive[:, :, None] & alive[:, None, :]
        scale = np.maximum(sizes[active][:, :, None] * sizes[active][:, None, :], 1.0)
        averages = np.where(possible, sums[active] / scale, -np.inf)
        # rounded, so that equal averages summed in another order stay equal and the tie rule decides
        flat = np.round(averages, 9).reshape(len(active), -1)
        best = flat.argmax(axis=1)
        joins = flat[np.arange(len(active)), best] >= cut
        active, best = active[joins], best[joins]
        if not len(active):
            break
        i, j = best // n, best % n
        sums[active, i, :] += sums[active, j, :]
        sums[active, :, i] += sums[active, :, j]
        sizes[active, i] += sizes[active, j]
        sizes[active, j] = 0
        groups[active] = np.where(groups[active] == j[:, None], i[:, None], groups[active])
    return groups
