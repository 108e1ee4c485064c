"""Training as its own act: a candidate model beside the pinned one, what it would change, and its promotion.

A candidate is fitted to a scratch copy of the current records, linked and clustered there by the
nightly job's own functions, so what is shown is what the next run does once the candidate is pinned.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.reading import attached_warehouse, has_warehouse, held_warehouse
from omni_identity.erasure.requests import unfinished_erasures
from omni_identity.identity.changes import (
    CUSTOMERS,
    LINKAGE_RECORDS,
    RECORDS,
    create_changes,
    mark_changed,
)
from omni_identity.identity.identity_changes import Change, list_changes
from omni_identity.identity.identity_diff import IdentityDiff, compare_identities
from omni_identity.linkage.evaluation import Evaluation, distinct_labels, evaluate_clusters
from omni_identity.linkage.fresh_records import update_linkage_records
from omni_identity.linkage.frozen_models import (
    FrozenModel,
    list_models,
    missing_files,
    read_frozen,
)
from omni_identity.linkage.held_levels import HeldLevels
from omni_identity.linkage.known_pairs import (
    add_labelled_pairs,
    list_known_pairs,
    weigh_known_pairs,
)
from omni_identity.linkage.model_manifest import (
    DESCRIPTIVE,
    changed_files,
    has_manifest,
    replace_file,
    write_manifest,
)
from omni_identity.linkage.pinned_model import pin_model, pinned_version
from omni_identity.linkage.scoring import weight_of
from omni_identity.model.errors import OmniError, RunFailed, UsageError, nearest
from omni_identity.model.home import Home
from omni_identity.pipeline.fingerprints import step_fingerprints
from omni_identity.pipeline.run_context import RunContext, utc_now
from omni_identity.pipeline.runner import do_step
from omni_identity.pipeline.sequence import named, steps_of
from omni_identity.pipeline.step import Fact
from omni_identity.stewardship.erasure_entries import FILE as ERASURES
from omni_identity.stewardship.judgements import read_judgements
from omni_identity.stewardship.settled_by_model import SettledQuestions, count_settled
from omni_identity.stewardship.value_verdicts import update_withheld_values

SHOWN_CHANGES = 10
COPIED = (
    "ledger.records",
    "settled.crosswalk",
    "settled.golden_id_events",
    "derived.source_records",
)
"""What a candidate is fitted to and compared with."""
LINKING = ("candidate_pairs", "linkage_model", "match_scores", "golden_ids")
"""Steps of the pipeline that are run on the copy."""
STEPS = ("copy the records", "find pairs", "fit the model", "link", "make customers", "compare")

Progress = Callable[[str, int, int, float | None], None]
Qualities = tuple[Evaluation, Evaluation]


class CandidateRefused(OmniError):
    """A candidate fits the records badly: nothing was kept, the pinned model stays."""

    exit_code = 1


@dataclass(frozen=True)
class Candidate:
    """A fitted model in its own folder, and what pinning it would do to the published customers.

    ``qualities`` are of the customers published and of the candidate's, where there were labels.
    ``pinned`` is the model in use; ``model`` may be the very same. ``questions`` are those that the last run leaves
    to stewards, and how many of them pinning it would settle.
    """

    model: FrozenModel
    pinned: FrozenModel
    diff: IdentityDiff
    changes: tuple[Change, ...]
    qualities: Qualities | None
    questions: SettledQuestions


@dataclass(frozen=True)
class Told:
    """What a candidate is told besides the records and the verdicts on them.

    What is ``held`` is not learnt; with ``labels`` those of half of the labelled persons are learnt from.
    """

    held: HeldLevels = field(default_factory=dict)
    labels: bool = False


NOTHING_TOLD = Told()


def fit_candidate(
    home: Home,
    configuration: Configuration,
    labels: pl.DataFrame | None = None,
    progress: Progress = lambda *_: None,
    told: Told = NOTHING_TOLD,
) -> Candidate:
    """Fit a model to the records of the last run, keep it beside the pinned one, and compare.

    It learns from stewards' verdicts, and from what it is ``told``. Where it learns from labels, its quality is
    measured by those of the other half.

    The home's state stays as it is, but for the new folder in ``warehouse/models``. Raises
    ``UsageError`` when there is nothing to train on or ``omni.yaml`` has changed since the last run,
    ``HomeIsBusy`` while a run is at work, ``CandidateRefused`` for a model that fits badly.
    """
    pinned = pinned_version(home.models)
    if pinned is None or not has_warehouse(home):
        raise UsageError(
            f"There is no model in {home.root} yet: the first `omni run` trains one by itself."
        )
    erasures = _erasures(home)
    taught, labels = _halves(labels) if labels is not None and told.labels else (None, labels)
    steps = _Steps(progress)
    with _scratch(home) as scratch, DuckDBEngine(scratch.warehouse_file) as engine:
        run = RunContext(scratch, configuration, "candidate", utc_now(), held_levels=told.held)
        with steps.next():
            _copy_records(engine, home, configuration)
            _prepare(engine, home, run)
            _list_known(engine, home, taught)
        version = _link(engine, run, steps)
        with steps.next():
            diff = compare_identities(engine, "settled.crosswalk", "derived.customers")
            changes = list_changes(
                *(engine, "settled.crosswalk", "derived.customers", "derived.source_records"),
                SHOWN_CHANGES,
            )
            qualities = _evaluate(engine, labels)
            with attached_warehouse(engine, home, "home"):
                review = weight_of(configuration.linkage.review_probability)
                questions = count_settled(engine, review)
        _add_to_report(scratch.models / version, {"identity_diff": diff.as_dict()})
        _keep(scratch.models / version, home.models / version, version == pinned)
    if _erasures(home) != erasures:
        if version != pinned:
            shutil.rmtree(home.models / version)
        raise RunFailed("A person was erased meanwhile: nothing was kept. Train again.")
    return Candidate(
        read_frozen(home.models / version, version == pinned),
        read_frozen(home.models / pinned, True),
        diff,
        tuple(changes),
        qualities,
        questions,
    )


def promote_model(home: Home, version: str | None = None) -> FrozenModel:
    """Pin a model, without one named the one trained last, so that the next run derives by it; return it.

    Raises ``UsageError`` when there is no such model, a file of it is missing, or it is pinned already,
    ``HomeIsBusy`` while a run is at work.
    """
    models = list_models(home.models)
    if not models:
        raise UsageError(f"There is no model in {home.root} yet: `omni run` trains the first.")
    others = [model.version for model in models if not model.is_pinned]
    by_version = {model.version: model for model in models}
    chosen = by_version.get(version) if version else models[0]
    if chosen is None:
        raise UsageError(
            f"There is no model of that version.{nearest(str(version), by_version)}"
            f" There are {', '.join(by_version)}."
        )
    if chosen.is_pinned:
        if version:
            raise UsageError(f"{chosen.version} is the pinned model already.")
        back = f" To go back to an older one, name it: {', '.join(others)}." if others else ""
        raise UsageError(
            f"{chosen.version}, the newest model, is pinned already: `omni train` fits a new one.{back}"
        )
    missing = missing_files(home.models / chosen.version)
    if missing:
        raise UsageError(f"{chosen.version} cannot be used: it lacks {', '.join(missing)}.")
    folder = home.models / chosen.version
    changed = changed_files(folder) if has_manifest(folder) else []
    if set(changed) - set(DESCRIPTIVE):
        raise UsageError(
            f"{chosen.version} cannot be used: {', '.join(changed)} is not what was trained. Put {folder} back"
            " from a backup, or train another."
        )
    with held_warehouse(home):  # a run at work reads the pin more than once
        pin_model(home.models, chosen.version)
    return chosen


def drop_scratch(home: Home) -> None:
    """Remove the scratch copy that a killed training left."""
    shutil.rmtree(home.training, ignore_errors=True)


class _Steps:
    """Tells of each step of ``STEPS`` when it begins and when it has ended."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._index = 0

    @contextmanager
    def next(self) -> Iterator[None]:
        name, self._index = STEPS[self._index], self._index + 1
        began = utc_now()
        self._progress(name, self._index, len(STEPS), None)
        yield
        seconds = (utc_now() - began).total_seconds()
        self._progress(name, self._index, len(STEPS), seconds)


