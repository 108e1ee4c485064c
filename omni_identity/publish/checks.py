"""What must be true of a built candidate before it is published: each check a sentence, each able to fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.identity.identity_diff import IDENTITY_CHANGES
from omni_identity.model.home import Home
from omni_identity.model.tables import Table, published_tables
from omni_identity.publish.build import attached_candidate

FEW_ROWS = 20
"""Held-back rows of one channel in one run that no share makes a scandal of."""
FEW_CUSTOMERS = 100
"""Customers below which a jump in their number says nothing."""

Facts = dict[str, int | float | str]


@dataclass(frozen=True)
class CheckResult:
    """Whether a check passed, what it found in words, and the figures (never personal data)."""

    name: str
    passed: bool
    finding: str
    facts: Facts


@dataclass(frozen=True)
class Audit:
    """What checks look at: the candidate (attached as ``candidate``), the warehouse, the bounds."""

    engine: Engine
    configuration: Configuration
    run_id: str
    now: datetime

    def count(self, sql: str, **parameters: object) -> int:
        """The one number that a query returns."""
        return int(self.engine.fetch(sql, parameters).row(0)[0])

    @property
    def tables(self) -> tuple[Table, ...]:
        """The published tables."""
        return tuple(published_tables(self.configuration.vocabulary).values())


Finding = tuple[bool, str, Facts]


@dataclass(frozen=True)
class Check:
    """A named check; its description says what is true when it passes."""

    name: str
    description: str
    examine: Callable[[Audit], Finding]


def audit_candidate(
    engine: Engine, configuration: Configuration, home: Home, run_id: str, now: datetime
) -> list[CheckResult]:
    """Run every check on the candidate of ``run_id``; return the results in the order of ``CHECKS``."""
    audit = Audit(engine, configuration, run_id, now)
    with attached_candidate(engine, home, run_id):
        return [CheckResult(check.name, *check.examine(audit)) for check in CHECKS]


def _golden_ids_are_unique(audit: Audit) -> Finding:
    twice = audit.count(
        "select count(*) - count(distinct golden_id) from candidate.main.unified_profiles"
    )
    return twice == 0, f"{twice} profiles share a golden ID with another", {"repeated_count": twice}


def _every_current_record_is_in_exactly_one_customer(audit: Audit) -> Finding:
    records = audit.count("select count(*) from derived.source_records")
    placed = audit.count("select count(*) from candidate.main.crosswalk")
    missing = audit.count(
        "select count(*) from derived.source_records anti join candidate.main.crosswalk"
        " using (channel, source_record_id)"
    )
    extra = audit.count(
        "select count(*) from candidate.main.crosswalk anti join derived.source_records"
        " using (channel, source_record_id)"
    )
    repeated = audit.count(
        "select count(*) from (select 1 as x from candidate.main.crosswalk"
        " group by channel, source_record_id having count(*) > 1)"
    )
    facts: Facts = {
        "record_count": records,
        "placed_count": placed,
        "missing_count": missing,
        "extra_count": extra,
        "repeated_count": repeated,
    }
    finding = f"of {records} current records {missing} are in no customer, {repeated} in several"
    return missing == extra == repeated == 0 and records == placed, finding, facts


def _every_landed_row_is_accounted_for(audit: Audit) -> Finding:
    unaccounted = audit.engine.fetch(
        """
        select channel, landed_count - current_count - superseded_count - deleted_count
            - quarantined_count - suppressed_count as difference
        from candidate.main.run_channel_counts where run_id = $run_id order by channel
        """,
        {"run_id": audit.run_id},
    )
    off = {channel: difference for channel, difference in unaccounted.iter_rows() if difference}
    facts: Facts = {"channel_count": unaccounted.height, "rows_off": sum(map(abs, off.values()))}
    words = ", ".join(f"{channel} by {difference}" for channel, difference in off.items())
    passed = not off and unaccounted.height > 0
    return passed, f"off: {words}" if off else f"{unaccounted.height} channels add up", facts


def _no_foreign_key_is_orphaned(audit: Audit) -> Finding:
    orphans: dict[str, int] = {}
    for table in audit.tables:
        for key in table.foreign_keys:
            on = " and ".join(
                f'l."{mine}" = r."{other}"'
                for mine, other in zip(key.columns, key.other_columns, strict=True)
            )
            filled = " and ".join(f'l."{name}" is not null' for name in key.columns)
            count = audit.count(
                f"select count(*) from candidate.main.{table.name} l"
                f" anti join candidate.main.{key.other} r on {on} where {filled}"
            )
            if count:
                orphans[f"{table.name}.{'_'.join(key.columns)}"] = count
    finding = ", ".join(f"{name}: {count}" for name, count in orphans.items()) or "none"
    return not orphans, f"orphans: {finding}", {"orphan_count": sum(orphans.values())}


def _keys_are_unique(audit: Audit) -> Finding:
    broken: dict[str, int] = {}
    for table in audit.tables:
        key = ", ".join(f'"{name}"' for name in table.key)
        repeated = audit.count(
            f"select count(*) from (select 1 as x from candidate.main.{table.name}"
            f" group by {key} having count(*) > 1)"
        )
        if repeated:
            broken[table.name] = repeated
    finding = ", ".join(f"{name}: {count}" for name, count in broken.items()) or "none"
    return not broken, f"repeated keys: {finding}", {"repeated_count": sum(broken.values())}


def _largest_customer_is_within_bounds(audit: Audit) -> Finding:
    largest = audit.count(
        "select coalesce(max(record_count), 0) from candidate.main.unified_profiles"
    )
    bound = audit.configuration.checks.max_customer_records
    finding = f"the largest customer has {largest} records, at most {bound} are plausible"
    return largest <= bound, finding, {"largest": largest, "bound": bound}


def _quarantined_share_is_within_bounds(audit: Audit) -> Finding:
    shares = audit.engine.fetch(
        """
        with tonight_files as (
            select f.file_no, f.channel, f.feed, f.row_count from landed.files f
            where exists (
                select 1 from landed.landings l where l.run_id = $run_id and l.channel = f.channel
                    and l.feed = f.feed and l.content_hash = f.content_hash
            )
        ), held_back as (select file_no, count(*) as n from landed.quarantined_rows group by file_no)
        select channel, feed, sum(coalesce(n, 0))::bigint as held_back, sum(row_count)::bigint as landed
        from tonight_files left join held_back using (file_no)
        group by channel, feed order by channel, feed
        """,
        {"run_id": audit.run_id},
    )
    bound = audit.configuration.checks.max_quarantined_share
    high = [
        f"{channel} {feed} {held_back} of {landed}"
        for channel, feed, held_back, landed in shares.iter_rows()
        if held_back > FEW_ROWS and held_back > bound * landed
    ]
    held_back, landed = int(shares["held_back"].sum()), int(shares["landed"].sum())
    facts: Facts = {"quarantined_count": held_back, "landed_count": landed, "bound": bound}
    finding = f"{held_back} of {landed} rows of this run were held back"
    return not high, f"too many held back: {', '.join(high)}" if high else finding, facts


def _customer_count_does_not_jump(audit: Audit) -> Finding:
    before = audit.count("select count(distinct golden_id) from settled.crosswalk")
    now = audit.count("select count(*) from candidate.main.unified_profiles")
    bound = audit.configuration.checks.max_customer_change_share
    facts: Facts = {"before": before, "now": now, "bound": bound}
    if before < FEW_CUSTOMERS:
        return True, f"{now} customers; {before} before, too few to compare", facts
    change = (now - before) / before
    facts["change_share"] = round(change, 4)
    return abs(change) <= bound, f"{now} customers after {before}: {change:+.1%}", facts


def _customers_do_not_contradict_themselves(audit: Audit) -> Finding:
    figures = _diagnosed(audit, "contradicting_pairs")
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


def _pairs_look_as_in_training(audit: Audit) -> Finding:
    figures = _diagnosed(audit, "comparison_drift")
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


def _identity_changes_are_within_bounds(audit: Audit) -> Finding:
    figures = audit.engine.fetch(
        """
        select bucket, counted, value, total, bound from candidate.main.run_diagnostics
        where run_id = $run_id and diagnostic = $diagnostic order by position
        """,
        {"run_id": audit.run_id, "diagnostic": IDENTITY_CHANGES},
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
    accepted = audit.count(
        "select count(*) from candidate.main.runs where run_id = $run_id and are_changes_accepted",
        run_id=audit.run_id,
    )
    return accepted > 0, f"{words}{'; accepted by --accept-changes' if accepted else ''}", facts


def _diagnosed(audit: Audit, diagnostic: str) -> pl.DataFrame:
    """This run's figures of one diagnostic, by bucket."""
    return audit.engine.fetch(
        """
        select bucket, value, total, trained_value, published_value, bound
        from candidate.main.run_diagnostics
        where run_id = $run_id and diagnostic = $diagnostic order by position
        """,
        {"run_id": audit.run_id, "diagnostic": diagnostic},
    )


