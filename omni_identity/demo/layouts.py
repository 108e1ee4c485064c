"""The files of each channel: suffix, columns, encoding, and how it writes time and deletion."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """How a channel's contact file looks; `address` names the columns that change together."""

    suffix: str
    record_id: str
    columns: tuple[str, ...]
    updated: str
    created: str | None = None
    deleted: str | None = None
    deleted_words: tuple[str, str] = ("true", "false")
    address: tuple[str, ...] = ()
    email: str | None = None
    time_format: str = "%Y-%m-%dT%H:%M:%SZ"
    timezone: str = "UTC"
    separator: str = ","
    encoding: str = "utf-8"


LAYOUTS = {
    "web": Layout(
        ".csv", "user_id",
        ("user_id", "given", "family", "mail", "second_mail", "mobile", "landline", "dob",
         "address_line", "town", "state", "zip", "country", "loyalty_no", "account_no", "ig_handle",
         "cookie_id", "newsletter", "newsletter_at", "created", "modified_at", "is_deleted"),
        updated="modified_at", created="created", deleted="is_deleted", email="mail",
        address=("address_line", "town", "state", "zip", "country"),
    ),
    "app": Layout(
        ".jsonl", "uid",
        ("uid", "display_name", "email", "msisdn", "birthday", "sex", "device", "account",
         "member_no", "push_consent", "push_consent_at", "registered_at", "updated_at", "deleted"),
        updated="updated_at", created="registered_at", deleted="deleted", email="email",
        time_format="%Y-%m-%dT%H:%M:%S+00:00",
    ),
    "till": Layout(
        ".csv", "receipt_customer",
        ("receipt_customer", "name", "phone", "email", "card_no", "zip", "store", "first_receipt",
         "last_change", "void"),
        updated="last_change", created="first_receipt", deleted="void", deleted_words=("Y", "N"),
        email="email", time_format="%m/%d/%Y %H:%M:%S", timezone="America/New_York",
    ),
    "support": Layout(
        ".csv", "contact_id",
        ("contact_id", "full_name", "email_address", "phone_number", "street", "city",
         "postal_code", "customer_no", "opened", "changed", "closed_account"),
        updated="changed", created="opened", deleted="closed_account", deleted_words=("1", "0"),
        address=("street", "city", "postal_code"), email="email_address",
        time_format="%d.%m.%Y %H:%M:%S", separator=";", encoding="cp1252",
    ),
    "email": Layout(
        ".csv.gz", "subscriber_id",
        ("subscriber_id", "email_address", "first_name", "last_name", "zip", "opt_in", "opt_in_at",
         "subscribed_at", "changed_at", "purged"),
        updated="changed_at", created="subscribed_at", deleted="purged",
        deleted_words=("yes", "no"), email="email_address", time_format="%Y-%m-%d %H:%M:%S",
    ),
    "loyalty": Layout(
        ".parquet", "rid",
        ("rid", "member_no", "first", "middle", "last", "suffix", "sex", "dob", "email", "phone",
         "street", "city", "region", "postcode", "sms_ok", "joined_on", "changed_at"),
        updated="changed_at", created="joined_on", email="email",
        address=("street", "city", "region", "postcode"),
    ),
    "whatsapp": Layout(
        ".jsonl", "contact_id", ("contact_id", "wa_phone", "push_name", "last_seen"),
        updated="last_seen",
    ),
    "instagram": Layout(
        ".jsonl", "profile_id",
        ("profile_id", "username", "display_name", "bio_email", "linked_phone", "refreshed_at"),
        updated="refreshed_at", email="bio_email",
    ),
}  # fmt: skip
STORES = [f"S{number:03d}" for number in range(1, 61)]
PRODUCTS = [f"P{number}" for number in range(10_000, 14_000)]
"""What carts and orders name, the best-selling first."""
