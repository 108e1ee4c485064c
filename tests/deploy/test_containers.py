"""Dockerfile and compose: the steps of the image carried out in a folder, every command parsed by its program."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.command_lines import DEPLOY, ROOT, parse_omni

DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, in order."""
    lines = [line for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def values(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def is_in_context(path: str) -> bool:
    """Whether the ignore file, which names all that is not ignored, lets a path through."""
    kept = [
        line.removeprefix("!")
        for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
        if line.startswith("!")
    ]
    return path in kept


def test_the_image_runs_as_nobody_in_particular_on_a_small_base() -> None:
    known = ("FROM", "COPY", "RUN", "ENV", "USER", "WORKDIR", "HEALTHCHECK", "ENTRYPOINT", "CMD")
    assert {name for name, _ in instructions()} == set(known)
    assert all(re.match(r"python:3\.\d+-slim\b", base) for base in values("FROM"))
    assert values("USER") == ["10001:10001"]
    assert values("FROM")[0].endswith(" AS build")


def test_what_the_image_starts_is_a_command_of_ours() -> None:
    assert json.loads(values("ENTRYPOINT")[0]) == ["omni"]
    assert parse_omni(json.loads(values("CMD")[0]))["as_json"] is True
    program, *arguments = json.loads(values("HEALTHCHECK")[0].partition("CMD ")[2])
    assert program == "omni"
    assert parse_omni(arguments)["runs"] == 1
    assert arguments[0] == "status"


def test_the_steps_of_the_image_install_a_program_that_starts(tmp_path: Path) -> None:
    """Each COPY and RUN in a folder; what the registry would deliver is taken from this environment."""

    def placed(text: str) -> str:
        return re.sub(r"(?<![\w.])/(src|opt/omni|srv)\b", rf"{tmp_path}/\1", text)

    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    environment.pop("PYTHONPATH", None)
    for name, rest in instructions():
        if name == "COPY" and "--from=build" not in rest:
            words = [word for word in shlex.split(rest) if not word.startswith("--")]
            *sources, target = words
            for source in sources:
                assert is_in_context(source), source
                place = Path(placed(target))
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("*.pyc"))
                else:
                    place = place / source if target.endswith("/") else place
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / source, place)
        elif name == "RUN" and ("pip" in rest or "venv" in rest):
            command = placed(rest).replace("python -m venv", f"{sys.executable} -m venv", 1)
            if "pip install" in command:
                require_extras(command)
                assert ",server]" in command, "compose.yaml needs it"
                # its build needs hatchling; the others are here
                command = command.replace("pip install", "pip install --no-deps", 1)
            subprocess.run(
                ["bash", "-euo", "pipefail", "-c", command],
                env=environment, check=True, capture_output=True, timeout=500,
            )  # fmt: skip
    [packages] = (tmp_path / "opt" / "omni" / "lib").glob("python3*/site-packages")
    assert (packages / "omni_identity" / "definitions.py").exists()
    assert list((packages / "omni_identity").rglob("*.sql")), "SQL belongs to the package"
    # behind its own packages, those of this environment
    (packages / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    omni = tmp_path / "opt" / "omni" / "bin" / "omni"
    said = subprocess.run(
        [omni, *json.loads(values("CMD")[0]), "--home", tmp_path / "none"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert said.returncode == 2, said.stderr
    assert json.loads(said.stdout)["exit_code"] == 2
    assert (tmp_path / "srv" / "dagster" / "dagster.yaml").exists()


def require_extras(command: str) -> None:
    named = re.search(r"/src\[([\w,]+)\]", command)
    assert named is not None
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = text.partition("[project.optional-dependencies]")[2].partition("\n[project.")[0]
    known = set(re.findall(r"^(\w+) = \[", extras, re.MULTILINE))
    assert set(named[1].split(",")) <= known


def service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = COMPOSE["services"][name]
    return found


def test_compose_builds_the_image_and_keeps_homes_and_records() -> None:
    assert set(COMPOSE["services"]) == {"postgres", "webserver", "daemon", "omni"}
    assert set(COMPOSE["volumes"]) == {"homes", "records"}
    for name in ("webserver", "daemon", "omni"):
        own = service(name)
        assert (DEPLOY / own["build"]["context"]).resolve() == ROOT
        assert ROOT / own["build"]["dockerfile"] == DEPLOY / "Dockerfile"
        assert own["volumes"] == ["homes:/srv/omni"]
        assert own["cap_drop"] == ["ALL"]
        assert own["environment"]["DAGSTER_HOME"] == "/srv/dagster"
        assert own["environment"]["OMNI_HOME"].startswith("/srv/omni/")
        assert "@postgres:5432/" in own["environment"]["OMNI_DAGSTER_POSTGRES"]
        assert own["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(\w+):\?", text)) == {"POSTGRES_PASSWORD"}, (
        "no password is a default"
    )
    assert "ports" not in service("postgres")
    assert service("webserver")["ports"] == ["127.0.0.1:3000:3000"]


def test_the_programs_of_compose_take_their_arguments() -> None:
    from dagster._daemon.cli import cli as daemon
    from dagster_webserver.cli import create_dagster_webserver_cli

    server = service("webserver")
    assert server["entrypoint"][:2] == ["python", "-m"]
    assert (ROOT / f"{server['entrypoint'][2].replace('.', '/')}.py").exists()
    asked = create_dagster_webserver_cli().make_context("webserver", list(server["command"])).params
    assert (asked["host"], asked["port"]) == ("0.0.0.0", 3000)
    assert json.loads(server["environment"]["OMNI_UI_GUARD"])["host"] == "0.0.0.0"
    [program], (name, *arguments) = service("daemon")["entrypoint"], service("daemon")["command"]
    assert program == "dagster-daemon"
    assert daemon.commands[name].make_context(name, arguments)
    _, program, name, *arguments = service("daemon")["healthcheck"]["test"]
    assert program == "dagster-daemon"
    assert daemon.commands[name].make_context(name, arguments) is not None
    _, program, flag, code = server["healthcheck"]["test"]
    assert (program, flag) == ("python", "-c")
    compile(code, "healthcheck", "exec")


@pytest.mark.parametrize("name", ["postgres", "webserver", "daemon"])
def test_what_stays_up_is_looked_after(name: str) -> None:
    assert service(name)["healthcheck"]["test"][0] == "CMD"
    assert service(name)["restart"] == "unless-stopped"
