"""The one runner: executes steps in order, for the CLI, Dagster, tests and retraining, on both engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from omni_identity.engines import Engine
from omni_identity.identity.changes import SEEN_LANDINGS, forget_derived
from omni_identity.linkage.pinned_model import pinned_version
from omni_identity.model.errors import RunFailed
from omni_identity.pipeline.declared_access import declared_configuration, only_declared
from omni_identity.pipeline.fingerprints import step_fingerprints
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.sequence import needs, owned_tables, steps_of, with_suppliers
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.pipeline.step_records import (
    StepRecord,
    begin_step,
    follow_fingerprints,
    record_step,
    step_records,
)

WHOLE = ("publication_candidate", "publication")
"""Steps that are about all others: these must have been done in one run."""


def run_steps(engine: Engine, run: RunContext, steps: Sequence[Step]) -> list[Outcome]:
    """Execute ``steps`` in order, each as :func:`execute_step` does; stop behind one that withholds."""
    outcomes: list[Outcome] = []
    for step in steps:
        outcomes.append(execute_step(engine, run, step))
        if outcomes[-1].is_withheld:
            break
    return outcomes


def run_pipeline(engine: Engine, run: RunContext) -> Outcome:
    """Execute every step, and return the outcome of ``publication_candidate``; publish unless that withholds."""
    steps = steps_of(run.configuration)
    outcomes = dict(zip((step.name for step in steps), run_steps(engine, run, steps), strict=False))
    return outcomes[WHOLE[0]]


def execute_step(engine: Engine, run: RunContext, step: Step) -> Outcome:
    """Execute one step on what the steps before it have left in the warehouse, and write down that it is done.

    What it derives is made anew, with all that follows from it, if it was derived by other code, settings or
    another model. Raises ``RunFailed`` if a step that it needs was not done, or by others than now hold; and
    for what is to be published, if not all steps were done in this run.
    """
    steps = steps_of(run.configuration)
    version = pinned_version(run.home.models)
    fingerprints = step_fingerprints(steps, run.configuration, version)
    records = step_records(engine)
    _require_needed(run, step, steps, records, fingerprints)
    _forget_outdated(engine, step, steps, records, fingerprints)
    engine.make_room()
    begin_step(engine, step.name)
    outcome = do_step(engine, run, step)
    trained = pinned_version(run.home.models)
    if trained != version:
        # what was done without a model is what this one was trained from
        held, fingerprints = fingerprints, step_fingerprints(steps, run.configuration, trained)
        follow_fingerprints(engine, held, fingerprints)
    if not outcome.is_withheld:
        record_step(engine, step.name, run.run_id, fingerprints[step.name])
    return outcome


def do_step(engine: Engine, run: RunContext, step: Step) -> Outcome:
    """Call a step's function; where declarations are checked, it may read and write only what it declares."""
    with only_declared(engine, step):
        return step.run(engine, declared_configuration(run, step))


def _forget_outdated(
    engine: Engine,
    step: Step,
    steps: Sequence[Step],
    records: Mapping[str, StepRecord],
    fingerprints: Mapping[str, str],
) -> None:
    """If what ``step`` has derived does not follow from what now holds, let it and all such steps begin anew."""

    def is_outdated(one: Step) -> bool:
        record = records.get(one.name)
        return record is None or record.fingerprint != fingerprints[one.name]

    begun_anew = with_suppliers(
        steps, {s.name for s in steps if s.derived_tables and is_outdated(s)}
    )
    if step.name not in begun_anew:
        return
    owned = owned_tables(steps)
    outdated = [s for s in steps if s.name in begun_anew]
    tables = {table for s in outdated for table in owned[s.name]}
    if any(SEEN_LANDINGS in s.tables_written for s in outdated):
        tables.add(SEEN_LANDINGS)
    with engine.transaction():
        forget_derived(engine, sorted(tables))
        for s in outdated:
            record_step(engine, s.name, None, fingerprints[s.name])


def _require_needed(
    run: RunContext,
    step: Step,
    steps: Sequence[Step],
    records: Mapping[str, StepRecord],
    fingerprints: Mapping[str, str],
) -> None:
    """Raise ``RunFailed`` unless all that ``step`` follows from was done, and as it would be done now."""
    if step.name in WHOLE:
        _require_whole(run, step, steps, records)
    needed = sorted(needs(steps)[step.name], key=[s.name for s in steps].index)
    missing = [n for n in needed if n not in records or records[n].run_id is None]
    if missing:
        raise RunFailed(
            f"{step.name} is made from what was not done, or not to its end: {', '.join(missing)}. Run the"
            " nightly job."
        )
    outdated = [n for n in needed if records[n].fingerprint != fingerprints[n]]
    if outdated:
        raise RunFailed(
            f"omni.yaml, the model or this version has changed since these were done: {', '.join(outdated)}."
            f" {step.name} would not follow from what now holds. Run the nightly job."
        )


def _require_whole(
    run: RunContext, step: Step, steps: Sequence[Step], records: Mapping[str, StepRecord]
) -> None:
    needed = needs(steps)
    before = steps[: [s.name for s in steps].index(step.name)]
    others = [
        s.name for s in before if s.name not in records or records[s.name].run_id != run.run_id
    ]
    if others:
        raise RunFailed(
            "A publication is one whole run: run the nightly job, not a part of it. "
            f"Not done in this run: {', '.join(others)}"
        )
    overtaken = [
        s.name
        for s in before
        if any(records[s.name].ordinal < records[name].ordinal for name in needed[s.name])
    ]
    if overtaken:
        raise RunFailed(
            f"These were done before what they are made from was done again: {', '.join(overtaken)}."
            " Run the nightly job."
        )
