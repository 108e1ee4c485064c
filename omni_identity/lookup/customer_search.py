"""Finds golden customers by what a person has in hand: an address, number, handle or ID."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.written_ids import bare_id
from omni_identity.standardise.mailbox import mailbox_keys
from omni_identity.standardise.one_text import read_text

if TYPE_CHECKING:
    import duckdb

GOLDEN_ID = re.compile(r"[Gg]\d+")


@dataclass(frozen=True)
class Found:
    """The live golden IDs a term leads to, and how: a sentence where that needs one.

    ``more``: how many others it leads to beside these.
    """

    golden_ids: tuple[str, ...]
    how: str = ""
    more: int = 0


def find_customers(
    published: duckdb.DuckDBPyConnection, configuration: Configuration, term: str
) -> Found:
    """Return the customers that ``term`` means; none is a result, not an error.

    Tried in this order: golden ID (retired ones through their redirect), ``channel:record_id``, any
    identifier, standardised as the channels' own values are (phones in every configured country).
    """
    text = term.strip()
    if GOLDEN_ID.fullmatch(text):
        found = _by_golden_id(published, text.upper())
        if found is not None:
            return found
    channel, colon, record = text.partition(":")
    if colon:
        record = bare_id(record)
        rows = published.execute(
            "select golden_id from crosswalk"
            " where channel = $channel and source_record_id = $record",
            {"channel": channel, "record": record},
        ).fetchall()
        if rows:
            return Found((rows[0][0],))
    return _by_identifier(published, configuration, text)


def _by_golden_id(published: duckdb.DuckDBPyConnection, golden_id: str) -> Found | None:
    here = {"id": golden_id}
    if published.execute("select 1 from unified_profiles where golden_id = $id", here).fetchall():
        return Found((golden_id,))
    redirects = published.execute(
        "select golden_id from golden_id_redirects where retired_golden_id = $id", here
    ).fetchall()
    if not redirects:
        return None
    live = redirects[0][0]
    if live is None:
        return Found((), f"{golden_id} is retired: no record of that customer is left.")
    return Found((live,), f"{golden_id} is retired and leads to {live}.")


def _by_identifier(
    published: duckdb.DuckDBPyConnection, configuration: Configuration, text: str
) -> Found:
    """Look up the one owner of each value where it stands in order; only shared ones are looked for in all profiles."""
    columns = published.execute(
        "select table_name, column_name from duckdb_columns() where table_name = 'identifiers'"
        " or table_name = 'unified_profiles' and data_type = 'VARCHAR[]'"
    ).fetchall()
    known = {column for table, column in columns if table == "unified_profiles"}
    read = {
        name: values
        for name, values in readings(configuration, text).items()
        if values and name in known
    }
    if not any(
        table == "identifiers" for table, _ in columns
    ):  # a publication of before there was one
        return Found(tuple(_carriers(published, read)))
    found, shared = set[str](), dict[str, list[str]]()
    for name, values in read.items():
        rows = published.execute(
            "select value, golden_id from identifiers"
            " where identifier = $name and value in (select unnest($values::varchar[]))",
            {"name": name, "values": values},
        ).fetchall()
        found |= {golden_id for _, golden_id in rows if golden_id is not None}
        several = [value for value, golden_id in rows if golden_id is None]
        if several:
            shared[name] = several
    return Found(tuple(sorted(found | set(_carriers(published, shared)))))


def _carriers(
    published: duckdb.DuckDBPyConnection, values: Mapping[str, Sequence[str]]
) -> list[str]:
    """Everybody whose profile has one of these values, by identifier; a scan."""
    if not values:
        return []
    conditions = " or ".join(f'list_has_any("{name}", ${name})' for name in values)
    rows = published.execute(
        f"select golden_id from unified_profiles where {conditions} order by golden_id",
        {name: list(sought) for name, sought in values.items()},
    ).fetchall()
    return [row[0] for row in rows]


def readings(configuration: Configuration, text: str) -> dict[str, list[str]]:
    """Return, per identifier, the standardised values that ``text`` may stand for.

    An e-mail stands for its mailbox too: what its provider ignores left out.
    """
    countries = sorted({channel.country or "US" for channel in configuration.channels})
    read = read_text(text, configuration.vocabulary, countries)
    addresses = pl.Series("email", read["email"], dtype=pl.String)
    if len(addresses):
        read["email"] = sorted({*read["email"], *mailbox_keys(addresses)})
    return read
