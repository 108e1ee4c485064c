"""The folder of an export: one page and one JSON file, for its owner alone, there whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from omni_identity.engines.durable import sync_folder
from omni_identity.export.everything import Document
from omni_identity.export.page import write_page
from omni_identity.export.plain_values import plain
from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home
from omni_identity.model.modes import private_files

PAGE, DATA = "person.html", "person.json"


def require_free(home: Home, folder: Path) -> None:
    """Raise ``UsageError`` unless an export may be written to ``folder``: outside the home, and empty or not there.

    What lies in the home an erasure looks after, and an export it does not know.
    """
    place = folder.resolve()
    if place == home.root or place.is_relative_to(home.root):
        raise UsageError(
            f"{folder} is inside the home, where no erasure would find an export. Name another: --out FOLDER."
        )
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise UsageError(f"{folder} is there already and not empty. Name another: --out FOLDER.")


def texts_of(document: Document) -> dict[str, str]:
    """The two files, by name."""
    return {
        PAGE: write_page(document),
        DATA: json.dumps(plain(document), ensure_ascii=False, indent=1, allow_nan=False) + "\n",
    }


def write_folder(document: Document, folder: Path) -> None:
    """Write both files beside ``folder``, then rename them into its place; raises ``OSError``."""
    fresh = folder.with_name(f".{folder.name}.next")
    with private_files():
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for name, text in texts_of(document).items():
            with (fresh / name).open("w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        sync_folder(fresh)
        fresh.rename(folder)
        sync_folder(folder.parent)
