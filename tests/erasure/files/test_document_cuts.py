"""Cuts: rows taken out of JSON documents, and every other byte left as it is."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from omni_identity.channels.configuration import parse_configuration
from omni_identity.channels.feeds import Feed
from omni_identity.channels.row_paths import rows_within
from omni_identity.erasure.files.document_cuts import RowCuts, ranges_to_cut
from omni_identity.erasure.files.rewriting import prepare_rewrite

PATH = "a.*.b.*"
DOCUMENT = '{ "x" : "é]" , "a" :[ {"b":[ 1 , {"c":[2]},3 ]} ,\n {"n": {}, "b" : [ ]}, {"b":{"d":4}} ], "z":[5]}'


def cut(document: str, places: set[int], path: str = PATH, number: int = 7) -> str | None:
    numbers = {number * 1_000_000 + place for place in places}
    raw = document.encode()
    ranges = ranges_to_cut(raw, number, RowCuts({path: numbers}))
    if ranges is None:
        return None
    left, position = b"", 0
    for start, end in ranges:
        left, position = left + raw[position:start], end
    return (left + raw[position:]).decode()


@pytest.mark.parametrize("places", [{1}, {2}, {3}, {4}, {1, 2}, {2, 3}, {1, 3}, {1, 2, 3}, {1, 4}])
def test_the_other_rows_stay_and_it_is_json_still(places: set[int]) -> None:
    rows = [levels[-1] for levels, _ in rows_within(json.loads(DOCUMENT), PATH)]
    left = cut(DOCUMENT, places)
    assert left is not None
    document = json.loads(left)
    kept = [levels[-1] for levels, _ in rows_within(document, PATH)]
    expected = [{} if n == 4 else row for n, row in enumerate(rows, 1) if n == 4 or n not in places]
    if 4 not in places:
        expected = [row for n, row in enumerate(rows, 1) if n not in places]
    assert kept == expected
    assert (document["x"], document["z"]) == ("é]", [5])


def test_a_document_without_a_row_left_goes_as_a_whole() -> None:
    assert cut(DOCUMENT, {1, 2, 3, 4}) is None
    assert cut(DOCUMENT, {0}) is None
    assert cut('{"a": []}', {0}) is None


def test_a_document_stays_while_another_feed_has_rows_in_it() -> None:
    raw = b'{"people":[{"id":1}],"orders":[{"id":7},{"id":8}]}'
    orders = {"orders.*": {3000001, 3000002}}
    assert ranges_to_cut(raw, 3, RowCuts(orders)) is None
    both = ranges_to_cut(raw, 3, RowCuts({**orders, "people.*": set[int]()}))
    assert both == [(31, 48)]
    assert ranges_to_cut(raw, 3, RowCuts({**orders, "people.*": {3000001}})) is None
    assert ranges_to_cut(raw, 3, RowCuts({**orders, None: {2}})) == [(31, 48)]
    assert ranges_to_cut(raw, 3, RowCuts({**orders, None: {3}})) is None


def feed(**settings: Any) -> Feed:
    contacts = {"files": "landing/*", "record_id": "id", "rows": "data.*"} | settings
    data = {"version": 1, "channels": [{"name": "web", "contacts": contacts}]}
    found = parse_configuration(data).channels[0].contacts
    assert found is not None
    return found


def page(*ids: int) -> str:
    return json.dumps({"page": "ü", "data": [{"id": n} for n in ids]}, ensure_ascii=False)


def test_a_file_loses_rows_and_documents(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{page(1, 2)}\n{page(3)}\n{page(4, 5, 6)}\n", encoding="utf-8")
    assert prepare_rewrite(path, feed(), {1000002, 2000001, 3000001, 3000003}).put_in_place()
    assert path.read_text(encoding="utf-8") == f"{page(1)}\n{page(5)}\n"


def test_so_does_an_array_and_a_member_of_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(f"[{page(1, 2)},\n{page(3)}]", encoding="utf-8")
    assert prepare_rewrite(path, feed(), {1000001, 2000001}).put_in_place()
    assert json.loads(path.read_text(encoding="utf-8")) == [json.loads(page(2))]
    packed = tmp_path / "b.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("1.jsonl", f"{page(1, 2)}\n{page(3)}\n")
        archive.writestr("2.jsonl", f"{page(4, 5)}\n")
    assert prepare_rewrite(packed, feed(), {1000001, 3000002}).put_in_place()
    with zipfile.ZipFile(packed) as archive:
        assert archive.read("1.jsonl").decode() == f"{page(2)}\n{page(3)}\n"
        assert archive.read("2.jsonl").decode() == f"{page(4)}\n"
