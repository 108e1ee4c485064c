"""Catalogue feeds: what a channel says of its products, read from the newest file of each feed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from omni_identity.channels import reason_codes
from omni_identity.channels.batches import Broken, RawBatch, quarantine
from omni_identity.channels.configuration import CatalogueFeed, Configuration
from omni_identity.channels.deliveries import Delivery, files_of, hash_content, key_of
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


@dataclass(frozen=True)
class CatalogueFile:
    """The newest file of a feed: ``items`` as ``ITEM_SCHEMA``, and the rows held back (``QUARANTINE_SCHEMA``).

    ``path`` is relative to the home, if the file is in it, ``content_hash`` the SHA-256 of its content.
    """

    path: str
    content_hash: str
    items: pl.DataFrame
    quarantined: pl.DataFrame


def read_catalogue(feed: CatalogueFeed, home: Path) -> CatalogueFile | None:
    """Read the feed's newest file, the one whose path sorts last; None where there is none.

    Held back are rows without a product, with a price or a stock that is no number, and what cannot be
    read. A promotion that is not filled is ``none``; a column that is not mapped is null: the feed
    says nothing about it. What is available is what ``availability`` says, else what there is stock of.
    """
    files = files_of(feed, home)
    content_hash = hash_content(files[-1]) if files else None
    if content_hash is None:
        return None
    path = key_of(files[-1], home)
    delivery = Delivery(feed.channel, "contacts", path, files[-1], content_hash)
    required = list(feed.mapping["product_id"][:1])
    items, held_back = [pl.DataFrame(schema=ITEM_SCHEMA)], [quarantine([])]
    for raw in read_raw_rows(delivery, feed, required, BATCH_ROWS):
        accepted, refused = _canonical(raw, feed)
        items.append(accepted)
        held_back.append(quarantine([*raw.broken, *refused]))
    return CatalogueFile(path, content_hash, pl.concat(items), pl.concat(held_back))


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
    accepted = parsed.filter(~is_lacking & ~is_unparsable).select(
        pl.lit(feed.channel).alias("channel"),
        "store",
        "product_id",
        pl.col("price").round(2).cast(pl.Decimal(18, 2)),
        pl.coalesce(pl.col("currency").str.to_uppercase(), pl.lit(feed.currency, pl.String)),
        promotion,
        pl.coalesce(said, pl.col("stock") > 0).alias("is_available"),
        pl.col("stock").round().cast(pl.Int64),
    )
    return accepted.cast(ITEM_SCHEMA), refused  # type: ignore[arg-type]


def _refuse(raw: RawBatch, mask: pl.Series, reason_code: str, detail: str) -> list[Broken]:
    numbers = raw.rows["row_number"].filter(mask).to_list()
    payloads = raw.payloads(numbers)
    return [
        Broken(number, reason_code, detail, payload)
        for number, payload in zip(numbers, payloads, strict=True)
    ]
