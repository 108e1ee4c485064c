"""Opens what consumers read, for whoever only looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from omni_identity.engines.literals import identifier, literal
from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home

if TYPE_CHECKING:
    import duckdb


def attach_published(connection: duckdb.DuckDBPyConnection, home: Home, name: str) -> None:
    """Attach ``published/omni.duckdb`` to a connection, read-only, as the database ``name``.

    It stays one publication, even if a newer one replaces it meanwhile. Raises ``UsageError`` when nothing was
    published yet, or what was cannot be read.
    """
    import duckdb

    file = home.published_file
    if not file.exists():
        raise UsageError(
            f"Nothing is published in {home.root} yet: there is no published/omni.duckdb. "
            "`omni run` publishes, `omni demo` makes an example, --home names another home."
        )
    try:
        connection.execute(f"attach {literal(file.resolve())} as {identifier(name)} (read_only)")
    except duckdb.Error:
        raise UsageError(
            f"{file} cannot be read: somebody has damaged it, or has it open for writing. `omni run` writes it anew."
        ) from None


@contextmanager
def open_published(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend a read-only connection to ``published/omni.duckdb``.

    It sees one publication to its end, even if a newer one replaces it meanwhile. Raises
    ``UsageError`` when nothing was published yet, or what was cannot be read.
    """
    import duckdb

    with duckdb.connect() as connection:
        attach_published(connection, home, "omni")
        connection.execute("use omni")
        connection.execute("set timezone = 'UTC'").fetchall()
        yield connection
