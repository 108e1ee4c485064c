"""Opens the warehouse of a home with the engine that ``omni.yaml`` names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.home_size import is_small
from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.engines.spark.warehouse import SparkPlace, open_spark
from omni_identity.engines.writer_version import sign_warehouse
from omni_identity.model.errors import ConfigurationError
from omni_identity.model.home import Home
from omni_identity.model.modes import make_private, private_files


@contextmanager
def open_engine(home: Home, configuration: Configuration) -> Iterator[Engine]:
    """Lend the engine on the warehouse, for writing; what is written meanwhile is for the home's owner alone.

    Raises ``HomeIsBusy`` when another process has it, ``ConfigurationError`` when the engine is not
    installed, or when the home's customers were made by the other one: the ledger that golden IDs
    derive from is in its warehouse; ``WarehouseIsNewer`` when a later version has written it.
    """
    if configuration.engine == "spark":
        _require_path_for_spark(home)
    place = spark_place(home, configuration)
    if configuration.engine == "spark" and home.warehouse_file.exists():
        raise _other_engine("spark", "duckdb", str(home.warehouse_file))
    if configuration.engine == "duckdb" and place.lock.exists():
        raise _other_engine("duckdb", "spark", place.warehouse)
    with private_files():
        make_private(home)
        if configuration.engine == "spark":
            with open_spark(place) as spark:
                sign_warehouse(spark, place.warehouse)
                yield spark
        else:
            threads = 1 if is_small(home, configuration) else None
            with DuckDBEngine(home.warehouse_file, threads=threads) as duckdb:
                sign_warehouse(duckdb, str(home.warehouse_file))
                yield duckdb


def spark_place(home: Home, configuration: Configuration) -> SparkPlace:
    """Where Spark works for a home; a warehouse that is no URL lies in the home."""
    settings = configuration.spark
    is_url = urlsplit(settings.warehouse).scheme != ""
    warehouse = settings.warehouse if is_url else str(home.root / settings.warehouse)
    return SparkPlace(
        warehouse,
        settings.master,
        settings.conf,
        home.spark_lock,
        settings.driver_rows,
        settings.catalog,
        home.spark_record,
        home.published,
    )


def _require_path_for_spark(home: Home) -> None:
    signs = sorted(set(str(home.root)) & set("#*[]{}:"))
    if signs:
        raise ConfigurationError(
            f"engine: spark cannot work in {home.root}: Hadoop takes {' '.join(signs)} in a path for parts of"
            " a pattern or a URL. Give the home another name."
        )


def _other_engine(wanted: str, there: str, where: str) -> ConfigurationError:
    return ConfigurationError(
        f"omni.yaml, engine: '{wanted}', but this home's record ledger is in {where}, which the engine"
        f" '{there}' wrote; golden IDs would be given anew. Say engine: {there}, or move that"
        " warehouse and published/ away to begin anew."
    )
