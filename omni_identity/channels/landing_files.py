"""Landing files: what a feed's glob matches, and which of it is a file of this home that may be read."""

from __future__ import annotations

import glob
import os
import stat
from functools import cache
from pathlib import Path

from omni_identity.channels.delivered_bytes import NOT_A_FILE
from omni_identity.channels.feeds import Feed
from omni_identity.channels.fetching.fetched_places import local_pattern, url_of
from omni_identity.channels.file_faults import FileFault, inaccessible
from omni_identity.channels.reason_codes import INACCESSIBLE_FILE, LINK_OUT_OF_HOME, UNUSABLE_NAME
from omni_identity.model.home import Home

UNFINISHED_SUFFIXES = (".tmp", ".part", ".partial", ".crdownload", ".filepart", "~")
"""Names that upload tools give to a file until it is whole; they rename it afterwards."""


def look(feed: Feed, home: Path) -> tuple[list[Path], dict[Path, FileFault]]:
    """The finished files that the glob matches, sorted, and what it matches that is none, with the reason.

    Folders, names that begin with a dot and unfinished uploads are neither. No file: what is a pipe, a
    socket or a device, a link that leads nowhere, or (unless ``follow_links`` allows it) out of the
    home, and a name that is not UTF-8. Of a URL, the copies that were fetched are looked at.
    """
    pattern = local_pattern(feed.files)
    # glob, not Path.glob: it takes absolute patterns and leaves dotted names out
    found = glob.glob(pattern, root_dir=home, recursive=True)  # noqa: PTH207
    paths = sorted({home / name for name in found if is_finished(Path(name).name)})
    inside = None if feed.follow_links else _Inside(pattern, home)
    files: list[Path] = []
    odd: dict[Path, FileFault] = {}
    for path in paths:
        try:
            status = path.stat()
        except FileNotFoundError:
            if path.is_symlink():
                what = "it is a link that leads to nothing"
                odd[path] = FileFault(INACCESSIBLE_FILE, what, is_of_content=False)
            continue
        except OSError as error:
            odd[path] = inaccessible(error)
            continue
        if stat.S_ISDIR(status.st_mode):
            continue
        fault = _fault(path, status, inside)
        if fault is None:
            files.append(path)
        else:
            odd[path] = fault
    return files, odd


def _fault(path: Path, status: os.stat_result, inside: _Inside | None) -> FileFault | None:
    if not _is_utf_8(path):
        return FileFault(UNUSABLE_NAME, "its name is not UTF-8", is_of_content=False)
    if not stat.S_ISREG(status.st_mode):
        return FileFault(INACCESSIBLE_FILE, NOT_A_FILE, is_of_content=False)
    if inside is not None and not inside.holds(path):
        what = "a link leads out of the home, where it is not followed"
        return FileFault(LINK_OUT_OF_HOME, what, is_of_content=False)
    return None


class _Inside:
    """Which files lie, links followed, where a glob says that they do.

    That is in the home, or in its ``landing/``, which may be links as a whole; for a glob that leads out
    of the home by itself, in the folder that it names.
    """

    def __init__(self, pattern: str, home: Path) -> None:
        named = Path(os.path.normpath(home / _fixed_part(pattern)))
        roots = [home, home / Home(home).landing.name]
        if not named.is_relative_to(Path(os.path.normpath(home))):
            roots.append(named)
        self._roots = [Path(os.path.realpath(root)) for root in roots]
        self._real_folder = cache(os.path.realpath)

    def holds(self, path: Path) -> bool:
        """Whether a file is inside."""
        folder = Path(self._real_folder(path.parent))
        real = Path(os.path.realpath(path)) if path.is_symlink() else folder / path.name
        return any(real.is_relative_to(root) for root in self._roots)


def _fixed_part(pattern: str) -> Path:
    """The folders of a pattern before the first that has a wildcard, without the name of the file."""
    folder = Path(Path(pattern).anchor)
    for part in Path(pattern).parts[len(folder.parts) : -1]:
        if glob.has_magic(part):
            break
        folder /= part
    return folder


def is_finished(name: str) -> bool:
    """Whether a name is none of those that are passed over: hidden, or of an unfinished upload."""
    return not name.startswith(".") and not name.lower().endswith(UNFINISHED_SUFFIXES)


def _is_utf_8(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def key_of(path: Path, home: Path) -> str:
    """The path by which a delivered file is known: relative to the home, absolute outside of it.

    The copy of an object is known by the object's URL.
    """
    absolute, base = path.absolute(), home.absolute()
    if not absolute.is_relative_to(base):
        return str(absolute)
    return url_of(absolute.relative_to(base).as_posix())


def shown_key(path: Path, home: Path) -> str:
    """As :func:`key_of`, for any name: what is no text of it is shown as ``\\\\x…``."""
    return os.fsencode(key_of(path, home)).decode("utf-8", "backslashreplace")
