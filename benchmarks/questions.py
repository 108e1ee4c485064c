"""Answers the analyst's questions of docs/questions.md on a published home, and writes the answers below them.

python -m benchmarks.questions --home data
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

QUESTIONS = Path(__file__).resolve().parents[1] / "docs" / "questions.md"
BLOCK = re.compile(r"```sql\n(?P<query>.*?)```\n(?P<answer>(?:\n?\|[^\n]*\n)*)", re.DOTALL)


def queries(text: str) -> list[tuple[str, str]]:
    """``(query, answer as it stands)`` of every question."""
    return [(found["query"], found["answer"].strip()) for found in BLOCK.finditer(text)]


def answer(reader: duckdb.DuckDBPyConnection, query: str) -> str:
    """The rows of a query as a Markdown table."""
    result = reader.execute(query)
    heads = [column[0] for column in result.description]
    rows = [heads, ["---"] * len(heads), *result.fetchall()]
    return "\n".join(f"| {' | '.join(_shown(row))} |" for row in rows)


def _shown(row: Iterable[object]) -> list[str]:
    return ["" if value is None else str(value) for value in row]


def main() -> None:
    """Rewrite the answers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, help="a published home")
    home = parser.parse_args().home
    text = QUESTIONS.read_text(encoding="utf-8")
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as reader:
        answered = BLOCK.sub(
            lambda found: f"```sql\n{found['query']}```\n\n{answer(reader, found['query'])}\n", text
        )
    QUESTIONS.write_text(answered, encoding="utf-8")


if __name__ == "__main__":
    main()
