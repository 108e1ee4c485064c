"""Catalogue feeds: read from the newest file, compared between channels, set beside open pick-ups."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from omni_identity.channels.catalogue_files import check_catalogue, read_catalogue
from omni_identity.channels.configuration import parse_configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.insight.catalogue import build_catalogue
from omni_identity.model.errors import ConfigurationError
from tests.insight.story import SETTINGS

FEEDS: list[dict[str, Any]] = [
    {"channel": "web", "files": "web/*.csv", "currency": "USD",
     "mapping": {"product_id": "sku", "price": "cost", "promotion": "promo", "availability": "state"}},
    {"channel": "till", "files": "till/*.csv",
     "mapping": {"product_id": "no", "price": "price", "currency": "cur", "promotion": "deal", "store": "shop"}},
    {"channel": "till", "files": "stock/*.jsonl", "mapping": {"product_id": "no", "stock": "qty", "store": "shop"}},
]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for folder in ("web", "till", "stock"):
        (tmp_path / folder).mkdir()
    (tmp_path / "web" / "1.csv").write_text("sku,cost,promo,state\nP1,1.00,,in stock\nP9,1,,no\n")
    (tmp_path / "web" / "2.csv").write_text(
        "sku,cost,promo,state\nP1,9.99,SPRING,in stock\nP2,5.00,,sold out\nP3,7,,yes\n,8,,yes\nP4,?,,\n"
    )
    (tmp_path / "till" / "1.csv").write_text(
        'no,price,cur,deal,shop\nP1,9.99,usd,,S1\nP1,"10,49",usd,,S2\nP2,5.00,USD,,\nP3,7.00,EUR,,\n'
    )
    (tmp_path / "stock" / "1.jsonl").write_text(
        '{"no": "P1", "qty": 0, "shop": "S1"}\n{"no": "P1", "qty": 2, "shop": "S2"}\n'
        '{"no": "P2", "qty": 3, "shop": "S1"}\n'
    )
    return tmp_path


def test_channels_that_disagree_are_told_product_by_product(home: Path) -> None:
    configuration = parse_configuration({**SETTINGS, "catalogue": FEEDS})
    with DuckDBEngine() as engine:
        engine.run("create schema derived")
        engine.run(
            "create table derived.open_matters as select 'pickup' as matter, 'S1' as store,"
            " 'P1' as product_id, 2::bigint as item_count"
        )
        assert build_catalogue(engine, configuration, home) == 3
        assert engine.fetch("select * from derived.catalogue_conflicts").rows() == [
            ("P1", "price", "USD", "till", "9.99 to 10.49", "web", "9.99"),
            ("P1", "promotion", "", "till", "none", "web", "SPRING"),
            ("P2", "availability", "", "till", "available", "web", "not available"),
        ]
        assert engine.fetch("select * from derived.store_stock").rows() == [
            ("S1", "P1", 0, 1, 2),
            ("S1", "P2", 3, 0, 0),
            ("S2", "P1", 2, 0, 0),
        ]
        items = "select product_id, price, is_available from derived.catalogue_items where channel = 'web'"
        assert engine.fetch(items).rows() == [
            ("P1", Decimal("9.99"), True),
            ("P2", Decimal("5.00"), False),
            ("P3", Decimal("7.00"), True),
        ]
        held_back = "select file, row_number, reason_code, payload from derived.catalogue_quarantine order by all"
        assert engine.fetch(held_back).rows() == [
            ("web/2.csv", 4, "missing_product", ",8,,yes"),
            ("web/2.csv", 5, "unparsable_number", "P4,?,,"),
        ]


def test_a_file_outside_the_home_is_known_by_its_whole_path(home: Path, tmp_path: Path) -> None:
    feed = {**FEEDS[0], "files": str(tmp_path / "web" / "*.csv")}
    configuration = parse_configuration({**SETTINGS, "catalogue": [feed]})
    root = tmp_path / "home"
    root.mkdir()
    newest = read_catalogue(configuration.catalogue[0], root)
    assert newest is not None
    assert newest.path == str(tmp_path / "web" / "2.csv")
    assert newest.items.height == 3


def test_without_feeds_the_tables_are_empty(home: Path) -> None:
    with DuckDBEngine() as engine:
        engine.run("create schema derived")
        engine.run(
            "create table derived.open_matters"
            " (matter VARCHAR, store VARCHAR, product_id VARCHAR, item_count BIGINT)"
        )
        assert build_catalogue(engine, parse_configuration(SETTINGS), home) == 0


@pytest.mark.parametrize(
    ("feed", "message"),
    [
        ({"channel": "wev"}, "catalogue[0].channel: unknown channel 'wev'. Did you mean 'web'?"),
        ({"mapping": {"price": "cost"}}, "catalogue[0].mapping: needs product_id"),
        ({"mapping": {"product_id": "sku", "prize": "cost"}},
         "catalogue[0].mapping.prize: unknown attribute. Did you mean 'price'?"),
        ({"files": "wob/*.csv"}, "catalogue[0].files: 'wob/*.csv' matches no file"),
        ({"mapping": {"product_id": "skus"}}, "column 'skus' is not in web/2.csv. Did you mean 'sku'?"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_feed_is_named(home: Path, feed: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_catalogue(
            parse_configuration({**SETTINGS, "catalogue": [{**FEEDS[0], **feed}]}), home
        )
    assert message in str(caught.value)
