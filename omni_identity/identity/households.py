"""Households: golden customers who live together, by what linkage knows of pairs of one household.

The model weighs every pair of records against two people of one household (*relatives*). Between records of
different customers that is evidence that the two live together. A household's ID is made of its eldest member's
golden ID, so it is as stable as that: it stays while the eldest stays, the elder of two that merge keeps it, and
a split that is undone gives the former one back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.declared import create_missing
from omni_identity.engines.moving import move_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import CUSTOMERS, append_run_rows, mark_changed
from omni_identity.identity.household_groups import LEAST_CONTESTED, MOST_MEMBERS, group_rows
from omni_identity.linkage.comparisons.contact_points import CONTACT_POINTS, EMAIL
from omni_identity.linkage.comparisons.names import ALIAS_FIRST, FIRST
from omni_identity.linkage.comparisons.places import PLACES
from omni_identity.linkage.components import label_components
from omni_identity.linkage.model import LevelParameters, LinkageModel
from omni_identity.model.comparison_levels import Level

LEAST_PROBABILITY = 0.3
"""From here on two customers who have a place or a contact point in common may live together. The model is too careful
there: of such pairs three in four do. What is wrong among them is kept from joining two households when customers are
grouped, by how many others say the same."""
TELLING_WEIGHT = 1.0
"""Evidence (log2) for one household against strangers from which a comparison is named as a reason."""
SHARED = frozenset(
    ("exact", "same house", "similar street, same house", "same postcode and city", "same postcode")
)
"""Levels at which two records have one and the same place or contact point; similar e-mails are made of names."""
ONE_NAME = frozenset(("exact", "nickname", "spells it"))
"""Levels at which two records have one given name."""

PROBABILITY = "((1 + pow(2, -weight_relatives)) / (1 + pow(2, -match_weight)))"
"""SQL for the probability that a scored pair is of one household, or of one person: of no strangers or namesakes."""


def update_households(
    engine: Engine, model: LinkageModel, identifiers: Collection[str], run_id: str, now: datetime
) -> int:
    """Bring households up to date for changed customers; return how many there are.

    Two customers are linked where a pair of their records may be of one household, and has a place, a contact
    point or one of ``identifiers`` in common: names alone are as good for namesakes. So is an e-mail address of two
    who have one given name. A steward's verdict on the two outweighs that.

    Writes ``derived.household_links`` (``golden_id_l, golden_id_r``, the probability that the two live together,
    and why), ``derived.household_members`` (``golden_id, household_id``; who lives with nobody known is not in
    it), ``derived.households``, and ``derived.household_events`` of this run; marks in ``changed.customers`` every
    customer whose household is another one. Reads ``derived.scored_pairs``, ``derived.customers``,
    ``derived.golden_id_redirects``, ``derived.verdict_entries``, ``changed.customers`` and what was published
    (``settled.household_members``, ``settled.household_events``).
    """
    create_missing(engine, "derived.household_members")
    with engine.transaction():
        _update_links(engine, model, identifiers)
        engine.run(statement(__file__, "household_pairs"))
        _group_customers(engine)
        engine.run(statement(__file__, "households"))
        engine.run("drop table household_pairs")
        engine.run(statement(__file__, "household_events"), {"run_id": run_id, "now": now})
    return count_rows(engine, "derived.households")


def _update_links(engine: Engine, model: LinkageModel, identifiers: Collection[str]) -> None:
    """Make the links of changed customers anew in ``derived.household_links``."""
    # of many pairs few are of theirs: whether they are likely is asked of these alone
    theirs = f"(select record_no from derived.customers where {CUSTOMERS.is_marked()})"
    engine.run(
        f"""
        create or replace temp table likely_household_pairs as
        select record_no_l, record_no_r, {PROBABILITY} as probability, {_reasons_sql(model)} as reasons
        from derived.scored_pairs
        where (record_no_l in {theirs} or record_no_r in {theirs})
            and {PROBABILITY} >= $least and ({_shares_sql(model, identifiers)})
        """,
        {"least": LEAST_PROBABILITY},
    )
    engine.run(statement(__file__, "household_links"))
    affected = f"{CUSTOMERS.is_marked('golden_id_l')} or {CUSTOMERS.is_marked('golden_id_r')}"
    move_rows(engine, "derived.new_household_links", "derived.household_links", affected)
    engine.run("drop table likely_household_pairs")


def _shares_sql(model: LinkageModel, identifiers: Collection[str]) -> str:
    """SQL condition that the two records of a scored pair have a place, a contact point or an identifier in common."""
    homely = {comparison.name for comparison in (*PLACES, *CONTACT_POINTS)} | set(identifiers)
    found = _conditions(model, lambda name, level, _: name in homely and level.label in SHARED)
    given = (FIRST.name, ALIAS_FIRST.name)
    one_name = _conditions(model, lambda name, level, _: name in given and level.label in ONE_NAME)
    if EMAIL.name in found and one_name:
        found[EMAIL.name] += f" and not coalesce({' or '.join(one_name.values())}, false)"
    return " or ".join(f"({sql})" for sql in found.values()) or "false"


def _reasons_sql(model: LinkageModel) -> str:
    """SQL for the sorted names of the comparisons in which a pair agrees as people of one household do."""

    def tells(_: str, level: Level, seen: LevelParameters) -> bool:
        weight = seen.weight("strangers") - seen.weight("relatives")
        return level.relatives is not None and weight >= TELLING_WEIGHT

    cases = (
        f", case when {sql} then '{name}' end" for name, sql in _conditions(model, tells).items()
    )
    return f"list_filter([null::varchar{''.join(cases)}], lambda x: x is not null)"


def _conditions(
    model: LinkageModel, chosen: Callable[[str, Level, LevelParameters], bool]
) -> dict[str, str]:
    """By comparison, sorted, the SQL condition that a scored pair has one of its ``chosen`` levels, if any is."""
    found = {}
    for comparison in sorted(model.comparisons, key=lambda c: c.name):
        levels = zip(comparison.levels, model.parameters[comparison.name], strict=True)
        numbers = [
            str(number)
            for number, (level, seen) in enumerate(levels)
            if chosen(comparison.name, level, seen)
        ]
        if numbers:
            found[comparison.name] = f'"level_{comparison.name}" in ({", ".join(numbers)})'
    return found


def _group_customers(engine: Engine) -> None:
    """Rebuild ``derived.household_members`` of ``household_pairs``; mark who is in another household."""
    engine.run(
        "create or replace temp table household_links_joined as"
        " select record_no_l, record_no_r from household_pairs where not is_apart"
    )
    label_components(engine, "household_links_joined", "household_labels")
    engine.run(
        statement(__file__, "contested_households"),
        {"most": MOST_MEMBERS, "least": LEAST_CONTESTED},
    )
    engine.run(
        """
        create or replace temp table grouped_members as
        select record_no as member_no, component_no as household_no from household_labels
        where component_no not in (select component_no from contested_households)
        """
    )
    contested = """
        select component_no, record_no_l as member_no_l, record_no_r as member_no_r, probability, is_judged, is_apart
        from household_pairs p join household_labels l on l.record_no = p.record_no_l
        where component_no in (select component_no from contested_households)
    """
    engine.map_groups(contested, "component_no", group_rows, "grouped_members")
    engine.run(
        "create or replace temp table former_household_members as select * from derived.household_members"
    )
    engine.run(statement(__file__, "household_members"))
    mark_changed(engine, CUSTOMERS, statement(__file__, "moved_households"))
    for table in (
        "household_links_joined",
        "household_labels",
        "contested_households",
        "grouped_members",
        "former_household_members",
    ):
        engine.run(f"drop table {table}")


def mark_households_published(engine: Engine, run_id: str) -> None:
    """Make ``settled`` say what ``derived`` says of households: who is in which, and what became of their IDs.

    Doing it twice does what doing it once does.
    """
    append_run_rows(engine, "household_events", run_id)
    engine.run("delete from settled.household_members")
    engine.run(
        "insert into settled.household_members by name select * from derived.household_members"
    )
