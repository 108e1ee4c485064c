"""Reads landing files of a demo leniently, as lists of dictionaries."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from omni_identity.demo.interactions import EVENT_LAYOUTS
from omni_identity.demo.layouts import LAYOUTS


def delivered(home: Path, channel: str, what: str = "contacts") -> list[Path]:
    return sorted((home / "landing" / channel / what).iterdir())


def sound_rows(path: Path, channel: str, what: str = "contacts") -> Iterator[dict[str, str]]:
    """The rows that parse and have all fields."""
    layout = LAYOUTS[channel] if what == "contacts" else EVENT_LAYOUTS[channel]
    if path.suffix == ".parquet":
        for row in pq.read_table(path).to_pylist():
            yield {key: "" if value is None else str(value) for key, value in row.items()}
        return
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    lines = data.decode(layout.encoding, errors="replace").splitlines()
    if path.suffix == ".jsonl":
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:
                continue
            yield {key: "" if value is None else str(value) for key, value in row.items()}
        return
    header, *rows = csv.reader(lines, delimiter=layout.separator)
    for fields in rows:
        if len(fields) == len(header):
            yield dict(zip(header, fields, strict=True))


def read_labels(home: Path) -> list[dict[str, str]]:
    with (home / "truth" / "labels.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
