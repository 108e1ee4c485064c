"""How common a full name is: given and family names that go together, by a latent class model.

Given and family name are not independent: a Polish family name makes a Polish given name likely.
Multiplying their frequencies makes every name of a minority look far rarer than it is. So names are
taken to come from a few unseen groups, independent inside each (latent class analysis: Lazarsfeld and
Henry, 1968; Goodman, Biometrika 61, 1974), fitted by expectation maximisation.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from omni_identity.engines import Engine, count_rows
from omni_identity.linkage.lots import lot, share

GROUPS = 8
ROUNDS = 50
SMOOTHING = 0.3
"""Records' worth of the overall distribution that every group starts with, per group."""
MOST_NAMES = 400_000
"""Distinct full names that groups are fitted to at first, give or take what lots do: they come to the driver."""
ROUNDS_OF_ALL = 5
"""Rounds over all names after a sample, by the engine: of a part outside it the parts that it goes with tell the
group. Of 389,166 names and a quarter of them, the frequencies are then as near as those of another seed."""
STEPS = 2**20
"""In so many parts a record may be shared among groups."""

PARTS = ("first", "last")
GROUP_COLUMNS = tuple(f"group_{number}" for number in range(GROUPS))

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def estimate_name_frequencies(engine: Engine, seed: int, most: int = MOST_NAMES) -> None:
    """Rebuild ``derived.tf_names``: each full name of ``derived.linkage_records`` and its probability.

    That is the model's, not the observed share: a name that only one person has is as rare as its parts
    make it, however many records that person has. Groups are fitted to about ``most`` distinct names, drawn
    by lots where there are more, and then to all of them.
    """
    engine.run(
        """
        create or replace temp table distinct_names as
        select names, any_value(first) as first, any_value(last) as last, count(*) as record_count,
            min(record_no) as record_no
        from derived.linkage_records where names is not null group by names
        """
    )
    distinct = count_rows(engine, "distinct_names")
    drawn = f" where {lot(seed, 'record_no')} < {share(most, distinct)}" if distinct > most else ""
    names = engine.fetch(
        f"select first, last, record_count from distinct_names{drawn} order by names"
    )
    sizes, *leanings = fit_name_groups(names, seed)
    columns = ", ".join(f"{column} DOUBLE" for column in ("share", *GROUP_COLUMNS))
    for part, lean in zip(PARTS, leanings, strict=True):
        engine.run(f"create or replace temp table {part}_leanings ({part} VARCHAR, {columns})")
        engine.write(f"{part}_leanings", lean)
    for _ in range(ROUNDS_OF_ALL if drawn else 0):
        sizes = _fit_to_all(engine, sizes)
    together = " + ".join(_likelihoods(sizes))
    engine.run(
        f"""
        create or replace table derived.tf_names as
        select names, f.share * l.share * ({together}) as tf_names from {_WITH_LEANINGS} order by names
        """
    )
    for table in ("distinct_names", *(f"{part}_leanings" for part in PARTS)):
        engine.run(f"drop table {table}")


_WITH_LEANINGS = """
    distinct_names n left join first_leanings f on f.first = n.first left join last_leanings l on l.last = n.last
"""


def _likelihoods(sizes: Floats) -> list[str]:
    """SQL for how likely a name is in each group, over how likely its parts are overall."""
    return [
        f"{size!r}::double * coalesce(f.{column}, 1) * coalesce(l.{column}, 1)"
        for size, column in zip(sizes.tolist(), GROUP_COLUMNS, strict=True)
    ]


