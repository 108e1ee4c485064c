"""Values that mean harm to a terminal pass through every screen, and are only shown."""

from __future__ import annotations

import json
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest

from omni_identity.cli import terminal
from omni_identity.model.visible import has_controls
from tests.cli.conftest import Ending, Omni
from tests.shared import copy_home

HARM = "\x1b]0;pwned\x07\x9b31m[red]x[/red][/b]\u202e\r\nFORGED"
RECORD = "[red]x[/red]\nFORGED"
"""What is added to record IDs: they are typed as arguments, where controls are refused anyway."""


def spoil(file: Path) -> None:
    """Add harm to every value that a channel sends, and to every finding; record IDs stay the same everywhere."""
    file = file.resolve()
    file.chmod(file.stat().st_mode | stat.S_IWUSR)
    with duckdb.connect(str(file)) as database:
        columns = database.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns()"
            " join duckdb_tables() using (schema_name, table_name) where not duckdb_columns.internal"
            " and duckdb_columns.database_name = current_database() and table_name <> 'runs'"
        ).fetchall()
        for schema, table, column, kind in columns:
            name = f'"{schema}"."{table}"'
            if column.startswith("source_record_id") and kind == "VARCHAR":
                run(database, f'update {name} set "{column}" = "{column}" || $harm', RECORD)
            elif column in SPOILT and kind == "VARCHAR":
                run(database, f'update {name} set "{column}" = "{column}" || $harm', HARM)
            elif column in SPOILT and kind == "VARCHAR[]":
                added = f'list_transform("{column}", v -> v || $harm)'
                run(database, f'update {name} set "{column}" = {added}', HARM)


SPOILT = frozenset(
    ["full_name", "first_name", "last_name", "middle_name", "street", "city", "email", "phone", "loyalty_id",
     "status", "subject", "campaign", "store", "order_id", "matter_id", "ticket_id", "cart_id", "address",
     "finding", "reason", "occupation", "detail", "payload", "file", "path", "instagram", "region"]
)  # fmt: skip


def run(database: duckdb.DuckDBPyConnection, sql: str, harm: str) -> None:
    # a view, or a table that others refer to
    with suppress(duckdb.BinderException, duckdb.ConstraintException):
        database.execute(sql, {"harm": harm}).fetchall()


@pytest.fixture(scope="module")
def spoilt_home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("spoilt") / "home"
    copy_home(demo_home, home)
    for file in (home / "published" / "omni.duckdb", home / "warehouse" / "omni.duckdb"):
        spoil(file)
    return home


def look(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as published:
        return published.execute(sql).fetchall()


def is_harmless(ending: Ending) -> None:
    for text in (ending.out, ending.err):
        assert not has_controls(text), repr(text)
        assert not any(line.lstrip(" │").startswith("FORGED") for line in text.splitlines()), text
    assert "Unexpected" not in ending.err, ending.err


def test_every_screen_shows_hostile_values_and_obeys_none(
    omni: Omni, spoilt_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "PLAIN_WIDTH", 4000)  # no line is broken but by a value
    home = ("--home", spoilt_home)
    [(golden_id,)] = look(
        spoilt_home,
        "select golden_id from unified_profiles where interaction_count > 3 and record_count > 1"
        " and full_name is not null order by interaction_count desc, golden_id limit 1",
    )
    shown = omni("lookup", golden_id, *home)
    is_harmless(shown)
    assert "[red]x[/red]" in shown.out
    assert "\\x1b]0;pwned\\x07\\x9b31m" in shown.out
    [(one, other)] = look(
        spoilt_home,
        "select channel_l || ':' || source_record_id_l, channel_r || ':' || source_record_id_r"
        " from match_edges order by match_probability limit 1",
    )
    explained = omni("explain", one, other, *home)
    is_harmless(explained)
    assert "[red]x[/red]\\x0aFORGED" in explained.out
    as_json = omni("explain", one, other, "--json", *home)
    assert not has_controls(as_json.out)
    assert any(HARM in str(pair["left"]) for pair in json.loads(as_json.out)["values"])
    for command in (
        ("status",),
        ("quarantine",),
        ("quarantine", "--channel", "web", "--show-values"),
        ("quarantine", "--channel", "[/red]"),
        ("lookup", "a"),
        ("lookup", "red x"),
        ("lookup", "'; drop table x; --"),
        ("review", "--by", "x"),
        ("judge", "different", one, other, "--by", "x", "--reason", RECORD),
        ("judge", "same", one, other, "--by", "x", "--reason", "[/red]"),
        ("judge", "same", "web:[/red]", other, "--by", "x", "--reason", "[/red]"),
        ("erase", golden_id, "--by", "x", "--reason", "y"),
        ("erase", "[/red]\nFORGED", "--by", "x", "--reason", "y"),
        ("lookup", "[/red][bold]\nFORGED"),
        ("train", "--list"),
        ("train", "--promote", "[/red]"),
        ("evaluate", spoilt_home / "truth" / "labels.csv"),
        ("evaluate", spoilt_home / "[red]x[/red].csv"),
    ):
        is_harmless(omni(*command, *home))


def test_the_name_of_a_delivered_file_is_only_shown(omni: Omni, tmp_path: Path) -> None:
    folder = tmp_path / "landing"
    folder.mkdir(parents=True)
    (folder / "a\x1b]0;pwned\x07[red]\u202e.csv").write_text("no,columns\n1,2\n")
    (tmp_path / "omni.yaml").write_text(
        "version: 1\nchannels:\n  - name: web\n    contacts:\n      files: landing/*.csv\n"
        "      record_id: '\\x1b[2J'\n      mapping: {email: \"\\e[2Jmail\", first_name: '[/red]'}\n"
    )
    ending = omni("run", "--home", tmp_path)
    assert ending.exit_code in (2, 3)
    assert not has_controls(ending.out + ending.err)
    assert "[red]" in ending.err
