"""Where channels disagree on what a product costs, whether there is any, and whether it is on promotion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from omni_identity.channels.catalogue_files import CATALOGUE, read_catalogue
from omni_identity.channels.configuration import CatalogueFeed, Configuration
from omni_identity.channels.deliveries import SetAside
from omni_identity.channels.quarantined_files import Seen, note_quarantined_files
from omni_identity.engines import Engine, count_rows

_ITEMS = (
    "channel VARCHAR, store VARCHAR, product_id VARCHAR, price DECIMAL(18,2), currency VARCHAR,"
    " promotion VARCHAR, is_available BOOLEAN, stock BIGINT"
)

_HELD_BACK = (
    "channel VARCHAR, feed VARCHAR, file VARCHAR, content_hash VARCHAR, quarantine_number BIGINT,"
    " row_number BIGINT, reason_code VARCHAR, detail VARCHAR, payload VARCHAR"
)


def build_catalogue(
    engine: Engine, configuration: Configuration, home: Path, seen: Seen | None = None
) -> int:
    """Rebuild ``derived.catalogue_items``, ``catalogue_conflicts`` and ``store_stock``; return the conflicts.

    Rows that are held back are in ``derived.catalogue_quarantine``, files that are set aside in
    ``landed.quarantined_files`` if it is told which run has ``seen`` them. Without catalogue feeds all are
    empty. Several feeds of a channel complete one another. What a channel says of a product is what it
    says for all its stores, else what these say: one value, or its least and greatest; it has the
    product if any of them does. Prices are compared in one currency only.
    """
    with engine.transaction():
        engine.run(f"create or replace temp table catalogue_rows ({_ITEMS})")
        engine.run(f"create or replace table derived.catalogue_quarantine ({_HELD_BACK})")
        set_aside: dict[str, list[SetAside]] = {}
        for feed in configuration.catalogue:
            _read(engine, feed, home, set_aside.setdefault(feed.channel, []).append)
        engine.run(_MERGED)
        engine.run(_SAID)
        engine.run(_CONFLICTS)
        engine.run(_STORES)
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


_MERGED = """
    create or replace table derived.catalogue_items as
    select channel, coalesce(store, '') as store, product_id,
        max(price) as price, max(currency) filter (where price is not null) as currency,
        max(promotion) as promotion, max(is_available) as is_available, max(stock) as stock
    from catalogue_rows group by channel, coalesce(store, ''), product_id
    order by channel, store, product_id
"""

_SAID = """
    create or replace temp table catalogue_said as
    with facts as (
        select channel, store, product_id, 'price' as attribute, coalesce(currency, '') as unit,
            price as amount, price::varchar as value
        from derived.catalogue_items where price is not null
        union all
        select channel, store, product_id, 'promotion', '', null, promotion
        from derived.catalogue_items where promotion is not null
        union all
        select channel, '', product_id, 'availability', '', null,
            case when max(is_available) then 'available' else 'not available' end
        from derived.catalogue_items where is_available is not null group by channel, product_id
    ), chosen as (
        select * from facts qualify store = '' or count(*) filter (where store = '') over (
            partition by channel, product_id, attribute, unit) = 0
    )
    select channel, product_id, attribute, unit,
        case when min(value) = max(value) then min(value)
            when attribute = 'price' then min(amount)::varchar || ' to ' || max(amount)::varchar
            else min(value) || ' to ' || max(value) end as value
    from chosen group by channel, product_id, attribute, unit
"""

_CONFLICTS = """
    create or replace table derived.catalogue_conflicts as
    select l.product_id, l.attribute, l.unit, l.channel as channel_l, l.value as value_l,
        r.channel as channel_r, r.value as value_r
    from catalogue_said l join catalogue_said r using (product_id, attribute, unit)
    where l.channel < r.channel and l.value <> r.value
    order by product_id, attribute, unit, channel_l, channel_r
"""

_STORES = """
    create or replace table derived.store_stock as
    with stocked as (
        select store, product_id, sum(stock)::bigint as stock from derived.catalogue_items
        where store <> '' and stock is not null group by store, product_id
    ), waiting as (
        select store, product_id, count(*) as waiting_pickup_count,
            sum(coalesce(item_count, 1))::bigint as waiting_item_count
        from derived.open_matters
        where matter = 'pickup' and store is not null and product_id is not null
        group by store, product_id
    )
    select store, product_id, s.stock,
        coalesce(w.waiting_pickup_count, 0) as waiting_pickup_count,
        coalesce(w.waiting_item_count, 0) as waiting_item_count
    from stocked s full join waiting w using (store, product_id)
    order by store, product_id
"""