@contextmanager
def _scratch(home: Home) -> Iterator[Home]:
    """A home of its own inside the warehouse's folder, gone afterwards."""
    drop_scratch(home)
    try:
        yield Home(home.training)
    finally:
        drop_scratch(home)


def _copy_records(engine: DuckDBEngine, home: Home, configuration: Configuration) -> None:
    with attached_warehouse(engine, home, "home") as tables:
        _check_derived(engine, home, configuration, tables)
        for table in COPIED:
            engine.run(f"create schema if not exists {table.partition('.')[0]}")
            engine.run(f"create table {table} as from home.{table}")


def _check_derived(
    engine: DuckDBEngine, home: Home, configuration: Configuration, tables: frozenset[str]
) -> None:
    """Raise ``UsageError`` unless the last run made all its customers, by ``omni.yaml`` as it is."""
    if not {*COPIED, "derived.customers", "ledger.steps"} <= tables:
        raise UsageError(
            "The last run did not come as far as customers: `omni run` first, then train."
        )
    held = engine.fetch(
        "select fingerprint from home.ledger.steps where step = $step and run_id is not null",
        {"step": LINKING[-1]},
    )["fingerprint"].to_list()
    steps = steps_of(configuration)
    versions = [model.version for model in list_models(home.models)]
    if held not in [[step_fingerprints(steps, configuration, v)[LINKING[-1]]] for v in versions]:
        raise UsageError(
            "omni.yaml has changed since the last run: `omni run` (or `omni run --dry-run`) first, then train."
        )


