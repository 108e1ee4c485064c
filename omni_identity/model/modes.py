"""Who may enter and read what stands in a home: nobody but its owner, except for what is published.

What users put there themselves (deliveries, ``omni.yaml``, rules, verdicts of other tools) keeps its modes.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from omni_identity.model.home import Home

Readers = Literal["owner", "group", "all"]

PRIVATE = 0o077
"""The umask of all that is not published: folders become 0700, files 0600."""
PUBLISHED_FILE = 0o444
PUBLISHED_FOLDERS: dict[Readers, int] = {"owner": 0o700, "group": 0o750, "all": 0o755}
"""Nobody may write a published file; who may read it, the folders around it decide."""
OWN_JUDGEMENTS = ("verdicts.csv", "erasures.csv")
"""Files in ``judgements/`` that only the product writes."""
_OTHERS = 0o007
_ANYBODY_ELSE = 0o077


def keep_private() -> None:
    """Let this process, and those that it starts, make files and folders for its owner alone."""
    os.umask(PRIVATE)


@contextmanager
def private_files() -> Iterator[None]:
    """Let what is made inside be for its owner alone, whatever the process makes otherwise."""
    before = os.umask(PRIVATE)
    try:
        yield
    finally:
        os.umask(before)


def make_private(home: Home) -> None:
    """Close what a home holds of the product's own to others, where it was made before or by another hand.

    Verdicts may come from other tools: into ``judgements/`` the group goes on to be let.
    """
    folders = [home.warehouse, home.reports, home.fetched, home.access, home.claims]
    # an instance elsewhere that somebody named is somebody's own
    if home.dagster.is_relative_to(home.root) or not os.environ.get("DAGSTER_HOME"):
        folders.append(home.dagster)
    for folder in folders:
        for path in _all_of(folder):
            _take(path, _ANYBODY_ELSE)
    for path in (
        home.suppression_key,
        home.masking_key,
        *(home.judgements / name for name in OWN_JUDGEMENTS),
    ):
        _take(path, _ANYBODY_ELSE)
    _take(home.judgements, _OTHERS)


def open_to_readers(home: Home, readers: Readers) -> None:
    """Let ``readers`` enter ``published/`` and all folders in it, and through the home's own folder to it.

    Files there nobody may write. Only the home's owner can write into the folders.
    """
    for path in _all_of(home.published):
        if path.is_symlink():
            continue
        _set(path, PUBLISHED_FOLDERS[readers] if path.is_dir() else PUBLISHED_FILE)
    # to be let through a folder is not to see what it holds
    way = PUBLISHED_FOLDERS[readers] & 0o011
    with suppress(PermissionError, FileNotFoundError):
        mode = stat.S_IMODE(home.root.stat().st_mode)
        if mode | way != mode:
            home.root.chmod(mode | way)


def lock_files(folder: Path) -> None:
    """Let nobody write the files in a folder, and folders in it, any more."""
    for path in _all_of(folder):
        if path.is_file() and not path.is_symlink():
            _set(path, PUBLISHED_FILE)


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder, even one that its owner may not write; nothing if there is none."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    for place in _all_of(path):
        if place.is_dir() and not place.is_symlink():
            _set(place, PUBLISHED_FOLDERS["owner"])
    shutil.rmtree(path)


def _all_of(folder: Path) -> Iterator[Path]:
    """A folder, and what is in it, links not followed; nothing if there is none."""
    if folder.is_dir():
        yield folder
        for place, folders, files in os.walk(folder):
            yield from (Path(place) / name for name in (*folders, *files))


def _take(path: Path, bits: int) -> None:
    if not path.is_symlink() and path.exists():
        _set(path, stat.S_IMODE(path.stat().st_mode) & ~bits)


def _set(path: Path, mode: int) -> None:
    """Give a path this mode; a folder keeps handing on its group. What is somebody else's stays theirs."""
    with suppress(PermissionError, FileNotFoundError):
        now = stat.S_IMODE(path.stat().st_mode)
        mode |= now & stat.S_ISGID
        if now != mode:
            path.chmod(mode)
