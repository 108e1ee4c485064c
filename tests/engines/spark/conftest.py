"""One Spark session for all tests of the Spark engine; skipped, with the reason, where there is none."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from omni_identity.engines import DuckDBEngine

SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    # compiling code for every statement takes longer than to run it on a few rows
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


EVENTS: list[Path] = []
"""The folder of the session's event log."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.spark)


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    pytest.importorskip("pyspark", reason="needs the extra spark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17")
    from pyspark.sql import SparkSession
    from splink.backends.spark import similarity_jar_location

    jars = pytest.importorskip(
        "snowpark_connect_deps_iceberg", reason="needs the extra spark-tests"
    )
    (iceberg,) = (str(jar) for jar in jars.list_jars() if "runtime-3.5_2.12" in jar.name)

    events = tmp_path_factory.mktemp("events")
    EVENTS.append(events)
    builder = (
        SparkSession.builder.master("local[2]")
        .config("spark.jars", f"{similarity_jar_location()},{iceberg}")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .config("spark.eventLog.enabled", "true")
        .config("spark.eventLog.rolling.enabled", "false")
        .config("spark.eventLog.dir", events.as_uri())
        .config("spark.eventLog.compress", "false")
    )
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()


@pytest.fixture
def spark(spark_session: Any, tmp_path: Path) -> Iterator[Any]:
    """An engine on an empty warehouse that leaves nothing to the driver."""
    from omni_identity.engines.spark.engine import SparkEngine
    from omni_identity.engines.spark.session import open_session

    session = open_session("local[2]", SMALL, str(tmp_path / "spark"))
    with SparkEngine(session, tmp_path / "spark.json", driver_rows=0) as engine:
        yield engine


@pytest.fixture
def duckdb() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as engine:
        yield engine
