"""Opens what consumers read, for commands that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home

if TYPE_CHECKING:
    import duckdb


@contextmanager
def open_published(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend a read-only connection to ``published/omni.duckdb``.

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
    try:
        connection.execute("set timezone = 'UTC'").fetchall()
        yield connection
    finally:
        connection.close()
