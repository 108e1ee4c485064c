"""Fingerprints of the code: whatever a value may follow from changes them, what draws screens does not."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

from omni_identity.model import code_fingerprints as fingerprints
from omni_identity.model.code_fingerprints import PACKAGE, fingerprint_of, look_into

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


class Found(NamedTuple):
    """Fingerprints of the shop: of what reads files, and of what derives values."""

    reading: str
    deriving: str


def found_in(package: Path) -> Found:
    modules = look_into(package)
    return Found(
        fingerprint_of(modules, "shop.channels.intake"),
        fingerprint_of(modules, "shop.profile.values"),
    )


def edit(package: Path, name: str, old: str, new: str) -> None:
    text = (package / name).read_text()
    assert old in text
    (package / name).write_text(text.replace(old, new))


def test_what_draws_screens_changes_no_fingerprint(shop: Path) -> None:
    before = found_in(shop)
    edit(shop, "cli/screen.py", "80", "100")
    assert found_in(shop) == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("profile/values.py", "3", "4"),
        ("profile/sums.sql", "sum(a)", "max(a)"),
        ("profile/sums.sql", "unit: money", "unit: count"),
        ("profile/sums.sql", "'-- no comment'", "'-- another'"),
        ("profile/sums.sql", "/* all */", ""),
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


def test_what_a_step_does_not_import_changes_nothing_of_it(shop: Path) -> None:
    before = found_in(shop)
    edit(shop, "channels/other.py", "1", "2")
    assert found_in(shop) == before


@pytest.mark.parametrize("name", ["channels/intake.py", "channels/reader.py", "texts.py"])
def test_readers_are_what_the_intake_imports_by_any_way(shop: Path, name: str) -> None:
    before = found_in(shop)
    (shop / name).write_text((shop / name).read_text() + "more = 1\n")
    after = found_in(shop)
    assert after.reading != before.reading
    assert after.deriving == before.deriving


def test_a_module_that_comes_goes_or_moves_counts(shop: Path) -> None:
    seen = {found_in(shop).deriving}
    edit(shop, "profile/values.py", "LIMIT", "from shop.profile.more import x\nLIMIT")
    seen.add(found_in(shop).deriving)
    (shop / "profile" / "more.py").write_text("x = 1\n")
    seen.add(found_in(shop).deriving)
    (shop / "profile" / "words.txt").write_text("a\n")
    seen.add(found_in(shop).deriving)
    assert len(seen) == 4


def test_a_file_that_a_module_names_counts_for_that_module_alone(shop: Path) -> None:
    (shop / "profile" / "loader.py").write_text('SQL = "sums"\n')
    before = found_in(shop)
    edit(shop, "profile/sums.sql", "sum(a)", "max(a)")
    assert found_in(shop) == before, "another one names it"
    edit(shop, "profile/values.py", "LIMIT", "from shop.profile import loader\nLIMIT")
    with_it = found_in(shop)
    edit(shop, "profile/sums.sql", "max(a)", "min(a)")
    assert found_in(shop) != with_it


def test_modules_that_a_package_imports_by_name_count(shop: Path) -> None:
    (shop / "kinds").mkdir()
    (shop / "kinds" / "__init__.py").write_text("from importlib import import_module\n")
    (shop / "kinds" / "exact.py").write_text("LEAST = 1\n")
    edit(shop, "profile/values.py", "LIMIT", "from shop.kinds import kind\nLIMIT")
    before = found_in(shop)
    edit(shop, "kinds/exact.py", "1", "2")
    after = found_in(shop)
    assert after.deriving != before.deriving
    assert after.reading == before.reading


def test_the_sql_of_every_kpi_counts_where_kpis_are_computed() -> None:
    modules = look_into(PACKAGE)
    reached = fingerprints._reached_from("omni_identity.pipeline.steps.kpis", modules)
    kpis = {name for name in modules if name.startswith("insight/kpis/")}
    assert kpis
    assert kpis <= reached
    assert not kpis & fingerprints._reached_from("omni_identity.pipeline.steps.golden_ids", modules)


def test_whose_a_module_is_that_is_not_installed_nobody_is_asked(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(shop, "profile/values.py", "LIMIT", "import not_installed_anywhere\nLIMIT")
    monkeypatch.delattr(fingerprints, "_owners")
    assert found_in(shop)
    step = "omni_identity.pipeline.steps.linkage_model"
    assert fingerprint_of(look_into(PACKAGE), step), "as of those that this package imports"


def test_another_version_of_a_library_counts_where_it_is_used(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = found_in(shop)
    installed = fingerprints._installed("phonenumbers")
    assert installed is not None
    other = {"phonenumbers": installed._replace(version="0.0.1")}
    found = fingerprints._installed
    monkeypatch.setattr(fingerprints, "_installed", lambda name: other.get(name) or found(name))
    after = found_in(shop)
    assert after.deriving != before.deriving
    assert after.reading == before.reading, "no reader asks it"


def test_the_libraries_are_those_that_values_follow_from() -> None:
    modules = look_into(PACKAGE)
    readers = fingerprints._reached_from("omni_identity.channels.intake", modules)
    reading = fingerprints._libraries(modules[name] for name in readers)
    deriving = fingerprints._libraries(modules.values())
    known = {"phonenumbers", "email-validator", "idna", "nicknames", "anyascii", "pycountry"}
    known |= {"splink", "sqlglot", "duckdb", "polars", "pyarrow", "numpy", "tzdata", "pyyaml"}
    assert known <= set(deriving)
    assert {"dagster", "typer", "rich", "faker", "starlette"}.isdisjoint(deriving)
    assert {"pyarrow", "pyyaml"} <= set(reading)
    assert "phonenumbers" not in reading


def test_imports_are_seen_in_every_form_of_the_sources() -> None:
    """What the expression reads of the package is what Python's own parser does, or more."""
    for path in fingerprints._sources(PACKAGE):
        if path.suffix != ".py":
            continue
        imported = set[str]()
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, "no relative imports"
                assert node.module is not None
                imported |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
        assert imported <= fingerprints._look_into(path).imports, path
