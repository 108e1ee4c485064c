"""Cuts components into customers by all the evidence inside them, and by what must and must not be one.

Every pair inside a component counts, with its weight bounded (:mod:`omni_identity.identity.counted_weights`);
see :mod:`omni_identity.identity.average_linkage` and :mod:`omni_identity.identity.constraints`.

Average linkage joins the surest first, so one tree is cut three times: for customers, for those parts of them that
are beyond doubt, and for customers that may be one (:mod:`omni_identity.identity.nested_ids`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.batches import in_range, key_ranges
from omni_identity.engines.declared import create_missing
from omni_identity.engines.statements import statement
from omni_identity.identity.average_linkage import NO_MOST, is_doubtful_sql
from omni_identity.identity.changes import REGROUPED, replace_changed
from omni_identity.identity.component_cuts import cut_components_by
from omni_identity.identity.constraints import forbidden_by_sql, group_judged_same
from omni_identity.identity.counted_weights import LEAST_WEIGHT, counted_weight_sql
from omni_identity.linkage.components import SEED_WEIGHT, create_constraints, label_components
from omni_identity.linkage.equal_records import create_equal_records, is_represented

_DOUBTFUL = (
    "select evidence_no as whole_no, record_no, record_no as together"
    " from cluster_members semi join doubtful_evidence using (evidence_no)"
)


STRICT_WEIGHT = 5.0
"""The average weight (log2) of a strict cut, 97 %: on ten of eleven labelled sets 99.1 % of its pairs and more are
right, on the eleventh, of 840 damaged names, 98.9 % (docs/linkage.md)."""
LOOSE_WEIGHT = SEED_WEIGHT
"""That of a loose cut: what joins components, so the most that is ever looked at together."""


@dataclass(frozen=True)
class Cut:
    """The average weight (log2) that holds two groups together, and how many records people have at most: more of
    them have to agree better."""

    weight: float
    most: float = NO_MOST


def update_clusters(engine: Engine, cut: Cut, unique_identifiers: tuple[str, ...]) -> None:
    """Bring ``derived.clusters`` up to date for the records marked in ``changed.regrouped_records``.

    Its ``cluster_no`` is that of :func:`cluster_components`, of ``cut``; ``strict_no`` and ``loose_no`` are those of
    the cuts above and below, never below or above it. Reads and writes what that does, among the marked current
    records.
    """
    create_missing(engine, "derived.clusters")
    among = "derived.clustered_records"
    cuts = {
        "cluster": cut.weight,
        "strict": max(cut.weight, STRICT_WEIGHT),
        "loose": min(cut.weight, LOOSE_WEIGHT),
    }
    with engine.transaction():
        engine.run(
            f"create or replace table {among} as select record_no"
            f" from derived.source_records where {REGROUPED.is_marked()}"
        )
        at_once = [Cut(weight, cut.most) for weight in cuts.values()]
        with _listed_pairs(engine, unique_identifiers, among, at_once):
            for name, weight in cuts.items():
                _cluster(engine, Cut(weight, cut.most), f"derived.{name}_cut", among)
        engine.run(
            "create or replace table derived.new_clusters as"
            " select record_no, g.cluster_no, s.cluster_no as strict_no, l.cluster_no as loose_no"
            " from derived.cluster_cut g join derived.strict_cut s using (record_no)"
            " join derived.loose_cut l using (record_no)"
        )
        replace_changed(engine, "clusters", REGROUPED)
        for table in (among, *(f"derived.{name}_cut" for name in cuts)):
            engine.run(f"drop table {table}")


def cluster_components(
    engine: Engine,
    cut: Cut,
    unique_identifiers: tuple[str, ...] = (),
    target: str = "derived.clusters",
    among: str = "derived.source_records",
) -> None:
    """Rebuild ``target`` (``record_no, cluster_no``), one row per record of the table ``among``.

    Reads ``derived.components``, ``derived.scored_pairs`` (every pair inside a component, each of a record
    with the one that represents it), ``derived.equal_records``, ``derived.constraints`` and
    ``derived.source_records``; ``among`` must hold components as wholes. Equal records count as one, however
    many they are, and go where that one goes; only if nobody else is there is it for their own score to hold
    them together. Records judged different, or with different values of one of ``unique_identifiers``, are kept
    apart, records judged the same are brought together with all that evidence holds together with either, whatever
    else agrees;
    ``derived.broken_verdicts`` has the verdicts of same that something forbids. ``cluster_no`` is the
    ``record_no`` of one of the cluster's members, or of what evidence joins them with.
    """
    with engine.transaction(), _listed_pairs(engine, unique_identifiers, among, [cut]):
        _cluster(engine, cut, target, among)


@contextmanager
def _listed_pairs(
    engine: Engine, unique_identifiers: tuple[str, ...], among: str, cuts: Sequence[Cut]
) -> Iterator[None]:
    """Lend what every one of ``cuts`` starts from: ``cluster_members``, ``cluster_pairs``, ``equal_pairs``,
    ``same_groups`` and ``evidence_cuts``."""
    create_constraints(engine)
    create_equal_records(engine)
    _list_pairs(engine, unique_identifiers, among)
    _list_equal_pairs(engine, among)
    group_judged_same(engine)
    _cut_doubtful(engine, cuts)
    yield
    for table in (
        *("cluster_members", "cluster_pairs", "equal_pairs"),
        *("same_groups", "evidence_cuts"),
    ):
        engine.run(f"drop table {table}")


def _cluster(engine: Engine, cut: Cut, target: str, among: str) -> None:
    """Make ``target`` by one cut, of what :func:`_listed_pairs` lends."""
    _cut_by_evidence(engine, cut, among)
    _join_judged_customers(engine)
    _place_equal_records(engine, cut.weight, target, among)
    engine.run("drop table node_clusters")


def _cut_doubtful(engine: Engine, cuts: Sequence[Cut]) -> None:
    """Make ``evidence_cuts`` (``cut, record_no, cluster_no``): by every cut, what may miss the highest of ``cuts``."""
    _list_doubtful(engine, max(cuts, key=lambda cut: cut.weight))
    _cut_wholes(engine, cuts, _DOUBTFUL, "evidence_cuts")
    engine.run("drop table doubtful_evidence")


def _list_doubtful(engine: Engine, cut: Cut) -> None:
    """Make ``doubtful_evidence`` (``evidence_no``): what may fall apart at a cut, or at a lower one."""
    engine.run(
        f"""
        create or replace temp table doubtful_evidence as
        with sizes as (
            select evidence_no, count(*) as size from cluster_members group by evidence_no
        ), weights as (
            select evidence_no, min(coalesce(weight, $least)) as weakest, max(coalesce(weight, $least)) as strongest
            from cluster_pairs where evidence_no is not null group by evidence_no
        )
        select evidence_no from weights join sizes using (evidence_no)
        where {is_doubtful_sql("$cut", "weakest", "strongest", "size", cut.most)}
        """,
        {"cut": cut.weight, "least": LEAST_WEIGHT},
    )


def _cut_by_evidence(engine: Engine, cut: Cut, among: str) -> None:
    """Make ``node_clusters`` (``record_no, cluster_no``) of all that nothing represents, without verdicts of same."""
    _list_doubtful(engine, cut)
    # Records all of whose pairs agree as well as any two groups would have to are one customer: most are.
    engine.run(
        f"""
        create or replace temp table node_clusters as
        select s.record_no, coalesce(c.evidence_no, s.record_no) as cluster_no
        from {among} s left join derived.components c using (record_no)
        where (c.evidence_no is null
            or c.evidence_no not in (select evidence_no from doubtful_evidence))
            and not {is_represented("s.record_no")}
        """
    )
    engine.run(
        "insert into node_clusters select record_no, cluster_no from evidence_cuts"
        f" semi join ({_DOUBTFUL}) doubtful using (record_no) where cut = $cut",
        {"cut": cut.weight},
    )
    engine.run("drop table doubtful_evidence")


def _join_judged_customers(engine: Engine) -> None:
    """Join in ``node_clusters`` what ``same_groups`` demand: all of the clusters that a group is in.

    Where something forbids that, the group is together, and of the others as many as may be are with it
    or with each other: average linkage goes on, from the group, until only what is forbidden is left to join.
    """
    if not count_rows(engine, "same_groups"):
        return
    engine.run(
        "create or replace temp table judged_links as"
        " select c.cluster_no as record_no_l, g.cluster_no as record_no_r"
        " from same_groups s join node_clusters c on c.record_no = s.record_no"
        " join node_clusters g on g.record_no = s.group_no"
    )
    label_components(engine, "judged_links", "judged_labels")
    for name in ("judged_members", "contested_wholes", "judged_customers"):
        engine.run(statement(__file__, name))
    engine.run(
        "delete from node_clusters where record_no in (select record_no from judged_members)"
    )
    engine.run("insert into node_clusters select record_no, cluster_no from judged_customers")
    _cut_wholes(
        engine,
        [Cut(-np.inf)],
        "select m.whole_no, m.record_no, coalesce(g.group_no, m.record_no) as together"
        " from judged_members m semi join contested_wholes using (whole_no)"
        " left join same_groups g on g.record_no = m.record_no",
        "judged_cut",
    )
    engine.run("insert into node_clusters select record_no, cluster_no from judged_cut")
    for table in (
        "judged_cut",
        "judged_links",
        "judged_labels",
        "judged_members",
        "contested_wholes",
        "judged_customers",
    ):
        engine.run(f"drop table {table}")


def _cut_wholes(engine: Engine, cuts: Sequence[Cut], members: str, target: str) -> None:
    """Make the temporary table ``target`` (``cut, record_no, cluster_no``): each whole cut by average linkage.

    ``members`` is a query for ``whole_no, record_no, together``, one number for all that must stay together. All
    ``cuts`` are of one most.
    """
    engine.run(f"create or replace temp table whole_members as {members}")
    engine.run(
        f"create or replace temp table {target} (cut DOUBLE, record_no BIGINT, cluster_no BIGINT)"
    )
    query = statement(__file__, "whole_pairs")
    weights = sorted({cut.weight for cut in cuts})
    engine.map_groups(
        query, "component_no", partial(_cut_rows, cuts=weights, most=cuts[0].most), target
    )
    engine.run("drop table whole_members")


def _list_pairs(engine: Engine, unique_identifiers: tuple[str, ...], among: str) -> None:
    """Make ``cluster_members`` and ``cluster_pairs``: every two records of a component, with their weight.

    The weight is null where the two have nothing in common to compare, ``evidence_no`` where only a verdict of
    same brings them into one component.
    """
    values = "".join(f', s."{name}"' for name in unique_identifiers)
    engine.run(
        f"""
        create or replace temp table cluster_members as
        select c.component_no, c.evidence_no, s.record_no, s.channel, s.source_record_id{values}
        from derived.components c join derived.source_records s using (record_no)
        where s.record_no in (select record_no from {among}) and not {is_represented("s.record_no")}
        """
    )
    engine.run(
        "create or replace temp table cluster_pairs (evidence_no BIGINT, record_no_l BIGINT,"
        " record_no_r BIGINT, forbidden_by VARCHAR, weight DOUBLE)"
    )
    weight = counted_weight_sql(engine)
    for batch in key_ranges(engine, "cluster_members", "component_no"):
        engine.run(
            f"""
            insert into cluster_pairs
            with batch_members as (
                select * from cluster_members where {in_range("component_no", batch)}
            ), inside as (
                select case when l.evidence_no = r.evidence_no then l.evidence_no end as evidence_no,
                    l.record_no as record_no_l, r.record_no as record_no_r,
                    {weight} as weight,
                    {forbidden_by_sql(unique_identifiers)} as forbidden_by
                from batch_members l
                join batch_members r
                    on r.component_no = l.component_no and r.record_no > l.record_no
                left join (
                    select * from derived.scored_pairs
                    where record_no_l in (select record_no from batch_members)
                        and record_no_r in (select record_no from batch_members)
                ) p on p.record_no_l = l.record_no and p.record_no_r = r.record_no
                left join (select * from derived.constraints where judgement = 'different') d
                    on d.record_no_l = l.record_no and d.record_no_r = r.record_no
            )
            select evidence_no, record_no_l, record_no_r, forbidden_by,
                case when forbidden_by is not null then '-infinity'::double else weight end as weight
            from inside
            """,
            batch,
        )


def _list_equal_pairs(engine: Engine, among: str) -> None:
    """Make ``equal_pairs`` (``representative_no, weight``): how well equal records of ``among`` agree."""
    engine.run(
        f"""
        create or replace temp table equal_pairs as
        select p.record_no_l as representative_no, coalesce({counted_weight_sql(engine)}, $least) as weight
        from derived.scored_pairs p
        join (
            select record_no, representative_no from derived.equal_records
            where representative_no in (select record_no from {among})
        ) e on e.representative_no = p.record_no_l and e.record_no = p.record_no_r
        """,
        {"least": LEAST_WEIGHT},
    )


def _place_equal_records(engine: Engine, cut: float, target: str, among: str) -> None:
    """Make ``target`` of ``node_clusters``: equal records go where the one that represents them went.

    Where that is alone, and the pair of it and an equal one does not reach the cut, each is by itself.
    """
    engine.run(
        f"""
        create or replace table {target} as
        with alone as (
            select min(record_no) as record_no from node_clusters
            group by cluster_no having count(*) = 1
        ), unlike as (
            select distinct representative_no from equal_pairs
            where weight < $cut and representative_no in (select record_no from alone)
        )
        select s.record_no,
            case when u.representative_no is null then n.cluster_no else s.record_no end as cluster_no
        from {among} s
        left join derived.equal_records e on e.record_no = s.record_no
        left join node_clusters n on n.record_no = coalesce(e.representative_no, s.record_no)
        left join unlike u on u.representative_no = e.representative_no
        """,
        {"cut": cut},
    )


def _cut_rows(rows: pl.DataFrame, cuts: Sequence[float], most: float) -> pl.DataFrame:
    """Cut the components whose members and pairs are in ``rows``; see ``cut_components_by``."""
    members = rows.filter(pl.col("other_no").is_null()).sort("component_no", "place")
    pairs = rows.filter(pl.col("other_no").is_not_null()).select(
        "component_no", record_no_l="record_no", record_no_r="other_no", weight="weight"
    )
    members = members.select("component_no", "record_no", "together")
    return cut_components_by(members, pairs, cuts, most)
