"""A landed file is known by size, times and inode; whatever else becomes of it, it is read again."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_identity.channels.deliveries import hash_content
from omni_identity.channels.remembered_files import (
    SETTLED_NS,
    RememberedFiles,
    forget_remembered,
    load_remembered,
    save_remembered,
)
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_tables
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables.landed import landed_tables


def later() -> int:
    return time.time_ns() + 2 * SETTLED_NS


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as engine:
        create_tables(engine, landed_tables(Vocabulary()))
        yield engine


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text("id\n1\n")
    return path


def remember(engine: DuckDBEngine, path: Path) -> str | None:
    files = load_remembered(engine, "web", "contacts")
    files.clock = later
    content = files.hash_content(path)
    save_remembered(engine, files, "web", "contacts")
    return content


def test_a_file_that_stayed_is_known_without_being_read(
    engine: DuckDBEngine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = remember(engine, file)
    assert content == hash_content(file)
    monkeypatch.setattr(
        "omni_identity.channels.remembered_files.hash_content",
        lambda path: pytest.fail("it was read"),
    )
    assert load_remembered(engine, "web", "contacts").hash_content(file) == content
    assert load_remembered(engine).known_content(file) == content
    assert load_remembered(engine, "web", "interactions").known_content(file) is None


def test_a_file_of_the_same_size_and_time_with_other_content_is_read(
    engine: DuckDBEngine, file: Path
) -> None:
    remember(engine, file)
    before = file.stat()
    file.write_text("id\n2\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert load_remembered(engine).known_content(file) is None
    assert remember(engine, file) == hash_content(file)
    assert load_remembered(engine).known_content(file) == hash_content(file)


def test_a_file_that_another_took_the_place_of_is_read(engine: DuckDBEngine, file: Path) -> None:
    remember(engine, file)
    other = file.with_suffix(".next")
    other.write_text("id\n3\n")
    other.rename(file)
    assert load_remembered(engine).known_content(file) is None


def test_a_file_that_was_only_just_written_is_not_remembered(
    engine: DuckDBEngine, file: Path
) -> None:
    files = RememberedFiles(clock=lambda: file.stat().st_mtime_ns + SETTLED_NS // 2)
    assert files.hash_content(file) == hash_content(file)
    assert files.fresh == {}


def test_a_file_that_was_rewritten_after_it_was_read_is_not_remembered(
    engine: DuckDBEngine, file: Path
) -> None:
    files = RememberedFiles(clock=later)
    files.hash_content(file)
    file.write_text("id\n1\n2\n")
    save_remembered(engine, files, "web", "contacts")
    assert load_remembered(engine).seen == {}


def test_a_file_that_is_gone_has_no_content(engine: DuckDBEngine, file: Path) -> None:
    remember(engine, file)
    file.unlink()
    files = load_remembered(engine)
    assert files.known_content(file) is None
    assert files.hash_content(file) is None


def test_what_was_remembered_can_be_forgotten(engine: DuckDBEngine, file: Path) -> None:
    remember(engine, file)
    forget_remembered(engine)
    assert load_remembered(engine).seen == {}