def _prepare(engine: DuckDBEngine, home: Home, run: RunContext) -> None:
    """Make everything new: every record is to be linked, every customer may be another."""
    create_changes(engine)
    vocabulary = run.configuration.vocabulary
    mark_changed(engine, RECORDS, "select record_no from derived.source_records")
    mark_changed(engine, CUSTOMERS, "select distinct golden_id from settled.crosswalk")
    read_judgements(engine, home.judgements)
    update_withheld_values(engine, vocabulary)
    update_linkage_records(engine, run.home.models, vocabulary, RECORDS.table)
    mark_changed(engine, LINKAGE_RECORDS, "select record_no from derived.relinked_records")


def _halves(labels: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The labels of every second person, in the order of their names, and of the others."""
    halved = distinct_labels(labels).with_columns(half=pl.col("entity").rank("dense") % 2)
    first, second = (halved.filter(pl.col("half") == half).drop("half") for half in (0, 1))
    return first, second


def _list_known(engine: DuckDBEngine, home: Home, labels: pl.DataFrame | None) -> None:
    """Make ``derived.known_pairs`` of verdicts, weighed by how likely each was asked for, and of labels."""
    list_known_pairs(engine)
    with attached_warehouse(engine, home, "home"):
        weigh_known_pairs(engine)
        if labels is not None:
            columns = ("channel", "source_record_id", "entity")
            engine.run(f"create temp table labels ({', '.join(f'{c} VARCHAR' for c in columns)})")
            engine.write("labels", labels.select(columns))
            add_labelled_pairs(engine)
            engine.run("drop table labels")


def _link(engine: DuckDBEngine, run: RunContext, progress: _Steps) -> str:
    """Train and link as a first run would; the version. Raises ``CandidateRefused`` for a model that fits badly."""
    facts: dict[str, Fact] = {}
    for step in named(steps_of(run.configuration), *LINKING):
        with progress.next():
            facts |= do_step(engine, run, step).facts
        if facts.get("refused_because"):
            raise CandidateRefused(
                f"The candidate fits the records badly and was not kept:\n  {facts['refused_because']}\nThe"
                " pinned model stays."
            )
    return str(facts["model_version"])


def _evaluate(engine: DuckDBEngine, labels: pl.DataFrame | None) -> Qualities | None:
    if labels is None:
        return None
    columns = "channel, source_record_id, golden_id"
    before, after = (
        evaluate_clusters(engine.fetch(f"select {columns} from {table}"), labels)
        for table in ("settled.crosswalk", "derived.customers")
    )
    return before, after


def _add_to_report(folder: Path, facts: dict[str, object]) -> None:
    path = folder / "report.json"
    report = json.loads(path.read_text(encoding="utf-8"))
    text = json.dumps({**report, **facts}, indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    write_manifest(folder)


def _keep(folder: Path, target: Path, is_pinned: bool) -> None:
    """Put a candidate's folder beside the others, whole.

    Where it is the very model that is pinned, that one only learns under what it was found again.
    """
    if is_pinned:
        report = target / ".report.json.next"
        shutil.copyfile(folder / "report.json", report)
        replace_file(report, target / "report.json")
        return
    fresh = target.with_name(f".{target.name}.next")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(folder, fresh)
    shutil.rmtree(target, ignore_errors=True)  # the same model, trained before
    fresh.rename(target)


def _erasures(home: Home) -> bytes:
    """The erasure requests as they are; ``UsageError`` while one is not completed."""
    if unfinished_erasures(home):
        raise UsageError("An erasure is not completed: `omni erase --resume` does; then train.")
    path = home.judgements / ERASURES
    return path.read_bytes() if path.exists() else b""
