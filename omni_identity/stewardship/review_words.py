"""What comparisons are called where people read of them, and SQL for those in which a pair agrees, and differs."""

from __future__ import annotations

from collections.abc import Callable

from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.model import LinkageModel

WORDS = {
    "first_name": "first name",
    "last_name": "family name",
    "middle_name": "middle name",
    "generation": "generation (Jr, Sr)",
    "birth_date": "birth date",
    "birth_parts": "birth date",
    "locality": "town",
    **dict.fromkeys(
        ("street_in_postcode", "street_in_city", "street_in_other_postcode", "street"), "address"
    ),
    "email": "e-mail",
    "shared_mailbox": "mailbox of several",
    "phone_beside_email": "phone",
    "alias_first": "first name in an e-mail address or handle",
    "alias_last": "family name in an e-mail address or handle",
}
"""By comparison; one that is not here is called as it is, with blanks for underscores."""
AGREEING_WEIGHT = 1.0
"""Evidence (log2) against strangers from which two values agree."""


def word_for(comparison: str) -> str:
    """What a comparison is called: ``first name``; ``loyalty id`` of what ``omni.yaml`` declares."""
    return WORDS.get(comparison, comparison.replace("_", " "))


def agreeing_sql(model: LinkageModel) -> str:
    """SQL for the sorted words of what a scored pair agrees in as hardly any two strangers do."""

    def agrees(comparison: Comparison, number: int) -> bool:
        weight = model.parameters[comparison.name][number].weight("strangers")
        return number not in comparison.contradicting_levels and weight >= AGREEING_WEIGHT

    return _words_sql(model, agrees)


def differing_sql(model: LinkageModel) -> str:
    """SQL for the sorted words of what a scored pair differs in beyond slips."""
    return _words_sql(model, lambda comparison, number: number in comparison.contradicting_levels)


def contradicting_sql(model: LinkageModel, comparisons: tuple[str, ...]) -> str:
    """SQL condition that a scored pair differs beyond slips in one of these comparisons."""
    found = (
        f'"level_{c.name}" in ({", ".join(map(str, c.contradicting_levels))})'
        for c in model.comparisons
        if c.name in comparisons
    )
    return " or ".join(found) or "false"


def _words_sql(model: LinkageModel, chosen: Callable[[Comparison, int], bool]) -> str:
    conditions: dict[str, list[str]] = {}
    for comparison in model.comparisons:
        numbers = [str(n) for n in range(len(comparison.levels)) if chosen(comparison, n)]
        if numbers:
            is_it = f'"level_{comparison.name}" in ({", ".join(numbers)})'
            conditions.setdefault(word_for(comparison.name), []).append(is_it)
    cases = (
        f", case when {' or '.join(found)} then '{word}' end"
        for word, found in sorted(conditions.items())
    )
    return f"list_filter([null::varchar{''.join(cases)}], lambda x: x is not null)"
