"""What must be plausible of what was delivered: how much was held back, how old it is, whether channels agree."""

from __future__ import annotations

from omni_identity.channels.catalogue_files import CATALOGUE
from omni_identity.channels.quarantined_files import list_quarantined_files
from omni_identity.channels.reason_codes import BELOW_THE_TABLE, HOLDS_ERASED_ROWS
from omni_identity.engines.statements import statement
from omni_identity.publish.checks.check import Audit, Facts, Finding

FEW_ROWS = 20
"""Held-back rows of one channel in one run that no share makes a scandal of."""
MOST_FILES = 5
"""Files that are named; the others are counted."""


def quarantined_share_is_within_bounds(audit: Audit) -> Finding:
    """Rows of this run that were held back, by feed."""
    shares = audit.engine.fetch(
        statement(__file__, "quarantined_shares"),
        {"run_id": audit.run_id, "below_the_table": BELOW_THE_TABLE},
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


def deliveries_are_fresh(audit: Audit) -> Finding:
    """The age of the newest delivery of all."""
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


def every_delivered_file_was_read(audit: Audit) -> Finding:
    """Files that were set aside, and those of them that are not to be passed over."""
    files = [f for f in list_quarantined_files(audit.engine) if f.reason_code != HOLDS_ERASED_ROWS]
    channels, catalogue = audit.configuration.channels, audit.configuration.catalogue
    strict = {(f.channel, CATALOGUE) for f in catalogue if f.on_bad_file == "withhold"}
    for channel in channels:
        strict |= {(channel.name, k) for k, f in channel.feeds() if f.on_bad_file == "withhold"}
    bad = [file for file in files if (file.channel, file.feed) in strict]
    facts: Facts = {"set_aside_count": len(files), "withholding_count": len(bad)}
    if not bad:
        return True, f"{len(files)} files are set aside", facts
    words = "; ".join(f"{file.path}: {file.detail.rstrip('.')}" for file in bad[:MOST_FILES])
    more = f"; and {len(bad) - MOST_FILES} more" if len(bad) > MOST_FILES else ""
    return False, f"not read: {words}{more}", facts


def channels_agree_on_the_catalogue(audit: Audit) -> Finding:
    """Products on which channels disagree."""
    products = audit.count("select count(distinct product_id) from candidate.main.catalogue_items")
    torn = audit.count("select count(distinct product_id) from candidate.main.catalogue_conflicts")
    bound = audit.configuration.checks.max_catalogue_conflict_share
    facts: Facts = {"product_count": products, "conflict_product_count": torn, "bound": bound}
    if not products:
        return True, "no catalogue is delivered", facts
    finding = f"channels disagree on {torn} of {products} products"
    return torn <= bound * products, finding, facts
