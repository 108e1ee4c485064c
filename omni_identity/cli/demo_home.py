"""Makes room for a demo in a home, without touching anything that a demo did not write."""

from __future__ import annotations

import shutil

from omni_identity.demo import DEMO_CONFIGURATION, DemoError, clear_demo
from omni_identity.demo.truth import is_demo
from omni_identity.engines.reading import has_warehouse, held_warehouse
from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home

PREVIOUS = "omni.yaml.previous"


def clear_demo_home(home: Home) -> bool:
    """Remove a former demo and all made of it; return whether a changed omni.yaml was kept.

    Such a file is moved to ``omni.yaml.previous``. Raises ``UsageError`` in a home that is not a
    demo's, ``HomeIsBusy`` while a run is at work in it.
    """
    try:
        was_demo = is_demo(home.root)
        if not was_demo:
            _refuse_foreign(home)
        if has_warehouse(home):
            with held_warehouse(home):
                pass
        clear_demo(home.root)
    except DemoError as error:
        raise UsageError(str(error)) from None
    for folder in (home.warehouse, home.published, home.reports):
        if folder.is_dir():
            shutil.rmtree(folder)
    changed = _is_changed(home)
    if changed:
        home.configuration.replace(home.root / PREVIOUS)
    return changed


def _refuse_foreign(home: Home) -> None:
    """Raise ``UsageError`` for traces of a deployment: its own configuration or its own state."""
    traces = [
        path.name
        for path, is_own in (
            (home.configuration, _is_changed(home)),
            (home.warehouse_file, home.warehouse_file.exists()),
            (home.spark_lock, home.spark_lock.exists()),
            (home.published, home.published.exists()),
        )
        if is_own
    ]
    if traces:
        raise UsageError(
            f"{home.root} is a home of its own ({', '.join(traces)}), and a demo would replace it. "
            "Name another folder, for example: omni demo --home demo"
        )


def _is_changed(home: Home) -> bool:
    file = home.configuration
    return file.exists() and file.read_text(encoding="utf-8") != DEMO_CONFIGURATION
