"""The truth fits the landing files, and the landing files do not tell it."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from omni_identity.demo import DemoSummary
from omni_identity.demo.interactions import EVENT_LAYOUTS
from omni_identity.demo.layouts import LAYOUTS

from .landing import delivered, read_labels, sound_rows

Demo = tuple[Path, DemoSummary]
CAUSES = {
    "household", "single", "flatmates", "typo", "nickname", "swapped_name", "double_name",
    "married", "moved", "changed_phone", "recycled_phone", "shared_email", "shared_landline",
    "relatives_phone", "relatives_card",
    "twin", "junior", "namesake", "guest", "handle_only", "placeholder",
    "foreign_phone", "foreign_script", "duplicate", "encoding_damage", "broken_row",
}  # fmt: skip


def test_labels_have_one_line_for_every_delivered_record(demo: Demo) -> None:
    home, summary = demo
    labels = Counter((row["channel"], row["source_record_id"]) for row in read_labels(home))
    assert max(labels.values()) == 1
    assert len(labels) == summary.records
    landed = {
        (name, row[layout.record_id])
        for name, layout in LAYOUTS.items()
        for path in delivered(home, name)
        for row in sound_rows(path, name)
        if row[layout.record_id]
    }
    assert landed <= set(labels)
    # Only records that a snapshot never showed may be unknown to the landing files.
    assert {channel for channel, _ in set(labels) - landed} <= {"loyalty"}


def test_every_cause_occurs(demo: Demo) -> None:
    home, summary = demo
    counted = Counter(row["cause"] for row in read_labels(home))
    assert set(counted) == CAUSES
    assert counted == summary.causes


def test_interaction_labels_name_every_interaction_once(demo: Demo) -> None:
    home, _ = demo
    with gzip.open(home / "truth/interactions.csv.gz", "rt", encoding="utf-8") as file:
        labels = Counter((row["channel"], row["interaction_id"]) for row in csv.DictReader(file))
    assert max(labels.values()) == 1
    for name, layout in EVENT_LAYOUTS.items():
        key = layout.columns["interaction_id"]
        for path in delivered(home, name, "interactions"):
            assert all(
                (name, row[key]) in labels
                for row in sound_rows(path, name, "interactions")
                if row[key]
            )


def test_record_ids_and_order_tell_nothing(demo: Demo) -> None:
    """Records of one person are no nearer to each other, by ID or by row, than any others."""
    home, _ = demo
    entity = {
        row["source_record_id"]: row["entity"]
        for row in read_labels(home)
        if row["channel"] == "till"
    }
    rows = [row["receipt_customer"] for row in sound_rows(delivered(home, "till")[0], "till")]
    rows = [record for record in dict.fromkeys(rows) if record]
    for order in (rows, sorted(rows)):
        places = defaultdict(list)
        for place, record in enumerate(order):
            places[entity[record]].append(place)
        gaps = [abs(at[0] - at[1]) / len(order) for at in places.values() if len(at) > 1]
        assert len(gaps) > 100
        # Two independent places are a third of the length apart on average.
        assert sum(gaps) / len(gaps) == pytest.approx(1 / 3, abs=0.06)


def test_landing_files_hold_no_entity(demo: Demo) -> None:
    home, _ = demo
    entities = {row["entity"] for row in read_labels(home)}
    for name in LAYOUTS:
        for row in sound_rows(delivered(home, name)[0], name):
            assert not entities & set(row.values())
