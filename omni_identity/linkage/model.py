"""The frozen linkage model: comparisons with the parameters of the four classes, kept as a versioned folder.

Four classes of pairs: *same* person, *relatives* (one household, two people), *namesakes* (one name,
two people), *strangers*. A mixture of more than two classes follows Larsen and Rubin, "Iterative
automated record linkage using mixture models", JASA 96 (2001); the two-class weight is Fellegi and
Sunter's (JASA 64, 1969).
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from omni_identity.linkage.comparisons import Comparison, Level

CLASSES = ("same", "relatives", "namesakes", "strangers")
RIVALS = ("strangers", "relatives", "namesakes")
DEFAULT_MATCH_PROBABILITY = 0.26
"""The threshold of a model that had too little to choose one by."""


@dataclass(frozen=True)
class LevelParameters:
    """How often one level is seen in each class, among pairs where both records fill the columns."""

    same: float
    relatives: float
    namesakes: float
    strangers: float

    def weight(self, rival: str) -> float:
        """Evidence (log2) of this level for *same* against the class ``rival``."""
        return math.log2(self.same / float(getattr(self, rival)))


@dataclass(frozen=True)
class LinkageModel:
    """Comparisons and parameters; with it a pair's score is a pure function of the two records.

    ``pair_counts`` are the expected numbers of pairs of each class among all pairs;
    ``parameters[comparison][i]`` belongs to the comparison's level ``i``. ``least_frequencies`` has,
    for every column whose values' frequencies adjust a weight, that of the rarest value in training.
    ``blocking`` names the rules that find the pairs to be scored; ``match_probability`` is the threshold
    that the model chose, for who does not set one.
    """

    comparisons: tuple[Comparison, ...]
    parameters: dict[str, tuple[LevelParameters, ...]]
    pair_counts: dict[str, float]
    least_frequencies: dict[str, float]
    blocking: tuple[str, ...]
    seed: int
    match_probability: float = DEFAULT_MATCH_PROBABILITY

    @property
    def version(self) -> str:
        """A name for exactly this model: a hash of all that a score depends on."""
        text = json.dumps(self.as_dict(), sort_keys=True)
        return "m-" + hashlib.sha256(text.encode()).hexdigest()[:12]

    def prior_weight(self, rival: str) -> float:
        """Evidence (log2) for *same* against ``rival`` before anything is compared."""
        return math.log2(self.pair_counts["same"] / self.pair_counts[rival])

    def as_dict(self) -> dict[str, Any]:
        """The model as plain JSON values."""
        return {
            "comparisons": [asdict(comparison) for comparison in self.comparisons],
            "parameters": {
                name: [asdict(level) for level in levels]
                for name, levels in self.parameters.items()
            },
            "pair_counts": self.pair_counts,
            "least_frequencies": self.least_frequencies,
            "blocking": list(self.blocking),
            "seed": self.seed,
            "match_probability": self.match_probability,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> LinkageModel:
        """The inverse of :meth:`as_dict`."""
        comparisons = tuple(
            Comparison(
                c["name"],
                tuple(c["columns"]),
                tuple(_level_from_dict(level) for level in c["levels"]),
                tuple(c["rarity_follows"]),
                c["left_to_others"],
                tuple(c["one_side"]),
            )
            for c in values["comparisons"]
        )
        parameters = {
            name: tuple(LevelParameters(**level) for level in levels)
            for name, levels in values["parameters"].items()
        }
        return cls(
            comparisons,
            parameters,
            values["pair_counts"],
            values["least_frequencies"],
            tuple(values["blocking"]),
            values["seed"],
            values.get("match_probability", DEFAULT_MATCH_PROBABILITY),  # of before models chose
        )


def _level_from_dict(values: dict[str, Any]) -> Level:
    given = values["given"]
    return Level(**{**values, "given": tuple(given) if given else None})


def splink_settings(
    comparisons: tuple[Comparison, ...], model: LinkageModel | None = None
) -> dict[str, Any]:
    """Splink's settings for these comparisons, to be given to a ``Linker``.

    With ``model`` they carry its probabilities for *same* and *strangers*; without, placeholders:
    comparison vectors do not depend on them.
    """
    settings: dict[str, Any] = {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record_no",
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
        "comparisons": [_splink_comparison(comparison, model) for comparison in comparisons],
    }
    if model is not None:
        same, strangers = model.pair_counts["same"], model.pair_counts["strangers"]
        settings["probability_two_random_records_match"] = same / (same + strangers)
    return settings


def _splink_comparison(comparison: Comparison, model: LinkageModel | None) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {
            "sql_condition": comparison.null_sql,
            "label_for_charts": "not comparable",
            "is_null_level": True,
        }
    ]
    for i, level in enumerate(comparison.levels):
        parameters = model.parameters[comparison.name][i] if model else None
        levels.append(
            {
                "sql_condition": level.sql,
                "label_for_charts": level.label,
                "m_probability": parameters.same if parameters else 0.5,
                "u_probability": parameters.strangers if parameters else 0.5,
            }
        )
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def save_model(model: LinkageModel, folder: Path, report: dict[str, Any]) -> None:
    """Write ``model.json``, Splink's own ``splink.json`` and ``report.json`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in (
        ("model.json", model.as_dict()),
        ("splink.json", splink_settings(model.comparisons, model)),
        ("report.json", report),
    ):
        text = json.dumps(values, indent=1, sort_keys=True, ensure_ascii=False)
        (folder / name).write_text(text + "\n", encoding="utf-8")


def load_model(folder: Path) -> LinkageModel:
    """Read the model that :func:`save_model` wrote into ``folder``; ``OSError`` if it is not there."""
    values = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    return LinkageModel.from_dict(values)
