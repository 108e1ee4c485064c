"""``omni init`` writes a home that loads, and overwrites nothing."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.home_template import TEMPLATE
from tests.cli.conftest import Omni


def test_a_new_home_has_a_configuration_that_loads(omni: Omni, tmp_path: Path) -> None:
    home = tmp_path / "shop"
    ending = omni("init", "--home", home)
    assert ending.exit_code == 0
    assert str(home / "omni.yaml") in ending.out
    assert (home / "landing").is_dir()
    assert (home / "judgements").is_dir()
    configuration = load_configuration(home / "omni.yaml")
    assert [channel.name for channel in configuration.channels] == ["web"]


def test_what_is_commented_out_loads_too(tmp_path: Path) -> None:
    """Every commented key of the template is a valid one: uncommented, it still loads."""
    setting = re.compile(r"^(\s*)# ((?:  )*)(- )?([a-z_]+:.*)$", re.MULTILINE)
    uncommented = setting.sub(r"\1\2\3\4", TEMPLATE)
    assert uncommented.count("\n") == TEMPLATE.count("\n")
    assert len(setting.findall(TEMPLATE)) > 40
    file = tmp_path / "omni.yaml"
    file.write_text(uncommented)
    configuration = load_configuration(file)
    assert [channel.name for channel in configuration.channels] == ["web", "till"]
    assert configuration.channels[0].interactions is not None
    assert configuration.checks.max_age_days == 3
    assert set(yaml.safe_load(uncommented)) >= {"identifiers", "attributes", "survivorship"}


def test_an_existing_configuration_is_left_alone(omni: Omni, tmp_path: Path) -> None:
    (tmp_path / "omni.yaml").write_text("mine: true\n")
    ending = omni("init", "--home", tmp_path)
    assert ending.exit_code == 2
    assert "exists already" in ending.err
    assert (tmp_path / "omni.yaml").read_text() == "mine: true\n"
    assert not (tmp_path / "landing").exists()
