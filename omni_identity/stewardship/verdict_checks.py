"""Whether a verdict may be written down: it must count, contradict no other, and be possible at all."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.identity.constraints import is_conflict
from omni_identity.model.errors import UsageError
from omni_identity.stewardship.judgement_files import Verdict
from omni_identity.stewardship.judgements import PROPOSED_ROW, read_judgements


class VerdictRefused(UsageError):
    """A verdict that was not written down, and why."""


@dataclass(frozen=True)
class Standing:
    """The entry of a pair that counts before a new one: its judgement, when, by whom, and its place.

    ``is_rejected``: it contradicts others, so it does not hold.
    """

    judgement: str
    judged_at: datetime | None
    judged_by: str | None
    file: str
    row_number: int
    is_rejected: bool


def find_standing(engine: Engine, record_nos: tuple[int, int]) -> Standing | None:
    """The latest entry on a pair in ``derived.verdict_entries``; None when it was never judged."""
    found = engine.fetch(
        statement(__file__, "standing_entry"),
        {"left": min(record_nos), "right": max(record_nos)},
    )
    return Standing(**found.to_dicts()[0]) if found.height else None


def check_verdict(
    engine: Engine,
    folder: Path,
    proposed: Verdict,
    record_nos: tuple[int, int],
    unique_identifiers: Iterable[str],
) -> Standing | None:
    """Raise ``VerdictRefused`` when ``proposed`` must not be written; return what stands on the pair now.

    Reads the verdict files in ``folder``, ``ledger.records`` and ``derived.source_records``;
    ``record_nos`` are the two records. Leaves the tables of ``read_judgements`` with ``proposed`` in.
    """
    judgements = read_judgements(engine, folder)
    standing = find_standing(engine, record_nos)
    _refuse_without_effect(proposed, standing)
    if proposed.judgement == "same":
        sides = [judgements.group_of(record) for record in record_nos]
        identifier = _find_conflict(engine, sides, tuple(unique_identifiers))
        if identifier is not None:
            raise VerdictRefused(
                f"{identifier} is unique, and {proposed.left} and {proposed.right} (with what was "
                "judged the same as they) have different values of it: they cannot be one customer. "
                f"If one value is wrong, the channel has to correct it; `omni explain "
                f"{proposed.left} {proposed.right}` shows both."
            )
    read_judgements(engine, folder, proposed)
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


def _find_conflict(
    engine: Engine, sides: list[tuple[int, ...]], unique_identifiers: tuple[str, ...]
) -> str | None:
    """The first unique identifier on which a current record of one side conflicts with one of the other."""
    for name in unique_identifiers:
        values = [
            engine.fetch(
                f'select distinct "{name}" as v from derived.source_records'
                f' where "{name}" is not null and list_contains($records::bigint[], record_no)',
                {"records": list(side)},
            )["v"].to_list()
            for side in sides
        ]
        if any(is_conflict(a, b) for a, b in itertools.product(*values)):
            return name
    return None
