"""Takes over what a saved Splink model gives, and says all of it; what of it there is to train a candidate with."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from omni_identity.channels.configuration import Configuration
from omni_identity.cli.screens.splink_import import show_import
from omni_identity.linkage.pinned_model import pinned_version
from omni_identity.linkage.splink_import import SplinkImport, import_splink_model
from omni_identity.linkage.splink_models import read_splink_model
from omni_identity.model.home import Home


def take_over(
    console: Console, file: Path, with_u: bool, home: Home, configuration: Configuration
) -> SplinkImport | None:
    """Show what becomes of the model in ``file``; None where there is nothing to train with yet, which is said."""
    model = read_splink_model(file)
    found = import_splink_model(model, configuration, with_u)
    show_import(console, model, found, with_u)
    if not found.held:
        words = (
            "Nothing of it means the same here: `omni train` fits a model to your records alone."
        )
    elif pinned_version(home.models) is None:
        words = "Nothing has been run here yet: `omni run`, then the same command fits a candidate with it."
    else:
        return found
    console.print(words, style="yellow", soft_wrap=True)
    return None
