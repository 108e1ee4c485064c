"""The masked edition: nobody's data in it, everything joins, and it is switched, erased and sealed with the rest."""

from __future__ import annotations

import hmac
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from omni_identity.channels.configuration import load_configuration
from omni_identity.destinations import DeliveryFailed, Publication
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.errors import RunFailed
from omni_identity.model.tables import published_tables
from omni_identity.publish.masked_edition import masking_key
from omni_identity.publish.masking import LETTERS, masked_sql, masked_table, pseudonym_macro
from tests.erasure.test_erasing import erase
from tests.worlds import CONFIGURATION, World, deliver_town, person

MASKED = CONFIGURATION + "publish: {masked: true}\n"


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory, models: Path) -> World:
    """The town of the other tests after a night, with its masked edition. Only to be read."""
    world = deliver_town(tmp_path_factory.mktemp("masked") / "home", models, MASKED)
    world.deliver(
        "web_events",
        "2026-03-01",
        [{"event": f"e{n}", "id": f"w{n}", "kind": "purchase", "at": "2026-02-01T10:00:00Z",
          "amount": "10", "currency": "USD", "order": f"o{n}"} for n in range(20)],
    )  # fmt: skip
    world.run()
    return world


def edition(world: World) -> Path:
    return world.home.published / "current" / "masked"


