"""What ``omni.yaml`` holds training to, and what speaks for training anew."""

from __future__ import annotations

from pathlib import Path

from omni_identity.channels.configuration import Configuration
from omni_identity.linkage.frozen_models import read_frozen
from omni_identity.linkage.model_manifest import remark_on_files
from omni_identity.linkage.pinned_model import load_pinned, pinned_version
from omni_identity.linkage.training import Bounds
from omni_identity.linkage.training_environment import remark_on_model


def training_bounds(configuration: Configuration) -> Bounds:
    """What ``omni.yaml`` holds training to."""
    return Bounds(configuration.linkage.seed, configuration.linkage.pairs_per_record)


def remark_on_pinned(models: Path, configuration: Configuration, record_count: int) -> list[str]:
    """What speaks for training anew, a sentence each, with so many records to be linked now.

    Empty before the first training.
    """
    version = pinned_version(models)
    if version is None or not (models / version / "report.json").exists():
        return []
    report = read_frozen(models / version, True).report
    remarks = remark_on_model(
        load_pinned(models),
        report,
        configuration.vocabulary,
        training_bounds(configuration),
        record_count,
    )
    return remark_on_files(models / version) + remarks
