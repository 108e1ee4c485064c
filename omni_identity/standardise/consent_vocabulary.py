"""The words of shops, mailers and registers on consent, in nine languages: what gives it and what refuses it.

What gives consent is a list: a word that is not on it is no yes. What refuses it is a list of stems, since a
refusal that is not understood lets somebody be written to who asked not to be.
"""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.script import comparison_key

_SYMBOLS = {
    **dict.fromkeys("✓✔☑✅", " yes "),
    **dict.fromkeys("✗✘❌☐", " no "),
    "☒": " ticked or crossed ",  # forms mean either by it
}
_CAMEL = r"([a-z])([A-Z])"
_WHOLE_NUMBER = r"^([0-9]+)\.0+$"
_NEGATIVE = r"^[\-−–]\s*([0-9])"
"""``-1`` is no 1: databases write it for true, and warehouses for unknown."""

_PLAIN_YES = frozenset(
    [
        *("yes", "y", "true", "t", "1", "on", "checked", "x", "enabled", "active"),
        *("ja", "j", "wahr", "oui", "o", "vrai", "si", "s", "verdadero", "vero", "waar"),
        *("sim", "verdadeiro", "tak", "prawda", "da"),
    ]
)
"""Words that agree with whatever is asked."""
_PLAIN_NO = frozenset(
    [
        *(
            "no",
            "n",
            "false",
            "f",
            "0",
            "off",
            "unchecked",
            "nein",
            "falsch",
            "non",
            "faux",
            "falso",
        ),
        *("nee", "onwaar", "nao", "nie", "falsz", "net"),
    ]
)
"""Words that deny whatever is asked."""

_YES = _PLAIN_YES | frozenset(
    [
        *(
            "yes please",
            "ja bitte",
            "ja gerne",
            "ja gern",
            "ja graag",
            "oui volontiers",
            "si gracias",
        ),
        *("si por favor", "sim por favor", "si grazie", "tak prosze"),
        *("ok", "okay", "in", "opt in", "optin", "opted in", "optedin", "double opt in", "doi"),
        *("single opt in", "double optin", "confirmed opt in", "subscribed", "subscribe"),
        *("subscriber", "granted", "grant", "given", "accepted", "accept", "accepts", "agreed"),
        *("agree", "agrees", "allowed", "allow", "allows", "consented", "consent", "consents"),
        *("consent given", "consent granted", "explicit consent", "express consent", "confirmed"),
        *("approved", "permitted", "permission granted", "authorized", "authorised"),
        *("abonniert", "angemeldet", "zugestimmt", "stimmt zu", "einverstanden", "erteilt"),
        *("bestatigt", "bestaetigt", "aktiv", "eingewilligt", "zustimmung erteilt", "erlaubt"),
        *("einwilligung erteilt", "gewunscht", "gewuenscht", "erwunscht", "erwuenscht"),
        *("abonne", "abonnee", "inscrit", "inscrite", "accepte", "acceptee", "confirme"),
        *(
            "confirmee",
            "accorde",
            "accord",
            "daccord",
            "actif",
            "autorise",
            "autorisee",
            "consenti",
        ),
        *("suscrito", "suscrita", "acepta", "acepto", "aceptado", "aceptada", "confirmado"),
        *("confirmada", "activo", "activa", "autorizado", "autoriza", "concedido", "de acuerdo"),
        *("permitido", "alta", "inscrito", "inscrita"),
        *("iscritto", "iscritta", "accetto", "accetta", "accettato", "confermato", "confermata"),
        *("attivo", "attiva", "autorizzato", "concesso", "acconsento", "acconsente"),
        *("ingeschreven", "aangemeld", "akkoord", "toegestaan", "bevestigd", "actief"),
        *("geabonneerd", "toestemming gegeven", "aceito", "aceite", "aceitou", "ativo", "ativa"),
        *("assinante", "concordo", "concorda", "autorizo"),
        *("zapisany", "zapisana", "zgoda", "zgoda udzielona", "wyrazam zgode", "wyraza zgode"),
        *("potwierdzony", "potwierdzona", "aktywny", "aktywna", "subskrybent", "akceptuje"),
        *("zaakceptowano", "podpisan", "podpisana", "soglasen", "soglasna"),
    ]
)
_NO = _PLAIN_NO | frozenset(
    [
        *(
            "out",
            "none",
            "never",
            "not given",
            "held",
            "geen",
            "niet",
            "nada",
            "ninguno",
            "nessuno",
        ),
        *("not interested", "stop", "no permissions set"),
    ]
)

