"""Fetching of all feeds: what goes wrong with one concerns that one alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from omni_identity.channels.configuration import parse_configuration
from omni_identity.channels.fetching import sources
from omni_identity.channels.fetching.sources import fetch_sources
from omni_identity.channels.reason_codes import UNREACHABLE_SOURCE
from tests.channels.fetching.conftest import Shop


class Panic(BaseException):
    """As native code raises it."""


def configure(**feeds: dict[str, Any]) -> Any:
    channels = [
        {"name": name, "contacts": {"record_id": "id", "mapping": {}, **feed}}
        for name, feed in feeds.items()
    ]
    return parse_configuration({"version": 1, "channels": channels})


@pytest.mark.parametrize("error", [Panic("ada@example.com"), RuntimeError("ada@example.com")])
def test_a_panic_while_one_is_fetched_stops_no_other(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    shop("create table shop.customers (id bigint)")

    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(sources, "fetch_objects", fail)
    found = fetch_sources(
        configure(
            crm={"files": "s3://crm-exports/*.csv"},
            till={"files": "landing/till/*.csv"},
            shop={"source": {"url_env": "SHOP_DSN", "table": "shop.customers"}},
        ),
        tmp_path,
    )
    (file,) = found["crm", "contacts"]
    assert (file.path, file.reason_code) == ("s3://crm-exports/*.csv", UNREACHABLE_SOURCE)
    assert "ada@" not in file.detail + file.advice
    assert found["shop", "contacts"] == []
    assert (tmp_path / "fetched/tables/shop/contacts/00000001.parquet").exists()
    assert set(found) == {("crm", "contacts"), ("shop", "contacts")}


def test_what_a_killed_run_had_begun_to_fetch_is_deleted(tmp_path: Path) -> None:
    begun = tmp_path / "fetched" / "s3" / "crm-exports" / ".a.csv.part"
    begun.parent.mkdir(parents=True)
    begun.write_text("ada@example.com")
    assert fetch_sources(configure(till={"files": "landing/*.csv"}), tmp_path) == {}
    assert not begun.exists()
