"""What a verdict would change, in a sentence or two."""

from __future__ import annotations

from omni_identity.stewardship.verdict_effects import Effect


def in_words(effect: Effect) -> str:
    """``1 profile becomes 2: 3 records and 17 interactions get another golden ID.``"""
    before, after = len(effect.before), len(effect.after)
    become = "becomes" if before == 1 else "become"
    profiles = (
        f"{_count(before, 'profile')} change"
        if before == after
        else f"{_count(before, 'profile')} {become} {after}"
    )
    moved = (
        f"{_count(effect.moved_record_count, 'record')} and "
        f"{_count(effect.moved_interaction_count, 'interaction')} get another golden ID"
    )
    loose = effect.loose_interaction_count
    anew = (
        f"; {_count(loose, 'interaction')} without a contact record will be placed by the run"
        if loose
        else ""
    )
    listed = ", ".join(
        f"{audience} {count}" if count > 1 else audience
        for audience, count in effect.audience_counts
    )
    audiences = f" The run decides anew who belongs to the audiences: {listed}." if listed else ""
    consents = (
        f" Decided anew whether they may be contacted by: {', '.join(effect.consents)}."
        if effect.consents
        else ""
    )
    figures = f" They count in {_count(len(effect.kpis), 'figure')}." if effect.kpis else ""
    return f"{profiles}: {moved}{anew}.{consents}{audiences}{figures}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
