"""Reads a labels file: which record is whom, as CSV."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from omni_identity.model.errors import UsageError, nearest

REQUIRED = ("channel", "source_record_id", "entity")


def read_labels(path: Path) -> pl.DataFrame:
    """Return ``channel, source_record_id, entity`` and, where the file has it, ``cause``, as text.

    Other columns are ignored. Raises ``UsageError`` when the file is missing, is no CSV, or lacks a
    column.
    """
    try:
        is_there = path.is_file()
    except OSError as error:
        raise UsageError(f"There is no such labels file: {error.strerror}.") from None
    if not is_there:
        raise UsageError(f"There is no labels file {path}.")
    try:
        labels = pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as CSV ({type(error).__name__}).") from None
    missing = [name for name in REQUIRED if name not in labels.columns]
    if missing:
        raise UsageError(
            f"{path} lacks the column '{missing[0]}'; a labels file has {', '.join(REQUIRED)}."
            f"{nearest(missing[0], labels.columns)}"
        )
    return labels.select(*REQUIRED, *(["cause"] if "cause" in labels.columns else []))
