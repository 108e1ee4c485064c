"""``omni train`` on the demo: what it shows, keeps, pins and refuses, and who recommends it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from omni_identity.demo import DEMO_CONFIGURATION
from omni_identity.linkage import training, training_pairs
from tests.cli.conftest import Omni


def pinned(home: Path) -> str:
    return (home / "warehouse" / "models" / "pinned").read_text().strip()


def run_with_another_seed(omni: Omni, home: Path) -> None:
    """Another seed, which gives another model; the run notices, and changes nothing."""
    (home / "omni.yaml").write_text(DEMO_CONFIGURATION + "linkage: {seed: 2}\n")
    ran = omni("run", "--home", home)
    assert ran.exit_code == 0, ran.err
    assert "trained with linkage.seed 1, and omni.yaml says 2" in ran.out
    assert "`omni train` fits a model" in ran.out


def test_the_same_records_give_the_model_that_is_pinned(omni: Omni, own_demo_home: Path) -> None:
    version = own_demo_home / "warehouse" / "models" / pinned(own_demo_home)
    before = (version / "model.json").read_bytes()
    changed = DEMO_CONFIGURATION + "linkage: {pairs_per_record: 31}\n"
    (own_demo_home / "omni.yaml").write_text(changed)
    assert "trained with linkage.pairs_per_record" in omni("run", "--home", own_demo_home).out
    ending = omni("train", "--home", own_demo_home)
    assert ending.exit_code == 0, ending.err
    assert "[3/6] fit the model" in ending.out
    assert "the very model that is pinned" in ending.out
    assert "100.00%" in ending.out
    assert (version / "model.json").read_bytes() == before
    assert "pairs_per_record" not in omni("status", "--home", own_demo_home).out
    promoted = omni("train", "--promote", "--home", own_demo_home)
    assert promoted.exit_code == 2
    assert "is pinned already" in promoted.err


def test_a_candidate_is_shown_listed_pinned_and_gone_back_from(
    omni: Omni, own_demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pinned(own_demo_home)
    run_with_another_seed(omni, own_demo_home)
    # of so few records every pair is looked at, whatever the seed: look at some, and weights change
    monkeypatch.setattr(training_pairs, "MOST_SAMPLE", 5_000)
    labels = own_demo_home / "truth" / "labels.csv"
    ending = omni("train", "--labels", labels, "--home", own_demo_home)
    assert ending.exit_code == 0, ending.err
    for words in (
        "estimated blocking recall",
        "(nearest to the one in use)",
        "Evidence in bits against strangers: the largest changes",
        "against the labels",
        "What pinning it would do to the published customers",
        "open questions.",
        "of the pairs of records that were one customer still are",
    ):
        assert words in ending.out, words
    assert pinned(own_demo_home) == first
    listed = omni("train", "--list", "--home", own_demo_home).out
    candidate, old = [line.split()[0] for line in listed.splitlines() if line.startswith("m-")]
    assert f"Kept as {candidate}; `omni train --promote` pins it." in ending.out
    assert old == first
    assert next(line for line in listed.splitlines() if "pinned" in line).startswith(first)
    assert "1 more: `omni train --list`" in omni("status", "--home", own_demo_home).out

    promoted = omni("train", "--promote", "--home", own_demo_home)
    assert promoted.exit_code == 0, promoted.err
    assert f"Pinned {candidate}. The next run starts over with it." in promoted.out
    assert "it would have: merged" in promoted.out
    assert pinned(own_demo_home) == candidate
    back = omni("train", "--promote", first, "--home", own_demo_home)
    assert back.exit_code == 0, back.err
    assert pinned(own_demo_home) == first


def test_a_bad_fit_is_exit_code_1(
    omni: Omni, own_demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "fit_problems", lambda *_: ("everybody would be everybody",))
    ending = omni("train", "--home", own_demo_home)
    assert ending.exit_code == 1
    assert "everybody would be everybody" in ending.err
    assert "The pinned model stays." in ending.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["m-1"],
        ["--promote", "--list"],
        ["--promote", "--labels", "x.csv"],
        ["--labels", "none.csv"],
        ["--learn"],
    ],
)
def test_wrong_usage_is_exit_code_2(omni: Omni, demo_home: Path, arguments: list[str]) -> None:
    ending = omni("train", *arguments, "--home", demo_home)
    assert ending.exit_code == 2, ending.err


def test_an_outgrown_model_is_said_at_the_end_of_a_run_and_in_status(
    omni: Omni, own_demo_home: Path
) -> None:
    assert "`omni train` fits" not in omni("status", "--home", own_demo_home).out
    report = own_demo_home / "warehouse" / "models" / pinned(own_demo_home) / "report.json"
    values = json.loads(report.read_text())
    values["records"] = 12
    report.write_text(json.dumps(values))
    for command in ("run", "status"):
        out = omni(command, "--home", own_demo_home).out
        assert "The model was trained on 12 records, and there are" in out, command
        assert "`omni train` fits" in out
    (own_demo_home / "omni.yaml").write_text("nonsense: 1")
    assert omni("status", "--home", own_demo_home).exit_code == 0
