"""What a scored pair counts for in an average: bounded, nothing where nothing was compared."""

from __future__ import annotations

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.identity.counted_weights import (
    GREATEST_WEIGHT,
    LEAST_WEIGHT,
    counted_weight_sql,
)

ROWS = {
    "strong": ("20.0", 0, 0),
    "contradicted": ("-9.0", 1, -1),
    "one thing to compare": ("-3.0", -1, 2),
    "nothing to compare": ("-14.0", -1, -1),
}


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ("strong", GREATEST_WEIGHT),
        ("contradicted", LEAST_WEIGHT),
        ("one thing to compare", -3.0),
        ("nothing to compare", None),
        ("not scored", LEAST_WEIGHT),
    ],
)
def test_a_pair_counts_for_what_it_tells(pair: str, expected: float | None) -> None:
    with DuckDBEngine() as engine:
        engine.run("create schema derived")
        rows = ", ".join(f"('{name}', {', '.join(map(str, row))})" for name, row in ROWS.items())
        engine.run(
            "create table derived.scored_pairs as select pair, match_weight::double as match_weight,"
            " level_first_name, level_email"
            f" from (values {rows}) t(pair, match_weight, level_first_name, level_email)"
        )
        found = engine.fetch(
            f"select {counted_weight_sql(engine)} as counted"
            " from (select $pair as pair) asked left join derived.scored_pairs p using (pair)",
            {"pair": pair},
        )
        assert found["counted"].to_list() == [expected]
