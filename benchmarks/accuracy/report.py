"""The report: rows kept in docs/accuracy.json, and docs/accuracy.md written from them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.accuracy.generated.registry import describe_generated
from benchmarks.accuracy.measuring import Row

TITLES = {
    "ours": "omni_identity",
    "splink": "Splink, at 0.95",
    "splink_best": "Splink, best threshold for this set",
    "goldenmatch_zero": "GoldenMatch, zero-config",
    "goldenmatch_fs": "GoldenMatch, Fellegi–Sunter",
}
"""Tools in the order of the table."""

INTRODUCTION = """\
# Accuracy

Written by `python -m benchmarks.accuracy FOLDER` (extra `bench`); the figures are in `accuracy.json`.
Every tool gets the same records, nobody is told the truth, and one evaluator
(`omni_identity.linkage.evaluation`, as in `omni evaluate`) judges all.

- **omni_identity**: an `omni.yaml` that names columns, nothing else, and `omni run`. It reads the raw
  files. Seconds and memory are those of the whole nightly job, publishing included (and of the
  retailer's interactions, on the demo).
- **Splink**: as its documentation would have it: cleaned columns, the ready-made comparisons of its
  library, ten or so blocking rules, the prior from deterministic rules, u by random sampling, m by EM,
  connected components. Once at the usual threshold of 0.95, once at the best of twelve thresholds, chosen
  with the truth in hand, which no user has.
- **GoldenMatch**: `dedupe_df` without a configuration, red ones allowed, and
  `auto_configure_probabilistic_df`. What it configures hangs on the shape of the table, so each mode
  runs on three: the records as they were delivered, and the cleaned ones with one full name and empty
  text or with first and last name and nulls. The table has the best of the three, again chosen with
  the truth in hand.
- Splink and GoldenMatch get a table that was cleaned for them: trimmed, lower case, full names split,
  dates as ISO, telephone numbers as digits, a second e-mail or number in a column of its own.

Precision, recall and F1 are of pairs; B³ is B-cubed F1. Best F1 and B³ of a set in bold. Seconds are
wall time from process start on a machine that was shared with other work, which kept its two cores at a
load of five to ten while omni_identity ran; memory is the peak.
"""


def read_rows(path: Path) -> list[Row]:
    """The rows of an earlier run; none when there was none."""
    if not path.is_file():
        return []
    rows: list[Row] = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return rows


def merge_rows(old: Iterable[Row], new: Iterable[Row]) -> list[Row]:
    """``new`` rows in place of the ``old`` ones of the same data set and tool."""
    new = list(new)
    replaced = {(row["data"], family(row["tool"])) for row in new}
    kept = [row for row in old if (row["data"], family(row["tool"])) not in replaced]
    order = list(TITLES)
    return sorted([*kept, *new], key=lambda row: (row["data"], order.index(row["tool"])))


def family(tool: str) -> str:
    """The tool whose run gave the row."""
    return "splink" if tool.startswith("splink") else tool


def write_report(path: Path, rows: list[Row]) -> None:
    """Write ``path`` (Markdown) and the rows beside it as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"rows": rows}, indent=1, ensure_ascii=False) + "\n"
    path.with_suffix(".json").write_text(text, encoding="utf-8")
    path.write_text("\n".join(render(rows)) + "\n", encoding="utf-8")


def render(rows: list[Row]) -> Iterator[str]:
    """The lines of the report."""
    yield INTRODUCTION
    yield from _standing(rows)
    for data in dict.fromkeys(row["data"] for row in rows):
        yield from _section(data, [row for row in rows if row["data"] == data])
    yield from _causes([row for row in rows if row["tool"] == "ours" and row.get("by_cause")])
    yield from _provenance(rows)


