"""A data set's mapping: which of its columns is which canonical attribute, and nothing more.

A ``mapping.yaml`` has ``mapping`` (canonical attribute: a column, or a list of columns), and perhaps
``default_country``, ``source`` (the column that names the channel), ``identifiers`` and
``attributes`` as in ``omni.yaml``. There is no place in it for a threshold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from omni_identity.model.errors import UsageError

KEYS = ("default_country", "source", "mapping", "identifiers", "attributes")
DELIVERED = "delivered.parquet"
"""In a home made of one table: its records under their own column names, without the truth."""

SHIPPED = Path(__file__).parent / "mappings"


@dataclass(frozen=True)
class Mapping:
    """What ``mapping.yaml`` declares; every list of columns is a tuple."""

    columns: dict[str, tuple[str, ...]]
    default_country: str | None = None
    source: str | None = None
    identifiers: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def source_columns(self) -> list[str]:
        """Every column of the data set that is mapped, once."""
        return list(dict.fromkeys(column for group in self.columns.values() for column in group))


def find_mapping(folder: Path) -> Path | None:
    """The data set's own ``mapping.yaml``, else the one shipped for a set of its name, else None."""
    for path in (folder / "mapping.yaml", SHIPPED / f"{folder.name}.yaml"):
        if path.is_file():
            return path
    return None


def load_mapping(path: Path) -> Mapping:
    """Read a mapping; raises ``UsageError`` that names the file for whatever is wrong with it."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise UsageError(f"{path} cannot be read ({type(error).__name__}).") from None
    if not isinstance(data, dict) or not isinstance(data.get("mapping"), dict):
        raise UsageError(f"{path} must have a key 'mapping' with attribute: column.")
    unknown = sorted(set(data) - set(KEYS))
    if unknown:
        raise UsageError(f"{path} has the unknown key '{unknown[0]}'; known: {', '.join(KEYS)}.")
    columns = {
        str(attribute): tuple(map(str, named if isinstance(named, list) else [named]))
        for attribute, named in data["mapping"].items()
    }
    return Mapping(
        columns,
        data.get("default_country"),
        data.get("source"),
        data.get("identifiers") or {},
        data.get("attributes") or {},
    )


def channel_name(source: str) -> str:
    """A channel's name made of what the ``source`` column says."""
    name = re.sub(r"[^a-z0-9]+", "_", source.lower()).strip("_")
    return name if name[:1].isalpha() else f"channel_{name}"


def write_home(home: Path, records: pl.DataFrame, mapping: Mapping) -> Path:
    """Write a home of ``records`` (``unique_id``, ``cluster``, perhaps ``cause``); return its labels.

    One channel a value of the ``source`` column, or one in all. Raises ``UsageError`` when a column
    is missing.
    """
    needed = [*mapping.source_columns, *([mapping.source] if mapping.source else [])]
    missing = [name for name in ("unique_id", "cluster", *needed) if name not in records.columns]
    if missing:
        raise UsageError(f"The records lack the column '{missing[0]}'.")
    (home / "landing").mkdir(parents=True)
    named = pl.lit("records")
    if mapping.source:
        sources = records[mapping.source].cast(pl.String).unique().sort().to_list()
        names = {source: channel_name(source or "unnamed") for source in sources}
        named = pl.col(mapping.source).cast(pl.String).replace_strict(names, default="unnamed")
    records = records.with_columns(named.alias("__channel"))
    channels = records["__channel"].unique().sort().to_list()
    for channel in channels:
        part = records.filter(pl.col("__channel") == channel)
        part.select("unique_id", *mapping.source_columns).write_parquet(
            home / "landing" / f"{channel}.parquet"
        )
    (home / "omni.yaml").write_text(
        yaml.safe_dump(_configuration(channels, mapping), sort_keys=False), encoding="utf-8"
    )
    labels = home / "labels.csv"
    keys = [
        pl.col("__channel").alias("channel"),
        pl.col("unique_id").cast(pl.String).alias("source_record_id"),
    ]
    records.select(*keys, *mapping.source_columns).write_parquet(home / DELIVERED)
    records.select(
        *keys,
        pl.col("cluster").alias("entity"),
        *(["cause"] if "cause" in records.columns else []),
    ).write_csv(labels)
    return labels


def _configuration(channels: list[str], mapping: Mapping) -> dict[str, Any]:
    columns = {
        attribute: list(named) if len(named) > 1 else named[0]
        for attribute, named in mapping.columns.items()
    }
    configuration: dict[str, Any] = {"version": 1}
    if mapping.default_country:
        configuration["default_country"] = mapping.default_country
    configuration["channels"] = [
        {
            "name": channel,
            "contacts": {
                "files": f"landing/{channel}.parquet",
                "record_id": "unique_id",
                "mapping": dict(columns),
            },
        }
        for channel in channels
    ]
    for key in ("identifiers", "attributes"):
        if declared := getattr(mapping, key):
            configuration[key] = declared
    return configuration
