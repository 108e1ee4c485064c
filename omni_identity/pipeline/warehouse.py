"""The warehouse of a home, open for a run: every lasting table in place, erasures completed, the run begun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.landed_tables import create_landed_tables
from omni_identity.engines import Engine
from omni_identity.erasure.erasing import Erased, complete_erasures
from omni_identity.erasure.memory import create_erasure_memory
from omni_identity.erasure.on_record import has_erasures_to_do, require_memory
from omni_identity.erasure.requests import requested_erasures
from omni_identity.identity.changes import create_changes, start_over
from omni_identity.identity.crosswalk_history import create_crosswalk_history
from omni_identity.identity.found_changes import create_found_changes
from omni_identity.identity.golden_ids import create_settled_tables
from omni_identity.identity.ledger import create_ledger
from omni_identity.identity.standardised_contacts import (
    create_standardised_contacts,
    forget_standardised,
)
from omni_identity.insight.audience_members import create_settled_audiences
from omni_identity.insight.interactions import create_interaction_identifiers
from omni_identity.model.home import Home
from omni_identity.open_engine import open_engine
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step_records import create_step_records, forget_steps
from omni_identity.publish.lost_records import create_restorations
from omni_identity.publish.published_model import require_model
from omni_identity.publish.runs import begin_run, create_run_tables, has_begun, was_withheld
from omni_identity.stewardship.judgement_chain import create_chain_heads


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
    """Create the lasting tables that are not there yet."""
    vocabulary = configuration.vocabulary
    create_changes(engine)
    create_landed_tables(engine, vocabulary)
    create_standardised_contacts(engine, configuration)
    create_interaction_identifiers(engine, vocabulary)
    create_ledger(engine)
    create_erasure_memory(engine)
    create_chain_heads(engine)
    create_found_changes(engine)
    create_restorations(engine)
    create_settled_tables(engine)
    create_settled_audiences(engine)
    create_run_tables(engine)
    create_step_records(engine)
    create_crosswalk_history(engine)
