"""Which mailboxes belong to a role or a family, and which to one person."""

from __future__ import annotations

import duckdb
import pytest

from omni_identity.standardise.role_mailboxes import role_mailbox_pattern

SHARED = [
    *("info", "info2", "info-uk", "sales", "office.sales", "no-reply", "donotreply", "reception"),
    *("kontakt", "vertrieb", "buero", "ventas", "contacto", "ufficio", "segreteria", "biuro"),
    *("faktury", "sklep", "klantenservice", "kantoor", "atendimento", "contato", "secretariat"),
    *("family", "smith.family", "lopezfamily", "familie.schmidt", "familie-jansen", "fam.jansen"),
    *("famille.durand", "familiagomez", "rodzina.nowak", "famiglia.rossi", "the.smiths"),
    *("the-smiths2", "thesmiths", "anna.und.peter", "john-and-mary", "anna&peter", "marie.et.luc"),
]
OWN = [
    *(
        "john.smith",
        "theresas",
        "thelmas",
        "theo",
        "theunis",
        "thea.roberts",
        "the.king",
        "jobs.steve",
    ),
    *(
        "info.marius.brandt",
        "office4anna",
        "famke.janssen",
        "fama",
        "post.emily",
        "salesman",
        "orderly",
    ),
    *("sandy", "andersen", "anna.andersen", "hello.kitty.fan", "marketa", "itziar", "contactlens"),
]


def is_shared(local: str) -> bool:
    found = duckdb.execute(
        "select regexp_matches($mail, $pattern)",
        {"mail": f"{local}@example.org", "pattern": role_mailbox_pattern()},
    ).fetchall()
    return bool(found[0][0])


@pytest.mark.parametrize("local", SHARED)
def test_a_mailbox_of_a_role_or_a_family_is_shared(local: str) -> None:
    assert is_shared(local)


@pytest.mark.parametrize("local", OWN)
def test_a_mailbox_of_a_person_is_their_own(local: str) -> None:
    assert not is_shared(local)


def test_what_a_domain_is_called_says_nothing() -> None:
    found = duckdb.execute(
        "select regexp_matches('anna@info.smithfamily.org', $pattern)",
        {"pattern": role_mailbox_pattern()},
    ).fetchall()
    assert found == [(False,)]
