"""How long what runs leave behind is kept, as omni.yaml says it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from omni_identity.channels.configuration import Configuration, parse_configuration
from omni_identity.model.errors import ConfigurationError

CHANNEL = {"name": "web", "contacts": {"files": "a.csv", "record_id": "id"}}


def configure(retention: dict[str, Any]) -> Configuration:
    return parse_configuration({"version": 1, "channels": [CHANNEL], "retention": retention})


def test_what_is_not_said_has_defaults_and_is_known_not_to_be_said() -> None:
    settings = configure({"reports": 30}).retention
    assert (settings.reports, settings.dagster_runs, settings.publications) == (30, 90, 1)
    assert not settings.names_dagster_runs
    assert configure({"dagster_runs": 90}).retention.names_dagster_runs


def test_nothing_is_for_ever_and_a_century_back_is_still_a_date() -> None:
    settings = configure({"reports": None, "dagster_runs": 36_500}).retention
    assert settings.reports is None
    assert settings.dagster_runs is not None
    assert datetime(2026, 1, 1) - timedelta(days=settings.dagster_runs) < datetime(1927, 1, 1)


def test_rows_are_kept_for_ever_or_by_table_and_channel() -> None:
    now = datetime(2026, 3, 31)
    kept = configure({"interactions": {"days": 30, "channels": {"web": None}}}).retention
    assert kept.interactions.since("web", now) is None
    assert kept.interactions.since("one that omni.yaml no longer has", now) == datetime(2026, 3, 1)
    assert kept.interactions.is_bounded
    assert not kept.messages.is_bounded
    assert configure({"messages": {"channels": {"web": 1}}}).retention.messages.is_bounded


@pytest.mark.parametrize(
    ("retention", "message"),
    [
        ({"reports": 0}, "retention.reports"),
        ({"dagster_runs": 36_501}, "retention.dagster_runs"),
        ({"publications": 0}, "retention.publications"),
        ({"publications": None}, "retention.publications"),
        ({"runs": 3}, "retention.runs"),
        (
            {"interaction": {"days": 3}},
            "retention.interaction: unknown key. Did you mean 'interactions'",
        ),
        ({"messages": {"days": 0}}, "retention.messages.days"),
        ({"messages": {"channels": {"web": -1}}}, "retention.messages.channels.web"),
        (
            {"messages": {"channels": {"wep": 3}}},
            "retention.messages.channels.wep: unknown channel 'wep'. Did you mean 'web'",
        ),
    ],
)
def test_what_cannot_be_is_named(retention: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        configure(retention)
