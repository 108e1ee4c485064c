"""Under what a model was trained: when, with which libraries, for which words of omni.yaml; and what differs now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from importlib.metadata import version
from typing import Any

from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.records import linkage_columns
from omni_identity.linkage.training import Bounds
from omni_identity.model.attributes import Vocabulary

LIBRARIES = ("duckdb", "polars", "splink")
"""Those that compare, or make what is compared: another version may score a pair otherwise."""
FAR_MORE = 10
"""Times the records of training from which a model is called outgrown."""
FEW_RECORDS = 1000
"""Records below which training mostly believes its priors: twice as many are worth training anew."""


def describe_environment(vocabulary: Vocabulary, bounds: Bounds) -> dict[str, Any]:
    """What a model's ``report.json`` keeps: ``trained_at`` (UTC), library versions, words, bounds."""
    return {
        "trained_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "library_versions": _library_versions(),
        "identifiers": list(vocabulary.identifiers),
        "attributes": dict(vocabulary.evidence),
        "linkage": {"seed": bounds.seed, "pairs_per_record": bounds.pairs_per_record},
    }


def _library_versions() -> dict[str, str]:
    return {name: version(name) for name in LIBRARIES}


def missing_columns(model: LinkageModel, vocabulary: Vocabulary) -> dict[str, str]:
    """Columns that the model compares and the vocabulary has no more, with their SQL types."""
    had = set(linkage_columns(vocabulary))
    compared = {name for c in model.comparisons for name in (*c.columns, *c.one_side)}
    return {
        name: "VARCHAR" if name.startswith("attribute_") else "VARCHAR[]"
        for name in sorted(compared - had)
    }


def missing_comparisons(model: LinkageModel, vocabulary: Vocabulary) -> set[str]:
    """Names of the model's comparisons that the vocabulary has no column for any more."""
    missing = missing_columns(model, vocabulary)
    return {c.name for c in model.comparisons if set(c.columns) & set(missing)}


def remark_on_model(
    model: LinkageModel,
    report: Mapping[str, Any],
    vocabulary: Vocabulary,
    bounds: Bounds,
    record_count: int,
) -> list[str]:
    """What speaks for training anew, a sentence each; empty when the model fits what it is used on.

    ``record_count`` is of the records to be linked now. A report of before these facts were kept says
    nothing of them.
    """
    remarks = [
        *_on_size(int(report["records"]), record_count),
        *_on_libraries(report.get("library_versions", {})),
        *_on_words(model, report, vocabulary),
        *_on_bounds(report.get("linkage", {}), bounds),
    ]
    if remarks:
        remarks.append(
            "`omni train` fits a model to what is there now, and shows what it would change."
        )
    return remarks


def _on_size(trained: int, now: int) -> list[str]:
    if now >= FAR_MORE * trained or (trained < FEW_RECORDS and now >= 2 * trained):
        return [f"The model was trained on {trained:,} records, and there are {now:,} now."]
    return []


def _on_libraries(then: Mapping[str, str]) -> list[str]:
    now = _library_versions()
    changed = [
        f"{name} {then[name]} (now {now[name]})"
        for name in LIBRARIES
        if name in then and then[name] != now[name]
    ]
    if not changed:
        return []
    return [f"The model was trained with {', '.join(changed)}: scores may differ a little."]


def _on_words(model: LinkageModel, report: Mapping[str, Any], vocabulary: Vocabulary) -> list[str]:
    remarks = []
    missing = sorted(missing_comparisons(model, vocabulary))
    if missing:
        remarks.append(
            f"The model compares {_listed(missing)}, which omni.yaml does not declare any more:"
            " that evidence is missing, and counts neither for nor against."
        )
    identifiers = set(vocabulary.identifiers) - set(
        report.get("identifiers", vocabulary.identifiers)
    )
    now, then = dict(vocabulary.evidence), report.get("attributes", vocabulary.evidence)
    then = dict(then)
    fresh = sorted(identifiers | (set(now) - set(then)))
    if fresh:
        remarks.append(f"The model knows nothing of {_listed(fresh)}, which omni.yaml declares.")
    for name in sorted(set(now) & set(then)):
        if now[name] != then[name]:
            remarks.append(
                f"The model compares '{name}' as {then[name]}, and omni.yaml says {now[name]}."
            )
    return remarks


def _on_bounds(then: Mapping[str, Any], bounds: Bounds) -> list[str]:
    now = {"seed": bounds.seed, "pairs_per_record": bounds.pairs_per_record}
    return [
        f"The model was trained with linkage.{name} {then[name]:g}, and omni.yaml says {value:g}."
        for name, value in now.items()
        if name in then and then[name] != value
    ]


def _listed(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
