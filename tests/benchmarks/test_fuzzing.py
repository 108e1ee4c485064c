"""The fuzz of readers and rewrites: the same files for the same seed, and none of them is lost."""

from __future__ import annotations

from pathlib import Path

from benchmarks.fuzzing import MutatedFile, drive, mutated_files, read_file, what_rows_say


def test_a_seed_names_its_files() -> None:
    assert list(mutated_files(3, 20)) == list(mutated_files(3, 20))
    assert list(mutated_files(3, 20)) != list(mutated_files(4, 20))


def test_no_mutated_file_is_lost() -> None:
    survival = drive(7, 60)
    assert survival.lost == []
    assert survival.tried == survival.read + survival.set_aside == 60
    assert survival.rewritten > 10


PERSON = b'{"id": "1", "name": "Ann Lee", "mail": "ann@mail.example", "born": "1980-01-02"}\n'
DATELESS = b'{"id": "2", "name": "Bo Roe", "mail": "bo@mail.example", "born": "soon"}\n'
NO_TEXT = b'{"id": "3", "name": "\xff\xfe"}\n'


def said(folder: Path, content: bytes, dropped: frozenset[int] = frozenset()) -> list[object]:
    mutated = MutatedFile("a.json", content, {})
    (folder / mutated.name).write_bytes(content)
    return [*what_rows_say(read_file(mutated, folder / mutated.name), dropped)]


def test_rows_say_the_same_whatever_is_held_back_beside_them(tmp_path: Path) -> None:
    """Of a row that could be read, the rows held back have more columns: null in those that could not."""
    before = said(tmp_path, PERSON + DATELESS + NO_TEXT, frozenset({2}))
    assert said(tmp_path, PERSON + NO_TEXT) == before


def test_rows_that_say_something_else_are_told_apart(tmp_path: Path) -> None:
    for left, instead in (
        (PERSON, PERSON.replace(b"Ann", b"Anna")),
        (PERSON, PERSON.replace(b"1980-01-02", b"")),
        (PERSON, DATELESS),
        (DATELESS, DATELESS.replace(b"Bo", b"Ro")),
        (NO_TEXT, NO_TEXT.replace(b"3", b"4")),
        (NO_TEXT, NO_TEXT.replace(b"\xff\xfe", b"")),
    ):
        assert said(tmp_path, left + NO_TEXT) != said(tmp_path, instead + NO_TEXT)
    assert said(tmp_path, PERSON + NO_TEXT) != said(tmp_path, NO_TEXT + PERSON)
    assert said(tmp_path, PERSON + NO_TEXT) != said(tmp_path, PERSON)