def _standing(rows: list[Row]) -> Iterator[str]:
    yield "## Where we stand\n"
    yield "| data set | omni_identity F1 (B³) | best other F1 (B³) | which | ahead by |"
    yield "|---|---|---|---|---|"
    for data in dict.fromkeys(row["data"] for row in rows):
        scored = [r for r in rows if r["data"] == data and r.get("f1") is not None]
        ours = next((r for r in scored if r["tool"] == "ours"), None)
        others = [r for r in scored if r["tool"] != "ours"]
        best = max(others, key=lambda r: r["f1"], default=None)
        yield (
            f"| {data} | {_both(ours)} | {_both(best)} | {TITLES[best['tool']] if best else ''} |"
            f" {_difference(ours, best)} |"
        )
    yield ""


def _both(row: Row | None) -> str:
    return f"{row['f1']:.4f} ({_number(row['b_f1'])})" if row else "not measured"


def _difference(ours: Row | None, best: Row | None) -> str:
    if ours is None or best is None:
        return ""
    ahead = ours["f1"] - best["f1"]
    if round(ahead, 4) < 0:
        return f"**we lose** by {-ahead:.4f}"
    return f"{ahead:.4f}" if round(ahead, 4) else "equal"


def _section(data: str, rows: list[Row]) -> Iterator[str]:
    scored = next((row for row in rows if "records" in row), None)
    size = f" ({scored['records']:,} records of {scored['people']:,} people)" if scored else ""
    yield f"## {data}{size}\n"
    if description := describe_generated(data):
        yield f"Made by `benchmarks/accuracy/generated/{data}.py`: {description}\n"
    yield "| tool | precision | recall | F1 | B³ | seconds | peak memory, MiB | |"
    yield "|---|---|---|---|---|---|---|---|"
    tops = {key: max((row.get(key) or 0.0 for row in rows), default=0.0) for key in ("f1", "b_f1")}
    for row in rows:
        cells = [_number(row.get("precision")), _number(row.get("recall"))]
        for key, top in tops.items():
            cell = _number(row.get(key))
            value = row.get(key)
            cells.append(f"**{cell}**" if value and round(value, 4) == round(top, 4) else cell)
        seconds, memory = row.get("seconds"), row.get("memory_mib")
        cells += [f"{seconds:,.0f}" if seconds else "–", f"{memory:,.0f}" if memory else "–"]
        yield f"| {TITLES[row['tool']]} | " + " | ".join(cells) + f" | {_remark(row)} |"
    yield ""


def _remark(row: Row) -> str:
    words = []
    if "reason" in row:
        words.append(f"failed: {row['reason']}")
    if row["tool"] == "splink_best":
        words.append(f"threshold {row['variant']}")
    if row["tool"].startswith("goldenmatch") and "variant" in row:
        words.append(row["variant"])
    if row.get("note"):
        words.append(row["note"])
    return "; ".join(words).replace("|", "\\|").replace("\n", " ")


def _causes(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        yield f"## Our errors by cause: {row['data']}\n"
        yield (
            "Pairs with at least one record of a person whose main difficulty is the cause; the"
            " hardest first.\n"
        )
        yield "| cause | records | precision | recall | F1 | B³ | missed pairs | wrong pairs |"
        yield "|---|---|---|---|---|---|---|---|"
        causes = sorted(row["by_cause"].items(), key=lambda item: item[1]["f1"] or 0.0)
        for cause, q in causes:
            shared = round((q["recall"] or 0.0) * q["true_pairs"])
            figures = " | ".join(_number(q[key]) for key in ("precision", "recall", "f1", "b_f1"))
            missed, wrong = q["true_pairs"] - shared, q["predicted_pairs"] - shared
            yield f"| {cause} | {q['records']:,} | {figures} | {missed:,} | {wrong:,} |"
        yield ""


def _provenance(rows: list[Row]) -> Iterator[str]:
    yield "## Measured with\n"
    yield "| tool | versions | on | machine |"
    yield "|---|---|---|---|"
    lines = {}
    for row in rows:
        versions = ", ".join(f"{name} {number}" for name, number in row["versions"].items())
        lines[
            f"| {TITLES[row['tool']]} | {versions} | {row['measured_on']} | {row['machine']} |"
        ] = 0
    yield from lines


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
