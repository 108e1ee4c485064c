"""A mapping becomes a home whose omni.yaml the product accepts."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks.accuracy.data_sets import find_data_sets
from benchmarks.accuracy.mapping import (
    SHIPPED,
    Mapping,
    channel_name,
    find_mapping,
    load_mapping,
    write_home,
)
from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.labels_file import read_labels
from omni_identity.model.errors import UsageError

RECORDS = pl.DataFrame(
    {
        "unique_id": [1, 2, 3],
        "cluster": ["a", "a", "b"],
        "src": ["Shop 1", "till", "till"],
        "given": ["Ann", "Anne", "Bob"],
        "no": ["1", "1", "2"],
        "way": ["High St", "High Street", "Low Rd"],
        "job": ["baker", "baker", None],
        "cause": ["nickname", "nickname", None],
    }
)
MAPPING = Mapping(
    {"first_name": ("given",), "street": ("no", "way"), "job": ("job",)},
    default_country="GB",
    source="src",
    attributes={"job": {"compare": "exact"}},
)


def write_yaml(folder: Path, text: str) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mapping_names_one_column_or_several(tmp_path: Path) -> None:
    path = write_yaml(tmp_path, "source: s\nmapping: {email: [one, two], first_name: given}\n")
    mapping = load_mapping(path)
    assert mapping.columns == {"email": ("one", "two"), "first_name": ("given",)}
    assert (mapping.source, mapping.default_country) == ("s", None)
    assert mapping.source_columns == ["one", "two", "given"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mapping: {a: b}\nmatch_probability: 0.9\n", "unknown key 'match_probability'"),
        ("source: s\n", "key 'mapping'"),
        ("mapping: [\n", "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        load_mapping(write_yaml(tmp_path, text))


def test_a_folder_s_own_mapping_wins_over_the_shipped_one(tmp_path: Path) -> None:
    folder = tmp_path / "fake_1000"
    folder.mkdir()
    assert find_mapping(folder) == SHIPPED / "fake_1000.yaml"
    own = write_yaml(folder, "mapping: {first_name: given}\n")
    assert find_mapping(folder) == own
    assert find_mapping(tmp_path / "unheard_of") is None


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_product_accepts_every_shipped_mapping(path: Path, tmp_path: Path) -> None:
    mapping = load_mapping(path)
    columns = [*mapping.source_columns, *([mapping.source] if mapping.source else [])]
    records = pl.DataFrame({name: ["x"] for name in ("unique_id", "cluster", *columns)})
    write_home(tmp_path / "home", records, mapping)
    configuration = load_configuration(tmp_path / "home" / "omni.yaml")
    assert configuration.default_country == mapping.default_country


def test_every_source_is_a_channel_and_every_record_has_a_label(tmp_path: Path) -> None:
    labels = write_home(tmp_path / "home", RECORDS, MAPPING)
    configuration = load_configuration(tmp_path / "home" / "omni.yaml")
    assert [channel.name for channel in configuration.channels] == ["shop_1", "till"]
    shop = pl.read_parquet(tmp_path / "home" / "landing" / "shop_1.parquet")
    assert shop.columns == ["unique_id", "given", "no", "way", "job"], "the truth is not delivered"
    assert read_labels(labels).rows() == [
        ("shop_1", "1", "a", "nickname"),
        ("till", "2", "a", "nickname"),
        ("till", "3", "b", None),
    ]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'way'"):
        write_home(tmp_path / "home", RECORDS.drop("way"), MAPPING)


@pytest.mark.parametrize(
    ("source", "name"), [("Party-5", "party_5"), ("5", "channel_5"), ("web", "web")]
)
def test_channel_names(source: str, name: str) -> None:
    assert channel_name(source) == name


def test_new_sets_can_be_dropped_in(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    RECORDS.write_parquet(tmp_path / "mine" / "records.parquet")
    (tmp_path / "README.md").write_text("no data set", encoding="utf-8")
    found = find_data_sets(tmp_path, demo_customers=10)
    assert next(iter(found)) == "mine"
    assert {"demo", "febrl4_with_soc_sec_id"} < set(found)
    with pytest.raises(UsageError, match=r"no mapping\.yaml"):
        found["mine"](tmp_path / "home")
