"""A folder whose ``current`` is a link to the files of one delivery, changed in one step."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from omni_identity.destinations.destination import Publication

CURRENT, VERSIONS = "current", "versions"


def replace_current(publication: Publication, path: Path, write: Callable[[Path], object]) -> Path:
    """Have ``write`` fill a new folder beside those of before, and rename a link to it over the one to these.

    The files of the delivery before stay for whoever reads them. Returns the new folder. Raises ``DeliveryFailed``
    if ``path`` is inside the home.
    """
    current = publication.folder_outside(path) / CURRENT
    versions, mode = path / VERSIONS, publication.folder.stat().st_mode
    versions.mkdir(exist_ok=True)
    versions.chmod(mode)
    before = current.readlink().name if current.is_symlink() else ""
    for left in versions.iterdir():
        if left.name != before:
            shutil.rmtree(left)
    new = Path(tempfile.mkdtemp(prefix=f"{publication.run_id}-", dir=versions))
    write(new)
    new.chmod(mode)
    link = path / f".{CURRENT}.next"
    with suppress(FileNotFoundError):
        link.unlink()
    link.symlink_to(f"{VERSIONS}/{new.name}")
    link.rename(current)
    return new
