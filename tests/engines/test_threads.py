"""``OMNI_THREADS``: how many threads DuckDB uses, and what is no number of them."""

from __future__ import annotations

import duckdb
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.threads import allowed_threads
from omni_identity.model.errors import ConfigurationError

THREADS = "select current_setting('threads')::integer as n"


@pytest.mark.parametrize(("said", "number"), [("3", 3), (" 1 ", 1), ("", None), ("1024", 1024)])
def test_a_number_is_taken(monkeypatch: pytest.MonkeyPatch, said: str, number: int | None) -> None:
    monkeypatch.setenv("OMNI_THREADS", said)
    assert allowed_threads() == number


@pytest.mark.parametrize("said", ["0", "-1", "two", "1.5", "1025", "9" * 5000, "²"])
def test_anything_else_is_one_clear_message(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("OMNI_THREADS", said)
    with pytest.raises(ConfigurationError, match=r"OMNI_THREADS: .* is no number of threads"):
        DuckDBEngine()


@pytest.mark.parametrize("said", ["3", None])
def test_duckdb_uses_as_many(monkeypatch: pytest.MonkeyPatch, said: str | None) -> None:
    if said is None:
        monkeypatch.delenv("OMNI_THREADS")
    else:
        monkeypatch.setenv("OMNI_THREADS", said)
    with DuckDBEngine() as engine:
        threads = engine.fetch(THREADS).item()
    with duckdb.connect() as plain:
        by_itself = plain.execute(THREADS).fetchall()[0][0]
    assert threads == (int(said) if said else by_itself)
