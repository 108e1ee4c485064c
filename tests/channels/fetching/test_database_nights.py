"""Nights whose feeds come from a database: as from files, and no worse than that when it fails."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.model.errors import ConfigurationError
from omni_identity.person_requests.erasure_request import Request, find_target, request_erasure
from tests.channels.fetching.conftest import Shop
from tests.shared import copy_home
from tests.worlds import CONFIGURATION, EVENT_COLUMNS, WEB_COLUMNS, World, person, receipt

FROM_DATABASE = CONFIGURATION.replace(
    "files: landing/web/*.csv",
    "source: {url_env: SHOP_DSN, table: shop.customers, cursor: seen}",
).replace(
    "files: landing/web_events/*.csv",
    "source: {url_env: SHOP_DSN, query: 'select * from shop.events', cursor: nr}",
)


def write(shop: Shop, table: str, rows: list[dict[str, Any]], seen: str = "2026-03-01") -> None:
    for row in rows:
        values = ", ".join(f"'{value}'" if value else "null" for value in row.values())
        names = ", ".join(f'"{name}"' for name in row)
        if table == "customers":
            shop(f"delete from shop.customers where id = '{row['id']}'")
            names, values = f"{names}, seen", f"{values}, '{seen}'"
        shop(f"insert into shop.{table} ({names}) values ({values})")


def event(number: int) -> dict[str, Any]:
    at = f"2026-02-{1 + number:02}T10:00:00Z"
    return {"event": f"e{number}", "id": f"w{number}", "kind": "order", "at": at, "amount": "12.50"}


@pytest.fixture
def world(shop: Shop, models: Path, tmp_path: Path) -> World:
    texts = ", ".join(f'"{name}" text' for name in WEB_COLUMNS)
    shop(f"create table shop.customers ({texts}, seen timestamptz)")
    texts = ", ".join(f'"{name}" text' for name in EVENT_COLUMNS if name != "amount")
    shop(f"create table shop.events (nr bigserial, {texts}, amount numeric(10,2))")
    world = World.make(tmp_path / "home", FROM_DATABASE, models)
    write(shop, "customers", [person(n) for n in range(12)])
    write(shop, "events", [event(n) for n in range(5)])
    world.deliver("till", "2026-03-01", [receipt(n) for n in range(8)])
    return world


def figures(world: World) -> list[tuple[Any, ...]]:
    return world.read(
        "select golden_id, interaction_id, amount from interactions order by all"
    ).rows()


def test_nights_of_increments_equal_those_of_files_and_one_in_a_new_warehouse(
    world: World, shop: Shop, models: Path, tmp_path: Path
) -> None:
    local = World.make(tmp_path / "local", models=models)
    changed = person(3, phone="+12125559999", changed="2026-03-01T00:00:00Z")
    local.deliver("web", "1", [person(n) for n in range(12)])
    local.deliver("web_events", "1", [event(n) for n in range(5)])
    local.deliver("till", "2026-03-01", [receipt(n) for n in range(8)])
    for one in (world, local):
        one.run()
    write(shop, "customers", [changed, person(13)], seen="2026-03-02")
    write(shop, "events", [event(6)])
    local.deliver("web", "2", [changed, person(13)])
    local.deliver("web_events", "2", [event(6)])
    for one in (world, local):
        one.run()
    assert world.golden_ids() == local.golden_ids()
    assert figures(world) == figures(local)
    assert len(figures(world)) == 6
    before = world.customers()
    anew = World(tmp_path / "anew", world.nights)
    copy_home(world.root, anew.root)
    shutil.rmtree(anew.home.published)
    anew.home.warehouse_file.unlink()
    shop("drop table shop.customers")  # what was fetched is read again, not asked for again
    anew.run()
    assert anew.customers() == before


def test_a_database_that_fails_leaves_its_feeds_standing_and_stops_no_other(
    world: World, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run()
    monkeypatch.setenv("SHOP_DSN", "postgresql://u:open-sesame@127.0.0.1:9/shop")
    world.deliver("till", "2026-03-02", [receipt(n) for n in range(10)])
    world.run()
    assert len([record for record in world.golden_ids() if record.startswith("web:")]) == 12
    assert len([record for record in world.golden_ids() if record.startswith("till:")]) == 10
    found = world.read("select channel, feed, file, reason_code from quarantined_files")
    assert found.rows() == [
        ("web", "contacts", "SHOP_DSN: shop.customers", "unreachable_source"),
        ("web", "interactions", "SHOP_DSN: query", "unreachable_source"),
    ]
    for path in world.root.rglob("*"):
        if path.is_file():
            assert b"open-sesame" not in path.read_bytes(), path


def test_a_database_that_never_gave_a_row_is_an_error_that_names_the_key(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOP_DSN")
    with pytest.raises(
        ConfigurationError, match=r"contacts\.files: SHOP_DSN: shop\.customers: .*not set"
    ):
        world.run()


def test_a_missing_column_is_said_as_of_a_file(world: World, shop: Shop) -> None:
    shop("alter table shop.customers rename given to first_name")
    with pytest.raises(ConfigurationError, match=r"column 'given' is not in fetched/tables/web"):
        world.run()


def test_an_erased_person_is_cut_from_the_files_and_kept_out_of_the_next(
    world: World, shop: Shop
) -> None:
    world.run()
    configuration = load_configuration(world.home.configuration)
    email = person(3)["email"]
    target = find_target(world.home, configuration, email)
    request_erasure(
        world.home, configuration, Request(target.golden_id, target.person, "officer", "request 1")
    )
    for seen in (None, "2026-03-03", None):
        if seen:
            write(shop, "customers", [person(3), person(4)], seen=seen)
        world.run()
        assert "web:w3" not in world.golden_ids()
        assert "web:w4" in world.golden_ids()
        files = list(world.home.fetched.rglob("*.parquet"))
        texts = [str(pl.read_parquet(path).rows()) for path in files]
        assert not [text for text in texts if email in text]
        assert any(person(4)["email"] in text for text in texts)
    count = len(list(world.home.fetched.rglob("*.parquet")))
    world.run()
    assert len(list(world.home.fetched.rglob("*.parquet"))) == count
