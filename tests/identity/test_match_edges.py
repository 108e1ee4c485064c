"""The evidence of published pairs adds up to their weight, and verdicts are always among the pairs."""

from __future__ import annotations

import math
from collections.abc import Iterator

import polars as pl
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.identity.confidence import FITTED, pair_probability
from omni_identity.identity.match_edges import PRIOR, build_match_edges
from omni_identity.linkage.explanation import weigh_evidence
from omni_identity.linkage.model import RIVALS, LinkageModel
from omni_identity.linkage.pinned_model import lent_frequencies, load_pinned
from omni_identity.pipeline.warehouse import open_warehouse
from tests.worlds import World, person, receipt, run_until_candidate

ROUNDING = 0.05


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckDBEngine, LinkageModel]]:
    """A warehouse in which a night was run on forty people of the web, thirty of them at the till."""
    world = World.make(tmp_path_factory.mktemp("world") / "home")
    world.deliver("web", "2026-03-01", [person(n) for n in range(40)])
    world.deliver("till", "2026-03-01", [receipt(n) for n in range(30)])
    context = world.night()
    with open_warehouse(context) as engine:
        run_until_candidate(engine, context)
        model = load_pinned(context.home.models)
        with lent_frequencies(engine, context.home.models, model):
            yield engine, model


def summed(entries: list[dict[str, float]]) -> float:
    totals = [sum(entry[f"against_{rival}"] for entry in entries) for rival in RIVALS]
    return -math.log2(sum(2.0**-total for total in totals))


def test_the_evidence_of_every_edge_adds_up_to_its_weight(
    night: tuple[DuckDBEngine, LinkageModel],
) -> None:
    engine, _ = night
    edges = engine.fetch("select match_weight, evidence from derived.match_edges").to_dicts()
    assert len(edges) >= 30
    for edge in edges:
        assert (edge["evidence"][0]["comparison"], edge["evidence"][0]["level"]) == (PRIOR, None)
        assert all(entry["level"] is not None for entry in edge["evidence"][1:])
        assert summed(edge["evidence"]) == pytest.approx(edge["match_weight"], abs=ROUNDING)


def test_the_evidence_is_what_explain_shows(night: tuple[DuckDBEngine, LinkageModel]) -> None:
    engine, model = night
    edge = engine.fetch(
        "select e.evidence, l.record_no as l, r.record_no as r from derived.match_edges e"
        " join ledger.records l on (l.channel, l.source_record_id) = (channel_l, source_record_id_l)"
        " join ledger.records r on (r.channel, r.source_record_id) = (channel_r, source_record_id_r)"
        " order by e.match_weight desc limit 1"
    ).to_dicts()[0]
    explained = weigh_evidence(engine, model, (edge["l"], edge["r"]))
    shown = {f.comparison: f for f in explained.findings if f.level is not None}
    prior, *entries = edge["evidence"]
    assert [entry["comparison"] for entry in entries] == list(shown)
    for rival in RIVALS:
        assert prior[f"against_{rival}"] == pytest.approx(explained.prior[rival], abs=0.001)
        for entry in entries:
            finding = shown[entry["comparison"]]
            expected = finding.weights[rival] + finding.rarity[rival]
            assert entry[f"against_{rival}"] == pytest.approx(expected, abs=0.001)
            assert entry["level"] == finding.level


def test_edges_records_and_profiles_say_how_sure_their_customer_is(
    night: tuple[DuckDBEngine, LinkageModel],
) -> None:
    engine, _ = night
    edges = engine.fetch(
        "select e.*, d.* from derived.match_edges e join derived.customers l on l.record_no = record_no_l"
        " join derived.customers r on r.record_no = record_no_r"
        " left join derived.customer_diagnostics d on d.golden_id = l.golden_id and l.golden_id = r.golden_id"
    ).to_dicts()
    assert {edge["decided_by"] for edge in edges} >= {"model"}
    names = ("chain_weight", "cohesion_weight", "nearest_match_weight", "size_surplus")
    for edge in edges:
        inside = edge["decided_by"] == "model"
        confidence = FITTED.confidence(*(edge[name] for name in names)) if inside else 0.0
        expected = pair_probability(edge["match_weight"], confidence)
        assert edge["identity_probability"] == pytest.approx(expected)
    profiles = engine.fetch(
        "select record_count, weakest_link_probability as said, 1 / (1 + pow(2, -weakest_link)) as so"
        " from derived.unified_profiles left join derived.customer_diagnostics using (golden_id, record_count)"
    ).to_dicts()
    for profile in profiles:
        assert (profile["said"] is None) == (profile["record_count"] == 1)
        assert profile["said"] is None or profile["said"] == pytest.approx(profile["so"], abs=5e-5)
    strongest = engine.fetch(
        "select c.match_probability, max(e.identity_probability) as p from derived.crosswalk c"
        " join derived.match_edges e on (c.channel, c.source_record_id) in"
        " ((channel_l, source_record_id_l), (channel_r, source_record_id_r))"
        " where e.decided_by = 'model' group by c.channel, c.source_record_id, c.match_probability"
    ).rows()
    assert strongest
    assert all(said == pytest.approx(p) for said, p in strongest)


def test_pairs_with_a_verdict_are_always_there(night: tuple[DuckDBEngine, LinkageModel]) -> None:
    engine, model = night
    number = dict(
        engine.fetch(
            "select channel || ':' || source_record_id, record_no from ledger.records"
        ).rows()
    )
    linked, far = ("till:t3", "web:w3"), ("web:w20", "web:w33")
    verdicts = [
        (*sorted(number[x] for x in linked), "same"),
        (*sorted(number[x] for x in far), "different"),
    ]
    broken = tuple(sorted((number["web:w21"], number["web:w34"])))
    columns = ["record_no_l", "record_no_r", "judgement"]
    frame = pl.DataFrame([*verdicts, (*broken, "same")], schema=columns, orient="row")
    engine.run("delete from derived.constraints")
    engine.write("derived.constraints", frame)
    engine.run("insert into derived.broken_verdicts values ($l, $r, 'loyalty_id')",
               {"l": broken[0], "r": broken[1]})  # fmt: skip
    engine.run("delete from derived.scored_pairs where (record_no_l, record_no_r) in (($l, $r))",
               {"l": verdicts[1][0], "r": verdicts[1][1]})  # fmt: skip
    build_match_edges(engine, model, 0.1)
    edges = engine.fetch("select * from derived.match_edges").to_dicts()
    decided = {
        frozenset((f"{e['channel_l']}:{e['source_record_id_l']}", f"{e['channel_r']}:{e['source_record_id_r']}")): e
        for e in edges
    }  # fmt: skip
    assert len(decided) == len(edges)
    assert decided[frozenset(linked)]["decided_by"] == "judgement"
    assert decided[frozenset(linked)]["match_weight"] > 0
    unscored = decided[frozenset(far)]
    assert unscored["decided_by"] == "judgement"
    nulls = ("match_weight", "match_probability", "evidence", "model_version")
    assert [unscored[name] for name in nulls] == [None] * 4
    assert unscored["identity_probability"] == 0.0, "by a verdict of different"
    assert decided[frozenset(("till:t4", "web:w4"))]["decided_by"] == "model"
    assert frozenset(("web:w21", "web:w34")) not in decided or (
        decided[frozenset(("web:w21", "web:w34"))]["decided_by"] == "review"
    )
