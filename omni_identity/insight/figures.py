"""Sums contributions up to the published figures: ``kpis``, the same side by side, and the identity lift."""

from __future__ import annotations

import polars as pl

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement
from omni_identity.model.kpi_definitions import kpi_definitions


def build_figures(engine: Engine, settings: InsightSettings) -> int:
    """Rebuild every published table of figures from the contributions' sums; return how many rows ``kpis`` has.

    Rebuilds ``derived.kpis``, ``derived.kpi_series``, ``derived.identity_lift`` and
    ``derived.kpi_definitions``; reads what ``sum_up`` reads.
    """
    with engine.transaction():
        sum_up(engine, settings)
        engine.run(statement(__file__, "kpis"))
        columns = ", ".join(
            f"max(case when kpi = '{kpi.name}' then value end) as {kpi.name}"
            for kpi in kpi_definitions()
        )
        engine.run(
            "create or replace table derived.kpi_series as select period, period_start, period_end,"
            f" dimension, member, {columns} from derived.kpis"
            " group by period, period_start, period_end, dimension, member"
            " order by period, period_start, dimension, member"
        )
        engine.run(statement(__file__, "identity_lift"))
        engine.run("drop table figures")
    return count_rows(engine, "derived.kpis")


def sum_up(engine: Engine, settings: InsightSettings) -> None:
    """Make the temporary table ``figures``, laid out as ``kpis`` with ``seen_as`` before.

    Reads ``derived.kpi_sums``, ``derived.kpi_labels``, ``derived.kpi_contributions``,
    ``derived.kpi_nobody_sums``, ``derived.customer_segments`` and ``derived.as_of``.
    Rebuilds ``derived.kpi_definitions``.
    """
    _write_definitions(engine)
    engine.run(statement(__file__, "figure_moments"), {"time_zone": settings.time_zone})
    engine.run(statement(__file__, "figure_sums"))
    if engine.fetch("select 1 as x from derived.customer_segments limit 1").height:
        engine.run(statement(__file__, "own_segment_sums"))
    else:  # contributions are many
        engine.run(
            "create or replace temp table own_segment_sums as select * from figure_sums where false"
        )
    nobody = [kpi.name for kpi in kpi_definitions() if kpi.counts_nobody]
    engine.run(statement(__file__, "figures"), {"currency": settings.currency, "nobody": nobody})
    for table in ("figure_moments", "figure_sums", "own_segment_sums"):
        engine.run(f"drop table {table}")


def _write_definitions(engine: Engine) -> None:
    kpis = kpi_definitions()
    columns = ("title", "unit", "grain", "definition")
    engine.run(
        "create or replace table derived.kpi_definitions"
        " (kpi VARCHAR, title VARCHAR, unit VARCHAR, grain VARCHAR, definition VARCHAR)"
    )
    rows = {name: [getattr(kpi, name) for kpi in kpis] for name in columns}
    engine.write(
        "derived.kpi_definitions", pl.DataFrame({"kpi": [kpi.name for kpi in kpis], **rows})
    )
