"""A column's name says whether its yes is a no."""

from __future__ import annotations

import pytest

from omni_identity.channels.opt_out_columns import says_opt_out


@pytest.mark.parametrize(
    "column",
    [
        *("opt_out", "optout", "OptOut", "Email Opt Out", "Email Opt-Out Status", "optedOut"),
        *("HasOptedOutOfEmail", "hasoptedoutofemail", "HAS_OPTED_OUT", "Opt In/Out", "opt out?"),
        *("unsubscribed", "is_unsubscribed", "Unsubscribed from all email", "emailUnsubscribed"),
        *("EMAIL_BLACKLISTED", "blacklist", "sms-blocked", "isBlocked", "block", "blocklist"),
        *("do_not_email", "DoNotCall", "DONOTCONTACT", "Do Not Mail", "don't contact", "DNC"),
        *("no_marketing", "NoEmail", "NOMAIL", "email_no", "never_contact", "not_subscribed"),
        *("suppressed", "suppression_list", "on suppression", "hard_bounced", "bounces"),
        *("spam_complaint", "declined", "consent_withdrawn", "marketing.email.optOut", "email off"),
        *("abgemeldet", "Abmeldung", "abbestellt am", "Widerspruch", "Werbesperre", "gesperrt"),
        *("keine Werbung", "désabonné", "desabonne", "Désinscrit", "refus_email", "liste_noire"),
        *("opposition", "dado_de_baja", "baja", "desuscrito", "lista negra", "no_enviar"),
        *("disiscritto", "rifiutato", "non_contattare", "descadastrado", "não contatar"),
        *("uitgeschreven", "afgemeld", "niet_mailen", "wypisany", "sprzeciw", "nie_wysyłać"),
        *("Liste rouge", "Ne souhaite pas être contacté", "Réfractaire", "STOP PUB", "Werbestopp"),
        *("Ohne Werbung", "Recht van verzet", "Remoção", "Brak zgody", "Cofnięta zgoda"),
        *("donotbulkemail", "Werbewiderspruch", "No desea publicidad", "Non desidera contatti"),
        *("hs_email_optout", "et4ae5__HasOptedOutOfMobile__c", "Não deseja receber", "Bel-me-niet"),
        *("отписан", "Bloctel", "Robinsonliste", "e-mail_excluded", "marketing_exclusion"),
    ],
)
def test_a_name_that_says_no(column: str) -> None:
    assert says_opt_out(column)


@pytest.mark.parametrize(
    "column",
    [
        *("newsletter", "opt_in", "optin", "OptIn", "Opted In", "double_opt_in", "push_consent"),
        *("accepts_marketing", "AcceptsEmailMarketing", "sms_ok", "may_mail", "subscribed"),
        *("is_subscribed", "email_status", "subscription_status", "allow_email", "GDPR consent"),
        *("notifications", "do_notify", "DoNotify", "email_notifications", "Newsletter Yes/No"),
        *("newsletter (ja/nein)", "Opt in (Y/N)", "exclusive_offers", "offres exclusives"),
        *("Werbeeinwilligung", "Einwilligung", "abonné", "suscrito", "iscritto", "toestemming"),
        *("Marketing Emails Confirmed", "Alta newsletter", "Abonnement", "Zgoda na newsletter"),
        *("zgoda", "consentement", "permiso", "согласие", "Notiz", "e", "s", "20", "option_outlet"),
    ],
)
def test_a_name_that_says_nothing_of_the_kind(column: str) -> None:
    assert not says_opt_out(column)
