"""What must be plausible of the customers: how large they are, how they moved, and how well their records agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from omni_identity.channels.check_settings import CheckSettings
from omni_identity.identity.identity_diff import IDENTITY_CHANGES
from omni_identity.publish.checks.check import Audit, Facts, Finding

FEW_CUSTOMERS = 100
"""Customers below which a jump in their number says nothing."""


SURE = 3.0
"""Standard errors by which newcomers may be more than plausible: of a hundred customers chance brings a few more."""
MORE = 2.0
"""So many times more newcomers may come than ever came in one of the last publications."""
LAST = 30
"""Publications that are looked back on."""


def largest_customer_is_within_bounds(audit: Audit) -> Finding:
    """The customer with most different records: a guest who books often leaves as many equal ones.

    Reads ``derived.customers`` and ``derived.equal_records``.
    """
    largest = audit.count(
        "select coalesce(max(size), 0) from ("
        " select count(distinct coalesce(e.representative_no, c.record_no)) as size"
        " from derived.customers c left join derived.equal_records e on e.record_no = c.record_no"
        " group by c.golden_id) sizes"
    )
    bound = audit.configuration.checks.max_customer_records
    finding = f"the largest customer has {largest} different records, at most {bound} are plausible"
    return largest <= bound, finding, {"largest": largest, "bound": bound}


def customer_count_does_not_jump(audit: Audit) -> Finding:
    """The number of customers beside that of the last publication."""
    before = audit.count("select count(distinct golden_id) from settled.crosswalk")
    now = audit.count("select count(*) from candidate.main.unified_profiles")
    bound = audit.configuration.checks.max_customer_change_share
    facts: Facts = {"before": before, "now": now, "bound": bound}
    if before < FEW_CUSTOMERS:
        return True, f"{now} customers; {before} before, too few to compare", facts
    lowest, highest = bounds_of_customers(before, _increases(audit), audit.configuration.checks)
    change = (now - before) / before
    facts["change_share"] = round(change, 4)
    finding = f"{now} customers after {before}: {change:+.1%}"
    if now < lowest and audit.are_changes_accepted and _are_records_gone(audit):
        return True, f"{finding}; that records are gone was accepted by --accept-changes", facts
    return lowest <= now <= highest, finding, facts


def bounds_of_customers(
    before: int, increases: Sequence[int], settings: CheckSettings
) -> tuple[float, float]:
    """Between how many customers there may be after ``before``; ``increases`` are those of earlier publications.

    A home that grows by a fifth each night is no bad run: what it grew by lately it may grow by twice over.
    """
    change = settings.max_customer_change_share * before
    usual = MORE * max(increases, default=0)
    return before - change, before + max(change + SURE * math.sqrt(change), usual)


def _increases(audit: Audit) -> list[int]:
    """By how many the customers grew from one publication to the next, in the last of them."""
    counts = audit.engine.fetch(
        "select customer_count from ledger.runs where status = 'published' and run_id <> $run_id"
        " and customer_count is not null order by run_number desc limit $last",
        {"run_id": audit.run_id, "last": LAST},
    )["customer_count"].to_list()
    return [later - earlier for later, earlier in pairwise(counts)]


def _are_records_gone(audit: Audit) -> bool:
    """Whether more of a channel's records are gone than is plausible."""
    figures = audit.feed_figures
    return figures.filter((figures["figure"] == "gone") & figures["is_unusual"]).height > 0


def customers_do_not_contradict_themselves(audit: Audit) -> Finding:
    """Pairs inside customers that are too different, beside training and the last publication."""
    figures = audit.diagnostics("contradicting_pairs").select(
        "bucket", "value", "total", "trained_value", "published_value", "bound"
    )
    facts: Facts = {}
    high: list[str] = []
    few: list[str] = []
    fine: list[str] = []
    for name, value, total, expected, before, bound in figures.iter_rows():
        if value is None:
            continue
        facts[f"{name}_share"] = value
        if expected is not None:
            facts[f"{name}_expected_of_one_person"] = expected
        if bound is None:
            few.append(name)
            continue
        facts[f"{name}_bound"] = bound
        trained = "" if expected is None else f", {expected:.1%} are expected of one person"
        published = "" if before is None else f", {before:.1%} in the last publication"
        words = (
            f"in {name} {value:.1%} of the pairs inside {total} customers are too different"
            f"{trained}{published}, at most {bound:.1%} are plausible"
        )
        (high if value > bound else fine).append(words)
    if high:
        return False, f"customers look like several people: {'; '.join(high)}", facts
    said = [*fine, *([f"too few customers to judge {', '.join(few)}"] if few else [])]
    return True, "; ".join(said) or "nothing to compare inside customers", facts


def pairs_look_as_in_training(audit: Audit) -> Finding:
    """How far the candidate pairs are from those of training."""
    figures = audit.diagnostics("comparison_drift")
    judged = figures.drop_nulls(["value", "bound"])
    if judged.is_empty():
        why = "the model keeps no baseline" if figures["total"].sum() == 0 else "too few pairs"
        return True, f"{why}: nothing to compare with training", {"comparison_count": 0}
    drifts = dict(judged.select("bucket", "value").iter_rows())
    bound = float(judged["bound"][0])
    facts: Facts = {"comparison_count": len(drifts), "bound": bound}
    facts |= {f"{name}_drift": round(value, 4) for name, value in drifts.items()}
    high = [f"{name} by {value:.2f}" for name, value in drifts.items() if value > bound]
    if high:
        words = f"{', '.join(high)}, at most {bound:.2f} is plausible"
        return False, f"candidate pairs are not what the model was trained on: {words}", facts
    furthest = max(drifts, key=lambda name: drifts[name])
    finding = f"the furthest from training is {furthest}, by {drifts[furthest]:.2f}"
    return True, f"{finding}; at most {bound:.2f} is plausible", facts


def identity_changes_are_within_bounds(audit: Audit) -> Finding:
    """Customers of the last publication that merged or split."""
    figures = audit.diagnostics(IDENTITY_CHANGES).select(
        "bucket", "counted", "value", "total", "bound"
    )
    facts: Facts = {bucket: n for bucket, n, *_ in figures.iter_rows()}
    limited = figures.drop_nulls(["value", "bound"])
    for bucket, _, _, before, bound in limited.iter_rows():
        facts |= {"customers_before": before, f"{bucket}_bound": round(bound, 6)}
    if limited.is_empty():
        return True, "too few customers in the last publication to judge", facts
    words = "; ".join(
        f"{n} of {total} customers {bucket} ({value:.1%}, at most {bound:.1%})"
        for bucket, n, value, total, bound in limited.iter_rows()
    )
    if limited.filter(limited["value"] > limited["bound"]).is_empty():
        return True, words, facts
    accepted = audit.are_changes_accepted
    return accepted, f"{words}{'; accepted by --accept-changes' if accepted else ''}", facts