def _deliveries_are_fresh(audit: Audit) -> Finding:
    newest = audit.engine.fetch("select max(landed_at) as newest from landed.landings")["newest"][0]
    bound = audit.configuration.checks.max_age_days
    if newest is None:
        return False, "nothing was ever landed", {}
    age = (audit.now - newest).total_seconds() / 86400
    facts: Facts = {"age_days": round(age, 3)}
    if bound is None:
        return True, f"the newest delivery is {age:.1f} days old; no bound is set", facts
    facts["bound_days"] = bound
    return (
        age <= bound,
        f"the newest delivery is {age:.1f} days old, at most {bound} are allowed",
        facts,
    )


def _channels_agree_on_the_catalogue(audit: Audit) -> Finding:
    products = audit.count("select count(distinct product_id) from candidate.main.catalogue_items")
    torn = audit.count("select count(distinct product_id) from candidate.main.catalogue_conflicts")
    bound = audit.configuration.checks.max_catalogue_conflict_share
    facts: Facts = {"product_count": products, "conflict_product_count": torn, "bound": bound}
    if not products:
        return True, "no catalogue is delivered", facts
    finding = f"channels disagree on {torn} of {products} products"
    return torn <= bound * products, finding, facts


CHECKS = (
    Check("golden_ids_are_unique", "No two profiles share a golden ID.", _golden_ids_are_unique),
    Check(
        "every_current_record_is_in_exactly_one_customer",
        "The crosswalk holds every current record once, and no other.",
        _every_current_record_is_in_exactly_one_customer,
    ),
    Check(
        "every_landed_row_is_accounted_for",
        "Landed = current + superseded + deleted + quarantined + suppressed, per channel.",
        _every_landed_row_is_accounted_for,
    ),
    Check(
        "no_foreign_key_is_orphaned", "Every reference leads to a row.", _no_foreign_key_is_orphaned
    ),
    Check("keys_are_unique", "Every table has one row per key.", _keys_are_unique),
    Check(
        "largest_customer_is_within_bounds",
        "No customer has more records than checks.max_customer_records.",
        _largest_customer_is_within_bounds,
    ),
    Check(
        "quarantined_share_is_within_bounds",
        "Of no feed delivered in this run was a greater share held back than checks.max_quarantined_share.",
        _quarantined_share_is_within_bounds,
    ),
    Check(
        "customer_count_does_not_jump",
        "The number of customers moved by no more than checks.max_customer_change_share since the last publication.",
        _customer_count_does_not_jump,
    ),
    Check(
        "identity_changes_are_within_bounds",
        "No more customers merged or split since the last publication than checks.max_merged_share and "
        "checks.max_split_share, or an operator has accepted it.",
        _identity_changes_are_within_bounds,
    ),
    Check(
        "customers_do_not_contradict_themselves",
        "Given names, birth dates and genders inside customers differ no more than those of one person do: "
        "checks.max_contradiction_share and checks.max_contradiction_excess.",
        _customers_do_not_contradict_themselves,
    ),
    Check(
        "pairs_look_as_in_training",
        "No comparison of the candidate pairs has drifted from training by more than checks.max_comparison_drift.",
        _pairs_look_as_in_training,
    ),
    Check(
        "channels_agree_on_the_catalogue",
        "On no greater share of the products than checks.max_catalogue_conflict_share do channels disagree.",
        _channels_agree_on_the_catalogue,
    ),
    Check(
        "deliveries_are_fresh",
        "The newest delivery is no older than checks.max_age_days.",
        _deliveries_are_fresh,
    ),
)
"""Every blocking check, in the order in which they are shown."""
