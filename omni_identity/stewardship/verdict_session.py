"""Where verdicts are prepared: the last run, read-only, with a scratch copy of what two records touch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.written_ids import bare_id
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.statements import statement
from omni_identity.linkage.explanation import EXPLAINED
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.thresholds import cut_weight
from omni_identity.linkage.withheld_values import JUDGED_SHARED, WRONG
from omni_identity.model.errors import UsageError, nearest
from omni_identity.model.home import Home
from omni_identity.stewardship.contradictions import Judgements
from omni_identity.stewardship.judgement_files import ABOUT_VALUES, RecordKey, Verdict
from omni_identity.stewardship.judgements import NAMED
from omni_identity.stewardship.last_run import (
    LastRun,
    describe_last_run,
    load_run_model,
    open_last_run,
)
from omni_identity.stewardship.verdict_checks import Standing, check_verdict, common_values
from omni_identity.stewardship.verdict_effects import (
    Effect,
    Rules,
    describe_effect,
    find_affected,
    find_moves,
    is_on_values,
)
from omni_identity.stewardship.verdict_reading import VerdictReading

LIKENESS = 0.8
"""Jaro-Winkler similarity from which a record ID is offered in place of one that does not exist."""
LAST_RUN = "warehouse.derived"
SOURCE_RECORDS = "derived.source_records"
SHOWN = ("ledger.records", SOURCE_RECORDS)
"""Tables of all records, which a session shows as views."""
MOST_CARRIERS = 200
"""Records with a value that is called shared of which the effect is predicted."""

FindInteractions = Callable[[str, Collection[str]], pl.DataFrame | None]
"""Of a run by its ID, the interactions of customers by theirs: ``golden_id, channel, source_record_id, resolved_by``.
None where it is not known what that run made of them."""


@dataclass(frozen=True)
class KnownRecord:
    """A record of the ledger: its number, name, and whether it is current."""

    record_no: int
    key: RecordKey
    is_current: bool


@dataclass(frozen=True)
class VerdictSession:
    """One look at the last run of a home, and at its verdict files as they are now.

    ``find_interactions`` is asked before the warehouse is scanned for them.
    """

    home: Home
    configuration: Configuration
    engine: DuckDBEngine
    run: LastRun
    reading: VerdictReading
    find_interactions: FindInteractions

    def find(self, text: str, which: str) -> KnownRecord:
        """The record that ``text`` (``channel:record_id``) names, current or not.

        ``which`` is how an error calls it ("first"). Raises ``UsageError`` with the nearest spelling
        that exists.
        """
        channel, colon, record = text.strip().partition(":")
        if not colon or not record:
            raise UsageError(
                f"The {which} record has to be written as channel:record_id, as web:4711."
            )
        record = bare_id(record)
        channels = self.engine.fetch(
            "select distinct channel from ledger.records where channel is not null order by 1"
        )
        known = channels["channel"].to_list()
        if channel not in known:
            raise UsageError(
                f"The {which} record names a channel without records; there are"
                f" {', '.join(known)}.{nearest(channel, known)}"
            )
        found = self.engine.fetch(
            "select record_no, record_no in (select record_no from derived.source_records) as is_current"
            " from ledger.records where channel = $channel and source_record_id = $record",
            {"channel": channel, "record": record},
        )
        if not found.height:
            raise UsageError(
                f"No run has ever seen the {which} record in the channel '{channel}'."
                f"{self._nearest_record(channel, record)}"
            )
        return KnownRecord(
            found["record_no"][0], RecordKey(channel, record), found["is_current"][0]
        )

    def _nearest_record(self, channel: str, record: str) -> str:
        found = self.engine.fetch(
            "select source_record_id as id, jaro_winkler_similarity(source_record_id, $record) as s"
            " from ledger.records where channel = $channel"
            " order by s desc, source_record_id limit 1",
            {"channel": channel, "record": record},
        )
        is_near = found.height and found["s"][0] >= LIKENESS
        return f" Did you mean '{channel}:{found['id'][0]}'?" if is_near else ""

    def judgements(self) -> Judgements:
        """The verdicts that hold together now, by ``record_no``."""
        return self.reading.read()

    def unread_pairs(self) -> set[frozenset[int]]:
        """Pairs on which an entry stands that the last run has not read. Reads ``derived.verdict_entries``."""
        found = self.engine.fetch(statement(__file__, "unread_pairs"))
        return {frozenset(pair) for pair in found.iter_rows()}

    def check(self, verdict: Verdict, record_nos: tuple[int, int]) -> Standing | None:
        """Raise ``VerdictRefused`` when ``verdict`` must not be written; return what stands on its pair."""
        vocabulary = self.configuration.vocabulary
        return check_verdict(self.engine, self.reading, verdict, record_nos, vocabulary)

    def predict(self, verdict: Verdict, record_nos: tuple[int, int]) -> Effect:
        """What the next run would make of ``verdict``, beside the verdicts written so far."""
        is_of_persons = verdict.judgement not in (*ABOUT_VALUES, "withdrawn")
        if not self.reading.changes_constraints(verdict, record_nos) and is_of_persons:
            return Effect()
        seeds = {*record_nos, *self._carriers(verdict, record_nos)}
        model = self.stage(seeds)
        configuration = self.configuration
        cut = cut_weight(configuration.linkage.match_probability, model)
        rules = Rules(model, self.home.models, cut, configuration.vocabulary)
        with self.reading.held(), self._narrowed(verdict):
            moves = find_moves(self.engine, rules, self.reading, verdict)
        if moves.is_empty():
            return Effect()
        self._stage_stakes(
            sorted({*moves["golden_id"], *moves["golden_id_after"]}), moves["record_no"].to_list()
        )
        return describe_effect(self.engine, moves)

    @contextmanager
    def _narrowed(self, verdict: Verdict) -> Iterator[None]:
        """Have the tables of all records show those that are staged, or that verdicts name, alone.

        Of what the sources say there is no more than is read, unless a verdict is on values.
        """
        columns = dict.fromkeys(SHOWN, "*")
        if not is_on_values(self.engine, verdict):
            unique = (f'"{name}"' for name in self.configuration.vocabulary.unique_identifiers)
            columns[SOURCE_RECORDS] = ", ".join(("record_no, channel, source_record_id", *unique))
        for table in SHOWN:
            self.engine.run(
                f"create or replace table {table}_shown as"
                f" select {columns[table]} from warehouse.{table} where record_no in"
                f" (select record_no from derived.affected_records union all select record_no from {NAMED})"
            )
            self.engine.run(f"create or replace view {table} as from {table}_shown")
        try:
            yield
        finally:
            _show_all(self.engine)

    def _carriers(self, verdict: Verdict, record_nos: tuple[int, int]) -> list[int]:
        """Records that have what is called shared, ``MOST_CARRIERS`` of them at most."""
        if verdict.judgement != "shared":
            return []
        column = {"email": "email_key"}.get(verdict.subject, verdict.subject)
        found = self.engine.fetch(
            f"select record_no from {LAST_RUN}.source_records"
            f' where list_has_any("{column}", $values::varchar[]) order by record_no limit {MOST_CARRIERS}',
            {"values": list(common_values(self.engine, verdict.subject, record_nos))},
        )
        return found["record_no"].to_list()

    def stage(self, record_nos: Collection[int]) -> LinkageModel:
        """Copy what the last run has on all that these records touch; return the model of that run.

        Reads ``derived.constraints``. Afterwards ``derived`` has all evidence that predictions and explanations read.
        """
        engine = self.engine
        affected = sorted(find_affected(engine, record_nos))
        engine.run(
            "create or replace table derived.affected_records as"
            " select unnest($records::bigint[]) as record_no",
            {"records": affected},
        )
        for table in ("customers", "linkage_records", "components", "equal_records"):
            engine.run(
                f"create or replace table derived.{table} as"
                f" select t.* from {LAST_RUN}.{table} t semi join derived.affected_records using (record_no)"
            )
        engine.run(
            "create or replace table derived.scored_pairs as"
            f" select * from {LAST_RUN}.scored_pairs where record_no_l in (from derived.affected_records)"
            " and record_no_r in (from derived.affected_records)"
        )
        there = engine.columns("warehouse")
        for target, table, *columns in (
            ("values_judged_before", JUDGED_SHARED, "identifier VARCHAR", "value VARCHAR"),
            ("values_wrong_before", WRONG, "record_no BIGINT", "attribute VARCHAR"),
        ):
            engine.run(f"create or replace table derived.{target} ({', '.join(columns)})")
            if table in there:  # a run of an earlier version has none
                names = ", ".join(column.split()[0] for column in columns)
                engine.run(f"insert into derived.{target} select {names} from warehouse.{table}")
        return load_run_model(engine, self.home, self.run)

    def stage_pair(self, record_nos: tuple[int, int]) -> LinkageModel:
        """Copy what the last run compared of two records alone; return the model of that run.

        Afterwards ``derived.linkage_records`` has these two, and ``EXPLAINED`` the pair.
        """
        left, right = sorted(record_nos)
        numbers = {"left": left, "right": right}
        self.engine.run(
            "create or replace table derived.linkage_records as"
            f" select * from {LAST_RUN}.linkage_records where record_no in ($left, $right)",
            numbers,
        )
        self.engine.run(
            f"create or replace table {EXPLAINED} as"
            " select $left::bigint as record_no_l, $right::bigint as record_no_r",
            numbers,
        )
        return load_run_model(self.engine, self.home, self.run)

    def _stage_stakes(self, golden_ids: Collection[str], record_nos: Collection[int]) -> None:
        """Copy what the last run has on staged customers of these IDs or records besides evidence: interactions,
        audiences, consents, figures."""
        engine = self.engine
        engine.run(
            "create or replace table derived.concerned_customers as"
            " select distinct golden_id from derived.customers"
            " where golden_id in (select unnest($golden_ids::varchar[]))"
            " or record_no in (select unnest($record_nos::bigint[]))",
            {"golden_ids": list(golden_ids), "record_nos": list(record_nos)},
        )
        interactions = self._find_interactions()
        engine.run(
            f"""
            create or replace table derived.interactions as
            select i.golden_id, case when i.resolved_by = 'contact' then c.record_no end as record_no
            from {interactions} i
            left join derived.customers c using (channel, source_record_id)
            where i.golden_id in (from derived.concerned_customers)
            """
        )
        engine.run(
            "create or replace table derived.audience_members as"
            f" select golden_id, audience from {LAST_RUN}.audience_members"
            " where golden_id in (from derived.concerned_customers)"
        )
        said = " union all ".join(
            f"select golden_id, '{consent}' as consent, consent_{consent} as is_given from profiles"
            for consent in self.configuration.vocabulary.consents
        )
        engine.run(
            "create or replace table derived.given_consents as"
            f" with profiles as (select * from {LAST_RUN}.unified_profiles"
            " where golden_id in (from derived.concerned_customers))"
            f" {said or 'select null::varchar as golden_id, null::varchar as consent, false as is_given limit 0'}"
        )
        engine.run(statement(__file__, "figures"))

    def _find_interactions(self) -> str:
        """The table that has the interactions of ``derived.concerned_customers``, made if they are known already."""
        customers = self.engine.fetch("from derived.concerned_customers")["golden_id"].to_list()
        found = self.find_interactions(self.run.run_id, customers)
        if found is None:
            return f"{LAST_RUN}.interactions"
        self.engine.run(
            "create or replace temp table published_interactions (golden_id VARCHAR, channel VARCHAR,"
            " source_record_id VARCHAR, resolved_by VARCHAR)"
        )
        self.engine.write("published_interactions", found)
        return "published_interactions"


def _scan(run_id: str, golden_ids: Collection[str]) -> None:
    """Know nothing of interactions without the warehouse."""


@contextmanager
def open_verdict_session(
    home: Home, configuration: Configuration, find_interactions: FindInteractions = _scan
) -> Iterator[VerdictSession]:
    """Open the last run of ``home`` to judge on; the warehouse is only read.

    Raises ``UsageError`` when no run has made customers yet, ``HomeIsBusy`` while a run is at work.
    """
    with open_last_run(home) as engine:
        engine.run("create schema ledger")
        engine.run("create schema derived")
        _show_all(engine)
        reading = VerdictReading(engine, home.judgements)
        run = describe_last_run(engine, home)
        yield VerdictSession(home, configuration, engine, run, reading, find_interactions)


def _show_all(engine: DuckDBEngine) -> None:
    for table in SHOWN:
        engine.run(f"create or replace view {table} as from warehouse.{table}")
