"""Equal records: those that linkage cannot tell apart are one node, which stands for all of them.

A guest who books as often as a hundred times leaves a hundred equal rows. Compared among themselves they
are pairs by the square and evidence by the dozen, though each says no more than the first did. So one of
them, the least, represents the others: it alone meets other records, and the others meet it. Whether
equal records are one person is for the score of that pair to say, as of any other: two who are called
Anna, and nothing else, are not.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.declared import create_missing

REASSIGNED = "reassigned_records"
"""Temporary table of the records (``record_no``) that another represents now, that came or that went."""

COPIES = (
    "(select record_no, representative_no from derived.equal_records"
    " where record_no <> representative_no)"
)
"""Records that another one represents."""


def is_represented(record_no: str) -> str:
    """SQL for whether another record represents the one of this number."""
    return f"{record_no} in (select record_no from {COPIES})"


def scored_as(left: str, right: str) -> tuple[str, str]:
    """SQL for the two ends, in ``derived.scored_pairs``, of the pair that says how two records compare.

    ``left`` and ``right`` are tables with ``record_no`` and ``representative_no``: that of the records which
    represent them, or of two equal ones the one that has a score, which all equal pairs have.
    """
    a, b = (f"{table}.representative_no" for table in (left, right))
    return (
        f"least({a}, {b})",
        f"case when {a} <> {b} then greatest({a}, {b}) else greatest({left}.record_no, {right}.record_no) end",
    )


def create_equal_records(engine: Engine) -> None:
    """Create ``derived.equal_records``, empty, where it is missing: a record without a row stands for itself."""
    engine.run("create schema if not exists derived")
    create_missing(engine, "derived.equal_records")


def update_equal_records(
    engine: Engine, changed: str, unique_identifiers: Iterable[str] = ()
) -> None:
    """Bring ``derived.equal_records`` up to date for the records in the table or query ``changed`` (``record_no``).

    Columns: ``record_no``, ``fingerprint`` (of all columns of ``derived.linkage_records``, and of the unique
    identifiers in ``derived.source_records``, from which those that too many share are not taken out) and
    ``representative_no``, the least record of that fingerprint. A record of which a verdict in
    ``derived.constraints`` speaks, then or now, stands for itself, so that the verdict is about it alone; and
    so does one that is empty. Leaves ``REASSIGNED``.
    """
    create_equal_records(engine)
    engine.run(
        "create or replace temp table judged_records as"
        " select distinct unnest([record_no_l, record_no_r]) as record_no from derived.constraints"
    )
    engine.run(
        f"""
        create or replace temp table refingerprinted as
        select record_no from {changed}
        union
        select e.record_no from derived.equal_records e left join judged_records j using (record_no)
        where (j.record_no is not null) <> starts_with(e.fingerprint, 'judged')
        """
    )
    if count_rows(engine, "refingerprinted"):
        _regroup(engine, tuple(unique_identifiers))
    else:
        engine.run(f"create or replace temp table {REASSIGNED} (record_no BIGINT)")
    for table in ("judged_records", "refingerprinted"):
        engine.run(f"drop table {table}")


def _regroup(engine: Engine, unique_identifiers: tuple[str, ...]) -> None:
    """Put the records in ``refingerprinted`` among their equals; make ``REASSIGNED``."""
    _fingerprint(engine, unique_identifiers)
    engine.run(
        """
        create or replace temp table former_groups as
        select * from derived.equal_records
        where record_no in (select record_no from refingerprinted)
            or fingerprint in (select fingerprint from fresh_fingerprints)
            or fingerprint in (
                select fingerprint from derived.equal_records semi join refingerprinted using (record_no)
            )
        """
    )
    engine.run(
        """
        create or replace temp table fresh_groups as
        select record_no, fingerprint, min(record_no) over (partition by fingerprint) as representative_no
        from (
            select record_no, fingerprint from former_groups anti join refingerprinted using (record_no)
            union all select record_no, fingerprint from fresh_fingerprints
        )
        """
    )
    engine.run(
        f"""
        create or replace temp table {REASSIGNED} as
        select coalesce(f.record_no, g.record_no) as record_no
        from former_groups f full join fresh_groups g on g.record_no = f.record_no
        where f.representative_no is distinct from g.representative_no
        """
    )
    engine.run(
        "delete from derived.equal_records where record_no in (select record_no from former_groups)"
    )
    engine.run("insert into derived.equal_records select * from fresh_groups")
    for table in ("fresh_fingerprints", "former_groups", "fresh_groups"):
        engine.run(f"drop table {table}")


def _fingerprint(engine: Engine, unique_identifiers: tuple[str, ...]) -> None:
    """Make ``fresh_fingerprints`` (``record_no, fingerprint``) of the current records in ``refingerprinted``.

    A judged record's begins with ``judged``, an empty one's with ``empty``; both have its number in them.
    """
    columns = engine.fetch("select * from derived.linkage_records limit 0").schema
    values = [
        _as_text("r", name, isinstance(kind, pl.List))
        for name, kind in columns.items()
        if name != "record_no"
    ]
    own = [_as_text("s", name, True) for name in unique_identifiers]
    source = " join derived.source_records s on s.record_no = r.record_no" if own else ""
    engine.run(
        f"""
        create or replace temp table fresh_fingerprints as
        with texts as (
            select r.record_no, j.record_no is not null as is_judged,
                {" || chr(31) || ".join((*values, *own))} as text
            from derived.linkage_records r{source}
            left join judged_records j on j.record_no = r.record_no
            where r.record_no in (select record_no from refingerprinted)
        )
        select record_no, case
                when is_judged then 'judged ' || record_no::varchar
                when replace(text, chr(31), '') = '' then 'empty ' || record_no::varchar
                else md5(text)
            end as fingerprint
        from texts
        """
    )


def _as_text(table: str, column: str, is_list: bool) -> str:
    """SQL for a column's value as text, its own where it is null; lists are equal in any order."""
    value = f'{table}."{column}"'
    text = f"array_to_string(list_sort({value}), chr(30))" if is_list else f"{value}::varchar"
    return f"coalesce('=' || {text}, '')"
