"""What was published, byte by byte: the digest of every file, in the warehouse, where no reader writes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from omni_identity.engines import Engine
from omni_identity.model.home import Home
from omni_identity.model.modes import lock_files
from omni_identity.publish.links import DATABASE, FILES, VERSIONS

_BLOCK = 2**20
_THREADS = 2

_SCHEMA = {
    "version": pl.String(),
    "path": pl.String(),
    "byte_count": pl.Int64(),
    "modified_ns": pl.Int64(),
    "changed_ns": pl.Int64(),
    "inode": pl.Int64(),
    "digest": pl.String(),
}


@dataclass(frozen=True)
class SealedFile:
    """One published file: its path in its version, how large it is and when it was written, and its SHA-256."""

    path: str
    byte_count: int
    modified_ns: int
    changed_ns: int
    inode: int
    digest: str


def seal(engine: Engine, home: Home, place: str) -> None:
    """Let nobody write the files of what was built in ``place`` any more, a path in ``published/``, and write what
    they hold to ``ledger.published_files``, which forgets what is not there any more.
    """
    folder = home.published / place
    lock_files(folder)
    sealed = _read(folder, _files_in(folder))
    version = _version_of(place)
    rows = [(version, *vars(file).values()) for file in sealed]
    there = sorted(
        _version_of(f"{root}/{path.name}")
        for root in (VERSIONS, FILES)
        if (home.published / root).is_dir()
        for path in (home.published / root).iterdir()
    )
    with engine.transaction():
        engine.run(
            "delete from ledger.published_files where version = $version"
            " or not list_contains($there::varchar[], version)",
            {"version": version, "there": there},
        )
        engine.write("ledger.published_files", pl.DataFrame(rows, schema=_SCHEMA, orient="row"))


def sealed_files(engine: Engine, place: str) -> dict[str, SealedFile]:
    """What was published in ``place``, by path, from ``ledger.published_files``; empty where it is not there."""
    found = engine.fetch(
        "select path, byte_count, modified_ns, changed_ns, inode, digest"
        " from ledger.published_files where version = $version order by path",
        {"version": _version_of(place)},
    )
    return {row[0]: SealedFile(*row) for row in found.iter_rows()}


def compare_version(folder: Path, sealed: Mapping[str, SealedFile]) -> Iterator[tuple[str, str]]:
    """Paths of a version's folder that are not what was published, each with ``changed``, ``missing`` or ``added``.

    A file of the same size, times and inode is the same; any other, and the database in any case, is read.
    """
    there = set(_files_in(folder))
    for path in sorted(set(sealed) - there):
        yield path, "missing"
    doubtful = [
        path
        for path in sorted(there & set(sealed))
        if path == DATABASE or _stat_of(folder, path) != _stat_in(sealed[path])
    ]
    for file in _read(folder, doubtful):
        if file.digest != sealed[file.path].digest:
            yield file.path, "changed"
    for path in sorted(there - set(sealed)):
        yield path, "added"


def _version_of(place: str) -> str:
    """What ``ledger.published_files`` calls a place: a version by its run."""
    return place.removeprefix(f"{VERSIONS}/")


def _files_in(folder: Path) -> list[str]:
    """All files of a version, and whatever else stands there that is no folder."""
    if not folder.is_dir():
        return []
    files = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path.relative_to(folder).as_posix() for path in files)


def _read(folder: Path, paths: Iterable[str]) -> list[SealedFile]:
    with ThreadPoolExecutor(_THREADS) as readers:
        return list(readers.map(lambda path: _seal(folder, path), paths))


def _seal(folder: Path, path: str) -> SealedFile:
    place = folder / path
    if place.is_symlink() or not place.is_file():
        return SealedFile(path, 0, 0, 0, 0, "no file")
    hashed = hashlib.sha256()
    with place.open("rb") as file:
        while block := file.read(_BLOCK):
            hashed.update(block)
    return SealedFile(path, *_stat_of(folder, path), hashed.hexdigest())


def _stat_of(folder: Path, path: str) -> tuple[int, int, int, int]:
    found = (folder / path).lstat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _stat_in(file: SealedFile) -> tuple[int, int, int, int]:
    return file.byte_count, file.modified_ns, file.changed_ns, file.inode
