"""The guarantees on small random worlds: any split into nights, incremental or anew, gives the same customers."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from omni_identity.engines import DuckDBEngine, count_rows
from omni_identity.identity.changes import KINDS, start_over
from omni_identity.identity.crosswalk_history import CROSSWALK_AS_OF
from omni_identity.identity.identity_diff import (
    IdentityDiff,
    compare_identities,
    compare_with_published,
)
from omni_identity.linkage import components, shared_values
from omni_identity.pipeline.warehouse import create_lasting_tables
from omni_identity.publish.publication import mark_published
from omni_identity.publish.runs import begin_run, count_run
from tests.worlds import CONFIGURATION, FIRST_NIGHT, World, person, receipt, run_until_profiles

EXAMPLES = int(os.environ.get("OMNI_EXAMPLES", "1"))
"""Countries of fifty towns each, in each of two settings: 200 small worlds."""

KEYS = {
    "row_states": ["file_no", "row_number"],
    "source_records": ["record_no"],
    "linkage_records": ["record_no"],
    "equal_records": ["record_no"],
    "block_keys": ["record_no", "rule_no", "key"],
    "scored_pairs": ["record_no_l", "record_no_r"],
    "components": ["record_no"],
    "customers": ["record_no"],
    "channel_counts": ["channel"],
    "channel_attributes": ["channel", "attribute"],
    "interactions": ["channel", "interaction_id"],
    "interaction_lines": ["channel", "interaction_id", "line_number"],
    "messages": ["channel", "interaction_id"],
    "interaction_findings": ["channel", "interaction_id", "reason_code"],
    "open_matters": ["golden_id", "matter", "channel", "matter_id"],
    "held_back_consents": ["record_no", "consent"],
    "record_consents": ["record_no", "consent", "address"],
    "consents": ["golden_id", "consent", "address"],
    "audience_doubts": ["audience"],
    "contact_options": ["golden_id", "channel"],
    "customer_context": ["golden_id"],
    "audience_members": ["audience", "golden_id"],
    "customer_segments": ["segment", "golden_id"],
    "as_of": ["as_of"],
    "crosswalk": ["channel", "source_record_id"],
    "match_edges": ["record_no_l", "record_no_r"],
    "customer_diagnostics": ["golden_id"],
    "review_pairs": ["record_no_l", "record_no_r"],
    "review_queue": ["question_id"],
    "question_places": ["priority"],
    "identifiers": ["identifier", "value"],
    "profile_lineage": ["golden_id", "attribute", "position"],
    "unified_profiles": ["golden_id"],
    "golden_id_redirects": ["retired_golden_id"],
    "journeys": ["golden_id", "journey_number"],
    "handoffs": ["to_channel", "to_interaction_id"],
    "journey_steps": ["all"],
    "journey_transitions": ["position", "from_channel", "to_channel"],
    "kpi_contributions": ["all"],
    "kpi_sums": ["all"],
    "kpis": ["kpi", "period", "period_start", "dimension", "member"],
    "kpi_series": ["period", "period_start", "dimension", "member"],
    "identity_lift": ["kpi", "period", "period_start", "dimension", "member"],
    "customer_gaps": ["golden_id", "channel", "attribute"],
    "cohorts": ["cohort", "month"],
    "customer_months": ["all"],
    "kpi_nobody_sums": ["all"],
    "identity_gaps": ["channel", "attribute"],
}
"""Every derived table that lasts, with its key; ``all``: rows that may be equal."""

LABELLED = ("kpi_contributions", "kpi_sums")
"""Tables whose rows have labels, which, as customers in them, are numbered as they come."""


def rows_of(table: str) -> str:
    """SQL for the rows of a derived table, without numbers that mean nothing by themselves."""
    if table not in LABELLED:
        return f"select * from derived.{table}"
    rows = (
        f"select * exclude (label_no) from derived.{table} join derived.kpi_labels using (label_no)"
    )
    if table == "kpi_sums":
        return rows
    return f"select * exclude (customer_no) from ({rows}) join derived.kpi_customers using (customer_no)"


@dataclass
class Nights:
    """A world whose warehouse stays in memory, so that a night costs less than a second."""

    world: World
    engine: DuckDBEngine
    events: list[tuple[str, str, str | None]] = field(default_factory=list)
    past: dict[str, dict[str, str]] = field(default_factory=dict)
    diff: IdentityDiff | None = None

    def run(self) -> None:
        """One night up to a settled publication."""
        night = self.world.night()
        create_lasting_tables(self.engine, night.configuration)
        begin_run(self.engine, night.home, night.run_id, night.now)
        run_until_profiles(self.engine, night)
        count_run(self.engine, night.run_id, "m")
        found = self.engine.fetch(
            "select event, golden_id, other_golden_id from derived.golden_id_events"
        )
        self.events = found.rows()  # type: ignore[assignment]
        self.diff = compare_with_published(self.engine)
        assert self.diff == compare_identities(
            self.engine, "settled.crosswalk", "derived.customers"
        ), "who is not noted has not changed"
        mark_published(self.engine, night.run_id)
        self.past[night.run_id] = self.golden_ids()

    def tables(self) -> dict[str, pl.DataFrame]:
        """Every derived table in the order of its key."""
        return {
            name: self.engine.fetch(f"{rows_of(name)} order by {', '.join(key)}")
            for name, key in KEYS.items()
        }

    def golden_ids(self) -> dict[str, str]:
        rows = self.engine.fetch(
            "select channel || ':' || source_record_id, golden_id from settled.crosswalk"
        )
        return dict(rows.iter_rows())

    def crosswalk_as_of(self, run_id: str) -> dict[str, str]:
        """The crosswalk after a past run, from its changes alone."""
        sql = CROSSWALK_AS_OF.replace("past_run_id", "$run_id").replace(
            "from crosswalk_changes c join runs",
            "from settled.crosswalk_changes c join ledger.runs",
        )
        rows = self.engine.fetch(
            "select channel || ':' || source_record_id, golden_id"
            f" from ({sql.replace('from runs where', 'from ledger.runs where')})",
            {"run_id": run_id},
        )
        return dict(rows.iter_rows())

    def customers(self) -> set[frozenset[str]]:
        groups: dict[str, set[str]] = {}
        for record, golden_id in self.golden_ids().items():
            groups.setdefault(golden_id, set()).add(record)
        return {frozenset(group) for group in groups.values()}


@contextmanager
def small_world(models: Path, configuration: str = CONFIGURATION) -> Iterator[Nights]:
    with TemporaryDirectory() as folder, DuckDBEngine() as engine:
        configuration = (
            f"{configuration}insight: {{device_window_days: 1, unanswered_hours: 1,"
            " journey_silence_days: 7, first_contact_days: 1, cart_recovery_days: 2}\n"
        )
        world = World.make(Path(folder) / "home", configuration, models)
        engine.run("set threads = 1")  # rows are few: sharing them out costs more than it gives
        yield Nights(world, engine)


Delivery = tuple[str, list[dict[str, Any]]]
Verdict = tuple[str, str, str]
Script = list[tuple[list[Delivery], list[Verdict]]]
"""A town's nights: what is delivered, file by file, and what is judged."""