_DECISIVE = (
    # English
    *("unsub", "opt(?:ed|ing|s)? ?out", "withdr[ae]w", "revo[kc]", "(?:hard ?)?bounc", "complain"),
    *("spam", "abuse", "suppress", "(?:black|block|deny) ?list", "block(?:ed|s)?\\b", "banned\\b"),
    *("cleaned\\b", "undeliver", "redact", "erased\\b", "deleted?\\b", "removed\\b", "archived\\b"),
    *("invalid", "dn[cdem]\\b", "deceased\\b", "non ?subscri", "not ?subscri", "never ?subscri"),
    *("do ?not\\b", "dont\\b", "don t\\b", "stop(?:ped)?\\b", "unregister", "excluded\\b"),
    # German
    *("abgemeldet", "abmeld", "abbestell", "widerruf", "widerspr", "gesperrt", "sperr", "robinson"),
    *("ausgetragen", "austrag", "gekundigt", "gekuendigt", "gelo(?:e)?scht", "ungu(?:e)?ltig"),
    *("unzustell", "zuru(?:e)?ckgezogen", "blockiert", "unerwu(?:e)?nscht", "archiviert"),
    # French
    *("desabonn", "desinscri", "oppos", "retire", "retrait", "resili", "bloqu", "bloctel"),
    *("supprim", "liste noire", "plainte", "revoqu"),
    # Spanish and Portuguese
    *("bajas?\\b", "desuscri", "retirad", "lista negra", "revocad", "rebot", "queja", "eliminad"),
    *("borrad", "anulad", "archivad", "descadastr", "desinscr", "revogad", "removid", "excluid"),
    *("devolvid", "arquivad"),
    # Italian
    *("disiscri", "cancellat", "revocat", "ritirat", "bloccat", "annullat", "disdett", "disdic"),
    *("lista nera", "eliminat", "archiviat", "escluso", "esclusa"),
    # Dutch
    *(
        "uitgeschre",
        "uitschrij",
        "gebounc",
        "afgemeld",
        "afmeld",
        "opgezegd",
        "ingetrokken",
        "geblok",
    ),
    *("bezwaar", "verwijderd", "ongeldig", "onbestelbaar", "gestopt", "gearchiveerd"),
    # Polish and Russian
    *("wypis", "z?rezygn", "sprzeciw", "cofni", "wycof", "zablok", "usunie", "odsubskr"),
    *("zarchiw", "otpisa", "zapre", "udalen"),
)
"""How the words begin that refuse by themselves, whatever the column they stand in is called."""
_REFUSALS = (
    *("declin", "reject", "refus", "denied\\b", "deny", "denies", "object(?:s|ed|ion)", "withheld"),
    *("disallow", "disagree", "forbid", "prohibit", "inactiv", "deactiv", "disabl", "cancel"),
    *("terminat", "expired", "lapsed", "muted?\\b", "abgelehnt", "ablehn", "verweiger", "verboten"),
    *("ausgeschlossen", "inaktiv", "deaktiv", "desactiv", "inactif", "rejet", "annul"),
    *("rechaz", "denegad", "recus", "rejeitad", "negad", "inativ", "rifiut", "negat", "inattiv"),
    *("geweigerd", "weiger", "afgewezen", "inactief", "odmow", "odmaw", "odrzuc", "nieaktywn"),
    *("niewazn", "anulowan", "wygas", "otkaz"),
)
"""How other words begin that refuse a consent, but in a column of refusals might mean the contrary."""
_NEGATIONS = (
    *("no", "not", "non", "never", "without", "nein", "kein", "keine", "keinen", "keiner"),
    *("nicht", "nie", "niemals", "ohne", "ne", "pas", "jamais", "sans", "aucun", "aucune"),
    *("nunca", "sin", "ningun", "ninguna", "mai", "senza", "nessun", "nessuna", "nessuno", "geen"),
    *("niet", "nooit", "zonder", "nee", "nao", "nenhum", "nenhuma", "sem", "brak", "bez", "nigdy"),
    "net",
)
_WANTED = (
    *(
        "subscri",
        "opt(?:ed)? ?in",
        "consent",
        "agree",
        "allow",
        "permi",
        "accept",
        "grant",
        "given",
    ),
    *(
        "active",
        "enabled",
        "interes",
        "want",
        "wish",
        "thank",
        "contact",
        "e?mail",
        "e mail",
        "sms",
    ),
    *("text", "call", "phone", "post", "promo", "market", "newsletter", "advert", "ads\\b", "push"),
    *("werb", "danke", "kontakt", "anruf", "anschreib", "einwillig", "zustimm", "einverstanden"),
    *("erlaub", "mo(?:e)?cht", "(?:ge|er)?wu(?:e)?nsch", "erteilt", "aktiv", "angemeldet"),
    *("abonn", "courriel", "merci", "souhait", "veu", "desir", "inscri", "accord", "autori"),
    *("pub", "prospect", "demarch", "envo", "sollicit", "appel", "dese", "quier", "acept"),
    *("consient", "suscri", "gracias", "llam", "envi", "correo", "molest", "desider", "vogli"),
    *("accett", "accons", "consens", "contatt", "iscri", "grazie", "invi", "chiam", "concess"),
    *("bedankt", "dank", "bel(?:len)?\\b", "gebeld", "reclame", "toestemming", "akkoord"),
    *(
        "ingeschre",
        "aangemeld",
        "wil\\b",
        "wens",
        "gewenst",
        "nieuwsbrief",
        "quer",
        "aceit",
        "contat",
        "obrigad",
    ),
    *("propaganda", "ligar", "ligac", "zgod", "chc", "zainteresow", "dziek", "wyra", "zapisan"),
    *("subskr", "dzwon", "wysyl", "reklam", "soglas", "interet", "podpis", "inscrit"),
)
"""How the words begin that a negation before or after them turns into a refusal."""


