"""A demo retailer's deliveries, night by night, and what makes the second night hard."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from omni_identity.demo import DemoPlan, write_demo
from omni_identity.model.home import Home

NIGHTS = (("2026-11-16", "2026-11-17"), ("2026-11-18", "2026-11-19"), ("2026-11-20",))
"""The demo's days of delivery: those of the nights before, of the night that is spoilt, of the day after."""


def write_retailer(folder: Path, customers: int) -> Path:
    """A retailer's configuration and deliveries, of which no night has been run."""
    write_demo(folder, DemoPlan(customers=customers))
    return folder


def deliver(source: Path, root: Path, days: Sequence[str]) -> None:
    """Put the files of these days into the home's ``landing/``."""
    for path in sorted((source / "landing").rglob("*")):
        if path.is_file() and path.name[:10] in days:
            target = root / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def exchange_persons(root: Path) -> None:
    """Deliver every fourth account of the web shop once more, with all that another one says.

    So records leave components whose others stay, and come to components where nobody else changes.
    """
    folder = root / "landing" / "web" / "contacts"
    with (folder / f"{NIGHTS[0][0]}.csv").open(newline="", encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    rows = [row for row in read if None not in row and None not in row.values()]  # some are broken
    with (folder / f"{NIGHTS[1][1]}-exchanged.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for own, other in zip(rows[::4], rows[1::4], strict=False):
            key = {name: own[name] for name in ("user_id", "account_no")}
            writer.writerow({**other, **key, "modified_at": f"{NIGHTS[1][1]}T12:00:00Z"})


def judge(root: Path) -> None:
    """Verdicts of the spoilt night, on pairs that the first one published: each way round one of them."""
    with duckdb.connect(str(Home(root).published_file), read_only=True) as published:
        pairs = published.sql(
            "select decided_by, channel_l, source_record_id_l, channel_r, source_record_id_r"
            " from match_edges order by match_probability, channel_l, source_record_id_l, channel_r,"
            " source_record_id_r"
        ).fetchall()
    parted = [pair[1:] for pair in pairs if pair[0] == "model"][:2]
    joined = [pair[1:] for pair in pairs if pair[0] == "review"][-2:]
    lines = ["judged_at,judgement,channel_l,source_record_id_l,channel_r,source_record_id_r"]
    for judgement, some in (("different", parted), ("same", joined)):
        lines += [",".join(("2026-11-20T00:00:00Z", judgement, *pair)) for pair in some]
    Home(root).judgements.mkdir(exist_ok=True)
    (Home(root).judgements / "desk.csv").write_text("\n".join(lines) + "\n")
