"""Finds golden customers by what a person has in hand: an address, number, handle or ID."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.written_ids import bare_id
from omni_identity.standardise import Rules, standardise_identifiers
from omni_identity.standardise.mailbox import mailbox_keys

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
    columns = {
        row[0]
        for row in published.execute(
            "select column_name from duckdb_columns()"
            " where table_name = 'unified_profiles' and data_type = 'VARCHAR[]'"
        ).fetchall()
    }
    conditions, parameters = [], {}
    for name, values in readings(configuration, text).items():
        if name in columns and values:
            conditions.append(f'list_has_any("{name}", ${name})')
            parameters[name] = list(values)
    if not conditions:
        return Found(())
    rows = published.execute(
        f"select golden_id from unified_profiles where {' or '.join(conditions)}"
        " order by golden_id",
        parameters,
    ).fetchall()
    return Found(tuple(row[0] for row in rows))


def readings(configuration: Configuration, text: str) -> dict[str, Sequence[str]]:
    """Return, per identifier, the standardised values that ``text`` may stand for.

    An e-mail stands for its mailbox too: what its provider ignores left out.
    """
    vocabulary = configuration.vocabulary
    countries = sorted({channel.country or "US" for channel in configuration.channels})
    read: dict[str, set[str]] = {}
    for country in countries:
        raw = {name: [[text]] for name in vocabulary.identifiers}
        frame = pl.DataFrame(raw, schema_overrides={n: pl.List(pl.String) for n in raw})
        row = standardise_identifiers(frame, vocabulary, Rules(vocabulary, country=country))
        for name, values in row.row(0, named=True).items():
            read.setdefault(name, set()).update(values or [])
    addresses = pl.Series("email", sorted(read["email"]), dtype=pl.String)
    read["email"].update(mailbox_keys(addresses).to_list())
    return {name: sorted(values) for name, values in read.items()}
