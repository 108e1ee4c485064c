"""Verdict files as a session reads them again and again: the ledger is asked once for the records that they name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from omni_identity.engines import Engine
from omni_identity.stewardship.contradictions import Judgements
from omni_identity.stewardship.judgement_files import Verdict, read_verdict_files
from omni_identity.stewardship.judgements import (
    NAMED,
    look_up_names,
    parse_entries,
    weigh_entries,
)

_MADE = ("verdict_entries", "rejected_verdicts", "constraints")


class VerdictReading:
    """Reads the verdict files in ``folder``, with and without one that is proposed, into the tables of
    :func:`~omni_identity.stewardship.judgements.read_judgements`.

    The files are looked at with every reading; what they said already is not worked out anew. Reads ``ledger.records``
    and ``derived.source_records``, which stay as they are meanwhile.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        self._rows: tuple[pl.DataFrame, pl.DataFrame] | None = None
        self._is_held = False
        self._looked_up: set[tuple[str, str]] | None = None
        self._known: list[tuple[Verdict | None, Judgements]] = []
        """What the files said with which proposed verdict; its tables are kept under its number."""
        self._constraints: list[pl.DataFrame] = []
        self._current: int | None = None
        """The number of what stands in the tables; None if that is nothing of what is known."""

    def read(
        self, proposed: Verdict | None = None, record_nos: tuple[int, int] | None = None
    ) -> Judgements:
        """The verdicts that hold together, as ``read_judgements`` returns them.

        ``proposed`` is read as if it stood at the end of our own file; ``record_nos`` are its two records.
        """
        rows = self._look()
        for number, (verdict, judgements) in enumerate(self._known):
            if verdict == proposed:
                if self._current != number:
                    self._bring_back(number)
                    self._current = number
                return judgements
        entries = parse_entries(*rows)
        names = entries.names
        with self._engine.transaction():
            if self._looked_up is None or not self._looked_up.issuperset(names.iter_rows()):
                look_up_names(self._engine, names)
                self._looked_up = set(names.iter_rows())
            if proposed is not None:
                entries = parse_entries(*rows, proposed)
                self._name(proposed, record_nos, self._looked_up)
            judgements = weigh_entries(self._engine, entries)
            self._keep(len(self._known))
        self._current = len(self._known)
        self._known.append((proposed, judgements))
        self._constraints.append(self._engine.fetch("select * from derived.constraints"))
        return judgements

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have the files be what they were with the last reading, whatever somebody appends meanwhile."""
        before, self._is_held = self._is_held, True
        try:
            yield
        finally:
            self._is_held = before

    def _look(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The files' rows; forgets what was read if they are others than before."""
        if self._rows is not None and self._is_held:
            return self._rows
        rows = read_verdict_files(self._folder)
        if self._rows is None or not all(map(pl.DataFrame.equals, rows, self._rows)):
            self._rows, self._current = rows, None
            self._known, self._constraints = [], []
        return rows

    def changes_constraints(self, proposed: Verdict, record_nos: tuple[int, int]) -> bool:
        """Whether a verdict on persons would have anything together or apart that is not so already."""
        self.read()
        with self.held():
            self.read(proposed, record_nos)
        known = [verdict for verdict, _ in self._known]
        before, after = (self._constraints[known.index(one)] for one in (None, proposed))
        return not before.equals(after)

    def _name(
        self, proposed: Verdict, record_nos: tuple[int, int] | None, looked_up: set[tuple[str, str]]
    ) -> None:
        """Enter the records of ``proposed`` in ``NAMED``, unless they were ``looked_up``."""
        keys = (proposed.left, proposed.right)
        for key, number in zip(keys, record_nos or (), strict=True):
            name = (key.channel, key.source_record_id)
            if name not in looked_up:
                self._engine.run(
                    f"insert into {NAMED} select $channel, $record, $number::bigint,"
                    " exists (select 1 from derived.source_records where record_no = $number)",
                    {"channel": name[0], "record": name[1], "number": number},
                )
                looked_up.add(name)

    def _keep(self, number: int) -> None:
        for table in _MADE:
            self._engine.run(
                f"create or replace temp table kept_{table}_{number} as from derived.{table}"
            )

    def _bring_back(self, number: int) -> None:
        with self._engine.transaction():
            for table in _MADE:
                self._engine.run(
                    f"create or replace table derived.{table} as from kept_{table}_{number}"
                )
