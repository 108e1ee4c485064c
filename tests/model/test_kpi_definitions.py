"""KPIs: one file each, which says all that reports, the registry and the figures know of it."""

from __future__ import annotations

import pytest

from omni_identity.model.kpi_definitions import kpi_definitions, parse_kpi
from omni_identity.model.tables.figures import KPI_SERIES

HEAD = """\
-- Average wait
-- unit: hours
-- grain: events
-- place: 35
-- summary: Hours per order.
--
-- How long orders waited,
-- per order.
select 1
"""


def test_a_file_says_all_of_its_kpi() -> None:
    kpi = parse_kpi("average_wait", HEAD)
    assert (kpi.name, kpi.title, kpi.unit) == ("average_wait", "Average wait", "hours")
    assert (kpi.grain, kpi.place, kpi.summary) == ("events", 35, "Hours per order.")
    assert kpi.definition == "How long orders waited, per order."


@pytest.mark.parametrize(
    "line",
    ["-- unit: hours\n", "-- grain: events\n", "-- place: 35\n", "-- summary: Hours per order.\n"],
)
def test_a_head_that_lacks_a_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"average_wait\.sql must begin with"):
        parse_kpi("average_wait", HEAD.replace(line, ""))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("grain: events", "grain: nights"),
        ("unit: hours", "unit: minutes"),
        ("place: 35", "place: last"),
        ("-- Average wait", "--"),
        ("-- How long orders waited,\n-- per order.\n", ""),
    ],
)
def test_a_head_that_says_what_there_is_not_is_refused(right: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"average_wait\.sql must begin with") as refused:
        parse_kpi("average_wait", HEAD.replace(right, wrong))
    assert "share, amount, hours" in str(refused.value)
    assert "events, journeys" in str(refused.value)


def test_reports_have_kpis_by_their_places_and_the_registry_a_column_of_each() -> None:
    kpis = kpi_definitions()
    places = [kpi.place for kpi in kpis]
    assert places == sorted(set(places)), "two KPIs have one place"
    columns = {column.name: column.comment for column in KPI_SERIES.columns}
    assert {kpi.name: kpi.summary for kpi in kpis}.items() <= columns.items()


def test_nobody_is_counted_where_a_file_says_so_and_only_by_days_and_channels() -> None:
    said = HEAD.replace("per order.\n--\n", "per order.\n-- nobody: counted\n--\n")
    kpi = parse_kpi("average_wait", said)
    assert kpi.counts_nobody
    assert kpi.definition == "How long orders waited, per order."
    assert not parse_kpi("average_wait", HEAD).counts_nobody
    for wrong in (
        said.replace("counted", "left out"),
        said.replace("grain: events", "grain: periods"),
    ):
        with pytest.raises(ValueError, match=r"nobody: counted"):
            parse_kpi("average_wait", wrong)
