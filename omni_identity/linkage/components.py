"""Connected components of scored pairs, kept small enough that every pair inside one can be scored."""

from __future__ import annotations

import polars as pl

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement
from omni_identity.linkage.equal_records import COPIES, create_equal_records, is_represented

SEED_WEIGHT = -3.0
LARGEST_COMPONENT = 400
STEP = 2.0
FEW_LINKS = 59
"""Up to so many links are followed in memory: no more rows come to the driver of a run on Spark."""
STRONG_WEIGHT = 9.0
"""Beyond what a pair counts for in clustering (``GREATEST_WEIGHT``): asking more parts nothing but customers."""
STRONG_ROOM = 4
"""So many times as large may be what pairs of at least ``STRONG_WEIGHT`` hold together: a million pairs to score,
and seconds to cut."""


def create_constraints(engine: Engine) -> None:
    """Create the empty table of what stewards' verdicts demand of pairs of records, where there is none.

    ``judgement`` is ``same`` or ``different``; ``record_no_l`` is less than ``record_no_r``.
    """
    engine.run(
        "create table if not exists derived.constraints"
        " (record_no_l BIGINT, record_no_r BIGINT, judgement VARCHAR)"
    )


def connect_records(
    engine: Engine,
    target: str = "derived.components",
    among: str | None = None,
    largest: int = LARGEST_COMPONENT,
) -> None:
    """Rebuild ``target`` from the candidates in ``derived.scored_pairs``, equal records and verdicts of same.

    Columns: ``record_no, component_no, evidence_no``, and ``base_no``, the component before any was taken apart.

    Evidence joins records by pairs of at least ``SEED_WEIGHT``, and equal ones (``derived.equal_records``)
    whatever they score. What it joins, ``evidence_no``, is taken apart where it is more than ``largest`` records,
    equal ones counted once, by asking more of its pairs; there is more room (``STRONG_ROOM``) for what strong
    pairs hold together. A component is what verdicts of same in ``derived.constraints`` then join, however large:
    what they are about is whole without them. Records without such a pair or verdict are not in the table; one
    that loses its last pair on the way is a component of its own. Each number is the least ``record_no`` of its
    records. Only pairs of records in the table ``among`` (``record_no``) count, where it is given.
    """
    create_constraints(engine)
    create_equal_records(engine)
    chosen = f" and record_no_l in (select record_no from {among})" if among else ""
    chosen += f" and record_no_r in (select record_no from {among})" if among else ""
    with engine.transaction():
        _connect_by_evidence(engine, chosen, largest)
        engine.run(
            "create or replace temp table judged_pairs as select record_no_l, record_no_r"
            f" from derived.constraints where judgement = 'same'{chosen}"
        )
        _join_judged(engine, "evidence_no")
        _join_judged(engine, "base_no")
        engine.run(
            f"create or replace table {target} as {statement(__file__, 'judged_components')}"
        )
        for table in (
            "judged_pairs",
            "evidence_components",
            "judged_evidence_no",
            "judged_base_no",
        ):
            engine.run(f"drop table {table}")


def _connect_by_evidence(engine: Engine, chosen: str, largest: int) -> None:
    """Make ``evidence_components`` (``record_no, evidence_no, base_no``); ``chosen`` is SQL that narrows pairs."""
    weight = SEED_WEIGHT
    engine.run(
        f"""
        create or replace temp table component_pairs as
        select record_no_l, record_no_r, match_weight from derived.scored_pairs
        where match_weight >= $weight and not is_inner{chosen}
        union all
        select * from (
            select representative_no as record_no_l, record_no as record_no_r, 'infinity'::double from {COPIES}
        ) where true{chosen}
        """,
        {"weight": weight},
    )
    engine.run(
        "create or replace temp table evidence_components"
        " (record_no BIGINT, evidence_no BIGINT, base_no BIGINT)"
    )
    engine.run("create or replace temp table component_bases (record_no BIGINT, base_no BIGINT)")
    while _connect_round(engine, largest * (STRONG_ROOM if weight >= STRONG_WEIGHT else 1)):
        weight += STEP
        engine.run(
            """
            create or replace temp table component_pairs as
            select p.* from component_pairs p
            where p.match_weight >= $weight
                and p.record_no_l in (select record_no from too_large_components)
            """,
            {"weight": weight},
        )
    # a record that lost all its pairs on the way still belongs to the whole that it came from
    engine.run(
        "insert into evidence_components select record_no, record_no, base_no from component_bases"
        " where record_no not in (select record_no from evidence_components)"
    )
    for table in ("component_pairs", "component_labels", "component_bases", "too_large_components"):
        engine.run(f"drop table {table}")


