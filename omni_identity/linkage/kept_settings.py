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
    settings = splink_settings(comparisons)
    for comparison in settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            if level["sql_condition"] != "ELSE":
                level["sql_condition"] = words(level["sql_condition"])
    return KeptSettings(**settings)
