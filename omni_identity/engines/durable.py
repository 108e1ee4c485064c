"""Makes sure that what was written, renamed or created outlives a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to disk: fsync of a file alone does not promise its name."""
    _sync(folder)


def sync_file(file: Path) -> None:
    """Have the operating system write what it still holds of a file."""
    _sync(file)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
