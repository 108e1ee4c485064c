"""The words of shops, mailers and registers on consent, in several languages."""

from __future__ import annotations

import pytest

from .records import standardised

REFUSALS = [
    "gebounced",
    *(
        "unsubscribed",
        "UNSUBSCRIBED",
        "unsubscribed (bounced)",
        "NEVER_SUBSCRIBED",
        "not_subscribed",
    ),
    *("Non-subscribed", "nonsubscriber", "NotSubscribed", "cleaned", "Bounced", "HardBounced"),
    *("hard bounce", "SPAM_COMPLAINT", "Complained", "IspComplained", "blocked", "MailBlocked"),
    *("suppressed", "Do Not Email", "do_not_contact", "Don't call", "DoNotMail", "Opted out"),
    *("opted-out via SMS STOP", "revoked", "Consent withdrawn", "archived", "deleted", "redacted"),
    *("invalid", "No consent", "no marketing", "not interested", "No thanks!", "not allowed"),
    *("blacklisted", "blocklisted", "Global Unsubscribe", "removed", "Inactive", "declined"),
    *("NotAllowed", "Undeliverable", "stop", "held", "active - no consent", "✗", "deceased"),
    *("Nein danke", "Kein Interesse", "keine Werbung", "widerrufen", "abgemeldet", "Abbestellt"),
    *("gesperrt", "nicht einverstanden", "nicht erwünscht", "gelöscht", "Ungueltig", "abgelehnt"),
    *("désinscrit", "Désabonnée", "ne pas contacter", "Ne souhaite plus être contacté", "refusé"),
    *("Non merci", "opposition", "pas intéressé", "bloqué", "Non inscrit"),
    *("baja", "dado de baja", "no desea", "No, gracias", "rechazado", "no quiere publicidad"),
    *("no autoriza", "denegado", "cancelado", "disiscritto", "rifiutato", "revocato"),
    *("non desidera", "No grazie", "nessun consenso", "non interessato", "cancellato"),
    *("uitgeschreven", "afgemeld", "geen interesse", "Nee bedankt", "geen mail", "niet bellen"),
    *("geweigerd", "descadastrado", "não deseja", "não obrigado", "sem interesse", "não autorizo"),
    *("wypisany", "Rezygnacja", "zrezygnował", "brak zgody", "nie wyraża zgody", "odmowa"),
    *("Nie, dziękuję", "sprzeciw", "отписан", "отказ", "NÃO", "Nee", "Faux", "fałsz", "0.0"),
]
CONSENTS = [
    *("Yes please", "Ja, gerne", "Ja graag", "Sí, por favor"),
    *("subscribed", "SUBSCRIBED", "Opted In", "OptedIn", "opted_in", "Active", "confirmed"),
    *("granted", "Double Opt-In", "1.0", "X", "✓", "☑", "allow", "authorised", "Sim", "vrai"),
    *("zugestimmt", "Einverstanden", "bestätigt", "Abonné", "inscrite", "d'accord", "suscrita"),
    *("acepto", "iscritto", "accettato", "akkoord", "aangemeld", "aceito", "zapisana", "zgoda"),
]
UNCLEAR = [
    *("-1", "-1.0"),
    *(
        "pending",
        "not confirmed",
        "unconfirmed",
        "awaiting confirmation",
        "PendingOptIn",
        "unknown",
    ),
    *("not unsubscribed", "never bounced", "kein Widerspruch", "Soft bounce", "SoftBounced"),
    *("yes, but not by phone", "Opt In/Out", "transactional", "temp hold", "in Prüfung", "offen"),
    *("en attente", "pendiente", "in attesa", "oczekuje", "yes unsubscribed", "☒", "vielleicht"),
]


@pytest.mark.parametrize("word", REFUSALS)
def test_refusals(word: str) -> None:
    out = standardised(consent_email=word)
    assert (out["consent_email"], out["invalid"]) == (False, [])


@pytest.mark.parametrize("word", CONSENTS)
def test_consents(word: str) -> None:
    out = standardised(consent_email=word)
    assert (out["consent_email"], out["invalid"]) == (True, [])


@pytest.mark.parametrize("word", UNCLEAR)
def test_what_says_neither_is_counted_as_not_understood(word: str) -> None:
    out = standardised(consent_email=word)
    assert (out["consent_email"], out["invalid"]) == (None, ["consent_email"])


@pytest.mark.parametrize(
    ("word", "consent"),
    [
        *(("unsubscribed (bounced)", False), ("Do Not Allow", False), ("blacklisted", False)),
        *(("Sim", False), ("Prawda", False), ("vero", False), ("✓", False), ("1.0", False)),
        *(("Não", True), ("Fałsz", True), ("Faux", True), ("0.0", True), ("☐", True)),
        *(("not blacklisted", None), ("Allow", None), ("zgoda", None), ("no email", None)),
        *(("Mar 1, 2024", False), ("1709280000", False), ("45352", False), ("20240301", False)),
        *(("Thu Mar 14 15:09:26 +0000 2024", False), ("0000-00-00 00:00:00", None), ("2", None)),
        *(("désinscrit", False), ("baja", False), ("wypisany", False), ("soft bounce", None)),
    ],
)
def test_in_an_opt_out_only_plain_words_are_turned_round(word: str, consent: bool | None) -> None:
    out = standardised({"opt_outs": frozenset(["consent_email"])}, consent_email=word)
    assert out["consent_email"] is consent


@pytest.mark.parametrize(
    ("word", "consent"),
    [
        *(("A", True), ("a", True), ("2.0", True), ("B", False), ("-", False)),
        *(("no", False), ("unsubscribed", False), ("yes", None), ("C", None), ("n/a", None)),
    ],
)
def test_a_columns_own_words_decide_and_beside_them_no_other_word_is_a_yes(
    word: str, consent: bool | None
) -> None:
    own = {"a": True, "2": True, "b": False, "-": False}
    out = standardised({"consent_words": {"consent_email": own}}, consent_email=word)
    assert out["consent_email"] is consent


def test_words_that_only_refuse_leave_the_others_as_they_are() -> None:
    rules = {"consent_words": {"consent_email": {"ok": False}}}
    found = [standardised(rules, consent_email=word)["consent_email"] for word in ("ok", "yes")]
    assert found == [False, True]


def test_own_words_of_an_opt_out_mean_what_they_say() -> None:
    rules = {
        "opt_outs": frozenset(["consent_email"]),
        "consent_words": {"consent_email": {"e": True}},
    }
    words = ("e", "yes", "no")
    assert [standardised(rules, consent_email=w)["consent_email"] for w in words] == [
        True,
        False,
        None,
    ]
