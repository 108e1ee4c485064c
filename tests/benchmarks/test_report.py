"""The report keeps the rows that were not measured anew, and says where we lose."""

from __future__ import annotations

from pathlib import Path

from benchmarks.accuracy.measuring import Row
from benchmarks.accuracy.report import merge_rows, read_rows, render, write_report


def row(tool: str, f1: float | None, data: str = "mine", **more: object) -> Row:
    made: Row = {
        "data": data, "tool": tool, "versions": {tool: "1.0"}, "measured_on": "2026-11-22",
        "machine": "2 cores",
    }  # fmt: skip
    if f1 is not None:
        made |= dict.fromkeys(("precision", "recall", "f1", "b_f1"), f1)
        made |= {"records": 1000, "people": 400, "seconds": 2.0, "memory_mib": 100.0}
        made |= {"variant": "0.5", "note": "", "by_cause": {}}
    return made | more


def test_a_new_row_replaces_that_of_the_same_tool_and_set_only() -> None:
    old = [row("ours", 0.5), row("splink", 0.6), row("ours", 0.7, data="other")]
    merged = merge_rows(old, [row("ours", 0.9)])
    assert [(r["data"], r["tool"], r["f1"]) for r in merged] == [
        ("mine", "ours", 0.9),
        ("mine", "splink", 0.6),
        ("other", "ours", 0.7),
    ]


def test_a_failed_splink_run_takes_both_of_its_rows_away() -> None:
    old = [row("splink", 0.6), row("splink_best", 0.7)]
    (left,) = merge_rows(old, [row("splink", None, reason="out of memory")])
    assert left["reason"] == "out of memory"


def test_rows_survive_writing(tmp_path: Path) -> None:
    path = tmp_path / "docs" / "accuracy.md"
    rows = [row("ours", 0.9), row("splink", None, reason="a | b")]
    assert read_rows(path.with_suffix(".json")) == []
    write_report(path, rows)
    assert read_rows(path.with_suffix(".json")) == rows
    assert "failed: a \\| b" in path.read_text(encoding="utf-8")


def test_where_we_lose_the_table_says_so() -> None:
    rows = [row("ours", 0.9), row("splink_best", 0.95), row("goldenmatch_fs", 0.2)]
    lines = list(render(rows))
    (standing,) = [line for line in lines if line.startswith("| mine |")]
    assert "**we lose** by 0.0500" in standing
    assert "Splink, best threshold" in standing
    (best,) = [line for line in lines if line.startswith("| Splink, best") and "**0.9500**" in line]
    assert "threshold 0.5" in best


def test_where_we_win_the_table_says_by_how_much() -> None:
    lines = render([row("ours", 0.9), row("splink", 0.8)])
    assert any("| 0.1000 |" in line for line in lines)


def test_our_errors_are_broken_down_hardest_cause_first() -> None:
    def cause(f1: float) -> Row:
        return {
            "records": 10, "precision": 0.5, "recall": 0.5, "f1": f1, "b_f1": 0.5,
            "true_pairs": 8, "predicted_pairs": 6,
        }  # fmt: skip

    rows = [row("ours", 0.9, by_cause={"move": cause(0.9), "twins": cause(0.4)})]
    lines = [line for line in render(rows) if line.startswith(("| move", "| twins"))]
    assert [line.split(" | ")[0] for line in lines] == ["| twins", "| move"]
    assert lines[0].endswith("| 4 | 2 |"), "4 of 8 true pairs missed, 2 of 6 linked ones wrong"


def test_a_generated_set_is_described_in_the_words_of_its_module() -> None:
    lines = list(render([row("ours", 0.9, data="repeated_guests"), row("ours", 0.8)]))
    (made,) = [line for line in lines if line.startswith("Made by")]
    assert "`benchmarks/accuracy/generated/repeated_guests.py`: Guests of a hotel" in made
