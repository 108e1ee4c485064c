"""A connection to PostgreSQL in one transaction, whose errors are words without any value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pyarrow as pa

from omni_identity.destinations.destination import DeliveryFailed
from omni_identity.destinations.environment import value_of
from omni_identity.model.postgres_addresses import bounded, words_of

LOCK_SECONDS = 60
"""How long to wait for another delivery, or for a client that holds a table which has to be altered."""
_WORDS = {
    "42501": "the user may not do that",
    "42": "it does not understand the statement",
    "23505": "two rows have one key",
    "23503": "a row refers to one that is not there, or a table of yours to one that is gone",
    "23": "a constraint of yours does not allow it",
    "22": "it does not take a value",
    "2BP01": "something of yours hangs on it",
    "0A000": "something of yours, a view perhaps, hangs on it",
    "54": "a row or a key is too long for it",
    "57014": "a statement took longer than timeout_minutes",
    "55P03": "somebody else holds it: another delivery, or a client",
    "40": "it conflicts with what another client does",
}
_REFUSALS = (
    (re.compile("authentication failed|no password supplied|no pg_hba"), "28"),
    (re.compile(r'role ".*" does not exist'), "28"),
    (re.compile(r'database ".*" does not exist'), "3D"),
)
"""Of a connection that does not come about libpq has no SQLSTATE, but a text: by that."""


class Session:
    """Statements of one transaction; ``doing`` is the table at work, for the words of an error."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.doing = ""

    def run(self, sql: str, *values: object) -> None:
        """Run a statement."""
        self._cursor.execute(sql, values or None)

    def fetch(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        self._cursor.execute(sql, values or None)
        return list(self._cursor.fetchall())

    def stage(self, name: str, rows: pa.RecordBatchReader) -> None:
        """Send rows into a new temporary table."""
        self._cursor.adbc_ingest(name, rows, mode="create", temporary=True)


@contextmanager
def open_session(url_env: str, timeout_minutes: int) -> Iterator[Session]:
    """A transaction on the server whose address is in the environment, committed at the end if nothing is raised.

    Raises ``DeliveryFailed``, here and for whatever fails inside: its words hold the SQLSTATE, and neither the
    address nor what the server said, which may quote a row.
    """
    address = value_of(
        url_env, "the database's address, such as postgresql://user:password@host/warehouse"
    )
    try:
        from adbc_driver_manager import Error

        postgres = import_module("adbc_driver_postgresql.dbapi")
    except ImportError:
        raise DeliveryFailed(
            'it takes a driver that is not installed: pip install "omni_identity[postgres]"'
        ) from None
    session = None
    try:
        with postgres.connect(bounded(address)) as connection, connection.cursor() as cursor:
            session = Session(cursor)
            session.run("set local standard_conforming_strings = on")
            session.run("set local timezone = 'UTC'")
            session.run(f"set local lock_timeout = '{LOCK_SECONDS}s'")
            session.run(f"set local statement_timeout = '{timeout_minutes}min'")
            session.run("set local idle_in_transaction_session_timeout = 0")
            yield session
            session.doing = ""
            connection.commit()
    except Error as error:
        raise _refused(error, session, url_env) from None


def _refused(error: Any, session: Session | None, url_env: str) -> DeliveryFailed:
    state = error.sqlstate if isinstance(error.sqlstate, str) else ""
    if session is None:
        found = next((state for text, state in _REFUSALS if text.search(str(error))), "")
        words = words_of(found, {}) or "it cannot be reached, or does not answer"
        return DeliveryFailed(
            f"the database of {url_env}: {words}. Try that address with its own client"
        )
    words = words_of(state, _WORDS) or "the connection broke off, or it failed"
    code = f"SQLSTATE {state}" if state else getattr(error.status_code, "name", "UNKNOWN")
    table = f", table {session.doing}" if session.doing else ""
    return DeliveryFailed(f"the database of {url_env}{table}: {words} ({code})")
