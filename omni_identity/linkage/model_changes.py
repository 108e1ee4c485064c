"""What is different between two models: the weights of their levels, and what only one compares."""

from __future__ import annotations

from dataclasses import dataclass

from omni_identity.linkage.model import LinkageModel


@dataclass(frozen=True)
class WeightChange:
    """The evidence (bits, against strangers) of one level in two models; None where a model has no such level."""

    comparison: str
    level: str
    before: float | None
    after: float | None

    @property
    def size(self) -> float:
        """How far the weight moved; what only one model has moved by all of it."""
        return abs((self.after or 0.0) - (self.before or 0.0))


def compare_models(before: LinkageModel, after: LinkageModel) -> list[WeightChange]:
    """Every level whose weight is another in ``after``, the largest change first; the prior is one of them."""
    olds, news = _weights(before), _weights(after)
    changes = [
        WeightChange(*key, olds.get(key), news.get(key))
        for key in dict.fromkeys((*olds, *news))
        if olds.get(key) != news.get(key)
    ]
    return sorted(changes, key=lambda change: (-change.size, change.comparison, change.level))


def _weights(model: LinkageModel) -> dict[tuple[str, str], float]:
    weights = {("prior", "before anything is compared"): round(model.prior_weight("strangers"), 2)}
    for comparison in model.comparisons:
        for level, parameters in zip(
            comparison.levels, model.parameters[comparison.name], strict=True
        ):
            weights[comparison.name, level.label] = round(parameters.weight("strangers"), 2)
    return weights
