"""What interactions say that nobody knows: kinds that are not mapped, contacts that the channel's list never had."""

from __future__ import annotations

from typing import Any

from omni_identity.publish.checks.check import Audit, Facts, Finding
from omni_identity.publish.feeds.kinds import kind_counts, kinds_block, known_kinds


def kinds_are_known(audit: Audit) -> Finding:
    """Interactions of kinds that nobody mapped, with the lines of omni.yaml that map them."""
    unusual, facts = _unknown(audit, "kind")
    if not unusual:
        return True, "nearly all kinds are known", facts
    counts = kind_counts(audit.engine)
    parts = []
    for row in unusual:
        channel = audit.configuration.channel(row["channel"])
        assert channel.interactions is not None, "only feeds that are configured are measured"
        known = known_kinds(channel.interactions)
        unknown = {k: n for k, n in counts.get(channel.name, {}).items() if k not in known}
        said = (
            f"{channel.name}: {row['counted']:,} of {row['total']:,} interactions are of kinds that nobody mapped,"
            " and count in no figure"
        )
        block = kinds_block(unknown)
        hint = f"below `interactions:` of {channel.name} in omni.yaml, one of ours for each ?:"
        parts.append("\n".join([said, *([hint] if len(block) > 1 else []), *block]))
    return False, "\n".join(parts), facts


def contacts_of_interactions_are_known(audit: Audit) -> Finding:
    """Interactions that name a contact whom the channel's list never had."""
    unusual, facts = _unknown(audit, "contact")
    words = (
        f"{row['channel']}: {row['counted']:,} of {row['total']:,} interactions that name a contact name one whom "
        f"its customer list never had ({row['highest_usual']:.1%} is plausible)"
        for row in unusual
    )
    return not unusual, "; ".join(words) or "nearly all contacts are known", facts


def _unknown(audit: Audit, attribute: str) -> tuple[list[dict[str, Any]], Facts]:
    rows = [
        row
        for row in audit.feed_figures.iter_rows(named=True)
        if (row["attribute"], row["figure"]) == (attribute, "unknown")
    ]
    facts: Facts = {f"{row['channel']}/unknown_count": row["counted"] for row in rows}
    return [row for row in rows if row["is_unusual"]], facts
