"""How true threads are: pairs of interactions that are in one thread, against the demo's truth, by pair of channels.

    omni demo --customers 10000 --home threads
    python -m benchmarks.threads --home threads

A pair is right where both are of one true thread and of one published thread. Pairs of interactions whose own records
were not found to be one person count as missed, like any others.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import polars as pl

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.literals import literal
from omni_identity.model.home import Home

_PAIRS = """
    with said as (
        select i.channel, i.interaction_id, i.thread_id, t.thread
        from published.interactions i
        join (
            select channel, interaction_id, any_value(thread) as thread, any_value(entity) as entity
            from read_csv({labels}, all_varchar = true) group by channel, interaction_id
        ) t using (channel, interaction_id)
        where t.entity is not null
    ), pairs as (
        select least(a.channel, b.channel) as channel_l, greatest(a.channel, b.channel) as channel_r,
            coalesce(a.thread = b.thread, false) as is_one, coalesce(a.thread_id = b.thread_id, false) as is_found
        from said a join said b
            on (a.thread_id = b.thread_id or a.thread = b.thread)
            and (a.channel, a.interaction_id) < (b.channel, b.interaction_id)
    )
    select channel_l, channel_r, count(*) filter (where is_one) as true_pairs,
        count(*) filter (where is_found) as found_pairs,
        count(*) filter (where is_one and is_found) as right_pairs
    from pairs group by channel_l, channel_r order by channel_l, channel_r
"""


def measure(home: Home) -> pl.DataFrame:
    """Pairs of a published demo home by their channels: ``true_pairs, found_pairs, right_pairs``."""
    with DuckDBEngine() as engine:
        engine.run(f"attach {literal(home.published_file.resolve())} as published (read_only)")
        labels = literal(home.truth / "interactions.csv.gz")
        return engine.fetch(_PAIRS.format(labels=labels))


def scores(pairs: pl.DataFrame) -> pl.DataFrame:
    """Precision, recall and F1 of each pair of channels, of those between channels, and of all."""
    counts = ("true_pairs", "found_pairs", "right_pairs")
    between = pairs.filter(pl.col("channel_l") != pl.col("channel_r"))
    sums = [
        frame.select(pl.lit(name).alias("channels"), *(pl.col(c).sum() for c in counts))
        for name, frame in (("between channels", between), ("all", pairs))
    ]
    named = pairs.select(
        pl.concat_str("channel_l", "channel_r", separator=" – ").alias("channels"), *counts
    )
    right = pl.col("right_pairs")
    return pl.concat([named, *sums]).with_columns(
        (right / pl.col("found_pairs")).alias("precision"),
        (right / pl.col("true_pairs")).alias("recall"),
        (2 * right / (pl.col("found_pairs") + pl.col("true_pairs"))).alias("f1"),
    )


def report(table: pl.DataFrame) -> str:
    """A Markdown table of the scores."""
    lines = ["| channels | true pairs | precision | recall | F1 |", "|---|--:|--:|--:|--:|"]
    for row in table.iter_rows(named=True):
        rates = (f"{row[name]:.3f}" for name in ("precision", "recall", "f1"))
        lines.append(f"| {row['channels']} | {row['true_pairs']:,} | {' | '.join(rates)} |")
    return "\n".join(lines)


def main() -> None:
    """Print the scores of a demo home."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--home", type=Path, required=True)
    print(report(scores(measure(Home(parser.parse_args().home)))))


if __name__ == "__main__":
    main()
