"""Splink's own charts of a model and of a pair, drawn as pictures that need neither script nor network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from splink import DuckDBAPI, Linker

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.model import LinkageModel, load_model
from omni_identity.linkage.model_manifest import CHARTS, replace_file
from omni_identity.linkage.splink_settings import splink_settings
from omni_identity.linkage.vectors import complete_frequencies, list_splink_pairs, opened_linker
from omni_identity.linkage.vega_drawing import DrawingBeside, draw_chart


class _Chart(NamedTuple):
    """A chart for Vega-Lite; the name that its parts are called after, and what it says to who does not see it."""

    drawn_from: dict[str, Any]
    name: str
    label: str


_beside: dict[Path, tuple[tuple[_Chart, ...], DrawingBeside]] = {}
"""By the folder of a model that this process trained, its charts, and the process that is drawing them."""


def draw_model(model: LinkageModel) -> dict[str, str]:
    """Splink's charts of the weight of every level, and of its m and u probabilities, as SVG by file name.

    They show the names of comparisons and levels, and no record.
    """
    charts = _charts_of(model)
    return _finished(charts, [draw_chart(chart.drawn_from) for chart in charts])


def begin_drawing(model: LinkageModel, folder: Path) -> None:
    """Have the charts of the model in ``folder`` drawn beside what follows, until :func:`read_charts` wants them."""
    charts = _charts_of(model)
    _beside[folder] = charts, DrawingBeside([chart.drawn_from for chart in charts])


def read_charts(folder: Path) -> dict[str, str]:
    """The charts in a model's folder; put there now, if they are not yet."""
    files = [folder / name for name in CHARTS]
    if all(file.exists() for file in files):
        return {file.name: file.read_text(encoding="utf-8") for file in files}
    charts = _take_drawn(folder) or draw_model(load_model(folder))
    for file in files:
        fresh = folder / f".{file.name}.next"
        fresh.write_text(charts[file.name], encoding="utf-8")
        replace_file(fresh, file)
    return charts


def _take_drawn(folder: Path) -> dict[str, str] | None:
    """The charts that were drawn beside, once they are; None where they were not, or not to the end."""
    if folder not in _beside:
        return None
    charts, beside = _beside.pop(folder)
    drawn = beside.take()
    return None if drawn is None else _finished(charts, drawn)


def _charts_of(model: LinkageModel) -> tuple[_Chart, ...]:
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
    return (
        _Chart(_padded(weights), "weights", f"Match weights. {'; '.join(said)}"),
        _Chart(_padded(probabilities), "probabilities", "m and u probabilities of the levels"),
    )


def _finished(charts: Sequence[_Chart], drawn: Sequence[str]) -> dict[str, str]:
    finished = (
        _finish(svg, chart.name, chart.label) for chart, svg in zip(charts, drawn, strict=True)
    )
    return dict(zip(CHARTS, finished, strict=True))


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
    label = "Match weights of the pair's comparisons, one after the other"
    return _finish(draw_chart(_padded(chart)), "waterfall", label)


def _padded(chart: dict[str, Any]) -> dict[str, Any]:
    # where letters are wider than Vega takes them to be, they need room
    return chart | {"padding": {"left": 30, "right": 30, "top": 5, "bottom": 5}}


def _finish(drawn: str, name: str, label: str) -> str:
    """A drawn chart whose parts are called after ``name``; ``label`` tells its content to who does not see it."""
    # what is read out is the label; half the size would be Vega's words for every single line
    drawn = re.sub(r' (aria-[a-z]+|xmlns:xlink|role)="[^"]*"', "", drawn)
    drawn = re.sub(r'(<svg [^>]*>)<rect [^>]*fill="white"/>', r"\1", drawn)
    # a page has several charts, whose parts need names of their own; Vega goes on counting from chart to chart
    parts = dict.fromkeys(re.findall(r' id="([^"]+)"', drawn))
    names = {part: f"{name}-{number}" for number, part in enumerate(parts)}
    drawn = re.sub(r'( id="|url\(#)([^")]+)', lambda found: found[1] + names[found[2]], drawn)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1)
