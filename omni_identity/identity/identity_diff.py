"""The difference between two crosswalks: which customers stayed, came, went, merged and split.

A crosswalk is any relation with ``channel, source_record_id, golden_id``. It is compared by who is
together with whom, so an ID that merely changed its name is seen as such, and records that came or
went split and merge nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.linkage.diagnostics import Measure, measure_share

OVERLAPS = "temp.identity_overlaps"
"""One row per customer before and customer after that share records; null for "in none"."""
IDENTITY_CHANGES = "identity_changes"
"""What the figures of a diff are called among a run's diagnostics."""
CUSTOMER_BUCKETS = ("unchanged", "changed", "gone", "merged", "split", "renamed")


@dataclass(frozen=True)
class IdentityDiff:
    """Customers by what became of them, and how far the two crosswalks agree on pairs of records.

    Every customer before is at least one of: ``unchanged_count`` (same records, same ID),
    ``renamed_count`` (same records, another ID), ``changed_count`` (only records came that were in no
    customer, or went that are in none now), ``gone_count`` (no record is left), ``merged_count`` (shares a
    customer with records of another), ``split_count`` (its records are in several customers); the
    last two may both be so. ``created_count`` are customers after none of whose records was in one
    before; ``merged_into_count`` and ``split_into_count`` the customers that merged ones became and that split
    ones came to be in. ``moved_record_count`` are records in both whose ID is another.

    Pairs of records of one customer: ``kept_pair_count`` are in both, ``before_pair_count`` and
    ``after_pair_count`` in one customer before or after, of records that are in both crosswalks.
    """

    customers_before: int
    customers_after: int
    records_before: int
    records_after: int
    unchanged_count: int
    renamed_count: int
    changed_count: int
    gone_count: int
    created_count: int
    merged_count: int
    merged_into_count: int
    split_count: int
    split_into_count: int
    moved_record_count: int
    kept_pair_count: int
    before_pair_count: int
    after_pair_count: int

    @property
    def merged_share(self) -> float:
        """The share of the customers before that merged; 0 of none."""
        return self.merged_count / self.customers_before if self.customers_before else 0.0

    @property
    def split_share(self) -> float:
        """The share of the customers before that split; 0 of none."""
        return self.split_count / self.customers_before if self.customers_before else 0.0

    @property
    def kept_pair_share(self) -> float | None:
        """Of the pairs together before, the share that still is; None of none."""
        return self.kept_pair_count / self.before_pair_count if self.before_pair_count else None

    @property
    def known_pair_share(self) -> float | None:
        """Of the pairs together now, the share that was before; None of none."""
        return self.kept_pair_count / self.after_pair_count if self.after_pair_count else None

    def as_dict(self) -> dict[str, int]:
        """The counts as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> IdentityDiff:
        """The inverse of :meth:`as_dict`."""
        return cls(**{name: int(value) for name, value in values.items()})


def compare_identities(
    engine: Engine, before: str, after: str, affected: str | None = None
) -> IdentityDiff:
    """Compare the crosswalks in the tables ``before`` and ``after``; leave ``OVERLAPS`` for :func:`drop_overlaps`.

    With ``affected`` (a table with ``golden_id``) only customers that it names are compared, and all
    others are taken to be what they were: then ``before`` is read once, and the rest costs as much as changed.
    """
    named = f"where golden_id in (select golden_id from {affected})" if affected else ""
    engine.run(
        f"""
        create or replace temp table identity_overlaps as
        select b.golden_id as before_id, a.golden_id as after_id, count(*) as record_count
        from (select channel, source_record_id, golden_id from {before} {named}) b
        full join (select channel, source_record_id, golden_id from {after} {named}) a
            using (channel, source_record_id)
        group by before_id, after_id
        """
    )
    found: dict[str, int] = engine.fetch(statement(__file__, "customer_fates")).row(0, named=True)
    if affected:
        found = _with_others(engine, before, affected, found)
    return IdentityDiff.from_dict(found)


def drop_overlaps(engine: Engine) -> None:
    """Drop what :func:`compare_identities` left."""
    engine.run("drop table if exists temp.identity_overlaps")


def _with_others(
    engine: Engine, before: str, affected: str, found: dict[str, int]
) -> dict[str, int]:
    """The counts of a part, and of all customers outside it, which are unchanged."""
    rest = engine.fetch(
        f"""
        select count(*) as customers, coalesce(sum(n), 0)::bigint as records,
            coalesce(sum(n * (n - 1) // 2), 0)::bigint as pairs
        from (
            select count(*) as n from {before}
            where golden_id not in (select golden_id from {affected}) group by golden_id
        )
        """
    ).row(0, named=True)
    added = {
        **dict.fromkeys(("customers_before", "customers_after", "unchanged_count"), "customers"),
        **dict.fromkeys(("records_before", "records_after"), "records"),
        **dict.fromkeys(("kept_pair_count", "before_pair_count", "after_pair_count"), "pairs"),
    }
    return {name: n + (rest[added[name]] if name in added else 0) for name, n in found.items()}


def compare_with_published(engine: Engine) -> IdentityDiff:
    """Compare ``settled.crosswalk`` with ``derived.customers``, looking at those in ``changed.customers`` only."""
    return compare_identities(engine, "settled.crosswalk", "derived.customers", "changed.customers")


def measure_diff(diff: IdentityDiff) -> list[Measure]:
    """The diff as diagnostics of a run: shares of the customers, records and pairs before; None of none."""
    counts = diff.as_dict()
    customers = [
        measure_share(IDENTITY_CHANGES, name, counts[f"{name}_count"], diff.customers_before)
        for name in (*CUSTOMER_BUCKETS, "created")
    ]
    return [
        *customers,
        measure_share(
            IDENTITY_CHANGES, "records moved", diff.moved_record_count, diff.records_before
        ),
        measure_share(IDENTITY_CHANGES, "pairs kept", diff.kept_pair_count, diff.before_pair_count),
        measure_share(IDENTITY_CHANGES, "pairs known", diff.kept_pair_count, diff.after_pair_count),
    ]
