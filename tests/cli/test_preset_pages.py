"""docs/bring-your-own.md: its pages say what presets say, and the example of every preset works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from omni_identity.channels.configuration import parse_configuration
from omni_identity.channels.feed_checks import check_columns
from omni_identity.channels.presets.preset_files import Preset, presets
from omni_identity.cli.preset_pages import COMMAND, MARK, example, with_pages

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "bring-your-own.md"
SAMPLES = ROOT / "tests" / "channels" / "presets" / "samples"
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_pages_are_those_of_the_presets() -> None:
    """If not: python -m omni_identity.cli.preset_pages docs/bring-your-own.md ."""
    assert COMMAND in MARK
    text = PAGE.read_text(encoding="utf-8")
    assert with_pages(text) == text


def test_a_document_without_a_place_for_the_pages_stays_as_it_is() -> None:
    with pytest.raises(ValueError, match="no line <!-- written by"):
        with_pages("# Anything\n")


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.name)
def test_the_example_of_a_preset_stands_on_its_page_and_reads_its_sample(
    preset: Preset, tmp_path: Path
) -> None:
    lines = example(preset)
    assert f"{lines}\n" in BLOCKS
    data = yaml.safe_load(lines)
    pattern = data["channels"][0][preset.feed]["files"]
    landing = (tmp_path / pattern).parent
    landing.mkdir(parents=True)
    for file in sorted((SAMPLES / preset.name).iterdir()):
        (landing / file.name).write_bytes(file.read_bytes())
    assert list(tmp_path.glob(pattern)), "the sample is named as the vendor names it"
    check_columns(parse_configuration({"version": 1, **data}), tmp_path)
