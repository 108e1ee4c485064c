"""The model in use: trained on the first run, frozen in its folder, and read from there ever after."""

from __future__ import annotations

from pathlib import Path

from omni_identity.engines import Engine, count_rows
from omni_identity.linkage.baseline import BASELINE, measure_baseline
from omni_identity.linkage.circumstances import describe_circumstances
from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import LinkageModel, load_model, save_model
from omni_identity.linkage.model_manifest import write_manifest
from omni_identity.linkage.scoring import score_pairs
from omni_identity.linkage.shared_values import save_shared_values
from omni_identity.linkage.training import (
    FRESH_SCORES,
    VECTORS,
    Bounds,
    Training,
    choose_comparisons,
    draw_training_pairs,
    train_model,
)
from omni_identity.linkage.vectors import (
    Tell,
    compare_pairs,
    keep_in,
    term_frequency_columns,
)
from omni_identity.model.attributes import Vocabulary

PINNED = "pinned"
PINS = "pins"
"""File with the version of every model that was ever in use, one a line, the last one last."""
NOTHING = "none"
"""What stands there where none was to be in use any more."""
CANDIDATES = "derived.candidate_pairs"


def pinned_version(models: Path) -> str | None:
    """Return the version of the pinned model in the folder ``models``; None before the first training."""
    pin = models / PINNED
    return pin.read_text(encoding="utf-8").strip() if pin.exists() else None


def ensure_model(
    engine: Engine,
    models: Path,
    vocabulary: Vocabulary,
    bounds: Bounds,
    tell: Tell = lambda *_: None,
) -> tuple[LinkageModel, Training | None]:
    """Score the candidate pairs; return the pinned model and, if it was trained now, that training.

    Trains on the current records when nothing is pinned yet. Either way ``derived.tf_<column>`` holds
    the model's own term frequencies afterwards, and ``derived.fresh_scores`` the scored
    ``derived.candidate_pairs``; ``tell`` hears of the pairs compared. ``OSError`` if the pinned folder is damaged.
    """
    version = pinned_version(models)
    if version is None:
        comparisons = choose_comparisons(engine, vocabulary, bounds.seed)
        training = _train(engine, comparisons, vocabulary, bounds, tell)
        baseline = measure_baseline(engine, comparisons, FRESH_SCORES).as_dict()
        circumstances = describe_circumstances(vocabulary, bounds)
        report = {**training.report, **circumstances, BASELINE: baseline}
        freeze_model(engine, models, training.model, report)
        return training.model, training
    model = load_model(models / version)
    for column in term_frequency_columns(model.comparisons):
        engine.read_file(models / version / term_frequency_file(column), f'derived."tf_{column}"')
    score_pairs(engine, model, CANDIDATES, keep_in(engine, FRESH_SCORES), tell)
    return model, None


def _train(
    engine: Engine,
    comparisons: tuple[Comparison, ...],
    vocabulary: Vocabulary,
    bounds: Bounds,
    tell: Tell,
) -> Training:
    """Train on the candidate pairs, or on a sample where they are many: most of those that are found by
    rules which are not worth their pairs are then never compared."""
    count = count_rows(engine, CANDIDATES)
    if not draw_training_pairs(engine, bounds.seed, CANDIDATES, count):
        compare_pairs(engine, comparisons, CANDIDATES, VECTORS, tell)
        return train_model(engine, comparisons, vocabulary, bounds, count)
    compare_pairs(engine, comparisons, "derived.training_pairs", VECTORS)
    engine.run("drop table derived.training_pairs")
    training = train_model(engine, comparisons, vocabulary, bounds, count)
    score_pairs(engine, training.model, CANDIDATES, keep_in(engine, FRESH_SCORES), tell)
    return training


def freeze_model(
    engine: Engine, models: Path, model: LinkageModel, report: dict[str, object]
) -> None:
    """Write a trained model's folder and pin it; the pin comes last, so a killed run pins nothing half."""
    folder = models / model.version
    save_model(model, folder, report)
    save_shared_values(engine, folder)
    for column in term_frequency_columns(model.comparisons):
        engine.write_file(
            f'select * from derived."tf_{column}" order by "{column}"',
            folder / term_frequency_file(column),
        )
    write_manifest(folder)
    pin_model(models, model.version)


def pin_model(models: Path, version: str) -> None:
    """Make the model of that version the one in use, in one atomic step."""
    note_pin(models, version)
    fresh = models / f".{PINNED}.next"
    fresh.write_text(version + "\n", encoding="utf-8")
    fresh.rename(models / PINNED)


def unpin_model(models: Path) -> None:
    """Let no model be in use, on purpose, so that the next run trains one."""
    note_pin(models, NOTHING)
    (models / PINNED).unlink(missing_ok=True)


def pins(models: Path) -> list[str] | None:
    """The versions of all models that were ever in use; None where no earlier version wrote that down."""
    path = models / PINS
    return path.read_text(encoding="utf-8").split() if path.exists() else None


def note_pin(models: Path, version: str) -> None:
    """Write down that a model is, or was, in use."""
    models.mkdir(parents=True, exist_ok=True)
    fresh = models / f".{PINS}.next"
    fresh.write_text("".join(f"{v}\n" for v in [*(pins(models) or []), version]), encoding="utf-8")
    fresh.rename(models / PINS)


def term_frequency_file(column: str) -> str:
    """The file in a model's folder with how frequent the values of ``column`` are."""
    return f"tf_{column}.parquet"
