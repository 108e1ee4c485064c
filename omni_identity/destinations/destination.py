"""What a destination is: settings, and how to bring a publication to where they point."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from omni_identity.model.errors import OmniError


class DeliveryFailed(OmniError):
    """A destination has not got the publication, and keeps what it had; the text has no personal data."""

    exit_code = 3


def _is_whole(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError(f"must be a whole path, from / on, not '{path}'")
    return path


WholePath = Annotated[Path, AfterValidator(_is_whole)]
"""A key of a destination that is a path: one from / on, which means the same wherever a run begins."""


@dataclass(frozen=True)
class Publication:
    """What consumers read now: its run, its home, and its ``folder``, which nothing changes meanwhile."""

    run_id: str
    home: Path
    folder: Path

    @property
    def tables(self) -> tuple[Path, ...]:
        """The published tables, a Parquet file each, called as the table, by name."""
        return tuple(sorted((self.folder / "parquet").glob("*.parquet")))

    @property
    def audiences(self) -> tuple[Path, ...]:
        """The audiences as CSV files, safe to open in spreadsheets, by name."""
        return tuple(sorted((self.folder / "csv").glob("*.csv")))

    def folder_outside(self, path: Path) -> Path:
        """Return the folder ``path``, made if it is not there; whoever may read the publication may read it.

        What a run makes is for its user alone otherwise. A folder that was there keeps its mode. Raises
        ``DeliveryFailed`` if it is inside the home, which is what a run and an erasure look after.
        """
        if path.resolve().is_relative_to(self.home.resolve()):
            raise DeliveryFailed("its path is inside the home; name one outside it")
        new = [one for one in (path, *path.parents) if not one.exists()]
        path.mkdir(parents=True, exist_ok=True)
        for folder in new:
            folder.chmod(self.folder.stat().st_mode)
        return path

    def put_in_place(self, made: Path, path: Path) -> None:
        """Rename the file ``made``, which is whole, over the one of before; who may read the publication may read it.

        It is forced to disk first: after a power cut no name leads to half of it.
        """
        made.chmod(self.folder.stat().st_mode & 0o666)
        force_to_disk(made)
        made.replace(path)


def force_to_disk(file: Path) -> None:
    """Have the operating system write what it still holds of a file."""
    with file.open("rb") as held:
        os.fsync(held.fileno())


class Destination(BaseModel, ABC):
    """A place that gets every publication. Its fields are its keys in ``omni.yaml``, beside ``type``.

    ``type`` is the name of the module that the class stands in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str

    @abstractmethod
    def deliver(self, publication: Publication) -> None:
        """Bring the publication there, whole or not at all: what was there stays until all of the new is.

        Doing it twice does what doing it once does, and it makes good what a killed one has left. Raises
        ``DeliveryFailed`` or ``OSError``, whose texts users see, or whatever the libraries that it uses
        raise, of which they see the name and the place in the code: the run goes on, and the next one tries
        again.
        """
