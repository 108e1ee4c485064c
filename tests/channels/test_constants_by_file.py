"""Constants by the file's name: what decides where one content came under several names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.pipeline.steps.landing import take_files
from omni_identity.pipeline.warehouse import create_lasting_tables
from tests.worlds import World

CONFIGURATION = """
version: 1
channels:
  - name: mail
    contacts:
      files: landing/mail/*.csv
      record_id: id
      mapping: {email: mail, consent_email: {by_file: {"unsubscribed*": no, "*": yes}}}
"""
CONTENT = "id,mail\n1,ada@mailbox.org\n"


class Mailer:
    """A home whose mailer names its files after what they say."""

    def __init__(self, root: Path) -> None:
        self.world = World(root)
        (root / "omni.yaml").write_text(CONFIGURATION, encoding="utf-8")
        self.folder = root / "landing" / "mail"
        self.folder.mkdir(parents=True)

    def land(self, *names: str) -> tuple[list[str], list[str | None]]:
        """Deliver the same content under these names; the files that were read, and the consents that landed."""
        for name in names:
            (self.folder / f"{name}.csv").write_text(CONTENT, encoding="utf-8")
        night, told = self.world.night(), list[str]()
        with DuckDBEngine(self.world.home.warehouse_file) as engine:
            create_lasting_tables(engine, night.configuration)
            take_files("mail", "contacts", engine, replace(night, say=told.append))
            rows = engine.fetch("select consent_email from landed.contacts")["consent_email"]
        return [Path(path).stem for path in told], rows.to_list()


@pytest.mark.parametrize(
    "nights",
    [
        [("subscribed_1", "unsubscribed_1")],
        [("subscribed_1",), ("unsubscribed_1",)],
        [("unsubscribed_1",), ("subscribed_1",)],
    ],
)
def test_of_one_content_under_two_names_the_last_name_decides(
    tmp_path: Path, nights: list[tuple[str, ...]]
) -> None:
    mailer = Mailer(tmp_path)
    for names in nights:
        _, consents = mailer.land(*names)
    assert consents == ["no"]
    assert mailer.land() == ([], ["no"]), "nothing is read again"


def test_a_name_says_what_the_rows_of_its_file_do_not(tmp_path: Path) -> None:
    assert Mailer(tmp_path).land("subscribed_1") == (["subscribed_1"], ["yes"])
