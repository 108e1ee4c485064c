"""The instance of the compose file, on a real PostgreSQL: a night is recorded there, and nothing in SQLite."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest
import yaml

from omni_identity.model.home import Home
from omni_identity.orchestration.instance import SETTINGS, open_instance
from omni_identity.orchestration.run import execute_nightly
from tests.channels.fetching.conftest import postgres_address  # noqa: F401  a fixture
from tests.deploy.command_lines import DEPLOY
from tests.orchestration.conftest import home, published_once  # noqa: F401  fixtures


def test_the_settings_are_those_of_a_home_but_for_the_storage() -> None:
    own = yaml.safe_load((DEPLOY / "dagster.yaml").read_text(encoding="utf-8"))
    assert list(own.pop("storage")) == ["postgres"]
    assert own == yaml.safe_load(SETTINGS.read_text(encoding="utf-8"))


def test_a_night_is_recorded_in_postgresql(
    home: Home,  # noqa: F811
    postgres_address: str,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    folder = tmp_path / "dagster"
    folder.mkdir()
    shutil.copy(DEPLOY / "dagster.yaml", folder)
    monkeypatch.setenv("DAGSTER_HOME", str(folder))
    scheme = compose["services"]["daemon"]["environment"]["OMNI_DAGSTER_POSTGRES"].partition("://")[
        0
    ]
    address = f"{scheme}://{postgres_address.partition('://')[2]}"
    monkeypatch.setenv("OMNI_DAGSTER_POSTGRES", address)
    result = execute_nightly(home)
    assert result.status == "published", result.error
    with open_instance(home) as instance:
        assert type(instance.run_storage).__module__.startswith("dagster_postgres.")
        run = instance.get_run_by_id(result.run_id)
        assert run is not None
        assert run.status is dg.DagsterRunStatus.SUCCESS
        assert run.tags["omni/status"] == "published"
        table = dg.AssetKey(["published", "unified_profiles"])
        event = instance.get_latest_materialization_event(table)
        assert event is not None
        assert event.run_id == result.run_id
    assert list(folder.rglob("*.db")) == []
