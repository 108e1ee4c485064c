"""The analyst's questions of docs/questions.md run on a published demo, find something, and look as they are shown."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.questions import QUESTIONS, answer, queries


def test_the_questions_find_what_they_are_said_to_find(demo_home: Path) -> None:
    asked = queries(QUESTIONS.read_text(encoding="utf-8"))
    assert len(asked) == 13
    with duckdb.connect(str(demo_home / "published" / "omni.duckdb"), read_only=True) as reader:
        for query, shown in asked:
            found = answer(reader, query).splitlines()
            assert found[0] == shown.splitlines()[0], query
            assert len(found) > 2, query
            assert len(shown.splitlines()) > 2, query
