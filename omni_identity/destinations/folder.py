"""``folder``: a copy of the published tables, or of the audiences, in a folder outside the home."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Literal

from omni_identity.destinations.destination import (
    Destination,
    Publication,
    WholePath,
)
from omni_identity.destinations.versioned_folder import replace_current
from omni_identity.engines.durable import sync_file


class Folder(Destination):
    """``path``/current has the files of the last publication; the one before stays for whoever reads it.

    ``content`` says which: ``tables`` as Parquet, or ``audiences`` as CSV.
    """

    path: WholePath
    content: Literal["tables", "audiences"] = "tables"

    def deliver(self, publication: Publication) -> None:
        """Copy the files beside those of before, and rename a link to them over the one to these."""
        files = publication.tables if self.content == "tables" else publication.audiences

        def copy(folder: Path) -> None:
            for file in files:
                _copy(file, folder / file.name)

        replace_current(publication, self.path, copy)


def _copy(file: Path, to: Path) -> None:
    """Copy a file with its mode, and force it to disk: after a power cut no link leads to half of it."""
    shutil.copy(file, to)
    sync_file(to)
