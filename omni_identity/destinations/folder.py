"""``folder``: a copy of the published tables, or of the audiences, in a folder outside the home."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from omni_identity.destinations.destination import DeliveryFailed, Destination, Publication

CURRENT, VERSIONS = "current", "versions"


class Folder(Destination):
    """``path``/current has the files of the last publication; the one before stays for whoever reads it.

    ``content`` says which: ``tables`` as Parquet, or ``audiences`` as CSV.
    """

    path: Path
    content: Literal["tables", "audiences"] = "tables"

    @field_validator("path")
    @classmethod
    def _is_absolute(cls, path: Path) -> Path:
        if not path.is_absolute():
            raise ValueError(f"must be the whole path of a folder, from / on, not '{path}'")
        return path

    def deliver(self, publication: Publication) -> None:
        """Copy the files beside those of before, and rename a link to them over the one to these."""
        if self.path.resolve().is_relative_to(publication.home.resolve()):
            raise DeliveryFailed("its path is inside the home; name a folder outside it")
        versions, current = self.path / VERSIONS, self.path / CURRENT
        # whoever may read what is published may read the copy; a run's own files are for its user alone
        mode, is_new = publication.folder.stat().st_mode, not self.path.exists()
        versions.mkdir(parents=True, exist_ok=True)
        for folder in (versions, *([self.path] if is_new else [])):
            folder.chmod(mode)
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
    with to.open("rb") as copied:
        os.fsync(copied.fileno())
