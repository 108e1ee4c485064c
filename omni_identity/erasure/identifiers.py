"""Identifiers in the form in which erased ones are remembered: standardised, e-mails as mailboxes."""

from __future__ import annotations

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.suppression import Standardise
from omni_identity.standardise.country import NO_COUNTRY, standardise_country, where_to_read
from omni_identity.standardise.identifiers import standardise_identifier
from omni_identity.standardise.rules import Rules


def identifier_standardiser(configuration: Configuration) -> Standardise:
    """Return what standardises identifier columns of a channel's rows, as a run does.

    Phones are read with the row's ``country`` where there is such a column, else with the channel's.
    A channel that ``omni.yaml`` no longer names has the default country.
    """
    placeholders = {
        name: frozenset(identifier.placeholders)
        for name, identifier in configuration.identifiers.items()
        if identifier.placeholders
    }
    vocabulary = configuration.vocabulary
    countries = {channel.name: channel.country for channel in configuration.channels}

    def standardise(rows: pl.DataFrame, channel: str) -> pl.DataFrame:
        where = countries.get(channel, configuration.default_country) or NO_COUNTRY
        rules = Rules(vocabulary, country=where, placeholders=placeholders)
        country = None
        if "country" in rows.columns:
            country = where_to_read(standardise_country(rows["country"]), where)
        names = [name for name in vocabulary.identifiers if name in rows.columns]
        return rows.with_columns(
            standardise_identifier(rows[name], country, rules)[
                "email_key" if name == "email" else name
            ].alias(name)
            for name in names
        )

    return standardise
