"""docs/sources.md: every configuration on it is one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from omni_identity.channels.configuration import parse_configuration
from omni_identity.channels.fetching.database_source import DatabaseSource
from omni_identity.channels.fetching.sources import list_sources

PAGE = (Path(__file__).parents[3] / "docs" / "sources.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(
    ("number", "sources"),
    [
        (0, ["s3://crm-exports/nightly/**/*.csv.gz"]),
        (1, ["SHOP_DSN: public.customers", "SHOP_DSN: query"]),
    ],
)
def test_configurations_are_right(number: int, sources: list[str]) -> None:
    assert len(EXAMPLES) == 2
    assert list_sources(parse_configuration(yaml.safe_load(EXAMPLES[number]))) == sources


@pytest.mark.parametrize("key", DatabaseSource.model_fields)
def test_every_key_is_in_the_table(key: str) -> None:
    assert f"| `{key}` |" in PAGE
