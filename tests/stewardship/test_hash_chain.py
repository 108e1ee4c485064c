"""Whatever is done to a file that is only appended to, its chain tells; a process that was killed is no edit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from omni_identity.stewardship.hash_chain import (
    begin_anew,
    begin_piece,
    chain_file,
    end_piece,
    find_fault,
    last_link,
    read_chain,
)

KEY, OTHER = b"k" * 32, b"o" * 32
PIECES = [b"head\nfirst\n", b"second, of two\nlines\n", b"third\n", b"fourth\n"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some.csv"
    for piece in PIECES:
        append(path, piece)
    return path


def append(path: Path, piece: bytes) -> None:
    before = path.read_bytes() if path.exists() else b""
    begin_piece(path, KEY, before, piece)
    path.write_bytes(before + piece)
    end_piece(path)


def fault(path: Path) -> int | None:
    links = read_chain(path, KEY)
    assert links is not None
    return find_fault(KEY, links, path.read_bytes())


def test_what_was_appended_and_nothing_else_is_sound(file: Path) -> None:
    assert fault(file) is None
    links = read_chain(file, KEY)
    assert links is not None
    assert [link.end for link in links] == [11, 32, 38, 45]
    last = last_link(links, file.read_bytes(), KEY)
    assert last is not None
    assert last.end == 45
    assert read_chain(file, OTHER) is None, "another key knows nothing of it"


EDITS: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "edited": (lambda content: content.replace(b"second", b"2econd"), 3),
    "removed": (lambda content: content.replace(b"third\n", b""), 5),
    "the last one removed": (lambda content: content.replace(b"fourth\n", b""), 6),
    "inserted": (lambda content: content.replace(b"third\n", b"third\nmore\n"), 6),
    "added": (lambda content: content + b"fifth\n", 7),
    "added without an end": (lambda content: content + b"fifth", 7),
    "swapped": (lambda content: content.replace(b"third\nfourth\n", b"fourth\nthird\n"), 5),
    "emptied": (lambda content: b"", 1),
    "with other line ends": (lambda content: content.replace(b"\n", b"\r\n"), 1),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("goes_on", [False, True], ids=["", "then appended to"])
def test_an_edit_is_found_with_its_line_also_after_more_was_appended(
    file: Path, edit: str, goes_on: bool
) -> None:
    change, line = EDITS[edit]
    file.write_bytes(change(file.read_bytes()))
    if goes_on:
        append(file, b"\nsixth\n")
    assert fault(file) == line


@pytest.mark.parametrize("kept", range(len(PIECES[-1]) + 1))
def test_a_process_that_was_killed_while_it_appended_is_no_edit(file: Path, kept: int) -> None:
    before = file.read_bytes()
    begin_piece(file, KEY, before, b"fifth\n")
    file.write_bytes(before + b"fifth\n"[:kept])
    assert fault(file) is None
    append(file, b"\nsixth\n")
    assert fault(file) is None
    append(file, b"seventh\n")
    assert fault(file) is None
    file.write_bytes(file.read_bytes().replace(b"sixth", b"6ixth"))
    assert fault(file) is not None


def test_a_file_of_before_there_were_chains_counts_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(b"head\nold\n")
    append(path, b"new\n")
    assert fault(path) is None
    path.write_bytes(b"head\nedited\nnew\n")
    assert fault(path) == 1
    begin_anew(path, KEY, path.read_bytes())
    assert fault(path) is None
    assert b"old" not in chain_file(path).read_bytes()
    assert len(chain_file(path).read_text().splitlines()) == 3, "of what it was nothing is left"
