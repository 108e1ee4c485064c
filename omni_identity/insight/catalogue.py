"""What products cost, here and with outsiders, where channels disagree on them, and what stores can promise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from omni_identity.channels.catalogue_files import CATALOGUE, read_catalogue
from omni_identity.channels.configuration import Configuration
from omni_identity.channels.deliveries import SetAside
from omni_identity.channels.feeds import CatalogueFeed
from omni_identity.channels.quarantined_files import Seen, note_quarantined_files
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.declared import columns_of, create_empty
from omni_identity.engines.statements import statement


def build_catalogue(
    engine: Engine, configuration: Configuration, home: Path, seen: Seen | None = None
) -> int:
    """Rebuild the tables of catalogues from the feeds' newest files; return how many conflicts there are.

    Rebuilds ``derived.catalogue_items``, ``derived.catalogue_conflicts``, ``derived.price_matches`` and
    ``derived.store_stock``. Reads ``derived.open_matters``, ``derived.interactions``,
    ``derived.interaction_lines``, ``derived.interaction_findings`` and ``derived.as_of``. Rows
    that are held back are in ``derived.catalogue_quarantine``. Files that are set aside are in
    ``landed.quarantined_files`` if the run is given that has ``seen`` them.
    """
    with engine.transaction():
        items = columns_of("derived.catalogue_items")
        engine.run(f"create or replace temp table catalogue_rows ({items})")
        create_empty(engine, "derived.catalogue_quarantine")
        set_aside: dict[str, list[SetAside]] = {}
        for feed in configuration.catalogue:
            _read(engine, feed, home, set_aside.setdefault(feed.channel, []).append)
        for name in ("catalogue_items", "catalogue_said", "catalogue_conflicts", "price_matches"):
            engine.run(statement(__file__, name))
        time_zone = configuration.insight.time_zone
        engine.run(statement(__file__, "store_stock"), {"time_zone": time_zone})
        engine.run("drop table catalogue_rows")
        engine.run("drop table catalogue_said")
    if seen is not None:
        for channel, files in sorted(set_aside.items()):
            note_quarantined_files(engine, (channel, CATALOGUE), files, seen)
    return count_rows(engine, "derived.catalogue_conflicts")


def _read(
    engine: Engine, feed: CatalogueFeed, home: Path, set_aside: Callable[[SetAside], object]
) -> None:
    newest = read_catalogue(feed, home, set_aside)
    if newest is None:
        return
    engine.write("catalogue_rows", newest.items)
    # two feeds may read the same file
    numbered = engine.fetch(
        "select count(*) as n from derived.catalogue_quarantine where content_hash = $content_hash",
        {"content_hash": newest.content_hash},
    )["n"][0]
    numbers = pl.int_range(1, newest.quarantined.height + 1, dtype=pl.Int64)
    engine.write(
        "derived.catalogue_quarantine",
        newest.quarantined.drop("source_record_id").with_columns(
            pl.lit(feed.channel).alias("channel"),
            pl.lit("catalogue").alias("feed"),
            pl.lit(newest.path).alias("file"),
            pl.lit(newest.content_hash).alias("content_hash"),
            (numbers + numbered).alias("quarantine_number"),
        ),
    )
