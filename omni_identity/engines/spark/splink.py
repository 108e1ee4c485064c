"""Splink on a Spark session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from splink import SparkAPI

from omni_identity.engines.spark.statements import translate_expression

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


class SparkSplink:
    """Splink at work on the session; ``table`` gives the frame of one of the engine's tables."""

    def __init__(self, session: SparkSession, table: Callable[[str], DataFrame]) -> None:
        self._session = session
        self._table = table
        self._registered: list[str] = []
        self.api = SparkAPI(  # type: ignore[no-untyped-call]
            spark_session=session,
            break_lineage_method="persist",
            register_udfs_automatically=False,
        )

    def register(self, table: str) -> Any:
        """Return the table ``schema.table`` as a Splink frame."""
        name = table.replace(".", "_")
        self._registered.append(name)
        return self.api.register(self._table(table), dataset_display_name=name)

    def close(self) -> None:
        """Let go of everything that Splink has made, and of what was registered."""
        self.api.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]
        for name in self._registered:
            self._session.catalog.dropTempView(name)
        self._session.catalog.clearCache()

    def words(self, condition: str) -> str:
        """Return a condition of our SQL in Spark's words."""
        return translate_expression(condition)

    def name_of(self, frame: Any) -> str:
        """Return the name of a Splink frame for the session's SQL."""
        return str(frame.physical_name)
