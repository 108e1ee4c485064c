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
from functools import cached_property
from pathlib import Path
from typing import Any

from omni_identity.linkage.comparisons import Comparison
from omni_identity.model.comparison_levels import Level

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
    that the model chose, for who does not set one. ``records_per_person`` is how many records the person of a
    matching pair has, equal ones counted once, as training saw it, ``most_records`` how many people have at most, but
    for one in twenty or so (None: of before models said). ``name_rate`` is how
    often two strangers share a full name, by which a name is common or rare among namesakes (None: of before models
    said, or without names).
    """

    comparisons: tuple[Comparison, ...]
    parameters: dict[str, tuple[LevelParameters, ...]]
    pair_counts: dict[str, float]
    least_frequencies: dict[str, float]
    blocking: tuple[str, ...]
    seed: int
    match_probability: float = DEFAULT_MATCH_PROBABILITY
    records_per_person: float | None = None
    name_rate: float | None = None
    most_records: float | None = None

    @cached_property
    def version(self) -> str:
        """A name for exactly this model: a hash of all that a score depends on.

        Asked for once a column and step, and nothing in the model ever changes.
        """
        text = json.dumps(self.as_dict(), sort_keys=True)
        return "m-" + hashlib.sha256(text.encode()).hexdigest()[:12]

    def prior_weight(self, rival: str) -> float:
        """Evidence (log2) for *same* against ``rival`` before anything is compared."""
        return math.log2(self.pair_counts["same"] / self.pair_counts[rival])

    def as_dict(self) -> dict[str, Any]:
        """The model as plain JSON values."""
        values = {
            "comparisons": [_comparison_as_dict(comparison) for comparison in self.comparisons],
            "parameters": {
                name: [asdict(level) for level in levels]
                for name, levels in self.parameters.items()
            },
            "pair_counts": self.pair_counts,
            "least_frequencies": self.least_frequencies,
            "blocking": list(self.blocking),
            "seed": self.seed,
            "match_probability": self.match_probability,
            "records_per_person": self.records_per_person,
            "name_rate": self.name_rate,
            "most_records": self.most_records,
        }
        for name in ("records_per_person", "name_rate", "most_records"):
            if values[name] is None:
                del values[name]  # so that a model of before keeps its version
        return values

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
                c.get("is_rare", False),  # of before there were any
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
            values.get("records_per_person"),
            values.get("name_rate"),
            values.get("most_records"),
        )


def _comparison_as_dict(comparison: Comparison) -> dict[str, Any]:
    """A comparison as plain values; what came after models were first kept is in it only where it says something.

    So a model that was frozen before keeps its version, by which its folder is called.
    """
    values = asdict(comparison)
    if not comparison.is_rare:
        del values["is_rare"]
    for level in values["levels"]:
        if level["strangers"] is None:
            del level["strangers"]
    return values


def _level_from_dict(values: dict[str, Any]) -> Level:
    given = values["given"]
    return Level(**{**values, "given": tuple(given) if given else None})


def starting_model(comparisons: tuple[Comparison, ...]) -> LinkageModel:
    """What training starts from: the priors, and every level one bit stronger evidence than the one below it.

    It adjusts nothing for how frequent values are.
    """
    parameters = {
        comparison.name: tuple(
            LevelParameters(level.same, level.same, level.same, level.same / 2**place)
            for place, level in zip(
                range(len(comparison.levels), 0, -1), comparison.levels, strict=True
            )
        )
        for comparison in comparisons
    }
    return LinkageModel(comparisons, parameters, dict.fromkeys(CLASSES, 1.0), {}, (), seed=0)


def load_model(folder: Path) -> LinkageModel:
    """Read the model in ``folder``; ``OSError`` if it is not there."""
    values = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    return LinkageModel.from_dict(values)
