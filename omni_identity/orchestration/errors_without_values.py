"""Replaces exceptions whose text may quote a person's data by ones that name the place in the code.

What a step raises is kept in Dagster's event log. DuckDB, Polars and Python's own errors quote the
value that they could not convert; such a text must not get there.
"""

from __future__ import annotations

import duckdb

from omni_identity.model.code_places import code_places
from omni_identity.model.errors import OmniError, RunFailed
from omni_identity.model.storage_errors import AGAIN, storage_remedy

MEMORY_ERRORS = (duckdb.OutOfMemoryException, MemoryError)
"""What is raised where memory, or the disk that stands in for it, is not enough."""
WITHOUT_VALUES: tuple[type[BaseException], ...] = (
    OmniError,
    OSError,
    ImportError,
    KeyboardInterrupt,
    SystemExit,
    GeneratorExit,
    # of DuckDB's, those that speak of names, memory and files, not of what stands in rows
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    *MEMORY_ERRORS,
    duckdb.IOException,
    duckdb.ConnectionException,
    duckdb.TransactionException,
)
"""Kinds of exceptions whose text is safe to keep."""


def is_interruption(error: BaseException) -> bool:
    """Whether somebody has ended the run: by Ctrl-C, or in the UI.

    What a signal raises is no ``Exception``; within a statement DuckDB puts an error of its own in its place.
    """
    seen: BaseException | None = error
    while isinstance(seen, Exception):
        if isinstance(seen, RuntimeError) and str(seen) == "Query interrupted":
            return True
        seen = seen.__cause__ or seen.__context__
    return seen is not None


def holds_no_values(error: BaseException) -> bool:
    """Whether the text of ``error``, and of what it came from, is of a kind that quotes no row."""
    seen: BaseException | None = error
    while seen is not None:
        # an interruption by Dagster itself (a user ends the run) is not an ``Exception``
        if isinstance(seen, Exception) and not isinstance(seen, WITHOUT_VALUES):
            return False
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return True


def failure_in(step: str, error: BaseException) -> RunFailed:
    """Return the error to raise instead: the step, the kind of error, and its place in our code."""
    return RunFailed(
        f"{step} stopped with {type(error).__name__} at {code_places(error)}. "
        "Its text is left out, because it may quote a person's data."
    )


def storage_failure(step: str, error: OSError | duckdb.IOException) -> RunFailed:
    """Return the error to raise for a disk that is full, read-only or gone: what happened, what to do."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    place = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    return RunFailed(
        f"{step} could not read or write its files: {reason.splitlines()[0]}{place}. Consumers keep the"
        f" last publication. {storage_remedy(error)}"
    )


def memory_failure(step: str, error: BaseException) -> RunFailed:
    """Return the error to raise for one of ``MEMORY_ERRORS``: what was too little, and what to do."""
    reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
    if "max_temp_directory_size" in str(error):
        remedy = "Make room on the disk of the warehouse, which holds what memory does not."
    else:
        remedy = (
            "Let DuckDB have more, as in OMNI_MEMORY_LIMIT=8GiB (without it, a sixth of the machine's), or fewer"
            " threads share it, OMNI_THREADS=1."
        )
    return RunFailed(f"{step} had too little memory: {reason}. {remedy} {AGAIN}")
