"""Explains why two records are, or are not, one customer: evidence, the chain that joins, what parts."""

from __future__ import annotations

import heapq
import itertools
import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.identity.constraints import is_conflict
from omni_identity.identity.counted_weights import LEAST_WEIGHT, with_counted_weights
from omni_identity.linkage.equal_records import scored_as
from omni_identity.linkage.explanation import (
    Evidence,
    ValuePair,
    compare_values,
    weigh_evidence,
)
from omni_identity.linkage.model import LinkageModel
from omni_identity.linkage.scoring import probability_of
from omni_identity.model.attributes import Vocabulary


@dataclass(frozen=True)
class Member:
    """A current record: its number, ``channel:record_id``, and its customer."""

    record_no: int
    name: str
    golden_id: str


@dataclass(frozen=True)
class Link:
    """Two records of one customer and the weight (log2) and probability of their pair."""

    record_l: str
    record_r: str
    match_weight: float
    match_probability: float


@dataclass(frozen=True)
class Conflict:
    """Two records of two customers that fill a unique identifier with different values."""

    identifier: str
    record_l: str
    values_l: tuple[str, ...]
    record_r: str
    values_r: tuple[str, ...]


@dataclass(frozen=True)
class Separation:
    """What keeps two customers apart.

    ``average_weight`` is the mean weight (log2) over the ``pair_count`` pairs between them, each
    counted as clustering counts it, unique identifiers left aside; None when the two do not stand
    in one component, so that clustering never weighed them against each other.
    """

    conflicts: tuple[Conflict, ...]
    average_weight: float | None
    pair_count: int


@dataclass(frozen=True)
class SharedHousehold:
    """The household of two customers who live together: how sure that is, and what its members agree in."""

    household_id: str
    probability: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """All there is to say of two records. ``cut`` is the match weight (log2) from which pairs are linked.

    ``was_scored`` says whether the last run itself compared the pair. ``chain`` joins the two
    through stronger pairs when they are one customer though their own pair is below the cut;
    ``separation`` is None for one customer. ``household`` is one of two customers who live together.
    """

    left: Member
    right: Member
    evidence: Evidence
    cut: float
    was_scored: bool
    chain: tuple[Link, ...]
    separation: Separation | None
    household: SharedHousehold | None
    values: tuple[ValuePair, ...]

    @property
    def is_one_customer(self) -> bool:
        """Whether the last run put both records into one customer."""
        return self.left.golden_id == self.right.golden_id


def explain_records(
    engine: Engine,
    model: LinkageModel,
    record_nos: tuple[int, int],
    cut: float,
    vocabulary: Vocabulary,
) -> Explanation:
    """Explain two different current records by the tables of the last run.

    Reads, of schema ``derived``, at least the rows of the two records' customers in ``customers``,
    ``source_records``, ``linkage_records``, ``components``, ``equal_records``, ``scored_pairs``, and the
    model's ``tf_<column>``; and the households that they are in from ``households``, if it is there.
    """
    members = {number: _member(engine, number) for number in record_nos}
    left, right = (members[number] for number in record_nos)
    evidence = weigh_evidence(engine, model, record_nos)
    is_one = left.golden_id == right.golden_id
    weak = evidence.match_weight < cut
    return Explanation(
        left=left,
        right=right,
        evidence=evidence,
        cut=cut,
        was_scored=_was_scored(engine, record_nos),
        chain=find_chain(engine, left, right) if is_one and weak else (),
        separation=None if is_one else find_separation(engine, left, right, vocabulary),
        household=None if is_one else _find_household(engine, left, right),
        values=compare_values(engine, record_nos, vocabulary),
    )


def _member(engine: Engine, record_no: int) -> Member:
    found = engine.fetch(
        "select channel || ':' || source_record_id as name, golden_id from derived.customers"
        " where record_no = $record_no",
        {"record_no": record_no},
    )
    return Member(record_no, *found.row(0))


def _find_household(engine: Engine, left: Member, right: Member) -> SharedHousehold | None:
    """The household that two customers are in; None where they live apart, or no run has looked yet."""
    if "derived.households" not in engine.columns():
        return None
    found = engine.fetch(
        "select household_id, probability, reasons from derived.households"
        " where list_contains(golden_ids, $left) and list_contains(golden_ids, $right)",
        {"left": left.golden_id, "right": right.golden_id},
    )
    for household_id, probability, reasons in found.iter_rows():
        return SharedHousehold(household_id, probability, tuple(reasons))
    return None


def _was_scored(engine: Engine, record_nos: tuple[int, int]) -> bool:
    """Whether the last run scored two records, or those that represent them."""
    left, right = record_nos
    a, b = scored_as("l", "r")
    scored = engine.fetch(
        f"""
        with nodes as (
            select c.record_no, coalesce(e.representative_no, c.record_no) as representative_no
            from derived.customers c left join derived.equal_records e on e.record_no = c.record_no
        )
        select 1 as x from nodes l join nodes r on l.record_no = $left and r.record_no = $right
        join derived.scored_pairs p on p.record_no_l = {a} and p.record_no_r = {b}
        """,
        {"left": left, "right": right},
    )
    return scored.height > 0


