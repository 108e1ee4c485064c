"""Leaves out of a person's rows what is somebody else's: other records of a pair, other members, who judged."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

_STAFF = ("judged_by", "requested_by", "agent")
"""Who of the company did something: theirs, and not the person's."""
_OF_SEVERAL = ("detail", "nearest_golden_id", "other_household_id")
"""Columns in which only somebody else can be named."""
_SIDES = (("l", "r"), ("r", "l"))
_OF_BOTH = (
    *(
        "question_id",
        "record_count_l",
        "record_count_r",
        "record_count",
        "channels",
        "interaction_count",
    ),
    *("amount", "currency", "consents", "rival", "is_one_household", "agreeing", "differing"),
)
"""Columns of a question about two customers that say something of either, or of both together."""


def without_others(
    table: str,
    rows: pl.DataFrame,
    records: Collection[tuple[str, str]],
    golden_ids: Collection[str],
) -> pl.DataFrame:
    """The rows of a published table, without what they say of anybody but the person.

    ``records`` (channel, record ID) and ``golden_ids`` are the person's. Columns that name staff go; of a pair whose
    other record is somebody else's, that record and the reason become null, of a household the other members' IDs.
    """
    rows = rows.drop(name for name in _STAFF if name in rows.columns)
    rows = rows.drop(
        name
        for name in _OF_SEVERAL
        if name in rows.columns and (name != "detail" or table == "rejected_verdicts")
    )
    if "golden_ids" in rows.columns:
        rows = rows.with_columns(_among(pl.col("golden_ids"), golden_ids))
    if "other_golden_id" in rows.columns:
        for name in ("golden_id", "other_golden_id"):
            is_own = pl.col(name).is_in(list(golden_ids))
            rows = rows.with_columns(pl.when(is_own).then(pl.col(name)).alias(name))
    if table == "review_queue":
        rows = _without_other_customers(rows, golden_ids)
    if "source_record_id_l" in rows.columns:
        rows = _without_other_records(rows, records)
    return rows


def _among(column: pl.Expr, golden_ids: Collection[str]) -> pl.Expr:
    return column.list.eval(pl.element().filter(pl.element().is_in(list(golden_ids))))


def _without_other_customers(rows: pl.DataFrame, golden_ids: Collection[str]) -> pl.DataFrame:
    """Questions about two customers without the other one, and without what is of both."""
    own = {side: pl.col(f"golden_id_{side}").is_in(list(golden_ids)) for side, _ in _SIDES}
    both = own["l"] & own["r"]
    return rows.with_columns(
        *(pl.when(both).then(pl.col(name)).alias(name) for name in _OF_BOTH),
        *(
            pl.when(is_own).then(pl.col(f"golden_id_{side}")).alias(f"golden_id_{side}")
            for side, is_own in own.items()
        ),
    )


def _without_other_records(
    rows: pl.DataFrame, records: Collection[tuple[str, str]]
) -> pl.DataFrame:
    own = {
        side: pl.Series(
            [
                one in records
                for one in rows.select(f"channel_{side}", f"source_record_id_{side}").iter_rows()
            ],
            dtype=pl.Boolean,
        )
        for side, _ in _SIDES
    }
    both = own["l"] & own["r"]
    shown = [
        pl.when(own[side]).then(pl.col(f"{name}_{side}")).alias(f"{name}_{side}")
        for side, _ in _SIDES
        for name in ("channel", "source_record_id")
    ]
    if "reason" in rows.columns:
        shown.append(pl.when(both).then(pl.col("reason")).alias("reason"))
    return rows.with_columns(shown)
