"""Rewrites a delivered file without some of its rows, in one atomic step: what an erasure does to it."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Callable, Collection, Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from omni_identity.channels.delivered_bytes import open_delivered, open_file
from omni_identity.channels.feeds import Feed
from omni_identity.channels.formats import Format, packing_of
from omni_identity.channels.parts import Part, parts_of
from omni_identity.channels.quotations import Quotations
from omni_identity.channels.raw_rows import last_row, read_parts, whole_documents
from omni_identity.channels.redaction import NotTheSame, cannot_rewrite
from omni_identity.engines.durable import sync_folder
from omni_identity.erasure.files.document_cuts import RowCuts
from omni_identity.erasure.files.parquet import copy_parquet
from omni_identity.erasure.files.quoting import mark_file
from omni_identity.erasure.files.text import copy_chat, copy_csv, copy_json
from omni_identity.erasure.files.workbook import copy_workbook

SUFFIX = ".erasing"
"""Of the new file while it is written; its name begins with a dot, so no glob matches it."""

_COPIES: dict[Format, Callable[[Path, Feed, Collection[int], Path, BinaryIO], None]] = {
    "csv": copy_csv,
    "parquet": copy_parquet,
    "workbook": copy_workbook,
    "chat": copy_chat,
}


@dataclass(frozen=True)
class Rewrite:
    """A new version of ``path``, written beside it (``fresh``) but not yet in its place.

    ``content_hash`` is the SHA-256 of the new content, ``state`` what the file looked like before.
    """

    path: Path
    fresh: Path
    content_hash: str
    state: tuple[int, int, int]

    def put_in_place(self) -> bool:
        """Replace the file; False, and nothing is done, if it has changed since it was read, or is gone.

        Its permissions and its time of change stay as they were.
        """
        before = self.path.stat() if self.path.exists() else None
        if before is None or _state(before) != self.state:
            self.fresh.unlink(missing_ok=True)
            return False
        self.fresh.chmod(before.st_mode & 0o7777)
        if os.geteuid() == 0:
            os.chown(self.fresh, before.st_uid, before.st_gid)
        os.utime(self.fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.fresh.replace(self.path)
        sync_folder(self.path.parent)
        return True


def prepare_rewrite(
    path: Path,
    feed: Feed,
    row_numbers: Collection[int] | RowCuts,
    content_hash: str | None = None,
    quotations: Quotations | None = None,
) -> Rewrite:
    """Write ``path`` without the rows of these numbers (as its reader counts them) beside it.

    ``RowCuts``: those of all feeds that read the file.

    ``quotations`` that are in what is left are marked.

    All other bytes of CSV and JSON stay as they are, but for those of a compressed file, and what
    follows the damage of a damaged one. Parquet keeps schema, row groups and compression, a workbook the
    values of its cells (:func:`copy_workbook`), an archive the members that are read. The same file and
    rows always give the same bytes. ``content_hash``: of the content of which the numbers are.

    Raises ``FileFault`` when the file has another, or cannot be rewritten, whatever the reason.
    """
    cuts = row_numbers
    if not isinstance(cuts, RowCuts):
        cuts = RowCuts({feed.rows: cuts})
    real = path.resolve()  # a link stays a link
    fresh = fresh_name(real)
    try:
        state = _state(real.stat())
        with _open(path, content_hash) as file:
            if packing_of(path) == "zip":
                members = _copy_members(path, feed, _only_path(cuts, feed), fresh, file)
                with closing(members):
                    for part, numbers, member in members:
                        _copy_part(part, feed, RowCuts({feed.rows: numbers}), member, quotations)
            else:
                (part,) = parts_of(path, feed, file)
                _copy_part(part, feed, cuts, fresh, quotations)
        return Rewrite(real, fresh, _sync_and_hash(fresh), state)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - as the guard around readers
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise cannot_rewrite(error) from None


def has_new_version(path: Path) -> bool:
    """Whether a new version of ``path``, whole or not, stands beside it."""
    return fresh_name(path.resolve()).is_file()


def finish_rewrite(path: Path, content_hash: str) -> bool:
    """Put the new version of ``path`` in its place that a killed process has written beside it; whether there was one.

    ``content_hash`` is that of the new version: one that is not whole has another.
    """
    real = path.resolve()
    fresh = fresh_name(real)
    if not has_new_version(path) or _sync_and_hash(fresh) != content_hash:
        return False
    return Rewrite(real, fresh, content_hash, _state(real.stat())).put_in_place()


def _copy_part(
    part: Part,
    feed: Feed,
    cuts: RowCuts,
    target: Path,
    quotations: Quotations | None,
) -> None:
    if part.format == "json":
        copy_json(part.path, feed, cuts, target, part.file)
    else:
        _COPIES[part.format](part.path, feed, cuts.numbers, target, part.file)
    if quotations is not None:
        part.file.seek(0)
        mark_file(target, part, feed, quotations)


def _only_path(cuts: RowCuts, feed: Feed) -> Collection[int]:
    """The numbers of an archive's rows, of which all feeds must count the same."""
    if {path for path, numbers in cuts.by_path.items() if numbers} <= {feed.rows}:
        return cuts.by_path.get(feed.rows, ())
    raise NotTheSame


def _copy_members(
    path: Path, feed: Feed, row_numbers: Collection[int], target: Path, file: BinaryIO
) -> Generator[tuple[Part, list[int], Path]]:
    """The members of an archive that are read, with the numbers of their rows that go and where to copy them.

    They become the new archive; nobody can tell who is in the others.
    """
    ends: dict[str, int] = {}
    for part, raw in read_parts(path, feed, file):
        name = part.info.filename if part.info else ""
        ends[name] = max(ends.get(name, 0), last_row(raw))
    file.seek(0)
    member = target.with_name(f"{target.name}.member")
    before = 0
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in parts_of(path, feed, file):
                assert part.info is not None, "parts of an archive are its members"
                end = max(before, ends.get(part.info.filename, 0))
                yield part, [n - before for n in row_numbers if before < n <= end], member
                before = end if feed.rows is None else whole_documents(end)
                info = zipfile.ZipInfo(part.info.filename, part.info.date_time)
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                with member.open("rb") as content, archive.open(info, "w") as packed:
                    shutil.copyfileobj(content, packed)
    finally:
        member.unlink(missing_ok=True)


def _open(path: Path, content_hash: str | None) -> BinaryIO:
    if content_hash is None:
        return cast(BinaryIO, open_file(path))
    return open_delivered(path, content_hash)


def fresh_name(path: Path) -> Path:
    """Where the new version of a file is written: a short name, however long the file's own is."""
    short = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]
    return path.with_name(f".{short}{SUFFIX}")


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _sync_and_hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
        os.fsync(file.fileno())
    return digest.hexdigest()
