"""The page on linkage opens a run's model with nothing but Splink and DuckDB, and gets the same weights."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb

PAGE = Path(__file__).resolve().parents[2] / "docs" / "linkage.md"
COMPARE = """
connection.execute(f"copy (select * from {predictions.physical_name}) to 'predictions.parquet'")
import sys
assert not [name for name in sys.modules if name.startswith("omni_identity")]
"""


def test_plain_splink_opens_the_model_and_scores_alike(demo_home: Path, tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code.count('Path("data")') == 1
    script = tmp_path / "opened.py"
    script.write_text(code.replace('Path("data")', f"Path({str(demo_home)!r})") + COMPARE, "utf-8")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    warehouse = demo_home / "warehouse" / "omni.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as omni (read_only)")
        pairs, same, rare = connection.execute(
            f"""
            select count(*), count(*) filter (where p.match_weight = s.weight_strangers),
                count(*) filter (where p.mw_tf_adj_last_name <> 0)
            from omni.derived.scored_pairs s
            full join '{tmp_path}/predictions.parquet' p using (record_no_l, record_no_r)
            """
        ).fetchall()[0]
    assert pairs > 500
    assert same == pairs
    assert rare > 50
    for chart in ("match_weights.html", "waterfall.html"):
        assert (tmp_path / chart).stat().st_size > 500_000  # with all that draws it
