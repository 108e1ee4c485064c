"""Opens what consumers read, for whoever only looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home

if TYPE_CHECKING:
    import duckdb


def connect_published(home: Home) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to ``published/omni.duckdb``; whoever asks for it closes it.

    It sees one publication to its end, even if a newer one replaces it meanwhile. Raises
    ``UsageError`` when nothing was published yet, or what was cannot be read.
    """
    import duckdb

    file = home.published_file
    if not file.exists():
        raise UsageError(
            f"Nothing is published in {home.root} yet: there is no published/omni.duckdb. "
            "`omni run` publishes, `omni demo` makes an example, --home names another home."
        )
    try:
        connection = duckdb.connect(str(file.resolve()), read_only=True)
    except duckdb.Error:
        raise UsageError(
            f"{file} cannot be read: somebody has damaged it, or has it open for writing. `omni run` writes it anew."
        ) from None
    connection.execute("set timezone = 'UTC'").fetchall()
    return connection


@contextmanager
def open_published(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend such a connection."""
    connection = connect_published(home)
    try:
        yield connection
    finally:
        connection.close()
