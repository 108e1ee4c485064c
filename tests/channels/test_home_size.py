"""A home is small by what is delivered and by its warehouse; where that cannot be known it is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from omni_identity.channels import home_size
from omni_identity.channels.home_size import is_small
from omni_identity.model.home import Home
from omni_identity.open_engine import open_engine
from tests.channels.conftest import configure


def grow(file: Path, size: int) -> None:
    """Make a file of so many bytes, which take no room."""
    file.parent.mkdir(exist_ok=True)
    file.touch()
    os.truncate(file, size)


def test_a_home_is_small_until_its_deliveries_or_its_warehouse_are_not(tmp_path: Path) -> None:
    home, configuration = Home(tmp_path), configure({})
    assert is_small(home, configuration)
    grow(home.landing / "a.csv", home_size.SMALL // home_size.GROWTH // 2)
    assert is_small(home, configuration)
    grow(home.landing / "b.csv", home_size.SMALL // home_size.GROWTH)
    assert not is_small(home, configuration)
    (home.landing / "b.csv").unlink()
    grow(home.warehouse_file, home_size.SMALL + 1)
    assert not is_small(home, configuration)


@pytest.mark.parametrize(
    "feed",
    [
        {"files": "s3://bucket/contacts/*.csv"},
        {"files": "", "source": {"dsn_env": "SHOP", "table": "people", "key": "id"}},
    ],
)
def test_what_is_delivered_elsewhere_may_be_large(tmp_path: Path, feed: dict[str, object]) -> None:
    configuration = configure({})
    (channel,) = configuration.channels
    ((_, contacts),) = channel.feeds()
    elsewhere = channel.model_copy(update={"contacts": contacts.model_copy(update=feed)})
    configuration = configuration.model_copy(update={"channels": (elsewhere,)})
    assert not is_small(Home(tmp_path), configuration)


def test_a_small_home_is_worked_on_by_one_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, configuration = Home(tmp_path), configure({})
    monkeypatch.delenv("OMNI_THREADS")

    def threads() -> int:
        with open_engine(home, configuration) as engine:
            found: int = engine.fetch("select current_setting('threads')::int as n")["n"][0]
        return found

    assert threads() == 1
    monkeypatch.setattr(home_size, "SMALL", 0)
    assert threads() == len(os.sched_getaffinity(0))
