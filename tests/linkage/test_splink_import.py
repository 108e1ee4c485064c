"""What of a Splink model is taken over: a real one, trained here, and every way in which one can be another."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from omni_identity.channels.configuration import Configuration, parse_configuration
from omni_identity.linkage.splink_import import Finding, SplinkImport, import_splink_model
from omni_identity.linkage.splink_models import Meaning, meaning, read_splink_model
from omni_identity.model.errors import UsageError

GIVEN = ("anna", "berta", "carl", "dora", "emil", "fritz", "gerda", "hans", "ida", "jakob")
FAMILY = (
    "alder",
    "birke",
    "cedar",
    "distel",
    "eiche",
    "fichte",
    "ginster",
    "hasel",
    "iris",
    "kiefer",
)


def people(count: int) -> pl.DataFrame:
    """So many people twice, the second time with slips, in columns that are called as users call them."""
    draw = random.Random(7)
    rows = []
    for number in range(count):
        person = {
            "vorname": draw.choice(GIVEN),
            "surname": draw.choice(FAMILY) + draw.choice("abcde"),
            "sex": draw.choice("mf"),
            "card": f"L{number}",
            "job": draw.choice(("baker", "smith", "tailor", "mason")),
            "shoe": draw.choice(("39", "40", "41")),
        }
        second = dict(person)
        slips = {
            "vorname": (person["vorname"] + "a", draw.choice(GIVEN)),
            "surname": (person["surname"] + "n", draw.choice(FAMILY)),
            "sex": ("m" if person["sex"] == "f" else "f",),
            "card": (f"L{number + 500}",),
            "job": (person["job"] + "s", "carter"),
            "shoe": ("42",),
        }
        for column, others in slips.items():
            if draw.random() < 0.2:
                second[column] = draw.choice(others)
        rows += [person, second]
    return pl.DataFrame(rows).with_row_index("unique_id")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that Splink has trained and saved."""
    file = tmp_path_factory.mktemp("splink") / "model.json"
    with duckdb.connect() as connection:
        connection.register("frame", people(150))
        connection.execute("create table people as from frame")
        api = DuckDBAPI(connection=connection)
        settings = SettingsCreator(
            link_type="dedupe_only",
            comparisons=[
                cl.JaroWinklerAtThresholds("vorname", [0.9]).configure(
                    term_frequency_adjustments=True
                ),
                cl.LevenshteinAtThresholds("surname", [1]),
                cl.ExactMatch("sex"),
                cl.ExactMatch("card"),
                cl.JaroWinklerAtThresholds("job", [0.9]),
                cl.ExactMatch("shoe"),
            ],
            blocking_rules_to_generate_predictions=[block_on("vorname"), block_on("surname")],
        )
        linker = Linker(api.register("people", dataset_display_name="people"), settings)
        linker.training.estimate_u_using_random_sampling(max_pairs=20_000, seed=1)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("surname"))
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("card"))
        linker.misc.save_model_to_json(str(file))
    return file


def configured(**more: Any) -> Configuration:
    mapping = {
        "first_name": "vorname",
        "last_name": "surname",
        "gender": "sex",
        "loyalty_id": "card",
    }
    if "attributes" in more:
        mapping |= {"job": "job"}
    contacts = {"files": "c/*.csv", "record_id": "id", "mapping": mapping}
    return parse_configuration(
        {"version": 1, "channels": [{"name": "web", "contacts": contacts}], **more}
    )


def finding(found: SplinkImport, name: str) -> Finding:
    return {one.theirs: one for one in found.findings}[name]


def test_a_trained_model_gives_what_means_the_same_and_says_the_rest(saved: Path) -> None:
    configuration = configured(attributes={"job": {"compare": "fuzzy"}})
    found = import_splink_model(read_splink_model(saved), configuration, with_u=True)
    theirs = {
        (c["output_column_name"], level["label_for_charts"]): level
        for c in json.loads(saved.read_text())["comparisons"]
        for level in c["comparison_levels"]
    }

    given = finding(found, "vorname")
    assert (given.ours, [level.ours for level in given.taken]) == ("first_name", ["exact"])
    assert given.taken[0].m == theirs["vorname", given.taken[0].theirs]["m_probability"]
    assert given.taken[0].u is None, "frequencies of the values here stand for it"
    assert any("how frequent the values of your records are" in words for words in given.why_not)
    assert any("`nickname`" in words and "trained" in words for words in given.why_not)

    gender = finding(found, "sex")
    assert [level.ours for level in gender.taken] == ["exact", "different"]
    assert gender.why_not == ()
    exact, different = found.held["gender"]
    assert exact.same == pytest.approx(theirs["sex", "Exact match on sex"]["m_probability"])
    assert different.strangers == pytest.approx(
        theirs["sex", "All other comparisons"]["u_probability"]
    )
    assert [level.ours for level in finding(found, "card").taken] == ["exact", "different"]
    job = [level.ours for level in finding(found, "job").taken]
    assert job == ["exact", "similar", "different"], "Jaro and Winkler's 0.9 in both"

    assert finding(found, "shoe").ours is None
    assert "declare an attribute of the kind exact" in finding(found, "shoe").why_not[0]
    assert found.attributes == {"shoe": "exact"}
    assert set(found.held) == {"first_name", "last_name", "gender", "loyalty_id", "job"}


def test_a_column_that_nobody_has_declared_is_named_with_its_kind(saved: Path) -> None:
    found = import_splink_model(read_splink_model(saved), configured())
    assert found.attributes == {"job": "fuzzy", "shoe": "exact"}


def test_u_is_taken_from_whoever_asks_for_it_alone(saved: Path) -> None:
    found = import_splink_model(read_splink_model(saved), configured())
    held = [level for levels in found.held.values() for level in levels]
    assert any(level.same is not None for level in held)
    assert {level.strangers for level in held} == {None}


