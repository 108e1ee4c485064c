"""The version that wrote a warehouse of Spark, as of one of DuckDB."""

from __future__ import annotations

from typing import Any

import pytest

from omni_identity.engines import writer_version
from omni_identity.engines.writer_version import own_version, sign_warehouse
from omni_identity.model.errors import WarehouseIsNewer


def test_a_warehouse_of_spark_is_signed_and_refused_as_one_of_duckdb(
    spark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_warehouse(spark, "the warehouse")
    sign_warehouse(spark, "the warehouse")
    assert spark.fetch("select version from ledger.writer")["version"].to_list() == [own_version()]
    monkeypatch.setattr(writer_version, "own_version", lambda: "0.0.9")
    with pytest.raises(WarehouseIsNewer, match="the warehouse was last written by omni-identity"):
        sign_warehouse(spark, "the warehouse")
    monkeypatch.setattr(writer_version, "own_version", lambda: "99.0")
    sign_warehouse(spark, "the warehouse")
    assert spark.fetch("select version from ledger.writer")["version"].to_list() == ["99.0"]
