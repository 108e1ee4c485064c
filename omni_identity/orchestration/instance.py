"""The Dagster instance of a home: the folder in which runs and events are kept."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
from dagster._core.instance import InstanceRef
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData

from omni_identity.model.home import Home, require_usable
from omni_identity.model.modes import private_files
from omni_identity.orchestration.run_records import RunRecords

SETTINGS = Path(__file__).with_name("dagster.yaml")
"""What a new instance folder is given: the same as the checkout's ``dagster_home`` has."""


def instance_folder(home: Home) -> Path:
    """Return the folder of the home's instance, made and given its settings where it has none.

    A folder that ``DAGSTER_HOME`` names is somebody's own: it is made, but its settings are theirs.
    """
    folder = home.dagster.expanduser().absolute()
    require_usable(folder, "the Dagster instance")
    settings = folder / "dagster.yaml"
    with private_files():
        folder.mkdir(parents=True, exist_ok=True)
        if not os.environ.get("DAGSTER_HOME") and not settings.exists():
            settings.write_text(SETTINGS.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def open_instance(home: Home) -> dg.DagsterInstance:
    """Open the home's instance; use it as a context manager, so that it is closed."""
    reference = InstanceRef.from_dir(str(instance_folder(home)))
    storage = reference.storage_data
    if storage is not None and storage.class_name == DagsterSqliteStorage.__name__:
        # Dagster's default; what somebody else's settings name stays as it is
        own = ConfigurableClassData(RunRecords.__module__, RunRecords.__name__, storage.config_yaml)
        reference = reference._replace(storage_data=own)
    return dg.DagsterInstance.from_ref(reference)
