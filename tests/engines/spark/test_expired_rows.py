"""Rows expire on Spark as on DuckDB."""

from __future__ import annotations

from omni_identity.engines import Engine
from tests.insight.test_expired_rows import land, require_what_is_affected, require_what_is_left


def test_the_same_interactions_are_affected_and_the_same_rows_left(spark: Engine) -> None:
    land(spark)
    require_what_is_affected(spark)
    require_what_is_left(spark)
