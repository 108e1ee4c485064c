"""Presets in omni.yaml: what a feed gets from one, what it keeps of its own, and what is said of mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from omni_identity.channels.configuration import (
    Configuration,
    load_configuration,
    parse_configuration,
)
from omni_identity.channels.deliveries import find_deliveries
from omni_identity.channels.feed_checks import check_columns
from omni_identity.channels.intake import fingerprint_feed
from omni_identity.channels.presets.preset_files import presets
from omni_identity.channels.presets.resolution import resolve_presets
from omni_identity.channels.readers import read_contacts
from omni_identity.channels.yaml_lines import LinedData
from omni_identity.model.errors import ConfigurationError

HEADER = "Customer ID,First Name,Last Name,Email,Phone,Zip,Accepts Marketing\n"
ROW = "'7210,Ada,Orme,ada@example.com,'+15125550143,'02207,yes\n"


def configure(kind: str = "contacts", **feed: Any) -> Configuration:
    feed = {"files": "landing/*.csv", **feed}
    return parse_configuration({"version": 1, "channels": [{"name": "shop", kind: feed}]})


def resolved(under: str, **feed: Any) -> dict[str, Any]:
    lined = LinedData({"channels": [{"name": "shop", under: feed}]})
    settings: dict[str, Any] = resolve_presets(lined).lined.data["channels"][0][under]
    return settings


def test_a_feed_gets_the_keys_of_its_preset() -> None:
    feed = configure(preset="shopify/customers").channel("shop").contacts
    assert feed is not None
    assert feed.record_id == ("Customer ID",)
    assert feed.mapping["phone"] == ("Phone", "Default Address Phone")
    assert "Phone" in feed.optional
    assert "Customer ID" not in feed.optional
    assert "Email" not in feed.optional


def test_a_key_of_the_feed_stands_and_a_mapping_is_merged_by_attribute() -> None:
    mapping = {"phone": "Mobile", "loyalty_id": "Card", "city": None}
    feed = configure(preset="shopify/customers", record_id="Key", mapping=mapping)
    contacts = feed.channel("shop").contacts
    assert contacts is not None
    assert contacts.record_id == ("Key",)
    assert contacts.mapping["phone"] == ("Mobile",)
    assert contacts.mapping["loyalty_id"] == ("Card",)
    assert contacts.mapping["first_name"] == ("First Name",)
    assert "city" not in contacts.mapping
    # what the feed itself names must be there; what is no more named needs no other name
    assert not {"Mobile", "Card", "Key"} & set(contacts.optional)
    assert "Default Address City" not in contacts.other_names


def test_a_key_set_to_null_is_dropped() -> None:
    settings = resolved("interactions", preset="shopify/orders", lines=None, kind="Type")
    assert "lines" not in settings
    assert "one_per" in settings
    assert settings["kind"] == "Type"
    assert "Lineitem sku" not in settings["optional"]


def test_kinds_and_other_names_are_merged_by_entry() -> None:
    names = {"Default Address Zip": ["Postal"], "Phone": ["Tel"]}
    settings = resolved("contacts", preset="shopify/customers", other_names=names)
    assert settings["other_names"]["Default Address Zip"] == ["Postal"]
    assert settings["other_names"]["Phone"] == ["Tel"]
    assert settings["other_names"]["Default Address City"] == ("City",)


def test_what_is_read_does_not_change_while_it_is_resolved() -> None:
    data = {"channels": [{"name": "shop", "contacts": {"preset": "shopify/customers"}}]}
    resolve_presets(LinedData(data))
    assert data["channels"][0]["contacts"] == {"preset": "shopify/customers"}


@pytest.mark.parametrize(
    ("kind", "preset", "says"),
    [
        ("contacts", "shopify/custmers", "For contacts there is shopify/customers"),
        ("contacts", "shopify", "For contacts there is shopify/customers"),
        ("contacts", "shopfy/customers", "Did you mean 'shopify/customers'?"),
        ("contacts", "Shopify/Customers", "shopify/customers"),
        ("contacts", "qqq/www", "docs/bring-your-own.md"),
        ("contacts", "", "docs/bring-your-own.md"),
        ("contacts", 7, "must be the name of a preset"),
        ("contacts", ["shopify/customers"], "must be the name of a preset"),
        ("contacts", "shopify/orders", "is a preset for interactions, not for contacts; for"),
        ("interactions", "shopify/customers", "is a preset for contacts, not for interactions"),
    ],
)
def test_an_unknown_preset_names_the_nearest(kind: str, preset: Any, says: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        configure(kind, preset=preset)
    message = str(error.value)
    assert says in message
    assert f"channels[0].{kind}.preset" in message
    assert "missing key" not in message


def test_a_mistake_in_what_a_preset_brings_is_told_where_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "omni.yaml"
    path.write_text(
        "version: 1\nchannels:\n  - name: shop\n    contacts:\n      files: a.csv\n"
        "      preset: shopify/customers\n      mapping:\n        phon: Phone\n"
    )
    with pytest.raises(ConfigurationError, match=r"line 8, .*mapping.phon: unknown attribute"):
        load_configuration(path)
    path.write_text(path.read_text().replace("phon: Phone", "phone: Phone"))
    configuration = load_configuration(path)
    place = configuration.place(("channels", 0, "contacts", "mapping", "email"))
    assert place == "omni.yaml line 6, channels[0].contacts.mapping.email"


def test_the_fingerprint_follows_what_a_preset_says_not_its_name() -> None:
    by_preset = configure(preset="shopify/customers").channel("shop")
    assert by_preset.contacts is not None
    plain = by_preset.contacts.model_dump(
        exclude={"preset", "opt_out", "consent_words"}, exclude_none=True
    )
    by_hand = configure(**plain).channel("shop")
    other = configure(preset="shopify/customers", mapping={"city": None}).channel("shop")
    assert fingerprint_feed(by_hand, "contacts") == fingerprint_feed(by_preset, "contacts")
    assert fingerprint_feed(other, "contacts") != fingerprint_feed(by_preset, "contacts")


def test_optional_columns_and_columns_under_other_names(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "a.csv").write_text(HEADER + ROW)
    configuration = configure(preset="shopify/customers")
    check_columns(configuration, tmp_path)
    (delivery,) = find_deliveries(configuration, tmp_path)
    (batch,) = read_contacts(delivery, configuration.channel("shop"), configuration.vocabulary)
    (row,) = batch.accepted.to_dicts()
    assert row["postcode"] == "'02207"
    assert row["consent_email"] == "yes"
    assert row["city"] is None
    assert row["phone"] == ["'+15125550143"]


def test_a_renamed_column_names_the_preset_the_column_and_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "a.csv").write_text(
        HEADER.replace("Email", "E-Mail").replace("Customer ID", "Customer Key") + ROW
    )
    with pytest.raises(ConfigurationError) as error:
        check_columns(configure(preset="shopify/customers"), tmp_path)
    first, second = str(error.value).splitlines()
    assert "column 'Customer ID' is not in landing/a.csv. Did you mean 'Customer Key'?" in first
    assert "preset shopify/customers calls it" in first
    assert "write `record_id: NEW NAME` in this feed" in first
    assert "write `mapping: {email: NEW NAME}` in this feed" in second
    mended = configure(
        preset="shopify/customers", record_id="Customer Key", mapping={"email": "E-Mail"}
    )
    check_columns(mended, tmp_path)


def test_a_column_that_the_feed_itself_names_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "a.csv").write_text(HEADER + ROW)
    with pytest.raises(ConfigurationError, match="column 'Cell' is not in") as error:
        check_columns(configure(preset="shopify/customers", mapping={"phone": "Cell"}), tmp_path)
    assert "preset" not in str(error.value).partition("Cell")[2]


def test_every_preset_says_whose_file_it_is_and_how_to_recognise_it() -> None:
    for preset in presets():
        assert preset.documentation[0].startswith("https://"), preset.name
        assert preset.recognised_by or preset.recognised_line, preset.name
        assert not set(preset.required) - set(preset.columns), preset.name
        telling = {column for either in preset.recognised_by for column in either}
        assert not set(preset.other_names) - {*preset.columns, *telling}, preset.name


def test_the_vendors_that_are_promised_have_presets() -> None:
    assert {
        *("shopify/customers", "shopify/orders", "woocommerce/customers", "woocommerce/orders"),
        *("magento/customers", "magento/orders", "bigcommerce/customers", "bigcommerce/orders"),
        *("square/customers", "square/transactions", "lightspeed/customers", "lightspeed/sales"),
        *("clover/customers", "toast/guests", "stripe/customers", "stripe/charges"),
        *("salesforce/contacts", "salesforce/leads", "hubspot/contacts", "zendesk/users"),
        *("zendesk/tickets", "freshdesk/contacts", "freshdesk/tickets", "intercom/users"),
        *("intercom/conversations", "mailchimp/audience", "klaviyo/profiles", "brevo/contacts"),
        *("google/contacts", "outlook/contacts", "ga4/events", "whatsapp_cloud/contacts"),
        *("whatsapp_cloud/messages", "messenger/messages", "whatsapp_chat/messages"),
    } <= {preset.name for preset in presets()}
