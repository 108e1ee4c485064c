"""Cron, systemd and Kubernetes: what they start is a command of ours, as a user without rights."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.command_lines import DEPLOY, parse_omni

OMNI = "/opt/omni/bin/omni"
UNITS = ("omni.service", "omni.timer")


def is_for_a_schedule(arguments: list[str]) -> bool:
    asked = parse_omni(arguments)
    return arguments[0] == "run" and asked["as_json"] and asked["wait"] == 3600


def unit(name: str) -> dict[str, str]:
    lines = (DEPLOY / "systemd" / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"\w+=", line))


def test_cron_starts_the_nightly_run_as_a_user_of_its_own() -> None:
    lines = (DEPLOY / "omni.cron").read_text(encoding="utf-8").splitlines()
    home, line = (line for line in lines if line and not line.startswith("#"))
    assert home == "OMNI_HOME=/srv/omni/shop"
    found = re.fullmatch(r"(?:[\d*]+ ){5}(\w+) (\S+) (.*) >> \S+\.jsonl 2>> \S+\.log", line)
    assert found is not None
    assert (found[1], found[2]) == ("omni", OMNI)
    assert is_for_a_schedule(found[3].split())


def test_the_unit_starts_the_nightly_run_as_a_user_of_its_own() -> None:
    service, timer = unit("omni.service"), unit("omni.timer")
    program, *arguments = shlex.split(service["ExecStart"])
    assert program == OMNI
    assert is_for_a_schedule(arguments)
    assert (service["User"], service["Type"]) == ("omni", "oneshot")
    assert service["Environment"].startswith(f"OMNI_HOME={service['ReadWritePaths']}/")
    assert timer["Persistent"] == "true"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units in a folder, with the program of this environment in the place of the installed one."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd is installed: apt-get install systemd")
    for name in UNITS:
        text = (DEPLOY / "systemd" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(OMNI, sys.executable), encoding="utf-8")
    return tmp_path


def analyze(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = ["systemd-analyze", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("name", UNITS)
def test_systemd_has_nothing_to_say_of_a_unit(units: Path, name: str) -> None:
    verified = analyze("verify", "--man=no", units / name)
    ours = [line for line in verified.stderr.splitlines() if "omni" in line]
    assert (verified.returncode, ours) == (0, [])


def test_systemd_finds_a_mistake_in_a_unit(units: Path) -> None:
    service = units / "omni.service"
    service.write_text(service.read_text().replace("ProtectSystem=strict", "ProtectSystm=strict"))
    assert "ProtectSystm" in analyze("verify", "--man=no", service).stderr


def test_the_service_is_as_closed_as_it_can_be(units: Path) -> None:
    """The exposure that systemd counts, in tenths: 96 for a unit without any of the settings."""
    closed = analyze("security", "--offline=true", "--threshold=25", units / "omni.service")
    if "Failed to" in closed.stderr or "nrecognized" in closed.stderr:
        pytest.skip(f"systemd cannot say here: {closed.stderr.strip()}")
    assert closed.returncode == 0, closed.stdout


def test_the_timer_s_calendar_is_every_night() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd is installed: apt-get install systemd")
    said = analyze("calendar", "--iterations=2", unit("omni.timer")["OnCalendar"])
    assert said.returncode == 0
    assert len(re.findall(r"02:10:00 UTC", said.stdout)) >= 2


def test_the_cron_job_of_kubernetes_runs_alone_and_without_rights() -> None:
    text = (DEPLOY / "kubernetes" / "cronjob.yaml").read_text(encoding="utf-8")
    claim, job = yaml.safe_load_all(text)
    assert (claim["kind"], job["kind"], job["apiVersion"]) == (
        *("PersistentVolumeClaim", "CronJob", "batch/v1"),
    )
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert re.fullmatch(r"(?:[\d*]+ ?){5}", job["spec"]["schedule"])
    night = job["spec"]["jobTemplate"]["spec"]
    pod: dict[str, Any] = night["template"]["spec"]
    assert (night["backoffLimit"], pod["restartPolicy"]) == (0, "Never")
    [container] = pod["containers"]
    assert is_for_a_schedule(container["args"])
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert f"--uid {pod['securityContext']['runAsUser']} " in (DEPLOY / "Dockerfile").read_text()
    allowed = container["securityContext"]
    assert allowed["readOnlyRootFilesystem"] is True
    assert allowed["allowPrivilegeEscalation"] is False
    assert allowed["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"]["limits"]["memory"]
    mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert set(mounted) == {volume["name"] for volume in pod["volumes"]}
    [homes] = (v for v in pod["volumes"] if "persistentVolumeClaim" in v)
    assert homes["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    [home] = (one["value"] for one in container["env"] if one["name"] == "OMNI_HOME")
    assert home.startswith(f"{mounted[homes['name']]}/")
