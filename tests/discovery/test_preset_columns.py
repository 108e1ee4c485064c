"""An export of a known vendor whose columns are named in another language is read whole."""

from __future__ import annotations

from pathlib import Path

from tests.discovery.test_arrangement import begun, write_csv

MEMBER = {
    **{
        "MEMBER_RATING": "2",
        "OPTIN_TIME": "2024-01-05 09:00:00",
        "OPTIN_IP": "",
        "CONFIRM_TIME": "",
    },
    **{
        "CONFIRM_IP": "",
        "LAST_CHANGED": "2024-02-05 09:00:00",
        "LEID": "7",
        "EUID": "a1",
        "TAGS": "",
    },
}


def test_columns_that_a_preset_knows_in_english_are_found_in_german(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    rows = [
        {
            "E-Mail-Adresse": f"ida{i}@postfach-linde.de",
            "Vorname": ("Anna", "Thomas", "Sabine")[i % 3],
            "Nachname": ("Müller", "Schmidt", "Weber")[i % 3],
            "Telefonnummer": f"0151 2345{i:02d}78",
            **MEMBER,
            "EUID": f"a{i}",
        }
        for i in range(20)
    ]
    write_csv(folder / "subscribed_email_audience_export_77aa.csv", rows, ",")
    feed = begun(folder)["by_name"]["mailchimp"]["contacts"]
    assert feed["preset"] == "mailchimp/audience"
    assert feed["mapping"] == {
        "email": "E-Mail-Adresse",
        "first_name": "Vorname",
        "last_name": "Nachname",
        "phone": "Telefonnummer",
    }


def test_a_refusal_that_a_preset_knows_under_another_name_is_one(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    rows = [
        {
            **{"CONTACT ID": i, "EMAIL": f"c{i}@correo-olmo.es", "FIRSTNAME": "Lucía"},
            **{"LASTNAME": "García", "SMS": f"3461122{i:04d}", "ADDED_TIME": "05-01-2024 09:00:00"},
            **{"SMS_BLACKLISTED": "No", "Correo dado de baja": "Sí" if i % 2 else "No"},
        }
        for i in range(20)
    ]
    write_csv(folder / "contactos.csv", rows)
    feed = begun(folder)["by_name"]["brevo"]["contacts"]
    assert feed["mapping"] == {"consent_email": {"from": "Correo dado de baja", "opt_out": True}}


def test_what_a_file_has_as_the_preset_says_stays_the_presets(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    rows = [
        {
            "Email Address": f"ida{i}@linden.org",
            "First Name": "Ida",
            "Last Name": "Linden",
            **MEMBER,
        }
        | {"EUID": f"a{i}", "Second e-mail": f"second{i}@linden.org"}
        for i in range(20)
    ]
    write_csv(folder / "subscribed_members_export_1.csv", rows, ",")
    assert "mapping" not in begun(folder)["by_name"]["mailchimp"]["contacts"]


def test_chats_say_that_ones_own_name_is_a_sender_too(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    lines = [
        f"01/06/24, 09:{i:02d} - {('Ida Linden', 'Olmo Shop')[i % 2]}: hello" for i in range(20)
    ]
    (folder / "WhatsApp Chat with a customer.txt").write_text("\n".join(lines), encoding="utf-8")
    text = begun(folder)["text"]
    assert "sender <> 'YOUR NAME'" in text
    assert "Ida" not in text
