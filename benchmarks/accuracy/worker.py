"""One tool on one data set, in a process of its own: python -m benchmarks.accuracy.worker TOOL FOLDER OUT.

TOOL is ours, splink, or goldenmatch_zero or goldenmatch_fs with a shape of the table after a colon.
FOLDER holds ``home/``, ``common.parquet`` and ``delivered.parquet``. Writes into OUT one Parquet file
of clusters a variant, and ``result.json`` with ``variants`` (``name``, ``clusters``, ``seconds`` since
the process began).
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import psutil

from benchmarks.accuracy import tool_ours
from benchmarks.accuracy.mapping import DELIVERED
from benchmarks.accuracy.tool_ours import ToolFailed

if TYPE_CHECKING:
    from benchmarks.accuracy import tool_splink


def main() -> None:
    """Run the tool; exit code 3, with the reason in ``result.json``, when it gave nothing."""
    tool, folder, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    variants: list[dict[str, object]] = []
    try:
        for name, clusters, note in run_tool(tool, folder, out):
            seconds = time.time() - psutil.Process().create_time()
            file = f"clusters_{len(variants)}.parquet"
            clusters.write_parquet(out / file)
            variants.append({"name": name, "clusters": file, "seconds": seconds, "note": note})
            _write(out, {"variants": variants, "memory_mib": peak_memory()})
    except ToolFailed as failure:
        _write(out, {"reason": str(failure)})
        sys.exit(3)


def peak_memory() -> float:
    """Peak memory in MiB of this process, or of the largest one it started.

    Not ``ru_maxrss`` of this process, which begins with what its parent had.
    """
    status = Path("/proc/self/status")
    own = 0.0
    if status.is_file():
        own = float(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def _write(out: Path, result: dict[str, object]) -> None:
    (out / "result.json").write_text(json.dumps(result), encoding="utf-8")


def run_tool(tool: str, folder: Path, out: Path) -> Iterator[tuple[str, pl.DataFrame, str]]:
    """Yield ``(variant, clusters, note)``; imports only what the tool itself needs."""
    if tool == "ours":
        clusters, note = tool_ours.link(folder / "home", out)
        yield "default", clusters, note
        return
    table = pl.read_parquet(folder / "common.parquet")
    if tool == "splink":
        from benchmarks.accuracy import tool_splink

        columns = _columns(folder / "home" / "omni.yaml", table)
        for threshold, clusters in tool_splink.link(table, columns):
            yield f"{threshold:.8g}", clusters, ""
    else:
        from benchmarks.accuracy import tool_goldenmatch

        mode, _, shape = tool.partition(":")
        if shape == "delivered":
            table = pl.read_parquet(folder / DELIVERED)
        clusters = tool_goldenmatch.link(table, tool_goldenmatch.MODES[mode], shape)
        yield tool_goldenmatch.SHAPES[shape], clusters, ""


def _columns(omni_yaml: Path, table: pl.DataFrame) -> tool_splink.Columns:
    from benchmarks.accuracy.tool_splink import Columns
    from omni_identity.channels.configuration import load_configuration

    configuration = load_configuration(omni_yaml)
    return Columns(
        frozenset(table.columns),
        configuration.vocabulary.identifiers,
        dict(configuration.vocabulary.attributes),
        configuration.default_country,
    )


if __name__ == "__main__":
    main()
