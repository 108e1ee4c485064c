"""``OMNI_MEMORY_LIMIT``: what is a size, and what is one clear message."""

from __future__ import annotations

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.memory import available_mebibytes, limit_of_memory, usual_limit
from omni_identity.model.errors import ConfigurationError


@pytest.mark.parametrize(
    ("said", "size"),
    [
        ("3GB", 3 * 1000**3),
        ("512MiB", 512 * 2**20),
        (" 1.5 gib ", 3 * 2**29),
        (".5GB", 500_000_000),
        ("1TB", 1000**4),
    ],
)
def test_a_size_is_taken_as_duckdb_writes_it(
    monkeypatch: pytest.MonkeyPatch, said: str, size: int
) -> None:
    monkeypatch.setenv("OMNI_MEMORY_LIMIT", said)
    assert limit_of_memory() == f"{size}B"


@pytest.mark.parametrize("said", ["", "  "])
def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("OMNI_MEMORY_LIMIT", said)
    assert limit_of_memory() == f"{usual_limit(available_mebibytes())}MiB"


@pytest.mark.parametrize(
    ("available", "limit"),
    [(512, 256), (4000, 2000), (8192, 4096), (24_000, 4096), (24_600, 4100), (96_000, 16_000)],
)
def test_a_large_machine_gives_a_sixth_and_a_small_one_half(available: int, limit: int) -> None:
    assert usual_limit(available) == limit


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("0", "'0' is no size"),
        ("0GB", "too little"),
        ("0%", "too little"),
        ("1KB", "too little"),
        ("63MiB", "64MiB is the least"),
        ("-1", "'-1' is no size"),
        ("-5GB", "'-5GB' is no size"),
        ("3", "'3' is no size"),
        ("lots", "'lots' is no size"),
        ("3GB; drop table t", "no size"),
        ("1_000MB", "no size"),
        ("５GB", "no size"),
        ("nan", "no size"),
        ("200%", "more than there is"),
        ("9999999999999999GB", "more than any machine has"),
        ("3GB\n4GB", "'what it says' is no size"),
        ("x" * 5000, "'what it says' is no size"),
    ],
)
def test_what_is_no_size_is_said_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, said: str, words: str
) -> None:
    monkeypatch.setenv("OMNI_MEMORY_LIMIT", said)
    with pytest.raises(ConfigurationError, match=words) as told, DuckDBEngine():
        pass
    assert told.value.exit_code == 2
    assert "such as 3GB" in str(told.value)
    assert len(str(told.value)) < 300
