"""Digests and alterations of a publication are kept in a Spark warehouse too."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.engines import Engine
from omni_identity.engines.declared import create_tables
from omni_identity.model.home import Home
from omni_identity.model.tables.ledger import LEDGER_TABLES
from omni_identity.publish.alterations import record_alterations
from omni_identity.publish.publication import publish_candidate
from omni_identity.publish.seal import seal

pytestmark = pytest.mark.spark


def test_a_published_folder_is_sealed_and_compared(spark: Engine, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    spark.run("create table ledger.runs (run_id VARCHAR, run_number BIGINT, status VARCHAR)")
    create_tables(spark, (t for t in LEDGER_TABLES if t.name != "runs"))
    for number, run_id in enumerate(("one", "two"), 1):
        for name in ("omni.duckdb", "masked/omni.duckdb"):
            file = home.published / "versions" / run_id / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(run_id.encode())
        spark.run(
            "insert into ledger.runs values ($run_id, $number, 'published')",
            {"run_id": run_id, "number": number},
        )
        seal(spark, home, f"versions/{run_id}")
        publish_candidate(home, run_id)
        assert record_alterations(spark, home, run_id) == []
    altered = home.published / "current" / "masked" / "omni.duckdb"
    altered.chmod(0o600)
    altered.write_bytes(b"else")
    assert record_alterations(spark, home, "two") == [
        "masked/omni.duckdb was changed after it was published"
    ]
