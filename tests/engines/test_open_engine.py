"""Which engine opens a home, and in which words it is refused; needs neither Spark nor Java."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from omni_identity.channels.configuration import Configuration, parse_configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.spark import session
from omni_identity.model.errors import ConfigurationError
from omni_identity.model.home import Home
from omni_identity.open_engine import open_engine, spark_place

CHANNEL = {"name": "web", "contacts": {"files": "landing/*.csv", "record_id": "id"}}


def configured(**settings: object) -> Configuration:
    return parse_configuration({"version": 1, "channels": [CHANNEL], **settings})


def test_a_home_stays_with_the_engine_that_it_began_with(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with open_engine(home, configured()) as engine:
        assert isinstance(engine, DuckDBEngine)
    with (
        pytest.raises(ConfigurationError, match=r"engine: 'spark', but .* golden IDs"),
        open_engine(home, configured(engine="spark")),
    ):
        pass


def test_a_home_of_spark_is_not_opened_with_duckdb(tmp_path: Path) -> None:
    home = Home(tmp_path)
    lock = spark_place(home, configured()).lock
    lock.parent.mkdir()
    lock.touch()
    with (
        pytest.raises(ConfigurationError, match=r"engine: 'duckdb', but .* golden IDs"),
        open_engine(home, configured()),
    ):
        pass
    assert not home.warehouse_file.exists()


def test_the_warehouse_is_in_the_home_unless_it_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert spark_place(home, configured()).warehouse == str(tmp_path / "warehouse" / "spark")
    named = configured(spark={"warehouse": "s3://bucket/identity"})
    assert spark_place(home, named).warehouse == "s3://bucket/identity"
    absolute = configured(spark={"warehouse": "/mnt/shared"})
    assert spark_place(home, absolute).warehouse == "/mnt/shared"


def test_without_pyspark_a_sentence_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with (
        pytest.raises(ConfigurationError, match=r"omni-identity\[spark\]"),
        open_engine(Home(tmp_path), configured(engine="spark")),
    ):
        pass


def test_without_java_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(ConfigurationError, match="Java 17"):
        session.build_session(object, "local[1]", {})


def test_a_warehouse_of_before_iceberg_is_refused_and_left_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.warehouse.mkdir()
    home.spark_lock.write_text(str(home.warehouse / "spark"))
    with (
        pytest.raises(ConfigurationError, match=r"folders of its own.*`omni restore`"),
        open_engine(home, configured(engine="spark")),
    ):
        pass
    assert home.spark_lock.read_text() == str(home.warehouse / "spark")


def test_a_session_without_iceberg_is_told_what_to_say() -> None:
    package = SimpleNamespace()  # what Java packages are to Python where there is no such class
    iceberg = SimpleNamespace(spark=SimpleNamespace(SparkCatalog=package))
    java = SimpleNamespace(org=SimpleNamespace(apache=SimpleNamespace(iceberg=iceberg)))
    without = SimpleNamespace(version="3.5.9", _jvm=java)
    with pytest.raises(ConfigurationError, match=r"iceberg-spark-runtime-3\.5_2\.12:1\.10\.0"):
        session.require_iceberg(without)  # type: ignore[arg-type]
