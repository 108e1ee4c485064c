"""The fuzz of readers and rewrites: the same files for the same seed, and none of them is lost."""

from __future__ import annotations

from benchmarks.fuzzing import drive, mutated_files


def test_a_seed_names_its_files() -> None:
    assert list(mutated_files(3, 20)) == list(mutated_files(3, 20))
    assert list(mutated_files(3, 20)) != list(mutated_files(4, 20))


def test_no_mutated_file_is_lost() -> None:
    survival = drive(7, 60)
    assert survival.lost == []
    assert survival.tried == survival.read + survival.set_aside == 60
    assert survival.rewritten > 10
