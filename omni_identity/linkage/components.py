"""Connected components of scored pairs, kept small enough that every pair inside one can be scored."""

from __future__ import annotations

import warnings

from splink.clustering import cluster_pairwise_predictions_at_threshold

from omni_identity.engines import Engine

SEED_WEIGHT = -3.0
LARGEST_COMPONENT = 400
STEP = 2.0


def connect_records(engine: Engine) -> None:
    """Rebuild ``derived.components`` (``record_no, component_no``) from ``derived.scored_pairs``.

    A component holds the records joined by pairs of at least ``SEED_WEIGHT``; one of more than
    ``LARGEST_COMPONENT`` records is taken apart by asking more of its pairs. Records without such a
    pair are not in the table. ``component_no`` is the least ``record_no`` in the component.
    """
    weight = SEED_WEIGHT
    engine.run(
        "create or replace table derived.component_pairs as select record_no_l, record_no_r, match_weight"
        " from derived.scored_pairs where match_weight >= $weight",
        {"weight": weight},
    )
    engine.run("create or replace table derived.components (record_no BIGINT, component_no BIGINT)")
    while True:
        _connect_round(engine)
        too_large = engine.fetch("select count(*) as n from derived.too_large")["n"][0]
        if not too_large:
            break
        weight += STEP
        engine.run(
            """
            create or replace table derived.component_pairs as
            select p.* from derived.component_pairs p
            where p.match_weight >= $weight
                and p.record_no_l in (select record_no from derived.too_large)
            """,
            {"weight": weight},
        )
    for table in ("component_pairs", "connected", "too_large"):
        engine.run(f"drop table derived.{table}")


def _connect_round(engine: Engine) -> None:
    engine.run(
        "create or replace table derived.component_nodes as"
        " select distinct record_no from (select record_no_l as record_no from derived.component_pairs"
        " union all select record_no_r from derived.component_pairs)"
    )
    engine.run(
        "create or replace table derived.connected (record_no BIGINT, component_no BIGINT, size BIGINT)"
    )
    if engine.fetch("select count(*) as n from derived.component_nodes")["n"][0]:
        with engine.splink() as splink, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            clusters = cluster_pairwise_predictions_at_threshold(
                nodes=splink.register("derived.component_nodes"),
                edges=splink.register("derived.component_pairs"),
                db_api=splink.api,
                node_id_column_name="record_no",
                edge_id_column_name_left="record_no_l",
                edge_id_column_name_right="record_no_r",
            )
            engine.run(
                "insert into derived.connected"
                " select record_no, min(record_no) over (partition by cluster_id),"
                f" count(*) over (partition by cluster_id) from {splink.name_of(clusters)}"
            )
    engine.run(
        "insert into derived.components select record_no, component_no from derived.connected"
        " where size <= $largest",
        {"largest": LARGEST_COMPONENT},
    )
    engine.run(
        "create or replace table derived.too_large as select record_no from derived.connected"
        " where size > $largest",
        {"largest": LARGEST_COMPONENT},
    )
    engine.run("drop table derived.component_nodes")


def list_inner_pairs(engine: Engine) -> int:
    """Rebuild ``derived.inner_pairs``: pairs inside a component that are not scored yet; return their number."""
    engine.run(
        """
        create or replace table derived.inner_pairs as
        select l.record_no as record_no_l, r.record_no as record_no_r
        from derived.components l join derived.components r
            on l.component_no = r.component_no and l.record_no < r.record_no
        anti join derived.scored_pairs s
            on s.record_no_l = l.record_no and s.record_no_r = r.record_no
        """
    )
    return int(engine.fetch("select count(*) as n from derived.inner_pairs")["n"][0])
