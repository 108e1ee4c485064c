"""Lengths and widths of what is drawn, against numbers by hand."""

from __future__ import annotations

import re

import pytest

from omni_identity.report.bars import Bar, lying_bars, standing_bars
from omni_identity.report.journey_flow import journey_flow
from omni_identity.report.lift_rows import Lift, in_unit, lift_rows
from omni_identity.report.overlap import SHOWN, channel_overlap


def sizes(svg: str, name: str) -> list[float]:
    return [float(size) for size in re.findall(rf'<rect [^>]*{name}="([0-9.]+)"', svg)]


def test_lying_bars_are_as_long_as_their_values() -> None:
    widths = sizes(lying_bars([Bar("a", 4.0, "4"), Bar("b", 1.0, "1")], "x"), " width")
    assert widths[0] == pytest.approx(4 * widths[1], abs=0.5)


def test_standing_bars_are_as_high_as_their_shares_and_carry_marks() -> None:
    svg = standing_bars([Bar("1", 0.5, "5", 0.25), Bar("2", 0.25, "3")], "x", "before")
    heights = sizes(svg, " height")
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.2)
    assert "before" in svg
    assert "before" not in standing_bars([Bar("1", 0.5, "5")], "x", "before")


def test_words_below_standing_bars_stay_within_the_picture() -> None:
    bars = [Bar(name, 0.1, "5,514") for name in ("below -20", *map(str, range(28)), "40 and more")]
    svg = standing_bars(bars, "x", "before")
    places = re.findall(r'<text x="([0-9.]+)"[^>]*text-anchor="middle"[^>]*>([^<]*)<', svg)
    assert "below -20" in dict(map(reversed, places))  # type: ignore[arg-type]
    for x, text in places:
        half = 7 * len(text) / 2
        assert half <= float(x) <= 720 - half


def test_channels_are_ordered_by_their_customers_and_the_rare_sets_left_out() -> None:
    many = [(("web",), 50), (("till", "web"), 30), (("till",), 5)]
    many += [((f"c{n:02}",), 1) for n in range(30)]
    svg = channel_overlap(many)
    names = re.findall(r">(web|till|c\d\d)<", svg)
    assert names[:2] == ["web", "till"]
    assert svg.count("<circle") == 32 * SHOWN
    assert "80" in svg, "customers of web"


def test_bands_are_as_wide_as_the_journeys_between_two_stations() -> None:
    svg = journey_flow(
        [
            (1, "(start)", "web", 30),
            (1, "(start)", "till", 10),
            (2, "web", "till", 10),
            (2, "web", "(silence)", 20),
            (2, "till", "(order)", 10),
            (3, "till", "(order)", 10),
            (9, "till", "(order)", 99),
        ]
    )
    bands = re.findall(r'<path d="M([0-9.]+),([0-9.]+) .*? L[0-9.]+,([0-9.]+) C', svg)
    assert len(bands) == 4
    assert "99" not in svg
    heights = sizes(svg, " height")
    web, till = heights[1], heights[0]
    assert web == pytest.approx(3 * till, abs=0.3)


def test_figures_are_said_in_their_units() -> None:
    assert in_unit(0.1234, "share") == "12.3%"
    assert in_unit(None, "hours") == "-"
    svg = lift_rows([Lift("Retention", "share", None, 0.5), Lift("Value", "amount", 10.0, 20.0)])
    assert "- → 50.0%" in svg
    assert "10.00 → 20.00" in svg


@pytest.mark.parametrize(
    "svg", [lying_bars([], "x"), standing_bars([], "x", "y"), channel_overlap([]), journey_flow([]), lift_rows([])]
)  # fmt: skip
def test_nothing_is_drawn_of_nothing(svg: str) -> None:
    assert "<rect" not in svg
    assert svg.startswith("<svg")
