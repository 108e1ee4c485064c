"""What lies in the landing, in one word: another one as soon as a file is new, changed or gone."""

from __future__ import annotations

import hashlib

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.deliveries import files_of, list_files
from omni_identity.model.home import Home


def landing_fingerprint(home: Home, configuration: Configuration) -> tuple[str, float | None]:
    """Return what lies in the landing, by path, size and time of change, and the latest such time.

    What runs fetched from elsewhere is none of it. Contents are not read: that is for the run, which takes each
    content once.
    """
    digest = hashlib.sha256()
    newest: float | None = None
    catalogue = (path for feed in configuration.catalogue for path in files_of(feed, home.root))
    for path in sorted({*list_files(configuration, home.root), *catalogue}):
        if path.is_relative_to(home.fetched):  # runs put it there
            continue
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
        newest = max(newest or 0.0, status.st_mtime)
    # it is a tag of runs, and the list of runs has room for so much
    return digest.hexdigest()[:16], newest