def _any_of(stems: tuple[str, ...]) -> str:
    return rf" (?:{'|'.join(stems)})"


_DECISIVELY, _REFUSING = _any_of(_DECISIVE), _any_of((*_DECISIVE, *_REFUSALS))
_NEGATED = rf" (?:{'|'.join(_NEGATIONS)}) "
_FILLER = "(?: (?:been|yet|ever|longer|more|mehr))?"
_NEGATED_REFUSAL = rf" (?:{'|'.join(_NEGATIONS)}){_FILLER}{_REFUSING}"
_AGREEING = r" (?:yes|ja|oui|si|sim|tak|da|ok) "
_TEMPORARY = r" (?:soft|temporary|temp|transient) ?bounc"


def read_consents(clean: pl.Series) -> pl.Series:
    """Return for each clean text whether it gives consent; null where it says neither."""
    form, words = _forms(clean), pl.col("form")
    refuses = words.str.contains(_REFUSING) & ~words.str.contains(_NEGATED_REFUSAL)
    negated = words.str.contains(_NEGATED) & words.str.contains(_any_of(_WANTED))
    is_phrase = (refuses | (negated & ~words.str.contains(_REFUSING))) & ~_is_torn(words)
    return form.to_frame().select(_decision(_YES, _NO, is_phrase)).to_series()


def read_opt_outs(clean: pl.Series) -> pl.Series:
    """Return the same for texts of a column whose yes is a no.

    Plain words are turned round, words that refuse by themselves do, and all others are not
    understood: better no yes than a wrong one.
    """
    form, words = _forms(clean), pl.col("form")
    refuses = words.str.contains(_DECISIVELY) & ~words.str.contains(_NEGATED_REFUSAL)
    refuses &= ~words.str.contains(_TEMPORARY)
    return form.to_frame().select(_decision(_PLAIN_NO, _PLAIN_YES, refuses)).to_series()


def _decision(yes: frozenset[str], no: frozenset[str], refuses: pl.Expr) -> pl.Expr:
    word = pl.col("form").str.strip_chars(" ")
    is_yes, is_no = word.is_in(sorted(yes)), word.is_in(sorted(no))
    return pl.when(is_yes).then(True).when(is_no | refuses).then(False).alias("decision")


def _is_torn(words: pl.Expr) -> pl.Expr:
    """Whether it says yes as well, or speaks of what passes."""
    return words.str.contains(_AGREEING) | words.str.contains(_TEMPORARY)


def _forms(clean: pl.Series) -> pl.Series:
    """The words of each text in lower-case ASCII, with a space before and after each; camel case is words too."""
    clean = clean.str.replace_many(list(_SYMBOLS), list(_SYMBOLS.values()))
    spaced = clean.str.replace_all(_CAMEL, "${1} ${2}").str.replace(_WHOLE_NUMBER, "${1}")
    spaced = spaced.str.replace(_NEGATIVE, "minus ${1}")
    key = comparison_key(spaced.alias("form")).fill_null("")
    return key.to_frame().select(" " + pl.col("form") + " ").to_series().alias("form")
