"""The reliability curve and the fit, on customers drawn from a known confidence."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.reliability.curve import measure_reliability
from benchmarks.reliability.customers import read_customers
from benchmarks.reliability.fitting import fit_calibration
from benchmarks.reliability.report import interval, write_report
from omni_identity.identity.confidence import Calibration

TRUE = Calibration(base=-0.3, chain=0.4, cohesion=0.2, nearest=-0.5, surplus=-0.8)


def drawn(count: int, seed: int) -> pl.DataFrame:
    """Customers that are one person as often as ``TRUE`` says."""
    random = np.random.default_rng(seed)
    chain, cohesion = random.uniform(-3, 12, count), random.uniform(-1.5, 8, count)
    nearest = random.uniform(-4, 4, count)
    surplus = random.uniform(0, 2, count)
    figures = zip(chain, cohesion, nearest, surplus, strict=True)
    said = [TRUE.confidence(*each) for each in figures]
    return pl.DataFrame(
        {
            "chain_weight": chain,
            "cohesion_weight": cohesion,
            "nearest_match_weight": nearest,
            "size_surplus": surplus,
            "record_count": random.integers(2, 12, count),
            "identity_confidence": said,
            "is_one_person": random.uniform(size=count) < said,
        }
    )


def test_the_fit_finds_the_coefficients_that_made_the_data() -> None:
    fitted = fit_calibration([drawn(20_000, 1), drawn(20_000, 2)])
    for name in ("base", "chain", "cohesion", "nearest", "surplus"):
        assert getattr(fitted, name) == pytest.approx(getattr(TRUE, name), abs=0.06)


def test_every_home_weighs_the_same_in_the_fit() -> None:
    large = drawn(20_000, 3)
    once = fit_calibration([large, drawn(2_000, 4)])
    again = fit_calibration([large, pl.concat([drawn(2_000, 4)] * 5)])
    assert once == again


def test_a_true_confidence_has_next_to_no_error_and_a_wrong_one_has_its_own() -> None:
    customers = drawn(40_000, 5)
    measured = measure_reliability(customers)
    assert measured.error < 0.01
    assert [of.records for of in measured.sizes] == [2, 3, 4, 5, 6, 7]
    assert sum(of.count for of in measured.sizes) == 40_000
    assert measured.ranking is not None
    assert measured.ranking > 0.8
    bold = customers.with_columns(pl.lit(0.999).alias("identity_confidence"))
    measured = measure_reliability(bold)
    assert measured.error == pytest.approx(0.999 - measured.so)
    assert measured.ranking == 0.5
    assert measure_reliability(customers.filter("is_one_person")).ranking is None
    assert [(b.low, b.high, b.count) for b in measured.bins] == [(0.99, 1.0, 40_000)]


def test_the_page_tells_every_set_and_draws_the_first_two(tmp_path: Path) -> None:
    sets = {name: measure_reliability(drawn(2_000, i)) for i, name in enumerate("abc")}
    write_report(sets, {}, "python -m this", "Fitted elsewhere.", tmp_path)
    page = (tmp_path / "reliability.md").read_text(encoding="utf-8")
    assert all(f"| {name} | 2,000 |" in page for name in sets)
    assert "Fitted elsewhere." in page
    picture = ElementTree.parse(tmp_path / "reliability.svg").getroot()
    texts = [element.text or "" for element in picture.iter() if element.tag.endswith("text")]
    assert [text[0] for text in texts if "(error" in text] == ["a", "b"]


def test_the_interval_of_a_share_holds_it() -> None:
    low, high = interval(1.0, 50)
    assert round(low, 3) == 0.929
    assert high == pytest.approx(1.0)


def test_a_home_without_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"labels\.csv"):
        read_customers(tmp_path)
