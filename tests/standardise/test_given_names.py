"""The lists of names that names are known by."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest

from omni_identity.standardise.given_names import family_names, given_names
from tests.standardise.faker_names import FOLDER, KINDS, LOCALES, listed


def test_names_are_known_by_their_keys() -> None:
    assert {"anna", "zoe", "bob", "jose"} <= given_names()
    assert {"nowak", "smith", "obrien"} <= family_names()
    assert not any(key.startswith(("#", "faker")) for key in given_names() | family_names())


@pytest.mark.parametrize("kind", KINDS)
def test_the_lists_are_those_of_the_faker_that_they_name(kind: str) -> None:
    first, second, *names = (FOLDER / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    assert second == f"# {' '.join(LOCALES)}"
    assert names == sorted(set(names))
    if f"Faker {version('faker')} " in first:  # another version may have more
        assert names == listed(kind)


def test_nothing_but_the_demo_needs_faker() -> None:
    package = FOLDER.parent
    naming = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"[\"' ]faker[\"'. ]", path.read_text(encoding="utf-8"))
    }
    assert naming == {"demo/vocabulary.py", "demo/places.py", "cli/demo_night.py"}
