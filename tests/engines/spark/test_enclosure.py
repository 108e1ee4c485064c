"""On Spark, SQL that is not ours names the relations lent to it and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from omni_identity.engines import EnclosedQueryFailed

RELATIONS = {
    "interactions": "select * from derived.interactions",
    "settings": "select 3 as days",
}


def test_a_query_reads_what_is_lent_to_it_and_nothing_else(spark: Any) -> None:
    spark.run("create schema if not exists derived")
    spark.run("create table derived.interactions (golden_id VARCHAR, amount BIGINT)")
    spark.run("insert into derived.interactions values ('a', 2), ('b', 7)")
    spark.run("create table derived.secrets (golden_id VARCHAR)")
    spark.run("create table found (golden_id VARCHAR)")
    with spark.enclosed(RELATIONS) as enclosure:
        sql = "select golden_id from interactions, settings where amount > days -- more"
        assert enclosure.columns(sql) == ["golden_id"]
        enclosure.append(sql, "found", 60)
        for outside in (
            "select golden_id from derived.secrets",
            "select golden_id from found",
            "select java_method('java.lang.System', 'getenv', 'HOME') as golden_id",
            "select Reflect('java.lang.System', 'getenv', 'HOME') as golden_id from interactions",
        ):
            with pytest.raises(EnclosedQueryFailed, match="may not use"):
                enclosure.columns(outside)
            with pytest.raises(EnclosedQueryFailed, match="may not use"):
                enclosure.append(outside, "found", 60)
    assert spark.fetch("select golden_id from found")["golden_id"].to_list() == ["b"]
