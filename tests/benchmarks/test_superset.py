"""The benchmark of the Superset dashboard finds a figure that is not that of ``kpis``."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import duckdb
import pytest

from benchmarks.superset import comparable, compare_with_kpis

MONTH = 1790812800000.0
"""October 2026, as Superset writes it."""
CHART = {
    "slice_name": "Revenue by channel and month",
    "query_context": json.dumps(
        {
            "queries": [
                {
                    "metrics": ["revenue"],
                    "filters": [{"val": "month"}, {"val": "channel"}],
                }
            ]
        }
    ),
}


def row(member: str, revenue: float) -> dict[str, Any]:
    return {"period_start": MONTH, "member": member, "revenue": revenue}


def test_a_figure_that_is_other_or_missing_is_found() -> None:
    with duckdb.connect() as kpis:
        kpis.execute(
            "create table kpis as select 'revenue' as kpi, 'month' as period, date '2026-10-01' as period_start,"
            " 'channel' as dimension, member, value from (values ('web', 12.5), ('till', 7.0)) v (member, value)"
        )
        right = [row("web", 12.5), row("till", 7)]
        assert compare_with_kpis(CHART, right, kpis) == 2
        for wrong in ([row("web", 12.5), row("till", 7.01)], right[:1], [*right, row("app", 1)]):
            with pytest.raises(SystemExit, match="Revenue by channel and month"):
                compare_with_kpis(CHART, wrong, kpis)


def test_answers_are_compared_by_what_they_say() -> None:
    ours = [{"period_start": date(2026, 10, 1), "member": "web", "revenue": 12.5}]
    assert comparable([row("web", 12.5)]) == comparable(ours)
    assert comparable([row("web", 12.51)]) != comparable(ours)
