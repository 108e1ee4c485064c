"""``python -m omni_identity.cli.superset bi/superset`` writes the bundle as it stands in the repository.

``python -m omni_identity.cli.superset shop.zip --name shop --address postgresql+psycopg2://…`` writes one to be
imported, of a publication of your own.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from omni_identity.channels.configuration import load_configuration
from omni_identity.cli.superset.bundle import (
    NOTHING_DECLARED,
    STANDARD,
    Target,
    superset_files,
    write_folder,
    write_zip,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the folder, or where it is called ``….zip`` the archive."""
    parser = ArgumentParser(
        "python -m omni_identity.cli.superset", description="Write the Superset dashboard."
    )
    parser.add_argument("path", type=Path, help="a folder, or a file ….zip for Superset's import")
    parser.add_argument(
        "--name", default=STANDARD.name, help="of the database and the dashboard in Superset"
    )
    parser.add_argument(
        "--address", default=STANDARD.address, help="SQLAlchemy's, of the database; no password"
    )
    parser.add_argument(
        "--schema", default=STANDARD.schema, help="of the tables in it; in DuckDB main"
    )
    parser.add_argument(
        "--omni-yaml", type=Path, help="describe its own attributes and consents too"
    )
    given = parser.parse_args(arguments)
    vocabulary = (
        load_configuration(given.omni_yaml).vocabulary if given.omni_yaml else NOTHING_DECLARED
    )
    files = superset_files(Target(given.name, given.address, given.schema), vocabulary)
    (write_zip if given.path.suffix == ".zip" else write_folder)(given.path, files)


if __name__ == "__main__":
    main()
