"""The warehouse of a home, open for a run: every lasting table in place, erasures completed, the run begun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.engines.declared import create_tables
from omni_identity.erasure.erasing import Erased, complete_erasures
from omni_identity.erasure.on_record import has_erasures_to_do, require_memory
from omni_identity.erasure.requests import requested_erasures
from omni_identity.identity.changes import start_over
from omni_identity.identity.crosswalk_history import begin_crosswalk_history
from omni_identity.identity.standardised_contacts import forget_standardised
from omni_identity.model.home import Home
from omni_identity.model.tables import lasting_tables
from omni_identity.open_engine import open_engine
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step_records import forget_steps
from omni_identity.publish.published_model import require_model
from omni_identity.publish.runs import begin_run, complete_runs, has_begun, was_withheld


@contextmanager
def open_warehouse(run: RunContext) -> Iterator[Engine]:
    """Open the warehouse for writing, with every lasting table in place and the run begun.

    An erasure that was killed is completed before, and so is one that a backup which was put back does not
    have. Raises ``HomeIsBusy`` when another process has it, ``ConfigurationError`` for an engine that cannot
    run the job, ``RunFailed`` for a warehouse that knows less than what is published.
    """
    finish_erasures(run.home, run.configuration, run.now)
    with open_tables(run.home, run.configuration) as engine:
        require_model(engine, run.home)
        if not has_begun(engine, run.run_id):
            if run.full_refresh:
                forget_all_derived(engine)
            elif was_withheld(engine):
                # whatever was wrong with what had been derived, the next run does not build on it
                forget_steps(engine)
        publications = run.configuration.retention.publications
        begin_run(engine, run.home, run.run_id, run.now, publications)
        yield engine


@contextmanager
def open_tables(home: Home, configuration: Configuration) -> Iterator[Engine]:
    """Open the warehouse for writing, with every lasting table in place; raises as ``open_warehouse``."""
    with open_engine(home, configuration) as engine:
        create_lasting_tables(engine, configuration)
        require_memory(engine, home)
        yield engine


def forget_all_derived(engine: Engine) -> None:
    """Forget what was derived from the landed rows, in one transaction, so that all steps derive it anew.

    The frozen model stays what it is. Whoever is killed afterwards loses nothing: the next run derives it all.
    """
    with engine.transaction():
        forget_standardised(engine)
        start_over(engine)
        forget_steps(engine)


def finish_erasures(home: Home, configuration: Configuration, now: datetime) -> Erased | None:
    """Carry out every erasure on record that was not completed, or not in this warehouse or publication.

    None if there is none. Raises ``RunFailed`` when something stands in its way.
    """
    if not requested_erasures(home):
        return None
    with open_engine(home, configuration) as engine:
        create_lasting_tables(engine, configuration)
        if not has_erasures_to_do(engine, home):
            return None
        return complete_erasures(engine, home, configuration, now)


def create_lasting_tables(engine: Engine, configuration: Configuration) -> None:
    """Create the tables that are not made from others, where they are not there yet, and the schema ``derived``."""
    engine.run("create schema if not exists derived")
    create_tables(engine, lasting_tables(configuration.vocabulary))
    complete_runs(engine)
    begin_crosswalk_history(engine)
