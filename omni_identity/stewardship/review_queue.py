"""The questions for stewards with all that is at stake, the most consequential first: the table ``review_queue``."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.declared import create_missing
from omni_identity.engines.moving import move_rows
from omni_identity.engines.statements import statement
from omni_identity.linkage.scoring import probability_of
from omni_identity.model.errors import UsageError

KINDS = {
    "doubtful_pair": "Two customers who may be one",
    "possible_merge": "Two customers with a pair of records that would be linked by itself",
    "possible_split": "One customer of parts that no chain of even odds joins",
    "over_linked": "One customer that only a weak link holds together, or with far more records than a person has",
    "contradicting_values": "One customer with records that contradict each other",
    "contradicting_verdicts": "A verdict that contradicts another, or a unique identifier",
}
"""By kind of question, what is asked about."""

NO_QUEUE = (
    "The last run was of an earlier version, which lists no questions: `omni run` makes the list."
)
QUEUE = "derived.review_queue"
PUT_OFF = timedelta(days=30)
"""For so long a question is not asked again that a steward could not answer."""


@dataclass(frozen=True)
class Question:
    """Two records of which a steward may say whether they are one person.

    They are of two customers that an answer of same may merge, or (``is_inside``) of two parts of one
    customer that an answer of different may part; ``record_count`` and ``interaction_count`` are of all
    that is at stake. Of several pairs that ask the same, this is the one with the most evidence for one
    person, of probability ``match_probability``; None for a pair that was never scored.
    """

    record_nos: tuple[int, int]
    names: tuple[str, str]
    golden_ids: tuple[str, str]
    match_probability: float | None
    record_count: int
    interaction_count: int
    question_id: str = ""
    kind: str = "doubtful_pair"
    reason: str = ""
    rival: str | None = None

    @property
    def is_inside(self) -> bool:
        """Whether both records are of one customer."""
        return self.golden_ids[0] == self.golden_ids[1]


@dataclass(frozen=True)
class CustomerRecord:
    """A current record: its number, channel and ID, and whose it is."""

    record_no: int
    channel: str
    source_record_id: str
    golden_id: str

    @property
    def name(self) -> str:
        """The record as people write it: ``channel:source_record_id``."""
        return f"{self.channel}:{self.source_record_id}"


@dataclass(frozen=True)
class AskedQuestion:
    """A question, and all records of the customers that it is about."""

    question: Question
    records: tuple[CustomerRecord, ...]


def build_review_queue(
    engine: Engine, consents: tuple[str, ...], currency: str | None, now: datetime
) -> int:
    """Bring ``derived.review_queue`` up to date, one row per open question at ``now``; return how many there are.

    What is at stake is looked up of questions that are new, or about customers that changed. The order, and what an
    answer would settle besides, are of all: ``derived.question_places`` is made anew. Reads ``derived.review_pairs``,
    ``derived.verdict_entries``, ``derived.broken_verdicts``, ``derived.scored_pairs``, ``derived.customers``,
    ``derived.unified_profiles`` and the marks of changes.
    """
    create_missing(engine, QUEUE)
    with engine.transaction():
        engine.run(statement(__file__, "judged_questions"))
        engine.run(statement(__file__, "open_questions"), {"since": now - PUT_OFF})
        engine.run(statement(__file__, "settled_questions"))
        engine.run(statement(__file__, "reviewed_customers"))
        engine.run(statement(__file__, "kept_questions"))
        engine.run(_new_questions_sql(consents, currency))
        others = "(record_no_l, record_no_r) not in (select (record_no_l, record_no_r) from kept_questions)"
        move_rows(engine, "derived.new_review_queue", QUEUE, others)
        engine.run(statement(__file__, "question_places"))
        for name in (
            *("judged_questions", "open_questions", "settled_questions", "reviewed_customers"),
            "kept_questions",
        ):
            engine.run(f"drop table {name}")
    return count_rows(engine, QUEUE)


def _new_questions_sql(consents: tuple[str, ...], currency: str | None) -> str:
    """SQL that makes ``derived.new_review_queue``: with what is at stake, questions that ``kept_questions`` lacks."""
    return f"""
        create or replace table derived.new_review_queue as
        with weighed as (
            select q.*, l.channel as channel_l, l.source_record_id as source_record_id_l,
                r.channel as channel_r, r.source_record_id as source_record_id_r,
                l.channel || ':' || l.source_record_id as name_l,
                r.channel || ':' || r.source_record_id as name_r, {stakes_sql(consents, currency)},
                coalesce(a.household_id = b.household_id and q.golden_id_l <> q.golden_id_r, false)
                    as is_one_household
            from (select * from open_questions anti join kept_questions using (record_no_l, record_no_r)) q
            join derived.customers l on l.record_no = q.record_no_l
            join derived.customers r on r.record_no = q.record_no_r
            join derived.unified_profiles a on a.golden_id = q.golden_id_l
            join derived.unified_profiles b on b.golden_id = q.golden_id_r
        )
        select record_no_l, record_no_r, 'Q' || left(md5(name_l || '|' || name_r), 16) as question_id,
            kind, {_reason_sql()} as reason, channel_l, source_record_id_l, channel_r, source_record_id_r,
            golden_id_l, golden_id_r, record_count_l, record_count_r, record_count, channels, interaction_count,
            amount, currency, consents, rival, is_one_household, agreeing, differing, match_weight,
            1 / (1 + pow(2, -match_weight)) as match_probability, pair_count
        from weighed
    """


def question_id(name_l: str, name_r: str) -> str:
    """The ID of the question about two records, ``channel:source_record_id`` each, as ``review_queue`` has it."""
    digest = hashlib.md5(f"{name_l}|{name_r}".encode(), usedforsecurity=False).hexdigest()
    return f"Q{digest[:16]}"


def stakes_sql(consents: tuple[str, ...], currency: str | None) -> str:
    """SQL columns of what is at stake: of one customer ``a``, or of ``a`` and ``b`` together."""
    inside = "q.golden_id_l = q.golden_id_r"

    def both(column: str, nothing: str) -> str:
        other = f"case when {inside} then {nothing} else coalesce(b.{column}, {nothing}) end"
        return f"coalesce(a.{column}, {nothing}) + {other}"

    # of one customer every consent that is given; of two those in which they differ
    at_stake = "".join(
        f", case when (case when {inside} then coalesce(a.consent_{x}, false)"
        f" else a.consent_{x} is distinct from b.consent_{x} end) then '{x}' end"
        for x in sorted(consents)
    )
    spend, code = "total_spend_reporting", f"'{currency}'"
    if currency is None:
        used = "coalesce(a.spend_currency, b.spend_currency)"
        several = " or ".join(f"({x}.order_count > 0 and {x}.spend_currency is null)" for x in "ab")
        is_one = f"{used} = coalesce(b.spend_currency, a.spend_currency) and not ({several})"
        spend, code = "total_spend", f"case when {is_one} then {used} end"
    amount = f"case when ({code}) is not null then {both(spend, '0')} end"
    return (
        f"{both('record_count', '0')} as record_count, {both('interaction_count', '0')} as interaction_count,"
        f" list_sort(list_distinct(list_concat(a.channels, b.channels))) as channels,"
        f" cast({amount} as decimal(18, 2)) as amount, cast({code} as varchar) as currency,"
        f" list_filter([null::varchar{at_stake}], lambda x: x is not null) as consents"
    )


def _reason_sql() -> str:
    kinds = " ".join(f"when '{kind}' then '{words}'" for kind, words in KINDS.items())
    return f"""(case kind {kinds} end
        || case when len(agreeing) > 0 then ': same ' || array_to_string(agreeing, ', ') else '' end
        || case when len(differing) > 0 then case when len(agreeing) > 0 then '; different ' else ': different ' end
            || array_to_string(differing, ', ') else '' end)"""


def list_questions(engine: Engine, question_id: str | None = None) -> list[Question]:
    """All questions that the last run leaves open, the most consequential first; or the one of that ID.

    Reads ``review_queue`` and ``customers`` in the schema ``derived`` of the attached database ``warehouse``. Raises
    ``UsageError`` where that is of an earlier version, which has no such table.
    """
    _require_queue(engine)
    questions = engine.fetch(statement(__file__, "questions"), {"question_id": question_id})
    return [
        Question((a, b), (left, right), (x, y), _probability(weight), *rest)
        for a, b, left, right, x, y, weight, *rest in questions.iter_rows()
    ]


def find_question(engine: Engine, question_id: str) -> AskedQuestion | None:
    """The question of that ID with the records that it is about; None where the last run does not ask it.

    The same as :func:`list_questions`, in a fifth of the time: the records are found with their customers' others.
    """
    _require_queue(engine)
    found = engine.fetch(statement(__file__, "question"), {"question_id": question_id}).rows()
    if not found:
        return None
    channel_l, id_l, channel_r, id_r, x, y, weight, *rest = found[0]
    records = read_customer_records(engine, (x, y))
    by_key = {(record.channel, record.source_record_id): record for record in records}
    left, right = by_key.get((channel_l, id_l)), by_key.get((channel_r, id_r))
    if left is None or right is None:
        # a run that broke off has given one of them to another customer since
        questions = list_questions(engine, question_id)
        return AskedQuestion(questions[0], records) if questions else None
    numbers, names = (left.record_no, right.record_no), (left.name, right.name)
    return AskedQuestion(Question(numbers, names, (x, y), _probability(weight), *rest), records)


def read_customer_records(
    engine: Engine, golden_ids: tuple[str, str]
) -> tuple[CustomerRecord, ...]:
    """The records of a question's customers. Reads ``warehouse.derived.customers``."""
    found = engine.fetch(
        statement(__file__, "customer_records"), {"golden_ids": list(dict.fromkeys(golden_ids))}
    )
    return tuple(CustomerRecord(*row) for row in found.iter_rows())


def _require_queue(engine: Engine) -> None:
    if "derived.review_queue" not in engine.columns("warehouse"):
        raise UsageError(NO_QUEUE)


def _probability(weight: float | None) -> float | None:
    return None if weight is None else probability_of(weight)
