"""Our comparisons as Splink's own: its comparison creators and settings, and how its output tells a pair's levels."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from splink import SettingsCreator
from splink.comparison_level_library import CustomLevel, ElseLevel
from splink.comparison_library import CustomComparison

from omni_identity.linkage.comparisons import Comparison
from omni_identity.model.comparison_levels import Level

if TYPE_CHECKING:
    from omni_identity.linkage.model import LevelParameters, LinkageModel

Words = Callable[[str], str]
"""Puts a condition of ours into the dialect of Splink's back end."""

TOLD_APART = 1e-14
"""By so much of itself an m probability is raised where a level would weigh what another of its comparison does."""

FIGURES = frozenset(
    {"m_probability", "u_probability", "probability_two_random_records_match", "linker_uid"}
)
"""What is not parsed: a model's probabilities, and a number that Splink draws for every ``Linker``."""

_parsed: dict[str, Any] = {}
"""By what they are parsed from. A deployment has two, with frequencies of values and without; tests a handful."""


class KeptSettings(SettingsCreator):
    """Settings that hand out a copy of what was parsed for the same levels before: Splink changes them in place.

    Checking the SQL of every level costs more than a small run's pairs. What models fill in is no SQL: the
    probabilities of levels, and that of two random records.
    """

    def get_settings(self, sql_dialect_str: str) -> Any:
        """Splink's own settings object for a dialect."""
        levels = [
            (comparison.create_output_column_name(), vars(level))
            for comparison in self.comparisons
            if isinstance(comparison, CustomComparison)
            for level in comparison.create_comparison_levels()
        ]
        parsed_of = [(name, _without(FIGURES, level)) for name, level in levels]
        others = _without({*FIGURES, "comparisons"}, vars(self))
        key = repr((sql_dialect_str, parsed_of, others))
        if key not in _parsed:
            _parsed[key] = super().get_settings(sql_dialect_str)
        settings = deepcopy(_parsed[key])
        model = settings.core_model_settings
        model.probability_two_random_records_match = self.probability_two_random_records_match
        parsed = [level for c in model.comparisons for level in c.comparison_levels]
        for level, (_, figures) in zip(parsed, levels, strict=True):
            if not level.is_null_level:
                level.m_probability = figures["m_probability"]
                level.u_probability = figures["u_probability"]
        return settings


def _without(left_out: Collection[str], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in left_out}


def splink_settings(
    model: LinkageModel, words: Words = str, with_values: bool = False
) -> KeptSettings:
    """Splink's settings with the model's own m and u probabilities and term frequencies, for a ``Linker``.

    Predictions keep a pair's values only ``with_values``: for millions of pairs that takes twice as long and
    five times the memory (docs/scale.md). ``words`` puts a condition of ours into the dialect of Splink's back end.
    """
    same, strangers = model.pair_counts["same"], model.pair_counts["strangers"]
    return KeptSettings(
        link_type="dedupe_only",
        unique_id_column_name="record_no",
        comparisons=list(comparison_creators(model, words)),
        probability_two_random_records_match=same / (same + strangers),
        retain_matching_columns=with_values,
        retain_intermediate_calculation_columns=True,
        # its waterfall shows the value that an adjustment is for
        additional_columns_to_retain=sorted(_adjusted_columns(model)) if with_values else [],
    )


def settings_as_json(model: LinkageModel) -> dict[str, Any]:
    """The settings as Splink itself saves them for DuckDB: ``Linker(frame, settings)`` opens them."""
    settings: dict[str, Any] = splink_settings(model, with_values=True).create_settings_dict(
        "duckdb"
    )
    return settings


def comparison_creators(
    model: LinkageModel, words: Words = str, with_probabilities: bool = True
) -> list[CustomComparison]:
    """The model's comparisons as Splink's creators, in their order.

    A level whose frequency is that among the records with the same other value (``Level.given``) is two of
    Splink's: first for pairs that agree on the other value too.
    """
    return [
        CustomComparison(
            output_column_name=comparison.name,
            comparison_levels=[
                CustomLevel(words(comparison.null_sql), "not comparable").configure(
                    is_null_level=True
                ),
                *(
                    creator
                    for level, m_and_u in zip(
                        comparison.levels,
                        tell_apart(model.parameters[comparison.name]),
                        strict=True,
                    )
                    for creator in _level_creators(
                        level, m_and_u if with_probabilities else None, adjusts(model, level), words
                    )
                ),
            ],
        )
        for comparison in model.comparisons
    ]


def _level_creators(
    level: Level, m_and_u: tuple[float, float] | None, is_adjusted: bool, words: Words
) -> list[CustomLevel | ElseLevel]:
    if level.sql == "ELSE":
        plain: CustomLevel | ElseLevel = ElseLevel()
        plain.configure(label_for_charts=level.label)
    else:
        plain = CustomLevel(words(level.sql), level.label)
    creators = [plain]
    if is_adjusted:
        plain.configure(tf_adjustment_column=level.term_frequency)
        if level.given:
            other, both = level.given
            narrow = CustomLevel(
                words(f'({level.sql}) and "{other}_l" = "{other}_r"'),
                f"{level.label}, same {other} too",
            )
            narrow.configure(tf_adjustment_column=both)
            creators = [narrow, plain]
        for creator in creators:
            creator.configure(disable_tf_exact_match_detection=True)
    if m_and_u is not None:
        for creator in creators:
            creator.configure(m_probability=m_and_u[0], u_probability=m_and_u[1])
    return creators


def adjusts(model: LinkageModel, level: Level) -> bool:
    """Whether the model adjusts a level's weight for how frequent the agreeing value is."""
    return level.term_frequency is not None and level.term_frequency in model.least_frequencies


def _adjusted_columns(model: LinkageModel) -> set[str]:
    levels = [level for c in model.comparisons for level in c.levels if adjusts(model, level)]
    joint = {level.given[1] for level in levels if level.given}
    return joint | {str(level.term_frequency) for level in levels}


def adjusted_comparisons(model: LinkageModel) -> tuple[Comparison, ...]:
    """The comparisons with a level whose weight the model adjusts for how frequent the agreeing value is."""
    return tuple(c for c in model.comparisons if any(adjusts(model, level) for level in c.levels))


def tell_apart(levels: Sequence[LevelParameters]) -> list[tuple[float, float]]:
    """m and u of a comparison's levels, so that each weighs something else, and none nothing.

    Splink keeps a pair's level in its output only along with all its values, but always the weight: that has
    to tell the level. What it takes for that is far below the six digits that parameters have.
    """
    taken = {0.0}
    probabilities = []
    for level in levels:
        m, u = level.same, level.strangers
        while (weight := math.log2(m / u)) in taken:
            m *= 1 + TOLD_APART
        taken.add(weight)
        probabilities.append((m, u))
    return probabilities


def level_sql(model: LinkageModel, comparison: Comparison) -> str:
    """SQL for the index of a pair's level (0 the strongest, -1 not comparable) in what Splink predicted."""
    cases = " ".join(
        f"when cast({math.log2(m / u)!r} as double) then {i}"
        for i, (m, u) in enumerate(tell_apart(model.parameters[comparison.name]))
    )
    return f'(case "mw_{comparison.name}" {cases} else -1 end)::tinyint'
