"""SQL literals: whatever a path or a comment holds stays text."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.literals import literal


def test_a_literal_is_the_text_itself() -> None:
    with DuckDBEngine() as engine:
        for text in ("plain", "o'neil", "''; drop table x; --", "", "ü\n'"):
            assert engine.fetch(f"select {literal(text)} as x")["x"][0] == text


def test_a_file_in_a_folder_with_a_quotation_mark_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "o'neil's" / "x.parquet"
    path.parent.mkdir()
    with DuckDBEngine() as engine:
        engine.run(f"copy (select 1 as x) to {literal(path)} (format parquet)")
        assert engine.fetch(f"select x from read_parquet({literal(path)})").equals(
            pl.DataFrame({"x": [1]}, schema={"x": pl.Int32})
        )
