"""What texts and subjects are about, and ask for, by stems of words in several languages: fixed lists, so that a thread
depends on nothing but its customer's own history.
"""

from __future__ import annotations

TOPICS = {
    "parcel": "parcel package shipment shipping deliver(?:y|ed) tracking carrier courier paket sendung lieferung"
    " colis livraison paquete env[ií]o pacco consegna pakket bezorging",
    "refund": "refund money.back reimburs r[uü]ckerstatt erstattung gutschrift rembours reembolso rimborso"
    " terugbetaling zwrot",
    "return": "return(?:s|ed|ing)? sen[dt].back r[uü]cksend retour devoluci[oó]n reso",
    "exchange": "exchang swap wrong.(?:item|size|article) umtausch falsche[rn]?.artikel [eé]chang cambio.de.talla"
    " ruilen",
    "damage": "damag broken crushed defect besch[aä]digt kaputt endommag cass[eé] da[nñ]ad roto danneggiat kapot",
    "invoice": "invoice bill(?:ing)? receipt rechnung beleg facture factura fattura factuur faktur",
    "password": "password log.?in sign.?in account.locked passwort kennwort mot.de.passe contrase[nñ]a"
    " wachtwoord has[lł]o",
    "points": "points? loyalty member(?:ship)?.card punkte treue fid[eé]lit[eé] puntos punti spaarpunten",
    "address": "address(?:es)? moved adresse umgezogen umzug direcci[oó]n indirizzo adres verhuisd",
    "complaint": "complain rude beschwer unfreundlich plainte r[eé]clamation queja reclamo klacht reklamacj",
    "stock": "in.stock sizes? larger smaller washable made.of colou?r verf[uü]gbar gr[oö](?:ß|ss)e taille talla"
    " taglia maat",
    "hours": "opening open.on opening.hours closing [oö]ffnungszeit ge[oö]ffnet horaires horario orari",
    "pickup": "pick.?(?:up|ed.up) collect abhol retirer recoger ritir afhalen",
    "payment": "pa(?:y|id|yment) charged credit.card voucher gutschein bezahl zahlung paiement pago pagamento"
    " betaling",
    "cancel": "cancel storn abbestell annul anular",
}
"""Stems by topic, parted by blanks; a dot stands for any one letter."""


def topics_sql(text: str) -> str:
    """SQL for the topics of a ``text`` in small letters as a number: the first topic is 1, the second 2, then 4."""
    parts = (
        f"case when regexp_matches({text}, '(^|[^a-zà-ÿ])({'|'.join(stems.split())})') then {2**i} else 0 end"
        for i, stems in enumerate(TOPICS.values())
    )
    return " + ".join(parts)


def words_sql(topics: str) -> str:
    """SQL for the names of the topics in such a number, as in ``parcel, refund``."""
    parts = (
        f"case when ({topics} & {2**i}) > 0 then '{name}' end" for i, name in enumerate(TOPICS)
    )
    return f"concat_ws(', ', {', '.join(parts)})"


_ASKS_FOR = (
    r"order|ticket|case|reference|booking|invoice|customer|tracking",
    r"bestell|auftrags|ticket|vorgangs|referenz|rechnungs|kunden|sendungs",
    r"commande|dossier|ticket|r[eé]f[eé]rence|facture|client|suivi",
    r"pedido|caso|ticket|referencia|factura|cliente|seguimiento|ordine|fattura|spedizione",
    r"bestel|zaak|factuur|klant|zam[oó]wienia",
)
"""What numbers are asked for in several languages, by how words begin."""


def asking_sql(text: str) -> str:
    """SQL for whether a ``text`` in small letters asks for a number: of an order, a ticket, a case, an invoice ..."""
    words = "|".join(dict.fromkeys("|".join(_ASKS_FOR).split("|")))
    number = "number|no[.]|id|nummer|nr|num[eé]ro|n[uú]mero|numer"
    return (
        f"(contains({text}, '?') and regexp_matches({text},"
        f" '({words})[a-z]*[ -]?({number})([^a-z]|$)"
        f"|({number}) (de |del |dell.|di |van |der )?(la |l.|su |tu |uw )?({words})'))"
    )
