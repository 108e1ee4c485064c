"""``omni explain`` on a small world: joined, joined through a third, kept apart, strangers, and what is no record."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from omni_identity.linkage.model import RIVALS
from tests.cli.conftest import Omni
from tests.worlds import CONFIGURATION, World, person, receipt

OWN = CONFIGURATION + "identifiers: {loyalty_id: {unique: true}}\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty people in the web shop, thirty of whom the till knows too, and odd receipts.

    From the eighth receipt on staff typed one phone number for everybody.
    """
    world = World.make(tmp_path_factory.mktemp("explained") / "home", OWN)
    world.deliver("web", "2026-03-01", [person(n) for n in range(40)])
    gone = {**person(39), "changed": "2026-01-02T00:00:00Z", "gone": "true"}
    at_home = {
        "family": "Oglethorpe",
        "street": "7 Mulberry Lane",
        "phone": "+12125559911",
        "zip": "10777",
    }
    ada = person(90, given="Ada", born="1961-02-03", email="ada.o@gmail.com", **at_home)
    ben = person(91, given="Bartholomew", born="1990-11-23", email="barty77@gmail.com", **at_home)
    world.deliver("web", "2026-03-02", [gone, {"id": "w70", "changed": "not a time"}, ada, ben])
    known = [receipt(n, **({"phone": "+12125550100"} if n > 7 else {})) for n in range(30)]
    odd = [
        receipt(7, receipt="t7b", card="L999999"),
        receipt(35, receipt="t35a", name="", phone="", card=""),
        receipt(35, receipt="t35b", name="", email="", card=""),
        receipt(36, receipt="[red]t[/nope]", name="", card=""),
    ]
    world.deliver("till", "2026-03-01", [*known, *odd])
    world.run()
    return world.root


@pytest.fixture
def as_json(omni: Omni, home: Path) -> Any:
    """Explain two records, as JSON, from an exit code of 0."""

    def explain(first: str, second: str) -> dict[str, Any]:
        ending = omni("explain", first, second, "--json", "--home", home)
        assert ending.exit_code == 0, ending.err
        told: dict[str, Any] = json.loads(ending.out)
        return told

    return explain


def scored(home: Path, first: str, second: str) -> dict[str, Any] | None:
    """The pair's row in the warehouse's ``derived.scored_pairs``; None if the run did not score it."""
    with duckdb.connect(str(home / "warehouse" / "omni.duckdb"), read_only=True) as warehouse:
        rows = warehouse.sql(
            """
            select p.* from derived.scored_pairs p
            join derived.customers l on l.record_no = p.record_no_l
            join derived.customers r on r.record_no = p.record_no_r
            where list_sort([l.channel || ':' || l.source_record_id,
                r.channel || ':' || r.source_record_id]) = list_sort([$first, $second])
            """,
            params={"first": first, "second": second},
        ).pl()
    return rows.to_dicts()[0] if rows.height else None


@pytest.mark.parametrize(
    ("first", "second"),
    [("web:w0", "till:t0"), ("till:t0", "web:w0"), ("till:t7", "till:t7b"), ("web:w35", "till:t35b")],
)  # fmt: skip
def test_the_sums_are_the_pipeline_s_own(as_json: Any, home: Path, first: str, second: str) -> None:
    told = as_json(first, second)
    row = scored(home, first, second)
    assert row is not None
    assert told["was_scored"] is True
    evidence = told["evidence"]
    assert evidence["match_weight"] == row["match_weight"]
    for rival in RIVALS:
        assert evidence["weights"][rival] == row[f"weight_{rival}"]
        parts = [evidence["prior"][rival]]
        for finding in evidence["findings"]:
            parts += [finding["weights"][rival], finding["rarity"][rival]]
        assert sum(parts) == pytest.approx(row[f"weight_{rival}"], abs=1e-9)
    assert told["deciding_rival"] == min(RIVALS, key=lambda rival: evidence["weights"][rival])


