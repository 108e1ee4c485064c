"""What each channel fills, and the placeholders in it, counted."""

from __future__ import annotations

from pathlib import Path

from tests.worlds import World, person, receipt


def test_values_placeholders_and_unusable_values_are_counted(tmp_path: Path, models: Path) -> None:
    world = World.make(tmp_path / "home", models=models)
    world.deliver(
        "web",
        "1",
        [
            person(1, email="test@test.com", phone="000-000-0000"),
            person(2, email="not-an-address@", born="1900-01-01"),
            person(3, born="2099-05-06"),
        ],
    )
    world.deliver("till", "1", [receipt(4, name="GUEST")])
    world.run()
    rows = world.read("select * from channel_attributes").to_dicts()
    found = {(row["channel"], row["attribute"]): tuple(list(row.values())[2:]) for row in rows}
    assert found[("web", "email")] == (3, 1, 1, 1)
    assert found[("web", "phone")] == (3, 2, 1, 0)
    assert found[("web", "birth_date")] == (3, 1, 1, 1)
    assert found[("web", "last_name")] == (3, 3, 0, 0)
    assert found[("till", "full_name")] == (1, 0, 1, 0)
    assert ("till", "street") not in found
