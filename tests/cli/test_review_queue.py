"""The table of questions: what each kind is about, what is at stake, what an answer would settle."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.export.others import without_others
from omni_identity.linkage.model import LinkageModel, load_model
from omni_identity.linkage.pinned_model import pinned_version
from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home
from omni_identity.stewardship.review_pairs import EVEN_ODDS, SURPLUS, WEAK_LINK
from omni_identity.stewardship.review_queue import (
    KINDS,
    list_questions,
    question_id,
    stakes_sql,
)
from omni_identity.stewardship.review_words import agreeing_sql, differing_sql, word_for


def read(home: Path, sql: str) -> pl.DataFrame:
    with duckdb.connect(str(home / "published" / "omni.duckdb"), read_only=True) as published:
        frame: pl.DataFrame = published.sql(sql).pl()
        return frame


@pytest.fixture(scope="module")
def queue(demo_home: Path) -> pl.DataFrame:
    return read(demo_home, "select * from review_queue order by priority")


def test_who_is_asked_about_follows_from_the_kind(queue: pl.DataFrame, demo_home: Path) -> None:
    diagnostics = {
        row["golden_id"]: row
        for row in read(demo_home, "select * from customer_diagnostics").to_dicts()
    }
    assert {"doubtful_pair", "possible_merge", "contradicting_values"} <= set(queue["kind"])
    assert set(queue["kind"]) <= set(KINDS)
    for question in queue.to_dicts():
        one, other, kind = question["golden_id_l"], question["golden_id_r"], question["kind"]
        assert (one != other) == (kind in ("doubtful_pair", "possible_merge"))
        if one == other:
            found = diagnostics[one]
            weak = found["weakest_link"] < WEAK_LINK or found["size_surplus"] >= SURPLUS
            assert weak == (kind != "contradicting_values")
            assert (found["weakest_link"] < EVEN_ODDS) == (kind == "possible_split")
            assert kind != "contradicting_values" or found["contradiction_count"]


def test_the_id_of_a_question_is_made_of_the_names_of_its_records(queue: pl.DataFrame) -> None:
    columns = [f"{name}_{side}" for side in "lr" for name in ("channel", "source_record_id")]
    for question, channel_l, record_l, channel_r, record_r in queue.select(
        "question_id", *columns
    ).rows():
        assert question == question_id(f"{channel_l}:{record_l}", f"{channel_r}:{record_r}")


def test_a_customer_that_is_weak_or_contradicts_itself_is_asked_about(
    queue: pl.DataFrame, demo_home: Path
) -> None:
    doubtful = read(
        demo_home,
        "select golden_id from customer_diagnostics where contradiction_count > 0"
        f" or weakest_link < {WEAK_LINK} or size_surplus >= {SURPLUS}",
    )
    inside = queue.filter(pl.col("golden_id_l") == pl.col("golden_id_r"))
    assert set(inside["golden_id_l"]) == set(doubtful["golden_id"])


def test_what_is_at_stake_is_that_of_both_customers(queue: pl.DataFrame, demo_home: Path) -> None:
    profiles = {
        row["golden_id"]: row
        for row in read(demo_home, "select * from unified_profiles").to_dicts()
    }
    for question in queue.to_dicts():
        ids = sorted({question["golden_id_l"], question["golden_id_r"]})
        both = [profiles[golden_id] for golden_id in ids]
        assert question["interaction_count"] == sum(p["interaction_count"] for p in both)
        assert question["channels"] == sorted({c for p in both for c in p["channels"]})
        said = {x: [p[f"consent_{x}"] for p in both] for x in ("email", "sms", "push")}
        if len(both) == 2:
            assert (
                question["record_count_l"] + question["record_count_r"] == question["record_count"]
            )
            at_stake = [x for x, (a, b) in said.items() if a is not b]
            houses = [p["household_id"] for p in both]
            assert question["is_one_household"] == (houses[0] == houses[1] != None)  # noqa: E711
        else:
            at_stake = [x for x, (given,) in said.items() if given]
        assert set(at_stake) <= set(question["consents"])
        assert question["amount"] == sum(p["total_spend_reporting"] or 0 for p in both)
        assert question["currency"] == "USD"


@pytest.mark.parametrize(
    ("spent", "amount"),
    [
        ([("USD", 5, 1), ("USD", 7, 1)], (12, "USD")),
        ([("USD", 5, 1), (None, None, 0)], (5, "USD")),
        ([("USD", 5, 1), ("EUR", 7, 1)], (None, None)),
        ([("USD", 5, 1), (None, None, 2)], (None, None)),
    ],
)
def test_money_is_added_up_in_one_currency_only(
    spent: list[tuple[str | None, int | None, int]], amount: tuple[int | None, str | None]
) -> None:
    sides = (
        f"(select ${x}c::varchar as spend_currency, ${x}s::decimal(18,2) as total_spend, ${x}n as order_count,"
        f" 1 as record_count, 1 as interaction_count, ['web'] as channels) {x}"
        for x in "ab"
    )
    values = {
        f"{x}{key}": value
        for x, side in zip("ab", spent, strict=True)
        for key, value in zip("csn", side, strict=True)
    }
    rows = f"(select 'G1' as golden_id_l, 'G2' as golden_id_r) q, {', '.join(sides)}"
    stakes = f"select {stakes_sql((), None)} from {rows}"
    found = duckdb.execute(f"select amount, currency from ({stakes})", values).fetchall()
    assert found == [amount]


def test_an_answer_settles_what_is_asked_about_a_third_too(queue: pl.DataFrame) -> None:
    pairs = queue.select("golden_id_l", "golden_id_r").rows()
    beside: dict[str, set[str]] = {}
    for one, other in pairs:
        if one != other:
            beside.setdefault(one, set()).add(other)
            beside.setdefault(other, set()).add(one)
    expected = [len(beside[a] & beside[b]) if a != b else 0 for a, b in pairs]
    assert queue["settled_count"].to_list() == expected
    assert queue["pair_count"].min() >= 1  # type: ignore[operator]


def words_of(model: LinkageModel, sql: str, levels: dict[str, int]) -> list[str]:
    columns = ", ".join(f'{levels.get(c.name, -1)} as "level_{c.name}"' for c in model.comparisons)
    return list(duckdb.sql(f"select {sql} from (select {columns})").fetchall()[0][0])


def test_agreement_and_difference_are_said_in_words(demo_home: Path) -> None:
    models = Home(demo_home).models
    model = load_model(models / str(pinned_version(models)))
    last = {c.name: len(c.levels) - 1 for c in model.comparisons}
    levels = {"email": 0, "first_name": last["first_name"], "birth_date": last["birth_date"]}
    assert words_of(model, agreeing_sql(model), levels) == ["e-mail"]
    assert words_of(model, differing_sql(model), levels) == ["birth date", "first name"]
    assert word_for("street_in_city") == word_for("street") == "address"
    assert word_for("loyalty_id") == "loyalty id"


def test_a_run_of_an_earlier_version_asks_nothing_and_says_so() -> None:
    with DuckDBEngine() as engine:
        engine.run("attach ':memory:' as warehouse")
        with pytest.raises(UsageError, match="omni run"):
            list_questions(engine)


def test_an_export_says_of_a_question_nothing_that_is_the_others(queue: pl.DataFrame) -> None:
    between = queue.filter(pl.col("golden_id_l") != pl.col("golden_id_r")).head(1)
    first = between.row(0, named=True)
    own = (first["channel_l"], first["source_record_id_l"])
    shown = without_others("review_queue", between, {own}, [first["golden_id_l"]])
    told = json.dumps(shown.to_dicts(), default=str)
    for others in (first["golden_id_r"], first["source_record_id_r"], first["question_id"]):
        assert f'"{others}"' not in told
    assert shown["interaction_count"].to_list() == [None]
    assert shown["source_record_id_l"].to_list() == [own[1]]
