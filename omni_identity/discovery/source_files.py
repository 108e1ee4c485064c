"""Source files: what lies in the folders, files, archives and databases that a newcomer names."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from omni_identity.channels.delivered_bytes import open_file
from omni_identity.channels.file_faults import as_sentence, fault_of
from omni_identity.channels.formats import packing_of
from omni_identity.channels.landing_files import UNFINISHED_SUFFIXES
from omni_identity.channels.parts import parts_of
from omni_identity.discovery.database_addresses import address_of, is_address
from omni_identity.discovery.database_samples import read_database
from omni_identity.discovery.samples import Sample, SampleFeed, read_samples
from omni_identity.model.errors import UsageError

MOST_FILES = 1_000
_OURS = ("omni.yaml", "omni.yml")
_PROSE = (".md", ".pdf", ".doc", ".docx", ".png", ".jpg", ".jpeg", ".gif", ".yaml", ".yml", ".html")


@dataclass
class SourceFiles:
    """The tables that were found, and the files (or tables) that none could be read from, with the reason of each."""

    samples: list[Sample] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def read_sources(
    named: Sequence[str], scratch: Path, home: Path, url_env: str | None = None
) -> SourceFiles:
    """What the named folders, files, archives and databases hold; archives are unpacked into ``scratch``.

    ``url_env``: see :func:`~omni_identity.discovery.database_addresses.address_of`. Raises ``UsageError`` for what
    is not there, for a database that cannot be looked into, and for a folder with more than ``MOST_FILES``
    files. What belongs to the ``home`` itself is passed over.
    """
    found = SourceFiles()
    for name in named:
        if is_address(name):
            samples, left_out = read_database(address_of(name, url_env), scratch)
            found.samples += samples
            found.left_out += left_out
            continue
        for path in _files(Path(name).expanduser(), home):
            _read(path, scratch, found)
    return found


def _files(path: Path, home: Path) -> list[Path]:
    """The files that a path names, sorted; those of the home left out."""
    if path.is_file():
        return [path.resolve()]
    if not path.is_dir():
        raise UsageError(f"There is no file or folder {path}.")
    files = []
    for one in sorted(path.resolve().rglob("*")):
        parts = one.relative_to(path.resolve()).parts
        is_hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
        if one.is_file() and not is_hidden and not (home != path and one.is_relative_to(home)):
            files.append(one)
    if not files:
        raise UsageError(f"There is no file in {path}.")
    if len(files) > MOST_FILES:
        raise UsageError(
            f"{path} has {len(files):,} files; name the folders, or the newest files, that are to be read"
            f" (at most {MOST_FILES:,})."
        )
    return files


def _read(path: Path, scratch: Path, found: SourceFiles) -> None:
    name = path.name.lower()
    if name in _OURS or name.endswith(UNFINISHED_SUFFIXES):
        return
    try:
        members = _unpacked(path, scratch) if packing_of(path) == "zip" else [path]
        for member in members:
            found.samples += read_samples(member)
    except (KeyboardInterrupt, SystemExit):
        raise
    except Exception as error:  # noqa: BLE001 - as the guard around readers: one file must not stop the others
        fault = fault_of(error)
        advice = "" if path.suffix.lower() in _PROSE else f" {fault.advice}"
        found.left_out.append((path.name, f"{as_sentence(fault.detail)}{advice}"))


def _unpacked(path: Path, scratch: Path) -> list[Path]:
    """The members of an archive, as files; ``FileFault`` for one that is not read."""
    folder = scratch / path.stem
    folder.mkdir(parents=True, exist_ok=True)
    members = []
    with open_file(path) as raw:
        for part in parts_of(
            path, SampleFeed(files=path.name), cast(BinaryIO, io.BufferedReader(raw))
        ):
            target = _free(folder, part.path.name)
            with target.open("wb") as file:
                shutil.copyfileobj(part.file, file)
            members.append(target)
    return members


def _free(folder: Path, name: str) -> Path:
    """A path in a folder that nothing has yet."""
    target, number = folder / name, 2
    while target.exists():
        target, number = folder / f"{number}_{name}", number + 1
    return target
