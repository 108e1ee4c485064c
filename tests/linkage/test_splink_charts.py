"""Splink's charts as pictures: of the model and nobody, of a pair with its values, from nowhere else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage import splink_charts
from omni_identity.linkage.model_manifest import CHARTS, changed_files, write_manifest
from omni_identity.linkage.pinned_model import save_model
from omni_identity.linkage.splink_charts import (
    begin_drawing,
    draw_model,
    draw_waterfall,
    read_charts,
)
from omni_identity.linkage.term_frequencies import count_term_frequencies
from omni_identity.linkage.vectors import term_frequency_columns
from tests.linkage.frames import create_linkage_records
from tests.linkage.test_scoring import COMPARISONS, RECORDS, a_model

SVG = "{http://www.w3.org/2000/svg}"


def texts(chart: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(chart).iter(f"{SVG}text")]


def test_the_model_is_drawn_with_every_level() -> None:
    charts = draw_model(a_model())
    assert tuple(charts) == CHARTS
    for chart in charts.values():
        words = texts(chart)
        for comparison in COMPARISONS:
            assert comparison.name in words
            assert {level.label for level in comparison.levels} <= set(words)
    weights = ElementTree.fromstring(charts[CHARTS[0]])
    assert "email, exact: 12.6" in weights.get("aria-label", "")


def test_pictures_need_nothing_and_share_no_name_for_a_part() -> None:
    together = "".join(draw_model(a_model()).values())
    assert "<script" not in together
    assert set(re.findall(r"https?://[^\"' ]+", together)) == {"http://www.w3.org/2000/svg"}
    parts = re.findall(r' id="([^"]+)"', together)
    assert len(parts) == len(set(parts)) > 3
    assert set(re.findall(r"url\(#([^)]+)\)", together)) <= set(parts)


def test_charts_of_a_model_are_its_own_and_an_older_one_gets_them(tmp_path: Path) -> None:
    model = a_model()
    save_model(model, tmp_path, {})
    write_manifest(tmp_path)
    drawn = draw_model(model)
    assert read_charts(tmp_path) == drawn
    assert {name: (tmp_path / name).read_text() for name in CHARTS} == drawn
    assert changed_files(tmp_path) == []
    for name in CHARTS:
        (tmp_path / name).write_text(f"<svg>{name}</svg>")
    assert read_charts(tmp_path) == {name: f"<svg>{name}</svg>" for name in CHARTS}
    assert changed_files(tmp_path) == sorted(CHARTS), "whoever edits them is found out"


def test_charts_drawn_beside_are_those_drawn_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = a_model()
    save_model(model, tmp_path, {})
    begin_drawing(model, tmp_path)
    drawn = draw_model(model)
    with monkeypatch.context() as patch:
        patch.delattr(splink_charts, "draw_chart")
        assert read_charts(tmp_path) == drawn


def test_where_no_process_can_draw_beside_the_charts_are_drawn_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = a_model()
    save_model(model, tmp_path, {})
    monkeypatch.setattr("sys.executable", shutil.which("false"))
    begin_drawing(model, tmp_path)
    assert read_charts(tmp_path) == draw_model(model)


def test_a_pair_s_waterfall_ends_at_its_weight_against_strangers() -> None:
    with DuckDBEngine() as engine:
        create_linkage_records(engine, RECORDS)
        for column in term_frequency_columns(COMPARISONS):
            count_term_frequencies(engine, column)
        engine.run("create table derived.pairs as select 1 as record_no_l, 2 as record_no_r")
        chart = draw_waterfall(engine, a_model(), "derived.pairs")
    words = texts(chart)
    assert "Final score" in words
    assert "tf_last_name" in words
    assert "ann|lee" in words
    assert "<script" not in chart