NIGHTS = 4
FILES = 3
TOWNS = 100
"""Small worlds in one warehouse: nobody of one town has anything of another's but perhaps a name, and a
night of a hundred towns costs little more than a night of one."""


EVENT_KINDS = (
    *("session", "cart", "order", "order", "return", "pickup"),
    *("message", "ticket_opened", "ticket_closed"),
)


def script_of(town: int, chance: Random) -> Script:
    """Random nights of one town, whose people, records, cards, cookies and orders are its own.

    Drawn from a seeded generator: Hypothesis runs out of its own choices long before a hundred towns are told.
    """

    def any_of(*values: Any) -> Any:
        return chance.choice(values)

    def who() -> int:
        return 5 * town + chance.randint(0, 4)

    def cookie() -> str:
        return str(any_of("", f"c{town}1", f"c{town}2"))

    def web() -> dict[str, Any]:
        return person(
            who(),
            id=f"w{town}_{chance.randint(0, 7)}",
            email=any_of("", person(who())["email"]),
            phone=any_of("", person(who())["phone"]),
            changed=f"2026-02-01T{chance.randint(0, 23):02}:00:00Z",
            gone=any_of("", "", "", "true"),
            cookie=cookie(),
            born=any_of("", "1980-02-03", "1980-02-03", person(who())["born"], "nobody knows"),
            city=any_of(
                "", "Springfield", "Springfield", "x" * 1_001
            ),  # of which the last is held back
            newsletter=any_of("", "", "yes", "yes", "no", "maybe"),
            family=any_of("Abernathy", "Birdsong", "Castellano", ""),
        )

    def till(key: int) -> dict[str, Any]:
        card = any_of("", *(f"L{town:02}000{n}" for n in (1, 2, 3)))
        return receipt(who(), receipt=f"t{town}_{key}", card=card)

    def event() -> dict[str, Any]:
        contact = any_of(None, chance.randint(0, 7))
        day = any_of(2, 4, 27, 28)
        return {
            "event": f"e{town}_{chance.randint(0, 7)}",
            "id": f"w{town}_{contact}" if contact is not None else "",
            "at": f"2026-02-{day:02}T{chance.randint(0, 23):02}:00:00Z",
            "amount": "10.00",
            "currency": "USD",
            "cookie": cookie(),
            "kind": any_of(*EVENT_KINDS),
            "order": any_of("", f"o{town}1", f"o{town}2"),
            "cart": any_of("", f"b{town}1", f"b{town}2"),
            "ticket": any_of("", f"t{town}1"),
            "answers": any_of("", f"e{town}_1"),
            "status": any_of("", "cancelled", "ready_for_pickup"),
            "store": any_of("", "", f"S{town}"),
        }

    def delivery() -> Delivery:
        feed = any_of("web", "till", "web_events")
        if feed == "till":
            return feed, [till(key) for key in chance.sample(range(5), chance.randint(1, 4))]
        return feed, [web() if feed == "web" else event() for _ in range(chance.randint(1, 5))]

    def verdict() -> Verdict:
        judgement = any_of(
            *("same", "different", "withdrawn", "same", "different", "withdrawn", "unsure"),
            *("wrong_data:email", "wrong_data:birth_date", "shared:email", "shared:phone"),
        )
        return judgement, f"w{town}_{chance.randint(0, 7)}", f"t{town}_{chance.randint(0, 4)}"

    return [
        (
            [delivery() for _ in range(chance.randint(0, FILES))],
            [verdict() for _ in range(chance.randint(0, 1))],
        )
        for _ in range(chance.randint(2, NIGHTS))
    ]


