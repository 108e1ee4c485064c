"""docs/deploy.md: its first commands are run, all others parsed by what they call, and its JSON is that of a run."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Omni, _no_home_of_the_machine, omni  # noqa: F401  fixtures
from tests.deploy.command_lines import DEPLOY, ROOT, parse_omni
from tests.deploy.test_containers import require_extras

PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def commands() -> Iterator[list[str]]:
    """Every command of the page, in words."""
    for block in BLOCKS:
        for line in block.splitlines():
            for command in line.split(" && "):
                words = shlex.split(command, comments=True)
                if words:
                    yield words


def without_options(words: list[str], *with_value: str) -> list[str]:
    """What is left of a command line behind the options before it."""
    left = list(words)
    while left and left[0].startswith("-"):
        option = left.pop(0)
        if option in with_value:
            left.pop(0)
    return left


def test_the_first_lines_lead_from_exports_to_a_publication(
    omni: Omni,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = [line for line in PAGE.splitlines()[:10] if line.startswith("omni ")]
    first = [shlex.split(line, comments=True)[1:] for line in lines]
    assert [command[:2] for command in first] == [
        *(["init", "--from"], ["check", "--home"], ["run", "--home"]),
    ]
    names = ("Ada", "Grace", "Edith", "Karen", "Joan", "Radia", "Frances", "Barbara")
    surnames = ("Vale", "Marsh", "Ridge", "Ford", "Brook", "Glen", "Heath", "Croft")
    (tmp_path / "exports").mkdir()
    for shop in ("web", "till"):
        rows = [
            f"{shop}{n},{names[n % 8]},{surnames[n // 8]},mail{n}@shop.example,+1303555{1000 + n}"
            for n in range(64)
        ]
        (tmp_path / "exports" / f"{shop}.csv").write_text(
            "\n".join(["customer_id,first_name,last_name,email,phone", *rows]) + "\n"
        )
    monkeypatch.chdir(tmp_path)
    for command in first:
        ending = omni(*command)
        assert ending.exit_code == 0, (command, ending.out, ending.err)
    assert (tmp_path / "shop" / "published" / "omni.duckdb").exists()
    nightly = shlex.split(BLOCKS[1].strip())
    report = json.loads(omni(*nightly[1:]).out)
    assert report["status"] == "published"
    [shown] = re.findall(r"^```json\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    documented = json.loads(shown)
    assert list(documented) == list(report)
    assert list(documented["counts"]) == list(report["counts"])


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_is_sound_bash(block: str) -> None:
    subprocess.run(["bash", "-n"], input=block, text=True, check=True)


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_is_one_that_what_it_calls_knows(words: list[str]) -> None:
    program, *arguments = words
    if program == "omni":
        parse_omni(arguments)
    elif words[:2] == ["docker", "run"]:
        image, *own = without_options(arguments[1:], "--volume")
        assert image == "omni-identity"
        assert not own or parse_omni(own)
    elif words[:2] == ["docker", "compose"]:
        assert arguments[1:3] == ["--file", "deploy/compose.yaml"]
        verb, *rest = arguments[3:]
        assert verb in ("run", "up")
        if verb == "run":
            service, *own = without_options(rest, "--volume")
            assert service in yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
            parse_omni(own)
    elif program == "systemctl":
        units = [word for word in arguments if word.startswith("omni.")]
        assert units or arguments == ["daemon-reload"]
        assert all((DEPLOY / "systemd" / name).exists() for name in units)
    elif "pip" in program:
        extras = re.search(r"\[.*\]", arguments[-1])
        assert extras is not None
        require_extras(f"/src{extras[0]}")
    else:
        assert program in (
            *("useradd", "python3", "install", "journalctl", "docker", "kubectl", "export", "find"),
        )
    for word in words:
        if word.startswith("deploy/"):
            assert (ROOT / word).exists(), word


def test_every_file_of_deploy_is_on_the_page() -> None:
    files = [
        path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".dockerignore"
    ]
    assert len(files) == 7
    for file in files:
        assert f"](../{file.relative_to(ROOT)})" in PAGE, file


def test_the_page_is_linked_from_where_a_reader_looks() -> None:
    assert "(docs/deploy.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(deploy.md)" in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_anchors_of_other_pages_are_headings_there() -> None:
    for page, anchor in re.findall(r"\]\((\w+\.md)#([\w-]+)\)", PAGE):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}
