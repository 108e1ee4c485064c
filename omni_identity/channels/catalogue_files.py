"""Catalogue feeds: what a channel says of its products, read from the newest file of each feed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from omni_identity.channels import reason_codes
from omni_identity.channels.batches import Broken, RawBatch, quarantine
from omni_identity.channels.column_sources import column_names
from omni_identity.channels.configuration import Configuration
from omni_identity.channels.deliveries import Delivery, SetAside, hash_content
from omni_identity.channels.feed_checks import find_problems
from omni_identity.channels.feeds import CatalogueFeed
from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.landing_files import key_of, look, shown_key
from omni_identity.channels.mapped_columns import single
from omni_identity.channels.numbers import parse_numbers
from omni_identity.channels.raw_rows import read_raw_rows
from omni_identity.channels.timestamps import order_of_dates, parse_timestamps
from omni_identity.model.attributes import CATALOGUE_WORDS
from omni_identity.model.errors import ConfigurationError

BATCH_ROWS = 200_000
CATALOGUE = "catalogue"
"""What the feed is called in tables of files."""
NO_PROMOTION = "none"
ITEM_SCHEMA = {
    "channel": pl.String(),
    "store": pl.String(),
    "product_id": pl.String(),
    "price": pl.Decimal(18, 2),
    "currency": pl.String(),
    "promotion": pl.String(),
    "is_available": pl.Boolean(),
    "stock": pl.Int64(),
    "counted_at": pl.Datetime("us"),
    "is_outsider": pl.Boolean(),
}
_YES = ("yes", "y", "true", "t", "1", "in stock", "in_stock", "instock", "available", "low stock")
_NO = (
    *("no", "n", "false", "f", "0", "out of stock", "out_of_stock", "outofstock", "sold out"),
    *("sold_out", "unavailable", "discontinued"),
)


def check_catalogue(
    configuration: Configuration, home: Path, unfetched: Collection[tuple[str, str]] = ()
) -> None:
    """Raise one ``ConfigurationError`` for feeds without a file, and for those none of whose files can be read.

    ``unfetched``: feeds (``channel, feed``) whose source did not give its files out, which is said elsewhere.
    """
    mistakes = []
    for i, feed in enumerate(configuration.catalogue):
        if not any(look(feed, home)):
            if (feed.channel, CATALOGUE) in unfetched:
                continue
            where = configuration.place(("catalogue", i, "files"))
            mistakes.append(f"{where}: '{feed.files}' matches no file")
            continue
        for path, problem in find_problems(feed, home):
            mistakes.append(f"{configuration.place(('catalogue', i, *path))}: {problem}")
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))


@dataclass(frozen=True)
class CatalogueFile:
    """The newest file of a feed: ``items`` as ``ITEM_SCHEMA``, and the rows held back (``QUARANTINE_SCHEMA``).

    ``path`` is relative to the home, if the file is in it, ``content_hash`` the SHA-256 of its content.
    """

    path: str
    content_hash: str
    items: pl.DataFrame
    quarantined: pl.DataFrame


def read_catalogue(
    feed: CatalogueFeed, home: Path, set_aside: Callable[[SetAside], object] = lambda _: None
) -> CatalogueFile | None:
    """Read the feed's newest file that can be read, newest being the one whose path sorts last; None if none.

    ``set_aside`` hears of the newer ones, and whatever else the glob matches, that cannot.

    Held back are rows without a product, with a price or a stock that is no number, and what cannot be
    read. A promotion that is not filled is ``none``; a column that is not mapped is null: the feed
    says nothing about it. A ``counted_at`` that is no time is null. What is available is what
    ``availability`` says, else what there is stock of.
    """
    files, odd = look(feed, home)
    for path, fault in odd.items():
        set_aside(SetAside.by(fault, feed.channel, CATALOGUE, shown_key(path, home), ""))
    for path in reversed(files):
        key, content_hash = key_of(path, home), ""
        try:
            content_hash = hash_content(path) or ""
            if content_hash:
                delivery = Delivery(feed.channel, "contacts", key, path, content_hash, is_new=True)
                return _read(feed, delivery)
        except FileFault as fault:
            set_aside(SetAside.by(fault, feed.channel, CATALOGUE, key, content_hash))
    return None


def _read(feed: CatalogueFeed, delivery: Delivery) -> CatalogueFile:
    required = column_names(feed.mapping["product_id"][:1])
    items, held_back = [pl.DataFrame(schema=ITEM_SCHEMA)], [quarantine([])]
    for raw in read_raw_rows(delivery, feed, required, BATCH_ROWS):
        if raw.broken and raw.broken[0].row_number is None and len(items) == 1:
            raise FileFault(raw.broken[0].reason_code, raw.broken[0].detail)
        accepted, refused = _canonical(raw, feed)
        items.append(accepted)
        held_back.append(quarantine([*raw.broken, *refused]))
    return CatalogueFile(
        delivery.path, delivery.content_hash, pl.concat(items), pl.concat(held_back)
    )


def _canonical(raw: RawBatch, feed: CatalogueFeed) -> tuple[pl.DataFrame, list[Broken]]:
    texts = pl.DataFrame(
        [single(raw.rows, feed.mapping.get(name, ())).alias(name) for name in CATALOGUE_WORDS]
    )
    parsed = texts.with_columns(
        *(parse_numbers(texts[name]).alias(name) for name in ("price", "stock"))
    )
    is_lacking = parsed["product_id"].is_null()
    is_unparsable = (
        (texts["price"].is_not_null() & parsed["price"].is_null())
        | (texts["stock"].is_not_null() & parsed["stock"].is_null())
    ) & ~is_lacking
    refused = [
        *_refuse(raw, is_lacking, reason_codes.MISSING_PRODUCT, "no product"),
        *_refuse(raw, is_unparsable, reason_codes.UNPARSABLE_NUMBER, "price or stock is no number"),
    ]
    promotion = pl.col("promotion")
    if "promotion" in feed.mapping:
        promotion = promotion.fill_null(NO_PROMOTION)
    word = pl.col("availability").str.to_lowercase()
    said = pl.when(word.is_in(_YES)).then(True).when(word.is_in(_NO)).then(False)
    is_sound = ~is_lacking & ~is_unparsable
    order = feed.date_order or order_of_dates(texts["counted_at"]) or "ymd"
    counted_at = parse_timestamps(texts["counted_at"], feed.timezone, order).filter(is_sound)
    accepted = parsed.filter(is_sound).select(
        pl.lit(feed.channel).alias("channel"),
        "store",
        "product_id",
        pl.col("price").round(2).cast(pl.Decimal(18, 2)),
        pl.coalesce(pl.col("currency").str.to_uppercase(), pl.lit(feed.currency, pl.String)),
        promotion,
        pl.coalesce(said, pl.col("stock") > 0).alias("is_available"),
        pl.col("stock").round().cast(pl.Int64),
        counted_at.alias("counted_at"),
        pl.lit(feed.outsider).alias("is_outsider"),
    )
    return accepted.cast(ITEM_SCHEMA), refused  # type: ignore[arg-type]


def _refuse(raw: RawBatch, mask: pl.Series, reason_code: str, detail: str) -> list[Broken]:
    numbers = raw.rows["row_number"].filter(mask).to_list()
    payloads = raw.payloads(numbers)
    return [
        Broken(number, reason_code, detail, payload)
        for number, payload in zip(numbers, payloads, strict=True)
    ]