def told_together(towns: Sequence[Script]) -> Script:
    """One script for all towns: a night's files hold the rows of each, a snapshot what each town last told."""
    country: Script = []
    tills: list[list[dict[str, Any]]] = [[] for _ in towns]
    for number in range(max(map(len, towns), default=0)):
        tonight = [town[number] if number < len(town) else ([], []) for town in towns]
        files: list[Delivery] = []
        for place in range(FILES):
            rows: dict[str, list[dict[str, Any]]] = {}
            for town, (deliveries, _) in enumerate(tonight):
                if place < len(deliveries):
                    feed, told = deliveries[place]
                    rows.setdefault(feed, []).extend(told)
                    if feed == "till":
                        tills[town] = told
            if "till" in rows:
                rows["till"] = [row for told in tills for row in told]
            files += rows.items()
        country.append((files, [verdict for _, verdicts in tonight for verdict in verdicts]))
    return country


def judge(world: World, verdicts: list[Verdict], minute: int) -> None:
    """Append a night's verdicts as another tool would deliver them."""
    folder = world.home.judgements
    folder.mkdir(exist_ok=True)
    lines = [
        "judged_at,judgement,channel_l,source_record_id_l,channel_r,source_record_id_r,judged_by,reason",
        *(
            f"2026-03-01T00:{minute:02}:00Z,{judgement},web,{web},till,{till},tester,test"
            for judgement, web, till in verdicts
        ),
    ]
    (folder / f"v{minute:03}.csv").write_text("\n".join(lines) + "\n")