def test_every_scored_level_is_the_level_shown(as_json: Any, home: Path) -> None:
    told = as_json("web:w0", "till:t0")
    row = scored(home, "web:w0", "till:t0")
    assert row is not None
    findings = {finding["comparison"]: finding for finding in told["evidence"]["findings"]}
    assert findings["loyalty_id"]["unfilled_l"] == ["loyalty_id"]
    assert findings["loyalty_id"]["unfilled_r"] == []
    for finding in findings.values():
        compared = row[f"level_{finding['comparison']}"] >= 0
        assert (finding["level"] is not None) == compared
        if not compared:
            assert not any((*finding["weights"].values(), *finding["rarity"].values()))


def test_a_linked_pair_is_told_in_words_and_numbers(omni: Omni, home: Path, as_json: Any) -> None:
    told = as_json("web:w0", "till:t0")
    assert told["is_one_customer"] is True
    assert told["chain"] == []
    assert told["separation"] is None
    out = omni("explain", "web:w0", "till:t0", "--home", home).out
    weights = told["evidence"]["weights"]
    assert told["left"]["golden_id"] in out
    assert "One customer: web:w0 and till:t0" in out
    assert "looks like one person" in out
    for rival in RIVALS:
        assert f"against {rival} {weights[rival]:.1f}" in out
        assert f"{weights[rival]:+.1f}" in out
    mail, model = "olivia.abernathy0@gmail.com", told["run"]["model_version"]
    for words in ("first name", "exact", "how rare the value is: 1 in", mail, model):
        assert words in out
    values = {pair["attribute"]: pair["agreement"] for pair in told["values"]}
    assert values["email"] == "equal"
    assert values["street"] == "one side"


def test_strangers_that_no_run_compared_are_compared_now(
    omni: Omni, home: Path, as_json: Any
) -> None:
    told = as_json("web:w31", "web:w32")
    assert scored(home, "web:w31", "web:w32") is None
    assert (told["is_one_customer"], told["was_scored"]) == (False, False)
    assert told["evidence"]["match_probability"] < 0.001
    out = omni("explain", "web:w31", "web:w32", "--home", home).out
    assert "looks like two strangers (probability under 0.1 % of one person)" in out
    assert "never compared" in out
    assert "Two customers" in out


def test_a_pair_joined_only_through_a_third_shows_the_chain(
    omni: Omni, home: Path, as_json: Any
) -> None:
    told = as_json("till:t35a", "till:t35b")
    assert told["is_one_customer"] is True
    assert told["evidence"]["match_weight"] < told["cut"]
    chain = [(link["record_l"], link["record_r"]) for link in told["chain"]]
    assert chain == [("till:t35a", "web:w35"), ("web:w35", "till:t35b")]
    for link in told["chain"]:
        row = scored(home, link["record_l"], link["record_r"])
        assert row is not None
        assert link["match_weight"] == row["match_weight"] >= told["cut"]
    out = omni("explain", "till:t35a", "till:t35b", "--home", home).out
    assert "nothing in common that could be compared" in out
    assert "2 links through other records" in out


def test_two_values_of_a_unique_identifier_keep_a_strong_pair_apart(
    omni: Omni, home: Path, as_json: Any
) -> None:
    told = as_json("till:t7", "till:t7b")
    assert told["is_one_customer"] is False
    assert told["evidence"]["match_weight"] >= told["cut"]
    first = told["separation"]["conflicts"][0]
    assert (first["identifier"], first["record_l"], first["record_r"]) == (
        *("loyalty_id", "till:t7"),
        "till:t7b",
    )
    out = omni("explain", "till:t7", "till:t7b", "--home", home).out
    assert (
        "Kept apart by loyalty_id, which is unique: till:t7 has L000007, till:t7b has L999999."
    ) in out


def test_a_conflict_of_other_records_of_the_customers_is_named(as_json: Any) -> None:
    conflicts = as_json("web:w7", "till:t7b")["separation"]["conflicts"]
    assert [(c["record_l"], c["record_r"]) for c in conflicts] == [("till:t7", "till:t7b")]


def test_a_value_that_too_many_share_is_shown_but_said_to_be_no_evidence(
    omni: Omni, home: Path, as_json: Any
) -> None:
    told = as_json("till:t10", "till:t11")
    findings = {finding["comparison"]: finding for finding in told["evidence"]["findings"]}
    assert findings["phone"]["level"] is None
    assert {pair["attribute"]: pair["agreement"] for pair in told["values"]}["phone"] == "equal"
    out = omni("explain", "till:t10", "till:t11", "--home", home).out
    assert "too many people share that of till:t10 and till:t11" in out


