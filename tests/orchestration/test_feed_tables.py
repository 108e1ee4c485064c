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


def test_what_was_said_and_lines_are_described_too() -> None:
    names = {"files": "x", "interaction_id": "id"}
    said = {"text": "body", "agent": "by"}
    channel = {
        "name": "web",
        "interactions": {**names, "kind": "k", "occurred_at": "t", "mapping": said},
        "lines": {**names, "mapping": {"product_id": "sku"}},
    }
    configuration = parse_configuration({"version": 1, "channels": [channel]})
    described = {}
    for kind, feed in configuration.channel("web").feeds():
        table = landed_table("x", kind, feed, configuration.vocabulary)
        described |= {column.name: (column.comment, column.pii) for column in table.columns[3:]}
    assert described["text"] == ("The file's body.", "text")
    assert described["agent"] == ("The file's by.", "personal")
    assert described["product_id"] == ("The file's sku.", "none")
