"""The resource that every asset works with: one run's hold on the home, first step to last.

The warehouse stays open, and so locked, in between: two runs can never take turns in one home.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import dagster as dg
import duckdb

from omni_identity.channels.configuration import Configuration, load_configuration
from omni_identity.defs.automation import ACCEPT_CHANGES
from omni_identity.defs.errors_without_values import failure_in, holds_no_values, storage_failure
from omni_identity.engines import Engine
from omni_identity.linkage.vectors import Tell
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.nightly import Night, open_warehouse, utc_now
from omni_identity.publish.runs import end_run


class Watch(Protocol):
    """Hears the name of each step: with None at its start, with its seconds at its end; and how far it is."""

    def __call__(self, step: str, seconds: float | None, detail: str = "") -> None:
        """``detail`` says in words how far a step is that has begun and not ended."""


Work = tuple[Engine, Night]


@dataclass(frozen=True)
class AskedRun:
    """A run as Dagster was asked for it."""

    run_id: str
    accept_changes: bool = False


class NightShift:
    """One run at work on one home; ``configuration`` None means that there is no ``omni.yaml``."""

    def __init__(
        self, home: Home, configuration: Configuration | None, run: AskedRun, watch: Watch
    ) -> None:
        self._home = home
        self._configuration = configuration
        self._run_id = run.run_id
        self._accept_changes = run.accept_changes
        self._watch = watch
        self._hold = ExitStack()
        self._work: Work | None = None
        self._done: set[str] = set()
        self._has_stopped = False

    @contextmanager
    def step(self, name: str) -> Iterator[Work]:
        """Lend the engine and the night to the step called ``name``.

        An exception inside marks the run ``failed`` in the ledger, and loses its text on the way
        out where that could quote personal data. Raises ``HomeIsBusy`` when another run has the
        home, ``ConfigurationError`` when there is no ``omni.yaml``.
        """
        self._watch(name, None)
        began = perf_counter()
        try:
            engine, night = self._begin()
        except (OSError, duckdb.IOException) as error:
            raise storage_failure(name, error) from None
        try:
            yield engine, night
        except BaseException as error:
            # what is no Exception is somebody ending the run: Ctrl-C, or Terminate in the UI
            self._stop(engine, "failed" if isinstance(error, Exception) else "interrupted")
            if isinstance(error, (OSError, duckdb.IOException)):
                raise storage_failure(name, error) from None
            if holds_no_values(error):
                raise
            raise failure_in(name, error) from None
        self._done.add(name)
        self._watch(name, perf_counter() - began)

    def watch_pairs(self, name: str, log: Callable[[str], None]) -> Tell:
        """Say how far the comparing of pairs is, and how long it still takes, where it takes several parts."""
        began = perf_counter()

        def tell(done: int, total: int) -> None:
            if done < total:
                left = (perf_counter() - began) / done * (total - done)
                words = f"{done:,} of {total:,} pairs compared, about {left:.0f} s left"
                log(words)
                self._watch(name, None, words)

        return tell

    def require(self, steps: Iterable[str]) -> None:
        """Raise ``RunFailed`` unless this very run has done all of ``steps``."""
        missing = sorted(set(steps) - self._done)
        if missing:
            raise RunFailed(
                "A publication is one whole run: run the job 'nightly', not a part of it. "
                f"Not done in this run: {', '.join(missing)}"
            )

    def close(self) -> None:
        """Let the home go.

        A run that built its candidate and was not to publish it was a dry run; one that stopped
        before, between two steps or because only a part was asked for, is ``interrupted``.
        """
        if self._work is None:
            return
        engine, night = self._work
        if not self._has_stopped:
            found = engine.fetch(
                "select status from ledger.runs where run_id = $run_id", {"run_id": night.run_id}
            )
            endings = {"publishing": "dry_run", "started": "interrupted"}
            if found["status"][0] in endings:
                end_run(engine, night.run_id, endings[found["status"][0]], utc_now())
        self._work = None
        self._hold.close()

    def _begin(self) -> Work:
        if self._work is None:
            configuration = self._configuration or load_configuration(self._home.configuration)
            night = Night(self._home, configuration, self._run_id, utc_now(), self._accept_changes)
            self._work = self._hold.enter_context(open_warehouse(night)), night
        return self._work

    def _stop(self, engine: Engine, status: str) -> None:
        self._has_stopped = True
        try:
            end_run(engine, self._run_id, status, utc_now())
        except duckdb.Error:
            # the warehouse itself is broken: the next run finds this one unfinished and says so
            return


def night_shift_resource(
    home: Home, configuration: Configuration | None, watch: Watch
) -> dg.ResourceDefinition:
    """Return the resource ``night_shift`` of one code location; each run gets its own."""

    @dg.resource(description="One run's hold on the home and its single-writer warehouse.")
    def night_shift(context: dg.InitResourceContext) -> Iterator[NightShift]:
        tags = context.run.tags if context.run else {}
        run_id = context.run.run_id if context.run else "unknown"
        asked = AskedRun(run_id, tags.get(ACCEPT_CHANGES) == "true")
        shift = NightShift(home, configuration, asked, watch)
        try:
            yield shift
        finally:
            shift.close()

    return night_shift
