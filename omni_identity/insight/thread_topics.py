"""What texts and subjects are about, by stems of words in several languages: a fixed list, so that a thread depends on
nothing but its customer's own history.
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
