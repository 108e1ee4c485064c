"""What people type when they have nothing to say: the words and values that stand for "unknown"."""

from __future__ import annotations

from datetime import date

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
        *("test user", "valued customer", "no email", "noemail", "no phone", "nophone"),
        *("n\\a", "none given", "not applicable", "nicht bekannt", "keine angabe", "k.a.", "k. a."),
        *("sin nombre", "no aplica", "brak", "nieznany", "gość", "гость", "неизвестно", "нет"),
        *("test customer", "test account", "testkunde", "laufkunde", "anonymous user", "(none)"),
        *("(unknown)", "<unknown>", "[unknown]", "[null]", "asdf", "asdfasdf", "qwerty", "foo bar"),
        *("*", "**", "***", "_", "__", "/", "//", "x x", "unspecified", "do not use", "deleted"),
        *("first name", "last name", "firstname", "lastname", "full name", "your name"),
        *(
            "(not set)",
            "(notset)",
            "not set",
            "(not provided)",
            "(data deleted)",
            "(blank)",
            "(empty)",
        ),
        *("[object object]", "[object undefined]", "[object null]", "object object", "[undefined]"),
        *("(undefined)", "#ref!", "#value!", "#name?", "#num!", "#div/0!", "{}", "[]", "()", '""'),
        *("[erased]", "no address", "no data", "no last name", "no first name", "lnu", "fnu"),
        *("\\n", "null null", "none none", "nan nan", "undefined undefined", "unknown unknown"),
        *("unset", "not found", "not defined", "not specified", "first last", "fname lname"),
        *("nicht vorhanden", "nicht angegeben", "kein name", "sans nom", "non renseigné"),
        *("desconocida", "sin datos", "no consta", "sconosciuto", "sconosciuta", "senza nome"),
        *("non disponibile", "onbekend", "niet bekend", "zonder naam", "n.v.t.", "nvt"),
        *("desconhecido", "desconhecida", "sem nome", "não informado", "nao informado"),
        *("nieznana", "nie podano", "brak danych", "bez nazwy"),
    ]
)
"""Lower-case, trimmed words that stand for "unknown" in any text attribute."""

UNFILLED = (
    r"^(?:\{\{.*\}\}|\$\{.*\}|%%.+%%|%[A-Za-z_]+%|\*\|.*\|\*|<%.*%>|\{%.*%\}|\[\[.*\]\]|"
    r"\{[A-Za-z_. ]+\}|@@[A-Za-z_]+@@)$"
)
"""Fields of templates that nothing was put into: ``{{first_name}}``, ``*|FNAME|*``, ``%%ID%%``."""

NO_IDENTIFIERS = frozenset(
    [
        *("true", "false", "error", "hidden", "redacted", "infinity", "nonetype", "void", "void 0"),
        *("no id", "noid", "id", "see notes", "anonymoususer", "anonymous user", "not a number"),
        *("undefined-undefined", "null-null", "undefined_undefined", "null_null", "x", "n", "-1"),
        *("1/0/1900", "0/0/1900", "1/1/1900", "01/01/1900", "00/01/1900", "00.01.1900"),
        *("1900-01-00", "1900-01-01", "1899-12-30", "1899-12-31", "30.12.1899", "31.12.1899"),
    ]
)
"""Lower-case texts that are no code, device or handle of anybody's, though they may be names or numbers."""
AROUND_WORDS = "<>[](){}«»‹›\"'“”„#!_$%*"
"""What programs write around their words for nothing: ``<unset>``, ``__null__``, ``#ERROR!``."""

GIVEN_NAME_WORDS = frozenset(["na", "nil", "nan"])
"""Placeholder words that are given names too: beside a real last name they are kept."""

LAST_NAME_WORDS = frozenset(
    [
        *("na", "nil", "nan", "null", "none", "blank", "dummy", "guest", "gast", "kunde", "test"),
        *("tester", "sample", "client", "private", "brak"),
    ]
)
"""Placeholder words that are last names too: beside a real given name they are kept."""

