"""Catalogue feeds: what a channel says of its products, read from the newest file of each feed."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from omni_identity.channels.configuration import CatalogueFeed, Configuration
from omni_identity.channels.deliveries import Delivery, files_of
from omni_identity.channels.file_columns import columns_of
from omni_identity.channels.mapped_columns import single
from omni_identity.channels.numbers import parse_numbers
from omni_identity.channels.raw_rows import read_raw_rows
from omni_identity.model.attributes import CATALOGUE_WORDS
from omni_identity.model.errors import ConfigurationError, nearest

BATCH_ROWS = 200_000
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
}
_YES = ("yes", "y", "true", "t", "1", "in stock", "in_stock", "instock", "available", "low stock")
_NO = (
    *("no", "n", "false", "f", "0", "out of stock", "out_of_stock", "outofstock", "sold out"),
    *("sold_out", "unavailable", "discontinued"),
)


def check_catalogue(configuration: Configuration, home: Path) -> None:
    """Raise one ``ConfigurationError`` for feeds without a file, and columns that their newest file lacks."""
    mistakes = []
    for i, feed in enumerate(configuration.catalogue):
        files = files_of(feed, home)
        if not files:
            where = configuration.place(("catalogue", i, "files"))
            mistakes.append(f"{where}: '{feed.files}' matches no file")
            continue
        columns = columns_of(files[-1], feed)
        if columns is None:
            continue
        for path, column in feed.named_columns():
            if column not in columns:
                where = configuration.place(("catalogue", i, *path))
                near = nearest(column, columns)
                mistakes.append(f"{where}: column '{column}' is not in {files[-1].name}.{near}")
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))


def read_catalogue(feed: CatalogueFeed, home: Path) -> pl.DataFrame:
    """The rows of the feed's newest file (the one whose path sorts last) as ``ITEM_SCHEMA``.

    Rows without a product are left out, what is no number is null, a file that cannot be read gives
    nothing. A promotion that is not filled is ``none``; a column that is not mapped is null: the feed
    says nothing about it. What is available is what ``availability`` says, else what there is stock of.
    """
    empty = pl.DataFrame(schema=ITEM_SCHEMA)
    files = files_of(feed, home)
    if not files:
        return empty
    delivery = Delivery(feed.channel, "contacts", str(files[-1]), files[-1], "")
    required = list(feed.mapping["product_id"][:1])
    frames = [
        _canonical(raw.rows, feed) for raw in read_raw_rows(delivery, feed, required, BATCH_ROWS)
    ]
    return pl.concat([empty, *frames])


def _canonical(raw: pl.DataFrame, feed: CatalogueFeed) -> pl.DataFrame:
    texts = pl.DataFrame(
        [single(raw, feed.mapping.get(name, ())).alias(name) for name in CATALOGUE_WORDS]
    )
    numbers = texts.with_columns(
        *(parse_numbers(texts[name]).alias(name) for name in ("price", "stock"))
    )
    promotion = pl.col("promotion")
    if "promotion" in feed.mapping:
        promotion = promotion.fill_null(NO_PROMOTION)
    word = pl.col("availability").str.to_lowercase()
    said = pl.when(word.is_in(_YES)).then(True).when(word.is_in(_NO)).then(False)
    return (
        numbers.filter(pl.col("product_id").is_not_null())
        .select(
            pl.lit(feed.channel).alias("channel"),
            "store",
            "product_id",
            pl.col("price").round(2).cast(pl.Decimal(18, 2)),
            pl.coalesce(pl.col("currency").str.to_uppercase(), pl.lit(feed.currency, pl.String)),
            promotion,
            pl.coalesce(said, pl.col("stock") > 0).alias("is_available"),
            pl.col("stock").round().cast(pl.Int64),
        )
        .cast(ITEM_SCHEMA)  # type: ignore[arg-type]
    )
