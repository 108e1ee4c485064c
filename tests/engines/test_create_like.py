"""Tables made empty and filled within one transaction give back what was put in."""

from __future__ import annotations

from omni_identity.engines import DuckDBEngine


def test_what_one_transaction_creates_and_fills_is_found_after_it() -> None:
    with DuckDBEngine() as engine:
        engine.run("set threads = 2")
        engine.run("create table many as select 'g' || range as golden_id from range(500000)")
        with engine.transaction():
            engine.create_like("filled", "select * from many")
            engine.create_like("filled", "select 1 as other")
            engine.run("insert into filled by name select * from many")
        assert engine.fetch("select count(distinct golden_id) as n from filled")["n"][0] == 500_000
