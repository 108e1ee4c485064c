"""What Splink costs where it weighs pairs: python -m benchmarks.scale.splink_share HOME [PAIRS]

Takes so many of a home's scored pairs by lot, lets Splink compare and weigh them as a run does, and then does the
same in one statement of our own (levels, how rare the values are, the weight against strangers), twice each in turns.
Prints the seconds of processor time of each, and the greatest difference of their weights. Writes nothing that stays.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

from omni_identity.channels.configuration import load_configuration
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.literals import identifier
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.pinned_model import lent_frequencies, load_pinned
from omni_identity.linkage.scoring import level_weight_sql
from omni_identity.linkage.splink_settings import adjusted_comparisons, adjusts
from omni_identity.linkage.vectors import compare_in_parts, complete_frequencies, keep_in
from omni_identity.model.home import Home
from omni_identity.open_engine import open_engine

PAIRS, BY_SPLINK, BY_US, RECORDS = (
    f"derived.share_{name}" for name in ("pairs", "splink", "own", "records")
)
DEFAULT_PAIRS = 2_000_000


def compare_ourselves(engine: Engine, model: LinkageModel, pairs: str) -> None:
    """Make ``BY_US`` (``record_no_l, record_no_r``, levels, rarities, ``weight_strangers``) of the table ``pairs``."""
    lookups = complete_frequencies(engine, model, pairs, count_rows(engine, pairs))
    joins = " ".join(
        f'left join {table} t{i} on t{i}."{column}" = r."{column}"'
        for i, (column, table) in enumerate(lookups.items())
    )
    columns = ", ".join(["r.*", *(f't{i}."tf_{column}"' for i, column in enumerate(lookups))])
    engine.run(
        f"create or replace table {RECORDS} as select {columns} from derived.linkage_records r {joins}"
    )
    values = ", ".join(
        f'{side}.{identifier(column)} as "{column}_{side}"'
        for column in engine.columns()[RECORDS]
        if re.search(rf"\b{re.escape(column)}_[lr]\b", _said(model)) or column.startswith("tf_")
        for side in "lr"
    )
    levels = ", ".join(_level_sql(model, number) for number in range(len(model.comparisons)))
    rarities = "".join(
        f', {_rarity_sql(model, c.name)} as "rarity_{c.name}"' for c in adjusted_comparisons(model)
    )
    weight = " + ".join(
        (
            repr(model.prior_weight("strangers")),
            *(level_weight_sql(model, c, "strangers") for c in model.comparisons),
            *(f'"rarity_{c.name}"' for c in adjusted_comparisons(model)),
        )
    )
    named = ", ".join(f'"level_{c.name}"' for c in model.comparisons)
    engine.run(
        f"""
        create or replace table {BY_US} as
        with sides as (
            select p.record_no_l, p.record_no_r, {values} from {pairs} p
            join {RECORDS} l on l.record_no = p.record_no_l join {RECORDS} r on r.record_no = p.record_no_r
        ), compared as (select *, {levels} from sides),
        rare as (select record_no_l, record_no_r, {named}{rarities} from compared)
        select *, {weight} as weight_strangers from rare
        """
    )
    for table in (RECORDS, *lookups.values()):
        engine.run(f"drop table {table}")


def _said(model: LinkageModel) -> str:
    """All of the model's SQL, and the columns whose agreement makes a frequency that of two values."""
    given = [f"{level.given[0]}_l" for c in model.comparisons for level in c.levels if level.given]
    conditions = [
        text for c in model.comparisons for text in (c.null_sql, *(x.sql for x in c.levels))
    ]
    return " ".join([*given, *conditions])


def _level_sql(model: LinkageModel, number: int) -> str:
    comparison = model.comparisons[number]
    cases = " ".join(
        f"else {i}" if level.sql == "ELSE" else f"when {level.sql} then {i}"
        for i, level in enumerate(comparison.levels)
    )
    return f'(case when {comparison.null_sql} then -1 {cases} end)::tinyint as "level_{comparison.name}"'


def _rarity_sql(model: LinkageModel, name: str) -> str:
    comparison = next(c for c in model.comparisons if c.name == name)
    cases = ""
    for i, level in enumerate(comparison.levels):
        if adjusts(model, level):
            strangers = model.parameters[name][i].strangers
            alone = _rarer(strangers, str(level.term_frequency))
            if level.given:
                other, both = level.given
                alone = f'case when "{other}_l" = "{other}_r" then {_rarer(strangers, both)} else {alone} end'
            cases += f" when {i} then {alone}"
    return f'(case "level_{name}"{cases} else 0.0 end)'


def _rarer(strangers: float, column: str) -> str:
    return f'log2({strangers!r} / greatest("tf_{column}_l", "tf_{column}_r"))'


def measure(engine: Engine, model: LinkageModel) -> tuple[float, float, float]:
    """Seconds of processor time that Splink and that we take for ``PAIRS``, and the greatest difference of weights."""
    started = time.process_time()
    compare_in_parts(engine, model, PAIRS, keep_in(engine, BY_SPLINK))
    between = time.process_time()
    compare_ourselves(engine, model, PAIRS)
    ended = time.process_time()
    difference = engine.fetch(
        f"select max(abs(a.weight_strangers - b.weight_strangers)) as x, count(*) as n"
        f" from {BY_SPLINK} a join {BY_US} b using (record_no_l, record_no_r)"
    )
    if difference["n"][0] != count_rows(engine, PAIRS):
        raise SystemExit("The two did not compare the same pairs.")
    for table in (BY_SPLINK, BY_US):
        engine.run(f"drop table {table}")
    return between - started, ended - between, float(difference["x"][0])


def main() -> None:
    """Measure the home of the first argument, with so many pairs as the second says."""
    home = Home(Path(sys.argv[1]))
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_PAIRS
    model = load_pinned(home.models)
    with (
        open_engine(home, load_configuration(home.configuration)) as engine,
        lent_frequencies(engine, home.models, model),
    ):
        engine.run(
            f"create or replace table {PAIRS} as select record_no_l, record_no_r from derived.scored_pairs"
            f" order by hash(record_no_l, record_no_r), record_no_l, record_no_r limit {wanted}"
        )
        print(f"{count_rows(engine, PAIRS):,} pairs")
        for _ in range(2):
            splink, ours, difference = measure(engine, model)
            print(
                f"Splink {splink:.1f} s, ours {ours:.1f} s; weights differ by {difference:.1e} at most"
            )
        engine.run(f"drop table {PAIRS}")


if __name__ == "__main__":
    main()
