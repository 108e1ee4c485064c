"""What to do when the system does not let files be read or written: by what it says, not the same for all."""

from __future__ import annotations

import errno
import os
import re
from typing import NamedTuple

AGAIN = "Then run again: it goes on from there."


class _Kind(NamedTuple):
    """Errors with one remedy: their numbers, and the words of libraries that give no number."""

    numbers: frozenset[int]
    words: str
    remedy: str


_KINDS = (
    _Kind(
        frozenset({errno.ENOSPC, errno.EDQUOT}),
        r"no space left|disk quota|disk is full|could not write all bytes|out of disk",
        f"Make room. {AGAIN}",
    ),
    _Kind(
        frozenset({errno.EFBIG}),
        r"file too large",
        f"A file may not grow that large here: raise the limit (ulimit -f), or move the home to a disk"
        f" that holds such files. {AGAIN}",
    ),
    _Kind(
        frozenset({errno.EACCES, errno.EPERM, errno.EROFS}),
        r"permission denied|not permitted|read-?only",
        f"Give this user the right to read and write there. {AGAIN}",
    ),
    _Kind(
        frozenset({errno.EMFILE, errno.ENFILE}),
        r"too many open files",
        f"Allow more open files (ulimit -n). {AGAIN}",
    ),
    _Kind(
        frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY}),
        r"no such file|not a directory|is a directory|unable to open database|file exists",
        f"Something is missing there, or stands in the way: put it right. {AGAIN}",
    ),
    _Kind(
        frozenset({errno.EBUSY, errno.ETXTBSY, errno.EAGAIN}),
        r"is locked|lock on file|resource busy|temporarily unavailable",
        f"Another process holds it: wait for it, or end it. {AGAIN}",
    ),
)
_OTHER = (
    "The disk, or what connects it, did not do what it was asked: see what the system says of it."
    f" {AGAIN}"
)


def storage_remedy(error: BaseException) -> str:
    """What to do about an error of the file system, of DuckDB's or of SQLite's files; a sentence or two."""
    number = error.errno if isinstance(error, OSError) else None
    text = os.strerror(number) if number is not None else str(error)
    for kind in _KINDS:
        if number in kind.numbers or (number is None and re.search(kind.words, text.lower())):
            return kind.remedy
    return _OTHER
