"""The models of a home: one folder each, of which one is pinned; the others can be pinned back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from omni_identity.linkage.model import load_model
from omni_identity.linkage.pinned_model import pinned_version, term_frequency_file
from omni_identity.linkage.shared_values import FILE as SHARED_VALUES
from omni_identity.linkage.vectors import term_frequency_columns


@dataclass(frozen=True)
class FrozenModel:
    """A model's folder: its version, when it was trained (UTC), its report, and whether it is in use."""

    version: str
    trained_at: datetime
    report: dict[str, Any]
    is_pinned: bool

    @property
    def record_count(self) -> int:
        """The records it was trained on."""
        return int(self.report["records"])


def list_models(models: Path) -> list[FrozenModel]:
    """Every whole model in the folder ``models``, the one trained last first."""
    pinned = pinned_version(models)
    folders = [path.parent for path in models.glob("m-*/report.json")]
    found = [read_frozen(folder, folder.name == pinned) for folder in folders]
    return sorted(found, key=lambda model: (model.trained_at, model.version), reverse=True)


def read_frozen(folder: Path, is_pinned: bool) -> FrozenModel:
    """Read one model's report; ``OSError`` if it is not there."""
    path = folder / "report.json"
    report = json.loads(path.read_text(encoding="utf-8"))
    if "trained_at" in report:
        trained_at = datetime.fromisoformat(report["trained_at"])
    else:  # of before the time was kept
        trained_at = datetime.fromtimestamp(path.stat().st_mtime, timezone.utc)
    return FrozenModel(folder.name, trained_at, report, is_pinned)


def missing_files(folder: Path) -> list[str]:
    """Names of the files without which the model in ``folder`` cannot score."""
    needed = ["model.json", "report.json", SHARED_VALUES]
    if (folder / "model.json").exists():
        columns = term_frequency_columns(load_model(folder).comparisons)
        needed += [term_frequency_file(column) for column in columns]
    return [name for name in needed if not (folder / name).exists()]
