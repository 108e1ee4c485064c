"""``omni init --from``: a folder of exports becomes a home that runs, without editing."""

from __future__ import annotations

import re
import shutil
import time
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
import yaml

from omni_identity.cli.screens.init import ask_at_terminal
from omni_identity.model.errors import UsageError
from tests.cli.conftest import Omni
from tests.discovery.exports import CRM, LOYALTY, ORDERS, write_crm, write_exports, write_sales

PAGE = Path(__file__).parents[3] / "docs" / "your-own-files.md"


@pytest.mark.timeout(300)
def test_a_folder_of_exports_runs_without_editing(omni: Omni, tmp_path: Path) -> None:
    began = time.monotonic()
    folder, home = tmp_path / "exports", tmp_path / "home"
    folder.mkdir()
    write_exports(folder)
    ending = omni("init", "--from", folder, "--home", home)
    assert ending.exit_code == 0, ending.err
    assert "LIESMICH.pdf" in ending.out
    ending = omni("run", "--home", home)
    assert ending.exit_code == 0, ending.err
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as published:

        def rows(sql: str) -> list[tuple[object, ...]]:
            return published.sql(sql).fetchall()

        assert rows("select count(*) from quarantined_records") == [(0,)]
        counts = dict(rows("select channel, count(*) from crosswalk group by all"))
        samples = {"hubspot": 3, "shopify": 8, "square": 4}
        assert counts == {
            **{name: counts[name] for name in samples},
            "kundenexport": len(CRM),
            "fidelite": len(LOYALTY),
            "zamowienia": len({order[3] for order in ORDERS}),
        }
        sales = rows(
            "select kind, count(*), count(golden_id), sum(amount) from interactions"
            " where channel = 'kundenexport' group by all order by all"
        )
        assert [(kind, n, known) for kind, n, known, _ in sales] == [
            ("order", 8, 8),
            ("return", 1, 1),
            ("umtausch", 1, 1),
        ]
        owners = rows(
            "select distinct i.interaction_id, c.source_record_id from interactions i join crosswalk c"
            " using (golden_id, channel) where i.channel = 'kundenexport' order by 1"
        )
        assert owners == [(f"B-{7000 + i}", CRM[i % len(CRM)][0]) for i in range(10)]
        polish = rows(
            "select i.interaction_id, p.full_name, i.amount, i.currency from interactions i"
            " join unified_profiles p using (golden_id) where channel = 'zamowienia' order by 1"
        )
        assert [(one[0], one[1], float(str(one[2])), one[3]) for one in polish] == [
            ("ZAM/1/2024", "Zofia Nowak", 125.0, "PLN"),
            ("ZAM/2/2024", "Piotr Wiśniewski", 89.9, "PLN"),
            ("ZAM/3/2024", "Zofia Nowak", 1249.0, "PLN"),
            ("ZAM/4/2024", "Léa Moreau", 15.5, "PLN"),
        ]
        lea = rows("select channels from unified_profiles where full_name = 'Léa Moreau'")
        assert lea == [(["fidelite", "zamowienia"],)]
        goetz = rows(
            "select street, phone, birth_date::varchar, consent_email, gender from unified_profiles"
            " where full_name = 'Götz Brückner'"
        )
        assert goetz == [("Am Ring 22", ["+493415550122"], "1975-11-17", False, "male")]
        orders = rows(
            "select count(*), count(golden_id) from interactions where channel = 'shopify'"
        )
        assert orders[0][0] == 4
        till = rows("select count(*) from interactions where channel = 'square'")
        assert till == [(3,)]
    assert time.monotonic() - began < 240


def test_no_value_of_a_person_is_in_the_configuration_or_on_the_screen(
    omni: Omni, tmp_path: Path
) -> None:
    folder, home = tmp_path / "exports", tmp_path / "home"
    folder.mkdir()
    write_exports(folder, samples=())
    ending = omni("init", "--from", folder, "--home", home)
    text = (home / "omni.yaml").read_text(encoding="utf-8") + ending.out
    values = {value for row in (*CRM, *LOYALTY, *ORDERS) for value in row if len(value) > 4}
    assert {value for value in values if value in text} == set()


def test_the_files_are_copied_and_left_as_they_are(omni: Omni, tmp_path: Path) -> None:
    folder, home = tmp_path / "exports", tmp_path / "home"
    folder.mkdir()
    write_crm(folder / "Kunden.csv")
    before = (folder / "Kunden.csv").read_bytes()
    assert omni("init", "--from", folder / "Kunden.csv", "--home", home).exit_code == 0
    assert (folder / "Kunden.csv").read_bytes() == before
    copy = home / "landing" / "kunden" / "contacts" / "Kunden.csv"
    assert copy.read_bytes() == before
    assert copy.stat().st_mode & 0o077 == 0


