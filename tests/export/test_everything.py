"""An export shows all that an erasure would take out, and of others nothing."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.export.folder import DATA, PAGE
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.orchestration.run import execute_nightly
from omni_identity.person_requests.person_export import ExportRequest, export_person
from omni_identity.stewardship.access_log import Access, log_access, read_accesses
from tests.erasure.test_erasing import erase
from tests.erasure.worlds import TRACES, VICTIM, VICTIM_DESK_ID, find_traces, quote_victim
from tests.worlds import person

TERM = f"web:{VICTIM['id']}"
KEYS = {
    "crosswalk": ("channel", "source_record_id"),
    "interactions": ("channel", "interaction_id"),
    "interaction_lines": ("channel", "interaction_id", "line_number"),
    "messages": ("channel", "interaction_id"),
    "profile_lineage": ("golden_id", "attribute", "position"),
    "consents": ("golden_id", "consent", "position"),
    "audience_members": ("audience", "golden_id"),
    "open_matters": ("golden_id", "matter", "channel", "reference"),
}


def export(home: Home, folder: Path, term: str = TERM) -> dict[str, Any]:
    request = ExportRequest(term, "officer", "request 1")
    export_person(home, load_configuration(home.configuration), request, folder)
    made: dict[str, Any] = json.loads((folder / DATA).read_text(encoding="utf-8"))
    return made


def keys_of(home: Home, table: str, names: tuple[str, ...]) -> set[tuple[Any, ...]]:
    rows = pl.read_parquet(home.published / "parquet" / f"{table}.parquet")
    return set(rows.select(name for name in names if name in rows.columns).iter_rows())


def test_it_has_what_an_erasure_takes_out_and_no_more(home: Home, tmp_path: Path) -> None:
    made = export(home, tmp_path / "out")
    before = {table: keys_of(home, table, names) for table, names in KEYS.items()}
    files = {row["path"]: home.root / row["path"] for row in made["delivered"]}
    were = {path: content_of(file) for path, file in files.items()}
    erase(home, TERM)
    for table, names in KEYS.items():
        shown = made["published"].get(table, [])
        named = [name for name in names if not shown or name in shown[0]]
        gone = before[table] - keys_of(home, table, names)
        assert {tuple(row[name] for name in named) for row in shown} == gone, table
    are = {path: content_of(file) for path, file in files.items()}
    for row in made["delivered"]:
        if not row["path"].endswith(".parquet"):
            assert row["text"] in were[row["path"]]
            assert row["text"] not in are[row["path"]]
    for path, file in files.items():
        if path.endswith(".parquet"):
            shown_here = [row for row in made["delivered"] if row["path"] == path]
            assert were[path].count("\n") - content_of(file).count("\n") == len(shown_here)


def content_of(path: Path) -> str:
    if path.suffix == ".parquet":
        return pl.read_parquet(path).write_ndjson()
    raw = path.read_bytes()
    if path.suffix == ".gz":
        raw = gzip.decompress(raw)
    if raw.startswith(b"\xff\xfe"):
        return raw.decode("utf-16")
    return raw.decode("cp1252" if "/web/" in str(path) else "utf-8")


def test_every_place_where_a_byte_of_the_person_stands_is_in_it(
    home: Home,
    tmp_path: Path,
) -> None:
    found = [trace.partition(": ") for trace in find_traces(home.root)]
    assert {trace for _, _, trace in found} >= set(TRACES) - {"zephyvander", "07/29/1931"} - {
        "29.07.1931"
    }
    made = export(home, tmp_path / "out")
    delivered = {row["path"] for row in made["delivered"]}
    unexplained = set()
    for path, _, trace in found:
        first = Path(path).parts[0]
        if first == "landing":
            is_shown = path in delivered
        elif first == "published":
            stem = Path(path).stem
            is_shown = (
                stem in made["published"] or stem == "omni" or stem.startswith("audience_log_")
            )
            is_shown |= stem == "quarantined_records" and bool(made["landed"]["quarantined_rows"])
        elif first == "judgements":
            is_shown = bool(made["verdict_entries"])
        elif first == "truth":
            is_shown = {
                "file": "truth/labels.csv",
                "channel": "web",
                "source_record_id": VICTIM["id"],
            } in made["labels"]
        else:  # what is derived from it; the report is one that the test has written
            is_shown = first in ("warehouse", "reports")
        if not is_shown:
            unexplained.add((path, trace))
    assert unexplained == set()
    text = json.dumps(made, ensure_ascii=False).lower()
    # the letters of a mailbox alone are how it is compared, not what is kept of it
    assert {trace for _, _, trace in found if trace not in text} <= {"zephyvander"}
    channels = {row["channel"] for row in made["person"]["records"]}
    assert channels == {"web", "app", "till", "desk"}, "whoever was merged is there whole"


def test_of_others_it_has_nothing_but_how_many_rows_quote_the_person(
    home: Home,
    tmp_path: Path,
) -> None:
    quote_victim(home.root)
    assert execute_nightly(home).status == "published"
    made = export(home, tmp_path / "out")
    quoting = dict(made["said_by_others"])
    assert quoting["interactions"] >= 10
    assert quoting["held_back_rows"] >= 1
    text = json.dumps(made, ensure_ascii=False) + (tmp_path / "out" / PAGE).read_text("utf-8")
    assert "please ask" not in text
    for n in range(40):
        assert person(n)["email"] not in text
        assert f'"w{n}"' not in text
    assert made["verdict_entries"], "verdicts about the person are there, without the other record"
    assert {row["source_record_id_l"] for row in made["verdict_entries"]} <= {VICTIM["id"], None}
    assert "judged_by" not in made["verdict_entries"][0]


def test_an_export_changes_nothing_of_what_is_published(home: Home, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in home.published.rglob("*.parquet")}
    landing = {path: path.read_bytes() for path in home.landing.rglob("*") if path.is_file()}
    export(home, tmp_path / "out")
    assert before == {path: path.read_bytes() for path in home.published.rglob("*.parquet")}
    assert landing == {
        path: path.read_bytes() for path in home.landing.rglob("*") if path.is_file()
    }


def test_a_record_that_no_customer_has_is_exported_too(home: Home, tmp_path: Path) -> None:
    erase_nothing = export(home, tmp_path / "out", f"desk:{VICTIM_DESK_ID}")
    assert erase_nothing["person"]["golden_id"]
    old = export(home, tmp_path / "old", "web:webXQold12")
    assert {"channel": "web", "source_record_id": "webXQold12"} in old["person"]["records"]


@pytest.mark.parametrize("name", ["source_record_id_l", "source_record_id_r"])
def test_pairs_name_the_persons_side_only(home: Home, tmp_path: Path, name: str) -> None:
    made = export(home, tmp_path / "out")
    own = {row["source_record_id"] for row in made["person"]["records"]} | {None}
    rows = [*made["published"].get("match_edges", []), *made["published"].get("verdicts", [])]
    assert rows
    assert {row[name] for row in rows} <= own


def test_who_looked_at_the_person_is_in_it_and_the_export_on_record(
    home: Home, tmp_path: Path
) -> None:
    golden_id = export(home, tmp_path / "first")["person"]["golden_id"]
    at = datetime(2026, 3, 1)
    log_access(home, Access(at, "lookup", (golden_id,), by="anna", reason="ticket 7"))
    log_access(home, Access(at, "lookup", ("G0000009999",), by="anna", reason="ticket 8"))
    seen = export(home, tmp_path / "out")["accesses"]
    assert [(one["command"], one["reason"]) for one in seen] == [
        ("lookup", "ticket 7"),
        ("export", "request 1"),
    ]
    exports = [one for one in read_accesses(home) if one["command"] == "export"]
    assert [one["golden_ids"] for one in exports] == [golden_id] * 2
    assert [one["by"] for one in exports] == ["officer"] * 2


def test_an_erasure_leaves_of_the_log_the_golden_id(home: Home) -> None:
    at = datetime(2026, 3, 1)
    words = f"she wrote from {VICTIM['email']}"
    log_access(home, Access(at, "lookup", ("G1",), by="anna", reason=words))
    log_access(home, Access(at, "lookup", ("G2",), by="anna", reason="ticket 8"))
    erase(home, TERM)
    first, second = read_accesses(home)
    assert VICTIM["email"] not in first["reason"]
    assert (first["golden_ids"], first["by"]) == ("G1", "anna")
    assert second["reason"] == "ticket 8"
    result = execute_nightly(home)
    assert result.status == "published"
    said = dict(result.warnings).get("nothing_was_changed_by_hand", "")
    assert "access/" not in said, "that was no edit by hand"


def test_what_cannot_be_written_down_is_not_handed_out(home: Home, tmp_path: Path) -> None:
    home.access.write_text("in the way", encoding="utf-8")
    with pytest.raises(RunFailed, match="Nothing is shown"):
        export(home, tmp_path / "out")
    assert not (tmp_path / "out").exists()
