"""The demo retailer: synthetic customers in eight channels, hard on purpose, with the truth."""

from __future__ import annotations

from omni_identity.demo.configuration import DEMO_CONFIGURATION, write_omni_yaml
from omni_identity.demo.generator import clear_demo, write_demo
from omni_identity.demo.plan import DemoError, DemoPlan, DemoSummary

__all__ = [
    "DEMO_CONFIGURATION",
    "DemoError",
    "DemoPlan",
    "DemoSummary",
    "clear_demo",
    "write_demo",
    "write_omni_yaml",
]
