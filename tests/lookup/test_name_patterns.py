"""What is typed finds a name however either is written: case, accents, spelt-out letters, apostrophes, scripts."""

from __future__ import annotations

import duckdb
import pytest

from omni_identity.lookup.name_patterns import code_pattern, word_pattern, words_of


def matches(pattern: str, text: str) -> bool:
    found = duckdb.execute(
        "select regexp_matches($text, $pattern)", {"text": text, "pattern": pattern}
    )
    return bool(found.fetchall()[0][0])


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("smith", "John Smith"),
        ("SMI", "John Smith"),
        ("müller", "Jürgen Müller"),
        ("muller", "Jürgen Müller"),
        ("mueller", "Jürgen Müller"),
        ("mu", "Jürgen Müller"),
        ("mue", "Jürgen Müller"),
        ("müller", "J. Mueller"),
        ("müller", "J. MULLER"),
        ("muller", "Mu\u0308ller, J."),
        ("mu\u0308ller", "Müller"),
        ("strauss", "Franz Strauß"),
        ("strauß", "FRANZ STRAUSS"),
        ("strauß", "FRANZ STRAUẞ"),
        ("jorgensen", "Søren Jørgensen"),
        ("joergensen", "Søren Jørgensen"),
        ("jørgensen", "Soren Joergensen"),
        ("aase", "Åse Dahl"),
        ("åse", "Aase Dahl"),
        ("lukasz", "Łukasz Żółć"),
        ("zolc", "Łukasz Żółć"),
        ("ibrahim", "İBRAHİM YILDIZ"),
        ("i̇brahim", "Ibrahim Yildiz"),
        ("yildiz", "İbrahim Yıldız"),
        ("nguyen", "Nguyễn Văn An"),
        ("obrien", "Siobhán O'Brien"),
        ("o'brien", "Siobhan O’Brien"),
        ("o’brien", "Siobhan OBrien"),
        ("angelo", "Beverly D'Angelo"),
        ("luc", "Jean-Luc Dupont"),
        ("berg", "Anna van der Berg"),
        ("thorsson", "Þór Þorsson"),
        ("σοφια", "Σοφία Παπαδοπούλου"),
        ("σοφία", "ΣΟΦΙΑ"),
        ("ё", "Ёлкина"),
        ("елкина", "Ёлкина"),
        ("王", "王小明"),
        ("김", "김철수"),
        ("हिन्दी", "हिन्दी शर्मा"),
        ("smith", "J.Smith"),
        ("\u200bsmith", "John Smith"),
        ("ｓｍｉｔｈ", "John Smith"),
    ],
)
def test_a_name_is_found(typed: str, name: str) -> None:
    words = words_of(typed)
    assert words
    assert all(matches(word_pattern(word), name) for word in words)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("mith", "John Smith"),
        ("joe", "John Smith"),
        ("sue", "Susan Smith"),
        ("mueller", "Jürgen Muller"),
        ("jon", "John Smith"),
        (".*", "John Smith"),
        ("[a-z]", "John Smith"),
        ("%", "John Smith"),
        ("_", "John Smith"),
        ("\\w", "John Smith"),
    ],
)
def test_another_name_is_not(typed: str, name: str) -> None:
    words = words_of(typed)
    assert not words or not all(matches(word_pattern(word), name) for word in words)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", []),
        (" -.' ", []),
        ("Smith, John SMITH", ["smith", "john"]),
        ("D-10115", ["10115"]),
        ("sw1a-1aa", ["sw1a", "1aa"]),
        ("a" * 3 + "\u200b" + "b", ["aaab"]),
        ("x'; drop table y; --", ["x", "drop", "table", "y"]),
    ],
)
def test_words_are_letters_and_digits(typed: str, words: list[str]) -> None:
    assert words_of(typed) == words


@pytest.mark.parametrize(
    ("name", "is_whole"),
    [("Ann Lee", True), ("Lee Ann", True), ("Anna Lee", False), ("O'Ann", True)],
)
def test_a_whole_word(name: str, is_whole: bool) -> None:
    assert matches(word_pattern("ann"), name)
    assert matches(word_pattern("ann", is_whole=True), name) == is_whole


@pytest.mark.parametrize(
    ("code", "postcode", "is_it"),
    [
        ("10115", "10115", True),
        ("101", "10115", True),
        ("10115", "10115-1234", True),
        ("101151234", "10115-1234", True),
        ("sw1a1aa", "SW1A 1AA", True),
        ("sw1a1aa", "SW1A1AA", True),
        ("1012ab", "1012 AB", True),
        ("0115", "10115", False),
        ("1012ac", "1012 AB", False),
    ],
)
def test_a_postcode(code: str, postcode: str, is_it: bool) -> None:
    assert matches(code_pattern(code), postcode) == is_it
