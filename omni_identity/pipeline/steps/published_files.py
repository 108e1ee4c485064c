"""Step ``published_files``: what consumers read as Parquet and CSV too, behind the switch."""

from __future__ import annotations

import duckdb

from omni_identity.engines import Engine
from omni_identity.model.errors import RunFailed
from omni_identity.model.storage_errors import storage_remedy
from omni_identity.model.tables import published_tables
from omni_identity.pipeline.run_context import RunContext
from omni_identity.pipeline.step import Outcome, Step
from omni_identity.publish.publication import published_run
from omni_identity.publish.published_files import publish_files


def write_published_files(engine: Engine, run: RunContext) -> Outcome:
    """Write the files of what consumers read, and lead those to them who read files.

    Raises ``RunFailed`` where they cannot be written: the run has published all the same.
    """
    try:
        counts = publish_files(
            engine,
            run.home,
            published_run(run.home) or run.run_id,
            published_tables(run.configuration.vocabulary),
            run.configuration.publish.readable_by,
        )
    except (OSError, duckdb.IOException) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RunFailed(
            f"{STEP.name} could not write its files: {reason.splitlines()[0]}. Consumers read this run's omni.duckdb;"
            " of Parquet and CSV they keep those of the run before, and destinations what they have. The next run"
            f" writes them. {storage_remedy(error)}"
        ) from None
    return Outcome(counts)


STEP = Step(
    name="published_files",
    group="publication",
    description="The published tables as files, published/parquet and published/csv, written once consumers read the"
    " run's omni.duckdb. Until they are whole, readers of files have those of the run before.",
    reads="published",
    writes="published_files ledger.published_files",
    settings="publish attributes identifiers channels",
    run=write_published_files,
    kinds="parquet",
)
