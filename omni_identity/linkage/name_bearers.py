"""How many bear a full name, as far as the number of its records tells.

A name on thirty records, where a person has two or three, is borne by many, however rare its parts make it; one on
two or three is most likely one person's. The number of a name's bearers is taken to follow a power law (Zipf, Human
Behavior and the Principle of Least Effort, 1949), whose exponent is the likeliest of ``EXPONENTS``, and the records
of one person under one spelling to be geometric; how many these are on average, expectation maximisation has found.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from omni_identity.engines import Engine
from omni_identity.linkage.equal_records import create_equal_records, is_represented

Floats = npt.NDArray[np.float64]

EXPONENTS = (1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0)
"""The greater, the fewer names are borne by several."""
MOST_COUNTED = 300
"""Records of a name that are counted; of more, the share that others have is as of so many."""
DOUBT = 0.5
"""Records say that a name is common where two of them are more likely two persons' than one's."""
LEAST_PER_PERSON = 1.01
PARTS = 1e12
"""Of a record: in so many whole numbers frequencies are added up."""


def weigh_name_bearers(engine: Engine, odds: float) -> float | None:
    """Raise frequencies in ``derived.tf_names`` (``names, tf_names``) to what the number of records says of each name.

    ``odds`` is how many pairs are one person's with the name spelt alike, for each pair of strangers: a frequency is
    such that, weighed by it, two records with nothing but a name are one person as often as its bearers make it.
    Returns what frequencies are on average over records: how often two strangers share a name. None where nobody has
    one. Equal records count once, so that a guest's hundred rows make no name common.
    """
    create_equal_records(engine)
    engine.run(
        f"""
        create or replace temp table borne_names as
        select names, count(*) as record_count, least(count(*), {MOST_COUNTED})::bigint as counted
        from derived.linkage_records
        where names is not null and not {is_represented("record_no")} group by names
        """
    )
    found = engine.fetch(
        "select counted, count(*) as names, sum(record_count)::bigint as records from borne_names"
        " group by counted order by counted"
    )
    records = int(found["records"].sum())
    if not records:
        engine.run("drop table borne_names")
        return None
    names = np.zeros(MOST_COUNTED + 1)
    names[found["counted"].to_numpy()] = found["names"].to_numpy()
    chances = chances_by_records(names, 1.0 + odds * records / 2)
    frequencies = odds * (1.0 - chances) / chances
    # of fewer records the parts say more
    frequencies[chances > DOUBT] = 0.0
    cases = " ".join(
        f"when {number} then {frequency!r}::double"
        for number, frequency in enumerate(frequencies.tolist())
        if names[number]
    )
    engine.run(
        f"""
        create or replace table derived.tf_names as
        select names, greatest(tf_names, least(1.0::double,
            (case counted {cases} end) * record_count::double / counted)) as tf_names
        from derived.tf_names join borne_names using (names) order by names
        """
    )
    # whole numbers, because their sums are the same in any order
    parts = engine.fetch(
        f"select sum(round({PARTS!r}::double * tf_names * record_count)::bigint)::double as parts"
        " from derived.tf_names join borne_names using (names)"
    )["parts"][0]
    engine.run("drop table borne_names")
    return float(f"{parts / PARTS / records:.6g}")


def chances_by_records(names: Floats, per_person: float) -> Floats:
    """By number of records, the chance that two of them are one person's, if they have one name.

    ``names`` has, by number of records, how many names have so many (from 0 on); ``per_person`` is how many
    a person has under one spelling. Of no record and of one it is what it is of two.
    """
    per_person = max(per_person, LEAST_PER_PERSON)
    _, weights = max(
        (_weigh_bearers(names, per_person, exponent) for exponent in EXPONENTS),
        key=lambda found: found[0],
    )
    records = np.arange(len(names))[2:, None]
    bearers = np.arange(1, len(names))
    # of all ways to part n records among M persons, the share of pairs that are one person's
    alike = np.maximum(2.0 * (records - bearers) / ((records - 1) * (bearers + 1.0)), 0.0)
    chances = (weights[2:] * alike).sum(axis=1) / weights[2:].sum(axis=1)
    all_of_them: Floats = np.concatenate([chances[[0, 0]], chances])
    return all_of_them


def _weigh_bearers(names: Floats, per_person: float, exponent: float) -> tuple[float, Floats]:
    """How likely (log) so many names of so many records are, and, by number of records (from 0 on) and of bearers
    (from 1 on), how likely these are beside each other."""
    most = len(names) - 1
    factorials = np.concatenate([[0.0], np.log(np.arange(1, most + 1)).cumsum()])
    bearers = np.arange(1, most + 1)
    prior = -exponent * np.log(bearers)
    prior = prior - math.log(np.exp(prior).sum())
    records = np.arange(most + 1)[:, None]
    others, more = bearers - 1, np.maximum(records - bearers, 0)
    ways = factorials[np.maximum(records - 1, 0)] - factorials[others] - factorials[more]
    likely = prior + ways - bearers * math.log(per_person) + more * math.log(1.0 - 1.0 / per_person)
    likely = np.where(bearers <= records, likely, -np.inf)
    likely[0, 0] = 0.0  # there is no name on no record
    highest = likely.max(axis=1, keepdims=True)
    weights = np.exp(likely - highest)
    by_records = highest[:, 0] + np.log(weights.sum(axis=1))
    return float(names @ by_records), weights
