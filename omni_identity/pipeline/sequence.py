"""The one ordered list of steps, and what follows from it: which step needs which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from omni_identity.channels.configuration import Configuration
from omni_identity.pipeline.step import Step
from omni_identity.pipeline.steps import (
    candidate_pairs,
    customer_context,
    deliveries,
    destinations,
    golden_ids,
    households,
    interactions,
    kpis,
    landing,
    linkage_model,
    linkage_records,
    match_scores,
    profiles,
    publication,
    publication_candidate,
    published_files,
    source_records,
    standardised_contacts,
)

ONLY_WHAT_CHANGED = frozenset({"derived.candidate_pairs", "derived.rematched_records"})
"""Tables that have what changed alone: a reader that begins anew needs them made of everything."""
SAYS_WHAT_CHANGED = "changed."
"""Tables of this schema say what is to be looked at again, not what anything is made from."""


def steps_of(configuration: Configuration | None) -> tuple[Step, ...]:
    """All steps of a home, in order; None is a home without ``omni.yaml``, and so without channels."""
    return (
        deliveries.STEP,
        *(landing.step_of(*feed) for feed in landing.feeds_of(configuration)),
        standardised_contacts.STEP,
        source_records.STEP,
        linkage_records.STEP,
        candidate_pairs.STEP,
        linkage_model.STEP,
        match_scores.STEP,
        golden_ids.STEP,
        households.STEP,
        interactions.STEP,
        profiles.STEP,
        customer_context.STEP,
        kpis.STEP,
        publication_candidate.STEP,
        publication.STEP,
        published_files.STEP,
        *destinations.steps_of(configuration),
    )


def needs(steps: Sequence[Step]) -> dict[str, frozenset[str]]:
    """By step, those before it that write what it reads; what says what changed does not count."""
    writers: dict[str, set[str]] = {}
    found: dict[str, frozenset[str]] = {}
    for step in steps:
        data = (t for t in step.tables_read if not t.startswith(SAYS_WHAT_CHANGED))
        found[step.name] = frozenset().union(*(writers.get(table, ()) for table in data))
        for table in step.tables_written:
            writers.setdefault(table, set()).add(step.name)
    return found


def direct_needs(steps: Sequence[Step]) -> dict[str, tuple[str, ...]]:
    """``needs`` without those that another of them needs anyway, in the order of the steps."""
    all_needs = needs(steps)
    beyond: dict[str, frozenset[str]] = {}
    for step in steps:
        own = all_needs[step.name]
        beyond[step.name] = own.union(*(beyond[name] for name in own))
    return {
        step.name: tuple(
            other.name
            for other in steps
            if other.name in all_needs[step.name]
            and not any(other.name in beyond[n] for n in all_needs[step.name] - {other.name})
        )
        for step in steps
    }


def owners(steps: Iterable[Step]) -> dict[str, str]:
    """By table, the step that owns it: the first in the list that writes it. One that has none no step writes."""
    found: dict[str, str] = {}
    for step in steps:
        found = dict.fromkeys(sorted(step.tables_written), step.name) | found
    return found


def owned_tables(steps: Sequence[Step]) -> dict[str, tuple[str, ...]]:
    """By step, the tables of the schema ``derived`` that it is the first of the list to write, sorted."""
    by_table = owners(steps)
    return {
        step.name: tuple(t for t in step.derived_tables if by_table[t] == step.name)
        for step in steps
    }


def with_suppliers(steps: Sequence[Step], chosen: Collection[str]) -> set[str]:
    """The steps ``chosen``, and those that make anew for them what else has only what changed."""
    found = set(chosen)
    for step in reversed(steps):
        read = step.tables_read & ONLY_WHAT_CHANGED if step.name in found else set()
        found |= {other.name for other in steps if other.tables_written & read}
    return found & {step.name for step in steps if step.derived_tables} | set(chosen)


def named(steps: Iterable[Step], *names: str) -> tuple[Step, ...]:
    """The steps of these names, in the order of the list; ``KeyError`` for a name that there is none of."""
    by_name = {step.name: step for step in steps}
    chosen = {by_name[name].name for name in names}
    return tuple(step for step in by_name.values() if step.name in chosen)
