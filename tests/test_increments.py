"""The guarantees on small random worlds: any split into nights, incremental or anew, gives the same customers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from omni_identity import nightly
from omni_identity.engines import DuckDBEngine
from omni_identity.identity.crosswalk_history import CROSSWALK_AS_OF
from omni_identity.identity.identity_diff import (
    IdentityDiff,
    compare_identities,
    compare_with_published,
)
from omni_identity.identity.pending import start_over
from omni_identity.linkage import components
from omni_identity.publish.publication import settle_publication
from omni_identity.publish.runs import count_run
from tests.worlds import FIRST_NIGHT, World, person, receipt, run_until_profiles

EXAMPLES = int(os.environ.get("OMNI_EXAMPLES", "5"))

KEYS = {
    "row_states": ["file_no", "row_number"],
    "source_records": ["record_no"],
    "linkage_records": ["record_no"],
    "block_keys": ["record_no", "rule_no", "key"],
    "scored_pairs": ["record_no_l", "record_no_r"],
    "components": ["record_no"],
    "customers": ["record_no"],
    "channel_counts": ["channel"],
    "channel_attributes": ["channel", "attribute"],
    "interactions": ["channel", "interaction_id"],
    "crosswalk": ["channel", "source_record_id"],
    "match_edges": ["record_no_l", "record_no_r"],
    "customer_diagnostics": ["golden_id"],
    "profile_lineage": ["golden_id", "attribute", "position"],
    "unified_profiles": ["golden_id"],
    "golden_id_redirects": ["retired_golden_id"],
    "journeys": ["golden_id", "journey_number"],
    "journey_steps": ["all"],
    "journey_transitions": ["position", "from_channel", "to_channel"],
    "kpi_contributions": ["all"],
    "kpis": ["kpi", "period", "period_start", "dimension", "member"],
    "kpi_series": ["period", "period_start", "dimension", "member"],
    "identity_lift": ["kpi", "period", "period_start", "dimension", "member"],
    "customer_gaps": ["golden_id", "channel", "attribute"],
    "identity_gaps": ["channel", "attribute"],
}
"""Every derived table that lasts, with its key; ``all``: rows that may be equal."""


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
        nightly.prepare_warehouse(self.engine, night)
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
        settle_publication(self.engine, night.run_id)
        self.past[night.run_id] = self.golden_ids()

    def tables(self) -> dict[str, pl.DataFrame]:
        """Every derived table in the order of its key."""
        return {
            name: self.engine.fetch(f"select * from derived.{name} order by {', '.join(key)}")
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


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model trained once on a quiet town, pinned for every world here."""
    world = World.make(tmp_path_factory.mktemp("town"))
    world.deliver(
        "web",
        "0001",
        [person(n) for n in range(60)] + [person(n, id=f"x{n}") for n in range(0, 60, 3)],
    )
    world.deliver("till", "0001", [receipt(n) for n in range(0, 60, 2)])
    world.run()
    return world.home.models


@contextmanager
def small_world(models: Path) -> Iterator[Nights]:
    with TemporaryDirectory() as folder, DuckDBEngine() as engine:
        world = World.make(Path(folder) / "home")
        shutil.copytree(models, world.home.models)
        engine.run("set threads = 1")  # rows are few: sharing them out costs more than it gives
        yield Nights(world, engine)


PEOPLE = st.integers(0, 4)
WEB_ROWS = st.builds(
    lambda key, who, mail, phone, hour, **changes: person(
        who,
        id=f"w{key}",
        email=person(mail)["email"] if mail is not None else "",
        phone=person(phone)["phone"] if phone is not None else "",
        changed=f"2026-02-01T{hour:02}:00:00Z",
        **changes,
    ),
    key=st.integers(0, 7),
    who=PEOPLE,
    mail=st.none() | PEOPLE,
    phone=st.none() | PEOPLE,
    hour=st.integers(0, 23),
    gone=st.sampled_from(["", "", "", "true"]),
    cookie=st.sampled_from(["", "c1", "c2"]),
    newsletter=st.sampled_from(["", "yes", "no"]),
    family=st.sampled_from(["Abernathy", "Birdsong", "Castellano", ""]),
)
TILL_ROWS = st.builds(
    lambda key, who, card: receipt(who, receipt=f"t{key}", card=card),
    key=st.integers(0, 4),
    who=PEOPLE,
    card=st.sampled_from(["", "L000001", "L000002", "L000003"]),
)
EVENT_ROWS = st.builds(
    lambda key, contact, cookie, hour: {
        "event": f"e{key}",
        "id": f"w{contact}" if contact is not None else "",
        "kind": "order",
        "at": f"2026-02-02T{hour:02}:00:00Z",
        "cookie": cookie,
        "amount": "10.00",
        "currency": "USD",
        "order": f"o{key}",
    },
    key=st.integers(0, 5),
    contact=st.none() | st.integers(0, 7),
    cookie=st.sampled_from(["", "c1", "c2"]),
    hour=st.integers(0, 23),
)
DELIVERIES = st.one_of(
    st.tuples(st.just("web"), st.lists(WEB_ROWS, min_size=1, max_size=5)),
    st.tuples(
        st.just("till"),
        st.lists(TILL_ROWS, min_size=1, max_size=4, unique_by=lambda row: row["receipt"]),
    ),
    st.tuples(st.just("web_events"), st.lists(EVENT_ROWS, min_size=1, max_size=3)),
)
VERDICTS = st.tuples(
    st.sampled_from(["same", "different", "withdrawn"]),
    st.integers(0, 7),
    st.integers(0, 4),
)
Delivery = tuple[str, list[dict[str, Any]]]
NIGHTS = st.lists(
    st.tuples(st.lists(DELIVERIES, max_size=3), st.lists(VERDICTS, max_size=1)),
    min_size=2,
    max_size=4,
)


def judge(world: World, judgement: str, web: int, till: int, minute: int) -> None:
    """Append a verdict as another tool would deliver it."""
    folder = world.home.judgements
    folder.mkdir(exist_ok=True)
    path = folder / f"v{minute:03}.csv"
    path.write_text(
        "judged_at,judgement,channel_l,source_record_id_l,channel_r,source_record_id_r,judged_by,reason\n"
        f"2026-03-01T00:{minute:02}:00Z,{judgement},web,w{web},till,t{till},tester,test\n"
    )


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
@given(script=NIGHTS)
def test_increments_are_what_a_full_refresh_and_a_single_load_give(
    models: Path, largest: int, script: list[tuple[list[Delivery], list[tuple[str, int, int]]]]
) -> None:
    """With a largest component of three, components that grow too large come and go every night."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(components, "LARGEST_COMPONENT", largest)
        compare_nights(models, script)


def compare_nights(
    models: Path, script: list[tuple[list[Delivery], list[tuple[str, int, int]]]]
) -> None:
    """Run the script night by night, anew, and in a single load, and compare all that comes of it."""
    minute = 0
    with small_world(models) as many, small_world(models) as once:
        for number, (deliveries, verdicts) in enumerate(script):
            for place, (feed, rows) in enumerate(deliveries):
                for nights in (many, once):
                    nights.world.deliver(feed, f"{number:02}{place:02}", rows)
            for verdict in verdicts:
                minute += 1
                for nights in (many, once):
                    judge(nights.world, *verdict, minute)
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
        for table in ("records", "linkage_records", "groups", "customers", "identifiers"):
            assert nights.engine.fetch(f"select count(*) as n from pending.{table}")["n"][0] == 0
        for name, frame in nights.tables().items():
            assert_frame_equal(frame, before[name])
    assert FIRST_NIGHT.year == 2026
