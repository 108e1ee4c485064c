"""Linkage records follow what changed, and what that makes of values which others carry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from omni_identity.engines import DuckDBEngine
from tests.refreshing import forget_derived
from tests.worlds import FAMILIES, World, deliver_town, person

GIVEN = ("Ada", "Bo", "Cleo", "Dov", "Elsa", "Finn", "Gita", "Hugo")


def strangers(count: int, email: str) -> list[dict[str, Any]]:
    """People whose orders came through one marketplace."""
    return [
        person(100 + n, id=f"w{100 + n}", given=GIVEN[n], family=FAMILIES[n + 3], email=email,
               born="", street="", city="", zip="", phone="")
        for n in range(count)
    ]  # fmt: skip


def mailboxes(world: World) -> list[list[str] | None]:
    with DuckDBEngine(world.home.warehouse_file) as engine:
        return engine.fetch(
            "select coalesce(l.email, l.shared_mailbox) as mail from derived.linkage_records l"
            " join derived.source_records s using (record_no)"
            " where source_record_id like 'w1__' order by s.source_record_id"
        )["mail"].to_list()


@pytest.mark.parametrize("desk", ["bargains@marketplace.com", "orders@marketplace.com"])
def test_a_mailbox_that_strangers_begin_to_share_after_training_is_nobodys(
    desk: str, tmp_path: Path, models: Path
) -> None:
    world = deliver_town(tmp_path / "home", models)
    world.run(accept_changes=True)
    world.deliver("web", "2026-03-02", strangers(5, desk))
    world.run(accept_changes=True)
    assert mailboxes(world) == [[desk]] * 5

    world.deliver("web", "2026-03-03", strangers(8, desk))
    world.run(accept_changes=True)
    assert mailboxes(world) == [None] * 8, "of those who were there before too"
    ids = world.golden_ids()
    assert len({ids[f"web:w{100 + n}"] for n in range(8)}) == 8

    world.deliver("web", "2026-03-04", [row | {"gone": "true"} for row in strangers(8, desk)[5:]])
    world.run(accept_changes=True)
    assert mailboxes(world) == [[desk]] * 5, "it is somebody's again"
    ids, edges = world.golden_ids(), world.read("select * from match_edges order by all")
    forget_derived(world.home)
    world.run(accept_changes=True)
    assert world.golden_ids() == ids
    assert world.read("select * from match_edges order by all").equals(edges)
