"""Landed tables in the catalogue: a column for what a feed fills, and where it is filled from."""

from __future__ import annotations

from omni_identity.channels.configuration import parse_configuration
from omni_identity.orchestration.feed_tables import landed_table


def test_columns_are_described_by_what_fills_them_and_filters_and_lines_fill_none() -> None:
    feed = {
        "files": "orders/*.csv",
        "interaction_id": ["shop", "order"],
        "one_per": "order",
        "where": "state <> 'test'",
        "contact": "customer",
        "kind": {"value": "order"},
        "occurred_at": ["day", "hour"],
        "mapping": {"email": ["mail", "other_mail"], "currency": {"value": "EUR"}},
        "lines": {"product_name": "item"},
    }
    channel = {"name": "web", "interactions": feed}
    configuration = parse_configuration({"version": 1, "channels": [channel]})
    interactions = configuration.channel("web").interactions
    assert interactions is not None
    table = landed_table("x", "interactions", interactions, configuration.vocabulary)
    described = {column.name: column.comment for column in table.columns[3:]}
    assert described == {
        "interaction_id": "The file's shop, order.",
        "source_record_id": "The file's customer.",
        "kind": "Always the word 'order'.",
        "occurred_at": "The file's day, hour.",
        "email": "The file's mail, other_mail.",
        "currency": "Always the word 'EUR'.",
    }
