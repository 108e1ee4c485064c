"""What people type when they have nothing to say: the words and values that stand for "unknown"."""

from __future__ import annotations

PLACEHOLDER_WORDS = frozenset(
    [
        *("n/a", "na", "n.a.", "n.a", "none", "null", "nil", "nan", "unknown", "unbekannt"),
        *("desconocido", "inconnu", "not available", "not provided", "not given", "not known"),
        *("no name", "no_name", "noname", "anonymous", "anonym", "guest", "gast", "invitado"),
        *("customer", "kunde", "cliente", "client", "test", "tester", "testing", "dummy"),
        *("sample", "example", "tbd", "tba", "xxx", "xxxx", "xx", "-", "--", "---", ".", ".."),
        *("...", "?", "??", "???", "blank", "empty", "missing", "undefined", "(null)", "<null>"),
        *("#n/a", "#null!", "private", "withheld", "refused", "walk-in", "walkin", "walk in"),
        *("cash sale", "guest user", "guest customer", "guest checkout", "test test"),
        *("test user", "valued customer", "no email", "noemail", "no phone"),
    ]
)
"""Lower-case, trimmed words that stand for "unknown" in any text attribute."""