def read(world: World, sql: str) -> pl.DataFrame:
    """Ask the masked edition, with the whole one beside it as ``whole``."""
    with duckdb.connect(str(edition(world) / "omni.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{world.home.published_file}' as whole (read_only)")
        frame: pl.DataFrame = connection.sql(sql).pl()
        return frame


def test_it_has_every_table_with_all_its_rows_and_columns(masked: World) -> None:
    tables = published_tables(load_configuration(masked.home.configuration).vocabulary)
    for table in tables.values():
        counts = read(
            masked,
            f"select (select count(*) from {table.name}) as masked,"
            f" (select count(*) from whole.{table.name}) as whole",
        )
        assert counts["masked"][0] == counts["whole"][0], table.name
        columns = read(masked, f"from {table.name} limit 0").columns
        assert columns == list(table.column_names)
        file = edition(masked) / "parquet" / f"{table.name}.parquet"
        assert pl.read_parquet(file).height == counts["whole"][0]


def test_no_byte_of_it_names_anybody(masked: World) -> None:
    """Every value of the records that is not a matter of a few (gender, state) is looked for in every file."""
    people = [person(n) for n in range(40)]
    said = {
        str(p[key]) for p in people for key in ("given", "family", "email", "phone", "born", "zip")
    }
    said |= {"Springfield", *(str(p["street"]) for p in people), *masked.golden_ids().values()}
    rows = [row for t in published_tables(Vocabulary()) for row in read(masked, f"from {t}").rows()]
    cells = [cell for row in rows for cell in row]
    lists = [item for cell in cells if isinstance(cell, list) for item in cell]
    texts = {text.lower() for text in [*cells, *lists] if isinstance(text, str)}
    assert len(texts) > 500
    assert not {value.lower() for value in said} & texts
    for file in [edition(masked) / "omni.duckdb", *(edition(masked) / "parquet").iterdir()]:
        content = file.read_bytes().lower()
        found = {p["email"] for p in people if str(p["email"]).encode() in content}
        assert not found, file.name


def test_whatever_joined_joins_and_figures_are_the_same(masked: World) -> None:
    query = """
        select count(*) as pairs, count(distinct c.golden_id) as customers, sum(i.amount) as amount
        from {0}unified_profiles p join {0}crosswalk c using (golden_id)
        join {0}interactions i on i.channel = c.channel and i.source_record_id = c.source_record_id
    """
    assert read(masked, query.format("")).equals(read(masked, query.format("whole.")))
    joined = read(
        masked,
        "select count(*) as n from unified_profiles p, unnest(p.email) as e(mail)"
        " join identifiers i on i.identifier = 'email' and i.value = e.mail and i.golden_id = p.golden_id",
    )
    assert (
        joined["n"][0]
        == read(masked, "select sum(len(email)) as n from unified_profiles")["n"][0]
        > 30
    )


def test_birth_dates_are_years_and_postcodes_areas(masked: World) -> None:
    found = read(
        masked, "select birth_date, postcode, first_name, primary_email from unified_profiles"
    )
    whole = read(masked, "select birth_date, postcode from whole.unified_profiles")
    assert sorted(found["birth_date"]) == sorted(date(d.year, 1, 1) for d in whole["birth_date"])
    assert sorted(found["postcode"]) == sorted(p[:3] for p in whole["postcode"])
    assert found["first_name"].null_count() == found.height
    assert set(found["primary_email"].str.slice(0, 1)) == {"p"}


@pytest.mark.parametrize(
    ("postcode", "area"),
    [("SW1A 1AA", "SW1"), ("10115", "101"), ("1010", "10"), ("123", "1"), ("12", ""), ("", ""), (None, None)],
)  # fmt: skip
def test_the_area_of_a_postcode_lacks_two_letters_at_least(postcode: str, area: str) -> None:
    column = published_tables(Vocabulary())["unified_profiles"].column("postcode")
    with duckdb.connect() as connection:
        sql = f"select {masked_sql(column)} from (select $1::varchar as postcode)"
        assert connection.execute(sql, [postcode]).fetchall() == [(area,)]


def test_a_pseudonym_is_an_hmac_of_the_value_with_the_homes_key(masked: World) -> None:
    key = masking_key(masked.home)
    golden_id = masked.golden_ids()["web:w1"]
    digest = hmac.digest(key, golden_id.encode(), "sha256").hex()[:LETTERS]
    found = read(masked, "select golden_id from unified_profiles")
    assert f"p{digest}" in set(found["golden_id"])
    with duckdb.connect() as connection:
        connection.execute(pseudonym_macro(b"\x01" * 32))
        sql = "select pseudonym('Añña'), pseudonym(null), pseudonym('')"
        other = [
            hmac.digest(b"\x01" * 32, t.encode(), "sha256").hex()[:LETTERS] for t in ("Añña", "")
        ]
        assert connection.execute(sql).fetchall() == [(f"p{other[0]}", None, f"p{other[1]}")]


def test_comments_say_what_became_of_a_value_and_of_which_class_it_is_now(masked: World) -> None:
    found = dict(
        read(
            masked,
            "select column_name, comment from duckdb_columns()"
            " where table_name = 'unified_profiles' and database_name = 'omni'",
        ).iter_rows()
    )
    assert found["full_name"].endswith("Masked: always null. [PII: none]")
    assert found["golden_id"].endswith(
        "the same for a value wherever it stands. [PII: pseudonymous]"
    )
    assert "Masked" not in found["record_count"]


def test_no_column_with_what_people_wrote_or_are_called_is_kept() -> None:
    """The classes decide; a column that is kept or made a pseudonym although it is personal is named here."""
    tables = published_tables(Vocabulary())
    shown = {
        (c.masking, c.name)
        for t in tables.values()
        for c in t.columns
        if c.pii in ("personal", "text") and c.masking in ("kept", "pseudonym")
    }
    assert {name for how, name in shown if how == "kept"} == {"gender", "region", "country"}
    assert {name for how, name in shown if how == "pseudonym"} == {
        *Vocabulary().identifiers,
        *("primary_email", "primary_phone", "value", "address", "judged_by", "requested_by"),
    }
    left = {c.name for t in tables.values() for c in masked_table(t).columns if c.pii == "personal"}
    assert left == {"gender", "region", "country"}


def test_the_same_night_gives_the_same_edition_and_another_home_other_pseudonyms(
    masked: World, tmp_path: Path, models: Path
) -> None:
    again = deliver_town(tmp_path / "again", models, MASKED)
    again.home.masking_key.write_bytes(masked.home.masking_key.read_bytes())
    again.run()
    query = "select golden_id, birth_date, email from unified_profiles order by all"
    first = read(again, query)
    other = deliver_town(tmp_path / "other", models, MASKED)
    other.run()
    assert other.home.masking_key.stat().st_mode & 0o777 == 0o600
    assert first.height == 40
    assert not set(first["golden_id"]) & set(read(other, query)["golden_id"])
    assert set(first["golden_id"]) == set(read(masked, query)["golden_id"])


def test_who_is_erased_is_erased_from_it_at_once(tmp_path: Path, models: Path) -> None:
    world = deliver_town(tmp_path / "home", models, MASKED)
    world.run()
    before = set(read(world, "select golden_id from unified_profiles")["golden_id"])
    erase(world.home, str(person(3)["email"]))
    after = set(read(world, "select golden_id from unified_profiles")["golden_id"])
    assert len(before - after) == 1
    assert after < before
    assert len(list((world.home.published / "versions").iterdir())) == 1


def test_it_is_sealed_with_the_rest_and_an_edit_is_noticed(tmp_path: Path, models: Path) -> None:
    world = deliver_town(tmp_path / "home", models, MASKED)
    world.run()
    file = edition(world) / "parquet" / "crosswalk.parquet"
    assert file.stat().st_mode & 0o777 == 0o444
    file.chmod(0o644)
    file.write_bytes(file.read_bytes() + b"x")
    found = {check.name: check for check in world.run()}
    altered = found["the_publication_was_left_as_it_was"]
    assert not altered.passed
    assert "masked/parquet/crosswalk.parquet" in altered.finding


def test_a_damaged_key_stops_the_night_and_what_was_published_stays(
    tmp_path: Path, models: Path
) -> None:
    world = deliver_town(tmp_path / "home", models, MASKED)
    world.run()
    before = (edition(world) / "omni.duckdb").resolve()
    world.home.masking_key.chmod(0o600)
    world.home.masking_key.write_text("no key")
    world.deliver("web", "2026-03-02", [person(50)])
    with pytest.raises(RunFailed, match=r"masking\.key is damaged"):
        world.run()
    assert (edition(world) / "omni.duckdb").resolve() == before


def test_a_destination_gets_the_edition_that_it_asks_for(tmp_path: Path, models: Path) -> None:
    place = tmp_path / "bi"
    text = CONFIGURATION + (
        f"destinations: {{bi: {{type: folder, path: {place}, edition: masked, leave_out: []}}}}\n"
    )
    world = deliver_town(tmp_path / "home", models, text)
    world.run()
    found = pl.read_parquet(place / "current" / "unified_profiles.parquet")
    assert found["first_name"].null_count() == found.height == 40
    assert (place / "current" / "messages.parquet").exists()


def test_it_has_no_audiences_to_hand_out(masked: World) -> None:
    publication = Publication("run-001", masked.home.root, edition(masked))
    with pytest.raises(DeliveryFailed, match="audiences are addresses"):
        publication.audiences  # noqa: B018


def test_without_being_asked_for_there_is_none(world: World) -> None:
    world.run()
    assert not edition(world).exists()
    assert not world.home.masking_key.exists()
