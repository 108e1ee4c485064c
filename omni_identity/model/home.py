"""The home folder of one deployment: where each thing in it stands."""

from __future__ import annotations

import os
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from omni_identity.model.errors import ConfigurationError, UsageError
from omni_identity.model.visible import visible

REPOSITORY = Path(__file__).resolve().parents[2]
"""The checkout's root (where ``workspace.yaml`` stands), or the site-packages folder of an installation."""


IMPOSSIBLE = {"?": "a question mark", "%": "a per cent sign", "\\": "a backslash"}
"""What no home's path can have: Dagster's database takes the first two for parts of a URL, DuckDB the last
for a slash."""

_UNWRITABLE = ("Cc", "Cs", "Zl", "Zp")


def require_usable(folder: Path, what: str) -> None:
    """Raise ``ConfigurationError`` for a path with which databases cannot work; ``what`` is what it is of."""
    text = str(folder)
    found = sorted({words for sign, words in IMPOSSIBLE.items() if sign in text})
    if any(unicodedata.category(sign) in _UNWRITABLE for sign in text):
        found.append("a line break, another control character, or a byte that is no UTF-8")
    if found:
        raise ConfigurationError(
            f"The path of {what} has {' and '.join(found)} in it, with which not all databases can work:"
            f" {text!a}. Give it another name; everything in it may stay as it is."
        )


@dataclass(frozen=True)
class Home:
    """Paths inside one home folder; creating none of them.

    Raises ``ConfigurationError`` for a path with which databases cannot work.
    """

    root: Path

    def __post_init__(self) -> None:
        require_usable(self.root, "the home")

    @property
    def configuration(self) -> Path:
        """``omni.yaml``."""
        return self.root / "omni.yaml"

    @property
    def landing(self) -> Path:
        """What channels deliver."""
        return self.root / "landing"

    @property
    def fetched(self) -> Path:
        """Copies of what feeds have in object stores, and what they have read from databases."""
        return self.root / "fetched"

    @property
    def judgements(self) -> Path:
        """Stewards' verdicts and erasure requests."""
        return self.root / "judgements"

    @property
    def access(self) -> Path:
        """Who was shown what of whom: the access log, a file a month."""
        return self.root / "access"

    @property
    def claims(self) -> Path:
        """Which steward is at which question today."""
        return self.root / "claims"

    @property
    def audiences(self) -> Path:
        """The user's own audiences, one ``.sql`` file each."""
        return self.root / "audiences"

    @property
    def segments(self) -> Path:
        """The user's own segments of customers, one ``.sql`` file each."""
        return self.root / "segments"

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
    def spark_record(self) -> Path:
        """Which snapshots of a Spark warehouse's tables are those of its last commit."""
        return self.warehouse / "spark.json"

    @property
    def masking_key(self) -> Path:
        """The secret that pseudonyms of the masked edition are made with; there once one was published."""
        return self.root / "masking.key"

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
        return Path(named) if named else self.own_dagster

    @property
    def own_dagster(self) -> Path:
        """The Dagster instance that nobody else records runs in: the checkout's for ``data/``, else in the home."""
        if self.root == REPOSITORY / "data":
            return REPOSITORY / "dagster_home"
        return self.root / "dagster_home"


def find_home(named: str | os.PathLike[str] | None = None) -> Home:
    """Return the home that ``named``, else ``OMNI_HOME``, else the checkout's ``data/`` is (made absolute).

    Outside a checkout the last is ``data/`` of the working directory. Raises ``UsageError`` for a path that
    is no path: of a user whom nobody knows, with a NUL, too long; ``ConfigurationError`` for one with which
    databases cannot work.
    """
    chosen = named or os.environ.get("OMNI_HOME")
    base = REPOSITORY if (REPOSITORY / "workspace.yaml").exists() else Path.cwd()
    try:
        root = (Path(chosen).expanduser() if chosen else base / "data").resolve()
        with suppress(PermissionError):
            root.exists()
    except (RuntimeError, ValueError, OSError) as error:
        raise UsageError(
            f"The home {visible(chosen or base)[:200]} is no path: {visible(error)[:200]}"
        ) from None
    return Home(root)
