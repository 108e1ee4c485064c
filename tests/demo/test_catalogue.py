"""The demo's catalogue feeds: readable by its own omni.yaml, mostly in agreement, and no one else's business."""

from __future__ import annotations

from pathlib import Path

import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.demo import DemoPlan, DemoSummary, write_demo
from omni_identity.demo.catalogue import CATALOGUE_LAYOUTS
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_missing
from omni_identity.insight.catalogue import build_catalogue

from .test_generator import digests
from .test_interactions import events

Demo = tuple[Path, DemoSummary]


@pytest.fixture
def compared(demo: Demo) -> DuckDBEngine:
    home, _ = demo
    engine = DuckDBEngine()
    engine.run("create schema derived")
    create_missing(
        engine,
        "derived.open_matters",
        "derived.interactions",
        "derived.interaction_lines",
        "derived.interaction_findings",
        "derived.as_of",
    )
    engine.run("insert into derived.as_of values (timestamp '2026-11-01')")
    build_catalogue(engine, load_configuration(home / "omni.yaml"), home)
    return engine


def test_every_file_and_column_is_declared(demo: Demo) -> None:
    home, summary = demo
    feeds = load_configuration(home / "omni.yaml").catalogue
    assert len(feeds) == len(CATALOGUE_LAYOUTS)
    for feed, layout in zip(feeds, CATALOGUE_LAYOUTS, strict=True):
        assert feed.channel == layout.channel
        assert {name: columns[0] for name, columns in feed.mapping.items()} == layout.columns
        assert [path for path in summary.files if path.match(feed.files)]


def test_every_product_that_somebody_orders_is_listed(demo: Demo, compared: DuckDBEngine) -> None:
    home, _ = demo
    ordered = {row["product_id"] for name in ("web", "app") for row in events(home, name)}
    listed = compared.fetch("select product_id from derived.catalogue_items")["product_id"]
    assert ordered - {""} <= set(listed)


def test_channels_disagree_on_a_few_products_in_every_way(compared: DuckDBEngine) -> None:
    shares = compared.fetch(
        "select attribute, count(distinct product_id)"
        " / (select count(distinct product_id) from derived.catalogue_items)"
        " from derived.catalogue_conflicts group by attribute"
    )
    found: dict[str, float] = dict(shares.rows())
    assert set(found) == {"price", "promotion", "availability"}
    assert 0.02 < found["price"] < 0.06
    assert 0.005 < found["promotion"] < 0.05
    assert 0.002 < found["availability"] < 0.02
    counts = compared.fetch("select count(*), min(stock), max(stock) from derived.store_stock")
    assert counts.rows()[0] > (8000, 0, 10)


def test_torn_lines_are_held_back(compared: DuckDBEngine) -> None:
    held_back = compared.fetch("select distinct channel from derived.catalogue_quarantine")
    assert set(held_back["channel"]) - {"rival"} == {"web", "app", "till"}


def test_a_competitor_is_cheaper_for_some_of_what_they_sell_too(compared: DuckDBEngine) -> None:
    ((listed, matched, cheaper, much),) = compared.fetch(
        """
        select (select count(distinct product_id) from derived.catalogue_items where not is_outsider),
            count(distinct product_id), count(distinct product_id) filter (where difference > 0),
            count(distinct product_id) filter (where difference > 0.2 * price)
        from derived.price_matches where channel = 'web' and outsider = 'rival'
        """
    ).rows()
    assert 0.3 < matched / listed < 0.5
    assert 0.35 < cheaper / matched < 0.65
    assert 0.01 < much / matched < 0.15


def test_the_catalogue_moves_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = DemoPlan(customers=40, days=2)
    write_demo(tmp_path / "with", plan)
    monkeypatch.setattr("omni_identity.demo.generator.write_catalogues", lambda home, plan: [])
    write_demo(tmp_path / "without", plan)
    files, others = digests(tmp_path / "with"), digests(tmp_path / "without")
    catalogue = {name for name in files if name not in others}
    assert len(catalogue) == len(CATALOGUE_LAYOUTS)
    assert {name: digest for name, digest in files.items() if name not in catalogue} == others