def test_markup_in_a_record_id_is_only_text(omni: Omni, home: Path) -> None:
    ending = omni("explain", "web:w36", "till:[red]t[/nope]", "--home", home)
    assert ending.exit_code == 0
    assert ending.out.count("till:[red]t[/nope]") >= 2


def test_the_page_shows_splink_s_waterfall_and_what_the_console_does(
    omni: Omni, home: Path, tmp_path: Path
) -> None:
    page = tmp_path / "why.html"
    ending = omni("explain", "web:w0", "till:[red]t[/nope]", "--html", page, "--home", home)
    assert ending.exit_code == 0, ending.err
    assert ending.out == f"Wrote {page}\n"
    assert page.stat().st_mode & 0o777 == 0o600
    text = page.read_text(encoding="utf-8")
    shown = omni("explain", "web:w0", "till:[red]t[/nope]", "--home", home).out
    assert shown.splitlines()[0] in text
    (picture,) = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert ">Final score</text>" in picture
    assert "<script" not in text
    assert "src=" not in text
    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("web:w0", "web:w0", "the same record"),
        ("web:w0", "till:nobody@mail.org", "second record is not a current one of the channel 'till': no run has"),
        ("web:w39", "web:w0", "first record is not a current one of the channel 'web': the channel has deleted it"),
        ("web:w70", "web:w0", "its row was held back"),
        ("wep:w0", "web:w0", "Did you mean 'web'?"),
        ("w0", "web:w0", "The first record has to be written as channel:record_id"),
        ("web:w0", "web:", "The second record has to be written as channel:record_id"),
    ],
)  # fmt: skip
def test_what_is_no_pair_of_current_records_is_wrong_usage(
    omni: Omni, home: Path, first: str, second: str, words: str
) -> None:
    ending = omni("explain", first, second, "--home", home)
    assert ending.exit_code == 2
    assert words in ending.err
    assert "nobody@mail.org" not in ending.err


def test_a_home_where_nothing_has_run_is_wrong_usage(omni: Omni, tmp_path: Path) -> None:
    world = World.make(tmp_path / "home")
    ending = omni("explain", "web:1", "web:2", "--home", world.root)
    assert ending.exit_code == 2
    assert "`omni run`" in ending.err
    with duckdb.connect(str(world.root / "empty.duckdb")):
        pass
    world.home.warehouse.mkdir()
    shutil.move(world.root / "empty.duckdb", world.home.warehouse_file)
    assert omni("explain", "web:1", "web:2", "--home", world.root).exit_code == 2


def test_a_warehouse_at_work_says_that_the_home_is_busy(omni: Omni, home: Path) -> None:
    holding = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(home / "warehouse" / "omni.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "1\n"
        ending = omni("explain", "web:w0", "till:t0", "--home", home)
        other.communicate("\n")
    assert ending.exit_code == 3
    assert "a run is at work" in ending.err


def test_the_warehouse_is_left_as_it_was(omni: Omni, home: Path) -> None:
    file = home / "warehouse" / "omni.duckdb"
    before = file.read_bytes()
    omni("explain", "web:w0", "till:t0", "--home", home)
    assert file.read_bytes() == before
    assert sorted(path.name for path in file.parent.iterdir()) == [*("models", "omni.duckdb")]


def test_two_who_live_together_are_said_to(omni: Omni, home: Path, as_json: Any) -> None:
    household = as_json("web:w90", "web:w91")["household"]
    assert household["household_id"].startswith("H")
    assert {"phone", "last_name"} <= set(household["reasons"])
    ending = omni("explain", "web:w90", "web:w91", "--home", home)
    assert f"The two live in one household, {household['household_id']}" in " ".join(
        ending.out.split()
    )
    assert as_json("web:w1", "web:w2")["household"] is None
    ids = "golden_id from crosswalk where source_record_id = 'w90'"
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as published:
        golden_id = published.execute(f"select {ids}").fetchall()[0][0]
    assert "Bartholomew Oglethorpe" in omni("lookup", golden_id, "--home", home).out
