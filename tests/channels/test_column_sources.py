"""Columns and constants: what omni.yaml may say where a column is asked for."""

from __future__ import annotations

import re

import pytest

from omni_identity.channels.column_sources import (
    Constant,
    column_names,
    describe_sources,
    id_sources,
    sources,
    time_sources,
)

BY_FILE = {"by_file": {"*unsubscribed*": "no", "*cleaned*": False, "*": True}}


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("landing/mail/unsubscribed_export_1.csv", "no"),
        ("landing/mail/Unsubscribed_Export_1.CSV", "no"),
        ("landing/unsubscribed/export_1.csv", "true"),  # of a glob without a slash the name counts
        ("cleaned_2024.csv", "false"),
        ("subscribed_export_1.csv", "true"),
    ],
)
def test_the_first_glob_that_fits_gives_the_word(path: str, word: str) -> None:
    (constant,) = sources(BY_FILE)
    assert constant.word_for(path) == word


def test_a_glob_with_a_slash_is_of_the_whole_path() -> None:
    (constant,) = sources({"by_file": {"*/stores/*": "till"}})
    assert constant.word_for("landing/stores/1.csv") == "till"
    assert constant.word_for("landing/web/stores.csv") is None


def test_a_word_that_yaml_takes_for_something_else_is_text() -> None:
    assert sources({"value": 1}) == (Constant(value="1"),)
    assert sources([{"value": True}, "id"]) == (Constant(value="true"), "id")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"value": ""}, "a constant must be a word, not nothing"),
        ({"value": ["a"]}, "a constant must be a word, not a list"),
        ({"valeu": "a"}, "unknown key 'valeu'"),
        ({"value": "a", "by_file": {"*": "b"}}, "{value: WORD} or {by_file: {GLOB: WORD}}"),
        ({"by_file": {}}, "by_file must give a word for each glob"),
        ({"by_file": "*"}, "by_file must give a word for each glob"),
        (7, "must be a column or a list of columns"),
        ([7], "must be text, not 7 (put it in quotes)"),
        ([], "must be a column or a list of columns"),
    ],
)
def test_what_is_neither_is_said(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        sources(value)


def test_no_constant_is_an_id_or_a_time() -> None:
    with pytest.raises(ValueError, match="the same ID for every row"):
        id_sources({"value": "1"})
    with pytest.raises(ValueError, match="one time for every row"):
        time_sources({"value": "2024-01-01"})
    assert id_sources([{"value": "shop"}, "id"]) == (Constant(value="shop"), "id")


def test_sources_are_described_as_they_are_written() -> None:
    found = sources(["given", {"value": "x"}, BY_FILE])
    assert describe_sources(found) == "given, the word 'x', a word by the file's name"
    assert describe_sources("given") == "given"
    assert column_names(found) == ("given",)
