"""The one small interface to the databases that do the set-based work: DuckDB, and Spark."""

from omni_identity.engines.base import (
    EnclosedQueryFailed,
    Enclosure,
    Engine,
    FolderEngine,
    FrameFunction,
    SplinkSession,
    count_rows,
    count_rows_of,
)
from omni_identity.engines.duckdb import DuckDBEngine

__all__ = [
    "DuckDBEngine",
    "EnclosedQueryFailed",
    "Enclosure",
    "Engine",
    "FolderEngine",
    "FrameFunction",
    "SplinkSession",
    "count_rows",
    "count_rows_of",
]
