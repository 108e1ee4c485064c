"""The ``omni`` command; ``main`` is its entry point."""

from __future__ import annotations

from omni_identity.cli.rim import main

__all__ = ["main"]