def test_files_may_stay_where_they_are(omni: Omni, tmp_path: Path) -> None:
    folder, home = tmp_path / "exports", tmp_path / "home"
    folder.mkdir()
    write_crm(folder / "Kunden.csv")
    write_sales(folder / "Bons.csv")
    assert omni("init", "--from", folder, "--in-place", "--home", home).exit_code == 0
    (channel,) = yaml.safe_load((home / "omni.yaml").read_text(encoding="utf-8"))["channels"]
    assert channel["contacts"]["files"] == str(folder / "Kunden.csv")
    assert channel["interactions"]["files"] == str(folder / "Bons.csv")
    assert not list((home / "landing").rglob("*.csv"))


def test_an_archive_is_read_by_its_members(omni: Omni, tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_crm(tmp_path / "Kunden.csv")
    write_sales(tmp_path / "Bons.csv")
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("Kunden.csv", "Bons.csv"):
            archive.write(tmp_path / name, name)
    assert omni("init", "--from", tmp_path / "all.zip", "--home", home).exit_code == 0
    assert (home / "landing" / "kunden" / "interactions" / "Bons.csv").is_file()


def test_several_deliveries_are_one_feed(omni: Omni, tmp_path: Path) -> None:
    folder, home = tmp_path / "exports", tmp_path / "home"
    folder.mkdir()
    for day in ("2024-03-01", "2024-03-02"):
        write_crm(folder / f"kunden_{day}.csv")
    assert omni("init", "--from", folder, "--home", home).exit_code == 0
    (channel,) = yaml.safe_load((home / "omni.yaml").read_text(encoding="utf-8"))["channels"]
    assert channel["contacts"]["files"] == "landing/kunden/contacts/*.csv"
    assert len(list((home / "landing" / "kunden" / "contacts").iterdir())) == 2


def test_a_home_that_is_there_is_left_alone(omni: Omni, tmp_path: Path) -> None:
    write_crm(tmp_path / "Kunden.csv")
    home = tmp_path / "home"
    home.mkdir()
    (home / "omni.yaml").write_text("mine: true\n")
    ending = omni("init", "--from", tmp_path / "Kunden.csv", "--home", home)
    assert ending.exit_code == 2
    assert "exists already" in ending.err
    assert (home / "omni.yaml").read_text() == "mine: true\n"
    assert not (home / "landing").exists()


def test_a_file_that_is_in_the_landing_already_is_never_replaced(
    omni: Omni, tmp_path: Path
) -> None:
    write_crm(tmp_path / "Kunden.csv")
    there = tmp_path / "home" / "landing" / "kunden" / "contacts" / "Kunden.csv"
    there.parent.mkdir(parents=True)
    there.write_text("other\n")
    ending = omni("init", "--from", tmp_path / "Kunden.csv", "--home", tmp_path / "home")
    assert ending.exit_code == 2
    assert "exists already with other content" in ending.err
    assert there.read_text() == "other\n"
    shutil.copyfile(tmp_path / "Kunden.csv", there)
    assert (
        omni("init", "--from", tmp_path / "Kunden.csv", "--home", tmp_path / "home").exit_code == 0
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--from", "nowhere"), "There is no file or folder nowhere"),
        (("--from", "postgresql://db.internal/shop"), "--url-env SHOP_DSN"),
        (("exports",), "Name the files with --from"),
        (("--in-place",), "Name the files with --from"),
    ],
)
def test_what_cannot_be_done_says_why(
    arguments: tuple[str, ...], words: str, omni: Omni, tmp_path: Path
) -> None:
    ending = omni("init", *arguments, "--home", tmp_path / "home")
    assert ending.exit_code == 2
    assert words in ending.err
    assert not (tmp_path / "home" / "omni.yaml").exists()


def test_the_commands_of_the_page_work_as_they_stand_there(
    omni: Omni, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("exports").mkdir()
    write_exports(Path("exports"), samples=("hubspot/contacts",))
    text = PAGE.read_text(encoding="utf-8")
    commands = [
        line
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)[:1]  # then a database's
        for line in block.splitlines()
    ]
    assert [command.split()[1] for command in commands] == ["init", "check", "run"]
    for command in commands:
        ending = omni(*command.split()[1:])
        assert ending.exit_code == 0, ending.err
    assert Path("shop/published/omni.duckdb").is_file()


def test_files_that_hold_nobody_are_no_home(omni: Omni, tmp_path: Path) -> None:
    (tmp_path / "weather.csv").write_text("station,celsius\nA,11\nB,12\n")
    ending = omni("init", "--from", tmp_path / "weather.csv", "--home", tmp_path / "home")
    assert ending.exit_code == 2
    assert "weather.csv: it has neither ways to know a customer by, nor products" in ending.err


@pytest.mark.parametrize(("typed", "chosen"), [("2\n", 1), ("\n", 0), ("9\nx\n1\n", 0)])
def test_a_doubt_is_asked_until_there_is_an_answer(
    typed: str, chosen: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(typed))
    assert ask_at_terminal("What is it?", ["customers", "orders"]) == chosen
    assert "2  orders" in capsys.readouterr().out


def test_a_doubt_without_an_answer_ends_with_nothing_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(""))
    with pytest.raises(UsageError, match="Nothing was done"):
        ask_at_terminal("What is it?", ["customers", "orders"])
