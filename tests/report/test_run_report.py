"""The report of a run: whole and by itself, true to what was published, and about nobody."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from omni_identity.publish.publication import published_run
from omni_identity.report.run_report import report_file
from tests.worlds import CONFIGURATION, World, person, receipt

Report = tuple[World, str]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Report:
    """A night of two channels with two orders, a row held back, and its report."""
    world = World.make(tmp_path_factory.mktemp("reported") / "home", models=models)
    world.deliver("web", "1", [*(person(n) for n in range(30)), person(99, id="")])
    world.deliver("till", "1", [receipt(n) for n in range(10)])
    order = {"kind": "order", "amount": "10.00", "currency": "USD"}
    world.deliver(
        "web_events",
        "1",
        [
            {"event": f"e{n}", "id": f"w{n}", "at": f"2026-02-0{n + 1}T10:00:00Z", "order": f"o{n}"}
            | order
            for n in range(2)
        ],
    )
    assert all(result.passed for result in world.run())
    path = report_file(world.home, published_run(world.home) or "")
    return world, path.read_text(encoding="utf-8")


def pictures(text: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL)]


def test_it_needs_nothing_from_anywhere(report: Report) -> None:
    _, text = report
    assert "<script" not in text
    assert "<link" not in text
    assert "src=" not in text
    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}


def test_every_picture_is_well_formed_and_tells_its_content_without_being_seen(
    report: Report,
) -> None:
    drawn = pictures(report[1])
    labels = [svg.get("aria-label", "") for svg in drawn]
    assert len(drawn) >= 6
    assert all(labels)
    overlap = next(label for label in labels if label.startswith("Customers by their channels"))
    assert "web: 20; till and web: 10" in overlap
    for svg in drawn:
        _, _, width, height = map(float, svg.get("viewBox", "").split())
        for box in svg.iter("{http://www.w3.org/2000/svg}rect"):
            x, y, w, h = (float(box.get(name, "nan")) for name in ("x", "y", "width", "height"))
            assert -0.1 <= x <= x + w <= width + 0.1
            assert -0.1 <= y <= y + h <= height + 0.1


def test_the_model_is_drawn_by_splink(report: Report) -> None:
    labels = [svg.get("aria-label", "") for svg in pictures(report[1])]
    (weights,) = [label for label in labels if label.startswith("Match weights. ")]
    assert "birth_date, exact: " in weights
    assert "m and u probabilities of the levels" in labels


def test_figures_are_those_published(report: Report) -> None:
    world, text = report
    runs = world.read("select customer_count, current_count from runs")
    for count in runs.row(0):
        assert f">{count}</td>" in text
    lift = world.read(
        "select value_by_customers from identity_lift where kpi = 'average_order_value'"
        " and period = 'total' and dimension = 'all'"
    )
    assert lift["value_by_customers"].to_list() == [10.0]
    assert '<td class="number">10.00</td>' in text
    assert "web contacts: missing_record_id" in text


def test_it_is_about_nobody(report: Report) -> None:
    world, text = report
    rows = world.read("select first_name, last_name, unnest(email) as email, golden_id, street"
                      " from unified_profiles")  # fmt: skip
    for name in rows.columns:
        for value in rows[name].drop_nulls().unique():
            assert value not in text, name


def test_a_withheld_night_has_one_too_and_it_says_why(tmp_path: Path, models: Path) -> None:
    strict = CONFIGURATION.replace("max_age_days: 30", "max_age_days: 30, max_customer_records: 1")
    world = World.make(tmp_path / "home", strict, models)
    world.deliver("web", "1", [person(n) for n in range(10)])
    world.deliver("till", "1", [receipt(n) for n in range(10)])
    failed = [result for result in world.run() if not result.passed]
    text = report_file(world.home, "run-001").read_text(encoding="utf-8")
    assert len(failed) == 1
    assert "withheld" in text
    assert f"FAILED</span></td><td>{failed[0].name.replace('_', ' ')}</td>" in text


def test_a_night_without_customers_has_an_empty_one(tmp_path: Path, models: Path) -> None:
    world = World.make(tmp_path / "home", models=models)
    world.run()
    text = report_file(world.home, "run-001").read_text(encoding="utf-8")
    assert len(pictures(text)) >= 4
