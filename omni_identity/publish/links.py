"""Where things stand in ``published/``, and the links by which readers come to them, each renamed in one step."""

from __future__ import annotations

from pathlib import Path

from omni_identity.engines.durable import sync_file
from omni_identity.model.home import Home
from omni_identity.model.modes import remove

DATABASE = "omni.duckdb"
VERSIONS, CURRENT = "versions", "current"
"""The folder of built versions, and the link to the one that consumers read."""
FILES, CURRENT_FILES = "files", "current_files"
"""The folder of the Parquet and CSV files of versions, and the link to the set that consumers read."""
LINKS = {
    DATABASE: f"{CURRENT}/{DATABASE}",
    "parquet": f"{CURRENT_FILES}/parquet",
    "csv": f"{CURRENT_FILES}/csv",
}
"""What readers open in ``published/``, and where each leads."""


def point(home: Home, name: str, target: str) -> None:
    """Let ``published/NAME`` be a link to ``target``, in one step; a folder in its place makes way for it."""
    next_link, place = home.published / f".{name}.next", home.published / name
    aside = home.published / f".{name}.copied"
    remove(next_link)
    next_link.symlink_to(target)
    if place.is_dir() and not place.is_symlink():
        # no link can be renamed over a folder; it comes back if the link cannot take its place
        remove(aside)
        place.rename(aside)
        try:
            next_link.rename(place)
        except OSError:
            aside.rename(place)
            raise
    else:
        next_link.rename(place)
    remove(aside)


def force_to_disk(folder: Path) -> None:
    """Have all files of a folder written to disk: after a power cut no link must lead to an empty one."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            sync_file(path)
