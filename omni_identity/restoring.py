"""``omni restore``: a home whose warehouse, models or judgements were lost or are older than what is published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.erasure.erasing import Erased
from omni_identity.erasure.memory import write_back_requests
from omni_identity.erasure.on_record import require_memory, require_published_requests
from omni_identity.model.home import Home
from omni_identity.open_engine import open_engine
from omni_identity.pipeline.warehouse import create_lasting_tables, finish_erasures
from omni_identity.publish.published_model import restore_model
from omni_identity.publish.published_state import is_behind
from omni_identity.publish.restoring import Restored, restore_memory


def restore_home(home: Home, configuration: Configuration, now: datetime) -> list[str]:
    """Bring the warehouse up to what is published; return what was done, a sentence each, nothing for nothing.

    First of all requests for erasure that only the warehouse knows are written down again, then all are
    carried out where they are not; then what the warehouse remembers is made from the publication. Doing it
    again does what doing it once does. Raises ``RunFailed`` where a backup is needed, and says of what;
    ``HomeIsBusy`` while a run is at work.
    """
    done = []
    with open_engine(home, configuration) as engine:
        create_lasting_tables(engine, configuration)
        done += list(_write_back(engine, home))
    erased = finish_erasures(home, configuration, now)
    if erased is not None:
        done.append(_say_erased(erased))
    with open_engine(home, configuration) as engine:
        create_lasting_tables(engine, configuration)
        if is_behind(engine, home):
            require_published_requests(engine, home)
            done.append(_say_restored(restore_memory(engine, home)))
        require_memory(engine, home)
        model = restore_model(engine, home)
    if model is not None:
        done.append(model)
    return done


def _write_back(engine: Engine, home: Home) -> Iterator[str]:
    count = write_back_requests(engine, home)
    if count:
        yield (
            f"judgements/erasures.csv lacked {count} erasures that this home has carried out: they stand there"
            " again, with the warehouse's hashes."
        )


def _say_erased(erased: Erased) -> str:
    return (
        "Erasures on record were not carried out in what was put back; now they are:"
        f" {erased.row_count:,} rows gone, {erased.file_count:,} delivered files rewritten,"
        f" {erased.verdict_count:,} verdicts removed, and what consumers read is without these persons."
    )


def _say_restored(restored: Restored) -> str:
    missed = restored.run_count - restored.known_run_count
    before = (
        "The warehouse had no memory"
        if restored.known_run_count == 0
        else f"The warehouse lacked {missed} of {restored.run_count} runs"
    )
    return (
        f"{before}: it is rebuilt from the publication of run {restored.run_id[:8]}, with"
        f" {restored.record_count:,} records, {restored.customer_count:,} customers and their golden IDs, and the"
        " history of runs. The next run derives everything else anew, from what lies in landing/."
    )
