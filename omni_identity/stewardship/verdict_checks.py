"""Whether a verdict may be written down: it must count, contradict no other, and be possible at all."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.constraints import is_conflict
from omni_identity.linkage.withheld_values import linked_columns
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.errors import UsageError, nearest
from omni_identity.stewardship.judgement_files import ABOUT_VALUES, Verdict
from omni_identity.stewardship.judgements import PROPOSED_ROW
from omni_identity.stewardship.verdict_reading import VerdictReading


class VerdictRefused(UsageError):
    """A verdict that was not written down, and why."""


@dataclass(frozen=True)
class Standing:
    """The entry of a pair that counts before a new one: its judgement, when, by whom, and its place.

    ``is_rejected``: it contradicts others, so it does not hold.
    """

    judgement: str
    subject: str | None
    judged_at: datetime | None
    judged_by: str | None
    file: str
    row_number: int
    is_rejected: bool


def find_standing(
    engine: Engine, proposed: Verdict, record_nos: tuple[int, int]
) -> Standing | None:
    """The entry in ``derived.verdict_entries`` on what ``proposed`` is about that counts so far; None for none."""
    found = engine.fetch(
        statement(__file__, "standing_entry"),
        {
            **{"left": record_nos[0], "right": record_nos[1]},
            **{"judgement": proposed.judgement, "subject": proposed.subject},
        },
    )
    return Standing(**found.to_dicts()[0]) if found.height else None


def check_verdict(
    engine: Engine,
    reading: VerdictReading,
    proposed: Verdict,
    record_nos: tuple[int, int],
    vocabulary: Vocabulary,
) -> Standing | None:
    """Raise ``VerdictRefused`` when ``proposed`` must not be written; return what stands on the pair now.

    Reads the verdict files by ``reading``, and ``derived.source_records``; ``record_nos`` are the two records. Leaves
    the tables of ``read_judgements`` with ``proposed`` in.
    """
    judgements = reading.read()
    standing = find_standing(engine, proposed, record_nos)
    _refuse_without_effect(proposed, standing)
    _refuse_unknown_subject(engine, proposed, record_nos, vocabulary)
    if proposed.judgement == "same":
        sides = [judgements.group_of(record) for record in record_nos]
        identifier = _find_conflict(engine, sides, vocabulary.unique_identifiers)
        if identifier is not None:
            raise VerdictRefused(
                f"{identifier} is unique, and {proposed.left} and {proposed.right} (with what was "
                "judged the same as they) have different values of it: they cannot be one customer. "
                f"If one value is wrong, the channel has to correct it; `omni explain "
                f"{proposed.left} {proposed.right}` shows both."
            )
    reading.read(proposed, record_nos)
    refused = engine.fetch(
        "select detail from derived.rejected_verdicts where row_number = $row",
        {"row": PROPOSED_ROW},
    )
    if refused.height:
        raise VerdictRefused(
            f"This contradicts earlier verdicts: {refused.item()}. Withdraw the one that is wrong: "
            "`omni judge withdraw A B`."
        )
    return standing


def _refuse_without_effect(proposed: Verdict, standing: Standing | None) -> None:
    """Refuse what would not count: a withdrawal of nothing, or an entry older than what stands."""
    pair = f"{proposed.left} and {proposed.right}"
    if standing is not None and standing.judged_at and standing.judged_at >= proposed.judged_at:
        raise VerdictRefused(
            f"The verdict on {pair} in {standing.file}, row {standing.row_number}, is dated "
            f"{standing.judged_at:%Y-%m-%d %H:%M} UTC, which has not come yet: a new one would not "
            "count beside it. Correct the date there."
        )
    if proposed.judgement == "withdrawn" and (
        standing is None or standing.judgement == "withdrawn"
    ):
        raise VerdictRefused(f"There is no verdict on {pair} to withdraw.")


def _refuse_unknown_subject(
    engine: Engine, proposed: Verdict, record_nos: tuple[int, int], vocabulary: Vocabulary
) -> None:
    """Refuse what is said of a value that linkage does not see, or that is not there."""
    if proposed.judgement not in ABOUT_VALUES:
        return
    name, columns = proposed.subject, linked_columns(vocabulary)
    is_wrong = proposed.judgement == "wrong_data"
    possible = tuple(columns) if is_wrong else vocabulary.identifiers
    if name not in possible:
        raise VerdictRefused(
            f"{proposed.judgement} names {'an attribute' if is_wrong else 'an identifier'}, as"
            f" {proposed.judgement}:{possible[0]}; there are {', '.join(sorted(possible))}.{nearest(name, possible)}"
        )
    if is_wrong and name in vocabulary.unique_identifiers:
        raise VerdictRefused(
            f"{name} is unique: whose it is, its channel says. If it is wrong in {proposed.left}, the channel has to"
            " correct it."
        )
    if is_wrong:
        filled = " or ".join(f'"{column}" is not null' for column in columns[name])
        if not count_rows(
            engine, f"derived.source_records where record_no = {record_nos[0]} and ({filled})"
        ):
            raise VerdictRefused(f"{proposed.left} has no {name} that could be wrong.")
    elif not common_values(engine, name, record_nos):
        raise VerdictRefused(f"{proposed.left} and {proposed.right} have no {name} in common.")


def common_values(engine: Engine, identifier: str, record_nos: tuple[int, int]) -> tuple[str, ...]:
    """What two current records of ``derived.source_records`` have in common of an identifier, sorted."""
    column = {"email": "email_key"}.get(identifier, identifier)
    records = engine.fetch(
        f'select record_no, "{column}" as v from derived.source_records'
        f' where record_no in ($left, $right) and "{column}" is not null',
        {"left": record_nos[0], "right": record_nos[1]},
    )
    sides = [set(values) for _, values in records.iter_rows()]
    return tuple(sorted(sides[0] & sides[1])) if len(sides) == len(record_nos) else ()


def _find_conflict(
    engine: Engine, sides: list[tuple[int, ...]], unique_identifiers: tuple[str, ...]
) -> str | None:
    """The first unique identifier on which a current record of one side conflicts with one of the other."""
    for name in unique_identifiers:
        values = [
            engine.fetch(
                f'select distinct "{name}" as v from derived.source_records'
                f' where "{name}" is not null and record_no in (select unnest($records::bigint[]))',
                {"records": list(side)},
            )["v"].to_list()
            for side in sides
        ]
        if any(is_conflict(a, b) for a, b in itertools.product(*values)):
            return name
    return None
