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


@pytest.mark.parametrize(
    ("retention", "message"),
    [
        ({"reports": 0}, "retention.reports"),
        ({"dagster_runs": 36_501}, "retention.dagster_runs"),
        ({"publications": 0}, "retention.publications"),
        ({"publications": None}, "retention.publications"),
        ({"runs": 3}, "retention.runs"),
    ],
)
def test_what_cannot_be_is_named(retention: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        configure(retention)
