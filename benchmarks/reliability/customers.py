"""Reads a home's published customers of several records, and which of them are one person in truth."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from omni_identity.identity.confidence import confidence_sql

LABELS = ("truth/labels.csv", "labels.csv")

_CUSTOMERS = f"""
    with labels as (
        select channel, source_record_id, entity
        from read_csv($labels, all_varchar = true, header = true)
    ), judged as (
        select golden_id, count(*) as labelled, count(distinct entity) = 1 as is_one_person
        from crosswalk join labels using (channel, source_record_id)
        group by golden_id having count(*) > 1
    )
    select d.chain_weight, d.cohesion_weight, d.nearest_match_weight, d.size_surplus,
        d.record_count,
        round({confidence_sql()}, 4) as identity_confidence, j.is_one_person
    from customer_diagnostics d
    join judged j using (golden_id)
    order by golden_id
"""


def read_customers(home: Path) -> pl.DataFrame:
    """Customers with at least two labelled records; ``is_one_person`` if all of these are one entity's.

    ``identity_confidence`` is what this code makes of the published diagnostics: what a run of it
    publishes, without a new run for every change of a coefficient.

    Raises ``FileNotFoundError`` for a home without labels or publication.
    """
    published, labels = home / "published" / "omni.duckdb", find_labels(home)
    if not published.exists():
        raise FileNotFoundError(f"{home} has no published run")
    with duckdb.connect(str(published), read_only=True) as connection:
        frame: pl.DataFrame = connection.sql(_CUSTOMERS, params={"labels": str(labels)}).pl()
    return frame


def find_labels(home: Path) -> Path:
    """The home's labels; ``FileNotFoundError`` where it has none."""
    found = [home / name for name in LABELS if (home / name).exists()]
    if not found:
        raise FileNotFoundError(f"{home} needs {' or '.join(LABELS)}")
    return found[0]