def find_chain(engine: Engine, left: Member, right: Member) -> tuple[Link, ...]:
    """The links inside their customer that join two records, from the first to the second.

    Its weakest link is as strong as any chain's can be, and of such chains it is a shortest one. Reads
    ``derived.customers`` and ``derived.scored_pairs``.
    """
    customer = {"golden_id": left.golden_id}
    names = dict(
        engine.fetch(
            "select record_no, channel || ':' || source_record_id from derived.customers"
            " where golden_id = $golden_id",
            customer,
        ).iter_rows()
    )
    scored = engine.fetch(
        "select p.record_no_l, p.record_no_r, p.match_weight from derived.scored_pairs p"
        " join derived.customers l on l.record_no = p.record_no_l and l.golden_id = $golden_id"
        " join derived.customers r on r.record_no = p.record_no_r and r.golden_id = $golden_id",
        customer,
    )
    weights = {(a, b): weight for a, b, weight in scored.iter_rows()}
    chain = strongest_chain(weights, left.record_no, right.record_no)
    links = []
    for a, b in itertools.pairwise(chain):
        weight = weights[min(a, b), max(a, b)]
        links.append(Link(names[a], names[b], weight, probability_of(weight)))
    return tuple(links)


def strongest_chain(
    weights: Mapping[tuple[int, int], float], start: int, end: int
) -> tuple[int, ...]:
    """The nodes of a path whose weakest link is as strong as possible; the fewest links among such.

    ``weights`` is by pair, each pair once. Ties go to stronger links first, then lower numbers; no
    path gives an empty tuple.
    """
    neighbours: dict[int, list[tuple[float, int]]] = {start: [], end: []}
    for (a, b), weight in weights.items():
        neighbours.setdefault(a, []).append((weight, b))
        neighbours.setdefault(b, []).append((weight, a))
    least = _widest(neighbours, start, end)
    came_from = {start: start}
    queue = deque([start])
    while queue and end not in came_from:
        here = queue.popleft()
        for weight, there in sorted(neighbours[here], key=lambda link: (-link[0], link[1])):
            if weight >= least and there not in came_from:
                came_from[there] = here
                queue.append(there)
    if end not in came_from:
        return ()
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return tuple(reversed(path))


def _widest(neighbours: Mapping[int, list[tuple[float, int]]], start: int, end: int) -> float:
    """The greatest possible weakest link between two nodes; infinite when no path joins them."""
    done: set[int] = set()
    heap = [(-math.inf, start)]
    while heap:
        width, here = heapq.heappop(heap)
        if here == end:
            return -width
        if here in done:
            continue
        done.add(here)
        for weight, there in neighbours[here]:
            if there not in done:
                heapq.heappush(heap, (max(width, -weight), there))
    return math.inf


def find_separation(
    engine: Engine, left: Member, right: Member, vocabulary: Vocabulary
) -> Separation:
    """What keeps the customers of two records apart; conflicts of the two records themselves come first.

    Reads ``derived.customers``, ``derived.components``, ``derived.equal_records``, ``derived.scored_pairs`` and
    ``derived.source_records``.
    """
    customers = {"left": left.golden_id, "right": right.golden_id}
    average = with_counted_weights(engine, statement(__file__, "average_between"))
    between = engine.fetch(average, {**customers, "least": LEAST_WEIGHT}).to_dicts()[0]
    return Separation(
        conflicts=_find_conflicts(engine, left, right, vocabulary.unique_identifiers),
        average_weight=float(between["weight"]) if between["is_one"] else None,
        pair_count=int(between["pair_count"]),
    )


def _find_conflicts(
    engine: Engine, left: Member, right: Member, identifiers: tuple[str, ...]
) -> tuple[Conflict, ...]:
    if not identifiers:
        return ()
    values = ", ".join(f'"{name}"' for name in identifiers)
    records = engine.fetch(
        "select record_no, golden_id, channel || ':' || source_record_id as name,"
        f" {values} from derived.customers join derived.source_records"
        " using (record_no, channel, source_record_id)"
        " where golden_id in ($left, $right) order by channel, source_record_id",
        {"left": left.golden_id, "right": right.golden_id},
    ).to_dicts()
    sides = [
        [row for row in records if row["golden_id"] == member.golden_id] for member in (left, right)
    ]
    asked = {left.record_no, right.record_no}
    for side in sides:
        side.sort(key=lambda row: row["record_no"] not in asked)
    return tuple(
        Conflict(name, a["name"], tuple(a[name]), b["name"], tuple(b[name]))
        for a in sides[0]
        for b in sides[1]
        for name in identifiers
        if is_conflict(a[name], b[name])
    )
