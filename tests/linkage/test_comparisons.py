"""Each level of each comparison, by a pair of records that must reach it through Splink."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.blocking_rules import possible_rules
from omni_identity.linkage.comparisons import Comparison, possible_comparisons
from omni_identity.linkage.model import starting_model
from omni_identity.linkage.name_frequencies import estimate_name_frequencies
from omni_identity.linkage.records import linkage_columns
from omni_identity.linkage.term_frequencies import count_term_frequencies
from omni_identity.linkage.vectors import compare_in_parts, keep_in, term_frequency_columns
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.comparison_levels import few_slips
from tests.linkage.frames import create_linkage_records

VOCABULARY = Vocabulary(attributes=(("job", "fuzzy"), ("hired", "date"), ("badge", "exact")))

HOME = {"street": "oak street", "house_number": "7", "postcode": "10001", "city": "springfield"}
SENIOR = {"first": "robert", "last": "smith", "suffix": "Sr"}
ELSEWHERE = HOME | {"postcode": "97531", "city": "ogdenville"}

CASES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("first_name", {"first": "maria"}, {"first": "maria"}, "exact"),
    ("first_name", {"first": "bob", "first_canonical": "robert"}, {"first": "robert"}, "nickname"),
    ("first_name", {"first": "m"}, {"first": "maria"}, "initial"),
    ("first_name", {"first": "mraia"}, {"first": "maria"}, "similar"),
    ("first_name", {"first": "xaria"}, {"first": "maria"}, "similar"),
    ("first_name", {"first": "ana"}, {"first": "anastasiya"}, "part"),
    ("first_name", {"first": "peter"}, {"first": "maria"}, "other name"),
    ("first_name", {"first": "peter"}, {"first": "mraia"}, "different"),
    ("first_name", {"first": "lena"}, {"first": "lina"}, "other name, alike"),
    ("first_name", {"first": "mark"}, {"first": "mary"}, "other name, alike"),
    ("first_name", {"first": "paul"}, {"first": "paula"}, "other name, alike"),
    ("first_name", {"first": "marc"}, {"first": "mark"}, "similar"),
    ("first_name", {"first": "angelina"}, {"first": "anelina"}, "similar"),
    ("first_name", {"first": "teddy"}, {"first": "edward"}, "short form"),
    ("first_name", {"first": "kit"}, {"first": "christopher"}, "short form"),
    ("first_name", {"first": "carrie"}, {"first": "cassie"}, "short form"),
    ("first_name", {}, {"first": "maria"}, "not comparable"),
    ("first_name", {"first": "anna"}, {"first": "anitka"}, "somewhat alike"),
    ("first_name", {"first": "marie", "middle": "anna"}, {"first": "anna"}, "part"),
    ("first_name", {"first": "jean pierre"}, {"first": "pierre"}, "part"),
    ("first_name", SENIOR, SENIOR | {"suffix": "Jr"}, "not comparable"),
    (
        "first_name",
        {"first": "ana", "middle": "lee"},
        {"first": "zoe", "middle": "lee"},
        "other name",
    ),
    ("first_name", {"first": "daniel leon"}, {"first": "daniel jared"}, "other second name"),
    (
        "first_name",
        {"first": "daniel", "middle": "d"},
        {"first": "daniel jared"},
        "other second name",
    ),
    ("first_name", {"first": "daniel", "middle": "j"}, {"first": "daniel jared"}, "similar"),
    ("first_name", SENIOR, SENIOR, "exact"),
    (
        "first_name",
        {"first": "anna", "birth_date": "1999-05-05"},
        {"first": "hanna", "birth_date": "2002-09-19"},
        "other name, alike",  # whatever else the records say: a class's comparisons are independent
    ),
    (
        "first_name",
        {"first": "anna", "birth_date": "1999-05-05"},
        {"first": "hanna", "birth_date": "1999-05-06"},
        "other name, alike",
    ),
    ("first_name", {"first": "lopez"}, {"first": "ana", "last": "lopez"}, "family name alone"),
    ("generation", SENIOR, SENIOR, "same"),
    ("generation", SENIOR, SENIOR | {"suffix": "III"}, "other generation of the name"),
    ("generation", SENIOR | {"suffix": "Jr"}, SENIOR | {"suffix": "II"}, "different"),
    ("generation", SENIOR, {"first": "peter", "suffix": "Jr"}, "different"),
    ("generation", SENIOR, {"first": "robert"}, "not comparable"),
    ("middle_name", {"middle": "ann"}, {"middle": "ann"}, "exact"),
    ("middle_name", {"middle": "a"}, {"middle": "ann"}, "initial"),
    ("middle_name", {"middle": "anne"}, {"middle": "ann"}, "similar"),
    ("middle_name", {"middle": "ann"}, {"middle": "beth"}, "different"),
    ("last_name", {"last": "garcia"}, {"last": "garcia"}, "exact"),
    ("last_name", {"last": "garcja"}, {"last": "garcia"}, "similar"),
    ("last_name", {"last": "garcia lopez"}, {"last": "lopez"}, "part"),
    ("last_name", {"last": "webster"}, {"last": "wcbsetr"}, "somewhat alike"),
    ("last_name", {"last": "smith"}, {"last": "garcia"}, "different"),
    ("alias_first", {"alias": ["mariagarcia"]}, {"first": "maria"}, "spells it"),
    ("alias_first", {"first": "maria"}, {"alias": ["skaterboy"]}, "different"),
    ("alias_first", {"first": "maria", "alias": ["maria"]}, {"first": "maria"}, "not comparable"),
    ("alias_last", {"alias": ["mgarcia"]}, {"last": "garcia"}, "spells it"),
    (
        "alias_last",
        {"last": "gomez"},
        {"alias": ["gertrudisgome"], "last_hint": ["gome"]},
        "hints at it",
    ),
    ("alias_last", {"alias": ["skaterboy"]}, {"last": "garcia"}, "different"),
    ("alias_last", {"last": "garcia"}, {"last": "garcia", "alias": ["mgarcia"]}, "not comparable"),
    ("birth_date", {"birth_date": "1980-02-11"}, {"birth_date": "1980-02-11"}, "exact"),
    ("birth_date", {"birth_date": "1980-11-02"}, {"birth_date": "1980-02-11"}, "one slip"),
    ("birth_date", {"birth_date": "1981-02-11"}, {"birth_date": "1980-02-11"}, "one slip"),
    ("birth_date", {"birth_date": "1980-11-20"}, {"birth_date": "1980-02-11"}, "two slips"),
    ("birth_date", {"birth_date": "1981-11-02"}, {"birth_date": "1980-02-11"}, "two slips"),
    ("birth_date", {"birth_date": "2001-02-11"}, {"birth_date": "1980-02-11"}, "other year"),
    (
        "birth_date",
        {"birth_date": "1980-02-29"},
        {"birth_date": "1980-02-11"},
        "other day or month",
    ),
    (
        "birth_date",
        {"birth_date": "1980-12-11"},
        {"birth_date": "1980-07-11"},
        "other day or month",
    ),
    ("birth_date", {"birth_date": "2000-02-11"}, {"birth_date": "1999-02-11"}, "one slip"),
    ("birth_date", {"birth_date": "2002-02-11"}, {"birth_date": "1992-02-11"}, "one slip"),
    ("birth_date", {"birth_date": "1980-07-25"}, {"birth_date": "1980-02-11"}, "same year"),
    ("birth_date", {"birth_date": "1979-03-28"}, {"birth_date": "1980-12-11"}, "different"),
    ("birth_date", {"birth_date": "1955-09-30"}, {"birth_date": "1980-02-11"}, "different"),
    ("birth_date", {"birth_date": "1980-02-11"}, {"birth_year": "1980"}, "not comparable"),
    ("birth_parts", {"birth_date": "1980-02-11"}, {"birth_year": "1980"}, "same year"),
    (
        "birth_parts",
        {"birth_date": "1980-02-11"},
        {"birth_year": "1980", "birth_month_day": "02"},
        "same year and month",
    ),
    (
        "birth_parts",
        {"birth_date": "1980-02-11"},
        {"birth_year": "1980", "birth_month_day": "03"},
        "a year apart",
    ),
    (
        "birth_parts",
        {"birth_date": "1980-02-11"},
        {"birth_month_day": "02-11"},
        "same day, the year unknown",
    ),
    ("birth_parts", {"birth_date": "1980-02-11"}, {"birth_month_day": "02-12"}, "different"),
    ("birth_parts", {"birth_date": "1980-02-11"}, {"birth_year": "1981"}, "a year apart"),
    ("birth_parts", {"birth_date": "1980-02-11"}, {"birth_year": "1990"}, "different"),
    ("birth_parts", {"birth_year": "1980"}, {"birth_month_day": "02-11"}, "not comparable"),
    ("birth_parts", {"birth_date": "1980-02-11"}, {"birth_date": "1980-02-11"}, "not comparable"),
    (
        "first_name",
        {"first": "lee", "last": "ann"},
        {"first": "ann", "last": "lee"},
        "swapped with last name",
    ),
    (
        "last_name",
        {"first": "lee", "last": "ann"},
        {"first": "ann", "last": "lee"},
        "not comparable",
    ),
    ("last_name", {"last": "p"}, {"last": "petrov"}, "part"),
    ("street_in_postcode", HOME, HOME, "same house"),
    ("street_in_postcode", HOME, HOME | {"street": "oak streat"}, "similar street, same house"),
    ("street_in_postcode", HOME, HOME | {"street": "oakstreet"}, "similar street, same house"),
    ("street_in_postcode", HOME, HOME | {"house_number": None}, "same street"),
    ("street_in_postcode", HOME, HOME | {"house_number": "9"}, "same street, other house"),
    (
        "street_in_postcode",
        HOME,
        HOME | {"house_number": "9", "street": "oak streat"},
        "similar street",
    ),
    ("street_in_postcode", HOME, HOME | {"street": "pine road"}, "same house number"),
    ("street_in_postcode", HOME, HOME | {"street": "pine road", "house_number": "1"}, "different"),
    ("street_in_postcode", HOME, {"postcode": "10001"}, "not comparable"),
    ("street_in_postcode", HOME, HOME | {"postcode": "97531"}, "not comparable"),
    ("street_in_postcode", HOME, HOME | {"city": "ogdenville"}, "same house"),
    ("street_in_city", HOME, HOME, "not comparable"),
    ("street_in_city", HOME, HOME | {"postcode": "97531"}, "not comparable"),
    ("street_in_city", HOME, HOME | {"postcode": "10010"}, "same house"),
    ("street_in_other_postcode", HOME, HOME | {"postcode": "97531"}, "same house"),
    ("street_in_other_postcode", HOME, HOME | {"postcode": "10010"}, "not comparable"),
    ("street_in_other_postcode", HOME, HOME | {"postcode": None}, "not comparable"),
    ("street_in_other_postcode", HOME, ELSEWHERE, "not comparable"),
    ("street_in_city", HOME, HOME | {"postcode": None, "city": "springfeild"}, "same house"),
    ("street_in_city", HOME, ELSEWHERE, "not comparable"),
    ("street", HOME, HOME, "not comparable"),
    ("street", HOME, HOME | {"postcode": None}, "not comparable"),
    ("street", HOME, ELSEWHERE, "same house"),
    ("street", HOME, {"street": "oak street"}, "same street"),
    ("street", {"street": "oak street"}, {"street": "pine road"}, "different"),
    ("locality", HOME, HOME, "same postcode and city"),
    ("locality", HOME, HOME | {"city": "ogdenville"}, "same postcode"),
    ("locality", HOME, HOME | {"postcode": "10010"}, "same city, similar postcode"),
    ("locality", HOME, HOME | {"postcode": "97531"}, "same city"),
    ("locality", HOME, {"postcode": "10010"}, "similar"),
    ("locality", {"city": "springfield"}, {"postcode": "10001"}, "not comparable"),
    ("locality", {"city": "springfield"}, {"city": "springfield"}, "same city"),
    ("locality", {"city": "springfield"}, {"city": "springfeild"}, "similar"),
    ("locality", {"city": "springfield"}, {"city": "ogdenville"}, "elsewhere"),
    ("locality", {"city": "springfield"}, {}, "not comparable"),
    ("email", {"email": ["a@x.com", "b@x.com"]}, {"email": ["b@x.com"]}, "exact"),
    ("email", {"email": ["jane.doe@x.com"]}, {"email": ["jane.doe@home.org"]}, "same local part"),
    ("email", {"email": ["a@x.com"]}, {"email": ["b@y.com"]}, "different"),
    ("email", {"email": ["jane.doe@x.com"]}, {"email": ["jane.doe@x.co"]}, "one slip"),
    ("email", {"email": ["jane.doe@x.com"]}, {"email": ["jnae.doe@x.com"]}, "one slip"),
    ("email", {"email": ["jane.doe1@x.com"]}, {"email": ["jane.doe27@x.com"]}, "other digits"),
    ("email", {"email": ["jane.doe@x.com"]}, {"email": ["jane.doelle@x.com"]}, "similar"),
    ("email", {"email": ["jane.doe@x.com"]}, {"email": ["jnae.deo@x.com"]}, "similar"),
    ("email", {"email": ["jane.doe@x.com"]}, {"email": ["r.roe@x.com"]}, "different"),
    (
        "shared_mailbox",
        {"shared_mailbox": ["info@x.com"]},
        {"shared_mailbox": ["info@x.com"]},
        "exact",
    ),
    (
        "shared_mailbox",
        {"shared_mailbox": ["info@x.com"]},
        {"shared_mailbox": ["info@y.com"]},
        "different",
    ),
    ("phone", {"phone": ["+1", "+12125550101"]}, {"phone": ["+12125550101"]}, "exact"),
    ("phone", {"phone": ["+12125550101"]}, {"phone": ["+12125550102"]}, "next number"),
    ("phone", {"phone": ["+12125550101"]}, {"phone": ["+1212555010"]}, "one slip"),
    ("phone", {"phone": ["+12125550101"]}, {"phone": ["+12125550110"]}, "one slip"),
    ("phone", {"phone": ["+12125550101"]}, {"phone": ["+12125550221"]}, "two slips"),
    ("phone", {"phone": ["+12125550101"]}, {"phone": ["+13334440000"]}, "different"),
    ("gender", {"gender": "female"}, {"gender": "female"}, "exact"),
    ("gender", {"gender": "female"}, {"gender": "male"}, "different"),
    ("loyalty_id", {"loyalty_id": ["L1"]}, {"loyalty_id": ["L1", "L2"]}, "exact"),
    ("loyalty_id", {"loyalty_id": ["L1"]}, {"loyalty_id": ["L3"]}, "different"),
    ("job", {"attribute_job": "plumber"}, {"attribute_job": "plumbr"}, "similar"),
    ("hired", {"attribute_hired": "2020-01-02"}, {"attribute_hired": "2020-01-03"}, "one slip"),
    ("badge", {"attribute_badge": "7"}, {"attribute_badge": "8"}, "different"),
]


@pytest.fixture(scope="module")
def levels() -> list[dict[str, int]]:
    """For every case the level index of every comparison, all compared in one go."""
    comparisons = possible_comparisons(VOCABULARY)
    with DuckDBEngine() as engine:
        records = [record for _, left, right, _ in CASES for record in (left, right)]
        create_linkage_records(engine, records, VOCABULARY)
        for column in term_frequency_columns(comparisons):
            count_term_frequencies(engine, column)
        estimate_name_frequencies(engine, seed=1)
        engine.run(
            "create table derived.pairs as select 2 * i + 1 as record_no_l, 2 * i + 2 as record_no_r"
            f" from range({len(CASES)}) t(i)"
        )
        keep = keep_in(engine, "derived.vectors")
        compare_in_parts(engine, starting_model(comparisons), "derived.pairs", keep)
        return engine.fetch("select * from derived.vectors order by record_no_l").to_dicts()


@pytest.mark.parametrize("number", range(len(CASES)))
def test_the_pair_reaches_its_level(levels: list[dict[str, int]], number: int) -> None:
    name, _, _, label = CASES[number]
    comparison = next(c for c in possible_comparisons(VOCABULARY) if c.name == name)
    found = levels[number][f"level_{name}"]
    assert (comparison.levels[found].label if found >= 0 else "not comparable") == label


@pytest.mark.parametrize("comparison", possible_comparisons(VOCABULARY), ids=lambda c: c.name)
def test_priors_are_probabilities_and_the_last_level_catches_the_rest(
    comparison: Comparison,
) -> None:
    assert comparison.levels[-1].sql == "ELSE"
    for name in ("same", "relatives", "namesakes"):
        given = [getattr(level, name) for level in comparison.levels]
        stated = [value for value in given if value is not None]
        assert all(0 < value < 1 for value in stated)
        # what is left open is shared as strangers share it, so something has to be left
        is_whole = len(stated) == len(given)
        assert sum(stated) == pytest.approx(1) if is_whole else sum(stated) < 0.9999


DIGITS = st.text("0123+", min_size=9, max_size=13)


@settings(deadline=None)
@given(st.lists(st.tuples(DIGITS, DIGITS, st.integers(0, 12)), min_size=1, max_size=50))
@example([("012010120", "12010120", 0), ("9757279323", "2757279023", 0)])
def test_few_slips_of_a_phone_number_are_what_the_distance_says(
    drawn: list[tuple[str, str, int]],
) -> None:
    """Looking first how alike the two are spares work and changes nothing."""
    pairs = [(x, y) for x, y, _ in drawn]
    pairs += [(x, x[:at] + x[at + 1 : at + 2] + x[at : at + 1] + x[at + 2 :]) for x, _, at in drawn]
    pairs += [(x, x[:at] + "9" + x[at:]) for x, _, at in drawn]
    pairs += [(x, x[:at] + x[at + 1 :]) for x, _, at in drawn]
    frame = pl.DataFrame(pairs, schema={"x": pl.String, "y": pl.String}, orient="row")
    with DuckDBEngine() as engine:
        engine.run("create table pairs (x VARCHAR, y VARCHAR)")
        engine.write("pairs", frame)
        wrong = engine.fetch(
            "select count(*) as n from pairs where"
            f" {few_slips('x', 'y', 1)} <> (damerau_levenshtein(x, y) <= 1)"
            f" or {few_slips('x', 'y', 2)} <> (damerau_levenshtein(x, y) <= 2)"
        )
    assert wrong["n"][0] == 0


LOCALS = st.text("abc.1", min_size=1, max_size=14)


@settings(deadline=None)
@given(st.lists(st.tuples(LOCALS, LOCALS, st.integers(1, 4)), min_size=1, max_size=50))
def test_of_two_mailboxes_one_more_than_twice_as_long_they_are_not_alike(
    drawn: list[tuple[str, str, int]],
) -> None:
    """So their likeness need not be computed."""
    pairs = [(x, y) for x, y, _ in drawn]
    pairs += [(x, x * times) for x, _, times in drawn]
    pairs += [(x, x + y) for x, y, _ in drawn]
    frame = pl.DataFrame(pairs, schema={"x": pl.String, "y": pl.String}, orient="row")
    with DuckDBEngine() as engine:
        engine.run("create table pairs (x VARCHAR, y VARCHAR)")
        engine.write("pairs", frame)
        wrong = engine.fetch(
            "select count(*) as n from pairs where 2 * least(length(x), length(y)) < greatest(length(x), length(y))"
            " and jaro_winkler_similarity(x, y) >= 0.899999999"
        )
    assert wrong["n"][0] == 0


def test_an_attribute_that_is_only_carried_is_no_evidence_and_no_column_of_linkage() -> None:
    carried = Vocabulary(attributes=(*VOCABULARY.attributes, ("tier", "none")))
    assert [c.name for c in possible_comparisons(carried)] == [
        c.name for c in possible_comparisons(VOCABULARY)
    ]
    assert possible_rules(carried) == possible_rules(VOCABULARY)
    assert linkage_columns(carried) == linkage_columns(VOCABULARY)
    assert "tier" in carried.raw_single
