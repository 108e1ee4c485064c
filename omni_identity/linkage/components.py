"""Connected components of scored pairs, kept small enough that every pair inside one can be scored."""

from __future__ import annotations

import warnings

from splink.clustering import cluster_pairwise_predictions_at_threshold

from omni_identity.engines import Engine

SEED_WEIGHT = -3.0
LARGEST_COMPONENT = 400
STEP = 2.0


def connect_records(engine: Engine) -> None:
    """Rebuild ``tonight.components`` (``record_no, component_no``) from ``tonight.scored_pairs``.

    A component holds the records joined by pairs of at least ``SEED_WEIGHT``; one of more than
    ``LARGEST_COMPONENT`` records is taken apart by asking more of its pairs. Records without such a
    pair are not in the table. ``component_no`` is the least ``record_no`` in the component.
    """
    weight = SEED_WEIGHT
    engine.run(
        "create or replace table tonight.component_pairs as select record_no_l, record_no_r, match_weight"
        " from tonight.scored_pairs where match_weight >= $weight",
        {"weight": weight},
    )
    engine.run("create or replace table tonight.components (record_no BIGINT, component_no BIGINT)")
    while True:
        _connect_round(engine)
        too_large = engine.fetch("select count(*) as n from tonight.too_large")["n"][0]
        if not too_large:
            break
        weight += STEP
        engine.run(
            """
            create or replace table tonight.component_pairs as
            select p.* from tonight.component_pairs p
            where p.match_weight >= $weight
                and p.record_no_l in (select record_no from tonight.too_large)
            """,
            {"weight": weight},
        )
    for table in ("component_pairs", "connected", "too_large"):
        engine.run(f"drop table tonight.{table}")


def _connect_round(engine: Engine) -> None:
    engine.run(
        "create or replace table tonight.component_nodes as"
        " select distinct record_no from (select record_no_l as record_no from tonight.component_pairs"
        " union all select record_no_r from tonight.component_pairs)"
    )
    engine.run(
        "create or replace table tonight.connected (record_no BIGINT, component_no BIGINT, size BIGINT)"
    )
    if engine.fetch("select count(*) as n from tonight.component_nodes")["n"][0]:
        with engine.splink() as splink, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            clusters = cluster_pairwise_predictions_at_threshold(
                nodes=splink.register("tonight.component_nodes"),
                edges=splink.register("tonight.component_pairs"),
                db_api=splink.api,
                node_id_column_name="record_no",
                edge_id_column_name_left="record_no_l",
                edge_id_column_name_right="record_no_r",
            )
            engine.run(
                "insert into tonight.connected"
                " select record_no, min(record_no) over (partition by cluster_id),"
                f" count(*) over (partition by cluster_id) from {splink.name_of(clusters)}"
            )
    engine.run(
        "insert into tonight.components select record_no, component_no from tonight.connected"
        " where size <= $largest",
        {"largest": LARGEST_COMPONENT},
    )
    engine.run(
        "create or replace table tonight.too_large as select record_no from tonight.connected"
        " where size > $largest",
        {"largest": LARGEST_COMPONENT},
    )
    engine.run("drop table tonight.component_nodes")


def list_inner_pairs(engine: Engine) -> int:
    """Rebuild ``tonight.inner_pairs``: pairs inside a component that are not scored yet; return their number."""
    engine.run(
        """
        create or replace table tonight.inner_pairs as
        select l.record_no as record_no_l, r.record_no as record_no_r
        from tonight.components l join tonight.components r
            on l.component_no = r.component_no and l.record_no < r.record_no
        anti join tonight.scored_pairs s
            on s.record_no_l = l.record_no and s.record_no_r = r.record_no
        """
    )
    return int(engine.fetch("select count(*) as n from tonight.inner_pairs")["n"][0])
