"""What a destination is: settings, and how to bring a publication to where they point."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from omni_identity.model.errors import OmniError


class DeliveryFailed(OmniError):
    """A destination has not got the publication, and keeps what it had; the text has no personal data."""

    exit_code = 3


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
        ``DeliveryFailed``, or whatever the libraries that it uses raise: the run goes on, and the next one
        tries again.
        """
