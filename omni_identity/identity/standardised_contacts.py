"""Keeps ``landed.standardised_contacts`` in step with the landed contacts: what is not standardised yet, is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import polars as pl

from omni_identity.channels.configuration import Channel, Configuration
from omni_identity.engines import Engine
from omni_identity.model.code_fingerprints import fingerprint_module
from omni_identity.model.tables.landed import CONTACT_KEYS
from omni_identity.standardise.birth_date import choose_date_order, date_order_evidence
from omni_identity.standardise.consent import consent_words
from omni_identity.standardise.contacts import standardise_contacts
from omni_identity.standardise.country import NO_COUNTRY
from omni_identity.standardise.rules import DateOrder, Rules

ROWS_TOGETHER = 20_000
"""So few rows take hardly longer than none: those of all channels that have the same rules are done at once."""

STANDARDISED = (
    *("landed.standardised_contacts", "landed.standardising_rules", "landed.date_order_evidence"),
    *("landed.interaction_identifiers", "landed.identifier_rules"),
)
"""Tables that follow from the landed rows alone."""


def standardise_landed_contacts(engine: Engine, configuration: Configuration) -> int:
    """Standardise every landed contact row that is not yet; return how many.

    The day/month order of a channel that does not declare one is what the unambiguous dates among
    all its landed rows say. So it does not depend on the order of deliveries; should it change, or
    should ``omni.yaml`` change what standardising depends on, the channel is standardised anew; and all
    is when the code or a library is another. Reads ``landed.files`` and ``landed.contacts``; writes
    ``landed.standardised_contacts``, ``landed.standardising_rules``, ``landed.standardised_by`` and
    ``landed.date_order_evidence``, and forgets in ``changed.seen_landings`` the channels that it does anew.
    """
    _follow_code(engine)
    landed = _landed_files(engine)
    plans = []
    for channel in configuration.channels:
        if channel.contacts is not None:
            mine = landed.filter(pl.col("channel") == channel.name)
            plans.append(
                _plan(engine, channel.name, rules_for(engine, configuration, channel), mine)
            )
    made = _standardise_together(engine, plans)
    return sum(_standardise_channel(engine, plan, made.get(plan.channel)) for plan in plans)


def forget_standardised(engine: Engine) -> None:
    """Empty the tables ``STANDARDISED``, so that they are made anew."""
    known = engine.columns()
    for table in STANDARDISED:
        if table in known:
            engine.run(f"delete from {table}")


def _follow_code(engine: Engine) -> None:
    """Forget what is standardised if other code did it, which then derived all else too."""
    code = fingerprint_module(__name__)
    held = engine.fetch("select fingerprint from landed.standardised_by")["fingerprint"].to_list()
    if held == [code]:
        return
    with engine.transaction():
        forget_standardised(engine)
        engine.run("delete from landed.standardised_by")
        engine.run("insert into landed.standardised_by values ($code)", {"code": code})


@dataclass(frozen=True)
class _Plan:
    """What is to be standardised of a channel: these files, ``is_anew`` when they are all and others' rows go."""

    channel: str
    rules: Rules
    is_anew: bool
    files: Sequence[int]
    row_count: int

    @property
    def fingerprint(self) -> str:
        """A hash of the rules."""
        return fingerprint_rules(self.rules)

    @property
    def query(self) -> str:
        """The landed rows, as ``standardise_contacts`` takes them."""
        keys = ", ".join(column.name for column in CONTACT_KEYS)
        raw = ", ".join(f'"{name}"' for name in self.rules.vocabulary.raw_columns)
        # the first bound lets what landed long ago be passed over
        return (
            f"select {keys}, {raw} from landed.contacts where channel = $channel"
            " and file_no >= $first and list_contains($files::integer[], file_no)"
        )

    @property
    def parameters(self) -> dict[str, object]:
        """Those of the query."""
        return {"channel": self.channel, "first": min(self.files), "files": list(self.files)}


def _landed_files(engine: Engine) -> pl.DataFrame:
    """Every file of contacts, ``channel, file_no, row_count, is_done``; a file is done whole or not at all.

    One of which no row is left, because all were held back or erased, is never done, and costs nothing.
    """
    return engine.fetch(
        """
        select channel, file_no, row_count, done_no is not null as is_done from landed.files
        left join (select distinct file_no as done_no from landed.standardised_contacts)
            on file_no = done_no
        where feed = 'contacts' order by file_no
        """
    )


def _plan(engine: Engine, channel: str, rules: Rules, landed: pl.DataFrame) -> _Plan:
    stored = engine.fetch(
        "select rules_hash from landed.standardising_rules where channel = $channel",
        {"channel": channel},
    )
    is_anew = stored["rules_hash"].to_list() != [fingerprint_rules(rules)]
    todo = landed if is_anew else landed.filter(~pl.col("is_done"))
    return _Plan(
        channel, rules, is_anew, todo["file_no"].to_list(), int(todo["row_count"].sum() or 0)
    )


def _standardise_together(engine: Engine, plans: Sequence[_Plan]) -> Mapping[str, pl.DataFrame]:
    """The standardised rows of each channel, if all are few; nothing if not.

    Nor anything on an engine of several machines: there, rows stay with the workers.
    """
    is_here = engine.rows_at_once is not None
    if not is_here or sum(plan.row_count for plan in plans) > ROWS_TOGETHER:
        return {}
    made = {}
    todo = sorted((plan for plan in plans if plan.files), key=lambda plan: plan.fingerprint)
    for _, alike in groupby(todo, key=lambda plan: plan.fingerprint):
        same = list(alike)
        raw = [engine.fetch(plan.query, plan.parameters) for plan in same]
        done = _standardised(pl.concat(raw), same[0].rules)
        start = 0
        for plan, rows in zip(same, raw, strict=True):
            made[plan.channel] = done[start : start + rows.height]
            start += rows.height
    return made


