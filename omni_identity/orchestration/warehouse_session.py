"""The resource that every asset works with: one run's hold on the home, from its first step to its last.

The warehouse stays open, and so locked, in between: two runs can never take turns in one home. Steps in
processes of their own each open it, and wait for another step of the same run.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Protocol

import dagster as dg
import duckdb

from omni_identity.channels.configuration import Configuration, load_configuration
from omni_identity.engines import Engine
from omni_identity.linkage.vectors import OnProgress
from omni_identity.model.errors import HomeIsBusy
from omni_identity.model.home import Home
from omni_identity.orchestration.errors_without_values import (
    MEMORY_ERRORS,
    failure_in,
    holds_no_values,
    is_interruption,
    memory_failure,
    storage_failure,
)
from omni_identity.orchestration.landing_fingerprint import landing_fingerprint
from omni_identity.orchestration.placement import ALONE, Placement
from omni_identity.orchestration.run_options import AS_USUAL, RunOptions
from omni_identity.orchestration.run_tags import LANDING, STATUS, SetTag, tag_setter
from omni_identity.orchestration.seldom import seldom
from omni_identity.pipeline.run_context import RunContext, utc_now
from omni_identity.pipeline.runner import WHOLE, execute_step
from omni_identity.pipeline.sequence import steps_of
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.pipeline.step_records import fail_step, step_records
from omni_identity.pipeline.steps import deliveries
from omni_identity.pipeline.steps.landing import is_landing
from omni_identity.pipeline.warehouse import open_warehouse
from omni_identity.publish.publication import published_run
from omni_identity.publish.runs import begun_at, end_run, status_of

PATIENCE = 24 * 3600.0
"""Seconds to wait for another step of the same run, where steps have processes of their own."""
HESITATION = 5.0
"""Seconds in which whoever has opened the warehouse has said by then which run it is of; every run waits so long."""

_OWN_STEP = "Waiting for another step of this run: the warehouse has one writer."
_OTHER_RUN = "Another run is at work in this home: waiting"

GOES_ON = ("dagster/is_resume_retry", "dagster/is_asset_resume_retry")
"""Tags of a re-execution from failure: Dagster sets one of them to ``true``."""


class Watch(Protocol):
    """Hears the name of each step: with None at its start, with its seconds at its end; and how far it is."""

    def __call__(self, step: str, seconds: float | None, detail: str = "") -> None:
        """``detail`` says in words how far a step is that has begun and not ended."""


@dataclass(frozen=True)
class AskedRun:
    """A run as Dagster was asked for it.

    ``run_id`` is the same for one that goes on from another's failure. ``steps`` are those of this home that
    it was asked for; None: all.
    """

    run_id: str
    options: RunOptions = AS_USUAL
    steps: frozenset[str] | None = None


class WarehouseSession:
    """One run at work on one home; ``configuration`` None means that there is no ``omni.yaml``."""

    def __init__(
        self,
        home: Home,
        configuration: Configuration | None,
        run: AskedRun,
        watch: Watch,
        set_tag: SetTag = lambda name, value: None,
    ) -> None:
        self.home = home
        self.run_id = run.run_id
        self.is_dry_run = run.options.dry_run
        self._configuration = configuration
        self._asked = run
        self._watch = watch
        self._set_tag = set_tag
        self._hold = ExitStack()
        self._work: tuple[Engine, RunContext] | None = None

    def execute(self, step: Step, log: Callable[[str], None]) -> Outcome:
        """Execute a step; ``log`` hears now and then what a long one is at.

        An exception inside marks the run ``failed`` in the ledger, lets the home go, so that a retry opens it
        anew, and loses its text on the way out where that could quote personal data. Raises ``HomeIsBusy``
        when another run has the home, ``ConfigurationError`` when there is no ``omni.yaml``.
        """
        self._watch(step.name, None)
        began = perf_counter()
        try:
            engine, run = self._begin(self._saying(step.name, log))
        except (OSError, duckdb.IOException) as error:
            raise storage_failure(step.name, error) from None
        try:
            if step.name == deliveries.STEP.name:
                self._set_tag(LANDING, landing_fingerprint(self.home, run.configuration)[0])
            say = seldom(log)
            hearing = replace(run, on_progress=self._progress(step.name, say), say=say)
            outcome = execute_step(engine, hearing, step)
            self._end_part(engine, step)
        except BaseException as error:
            self._stop(engine, step, "interrupted" if is_interruption(error) else "failed")
            if is_interruption(error) and isinstance(error, Exception):
                raise KeyboardInterrupt from None
            if isinstance(error, (OSError, duckdb.IOException)):
                raise storage_failure(step.name, error) from None
            if isinstance(error, MEMORY_ERRORS):
                raise memory_failure(step.name, error) from None
            if holds_no_values(error):
                raise
            raise failure_in(step.name, error) from None
        self._watch(step.name, perf_counter() - began)
        return outcome

    def _saying(self, name: str, log: Callable[[str], None]) -> Callable[[str], None]:
        """Say something both in the log and where the steps of the run are shown."""

        def say(words: str) -> None:
            log(words)
            self._watch(name, None, words)

        return say

    def _progress(self, name: str, log: Callable[[str], None]) -> OnProgress:
        """Say how far the comparing of pairs is, and how long it still takes, where it takes several parts."""
        began = perf_counter()

        def on_progress(done: int, total: int) -> None:
            if done < total:
                left = (perf_counter() - began) / done * (total - done)
                words = f"{done:,} of {total:,} pairs compared, about {left:.0f} s left"
                log(words)
                self._watch(name, None, words)

        return on_progress

    def _end_part(self, engine: Engine, step: Step) -> None:
        """Write down how the run stands, unless the last two steps do.

        With another step of it failed, it stays ``failed``. Where all is done that it was asked for, and that
        was no candidate, it ends as ``partial``.
        """
        if step.name in WHOLE:
            return
        records, asked = step_records(engine), self._asked.steps
        if any(record.failed_in == self.run_id for record in records.values()):
            self._end(engine, "failed")
            return
        if asked is None:
            return
        if all(name in records and records[name].run_id == self.run_id for name in asked):
            self._end(engine, "partial")

    def _end(self, engine: Engine, status: str) -> None:
        """Write down how the run ended, unless it has published: then nothing behind the switch changes that."""
        # where the switch was the last that it did, the next run settles it
        if published_run(self.home) != self.run_id:
            end_run(engine, self.run_id, status, utc_now())

    def close(self) -> None:
        """Let the home go, and tag the run with what has become of it."""
        if self._work is not None:
            with suppress(duckdb.Error):  # the warehouse itself is broken
                self._set_tag(STATUS, status_of(self._work[0], self.run_id))
        self._work = None
        self._hold.close()

    def _begin(self, log: Callable[[str], None]) -> tuple[Engine, RunContext]:
        if self._work is None:
            configuration = self._configuration or load_configuration(self.home.configuration)
            options = self._asked.options
            run = RunContext(
                self.home,
                configuration,
                self.run_id,
                utc_now(),
                options.accept_changes,
                options.full_refresh,
            )
            self._work = self._hold.enter_context(self._opened(run, log))
            self._set_tag(STATUS, "started")  # in the place of that of a run that is gone on with
        return self._work

    @contextmanager
    def _opened(
        self, run: RunContext, log: Callable[[str], None]
    ) -> Iterator[tuple[Engine, RunContext]]:
        """Open the warehouse; wait where another step of this very run has it, and as asked for another run.

        The run begins when the warehouse is its own: what it waited for has happened before.
        """
        patience = max(HESITATION, self._asked.options.wait_seconds)
        began, has_waited = monotonic(), False
        holder = self.home.warehouse / "held_by"
        while True:
            with ExitStack() as hold:
                try:
                    engine = hold.enter_context(open_warehouse(replace(run, now=utc_now())))
                except HomeIsBusy:
                    is_ours = _is_held_by(holder, run.run_id)
                    if monotonic() - began > (PATIENCE if is_ours else patience):
                        raise
                    if not has_waited and (is_ours or patience > HESITATION):
                        log(_OWN_STEP if is_ours else f"{_OTHER_RUN} for at most {patience:.0f} s.")
                        has_waited = True
                else:
                    holder.write_text(run.run_id, encoding="utf-8")
                    yield engine, replace(run, now=begun_at(engine, run.run_id))
                    return
            sleep(0.2)

    def _stop(self, engine: Engine, step: Step, status: str) -> None:
        try:
            fail_step(engine, step.name, self.run_id)
            self._end(engine, status)
            self.close()
        except duckdb.Error:
            # the warehouse itself is broken: the next run finds this one unfinished and says so
            return


def _is_held_by(holder: Path, run_id: str) -> bool:
    try:
        return holder.read_text(encoding="utf-8") == run_id
    except OSError:
        return False


def warehouse_session_resource(
    home: Home,
    configuration: Configuration | None,
    watch: Watch,
    placement: Placement = ALONE,
) -> dg.ResourceDefinition:
    """Return the resource of one home; each run, or each process of a run, gets its own."""
    steps = steps_of(configuration)

    @dg.resource(
        config_schema=RunOptions.to_config_schema(),
        description="One run's hold on the home and its single-writer warehouse.",
    )
    def warehouse_session(context: dg.InitResourceContext) -> Iterator[WarehouseSession]:
        run = _asked(context, steps, placement)
        session = WarehouseSession(home, configuration, run, watch, tag_setter(context))
        try:
            yield session
        finally:
            session.close()

    return warehouse_session


def _asked(
    context: dg.InitResourceContext, steps: Sequence[Step], placement: Placement
) -> AskedRun:
    """What the run was asked for; ``steps`` are the home's own."""
    options, run = RunOptions(**context.resource_config), context.run
    if run is None:
        return AskedRun("unknown", options)
    asked, chosen = run.step_keys_to_execute, run.asset_selection
    own = None
    if asked is not None:
        own = frozenset(
            step.name
            for step in steps
            if placement.op(step) in asked
            # an op of several assets does those that are selected
            and (not is_landing(step) or chosen is None or placement.key(step.name) in chosen)
        )
    return AskedRun(lasting_id(run, context.instance), options.with_tags(run.tags), own)


def lasting_id(run: dg.DagsterRun, instance: dg.DagsterInstance | None) -> str:
    """The ID of the run in the ledger: what goes on from a failure is the same run, so that it can publish.

    Any other re-execution is a run of its own, as what it repeats may be published.
    """
    while instance is not None and run.parent_run_id:
        parent = instance.get_run_by_id(run.parent_run_id)
        if parent is None or not _goes_on(run, parent):
            break
        run = parent
    return run.run_id


def _goes_on(run: dg.DagsterRun, parent: dg.DagsterRun) -> bool:
    """Whether a re-execution does what was left of a run that failed, and not all of it once more."""
    if parent.status not in (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED):
        return False
    # Dagster tags those that it launches, and not those of its Python interface
    is_tagged = any(run.tags.get(tag) == "true" for tag in GOES_ON)
    return is_tagged or run.step_keys_to_execute != parent.step_keys_to_execute
