"""Demos that several tests read."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.demo import DemoPlan, DemoSummary, write_demo

PLAN = DemoPlan(customers=3000, interactions_per_customer=4.0)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DemoSummary]:
    home = tmp_path_factory.mktemp("demo")
    return home, write_demo(home, PLAN)
