"""Vega's charts as SVG, here or by a process beside this one: to draw a model's takes longer than many a step."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from tempfile import TemporaryFile
from typing import Any

import vl_convert

VEGA_LITE = "5.8"
"""The version of Vega-Lite nearest to that of Splink's charts."""


def draw_chart(chart: dict[str, Any]) -> str:
    """A chart of Vega-Lite as SVG; nothing is fetched for it."""
    drawn: str = vl_convert.vegalite_to_svg(chart, vl_version=VEGA_LITE, allowed_base_urls=[])
    return drawn


class DrawingBeside:
    """Charts that a process of its own draws meanwhile: vl-convert lets no other thread of Python work."""

    def __init__(self, charts: Sequence[dict[str, Any]]) -> None:
        # files, as a pipe takes a part only until somebody reads at its other end
        self._drawn = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - read when it is done
        with TemporaryFile("w+", encoding="utf-8") as asked:
            json.dump(list(charts), asked)
            asked.seek(0)
            self._process = subprocess.Popen(
                [sys.executable, "-m", __spec__.name],
                stdin=asked,
                stdout=self._drawn,
                stderr=subprocess.DEVNULL,
            )

    def take(self) -> list[str] | None:
        """The charts as SVG, in their order, once they are drawn; None if that process did not come to its end."""
        with self._drawn as drawn:
            if self._process.wait() != 0:
                return None
            drawn.seek(0)
            return list(json.load(drawn))


if __name__ == "__main__":
    json.dump([draw_chart(chart) for chart in json.load(sys.stdin)], sys.stdout)