def _connect_round(engine: Engine, largest: int) -> int:
    """Enter the components of ``component_pairs`` that are small enough; return how many records are left."""
    label_components(engine, "component_pairs", "component_labels")
    engine.run(
        "insert into component_bases select * from component_labels"
        " where not exists (select 1 from component_bases)"
    )
    engine.run(
        f"""
        create or replace temp table too_large_components as
        with too_many as (
            select component_no from component_labels where not {is_represented("record_no")}
            group by component_no having count(*) > $largest
        )
        select record_no, component_no from component_labels semi join too_many using (component_no)
        """,
        {"largest": largest},
    )
    engine.run(
        "insert into evidence_components select l.record_no, l.component_no, b.base_no"
        " from component_labels l join component_bases b using (record_no)"
        " anti join too_large_components using (record_no)"
    )
    return count_rows(engine, "too_large_components")


def _join_judged(engine: Engine, number: str) -> None:
    """Make ``judged_<number>`` (``record_no, component_no``): what ``judged_pairs`` join of that number's components.

    ``record_no`` is the component's number, of those that a verdict joins with another.
    """
    engine.run(
        f"""
        create or replace temp table judged_links as
        select coalesce(l.{number}, p.record_no_l) as record_no_l, coalesce(r.{number}, p.record_no_r) as record_no_r
        from judged_pairs p
        left join evidence_components l on l.record_no = p.record_no_l
        left join evidence_components r on r.record_no = p.record_no_r
        """
    )
    label_components(engine, "judged_links", f"judged_{number}")
    engine.run("drop table judged_links")


def label_components(engine: Engine, pairs: str, target: str) -> None:
    """Create the temporary table ``target``: for each record of ``pairs`` the least of its component.

    Few links are followed here, for which a dozen statements would take longer. Of many, every record points to its
    least neighbour, pointers are followed to their ends, and what points to one end becomes one node of a smaller
    graph, until no pair is left. Each round leaves at most half of the nodes, and each jump doubles how far a pointer
    reaches, so that a chain of any length takes a number of statements that grows with its logarithm.
    """
    engine.run(
        "create or replace temp table component_links as"
        f" select distinct record_no_l as a, record_no_r as b from {pairs}"
    )
    few = engine.fetch(f"select a, b from component_links limit {FEW_LINKS + 1}")
    if few.height <= FEW_LINKS:
        engine.run(f"create or replace temp table {target} (record_no BIGINT, component_no BIGINT)")
        engine.write(target, _label_few(few))
        engine.run("drop table component_links")
        return
    engine.run(
        f"create or replace temp table {target} as"
        " select a as record_no, a as component_no from component_links"
        " union select b, b from component_links"
    )
    while engine.fetch("select 1 as x from component_links limit 1").height:
        _point_to_least(engine)
        engine.run(
            f"""
            create or replace temp table {target} as
            select t.record_no, coalesce(p.parent, t.component_no) as component_no
            from {target} t left join component_parents p on p.node = t.component_no
            """
        )
        engine.run(
            """
            create or replace temp table component_links as
            select distinct least(l.parent, r.parent) as a, greatest(l.parent, r.parent) as b
            from component_links
            join component_parents l on l.node = a
            join component_parents r on r.node = b
            where l.parent <> r.parent
            """
        )
        engine.run("drop table component_parents")
    engine.run("drop table component_links")


def _label_few(links: pl.DataFrame) -> pl.DataFrame:
    """``record_no, component_no``: for each record of the links ``a, b`` the least of its component, in order."""
    parents: dict[int, int] = {}

    def end_of(record: int) -> int:
        while parents.setdefault(record, record) != record:
            parents[record] = record = parents[parents[record]]
        return record

    for a, b in links.iter_rows():
        least, other = sorted((end_of(a), end_of(b)))
        parents[other] = least
    labels = [(record, end_of(record)) for record in sorted(parents)]
    return pl.DataFrame(labels, {"record_no": pl.Int64, "component_no": pl.Int64}, orient="row")


def _point_to_least(engine: Engine) -> None:
    """Create ``component_parents`` (``node, parent``): where following least neighbours ends."""
    engine.run(
        """
        create or replace temp table component_parents as
        select node, least(node, min(other)) as parent, true as moved
        from (select a as node, b as other from component_links
            union all select b, a from component_links)
        group by node
        """
    )
    while engine.fetch("select 1 as x from component_parents where moved limit 1").height:
        engine.run(
            """
            create or replace temp table component_parents as
            select p.node, r.parent, r.parent <> p.parent as moved
            from component_parents p
            join component_parents q on q.node = p.parent
            join component_parents r on r.node = q.parent
            """
        )


def list_inner_pairs(engine: Engine, components: str = "derived.components") -> int:
    """Rebuild ``derived.inner_pairs``: pairs inside one of ``components`` that are not scored yet; return how many.

    Of equal records only the one that represents them counts.
    """
    create_equal_records(engine)
    engine.run(
        f"""
        create or replace table derived.inner_pairs as
        with nodes as (
            select record_no, component_no from {components} where not {is_represented("record_no")}
        )
        select l.record_no as record_no_l, r.record_no as record_no_r
        from nodes l join nodes r
            on l.component_no = r.component_no and l.record_no < r.record_no
        anti join derived.scored_pairs s
            on s.record_no_l = l.record_no and s.record_no_r = r.record_no
        """
    )
    return count_rows(engine, "derived.inner_pairs")
