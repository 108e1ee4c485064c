"""Encoding guess: a wrong encoding is named, with the one in which the bytes read as words."""

from __future__ import annotations

import pytest

from omni_identity.channels.encoding_guess import (
    advise_encoding,
    guess_encoding,
    is_utf_8_after_all,
)

from .conftest import Read, ids, reasons


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        *(
            ("cp1252", t)
            for t in ("Müller", "1,José Núñez,x", "Größe;Straße", "François", "João", "Zoë")
        ),
        *(("cp1252", t) for t in ("Øystein Åse", "Seán Ó Briain", "MÜLLER", "Élodie", "10 €;Zoë")),
        *(
            ("cp1250", t)
            for t in ("Łukasz Żak", "Paweł Ściślik;Wrocław", "ŁÓDŹ", "Bożena Wiśniewska")
        ),
        *(("cp1251", t) for t in ("Иванов", "Сергей Петров;Москва")),
        *(("shift_jis", t) for t in ("鈴木一郎", "東京都", "たろう,スズキ")),
        *(("big5", t) for t in ("陳大文,臺北市",)),
        *(("koi8-r", t) for t in ("Иванов",)),
        *(("cp1254", t) for t in ("Şahin Yıldız",)),
    ],
)
def test_the_encoding_in_which_bytes_are_words(encoding: str, text: str) -> None:
    assert guess_encoding(text.encode(encoding)) == encoding


@pytest.mark.parametrize("data", [b"", b"plain", b"\x00\xff\x00"])
def test_no_encoding_makes_sense_of_it(data: bytes) -> None:
    assert advise_encoding("utf-8", data) == "not UTF-8: bytes that are no text in it"


def test_a_broken_row_names_the_encoding(contacts_of: Read) -> None:
    batch = contacts_of("id,name,mail\n1,Ann,\n2,Jürgen,\n".encode("cp1252"))
    assert ids(batch) == [(1, "1")]
    assert reasons(batch) == [(2, "undecodable_bytes")]
    assert batch.quarantined["detail"].to_list() == ["not UTF-8; try encoding: cp1252"]


def test_a_broken_document_names_the_encoding(contacts_of: Read) -> None:
    batch = contacts_of('[{"id": 1, "name": "Jürgen"}]'.encode("cp1252"), "a.json")
    assert batch.quarantined["detail"].to_list() == ["not UTF-8; try encoding: cp1252"]


def test_a_later_batch_names_it_too(contacts_of: Read) -> None:
    rows = "".join(f"{i},{'n' * 90},\n" for i in range(100_000)).encode()
    batch = contacts_of(b"id,name,mail\n" + rows + "x,Größe,\n".encode("cp1252"))
    assert batch.quarantined["detail"].to_list() == ["not UTF-8; try encoding: cp1252"]


@pytest.mark.parametrize(
    ("declared", "content", "expected"),
    [
        ("cp1252", "Müller".encode(), True),
        ("latin-1", "x" * 5000 + "é", True),
        ("cp1252", "Müller".encode("cp1252"), False),
        ("cp1252", b"plain", False),
        ("shift_jis", "鈴木一郎,東京都新宿区".encode(), True),
        ("shift_jis", "鈴木一郎,東京都".encode("shift_jis"), False),
        ("gb18030", "联通".encode("gb18030"), False),
        ("utf-8", "Müller".encode(), False),
        ("utf-16", "Müller".encode("utf-16"), False),
    ],
)
def test_utf_8_that_is_called_otherwise(
    declared: str, content: bytes | str, expected: bool
) -> None:
    data = content.encode() if isinstance(content, str) else content
    assert is_utf_8_after_all(declared, data) is expected
