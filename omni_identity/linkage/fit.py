"""Says what is wrong with a fitted model, so that a bad one is refused and the last good one stays."""

from __future__ import annotations

from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.mixture import Estimate

UNSETTLED = 0.01
MOST_UNDECIDED = 0.6
FEW_MATCHES = 50.0
"""Expected matches below which the priors speak, and a share of them says nothing."""
MOST_PAIRS_PER_RECORD = 50.0
"""Matches per record beyond which people would have a hundred records each."""
NEARLY_NONE = 0.1
"""Share of the matches that the priors see in the same pairs, below which a fit has lost them to other classes."""


def fit_problems(
    comparisons: tuple[Comparison, ...],
    estimate: Estimate,
    record_count: int,
    by_priors: Estimate,
) -> tuple[str, ...]:
    """Everything that makes a fitted model unfit for use, in words; empty for a sound one.

    ``estimate`` is of all pairs of ``record_count`` records, ``by_priors`` the same with the priors' parameters.
    """
    problems = []
    matches, expected = estimate.pair_counts["same"], by_priors.pair_counts["same"]
    if expected > FEW_MATCHES and matches < NEARLY_NONE * expected:
        largest = max(("relatives", "namesakes"), key=lambda name: estimate.pair_counts[name])
        problems.append(
            f"of all pairs the fit takes {matches:,.0f} for one person, where the priors see {expected:,.0f}:"
            f" {largest} have taken the matches ({estimate.pair_counts[largest]:,.0f} pairs)"
        )
    if estimate.last_change > UNSETTLED:
        problems.append(
            f"the estimates had not settled after {estimate.rounds} rounds: the last still moved"
            f" {estimate.last_change:.1%} of the candidate pairs between the classes"
        )
    if matches > FEW_MATCHES and estimate.undecided_share > MOST_UNDECIDED:
        problems.append(
            f"of {matches:,.0f} expected matches {estimate.undecided_share:.0%} cannot be told from"
            " relatives, namesakes or strangers by what the records hold"
        )
    if matches > MOST_PAIRS_PER_RECORD * max(record_count, 1):
        problems.append(
            f"{matches:,.0f} matches among {record_count:,} records: everybody would be everybody"
        )
    for comparison in comparisons:
        strongest = estimate.parameters[comparison.name][0]
        if matches > FEW_MATCHES and strongest.same < strongest.strangers / 2:
            problems.append(
                f"pairs of one person would agree on {comparison.name} half as often as strangers do, or less"
            )
    return tuple(problems)
