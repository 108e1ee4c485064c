"""Catalogue feeds: read from the newest file, compared between channels, set beside open pick-ups."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from omni_identity.channels.catalogue_files import check_catalogue, read_catalogue
from omni_identity.channels.configuration import parse_configuration
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.declared import create_missing
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


def begin(engine: DuckDBEngine) -> None:
    """A warehouse without interactions, at the end of March."""
    engine.run("create schema derived")
    engine.run("create table derived.as_of as select timestamp '2026-03-31 12:00' as as_of")
    engine.run(
        "create table derived.interactions (channel VARCHAR, interaction_id VARCHAR, kind VARCHAR,"
        " store VARCHAR, product_id VARCHAR, item_count BIGINT, occurred_at TIMESTAMP)"
    )
    engine.run(
        "create table derived.interaction_lines"
        " (channel VARCHAR, interaction_id VARCHAR, product_id VARCHAR, quantity DECIMAL(18, 3))"
    )
    create_missing(engine, "derived.interaction_findings")


def test_channels_that_disagree_are_told_product_by_product(home: Path) -> None:
    configuration = parse_configuration({**SETTINGS, "catalogue": FEEDS})
    with DuckDBEngine() as engine:
        begin(engine)
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
            ("S1", "P1", 0, 1, 2, 0, -2, None),
            ("S1", "P2", 3, 0, 0, 0, 3, None),
            ("S2", "P1", 2, 0, 0, 0, 2, None),
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
        begin(engine)
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


def test_a_competitor_s_price_is_set_beside_ours_and_contradicts_no_channel(home: Path) -> None:
    """Somebody at the till says that it is cheaper elsewhere; the till knows whether it is, and by how much."""
    (home / "rival").mkdir()
    (home / "rival" / "1.csv").write_text("sku,cost\nP1,8.99\nP3,9.00\nP7,1.00\n")
    rival = {"channel": "rival", "outsider": True, "files": "rival/*.csv", "currency": "USD",
             "mapping": {"product_id": "sku", "price": "cost"}}  # fmt: skip
    configuration = parse_configuration({**SETTINGS, "catalogue": [*FEEDS, rival]})
    check_catalogue(configuration, home)
    with DuckDBEngine() as engine:
        begin(engine)
        create_missing(engine, "derived.open_matters")
        assert build_catalogue(engine, configuration, home) == 3, "as without the rival"
        matches = "select product_id, channel, store, outsider, price, outsider_price, difference"
        assert [
            tuple(str(x) for x in row)
            for row in engine.fetch(f"{matches} from derived.price_matches order by all").rows()
        ] == [
            ("P1", "till", "S1", "rival", "9.99", "8.99", "1.00"),
            ("P1", "till", "S2", "rival", "10.49", "8.99", "1.50"),
            ("P1", "web", "", "rival", "9.99", "8.99", "1.00"),
            ("P3", "web", "", "rival", "7.00", "9.00", "-2.00"),  # the till's is in euros
        ]


@pytest.mark.parametrize(
    ("feed", "message"),
    [
        ({"channel": "rival"}, "unknown channel 'rival'. Somebody else's feed has outsider: true."),
        ({"channel": "web", "outsider": True}, "catalogue[0].outsider: 'web' is a channel of ours"),
    ],
)
def test_an_outsider_is_no_channel(home: Path, feed: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_configuration({**SETTINGS, "catalogue": [{**FEEDS[0], **feed}]})
    assert message in str(caught.value)


@pytest.mark.parametrize("counted", [None, "2026-03-29T08:00:00Z"])
def test_what_a_store_can_promise_counts_what_waits_and_what_came_back(
    home: Path, counted: str | None
) -> None:
    time = f', "at": "{counted}"' if counted else ""
    (home / "stock" / "2.jsonl").write_text(f'{{"no": "P1", "qty": 5, "shop": "S1"{time}}}\n')
    feed = {**FEEDS[2], "mapping": {**FEEDS[2]["mapping"], "counted_at": "at"}, "optional": ["at"]}
    configuration = parse_configuration({**SETTINGS, "catalogue": [feed]})
    with DuckDBEngine() as engine:
        begin(engine)
        engine.run(
            "create table derived.open_matters as select 'pickup' as matter, 'S1' as store,"
            " 'P1' as product_id, 2::bigint as item_count"
        )
        engine.run(
            "insert into derived.interactions values"
            # before the stock was counted; since; this morning, of which the lines say what it was
            " ('till', 'r1', 'return', 'S1', 'P1', 9, '2026-03-28 12:00'),"
            " ('till', 'r2', 'return', 'S1', 'P1', null, '2026-03-30 12:00'),"
            " ('till', 'r3', 'return', 'S1', 'P9', 4, '2026-03-31 09:00'),"
            " ('web', 'r4', 'return', null, 'P1', 1, '2026-03-31 09:00')"
        )
        engine.run(
            "insert into derived.interaction_lines values"
            " ('till', 'r3', 'P1', -3), ('till', 'r3', 'P2', 1)"
        )
        build_catalogue(engine, configuration, home)
        stock = (
            "select product_id, stock, waiting_item_count, returned_item_count, promisable_count"
        )
        back = 3 if counted is None else 4
        assert engine.fetch(f"{stock} from derived.store_stock order by all").rows() == [
            ("P1", 5, 2, back, 5 - 2 + back),
            ("P2", None, 0, 1, None),
        ]
