"""The home folder of one deployment: where each thing in it stands."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
"""The checkout's root (where ``workspace.yaml`` stands), or the site-packages folder of an installation."""


@dataclass(frozen=True)
class Home:
    """Paths inside one home folder; creating none of them."""

    root: Path

    @property
    def configuration(self) -> Path:
        """``omni.yaml``."""
        return self.root / "omni.yaml"

    @property
    def landing(self) -> Path:
        """What channels deliver."""
        return self.root / "landing"

    @property
    def judgements(self) -> Path:
        """Stewards' verdicts and erasure requests."""
        return self.root / "judgements"

    @property
    def audiences(self) -> Path:
        """The user's own audiences, one ``.sql`` file each."""
        return self.root / "audiences"

    @property
    def warehouse(self) -> Path:
        """Folder of the working state."""
        return self.root / "warehouse"

    @property
    def warehouse_file(self) -> Path:
        """The single-writer warehouse."""
        return self.warehouse / "omni.duckdb"

    @property
    def spark_lock(self) -> Path:
        """Held by the one writer of a Spark warehouse; says where that is."""
        return self.warehouse / "spark.lock"

    @property
    def suppression_key(self) -> Path:
        """The key of the hashes by which erased persons are remembered; it outlives the warehouse."""
        return self.root / "suppression.key"

    @property
    def former_suppression_key(self) -> Path:
        """Where the key stood before: it would be lost with the warehouse."""
        return self.warehouse / "suppression.key"

    @property
    def models(self) -> Path:
        """One folder per frozen model, and ``pinned``, which names the one in use."""
        return self.warehouse / "models"

    @property
    def training(self) -> Path:
        """Scratch copy of the records while a candidate model is fitted to them."""
        return self.warehouse / "training"

    @property
    def published(self) -> Path:
        """What consumers read."""
        return self.root / "published"

    @property
    def published_file(self) -> Path:
        """The published DuckDB file."""
        return self.published / "omni.duckdb"

    @property
    def truth(self) -> Path:
        """Labels to evaluate against, where somebody has left some; the demo's own."""
        return self.root / "truth"

    @property
    def reports(self) -> Path:
        """One HTML report a run."""
        return self.root / "reports"

    @property
    def dagster(self) -> Path:
        """The Dagster instance: ``DAGSTER_HOME``, the checkout's own for its ``data/``, else inside the home."""
        named = os.environ.get("DAGSTER_HOME")
        if named:
            return Path(named)
        if self.root == REPOSITORY / "data":
            return REPOSITORY / "dagster_home"
        return self.root / "dagster_home"


def find_home(named: str | os.PathLike[str] | None = None) -> Home:
    """Return the home that ``named``, else ``OMNI_HOME``, else the checkout's ``data/`` is (made absolute).

    Outside a checkout the last is ``data/`` of the working directory.
    """
    chosen = named or os.environ.get("OMNI_HOME")
    if chosen:
        return Home(Path(chosen).expanduser().resolve())
    base = REPOSITORY if (REPOSITORY / "workspace.yaml").exists() else Path.cwd()
    return Home((base / "data").resolve())
