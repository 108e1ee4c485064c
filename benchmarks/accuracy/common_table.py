"""The tables that the other tools get: a home's current records, cleaned under canonical names, and raw.

Cleaning is what anyone would do before linking: lower case and trimmed, empty values null, dates as
ISO, telephone numbers as their last ten digits, a full name split into first, middle and last name
("Last, First" turned round). The first value of an identifier stands in its column, a second one in
``<identifier>_2``. That is more than our own tool gets, which reads the channels' files as they are.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl

from benchmarks.accuracy.mapping import DELIVERED
from omni_identity.channels.configuration import Configuration, load_configuration
from omni_identity.model.home import Home
from omni_identity.pipeline.run_context import RunContext, utc_now
from omni_identity.pipeline.steps.landing import take_files
from omni_identity.pipeline.steps.source_records import record_contacts
from omni_identity.pipeline.steps.standardised_contacts import standardise_contacts
from omni_identity.pipeline.warehouse import open_warehouse

PHONES = ("phone", "whatsapp")
KEYS = ("channel", "source_record_id")
NO_EVIDENCE = ("created_at",)
DATES = ("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%Y")


def write_tables(home: Path, scratch: Path, folder: Path) -> None:
    """Write ``common.parquet``, and ``delivered.parquet`` with the same records as they were delivered.

    Both have ``channel`` and ``source_record_id`` first. ``delivered`` has the data set's own columns
    where the set is one table, else raw values under canonical names. Lands the home's files in
    ``scratch``, so that the home itself stays untouched.
    """
    scratch.mkdir(parents=True)
    shutil.copyfile(home / "omni.yaml", scratch / "omni.yaml")
    (scratch / "landing").symlink_to((home / "landing").resolve(), target_is_directory=True)
    configuration = load_configuration(scratch / "omni.yaml")
    raw = _land(Home(scratch), configuration)
    identifiers = configuration.vocabulary.identifiers
    dates = [n for n, kind in configuration.vocabulary.attributes if kind == "date"]
    clean(raw, identifiers, ("birth_date", *dates)).write_parquet(folder / "common.parquet")
    if (home / DELIVERED).is_file():
        delivered = pl.read_parquet(home / DELIVERED)
    else:
        delivered = _without_empty(_separate(raw, identifiers))
    delivered.write_parquet(folder / DELIVERED)


def _land(home: Home, configuration: Configuration) -> pl.DataFrame:
    vocabulary = configuration.vocabulary
    columns = [c for c in vocabulary.raw_columns if c not in vocabulary.consent_columns]
    night = RunContext(home, configuration, "benchmark", utc_now())
    with open_warehouse(night) as engine:
        for channel in configuration.channels:
            take_files(channel.name, "contacts", engine, night)
        standardise_contacts(engine, night)
        record_contacts(engine, night)
        return engine.fetch(
            "select c.channel, c.source_record_id, "
            + ", ".join(f'c."{column}"' for column in columns)
            + " from landed.contacts c join derived.row_states s using (file_no, row_number)"
            " where s.state = 'current' order by c.file_no, c.row_number"
        )


def clean(
    raw: pl.DataFrame, identifiers: tuple[str, ...], dates: tuple[str, ...] = ("birth_date",)
) -> pl.DataFrame:
    """Clean raw records: text columns, and lists of text where ``identifiers`` names the column."""
    table = _separate(raw, identifiers)
    table = table.with_columns(
        pl.col(name).str.strip_chars().str.to_lowercase().replace("", None)
        for name in table.columns
        if name not in KEYS
    )
    table = split_full_names(table)
    phones = [name for name in table.columns if name.removesuffix("_2") in PHONES]
    table = table.with_columns(
        pl.col(name).str.replace_all(r"\D", "").str.slice(-10).replace("", None) for name in phones
    )
    for name in dates:
        if name in table.columns:
            table = table.with_columns(_iso_dates(name).over("channel"))
    return _without_empty(table.drop("full_name", strict=False))


def _separate(raw: pl.DataFrame, identifiers: tuple[str, ...]) -> pl.DataFrame:
    """The first value of each identifier in its column, a second one in a column of its own."""
    lists = [name for name in identifiers if name in raw.columns]
    firsts = [pl.col(name).list.get(0, null_on_oob=True).alias(name) for name in lists]
    seconds = [pl.col(name).list.get(1, null_on_oob=True).alias(f"{name}_2") for name in lists]
    return raw.with_columns(*firsts, *seconds)


def _without_empty(table: pl.DataFrame) -> pl.DataFrame:
    """Without columns that hold nothing, or no evidence."""
    empty = [n for n in table.columns if n not in KEYS and table[n].null_count() == table.height]
    return table.drop(*empty, *(n for n in NO_EVIDENCE if n in table.columns and n not in empty))


def split_full_names(table: pl.DataFrame) -> pl.DataFrame:
    """Fill first, middle and last name from ``full_name`` where the first two are missing."""
    names = ("first_name", "middle_name", "last_name")
    missing = [pl.lit(None, pl.String).alias(n) for n in names if n not in table.columns]
    table = table.with_columns(missing)
    if "full_name" not in table.columns:
        return table
    turned = pl.col("full_name").str.replace(r"^([^,]+),\s*(.+)$", "$2 $1")
    words = (
        turned.str.strip_chars().str.split(" ").list.eval(pl.element().filter(pl.element() != ""))
    )
    many = words.list.len() > 1
    parts = {
        "first_name": words.list.first(),
        "middle_name": words.list.slice(1, words.list.len().cast(pl.Int64) - 2).list.join(" "),
        "last_name": pl.when(many).then(words.list.last()),
    }
    parts["middle_name"] = pl.when(words.list.len() > 2).then(parts["middle_name"])
    unnamed = pl.col("first_name").is_null() & pl.col("last_name").is_null()
    return table.with_columns(
        pl.when(unnamed).then(part).otherwise(pl.col(name)).alias(name)
        for name, part in parts.items()
    )


def _iso_dates(name: str) -> pl.Expr:
    """Dates as ISO text by the one format that reads most of a channel's; others stay as they are."""
    read = {form: pl.col(name).str.to_date(form, strict=False) for form in DATES}
    best = pl.max_horizontal(date.count() for date in read.values())
    chosen = pl.coalesce(
        pl.when(date.count() == best).then(date.dt.strftime("%Y-%m-%d")) for date in read.values()
    )
    return pl.coalesce(chosen, pl.col(name)).alias(name)
