"""Kinds of interactions that nobody mapped: how many there are, and the lines of omni.yaml that would map them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from omni_identity.channels.configuration import InteractionsFeed
from omni_identity.engines import Engine
from omni_identity.model.attributes import INTERACTION_KINDS

MOST_KINDS = 12
"""Kinds that are shown; what has many more of them is hardly a column of kinds."""
MOST_CHARACTERS = 40
"""Of a kind that is shown."""

MEANT = {
    "order": "purchase sale sold buy bought checkout transaction payment paid invoice receipt booking bestellung "
    "kauf commande achat pedido compra ordine acquisto zamowienie",
    "return": "refund returned retour reso devolucion ruecksendung rueckgabe chargeback",
    "cart": "basket add_to_cart cart_updated warenkorb panier carrito",
    "session": "visit page_view pageview view browse login besuch visite visita click app_open",
    "pickup": "collect collected collection click_and_collect abholung retrait recogida",
    "ticket_opened": "ticket case complaint issue request ticket_created case_opened reclamation beschwerde",
    "ticket_closed": "ticket_resolved case_closed resolved solved closed",
    "message": "chat chat_message dm sms whatsapp_message nachricht mensaje",
    "call": "phone_call telephone anruf appel llamada chiamata voice",
    "email_sent": "mail_sent newsletter_sent email mail newsletter",
    "email_opened": "mail_opened open opened email_open",
    "email_clicked": "mail_clicked clicked email_click",
}
"""Words of channels, by what they mean here."""
_NO_TEXT = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
"""Words that YAML takes for something else than text."""
_MEANING = {word: kind for kind, words in MEANT.items() for word in words.split()}


def known_kinds(feed: InteractionsFeed) -> set[str]:
    """Ours, and those that the feed's ``kinds`` keep as they are."""
    return {*INTERACTION_KINDS, *feed.kinds.values()}


def kind_counts(engine: Engine) -> dict[str, dict[str, int]]:
    """How many current interactions there are, by channel and kind, the most frequent first."""
    counts: dict[str, dict[str, int]] = {}
    found = engine.fetch(
        "select channel, kind, count(*) as n from derived.interactions"
        " group by channel, kind order by channel, n desc, kind"
    )
    for channel, kind, n in found.iter_rows():
        counts.setdefault(channel, {})[kind] = n
    return counts


def kinds_block(unknown: Mapping[str, int]) -> list[str]:
    """The lines to paste below ``interactions:``, with how many there are of each.

    What is guessed is a line of its own, what is not a comment. Words that do not look like kinds (an
    address, a number, a different one in almost every row) are counted and not quoted: the column may
    hold something else than kinds, and that may be personal.
    """
    words = {word: n for word, n in unknown.items() if _is_kind(word)}
    if len(words) > 3 and 2 * len(words) > sum(words.values()):
        words = {}
    lines = ["kinds:"] if words else []
    for word, n in list(words.items())[:MOST_KINDS]:
        shown, meant = _shown(word), guess(word)
        rows = f"{n:,} row{'' if n == 1 else 's'}"
        lines.append(f"  {shown}: {meant}  # {rows}" if meant else f"  # {shown}: ?  # {rows}")
    left = len(unknown) - min(len(words), MOST_KINDS)
    if left:
        lines.append(f"  # and {left:,} more that are not shown")
    return lines


def guess(word: str) -> str | None:
    """The kind of ours that a channel's word seems to mean, if any."""
    if word in _MEANING:
        return _MEANING[word]
    near = difflib.get_close_matches(word, [*INTERACTION_KINDS, *_MEANING], n=1, cutoff=0.8)
    return _MEANING.get(near[0], near[0]) if near else None


def _is_kind(word: str) -> bool:
    return len(word) <= MOST_CHARACTERS and "@" not in word and len(re.sub(r"\D", "", word)) < 5


def _shown(word: str) -> str:
    """A word as a YAML key, without control characters."""
    plain = "".join(c for c in word if c.isprintable())
    is_plain = re.fullmatch(r"[a-z][a-z0-9_]*", plain) and plain not in _NO_TEXT
    return plain if is_plain else "'{}'".format(plain.replace("'", "''"))
