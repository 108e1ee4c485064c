"""What a destination is: settings, and how to bring a publication to where they point."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from omni_identity.engines.durable import sync_file
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.errors import OmniError, nearest
from omni_identity.model.tables import published_tables

_TABLES = published_tables(Vocabulary())
TEXT_TABLES = tuple(t.name for t in _TABLES.values() if any(c.pii == "text" for c in t.columns))
"""Published tables with what people wrote: no destination gets them unasked."""


class DeliveryFailed(OmniError):
    """A destination has not got the publication, and keeps what it had; the text has no personal data."""

    exit_code = 3


def _is_whole(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError(f"must be a whole path, from / on, not '{path}'")
    return path


def _is_published(table: str) -> str:
    if table not in _TABLES:
        raise ValueError(f"unknown table '{table}'.{nearest(table, _TABLES)}")
    return table


WholePath = Annotated[Path, AfterValidator(_is_whole)]
"""A key of a destination that is a path: one from / on, which means the same wherever a run begins."""

PublishedTable = Annotated[str, AfterValidator(_is_published)]
"""A key of a destination that is the name of a published table."""


@dataclass(frozen=True)
class Publication:
    """What consumers read now: its run, its home, and its ``folder``, which nothing changes meanwhile.

    ``left_out`` are the tables that a destination does not get: ``tables`` has the others, so that no
    destination brings away what it was told to leave.
    """

    run_id: str
    home: Path
    folder: Path
    left_out: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[Path, ...]:
        """The published tables that it gets, a Parquet file each, called as the table, by name."""
        found = sorted((self.folder / "parquet").glob("*.parquet"))
        return tuple(file for file in found if file.stem not in self.left_out)

    @property
    def audiences(self) -> tuple[Path, ...]:
        """The audiences as CSV files, safe to open in spreadsheets, by name.

        Raises ``DeliveryFailed`` of the masked edition, which has none.
        """
        if not (self.folder / "csv").is_dir():
            raise DeliveryFailed("audiences are addresses, so the masked edition has none")
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
        sync_file(made)
        made.replace(path)


def _doubts(settings: BaseModel, home: Path) -> Iterator[tuple[str, str]]:
    for name, value in settings:
        if isinstance(value, BaseModel):
            yield from ((f"{name}.{key}", words) for key, words in _doubts(value, home))
        elif name.endswith("_env") and value is not None and not os.environ.get(value, "").strip():
            yield name, f"the environment variable {value} is not set here"
        elif isinstance(value, Path) and value.resolve().is_relative_to(home.resolve()):
            yield name, "it is inside the home; name one outside it"


class Destination(BaseModel, ABC):
    """A place that gets every publication. Its fields are its keys in ``omni.yaml``, beside ``type``.

    ``type`` is the name of the module that the class stands in. ``edition`` says whether it gets the tables as they are
    published or the masked ones. ``leave_out`` are the published tables that
    it does not get, in the place of those with what people wrote: who wants texts elsewhere says so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    edition: Literal["whole", "masked"] = "whole"
    leave_out: tuple[PublishedTable, ...] = TEXT_TABLES

    def doubts(self, home: Path) -> Iterator[tuple[str, str]]:
        """What would not work as things are here, by key: a variable that is not set, a path inside the home.

        Keys that end with ``_env`` name variables.
        """
        yield from _doubts(self, home)

    @abstractmethod
    def deliver(self, publication: Publication) -> None:
        """Bring the publication there, whole or not at all: what was there stays until all of the new is.

        Doing it twice does what doing it once does, and it makes good what a killed one has left. Raises
        ``DeliveryFailed`` or ``OSError``, whose texts users see, or whatever the libraries that it uses
        raise, of which they see the name and the place in the code: the run goes on, and the next one tries
        again.
        """
