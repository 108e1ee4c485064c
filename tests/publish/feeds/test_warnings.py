"""What is odd and withholds nothing is said: times in the future, silent feeds, unknown kinds and contacts."""

from __future__ import annotations

from typing import Any

import yaml

from omni_identity.publish.checks import CheckResult
from tests.worlds import World, person, receipt


def warned(results: list[CheckResult]) -> dict[str, CheckResult]:
    failed = {result.name: result for result in results if not result.passed}
    assert {result.severity for result in failed.values()} <= {"warn"}
    return failed


def event(number: int, **changes: Any) -> dict[str, Any]:
    row = {"event": f"e{number}", "id": f"w{number % 40}", "kind": "order", "at": "2026-02-01"}
    return row | changes


def test_orders_of_a_kind_that_nobody_mapped_are_counted_with_the_lines_that_map_them(
    world: World,
) -> None:
    events = [event(n, kind="Purchase") for n in range(30)]
    events += [event(30 + n, kind="Punti fedeltà") for n in range(3)]
    world.deliver("web_events", "1", events)
    found = warned(world.run())
    assert set(found) == {"kinds_are_known"}
    said = found["kinds_are_known"].finding
    assert said.startswith("web: 33 of 33 interactions are of kinds that nobody mapped")
    block = said[said.index("kinds:") :]
    assert "  purchase: order  # 30 rows" in block
    assert "# 'punti_fedeltà': ?  # 3 rows" in block
    pasted = yaml.safe_load(block)
    assert pasted == {"kinds": {"purchase": "order"}}, "as it stands"

    configuration = (world.root / "omni.yaml").read_text(encoding="utf-8")
    mapped = configuration.replace(
        "      kind: kind\n",
        "      kind: kind\n      kinds: {purchase: order, 'Punti fedeltà': punti_fedeltà}\n",
    )
    (world.root / "omni.yaml").write_text(mapped, encoding="utf-8")
    assert warned(world.run()) == {}, "one is mapped, the other kept as it is"
    orders = world.read("select sum(order_count) as n from unified_profiles")["n"].to_list()
    assert orders == [30]


def test_times_in_the_future_are_said_and_those_of_versions_not_believed(world: World) -> None:
    rows = [
        person(3, changed="2099-01-01", phone="+12125550199"),
        person(50, born="2031-05-01"),
    ]
    world.deliver("web", "2", rows)
    world.deliver("web_events", "1", [event(1), event(2, at="2027-01-01")])
    found = warned(world.run())
    assert set(found) == {"times_are_not_in_the_future"}
    said = found["times_are_not_in_the_future"].finding
    assert "1 of 2 rows have updated_at in the future (not believed" in said
    assert "1 of 1 rows have birth_date in the future" in said
    assert "1 of 2 rows have occurred_at in the future" in said
    assert warned(world.run()) == {}, "it is said once"

    newer = person(3, changed="2026-02-01", phone="+12125550100")
    world.deliver("web", "1", [newer])
    world.run()
    phones = world.read(
        "select p.phone from unified_profiles p join crosswalk c using (golden_id)"
        " where c.channel = 'web' and c.source_record_id = 'w3'"
    )["phone"].to_list()
    assert "+12125550100" in phones[0]
    assert "+12125550199" not in phones[0], "2099 does not win for ever"


def test_a_version_from_the_future_loses_whatever_comes_first(world: World) -> None:
    """In any order of arrival, and in a full refresh."""
    rows = {
        "1": person(3, changed="2099-01-01", city="Nowhere"),
        "2": person(3, changed="2026-02-01", city="Shelbyville"),
    }
    for name in ("2", "1"):
        world.deliver("web", name, [rows[name]])
        world.run()
        city = world.read(
            "select p.city from unified_profiles p join crosswalk c using (golden_id)"
            " where c.channel = 'web' and c.source_record_id = 'w3'"
        )
        assert city["city"].to_list() == ["Shelbyville"]


def test_contacts_that_nobody_has_are_counted(world: World) -> None:
    world.deliver("web_events", "1", [event(n, id=f"w{n:07}") for n in range(20)])
    found = warned(world.run())
    assert set(found) == {"contacts_of_interactions_are_known"}
    assert "web: 20 of 20 interactions that name a contact name one whom" in (
        found["contacts_of_interactions_are_known"].finding
    )
    world.deliver("web_events", "2", [event(n) for n in range(40)])
    assert warned(world.run()) == {}


def test_a_silent_feed_is_seen_beside_others_that_deliver(world: World) -> None:
    for feed in ("web", "web_events"):
        world.deliver(feed, "2", [person(50)] if feed == "web" else [event(1)])
    assert warned(world.run()) == {}
    world.nights += 30
    for feed in ("web", "web_events"):
        world.deliver(feed, "3", [person(51)] if feed == "web" else [event(2)])
    found = warned(world.run())
    said = found["every_feed_is_fresh"].finding
    assert said == "till contacts last delivered 32.0 days ago (30 is plausible)"
    world.deliver("till", "2", [receipt(n) for n in range(29)])
    assert warned(world.run()) == {}
