"""Keys and references of a night that exchanged rows: what came and what went is looked at, and tells all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.pipeline.steps.publication_candidate import audit
from omni_identity.pipeline.warehouse import open_warehouse
from omni_identity.publish import build
from omni_identity.publish.checks.check import Audit, CheckResult
from omni_identity.publish.checks.since_last import NOTHING, SinceLast, since_last
from omni_identity.publish.increments import EXCHANGES, noted_exchanges
from tests.shared import copy_home, make_once
from tests.worlds import World, person, receipt, run_until_candidate

CHECKED = ("no_foreign_key_is_orphaned", "keys_are_unique")


@pytest.fixture(scope="session")
def town_once(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A town of forty, published, and what two of them changed since. Only to be copied."""

    def publish(root: Path) -> None:
        town = World.make(root, models=models)
        town.deliver("web", "0001", [person(n) for n in range(40)])
        town.deliver("till", "0001", [receipt(n) for n in range(0, 40, 2)])
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(build, "KEYED_ROWS", 0)
            town.run()
        changed = {"changed": "2026-02-03T00:00:00Z"}
        gone = person(5, gone="true", **changed)
        town.deliver("web", "0002", [person(3, **changed), gone, person(50)])

    return make_once(tmp_path_factory, "town_since_last", publish)


@pytest.fixture
def town(town_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(build, "KEYED_ROWS", 0)  # as large as a table that declares no key
    return World(copy_home(town_once, tmp_path / "home"), nights=1)


def counted(town: World, monkeypatch: pytest.MonkeyPatch) -> tuple[list[CheckResult], list[str]]:
    """The results of both checks on the next night's candidate, at once and by one who knows nothing, and their SQL."""
    night, asked = town.night(), list[str]()
    count = Audit.count

    def heard(self: Audit, sql: str, **parameters: object) -> int:
        asked.append(sql)
        return count(self, sql, **parameters)

    with open_warehouse(night) as engine:
        run_until_candidate(engine, night)
        with monkeypatch.context() as patched:
            patched.setattr(Audit, "count", heard)
            found = {r.name: r for r in audit(engine, night)}
        again = {r.name: r for r in audit(engine, night)}
    for name in CHECKED:
        assert found[name] == again[name]
    return [found[name] for name in CHECKED], asked


def test_only_what_was_exchanged_is_looked_at(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    results, asked = counted(town, monkeypatch)
    assert all(result.passed for result in results)
    of_keys = [sql for sql in asked if sql.startswith("select count(*) from (select 1 as x from")]
    assert any("semi join come_crosswalk" in sql for sql in of_keys)
    whole = "candidate.main.crosswalk l anti join candidate.main.unified_profiles"
    assert not any(whole in sql for sql in asked)
    assert any(
        "from come_crosswalk l anti join candidate.main.unified_profiles" in s for s in asked
    )


@pytest.mark.parametrize(
    ("table", "fault", "failed"),
    [
        ("profile_lineage", {"out": "false"}, "keys_are_unique"),
        ("unified_profiles", {"put": "false"}, "no_foreign_key_is_orphaned"),
        ("crosswalk", {"put": "false"}, "no_foreign_key_is_orphaned"),
        ("crosswalk", {"out": "golden_id is not null"}, "no_foreign_key_is_orphaned"),
    ],
)
def test_a_fault_of_the_exchange_is_found_as_by_looking_at_all(
    town: World,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    fault: dict[str, str],
    failed: str,
) -> None:
    monkeypatch.setitem(EXCHANGES, table, replace(EXCHANGES[table], **fault))
    results, _ = counted(town, monkeypatch)
    assert failed in {result.name for result in results if not result.passed}


def test_what_was_let_through_as_a_warning_is_looked_for_again(town: World) -> None:
    night = town.night()
    with open_warehouse(night) as engine:
        run_until_candidate(engine, night)
        folder = town.home.published / "versions" / night.run_id
        known = since_last(engine, folder)
        assert known.exchanged == noted_exchanges(engine) - known.same
        assert "crosswalk" in known.exchanged
        engine.run(
            "update ledger.check_results set passed = false"
            " where run_id = 'run-001' and check_name = 'keys_are_unique'"
        )
        assert since_last(engine, folder) == NOTHING
        assert isinstance(engine, DuckDBEngine)
        assert not SinceLast(frozenset({"crosswalk"})).knows("crosswalk", "consents")