PLACEHOLDER_EMAIL_DOMAINS = frozenset(
    [
        *("none.com", "noemail.com", "noemail.net", "noemail.org", "nomail.com", "no-email.com"),
        *("no.com", "na.com", "noreply.com", "donotreply.com", "nowhere.com", "unknown.com"),
    ]
)
"""Domains that say themselves that there is no e-mail: so does every address at them."""

FICTITIOUS_EMAIL_DOMAINS = frozenset(
    [
        *("example.com", "example.org", "example.net", "example.de", "example.es", "example.fr"),
        *("beispiel.de", "ejemplo.com", "exemple.com", "esempio.com", "test.com", "test.de"),
        *("fake.com", "dummy.com"),
    ]
)
"""Domains at which nobody has a mailbox. Data that was masked, migrated or made up holds persons' addresses at them,
which tell people apart; only what stands before the @ can say that there is none."""

NOT_DELIVERABLE = (
    r"@(?:[^@]+[.])?(?:example|invalid|test|localhost|"
    + "|".join(sorted(domain.replace(".", "[.]") for domain in FICTITIOUS_EMAIL_DOMAINS))
    + ")$"
)
"""Lower-case addresses at fictitious domains and those that no mail reaches by RFC 2606."""

PLACEHOLDER_EMAIL_LOCALS = frozenset(
    [
        *("test", "tester", "testing", "none", "null", "na", "n/a", "nil", "unknown", "unbekannt"),
        *("noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "noemail"),
        *("no-email", "no_email", "no.email", "nomail", "no-mail", "no.mail", "notprovided"),
        *("notavailable", "keineemail", "keine", "sinemail", "sincorreo", "brak", "anonymous"),
        *("dummy", "asdf", "qwerty", "guest", "fake", "noone", "nobody", "x", "xx", "xxx", "xxxx"),
        *("example", "sample", "customer", "noname", "undefined", "no", "kein", "keinemail"),
        *("keinemailadresse", "ninguno", "ninguna", "nohay", "notengo", "noaplica", "pasdemail"),
        *("pasdadresse", "sansmail", "nessuno", "nessuna", "geenmail", "geenemail", "geen"),
        *("semmail", "sememail", "changeme", "deleted", "removed", "redacted", "anon", "notgiven"),
    ]
)
"""Local parts that stand for "no e-mail" at any domain."""

IMPERSONAL_EMAIL_LOCALS = frozenset(
    [
        *(
            "user",
            "username",
            "email",
            "e-mail",
            "mail",
            "name",
            "me",
            "you",
            "someone",
            "somebody",
        ),
        *(
            "info",
            "admin",
            "contact",
            "office",
            "hello",
            "support",
            "sales",
            "demo",
            "temp",
            "default",
        ),
        *("person", "client", "kunde", "cliente", "foo", "bar", "foobar", "foo.bar", "abc", "abcd"),
        *("yourname", "your.name", "youremail", "your.email", "firstname", "firstname.lastname"),
        *("first.last", "vorname.nachname", "nombre.apellido", "prenom.nom", "nome.cognome"),
        *("john.doe", "johndoe", "jane.doe", "janedoe", "max.mustermann", "erika.mustermann"),
    ]
)
"""Local parts that stand for "no e-mail" at a fictitious domain, where no role has a mailbox either."""

PLACEHOLDER_PHONE_DIGITS = frozenset(
    [
        *("1234567890", "0123456789", "123456789", "12345678", "1234567", "0987654321"),
        *("9876543210", "11234567890", "12345678900", "12345678910"),
    ]
)
"""Digits that stand for "no phone", beside any digit repeated throughout."""

PLACEHOLDER_DATES = frozenset(
    [
        *(date(1900, 1, 1), date(1901, 1, 1), date(1970, 1, 1), date(1111, 11, 11)),
        *(date(1, 1, 1), date(1000, 1, 1), date(1753, 1, 1), date(1800, 1, 1), date(1899, 12, 30)),
        *(date(1899, 12, 31), date(9999, 12, 31), date(9999, 9, 9), date(2099, 12, 31)),
    ]
)
"""Birth dates that systems write when they have none (their epochs and limits)."""

PLACEHOLDER_POSTCODES = frozenset(["99999", "999999", "XXXXX", "XXXX"])
"""Postcodes that stand for "unknown", beside zeros only."""
