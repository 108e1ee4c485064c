"""The names that Faker knows of some languages: where the two lists of names come from.

python -m tests.standardise.faker_names    # writes both lists anew, of the Faker that is installed
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import omni_identity.standardise

FOLDER = Path(omni_identity.standardise.__file__).parent
KINDS = {
    "given_names": ("first_names", "first_names_female", "first_names_male"),
    "family_names": (
        *("last_names", "last_names_female", "last_names_male"),
        "unisex_last_names",
    ),
}
LOCALES = (
    *("en_US", "en_GB", "de_DE", "de_AT", "fr_FR", "es_ES", "it_IT", "nl_NL", "pt_PT", "pt_BR"),
    "pl_PL",
)


def listed(kind: str) -> list[str]:
    """The names of one kind, each once, sorted."""
    names = {
        name.strip()
        for locale in LOCALES
        for attribute in KINDS[kind]
        for name in getattr(
            import_module(f"faker.providers.person.{locale}").Provider, attribute, ()
        )
        if isinstance(name, str)
    }
    return sorted(names)


def write() -> None:
    for kind in KINDS:
        origin = f"# {kind.replace('_', ' ')} of Faker {version('faker')} (MIT License: see NOTICE)"
        lines = [origin, f"# {' '.join(LOCALES)}", *listed(kind)]
        (FOLDER / f"{kind}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
