"""A delivery that is killed at any instant: readers have the publication before or this one, and the next is whole."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from omni_identity.destinations import destination_types
from omni_identity.destinations.delta import DELIVERIES
from tests.destinations.conftest import Ask
from tests.destinations.publications import CUSTOMERS, NIGHT_OF, night

KILLS = 4
SECONDS = 1.0
"""Longer than a delivery of a made-up night takes: some kills come behind its end."""

DELIVER = """
import json, sys
from pathlib import Path
from omni_identity.destinations import Publication, destination_types
keys, run_id, folder = json.loads(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
destination = destination_types()[keys["type"]].model_validate(keys)
try:
    import adbc_driver_postgresql.dbapi, deltalake, obstore.store
finally:
    print("ready", flush=True)
destination.deliver(Publication(run_id, folder.parents[2], folder))
"""


def read_postgres(ask: Ask, lake: Any, folder: Path) -> set[tuple[Any, ...]]:
    parts = [
        f"select {column}, count(*) from customers.{table} group by 1"
        for table, column in NIGHT_OF.items()
    ]
    return set(ask(" union all ".join(parts)))


def read_delta(ask: Ask, lake: Any, folder: Path) -> set[tuple[Any, ...]]:
    from deltalake import DeltaTable

    said = DeltaTable(folder / "lake" / DELIVERIES).to_pyarrow_table().to_pylist()
    versions = {row["table_name"]: row["version"] for row in said}
    found = set()
    for name, column in NIGHT_OF.items():
        table = DeltaTable(folder / "lake" / name, versions[name]).to_pyarrow_table()
        found |= {(value, table.num_rows) for value in table[column].unique().to_pylist()}
    return found


def read_parquet(ask: Ask, lake: Any, folder: Path) -> set[tuple[Any, ...]]:
    pointer = json.loads(lake.Object("customers/current.json").get()["Body"].read())
    found: set[tuple[Any, ...]] = set()
    for one in pointer["tables"]:
        if one["name"] in NIGHT_OF:
            file = folder / "read.parquet"
            file.write_bytes(lake.Object(f"customers/{one['path']}").get()["Body"].read())
            column = NIGHT_OF[one["name"]]
            with duckdb.connect() as connection:
                found |= set(
                    connection.sql(f"select {column}, count(*) from '{file}' group by 1").fetchall()
                )
    return found


@pytest.mark.parametrize(
    ("keys", "read"),
    [
        ({"type": "postgres", "url_env": "WAREHOUSE_DSN", "schema": "customers"}, read_postgres),
        ({"type": "delta", "path": "lake"}, read_delta),
        ({"type": "parquet", "url": "s3://lake/customers"}, read_parquet),
    ],
    ids=["postgres", "delta", "parquet"],
)
def test_readers_have_the_publication_before_or_this_one(
    keys: dict[str, str],
    read: Callable[[Ask, Any, Path], set[tuple[Any, ...]]],
    ask: Ask,
    lake: Any,
    tmp_path: Path,
) -> None:
    if "path" in keys:
        keys = keys | {"path": str(tmp_path / keys["path"])}
    destination = destination_types()[keys["type"]].model_validate(keys)
    home, draw = tmp_path / "home", random.Random(22)

    def whole(number: int) -> set[tuple[Any, ...]]:
        return {(f"run-{number:03}", CUSTOMERS + number)}

    destination.deliver(night(home, 0))
    unfinished = 0
    for kill in range(KILLS):
        killed, after = 2 * kill + 1, 2 * kill + 2
        made = night(home, killed)
        arguments = (json.dumps(keys), made.run_id, str(made.folder))
        with subprocess.Popen(
            [sys.executable, "-c", DELIVER, *arguments], stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            time.sleep(draw.uniform(0, SECONDS) * (kill + 1) / KILLS)
            child.kill()
        found = read(ask, lake, tmp_path)
        assert found in (whole(killed - 1), whole(killed))
        unfinished += found == whole(killed - 1)
        destination.deliver(night(home, after))
        assert read(ask, lake, tmp_path) == whole(after)
    left = list((tmp_path / "lake").glob("crosswalk/*.parquet"))
    assert len(left) <= 2, "files of what was killed are deleted, too"
    assert unfinished > 0, "every kill came too late to show anything"
