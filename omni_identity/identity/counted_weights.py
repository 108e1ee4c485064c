"""What a pair counts for in an average of pairs: its weight, bounded; nothing where nothing could be compared.

Bounded, so that no single pair, however strong, chains two people together. Of two records with nothing in
common to compare only the prior is known, which says no more than that most pairs are strangers': within a
component that is no evidence, and it would outweigh what speaks for them.
"""

from __future__ import annotations

from omni_identity.engines import Engine

LEAST_WEIGHT = -4.0
GREATEST_WEIGHT = 8.0
GRAIN = 2**20
"""Parts of a bit that weights are counted in. A bounded weight takes 23 binary digits of the 53 there
are, which leaves room for sums over a billion pairs."""


def with_counted_weights(engine: Engine, sql: str) -> str:
    """A statement over rows ``p`` of ``derived.scored_pairs``, its word ``counted_weight`` spelt out."""
    return sql.replace("counted_weight", counted_weight_sql(engine))


def counted_weight_sql(engine: Engine, weight: str = "p.match_weight") -> str:
    """SQL for what a row ``p`` of ``derived.scored_pairs`` counts for, in parts that add up exactly.

    Null for a pair that cannot be compared; ``LEAST_WEIGHT`` where there is no row. ``weight`` is SQL for
    what the pair weighs.
    """
    columns = engine.fetch("select * from derived.scored_pairs limit 0").columns
    levels = [f'p."{name}"' for name in columns if name.startswith("level_")]
    bounded = (
        f"greatest({LEAST_WEIGHT}, least({GREATEST_WEIGHT}, coalesce({weight}, {LEAST_WEIGHT})))"
    )
    counted = f"round({bounded} * {GRAIN}) / {GRAIN}"
    if not levels:
        return counted
    says_nothing = f"p.match_weight is not null and greatest(-1, {', '.join(levels)}) = -1"
    return f"(case when {says_nothing} then null else {counted} end)"
