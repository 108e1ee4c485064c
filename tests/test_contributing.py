"""CONTRIBUTING.md's walk-throughs, followed word for word in a copy of the repository: each works as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTIONS = {
    found.group(1): found.group(2)
    for found in re.finditer(r"^### Add an? (\w+)\n(.*?)(?=^##)", PAGE, re.DOTALL | re.MULTILINE)
}
FILE = re.compile(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
DIFF = re.compile(r"^```diff\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_all_six_are_there_each_with_one_file_and_one_test() -> None:
    assert list(SECTIONS) == [
        *("attribute", "comparison", "KPI", "audience", "preset", "destination"),
    ]
    for name, section in SECTIONS.items():
        paths = [path for path, _ in FILE.findall(section)]
        tests = [path for path in paths if path.startswith("tests/")]
        assert len(paths) - len(tests) + len(DIFF.findall(section)) == 1, name
        # a preset's test is its sample, and what a person reads in it
        assert len(tests) == (2 if name == "preset" else 1), name


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of package and tests with everything added that the page adds."""
    copy = tmp_path_factory.mktemp("repository")
    unneeded = shutil.ignore_patterns("__pycache__", "benchmarks", "demo")
    for folder in ("omni_identity", "tests"):
        shutil.copytree(
            ROOT / folder, copy / folder, ignore=unneeded if folder == "tests" else None
        )
    shutil.copy(ROOT / "pyproject.toml", copy)
    for section in SECTIONS.values():
        for path, text in FILE.findall(section):
            assert not (copy / path).exists(), path
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_text(text, encoding="utf-8")
        for diff in DIFF.findall(section):
            apply = ["git", "apply", "--verbose", "-"]
            outside = os.environ | {"GIT_CEILING_DIRECTORIES": str(copy.parent)}
            subprocess.run(apply, input=diff, text=True, check=True, cwd=copy, env=outside)
    return copy


def run(copy: Path, *command: str) -> None:
    environment = os.environ | {"PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=copy, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_tests_of_the_page_pass_where_its_files_are_added(copy: Path) -> None:
    added = [path for section in SECTIONS.values() for path, _ in FILE.findall(section)]
    tests = [path for path in added if path.startswith("tests/") and path.endswith(".py")]
    assert len(tests) == len(SECTIONS) - 1, "a preset's test is its sample"
    every = (
        "tests/standardise/attribute_kinds/test_kinds.py",
        "tests/model/test_kpi_definitions.py",
    )
    run(copy, "pytest", "-q", "-n", "0", *tests, *every)
    run(copy, "pytest", "-q", "-n", "0", "tests/channels/presets/test_samples.py", "-k", "acme")


def test_what_the_page_adds_is_as_clean_as_the_rest(copy: Path) -> None:
    added = [path for section in SECTIONS.values() for path, _ in FILE.findall(section)]
    modules = [path for path in added if path.endswith(".py")]
    changed = re.findall(r"^\+\+\+ b/(.*)$", PAGE, re.MULTILINE)
    run(copy, "ruff", "check", *modules, *changed)
    run(copy, "ruff", "format", "--check", *modules, *changed)
