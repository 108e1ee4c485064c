"""An edit by hand of what only this product writes is noticed, said once, and never linked with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from omni_identity.channels.suppression import keyed_hash
from omni_identity.erasure.requests import Erasure, append_request
from omni_identity.linkage.model_manifest import MANIFEST, changed_files
from omni_identity.linkage.model_remarks import remark_on_pinned
from omni_identity.linkage.pinned_model import pinned_version
from omni_identity.model.errors import RunFailed, UsageError
from omni_identity.publish.checks import CheckResult
from omni_identity.retraining import promote_model
from omni_identity.stewardship.erasure_entries import erasure_key
from omni_identity.stewardship.hash_chain import chain_file
from omni_identity.stewardship.judgement_files import RecordKey, Verdict, append_verdict
from tests.worlds import World


def judge(world: World, number: int) -> None:
    pair = RecordKey("web", f"w{number}"), RecordKey("till", f"t{number}")
    at = datetime(2026, 3, 1, 0, number)
    append_verdict(world.home.judgements, Verdict(at, "same", *pair, "anna", "she said so"))


def noticed(results: list[CheckResult]) -> str:
    """What the night said of edits; it published all the same."""
    assert not any(result.withholds for result in results)
    [check] = [r for r in results if r.name == "nothing_was_changed_by_hand"]
    assert check.severity == "warn"
    return "" if check.passed else check.finding


EDITS: dict[str, tuple[Callable[[list[str]], object], str]] = {
    "edited": (lambda lines: lines.__setitem__(2, lines[2].replace("same", "different")), "line 3"),
    "removed": (lambda lines: lines.pop(2), "line 3"),
    "the last removed": (lambda lines: lines.pop(), "line 4"),
    "inserted": (lambda lines: lines.append(lines[1]), "line 5"),
    "swapped": (lambda lines: lines.append(lines.pop(2)), "line 3"),
}


def test_an_edit_is_said_by_the_next_run_and_once(world: World) -> None:
    file = world.home.judgements / "verdicts.csv"
    for number in range(3):
        judge(world, number)
    assert noticed(world.run()) == ""
    file.write_text(file.read_text(encoding="utf-8").replace("anna", "anne"), encoding="utf-8")
    judge(world, 4)
    finding = noticed(world.run())
    assert finding == "judgements/verdicts.csv: from line 1 on it is not what was written there"
    judge(world, 5)
    assert noticed(world.run()) == "", "once it is said it counts as it is"


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_before_any_run_has_read_the_verdicts_is_noticed_too(
    edit: str, tmp_path: Path
) -> None:
    from omni_identity.engines import DuckDBEngine
    from omni_identity.engines.declared import create_tables
    from omni_identity.identity.found_changes import changes_of
    from omni_identity.model.tables.ledger import LEDGER_TABLES
    from omni_identity.stewardship.judgement_chain import find_edits

    world = World(tmp_path / "home")
    for number in range(3):
        judge(world, number)
    change, words = EDITS[edit]
    file = world.home.judgements / "verdicts.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    change(lines)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with DuckDBEngine() as engine:
        create_tables(engine, LEDGER_TABLES)
        find_edits(engine, world.home)
        assert words in changes_of(engine, "run")[0]
        engine.run("delete from ledger.found_changes")

        judge(world, 5)
        find_edits(engine, world.home)
        assert changes_of(engine, "run") == [], "it counts as it is now"

        older = file.read_bytes(), chain_file(file).read_bytes()
        judge(world, 6)
        find_edits(engine, world.home)
        file.write_bytes(older[0])
        chain_file(file).write_bytes(older[1])
        find_edits(engine, world.home)
        [found] = changes_of(engine, "run")
        assert "it lacks what a former run read in it" in found
        engine.run("delete from ledger.found_changes")

        chain_file(file).unlink()
        find_edits(engine, world.home)
        [found] = changes_of(engine, "run")
        assert "its chain is gone" in found
        engine.run("delete from ledger.found_changes")

        file.unlink()
        find_edits(engine, world.home)
        [found] = changes_of(engine, "run")
        assert "is gone, with all that was read in it" in found


def test_an_edit_of_who_was_erased_is_noticed(world: World) -> None:
    key = erasure_key(world.home)
    hashes = {"record": frozenset([keyed_hash(key, "record\0web", "w999")])}
    when = datetime(2026, 3, 1)
    append_request(world.home, Erasure("e-1", when, None, "officer", "request 1", hashes))
    assert noticed(world.run()) == ""
    file = world.home.judgements / "erasures.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("request 1", "request 2"))
    assert "judgements/erasures.csv: from line 1 on" in noticed(world.run())
    assert noticed(world.run()) == ""
    digest = next(iter(hashes["record"]))
    file.write_text(file.read_text(encoding="utf-8").replace(digest, "0" * 64))
    with pytest.raises(RunFailed, match="lacks entries of 1 erasures"):
        world.run()


def test_a_model_that_is_not_what_was_trained_links_nobody(world: World) -> None:
    version = str(pinned_version(world.home.models))
    folder = world.home.models / version
    assert changed_files(folder) == []
    before = world.golden_ids()
    original = (folder / "model.json").read_text(encoding="utf-8")
    (folder / "model.json").write_text(original.replace('"seed": 1', '"seed": 2') + " ")
    with pytest.raises(RunFailed, match=rf"{version} is not what was trained.*changed model.json"):
        world.run()
    assert world.golden_ids() == before
    other = world.home.models / "m-other"
    shutil.copytree(folder, other)
    with pytest.raises(
        UsageError, match=r"m-other cannot be used: model.json is not what was trained"
    ):
        promote_model(world.home, "m-other")
    shutil.rmtree(other)
    (folder / "model.json").write_text(original, encoding="utf-8")
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    (folder / "report.json").write_text(json.dumps(report | {"note": "mine"}), encoding="utf-8")
    assert noticed(world.run()) == "", "no score depends on it"
    [remark] = remark_on_pinned(world.home.models, world.night().configuration, 70)
    assert f"report.json of the model {version} was changed by hand" in remark
    (folder / MANIFEST).unlink()
    assert f"model {version}: had no manifest" in noticed(world.run())
    assert noticed(world.run()) == ""
    (folder / "shared_values.parquet").unlink()
    with pytest.raises(RunFailed, match=r"lacks shared_values.parquet.*omni train --list"):
        world.run()
