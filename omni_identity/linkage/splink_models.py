"""Reads a model that Splink 3, 4 or 5 has saved: its comparisons, and what each level means.

What a level means is read from its SQL, as Splink's own comparison library writes it, by the same rules for theirs
and for ours: two levels mean the same where the same is said of a column. All other SQL means only itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omni_identity.model.errors import UsageError

_COLUMN = re.compile(r'"([^"]+)_[lr]"')
_FOLDED = re.compile(r'\b(?:lower|upper|trim)\(\s*("[^"]+_[lr]")\s*\)', re.IGNORECASE)
_MEANINGS = (
    ("equal", re.compile(r'"(.+)_l" = "\1_r"')),
    ("equal", re.compile(r'list_has_any\("(.+)_l", "\1_r"\)', re.IGNORECASE)),
    (
        "equal",  # of lists as ours are: a value that both have
        re.compile(r'array_length\(list_intersect\("(.+)_l", "\1_r"\)\) >= 1', re.IGNORECASE),
    ),
    (
        "jaro_winkler",
        re.compile(
            r'jaro_winkler(?:_similarity)?\("(.+)_l", "\1_r"\) >= (?P<bound>[\d.]+)', re.IGNORECASE
        ),
    ),
    ("else", re.compile("ELSE", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Meaning:
    """What a level says of a column; ``bound`` is how alike, where that is what it says."""

    kind: str
    bound: float = 0.0


@dataclass(frozen=True)
class SplinkLevel:
    """A level that compares something: m or u is None where Splink never saw enough to estimate it."""

    label: str
    sql: str
    m: float | None
    u: float | None


@dataclass(frozen=True)
class SplinkComparison:
    """A comparison with its levels, strongest first, without the level for what cannot be compared."""

    name: str
    levels: tuple[SplinkLevel, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at, in the order in which its levels name them."""
        found = (name for level in self.levels for name in _COLUMN.findall(_plain(level.sql)))
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class SplinkModel:
    """What is read of a saved model; ``others`` are keys of its file that say nothing of how pairs compare."""

    comparisons: tuple[SplinkComparison, ...]
    match_probability: float | None
    link_type: str
    blocking_rule_count: int
    others: tuple[str, ...]


def read_splink_model(file: Path) -> SplinkModel:
    """Read what ``linker.misc.save_model_to_json`` wrote; raises ``UsageError`` for anything else."""
    try:
        saved = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise UsageError(f"{file} cannot be read as JSON ({type(error).__name__}).") from None
    if not isinstance(saved, dict) or not isinstance(saved.get("comparisons"), list):
        raise UsageError(
            f"{file} is no model of Splink's: it has no list `comparisons`."
            " `linker.misc.save_model_to_json(FILE)` writes one."
        )
    read = {
        "comparisons",
        "probability_two_random_records_match",
        "link_type",
        "blocking_rules_to_generate_predictions",
    }
    return SplinkModel(
        tuple(_comparison(file, n, values) for n, values in enumerate(saved["comparisons"])),
        _probability(saved.get("probability_two_random_records_match")),
        str(saved.get("link_type")),
        len(saved.get("blocking_rules_to_generate_predictions") or ()),
        tuple(sorted(set(saved) - read)),
    )


def _comparison(file: Path, number: int, values: Any) -> SplinkComparison:
    place = f"{file}: comparisons[{number}]"
    levels = values.get("comparison_levels") if isinstance(values, dict) else None
    if not isinstance(levels, list) or not all(_is_level(level) for level in levels):
        raise UsageError(
            f"{place} has no list `comparison_levels` in which each has a `sql_condition`."
        )
    compared = tuple(
        SplinkLevel(
            str(level.get("label_for_charts") or level["sql_condition"]),
            level["sql_condition"],
            _probability(level.get("m_probability")),
            _probability(level.get("u_probability")),
        )
        for level in levels
        if not level.get("is_null_level")
    )
    return SplinkComparison(
        str(values.get("output_column_name") or f"comparison {number + 1}"), compared
    )


def _is_level(level: Any) -> bool:
    return isinstance(level, dict) and isinstance(level.get("sql_condition"), str)


def _probability(value: Any) -> float | None:
    """A probability; None for the words that Splink 3 wrote where a level was never seen."""
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


def meaning(sql: str) -> Meaning | None:
    """What a level's condition says, in words of one column; None for SQL that means only itself.

    Capitals and blanks around a value are nothing that our records have, so ``lower(x)`` is ``x``.
    """
    plain = _plain(sql)
    for kind, pattern in _MEANINGS:
        found = pattern.fullmatch(plain)
        if found:
            bound = found.groupdict().get("bound")
            return Meaning(kind, round(float(bound), 6) if bound else 0.0)
    return None


def _plain(sql: str) -> str:
    """SQL with one blank between words, columns in double quotes, without what only folds capitals."""
    text = " ".join(sql.replace("`", '"').split())
    text = re.sub(r'(?<!["\w])([A-Za-z]\w*_[lr])\b(?!")', r'"\1"', text)
    before = None
    while before != text:
        before, text = text, _FOLDED.sub(r"\1", text)
    return text
