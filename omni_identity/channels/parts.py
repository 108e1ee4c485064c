"""Parts: what a delivered file holds for a reader, itself or each member of an archive."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO, cast

from omni_identity.channels.feeds import Feed
from omni_identity.channels.file_faults import (
    ARCHIVE_SUFFIXES,
    NEW_WORKBOOK,
    FileFault,
    unknown_format,
)
from omni_identity.channels.formats import Format, format_of, packing_of
from omni_identity.channels.packing import IN_MEMORY_BYTES
from omni_identity.channels.reason_codes import EMPTY_FILE, UNREADABLE_FILE

MOST_TIMES_PACKED = 250
"""An archive that unpacks to more than so many times its own size, and to more than ``HARMLESS_BYTES``, is not read."""
HARMLESS_BYTES = 1 << 28

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: tuple[tuple[bytes, str, tuple[Format, ...], str], ...] = (
    (b"PK\x03\x04", "a workbook or a ZIP archive", ("workbook",), "Name it .xlsx, .ods or .zip."),
    (b"\x1f\x8b\x08", "compressed with gzip", (), "Add .gz to its name."),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard", (), "Add .zst to its name."),
    (b"PAR1", "a Parquet file", ("parquet",), "Name it .parquet."),
    (_OLE, "an old Excel workbook (.xls), or one with a password", (), NEW_WORKBOOK),
)
DAMAGED_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
"""What reading an archive raises that is damaged, breaks off or is packed in an unknown way."""
_IS_ENCRYPTED = 1
_UNPACK = "Unpack it and deliver the files in it."
_LEFT_BEHIND = frozenset(["__MACOSX", "Thumbs.db", "desktop.ini"])


@dataclass(frozen=True)
class Part:
    """What one reader reads: ``path`` is its name, ``file`` its content; of a member, what its archive says of it."""

    path: Path
    file: BinaryIO
    format: Format
    info: zipfile.ZipInfo | None = None


def parts_of(path: Path, feed: Feed, file: BinaryIO) -> Iterator[Part]:
    """The parts of an opened file; each can be read until the next is asked for.

    ``FileFault`` for a file of a format that is not read, and for an archive that is damaged, encrypted,
    holds other archives or names that lead out of it, or would unpack to far more than it is.
    """
    if packing_of(path) == "zip":
        yield from _members(feed, file)
        return
    kind = format_of(path, feed.format)
    if kind is None:
        raise unknown_format(path)
    _require_as_named(kind, file, is_packed=packing_of(path) is not None)
    yield Part(path, file, kind)


def _require_as_named(kind: Format, file: BinaryIO, is_packed: bool) -> None:
    """Raise ``FileFault`` for a file whose first bytes say that it is something else than its name."""
    first = file.read(len(_OLE))
    file.seek(0)
    for magic, what, expected, advice in _MAGIC:
        if first.startswith(magic) and kind not in expected and not is_packed:
            raise FileFault(UNREADABLE_FILE, f"it is {what}, and not what its name says", advice)
    if kind == "workbook" and first and not is_packed and not first.startswith(b"PK"):
        what = "it cannot be read as a workbook: there is something else in it"
        raise FileFault(
            UNREADABLE_FILE, what, f"{NEW_WORKBOOK} If it is text, say so: `format: csv`."
        )


def _members(feed: Feed, file: BinaryIO) -> Iterator[Part]:
    if not file.read(1):
        raise FileFault(EMPTY_FILE, "it is empty")
    size = file.seek(0, 2)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            for info, kind in _choose(archive.infolist(), size, feed):
                with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as plain:
                    with archive.open(info) as packed:
                        shutil.copyfileobj(packed, plain)
                    plain.seek(0)
                    name = Path(PurePosixPath(info.filename).name)
                    yield Part(name, cast(BinaryIO, plain), kind, info)
    except DAMAGED_ARCHIVE:
        raise FileFault(UNREADABLE_FILE, "the ZIP archive is damaged or breaks off") from None


def _choose(
    infos: list[zipfile.ZipInfo], size: int, feed: Feed
) -> list[tuple[zipfile.ZipInfo, Format]]:
    """The members that are read, in their order."""
    infos = [info for info in infos if not info.is_dir() and not _is_left_behind(info)]
    if not infos:
        raise FileFault(EMPTY_FILE, "it is an archive with no file in it")
    for info in infos:
        _require_harmless(info)
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if packed > size or (unpacked > HARMLESS_BYTES and unpacked > MOST_TIMES_PACKED * size):
        what = (
            f"it is an archive that would unpack to {unpacked >> 20} mebibytes, far more than it is"
        )
        raise FileFault(UNREADABLE_FILE, what, _UNPACK)
    known = [(i, k) for i in infos if (k := format_of(i.filename, feed.format)) is not None]
    if feed.format == "whatsapp_chat":  # beside it lie the pictures that were sent
        known = [(i, k) for i, k in known if i.filename.lower().endswith(".txt")]
    if not known:
        what = "it is an archive, and none of its files is of a format that is read"
        raise FileFault(UNREADABLE_FILE, what, _UNPACK)
    tables = [(i, k) for i, k in known if not i.filename.lower().endswith(".txt")]
    return tables or known  # a text beside tables says what they are


def _require_harmless(info: zipfile.ZipInfo) -> None:
    names = (PurePosixPath(info.filename), PureWindowsPath(info.filename))
    if any(name.is_absolute() or name.drive or ".." in name.parts for name in names) or (
        stat.S_ISLNK(info.external_attr >> 16)
    ):
        what = "it is an archive with a name in it that leads out of it"
    elif info.flag_bits & _IS_ENCRYPTED:
        what = "it is an archive that is encrypted"
    elif names[0].suffix.lower() in ARCHIVE_SUFFIXES:
        what = "it is an archive that holds another archive or a compressed file"
    else:
        return
    raise FileFault(UNREADABLE_FILE, what, _UNPACK)


def _is_left_behind(info: zipfile.ZipInfo) -> bool:
    """Whether a member is what a desktop leaves in archives."""
    parts = PurePosixPath(info.filename).parts
    return any(p in _LEFT_BEHIND or (p.startswith(".") and p != "..") for p in parts)