def model(tmp_path: Path, *comparisons: Any, **more: Any) -> Path:
    file = tmp_path / "model.json"
    file.write_text(json.dumps({"comparisons": list(comparisons), **more}), encoding="utf-8")
    return file


def comparison(
    name: str, *conditions: str, m: tuple[Any, ...] = (), u: tuple[Any, ...] = ()
) -> Any:
    """A saved comparison whose probabilities are halves, unless said."""
    levels = [
        {"sql_condition": sql, "label_for_charts": sql, "m_probability": p, "u_probability": q}
        for sql, p, q in zip(
            conditions, m or (0.5,) * len(conditions), u or (0.5,) * len(conditions), strict=True
        )
    ]
    null = {"sql_condition": f'"{name}_l" IS NULL', "is_null_level": True}
    return {"output_column_name": name, "comparison_levels": [null, *levels]}


def only(tmp_path: Path, *comparisons: Any) -> SplinkImport:
    saved = read_splink_model(model(tmp_path, *comparisons))
    return import_splink_model(saved, configured(), with_u=True)


def equal(name: str) -> str:
    return f'"{name}_l" = "{name}_r"'


@pytest.mark.parametrize(
    ("name", "conditions", "words"),
    [
        ("phone", [equal("phone"), "ELSE"], "phone_beside_email"),
        ("postcode", [equal("postcode"), "ELSE"], "locality"),
        ("full_name", [equal("full_name"), "ELSE"], "one by one"),
        ("names", [f"{equal('first_name')} and {equal('surname')}", "ELSE"], "together"),
        ("near", ["st_distance(x, y) < 3", "ELSE"], "names no column of both records"),
        ("gender", ['levenshtein("gender_l", "gender_r") <= 1', "ELSE"], "all is trained"),
        ("blood", [equal("blood"), "ELSE"], "declare an attribute"),
    ],
)
def test_what_cannot_be_taken_is_said_with_the_reason(
    tmp_path: Path, name: str, conditions: list[str], words: str
) -> None:
    found = only(tmp_path, comparison(name, *conditions))
    (one,) = found.findings
    assert one.taken == ()
    assert found.held == {}
    assert any(words in reason for reason in one.why_not), one.why_not


def test_what_was_not_trained_in_full_gives_nothing(tmp_path: Path) -> None:
    unseen = "level not observed in training dataset"
    found = only(
        tmp_path, comparison("gender", equal("gender"), "ELSE", m=(1.0, unseen), u=(0.5, 0.5))
    )
    (one,) = found.findings
    assert [(level.m, level.u) for level in one.taken] == [(None, 0.5), (None, 0.5)]
    assert any("m: Splink never saw some of the levels" in words for words in one.why_not)


def test_nothing_is_impossible_and_nothing_certain(tmp_path: Path) -> None:
    found = only(tmp_path, comparison("gender", equal("gender"), "ELSE", m=(1, 0), u=(0, 1)))
    exact, different = found.held["gender"]
    assert 0 < different.same < 0.001 < 0.999 < exact.same < 1  # type: ignore[operator]
    assert 0 < exact.strangers < 1e-6  # type: ignore[operator]


def test_the_first_of_two_comparisons_of_one_attribute_counts(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        comparison("gender", equal("gender"), "ELSE", m=(0.9, 0.1)),
        comparison("sex", equal("sex"), "ELSE", m=(0.6, 0.4)),
    )
    assert found.held["gender"][0].same == 0.9
    assert found.findings[1].taken == ()
    assert "given gender its levels already" in found.findings[1].why_not[0]


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ('levenshtein("blood_l", "blood_r") <= 1', "fuzzy"),
        ('ABS(EPOCH(try_strptime("blood_l", \'%Y\')) - EPOCH("blood_r")) <= 9', "date"),
        ('"blood_l" = "blood_r" and updated(blood_r)', "exact"),
    ],
)
def test_what_is_lacking_is_to_be_declared_of_the_nearest_kind(
    tmp_path: Path, condition: str, kind: str
) -> None:
    assert only(tmp_path, comparison("blood", condition, "ELSE")).attributes == {"blood": kind}


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ('"first name_l" = "first name_r"', Meaning("equal")),
        ("lower(surname_l) = lower(surname_r)", Meaning("equal")),
        ("`surname_l` = `surname_r`", Meaning("equal")),
        ('array_length(list_intersect("mail_l", "mail_r")) >= 1', Meaning("equal")),
        ('array_length(list_intersect("mail_l", "mail_r")) >= 2', None),
        ('jaro_winkler_similarity("a_l", "a_r") >= 0.9', Meaning("jaro_winkler", 0.9)),
        ('jaro_winkler_similarity("a_l", "a_r") >= 0.899999999', Meaning("jaro_winkler", 0.9)),
        ('"a_l" = "b_r"', None),
        ('substr("a_l", 1, 3) = substr("a_r", 1, 3)', None),
        ("ELSE", Meaning("else")),
    ],
)
def test_a_condition_means_what_it_says(sql: str, expected: Meaning | None) -> None:
    assert meaning(sql) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", "it has no list `comparisons`"),
        ('{"comparisons": [{}]}', r"comparisons\[0\] has no list `comparison_levels`"),
        ('{"comparisons": [{"comparison_levels": [{}]}]}', "has a `sql_condition`"),
    ],
)
def test_a_file_that_is_no_model_is_an_error_that_says_so(
    tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "model.json"
    file.write_text(text)
    with pytest.raises(UsageError, match=words):
        read_splink_model(file)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_splink_model(tmp_path / "gone.json")
