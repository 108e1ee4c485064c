"""Cuts the components of a frame into customers, those of one width at once: arrays, and no SQL."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from omni_identity.identity.average_linkage import NO_MOST, link_by_cuts
from omni_identity.identity.counted_weights import LEAST_WEIGHT

CANNOT_LINK = -np.inf
"""Weight of a pair that must stay apart: no average with it in reaches any cut."""
CELLS_AT_ONCE = 4_000_000
ALIKE = 8
"""Components of up to so many records, which most are, are cut with those of as many alone."""


def cut_components(
    members: pl.DataFrame, pairs: pl.DataFrame, cut: float, most: float = NO_MOST
) -> pl.DataFrame:
    """Cut each component by average linkage; return ``record_no, cluster_no``. See ``cut_components_by``."""
    return cut_components_by(members, pairs, (cut,), most).drop("cut")


def cut_components_by(
    members: pl.DataFrame, pairs: pl.DataFrame, cuts: Sequence[float], most: float = NO_MOST
) -> pl.DataFrame:
    """Cut each component by average linkage, by every one of ``cuts``; return ``cut, record_no, cluster_no``.

    ``members`` has ``component_no, record_no``, in the order that decides ties (the first win), and,
    for records that must stay together, one and the same number in ``together``;
    ``pairs`` has ``component_no, record_no_l, record_no_r, weight`` for every pair inside a component
    (a missing pair counts as the least weight, one that must stay apart as ``CANNOT_LINK``, one of null
    weight not at all).
    """
    if "together" not in members.columns:
        members = members.with_columns(pl.col("record_no").alias("together"))
    members = members.with_columns(
        pl.int_range(pl.len(), dtype=pl.Int64).over("component_no").alias("place"),
        pl.len().over("component_no").cast(pl.Int64).alias("size"),
    ).with_columns(
        pl.col("place").min().over("component_no", "together").alias("first"),
        _width_of(pl.col("size")).alias("width"),
    )
    place = members.select("record_no", "place", "width")
    placed = pairs.join(
        place.rename({"record_no": "record_no_l", "place": "i"}), on="record_no_l"
    ).join(place.select(record_no_r="record_no", j="place"), on="record_no_r")
    by_width = placed.partition_by("width", as_dict=True)
    results = []
    for (width,), of_width in members.group_by("width", maintain_order=True):
        inner = by_width.get((width,), placed.clear())
        components = of_width.select("component_no").unique(maintain_order=True).with_row_index("c")
        at_once = max(1, CELLS_AT_ONCE // int(width) ** 2)
        for start in range(0, components.height, at_once):
            chosen = components.slice(start, at_once).with_columns(pl.col("c") - start)
            results += _cut_alike(of_width, inner, chosen, cuts, most)
    if not results:
        return pl.DataFrame(
            schema={"cut": pl.Float64, "record_no": pl.Int64, "cluster_no": pl.Int64}
        )
    return pl.concat(results).sort("cut", "record_no")


def _width_of(size: pl.Expr) -> pl.Expr:
    """In how wide a square a component of that many records is cut: a quarter wider at most.

    Squares of one width are cut at once, in as many steps as it is wide: few widths are few steps.
    """
    unit = pl.lit(2.0).pow(((size - 1).cast(pl.Float64).log(2.0) + 1e-9).floor() - 2)
    whole = ((size / unit).ceil() * unit).cast(pl.Int64)
    return pl.when(size <= ALIKE).then(size).otherwise(whole)


def _cut_alike(
    members: pl.DataFrame,
    pairs: pl.DataFrame,
    components: pl.DataFrame,
    cuts: Sequence[float],
    most: float,
) -> list[pl.DataFrame]:
    """Cut components of one width, by each cut; ``components`` numbers them ``c`` from 0."""
    shape = (components.height, int(members["width"][0]))
    rows = members.join(components, on="component_no")
    at = tuple(rows[name].to_numpy().astype(np.int64) for name in ("c", "place"))
    numbers, together = np.zeros(shape, dtype=np.int64), np.tile(np.arange(shape[1]), (shape[0], 1))
    numbers[at], together[at] = rows["record_no"].to_numpy(), rows["first"].to_numpy()
    is_member = np.zeros(shape, dtype=bool)
    is_member[at] = True
    # what only fills the square joins nothing
    weights = np.where(is_member[:, :, None] & is_member[:, None, :], LEAST_WEIGHT, CANNOT_LINK)
    inner = pairs.join(components, on="component_no").select("c", "i", "j", "weight")
    c, i, j = (inner[name].to_numpy().astype(np.int64) for name in ("c", "i", "j"))
    weights[c, i, j] = weights[c, j, i] = inner["weight"].to_numpy()
    found = []
    by_cut = link_by_cuts(weights, cuts, together, most)
    for cut, groups in zip(cuts, by_cut, strict=True):
        clusters = np.take_along_axis(numbers, groups, axis=1)
        records = {"record_no": numbers[is_member], "cluster_no": clusters[is_member]}
        found.append(pl.DataFrame(records).select(pl.lit(cut).alias("cut"), pl.all()))
    return found
