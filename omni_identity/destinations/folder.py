"""``folder``: a copy of the published tables, or of the audiences, in a folder outside the home."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Literal

from omni_identity.destinations.destination import (
    Destination,
    Publication,
    WholePath,
    force_to_disk,
)

CURRENT, VERSIONS = "current", "versions"


class Folder(Destination):
    """``path``/current has the files of the last publication; the one before stays for whoever reads it.

    ``content`` says which: ``tables`` as Parquet, or ``audiences`` as CSV.
    """

    path: WholePath
    content: Literal["tables", "audiences"] = "tables"

    def deliver(self, publication: Publication) -> None:
        """Copy the files beside those of before, and rename a link to them over the one to these."""
        current = publication.folder_outside(self.path) / CURRENT
        versions, mode = self.path / VERSIONS, publication.folder.stat().st_mode
        versions.mkdir(exist_ok=True)
        versions.chmod(mode)
        before = current.readlink().name if current.is_symlink() else ""
        for left in versions.iterdir():
            if left.name != before:
                shutil.rmtree(left)
        new = Path(tempfile.mkdtemp(prefix=f"{publication.run_id}-", dir=versions))
        files = publication.tables if self.content == "tables" else publication.audiences
        for file in files:
            _copy(file, new / file.name)
        new.chmod(mode)
        link = self.path / f".{CURRENT}.next"
        with suppress(FileNotFoundError):
            link.unlink()
        link.symlink_to(f"{VERSIONS}/{new.name}")
        link.rename(current)


def _copy(file: Path, to: Path) -> None:
    """Copy a file with its mode, and force it to disk: after a power cut no link leads to half of it."""
    shutil.copy(file, to)
    force_to_disk(to)
