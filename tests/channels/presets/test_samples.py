"""Every preset reads its sample: all rows accounted for, all values as a person reads them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from omni_identity.channels.presets.preset_files import preset_names, read_preset
from omni_identity.channels.presets.recognition import document_paths, recognise

from .samples import expectations, files_of_sample, read_sample

NAMES = preset_names()


@pytest.mark.parametrize("name", NAMES)
def test_all_rows_are_accounted_for_and_all_values_are_right(name: str) -> None:
    for said in expectations(name):
        feed, pattern = said.get("feed", {}), said.get("files", "*")
        sample = read_sample(name, said.get("country"), feed, pattern)
        values = said["records" if read_preset(name).feed == "contacts" else "interactions"]
        assert sample.values == values
        assert sample.lines == said.get("lines", [])
        for passed_over in ("filtered", "absent", "further"):
            assert getattr(sample, passed_over) == said.get(passed_over, 0), passed_over
        assert sorted(sample.held_back) == sorted(said.get("held_back", []))
        assert sample.row_count == said["rows"]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_recognised_as_what_it_is(name: str) -> None:
    for file in files_of_sample(name):
        lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        found = recognise(columns_of(file), file.name, lines[:20])
        kind = read_preset(name).feed
        same_kind = [one for one in found if read_preset(one.preset).feed == kind]
        assert same_kind[0].preset == name
        assert [one.score for one in same_kind[1:]] < [same_kind[0].score - 0.1]
        # no other vendor comes near
        others = [one for one in found if one.preset.split("/")[0] != name.split("/")[0]]
        assert all(one.score < same_kind[0].score - 0.1 for one in others)


def columns_of(file: Path) -> set[str]:
    """The header of a sample, or the paths of its documents."""
    raw = file.read_bytes()
    text = raw.decode("cp1252" if b"\xdf" in raw and b"\xc3" not in raw else "utf-8-sig")
    if file.suffix == ".csv":
        first = text.splitlines()[0]
        return set(next(csv.reader([first], delimiter=";" if ";" in first else ",")))
    if file.suffix == ".txt":
        return set()
    documents = [json.loads(line) for line in text.splitlines()] if file.suffix == ".jsonl" else []
    if not documents:
        try:
            whole = json.loads(text)
            documents = whole if isinstance(whole, list) else [whole]
        except ValueError:
            documents = [json.loads(line) for line in text.splitlines()]
    return {path for document in documents for path in document_paths(document)}
