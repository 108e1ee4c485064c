"""Splink's own charts of a model and of a pair, drawn as pictures that need neither script nor network."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

import duckdb
import vl_convert
from splink import DuckDBAPI, Linker

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.model import LinkageModel, load_model
from omni_identity.linkage.model_manifest import CHARTS
from omni_identity.linkage.splink_settings import splink_settings
from omni_identity.linkage.vectors import complete_frequencies, list_splink_pairs, opened_linker

VEGA_LITE = "5.8"
"""The version of Vega-Lite nearest to that of Splink's charts."""


def draw_model(model: LinkageModel) -> dict[str, str]:
    """Splink's charts of the weight of every level, and of its m and u probabilities, as SVG by file name.

    They show the names of comparisons and levels, and no record.
    """
    with duckdb.connect() as connection:
        connection.execute("create table nobody as select 0 as record_no")
        api = DuckDBAPI(connection=connection)
        linker = Linker(
            api.register("nobody", dataset_display_name="nobody"),
            splink_settings(model),
            validate_settings=False,
            log_level=None,
        )
        weights = linker.visualisations.match_weights_chart().chart_dict
        probabilities = linker.visualisations.m_u_parameters_chart().chart_dict
    weights["title"]["subtitle"] = "of one person, against strangers"
    said = [
        f"{row['comparison_name']}, {row['label_for_charts']}: {row['log2_bayes_factor']:.1f}"
        for row in weights["data"]["values"]
        if row["m_probability"] is not None
    ]
    drawn = (
        _draw(weights, "weights", f"Match weights. {'; '.join(said)}"),
        _draw(probabilities, "probabilities", "m and u probabilities of the levels"),
    )
    return dict(zip(CHARTS, drawn, strict=True))


def read_charts(folder: Path) -> dict[str, str]:
    """The charts in a model's folder; drawn now for a model that was trained before it had any."""
    files = [folder / name for name in CHARTS]
    if all(file.exists() for file in files):
        return {file.name: file.read_text(encoding="utf-8") for file in files}
    return draw_model(load_model(folder))


def draw_waterfall(engine: DuckDBEngine, model: LinkageModel, pairs: str) -> str:
    """Splink's waterfall of the one pair in the table ``pairs`` (``record_no_l, record_no_r``), as SVG with the
    compared values.

    Reads ``derived.linkage_records`` and ``derived.tf_<column>``. The final score is the weight against strangers.
    """
    list_splink_pairs(engine, pairs)
    lookups = complete_frequencies(engine, model, pairs, 1)
    records = "derived.linkage_records"
    with opened_linker(engine, model, records, lookups, True) as (_, linker):
        predicted = linker.inference.predict(warning_mode="never").as_record_list()
        chart = linker.visualisations.waterfall_chart(predicted).chart_dict
    chart["title"]["subtitle"] = "of one person, against strangers"
    return _draw(chart, "waterfall", "Match weights of the pair's comparisons, one after the other")


def _draw(chart: dict[str, Any], name: str, label: str) -> str:
    """A chart as SVG, whose parts are called after ``name``; ``label`` tells its content to who does not see it."""
    # where letters are wider than Vega takes them to be, they need room
    padded = chart | {"padding": {"left": 30, "right": 30, "top": 5, "bottom": 5}}
    drawn = vl_convert.vegalite_to_svg(padded, vl_version=VEGA_LITE, allowed_base_urls=[])
    # what is read out is the label; half the size would be Vega's words for every single line
    drawn = re.sub(r' (aria-[a-z]+|xmlns:xlink|role)="[^"]*"', "", drawn)
    drawn = re.sub(r'(<svg [^>]*>)<rect [^>]*fill="white"/>', r"\1", drawn)
    # a page has several charts, whose parts need names of their own; Vega goes on counting from chart to chart
    parts = dict.fromkeys(re.findall(r' id="([^"]+)"', drawn))
    names = {part: f"{name}-{number}" for number, part in enumerate(parts)}
    drawn = re.sub(r'( id="|url\(#)([^")]+)', lambda found: found[1] + names[found[2]], drawn)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1)