def check_invariants(nights: Nights, before: dict[str, str]) -> None:
    """What must hold after every night, whatever was delivered."""
    now, engine = nights.golden_ids(), nights.engine
    # guarantee 2: an ID comes or goes only with an event
    came, went = set(now.values()) - set(before.values()), set(before.values()) - set(now.values())
    told = {event: {g for e, g, _ in nights.events if e == event} for event in
            ("created", "split", "restored", "merged", "retired")}  # fmt: skip
    assert came == told["created"] | told["split"] | told["restored"]
    assert went == told["merged"] | told["retired"]
    assert nights.diff is not None
    assert nights.diff.renamed_count == 0, "whose records are the same keeps the ID"
    for run_id, crosswalk in nights.past.items():
        assert nights.crosswalk_as_of(run_id) == crosswalk
    redirects = dict(engine.fetch("select * from derived.golden_id_redirects").iter_rows())
    assert not set(redirects) & set(now.values())
    assert set(redirects.values()) - {None} <= set(now.values())
    assert went <= set(redirects)
    # guarantee 4: verdicts that stand between current records hold, unless two cards forbid it
    for left, right, judgement in engine.fetch(
        "select l.golden_id, r.golden_id, judgement from derived.constraints c"
        " anti join derived.broken_verdicts using (record_no_l, record_no_r)"
        " join derived.customers l on l.record_no = record_no_l"
        " join derived.customers r on r.record_no = record_no_r"
    ).iter_rows():
        assert (left == right) == (judgement == "same")
    # guarantee 7: every landed row is somewhere, every current record in exactly one customer
    counts = engine.fetch("select * from derived.channel_counts").to_dicts()
    for row in counts:
        parts = ("current", "superseded", "deleted", "quarantined", "suppressed")
        assert row["landed_count"] == sum(row[f"{part}_count"] for part in parts)
    records = engine.fetch(
        "select channel || ':' || source_record_id as x from derived.source_records"
    )["x"]
    assert sorted(records) == sorted(now)


@pytest.mark.parametrize("largest", [400, 3])
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**32 - 1).filter(bool)
)  # 0 would always be the first, and of one the only
def test_increments_are_what_a_full_refresh_and_a_single_load_give(
    models: Path, largest: int, seed: int
) -> None:
    """With a largest component of three, components that grow too large come and go every night; so do values
    that are nobody's where three people make a crowd."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(components, "LARGEST_COMPONENT", largest)
        if largest == 3:
            patch.setattr(shared_values, "GIVEN_INITIALS", 3)
            patch.setattr(shared_values, "FAMILY_INITIALS", 2)
        towns = [script_of(town, Random(f"{seed} {town}")) for town in range(TOWNS)]
        compare_nights(models, told_together(towns))


def compare_nights(models: Path, script: Script) -> None:
    """Run the script night by night, anew, and in a single load, and compare all that comes of it."""
    with small_world(models) as many, small_world(models) as once:
        for number, (deliveries, verdicts) in enumerate(script):
            for place, (feed, rows) in enumerate(deliveries):
                for nights in (many, once):
                    nights.world.deliver(feed, f"{number:02}{place:02}", rows)
            if verdicts:
                for nights in (many, once):
                    judge(nights.world, verdicts, number)
            before = many.golden_ids() if number else {}
            many.run()
            check_invariants(many, before)
        incremental = many.tables()
        ids = many.golden_ids()
        start_over(many.engine)
        many.run()
        assert many.events == []
        assert many.golden_ids() == ids
        anew = many.tables()
        for name, frame in incremental.items():
            assert_frame_equal(frame, anew[name], check_exact=True)
        once.run()
        assert once.customers() == many.customers()


def test_a_night_with_nothing_new_touches_nothing(models: Path) -> None:
    with small_world(models) as nights:
        nights.world.deliver("web", "0001", [person(n) for n in range(5)])
        nights.run()
        before = nights.tables()
        nights.world.night()
        nights.run()
        assert nights.events == []
        for kind in KINDS:
            assert count_rows(nights.engine, kind.table) == 0, kind.name
        for name, frame in nights.tables().items():
            assert_frame_equal(frame, before[name])
    assert FIRST_NIGHT.year == 2026
