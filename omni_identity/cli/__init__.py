"""The ``omni`` command; ``main`` is its entry point."""

from __future__ import annotations

from omni_identity.cli.error_handling import main

__all__ = ["main"]
