"""Cells that are equal as compared have one letter, and the picture shows the pair that is asked about."""

from __future__ import annotations

from datetime import date

from omni_identity.stewardship.case_sheet import SheetRecord, compared_values, group_values
from omni_identity.stewardship.customer_graph import GraphLink, draw_graph, graph_svg
from omni_identity.stewardship.review_queue import Question


def test_cells_with_a_value_in_common_are_one_group() -> None:
    cells = [frozenset(text) for text in ("ab", "", "c", "bd", "e", "de")]
    assert group_values(cells) == [0, None, 1, 0, 0, 0]
    assert group_values([]) == []


def test_values_are_compared_by_their_key() -> None:
    row = {
        "first_name": "Zoë",
        "first_name_key": "zoe",
        "phone": ["+1", "+2"],
        "birth_date": date(1985, 3, 1),
    }
    assert compared_values(row, "first_name") == {"zoe"}
    assert compared_values(row, "phone") == {"+1", "+2"}
    assert compared_values(row, "birth_date") == {"1985-03-01"}
    assert compared_values(row, "last_name") == frozenset()


def test_the_asked_pair_is_drawn_dashed_whatever_it_weighs() -> None:
    records = [
        SheetRecord(number, f"web:<{number}>", "G1" if number < 3 else "G2", number in (1, 3))
        for number in (1, 2, 3)
    ]
    question = Question((1, 3), ("web:<1>", "web:<3>"), ("G1", "G2"), 0.2, 3, 0)
    svg = graph_svg(records, [GraphLink(1, 2, 9.0), GraphLink(1, 3, 0.5)], question)
    assert svg.count("<line") == 2
    assert svg.count("stroke-dasharray") == 1
    assert "web:&lt;1&gt;" in svg
    assert "<1>" not in svg
    assert draw_graph(records, [], question).startswith(b"\x89PNG")
