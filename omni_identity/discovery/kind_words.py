"""Kind words: what eight languages call an order, a return, a visit, and the canonical kind of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from omni_identity.discovery.column_names import name_key, plain_words
from omni_identity.model.attributes import INTERACTION_KINDS

KIND_WORDS: dict[str, str] = {
    "order": """
        order, orders, order placed, order completed, purchase, purchases, sale, sales, sold, buy, bought, payment,
        checkout completed, invoice, transaction, charge, bestellung, bestellungen, kauf, einkauf, verkauf, verkaufe,
        auftrag, auftrage, rechnung, rechnungen, umsatz, kassenbon, bon, beleg, belege, commande, commandes, achat,
        achats,
        vente, ventes, facture, factures, ticket de caisse, pedido, pedidos, compra, compras, venta, ventas, factura,
        facturas, ordine, ordini, acquisto, acquisti, vendita, vendite, fattura, scontrino, scontrini, bestelling,
        bestellingen, aankoop, aankopen, verkoop, factuur, facturen, kassabon, encomenda, encomendas, venda, vendas,
        fatura, faturas, zamowienie, zamowienia, zakup, zakupy, sprzedaz, faktura, faktury, paragon, paragony,
        booking, bookings, reservation, reservations, buchung, buchungen, reserva, reservas, prenotazione,
        prenotazioni, boeking, boekingen, rezerwacja, rezerwacje,
        transakcja, transakcje, transaktion, transaktionen, transacciones, transactions
    """,
    "return": """
        return, returns, returned, refund, refunds, refunded, chargeback, credit note, retoure, retouren, rucksendung,
        ruckgabe, ruckgaben, erstattung, gutschrift, storno, retour, retours, remboursement, remboursements, avoir,
        devolucion, devoluciones, reembolso, reembolsos, abono, reso, resi, rimborso, rimborsi, nota di credito,
        retouren, terugbetaling, terugbetalingen, devolucao, devolucoes, zwrot, zwroty, reklamacja zwrot
    """,
    "cart": """
        cart, carts, add to cart, added to cart, abandoned cart, abandoned checkout, basket, warenkorb, warenkorbe,
        abgebrochener warenkorb, panier, paniers, panier abandonne, carrito, carritos, carrello, carrelli,
        winkelwagen, winkelmand, carrinho, carrinhos, koszyk, koszyki, porzucony koszyk
    """,
    "session": """
        session, sessions, visit, visits, page view, pageview, pageviews, web visit, login, logins, app open, besuch,
        besuche, sitzung, webseitenbesuch, anmeldung, visite, visites, connexion, visita, visitas, sesion, sesiones,
        visite sito, visita sito, sessione, sessioni, bezoek, bezoeken, sessie, visita loja, sessao, sessoes, wizyta,
        wizyty, sesja, sesje, odwiedziny
    """,
    "pickup": """
        pickup, pick up, pickups, collected, collection, click and collect, abholung, abholungen, abgeholt, retrait,
        retrait magasin, recogida, recogida en tienda, ritiro, ritiro in negozio, afhaling, afgehaald, levantamento,
        odbior, odbior osobisty
    """,
    "ticket_opened": """
        ticket opened, ticket created, ticket, tickets, case, case opened, complaint, complaints, request, requests,
        support request, inquiry, enquiry, anfrage, anfragen, beschwerde, beschwerden, reklamation, supportanfrage,
        ticket eroffnet, demande, demandes, reclamation, reclamations, plainte, solicitud, queja, reclamo,
        reclamacion, incidencia, richiesta, reclamo cliente, segnalazione, vraag, klacht, klachten, verzoek, pedido
        de suporte, queixa, zgloszenie, zgloszenia, skarga, reklamacja, open, opened, new ticket
    """,
    "ticket_closed": """
        ticket closed, case closed, ticket solved, ticket resolved, resolved, solved, closed, ticket geschlossen,
        geschlossen, gelost, ticket ferme, ferme, resolu, cerrado, resuelto, chiuso, risolto, gesloten, opgelost,
        fechado, resolvido, zamkniete, rozwiazane, zgloszenie zamkniete
    """,
    "message": """
        message, messages, chat, chat message, dm, direct message, whatsapp, sms, text message, inbound message,
        outbound message, nachricht, nachrichten, mensaje, mensajes, messaggio, messaggi, bericht, berichten,
        mensagem, mensagens, wiadomosc, wiadomosci, czat, email received, e mail, email, mail, courriel
    """,
    "call": """
        call, calls, phone call, inbound call, outbound call, telephone, anruf, anrufe, telefonat, telefonate, appel,
        appels, appel telephonique, llamada, llamadas, chiamata, chiamate, telefonata, telefonate, oproep, gesprek,
        telefoongesprek, chamada, chamadas, telefonema, polaczenie, rozmowa, rozmowa telefoniczna, telefon
    """,
    "email_sent": """
        email sent, mail sent, sent, send, delivered, received email, newsletter sent, e mail gesendet, versendet,
        gesendet, email envoye, envoye, correo enviado, enviado, email inviata, inviata, inviato, verzonden, enviado
        email, wyslano, wyslany
    """,
    "email_opened": """
        email opened, opened email, open email, email open, mail opened, e mail geoffnet, geoffnet, email ouvert,
        ouvert,
        ouverture, correo abierto, abierto, email aperta, aperto, geopend, email aberto, aberto, otwarto, otwarcie
    """,
    "email_clicked": """
        email clicked, clicked email, click email, email click, clicked, click, link clicked, e mail geklickt,
        geklickt,
        klick, email clique, clique, clic, correo con clic, cliccato, geklikt, clicado, klikniecie, kliknieto
    """,
}
"""By canonical kind. What is not a kind of ours (a review, a survey) stands for itself."""

PLURALS: dict[str, str] = {
    "customers": """
        customers customer contacts contact clients client kunden kunde kundenliste kundenstamm stammkunden adressen
        clients fichier clients clientes cliente clienti anagrafica anagrafiche klanten klant relaties klienci
        klientow
        klienta members member membres adherents mitglieder socios soci leden czlonkowie users user profiles
        subscribers abonnenten abonnes suscriptores iscritti abonnees guests gaste patienten patients people personen
        leads lead crm loyalty treue fidelite fidelidad fedelta kundenkarte
    """,
    "catalogue": """
        products product produkte produkt artikel artikelstamm articles produits catalogue catalog katalog productos
        articulos catalogo prodotti articoli listino producten produtos artigos produkty towary cennik preisliste
        items inventory sku
    """,
}
"""What files of other roles are called."""


@cache
def _table() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for kind, words in KIND_WORDS.items():
        for word in words.split(","):
            if key := name_key(word):
                table.setdefault(key, kind)
    return table | {name_key(kind): kind for kind in INTERACTION_KINDS}


def kind_of_word(word: str) -> str | None:
    """The canonical kind that a word of a channel stands for; None for a word that is not known."""
    return _table().get(name_key(word))


def known_words() -> tuple[str, ...]:
    """The keys (``name_key``) of all words that stand for a canonical kind."""
    return tuple(_table())


def kinds_of_words(words: Iterable[str]) -> dict[str, str]:
    """Those words that stand for a canonical kind, with it, in their order."""
    return {word: kind for word in words if (kind := kind_of_word(word)) is not None}


def kind_of_file(name: str) -> str | None:
    """The kind of which a file is by its name (``bestellungen_2024.csv``), if it says so."""
    words = [word for word in plain_words(name) if not word.isdigit()]
    for length in (3, 2, 1):
        for start in range(len(words) - length + 1):
            if (kind := _table().get("".join(words[start : start + length]))) is not None:
                return kind
    return None


@cache
def _role_words() -> Mapping[str, str]:
    return {name_key(word): role for role, words in PLURALS.items() for word in words.split()}


def role_of_file(name: str) -> str | None:
    """``customers`` or ``catalogue`` where a file's name says so."""
    table = _role_words()
    return next((table[word] for word in plain_words(name) if word in table), None)
