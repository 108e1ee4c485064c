"""A whole contact record: every raw column standardised, with what was dropped on the way."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import polars as pl

from omni_identity.standardise.address import (
    standardise_city,
    standardise_postcode,
    standardise_region,
    standardise_street,
)
from omni_identity.standardise.birth_date import standardise_birth_date
from omni_identity.standardise.consent import standardise_consent_by_rules
from omni_identity.standardise.country import standardise_country, where_to_read
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flagged
from omni_identity.standardise.gender import standardise_gender
from omni_identity.standardise.identifiers import standardise_identifier
from omni_identity.standardise.names import NAMES, standardise_names
from omni_identity.standardise.not_given import standardise_given
from omni_identity.standardise.own_attributes import standardise_own_attribute
from omni_identity.standardise.rules import Rules, standardised_columns
from omni_identity.standardise.timestamp import standardise_timestamp
from omni_identity.standardise.whole_addresses import split_whole_addresses

THREADS = min(4, os.cpu_count() or 1)
"""Not asked of Polars: that would start its threads on import, and a process forked after hangs."""


def standardise_contacts(raw: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return the key columns of ``raw`` unchanged, then exactly ``standardised_columns(vocabulary)``.

    ``raw`` holds ``rules.vocabulary.raw_columns`` (single ones String, identifiers List(String))
    and any other columns, which are the key columns. A row's result depends on that row and the
    rules alone, so batches of any size give the same. Unusable values become null and are named
    in ``invalid``, placeholders in ``placeholders``. Raises nothing on account of values.
    """
    vocabulary = rules.vocabulary
    texts = [pl.col(c).cast(pl.String) for c in vocabulary.raw_single]
    lists = [pl.col(c).cast(pl.List(pl.String)) for c in vocabulary.identifiers]
    values = raw.select(*texts, *lists)
    # attributes know nothing of each other, and Polars lets other threads work
    with ThreadPoolExecutor(THREADS) as pool:
        made = list(pool.map(lambda make: make(), _attributes(values, rules)))
        frame: pl.DataFrame = pl.concat(made, how="horizontal")
    attributes = vocabulary.raw_columns
    frame = frame.with_columns(flagged(frame, kind, attributes) for kind in (PLACEHOLDER, INVALID))
    frame = frame.rename({PLACEHOLDER: "placeholders"})
    columns = standardised_columns(vocabulary)
    keys = raw.select(c for c in raw.columns if c not in vocabulary.raw_columns)
    standardised = frame.select(pl.col(c).cast(dtype) for c, dtype in columns.items())
    return pl.concat([keys, standardised], how="horizontal") if keys.width else standardised


def _attributes(values: pl.DataFrame, rules: Rules) -> list[Callable[[], pl.DataFrame]]:
    """What makes the frames of standardised columns and flags, one row per record; the slowest first."""
    vocabulary = rules.vocabulary
    country = standardise_given(standardise_country, values["country"])
    where = where_to_read(country, rules.country)
    place = split_whole_addresses(values, where)
    return [
        partial(standardise_given, standardise_names, values.select(NAMES), rules),
        lambda: country,
        partial(standardise_given, standardise_birth_date, values["birth_date"], rules),
        partial(standardise_given, standardise_gender, values["gender"]),
        partial(standardise_given, standardise_street, place["street"]),
        partial(standardise_given, standardise_city, place["city"]),
        partial(standardise_given, standardise_region, place["region"]),
        partial(standardise_given, standardise_postcode, place["postcode"], where),
        partial(
            standardise_given, standardise_timestamp, values["created_at"], "created_at", rules
        ),
        *(
            partial(standardise_identifier, values[identifier], where, rules)
            for identifier in vocabulary.identifiers
        ),
        *(
            partial(standardise_given, standardise_own_attribute, values[attribute], compare, rules)
            for attribute, compare in vocabulary.attributes
        ),
        *(
            partial(standardise_given, standardise_consent_by_rules, values[name], name, rules)
            for name in (f"consent_{consent}" for consent in vocabulary.consents)
        ),
        *(
            partial(standardise_given, standardise_timestamp, values[moment], moment, rules)
            for moment in (f"consent_{consent}_at" for consent in vocabulary.consents)
        ),
    ]
