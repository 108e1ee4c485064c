"""Every statement in a ``.sql`` file is one, says what its rows are, is run, and can be said to Spark."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import omni_identity
from omni_identity.engines.spark.statements import read_statement
from omni_identity.engines.statements import statement

PACKAGE = Path(omni_identity.__file__).parent
LISTED = {"kpis", "audiences"}
"""Folders whose files are listed by what reads them, in a form of their own."""
STATEMENTS = sorted(p for p in PACKAGE.rglob("*.sql") if p.parent.name not in LISTED)


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_is_one_statement_with_its_rows_on_top_and_a_module_that_runs_it(path: Path) -> None:
    text = statement(str(path.with_suffix(".py")), path.stem)
    head = [line for line in text.splitlines() if line.startswith("--")]
    assert text.splitlines()[0] == head[0]
    assert any(words in " ".join(head) for words in ("one row", "one per", "once")), head
    assert len(duckdb.extract_statements(text)) == 1
    assert read_statement(text).sql
    modules = [module.read_text() for module in path.parent.glob("*.py")]
    assert any(
        "(__file__, " in text and f'"{path.stem}"' in text.replace("'", '"') for text in modules
    )
