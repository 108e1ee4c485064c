"""Parses command lines of the deployment's files as the CLI itself does, without running them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from typer.main import get_command

from omni_identity.cli.application import app

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def parse_omni(arguments: Sequence[str]) -> dict[str, Any]:
    """The options of an ``omni`` command line, without the program; raises where the CLI would refuse it."""
    commands: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
    name, *others = arguments
    parameters: dict[str, Any] = commands[name].make_context(name, list(others)).params
    return parameters
