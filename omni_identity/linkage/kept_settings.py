"""Splink's settings, parsed once a process: checking the SQL of every level costs more than a small night's pairs."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from splink import SettingsCreator

from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import splink_settings

_parsed: dict[tuple[str, str], Any] = {}
"""By the settings as JSON, and dialect. A deployment has one set, tests a handful."""


class KeptSettings(SettingsCreator):
    """Settings that hand out a copy of what was parsed for the same ones before: Splink changes them in place."""

    def get_settings(self, sql_dialect_str: str) -> Any:
        """Splink's own settings object for a dialect."""
        text = json.dumps(asdict(self) | {"linker_uid": None}, sort_keys=True)
        key = (text, sql_dialect_str)
        if key not in _parsed:
            _parsed[key] = super().get_settings(sql_dialect_str)
        return deepcopy(_parsed[key])


def kept_settings(
    comparisons: tuple[Comparison, ...], words: Callable[[str], str] = str
) -> KeptSettings:
    """Splink's settings for these comparisons, without parameters.

    ``words`` puts a condition of ours into the dialect of Splink's back end.
    """
    settings = splink_settings(comparisons) | {
        # of a pair's own values only what decides how frequent an agreement is: writing all costs half
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "additional_columns_to_retain": _retained(comparisons),
    }
    for comparison in settings["comparisons"]:
        _weigh_by_place(comparison["comparison_levels"])
        for level in comparison["comparison_levels"]:
            if level["sql_condition"] != "ELSE":
                level["sql_condition"] = words(level["sql_condition"])
    return KeptSettings(**settings)


def level_sql(comparison: Comparison) -> str:
    """SQL for the index of a pair's level (0 the strongest, -1 not comparable) in what Splink predicted."""
    weight, strongest = f'"mw_{comparison.name}"', len(comparison.levels)
    return f"(case when {weight} = 0 then -1 else {strongest} - {weight} end)::tinyint"


def _weigh_by_place(levels: list[dict[str, Any]]) -> None:
    """Let every level weigh its place, the weakest 1 bit, so that the weight tells it; not comparable weighs 0."""
    for place, level in enumerate(reversed(levels[1:]), start=1):
        level |= {"m_probability": 0.5, "u_probability": 0.5**place / 2}


def _retained(comparisons: tuple[Comparison, ...]) -> list[str]:
    """The columns that :class:`Level` names in ``given`` first: whether they agree too has to be seen."""
    levels = (level for comparison in comparisons for level in comparison.levels)
    return list(dict.fromkeys(level.given[0] for level in levels if level.given))
