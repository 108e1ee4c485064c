"""Fetched places: where in the home the copy of an object stands, and by which name it is published."""

from __future__ import annotations

import re
from pathlib import Path

FETCHED = "fetched"
"""The folder in the home."""
STORES = ("s3", "gs", "az", "abfs", "abfss")
"""The schemes of URLs that a feed's ``files`` may have."""
TABLES = "tables"
"""The folder, beside those of stores, with what was read from databases."""
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


def scheme_of(pattern: str) -> str | None:
    """The scheme of a glob that is a URL, as it is written; None for a path."""
    found = _URL.match(pattern)
    return found.group(1) if found else None


def local_pattern(pattern: str) -> str:
    """The glob, from the home, of the copies of what a URL's glob matches; any other is returned as it is."""
    scheme = scheme_of(pattern)
    return pattern if scheme is None else f"{FETCHED}/{scheme}/{pattern[len(scheme) + 3 :]}"


def url_of(path: str) -> str:
    """The URL of an object whose copy stands at ``path`` (posix, from the home); any other path as it is."""
    parts = path.split("/", 2)
    if len(parts) == 3 and parts[0] == FETCHED and parts[1] in STORES:
        return f"{parts[1]}://{parts[2]}"
    return path


def path_of(key: str, home: Path) -> Path:
    """Where the file stands that is published as ``key``: the inverse of ``landing_files.key_of``."""
    return home / local_pattern(key)


def table_folder(channel: str, feed: str) -> str:
    """The folder, from the home, with what a feed has read from a database."""
    return f"{FETCHED}/{TABLES}/{channel}/{feed}"