def _fit_to_all(engine: Engine, sizes: Floats) -> Floats:
    """One round of expectation maximisation over ``distinct_names``; rebuilds the tables of leanings and returns
    the groups' sizes."""
    likelihoods = list(zip(_likelihoods(sizes), GROUP_COLUMNS, strict=True))
    named = ", ".join(f"{likelihood} as {column}" for likelihood, column in likelihoods)
    # whole numbers, so that sums are the same in any order
    counted = ", ".join(
        f"floor({column} / ({' + '.join(GROUP_COLUMNS)}) * record_count * {STEPS} + 0.5)::bigint as {column}"
        for column in GROUP_COLUMNS
    )
    engine.run(
        f"""
        create or replace temp table grouped_names as
        select first, last, record_count, {counted}
        from (select n.first, n.last, n.record_count, {named} from {_WITH_LEANINGS}) likelihoods
        """
    )
    sums = ", ".join(f"sum({column})::bigint as {column}" for column in GROUP_COLUMNS)
    *totals, records = engine.fetch(
        f"select {sums}, sum(record_count)::bigint as records from grouped_names"
    ).row(0)
    prior = SMOOTHING * GROUPS
    leanings = ", ".join(
        f"({column} / {STEPS}::double + {prior} * share) / {total / STEPS + prior!r}::double / share as {column}"
        for column, total in zip(GROUP_COLUMNS, totals, strict=True)
    )
    for part in PARTS:
        engine.run(
            f"""
            create or replace temp table {part}_leanings as
            select {part}, share, {leanings}
            from (
                select {part}, sum(record_count)::bigint / {records}::double as share, {sums}
                from grouped_names group by {part}
            ) parts
            """
        )
    engine.run("drop table grouped_names")
    shares: Floats = np.array(totals) / sum(totals)
    return shares


def fit_name_groups(names: pl.DataFrame, seed: int) -> tuple[Floats, pl.DataFrame, pl.DataFrame]:
    """Fit groups to full names; return their shares of all records, and how given and family names lean.

    ``names`` has ``first``, ``last`` (neither null) and ``record_count``, one row per distinct full name, in
    a fixed order. A leaning is how many times as common the part is in a group as it is overall: one row
    for each given (or family) name, its ``share`` of the records, one column for each group. Without names groups
    are alike.
    """
    counts = names["record_count"].to_numpy().astype(np.float64)
    parts = [_numbered(names[column]) for column in PARTS]
    overall = [np.bincount(part, counts) / counts.sum() for part in parts]
    leanings = [np.ones((len(shares), GROUPS)) for shares in overall]
    sizes = np.full(GROUPS, 1 / GROUPS)
    memberships = _starting_memberships(parts, seed)
    for _ in range(ROUNDS if names.height else 0):
        weighted = memberships * counts[:, None]
        sizes = weighted.sum(axis=0) / counts.sum()
        memberships = np.tile(sizes, (names.height, 1))
        for number, (part, shares) in enumerate(zip(parts, overall, strict=True)):
            leanings[number] = _group_shares(part, weighted, shares) / shares[:, None]
            memberships *= leanings[number][part]
        memberships /= memberships.sum(axis=1, keepdims=True)
    values = [names[column].unique().sort().to_frame() for column in PARTS]
    first, last = (
        value.with_columns(pl.Series("share", shares)).hstack(
            pl.DataFrame(lean, schema=list(GROUP_COLUMNS))
        )
        for value, shares, lean in zip(values, overall, leanings, strict=True)
    )
    return sizes, first, last


def _numbered(values: pl.Series) -> Ints:
    """Each value's place among the distinct values in alphabetical order."""
    ranks: Ints = values.rank("dense").to_numpy().astype(np.int64) - 1
    return ranks


def _starting_memberships(parts: list[Ints], seed: int) -> Floats:
    """Random leanings of every given and family name, multiplied: names that share a part lean alike."""
    generator = np.random.default_rng(seed)
    memberships = np.ones((len(parts[0]), GROUPS))
    for part in parts:
        leanings = generator.dirichlet(np.full(GROUPS, 0.3), size=int(part.max(initial=-1)) + 1)
        memberships *= leanings[part] + 1e-9
    normalised: Floats = memberships / memberships.sum(axis=1, keepdims=True)
    return normalised


def _group_shares(part: Ints, weighted: Floats, overall: Floats) -> Floats:
    """(values × groups): each value's share of each group, smoothed towards its overall share."""
    seen = np.column_stack([np.bincount(part, weighted[:, k], len(overall)) for k in range(GROUPS)])
    prior = SMOOTHING * GROUPS
    shares: Floats = (seen + prior * overall[:, None]) / (seen.sum(axis=0) + prior)
    return shares
