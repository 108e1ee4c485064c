"""Fingerprints of the code: what changes a value changes them, what is there for readers does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_identity.model import code_fingerprints as fingerprints
from omni_identity.model.code_fingerprints import (
    PACKAGE,
    CodeFingerprints,
    code_fingerprints,
    fingerprint_package,
    keep_fingerprints,
)

MODULES = {
    "channels/__init__.py": "",
    "channels/intake.py": '"""Takes."""\nfrom shop.channels.reader import read\nimport yaml\n',
    "channels/reader.py": 'def read():\n    """Reads."""\n    from shop.texts import clean\n    return clean\n',
    "channels/other.py": "x = 1\n",
    "texts.py": "import polars\ndef clean(x):\n    return x.strip()  # both ends\n",
    "profile/values.py": "import phonenumbers\nLIMIT = 3\n",
    "profile/sums.sql": "-- Sums\n-- unit: money\nselect sum(a) /* all */ from b -- of b\nwhere c <> '-- no comment'\n",
    "cli/screen.py": "WIDTH = 80\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small package with readers, values, SQL and a screen."""
    package = tmp_path / "shop"
    for name, text in MODULES.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)
    return package


def found_in(package: Path) -> CodeFingerprints:
    return CodeFingerprints(*(part.fingerprint for part in fingerprint_package(package)))


def edit(package: Path, name: str, old: str, new: str) -> None:
    text = (package / name).read_text()
    assert old in text
    (package / name).write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("texts.py", "  # both ends", "  # of what people type"),
        ("texts.py", "def clean(x):\n", "\n\ndef clean(\n    x,\n):\n    # a comment\n"),
        ("channels/intake.py", "Takes.", "Takes files."),
        ("channels/reader.py", '    """Reads."""\n', ""),
        ("channels/other.py", "x = 1", 'x = 1\n"""What x is."""'),
        ("profile/sums.sql", "-- Sums", "-- Sums of money,\n--   in words"),
        ("profile/sums.sql", " -- of b\nwhere", "\n\n    where"),
        ("cli/screen.py", "80", "100"),
    ],
)
def test_what_is_there_for_readers_changes_no_fingerprint(
    shop: Path, name: str, old: str, new: str
) -> None:
    before = found_in(shop)
    edit(shop, name, old, new)
    assert found_in(shop) == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("profile/values.py", "3", "4"),
        ("channels/other.py", "1", "2"),
        ("profile/sums.sql", "sum(a)", "max(a)"),
        ("profile/sums.sql", "unit: money", "unit: count"),
        ("profile/sums.sql", "'-- no comment'", "'-- another'"),
    ],
)
def test_other_code_derives_anew_and_reads_as_before(
    shop: Path, name: str, old: str, new: str
) -> None:
    before = found_in(shop)
    edit(shop, name, old, new)
    after = found_in(shop)
    assert after.deriving != before.deriving
    assert after.reading == before.reading


@pytest.mark.parametrize("name", ["channels/intake.py", "channels/reader.py", "texts.py"])
def test_readers_are_what_the_intake_imports_by_any_way(shop: Path, name: str) -> None:
    before = found_in(shop)
    (shop / name).write_text((shop / name).read_text() + "more = 1\n")
    after = found_in(shop)
    assert after.reading != before.reading
    assert after.deriving != before.deriving


def test_a_module_that_comes_goes_or_moves_counts(shop: Path) -> None:
    seen = {found_in(shop).deriving}
    (shop / "profile" / "more.py").write_text("")
    seen.add(found_in(shop).deriving)
    (shop / "profile" / "more.py").rename(shop / "profile" / "most.py")
    seen.add(found_in(shop).deriving)
    (shop / "profile" / "words.txt").write_text("a\n")
    seen.add(found_in(shop).deriving)
    assert len(seen) == 4


def test_another_version_of_a_library_counts_where_it_is_used(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = found_in(shop)
    version = fingerprints.version
    monkeypatch.setattr(
        fingerprints, "version", lambda name: "0.0.1" if name == "phonenumbers" else version(name)
    )
    after = found_in(shop)
    assert after.deriving != before.deriving
    assert after.reading == before.reading, "no reader asks it"


def test_the_libraries_are_those_that_values_follow_from() -> None:
    reading, deriving = fingerprint_package(PACKAGE)
    known = {"phonenumbers", "email-validator", "idna", "nicknames", "anyascii", "pycountry"}
    known |= {"splink", "sqlglot", "duckdb", "polars", "pyarrow", "numpy", "tzdata", "pyyaml"}
    assert known <= set(deriving.libraries)
    assert {"dagster", "typer", "rich", "faker", "starlette"}.isdisjoint(deriving.libraries)
    assert {"pyarrow", "pyyaml"} <= set(reading.libraries)
    assert "phonenumbers" not in reading.libraries


@pytest.fixture
def unseen() -> Iterator[None]:
    """A process that has not looked into its sources yet, before and after."""
    kept = dict(fingerprints._found)
    fingerprints._found.clear()
    yield
    fingerprints._found.update(kept)


@pytest.mark.usefixtures("unseen")
def test_what_was_found_is_kept_while_no_byte_and_no_library_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_fingerprints(tmp_path)
    found = code_fingerprints()
    kept = tmp_path / "sources.json"
    told = json.loads(kept.read_text())

    def no_look(package: Path) -> None:
        raise AssertionError("looked again")

    fingerprints._found.clear()
    with monkeypatch.context() as patch:
        patch.setattr(fingerprints, "fingerprint_package", no_look)
        keep_fingerprints(tmp_path)
        assert code_fingerprints() == found
        for spoilt in (
            "{",
            "[]",
            json.dumps({**told, "sources": "others"}),
            json.dumps({**told, "reading": {"code": 1}}),
            json.dumps({**told, "deriving": {**told["deriving"], "libraries": {"polars": "0.1"}}}),
        ):
            fingerprints._found.clear()
            kept.write_text(spoilt)
            with pytest.raises(AssertionError, match="looked again"):
                keep_fingerprints(tmp_path)