def _standardised(raw: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The rows as the table holds them: standardised, and beside each consent the word that it was said in."""
    standardised = standardise_contacts(raw, rules)
    if not rules.vocabulary.consents:
        return standardised
    return pl.concat([standardised, consent_words(raw, rules.vocabulary)], how="horizontal")


def _standardise_channel(engine: Engine, plan: _Plan, made: pl.DataFrame | None) -> int:
    """Do as planned in one transaction; ``made`` are the rows if they are standardised already."""
    target = "landed.standardised_contacts"
    with engine.transaction():
        if plan.is_anew:
            _begin_anew(engine, plan)
        if made is not None:
            if made.height:
                engine.write(target, made)
            return made.height
        if not plan.files:
            return 0
        return engine.map_batches(
            plan.query,
            lambda frame: _standardised(frame, plan.rules),
            target,
            plan.parameters,
        )


def _begin_anew(engine: Engine, plan: _Plan) -> None:
    here = {"channel": plan.channel}
    engine.run("delete from landed.standardised_contacts where channel = $channel", here)
    engine.run("delete from landed.standardising_rules where channel = $channel", here)
    # every file of the channel says something else now
    engine.run("delete from changed.seen_landings where channel = $channel", here)
    engine.run(
        "insert into landed.standardising_rules values ($channel, $rules_hash)",
        {**here, "rules_hash": plan.fingerprint},
    )


def fingerprint_rules(rules: Rules) -> str:
    """A hash of what standardising a channel depends on, beside the code."""
    placeholders = sorted((name, sorted(values)) for name, values in rules.placeholders.items())
    orders = (rules.date_order, rules.dotted_order)
    said = (rules.country, *orders, rules.timezone, placeholders, sorted(rules.opt_outs))
    words = sorted((name, sorted(own.items())) for name, own in rules.consent_words.items())
    text = repr((rules.vocabulary, *said, words))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def rules_for(engine: Engine, configuration: Configuration, channel: Channel) -> Rules:
    """Return the standardising rules of one channel, its date order found from its landed rows.

    Reads ``landed.files`` and ``landed.contacts``; brings ``landed.date_order_evidence`` up to date.
    """
    country = channel.country or NO_COUNTRY
    declared = channel.contacts.date_order if channel.contacts else None
    order, dotted_order = (
        (declared, declared) if declared else _find_date_orders(engine, channel.name, country)
    )
    return Rules(
        vocabulary=configuration.vocabulary,
        country=country,
        date_order=order,
        dotted_order=dotted_order,
        placeholders={
            name: frozenset(identifier.placeholders)
            for name, identifier in configuration.identifiers.items()
            if identifier.placeholders
        },
        timezone=channel.contacts.timezone if channel.contacts else "UTC",
        opt_outs=channel.contacts.opt_outs if channel.contacts else frozenset(),
        consent_words=channel.contacts.consent_words if channel.contacts else {},
    )


def _find_date_orders(engine: Engine, channel: str, country: str) -> tuple[DateOrder, DateOrder]:
    """The order that the unambiguous dates of the channel's files say, and that of those with dots, which
    have the day first in any country unless they say otherwise; each file is asked once."""
    here = {"channel": channel}
    new = engine.fetch(
        "select file_no from landed.files f where channel = $channel and feed = 'contacts'"
        " and file_no not in (select file_no from landed.date_order_evidence) order by file_no",
        here,
    )["file_no"]
    if len(new):
        _count_date_orders(engine, [int(number) for number in new])
    sums = engine.fetch(
        "select coalesce(sum(n_dmy), 0)::bigint as n_dmy, coalesce(sum(n_mdy), 0)::bigint as n_mdy,"
        " coalesce(sum(n_dotted_mdy), 0) > coalesce(sum(n_dotted_dmy), 0) as is_dotted_mdy"
        " from landed.date_order_evidence join landed.files using (file_no) where channel = $channel",
        here,
    )
    order = choose_date_order(int(sums["n_dmy"][0]), int(sums["n_mdy"][0]), country)
    return order, "mdy" if sums["is_dotted_mdy"][0] else "dmy"


def _count_date_orders(engine: Engine, files: list[int]) -> None:
    """Add the files' counts to ``landed.date_order_evidence``."""
    engine.run(
        "create or replace temp table date_order_counts"
        " (file_no INTEGER, n_dmy BIGINT, n_mdy BIGINT, n_dotted_dmy BIGINT, n_dotted_mdy BIGINT)"
    )
    counts = date_order_evidence(pl.col("birth_date"))
    engine.map_batches(
        "select file_no, birth_date from landed.contacts"
        " where birth_date is not null and list_contains($files::integer[], file_no)",
        lambda frame: frame.group_by("file_no").agg(*counts),
        "date_order_counts",
        {"files": files},
    )
    engine.run(
        "insert into landed.date_order_evidence"
        " select file_no, coalesce(sum(n_dmy), 0), coalesce(sum(n_mdy), 0),"
        " coalesce(sum(n_dotted_dmy), 0), coalesce(sum(n_dotted_mdy), 0)"
        " from (select unnest($files::integer[]) as file_no) files"
        " left join date_order_counts using (file_no) group by file_no order by file_no",
        {"files": files},
    )
    engine.run("drop table date_order_counts")
