"""The model in use: trained on the first run, frozen in its folder, and read from there ever after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from omni_identity.engines import Engine
from omni_identity.linkage.baseline import BASELINE, measure_baseline
from omni_identity.linkage.blocking import keep_rules, rules_mask
from omni_identity.linkage.blocking_rules import rules_named
from omni_identity.linkage.model import LinkageModel, load_model
from omni_identity.linkage.model_manifest import write_manifest
from omni_identity.linkage.shared_values import save_shared_values
from omni_identity.linkage.splink_charts import begin_drawing
from omni_identity.linkage.splink_settings import settings_as_json
from omni_identity.linkage.training import Bounds, Training, choose_comparisons, train_model
from omni_identity.linkage.training_environment import describe_environment
from omni_identity.linkage.training_pairs import DRAWN_PAIRS, TRAINING_SCORES
from omni_identity.linkage.vectors import OnProgress, joint_frequencies, term_frequency_columns
from omni_identity.model.attributes import Vocabulary

PINNED = "pinned"
PINS = "pins"
"""File with the version of every model that was ever in use, one a line, the last one last."""
NOTHING = "none"
"""What stands there where none was to be in use any more."""
SPLINK = "splink"
"""Folder in a model's: frequencies as Splink's own settings need them, where those are not the model's."""


def pinned_version(models: Path) -> str | None:
    """Return the version of the pinned model in the folder ``models``; None before the first training."""
    pin = models / PINNED
    return pin.read_text(encoding="utf-8").strip() if pin.exists() else None


def load_pinned(models: Path) -> LinkageModel:
    """Load the pinned model; ``OSError`` if none is pinned."""
    return load_model(models / str(pinned_version(models)))


def ensure_model(
    engine: Engine,
    models: Path,
    vocabulary: Vocabulary,
    bounds: Bounds,
    on_progress: OnProgress = lambda *_: None,
) -> tuple[LinkageModel, Training | None]:
    """Return the pinned model; train one and pin it where none is, and return that training too.

    Trains on ``derived.linkage_records`` and ``derived.candidate_pairs``. Either way only pairs that the
    model's rules find are left in ``derived.candidate_pairs``, as of ``derived.block_keys``.
    ``derived.training_scores`` is there only where training has scored every one of these pairs. ``on_progress`` hears
    of the pairs compared. ``OSError`` if the pinned folder is damaged.
    """
    engine.run(f"drop table if exists {TRAINING_SCORES}")
    version, training = pinned_version(models), None
    if version is None:
        training = _train(engine, models, vocabulary, bounds, on_progress)
        model = training.model
        _drop_frequencies(engine, model)
    else:
        model = load_model(models / version)
    _forget_other_rules(engine, vocabulary, model)
    return model, training


@contextmanager
def lent_frequencies(engine: Engine, models: Path, model: LinkageModel) -> Iterator[None]:
    """Lend ``derived.tf_<column>``, the pinned model's term frequencies, from its folder.

    They depend on what omni.yaml declares, and are large: a step that scores has them, and leaves none.
    """
    for column in term_frequency_columns(model.comparisons):
        file = models / model.version / term_frequency_file(column)
        engine.read_file(file, f'derived."tf_{column}"')
    yield
    _drop_frequencies(engine, model)


def _drop_frequencies(engine: Engine, model: LinkageModel) -> None:
    for column in term_frequency_columns(model.comparisons):
        engine.run(f'drop table derived."tf_{column}"')


def _train(
    engine: Engine, models: Path, vocabulary: Vocabulary, bounds: Bounds, on_progress: OnProgress
) -> Training:
    """Train and freeze a model; leave its scores only where they are those of every candidate pair."""
    comparisons = choose_comparisons(engine, vocabulary, bounds.seed)
    training = train_model(engine, comparisons, vocabulary, bounds, on_progress)
    mask = rules_mask(rules_named(vocabulary, training.model.blocking))
    found = f"(select * from {TRAINING_SCORES} where rules & {mask} <> 0)"
    report = {
        **training.report,
        **describe_environment(vocabulary, bounds),
        BASELINE: measure_baseline(engine, comparisons, found).as_dict(),
    }
    if DRAWN_PAIRS in engine.columns():
        # the scores of some of the candidates spare nobody from scoring all
        engine.run(f"drop table {DRAWN_PAIRS}")
        engine.run(f"drop table {TRAINING_SCORES}")
    freeze_model(engine, models, training.model, report)
    return training


def _forget_other_rules(engine: Engine, vocabulary: Vocabulary, model: LinkageModel) -> None:
    """Leave only what the model's own rules find, where pairs were listed by all rules to train it.

    That is done once it is pinned: whoever trains again after a crash has every candidate pair before them.
    """
    used = engine.fetch("select name from derived.blocking_rules")["name"]
    if not set(used) <= set(model.blocking):
        keep_rules(engine, rules_named(vocabulary, model.blocking), TRAINING_SCORES)


def freeze_model(
    engine: Engine, models: Path, model: LinkageModel, report: dict[str, object]
) -> None:
    """Write a trained model's folder and pin it; the pin comes last, so a killed run pins nothing half.

    Reads ``derived.linkage_records``, ``derived.tf_<column>`` and ``derived.shared_values``.
    """
    folder = models / model.version
    save_model(model, folder, report)
    save_shared_values(engine, folder)
    for column in term_frequency_columns(model.comparisons):
        engine.write_file(
            f'select * from derived."tf_{column}" order by "{column}"',
            folder / term_frequency_file(column),
        )
    for column, query in joint_frequencies(model):
        (folder / SPLINK).mkdir(exist_ok=True)
        file = folder / SPLINK / term_frequency_file(column)
        engine.write_file(f'{query} order by "{column}"', file)
    write_manifest(folder)
    begin_drawing(model, folder)
    pin_model(models, model.version)


def save_model(model: LinkageModel, folder: Path, report: dict[str, Any]) -> None:
    """Write ``model.json``, Splink's own ``splink.json`` and ``report.json`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in (
        ("model.json", model.as_dict()),
        ("splink.json", settings_as_json(model)),
        ("report.json", report),
    ):
        text = json.dumps(values, indent=1, sort_keys=True, ensure_ascii=False)
        (folder / name).write_text(text + "\n", encoding="utf-8")


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
