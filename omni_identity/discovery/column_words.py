"""The words that eight languages have for the columns of customer lists, orders and catalogues.

A column's name is compared as a key: without accents, case, blanks and signs, ``ae`` for ``ä`` or not.
``WORDS`` has the names that mean an attribute whatever stands beside them, ``WEAK`` those that mean several
things; the values of the column settle which.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "first_name": """
        first name, given name, givenname, forename, fname, firstname, christian name, vorname, rufname, prenom,
        nombre de pila, primer nombre, voornaam, roepnaam, primeiro nome, nome proprio, nome de batismo, imie,
        imię klienta, nome di battesimo
    """,
    "middle_name": """
        middle name, middlename, mname, second name, zweiter vorname, deuxieme prenom, autres prenoms, segundo nombre,
        secondo nome, nome do meio, drugie imie, middle initial, additional name
    """,
    "name_prefix": "tussenvoegsel, tussenvoegsels, voorvoegsel, namensvorsatz, vorsatzwort",
    "last_name": """
        last name, surname, family name, familyname, lname, lastname, nachname, familienname, zuname, nom de famille,
        nom d'usage, apellido, apellidos, primer apellido, apellido paterno, cognome, sobrenome, apelido, apelidos,
        ultimo nome, achternaam, familienaam, nazwisko, nazwisko klienta
    """,
    "second_last_name": "segundo apellido, apellido materno, second last name",
    "full_name": """
        full name, fullname, complete name, display name, vollstandiger name, vor und nachname, vorname nachname,
        name vorname, nachname vorname, nom complet, nom et prenom, nom prenom, prenom et nom, prenom nom,
        nombre completo, nombre y apellidos, nombre apellidos, nome completo, nome e cognome, nome cognome,
        cognome e nome, cognome nome, nominativo, volledige naam, voor en achternaam, imie i nazwisko, imie nazwisko,
        nazwisko i imie, ansprechpartner, ansprechperson, recipient name, cardholder, cardholder name, karteninhaber,
        titulaire, titular, intestatario, posiadacz
    """,
    "name_suffix": "suffix, name suffix, namenszusatz, suffixe, sufijo, suffisso, achtervoegsel",
    "salutation": """
        salutation, anrede, civilite, tratamiento, appellativo, aanhef, tratamento, zwrot grzecznosciowy, honorific,
        briefanrede, titolo, name prefix, prefix
    """,
    "gender": """
        gender, sex, geschlecht, sexe, genre, sexo, genero, sesso, genere, geslacht, plec
    """,
    "birth_date": """
        birth date, birthdate, date of birth, dob, birthday, birth day, born, born on, geburtsdatum, geburtstag, geb
        datum, gebdat, gebdatum, geb am, geboren, geboren am, date de naissance, date naissance, naissance, ne le,
        nee le, anniversaire, fecha de nacimiento, fecha nacimiento, nacimiento, f nacimiento, cumpleanos, data di
        nascita, data nascita, nascita, nato il, compleanno, geboortedatum, geboorte datum, geboortedag, data de
        nascimento, data nascimento, nascimento, dt nascimento, aniversario, data urodzenia, urodziny, dt urodzenia
    """,
    "email": """
        email, e mail, mail, email address, e mail address, emailaddress, mail address, emailadresse, e mail adresse,
        mailadresse, email adresse, courriel, adresse mail, adresse email, adresse e mail, adresse electronique,
        adresse courriel, correo, correo electronico, direccion de correo, direccion de email, mail cliente,
        posta elettronica, indirizzo email, indirizzo e mail, indirizzo mail, emailadres, e mailadres, mailadres,
        endereco de email, endereco de e mail, endereco email, correio eletronico, adres email, adres e mail,
        adres mail, adres mailowy, adres poczty elektronicznej, poczta elektroniczna, primary email, email 1,
        second email, secondary email, email 2, alternate email, other email, additional email
    """,
    "phone": """
        phone, telephone, telefon, phone number, phonenumber, telephone number, tel, tel nr, tel no, telnr, mobile,
        mobile phone, mobile number, mobilephone, cell, cell phone, cellphone, landline, home phone, work phone,
        business phone, primary phone, other phone, day phone, evening phone, handy, handynummer, handynr, mobil,
        mobilnummer, mobiltelefon, mobilfunk, mobilfunknummer, mobilnr, festnetz, festnetznummer, rufnummer,
        telefonnummer, telefonnr, telefon privat, telefon mobil, telefon geschaftlich, telefon festnetz, portable,
        numero de telephone, no de telephone, n de telephone, no telephone, tel portable, telephone portable, tel
        mobile, telephone mobile, telephone fixe, tel fixe, fixe, numero de portable, numero portable, gsm, telefono,
        telefono movil, telefono fijo, tel movil, tel fijo, movil, celular, numero de telefono, numero telefono,
        n telefono, telefono cellulare, telefono fisso, cellulare, numero di telefono, numero di cellulare, numero
        cellulare, numero cell, recapito telefonico, recapito, telefoon, telefoonnummer, telefoonnr, mobiel,
        mobiel nummer, mobiele telefoon, mobiele nummer, vaste telefoon, vast nummer, telemovel, telefone, numero
        de telefone, numero telefone, telefone celular, n de telemovel, telefone fixo, contacto telefonico, numer
        telefonu, nr telefonu, nr tel, telefon komorkowy, komorka, telefon kontaktowy, telefon stacjonarny, nr kom
    """,
    "whatsapp": """
        whatsapp, whatsapp number, whatsapp nummer, wa id, waid, whatsapp id, numero whatsapp, whatsapp phone
    """,
    "telegram": "telegram, telegram id, telegram handle, telegram username, telegram user",
    "instagram": """
        instagram, instagram handle, instagram username, instagram id, ig handle, ig username, insta, ig user,
        instagram account, compte instagram, cuenta instagram, konto instagram, profilo instagram
    """,
    "facebook": "facebook, facebook id, facebook profile, fb id, fb handle, psid, facebook username, fb profile",
    "id:loyalty": """
        loyalty card, loyalty, loyalty member, kundenkarte, treuekarte, bonuskarte, vorteilskarte, carte fidelite,
        carte
        de fidelite, fidelite, tarjeta fidelidad, tarjeta de fidelidad, tarjeta cliente, tessera fedelta, carta
        fedelta,
        cartao fidelidade, cartao de fidelidade, klantenkaart, spaarkaart, karta stalego klienta, karta lojalnosciowa
    """,
    "device_id": "device id, deviceid, device, idfa, gaid, aaid, gerate id, cookie id, client cookie, visitor id",
    "street": """
        street, street address, streetaddress, address, address line, address line 1, address 1, address1,
        addressline1, street 1, street line 1, mailing address, home address, postal address, strasse, anschrift,
        adresse, adresszeile, adresszeile 1, strasse hausnummer, strasse und hausnummer, strasse hausnr, strasse nr,
        strasse und nr, strassenname, str, rue, adresse 1, adresse ligne 1, adresse postale, numero et rue, no et rue,
        rue et numero, voie, calle, direccion, domicilio, direccion postal, calle y numero, direccion 1, via,
        indirizzo, via e numero, indirizzo 1, indirizzo postale, straat, straatnaam, straat en huisnummer, adres,
        adresregel 1, rua, morada, endereco, logradouro, rua e numero, ulica, ul, ulica i numer, ulica i nr, ulica nr,
        adres zamieszkania, adres korespondencyjny, adres dostawy
    """,
    "street_2": """
        address line 2, address 2, address2, addressline2, street 2, street line 2, apartment, apt, unit, suite,
        adresszusatz, zusatz, adresszeile 2, complement adresse, complement d'adresse, adresse 2, adresse ligne 2,
        direccion 2, piso, complemento, interno, indirizzo 2, adresregel 2, toevoeging, huisnummertoevoeging, nr
        lokalu,
        numer lokalu, nr mieszkania, mieszkanie, lokal
    """,
    "house_number": """
        house number, house no, street number, hausnummer, hausnr, haus nr, hnr, numero de rue, no rue, numero de
        voie, numero exterior, numero civico, civico, n civico, huisnummer, huisnr, huis nr, numero da porta,
        nr domu, numer domu, nr budynku, numer budynku, building number
    """,
    "city": """
        city, town, city town, town city, locality, place of residence, ort, stadt, wohnort, ortschaft, ville,
        commune, localite, ciudad, poblacion, municipio, comune, citta, localita, plaats, stad, woonplaats, gemeente,
        cidade, localidade, concelho, miasto, miejscowosc, localidad
    """,
    "region": """
        region, province, state province, state region, province code, state code, county, bundesland, kanton, canton,
        departement, provincia, comunidad autonoma, regione, prov, provincie, distrito, wojewodztwo, uf, state, us
        state
    """,
    "postcode": """
        postcode, post code, postal code, postalcode, zip, zip code, zipcode, zip postal code, zip postcode, plz,
        postleitzahl, code postal, cp, codigo postal, cod postal, cap, codice postale, codice avviamento postale,
        pc, cep, kod pocztowy, kod poczt, postnummer, postkode, c p
    """,
    "country": """
        country, country code, country region, country name, land, landercode, landeskennzeichen, staat, pays,
        code pays, pais, codigo pais, land region, land regio, pays region, pais region, paese regione, kraj region,
        codigo de pais, paese, nazione, codice paese, kraj, kod kraju, landcode,
        landkode
    """,
    "created_at": """
        created, created at, created on, create date, date created, creation date, createdate, created date, created
        time, date added, added at, added on, registered, registered at, registered on, registration date, date
        registered, signup date, sign up date, signed up, signed up at, joined, joined at, joined on, join date, date
        joined, member since, customer since, first seen, angelegt, angelegt am, erstellt, erstellt am,
        erstellungsdatum, erstelldatum, anlagedatum, anlage datum, registriert am, registrierungsdatum, registriert
        seit, anmeldedatum, angemeldet am, eintrittsdatum, kunde seit, mitglied seit, date de creation, date creation,
        cree le, date d'inscription, date inscription, inscrit le, date d'adhesion, date adhesion, adherent depuis,
        client depuis, membre depuis, fecha de alta, fecha alta, f alta, fecha de creacion, fecha creacion, fecha de
        registro, fecha registro, alta, cliente desde, creado, creado el, data creazione, data di creazione, data
        registrazione, data di registrazione, data iscrizione, data di iscrizione, creato il, iscritto il, cliente
        dal, aanmaakdatum, aangemaakt, aangemaakt op, registratiedatum, inschrijfdatum, klant sinds, lid sinds, data
        de criacao, data criacao, criado em, data de registo, data de registro, data registo, data de cadastro, data
        cadastro, cadastrado em, data de adesao, ingeschreven, ingeschreven op, ingeschreven sinds, aangemeld op,
        abonne le, suscrito el, iscritto il,
        angemeldet, data utworzenia, utworzono, data rejestracji, data dodania, klient
        od, zarejestrowano, data zalozenia
    """,
    "updated_at": """
        updated, updated at, updated on, update date, last update, last updated, last updated at, modified, modified
        at, modified on, modified date, modification date, last modified, last modified date, last change, changed,
        last
        changed, changed at, changed on, date modified, date updated, lastmod, geandert, geandert am, anderungsdatum,
        letzte anderung, zuletzt geandert, aktualisiert, aktualisiert am, letzte aktualisierung, stand, bearbeitet am,
        date de modification, date modification, modifie le, date maj, maj, maj le, date de mise a jour, mis a jour
        le,
        derniere modification, derniere maj, derniere mise a jour, fecha de modificacion, fecha modificacion, fecha de
        actualizacion, fecha actualizacion, actualizado, actualizado el, ultima modificacion, ultima actualizacion,
        modificado, modificado el, data modifica, data di modifica, data aggiornamento, ultimo aggiornamento, ultima
        modifica, aggiornato il, modificato il, gewijzigd, gewijzigd op, wijzigingsdatum, laatst gewijzigd, laatste
        wijziging, bijgewerkt op, data de alteracao, data alteracao, atualizado em, data de atualizacao, data
        atualizacao, ultima atualizacao, alterado em, data modyfikacji, data aktualizacji, zmieniono, zmodyfikowano,
        ostatnia zmiana, ostatnia modyfikacja, zaktualizowano
    """,
    "deleted": """
        deleted, is deleted, deleted at, deleted on, deleted flag, removed, geloscht, geloscht am, ist geloscht,
        loschkennzeichen, loschkz, loschvermerk, supprime, supprime le, est supprime, eliminado, borrado, dado de
        baja,
        eliminato, cancellato, verwijderd, verwijderd op, excluido, apagado, usuniety, usuniete, skasowany, archived
    """,
    "amount": """
        amount, total, total amount, order total, order amount, order value, total price, grand total, sum, net total,
        gross total, total paid, amount paid, paid, total inc tax, total incl tax, total incl vat, total gross, value,
        revenue, betrag, summe, gesamtbetrag, gesamtsumme, gesamtpreis, bestellwert, auftragswert, rechnungsbetrag,
        bruttobetrag, umsatz, brutto, betrag brutto, summe brutto, warenwert, endbetrag, montant, montant total,
        montant ttc, total ttc, total commande, montant commande, prix total, importe, importe total, total pedido,
        total con iva, importo, importo totale, totale, totale ordine, totale ivato, bedrag, totaalbedrag, totaal,
        totaalprijs, orderbedrag, bestelbedrag, valor, valor total, total do pedido, valor pago, montante, kwota,
        suma, wartosc, wartosc zamowienia, kwota brutto, razem, do zaplaty, wartosc brutto, kwota zamowienia,
        total order, kwota calkowita
    """,
    "currency": """
        currency, currency code, wahrung, wahrungscode, whrg, devise, monnaie, code devise, moneda, divisa, valuta,
        munt, moeda, waluta
    """,
    "item_count": """
        item count, items, number of items, total items, items count, total quantity, positionen, anzahl artikel,
        anzahl positionen, artikelanzahl, nombre d'articles, nb articles, nombre articles, numero de articulos, num
        articulos, n articulos, numero articoli, n articoli, aantal artikelen, numero de artigos, numero de itens,
        liczba pozycji, liczba produktow, liczba sztuk, line items count
    """,
    "store": """
        store, store name, store id, store code, store number, shop, shop name, branch, outlet, point of sale, pos,
        filiale, filialnummer, filialnr, filial nr, filialname, geschaft, markt, laden, magasin, boutique, code
        magasin,
        point de vente, tienda, sucursal, codigo tienda, negozio, punto vendita, punto de venta, winkel, filiaal,
        vestiging, winkelnummer, loja, sklep, nr sklepu, numer sklepu, placowka, salon
    """,
    "subject": "subject, betreff, objet, asunto, oggetto, onderwerp, assunto, temat",
    "direction": "direction, richtung, direzione, direccion mensaje, richting, direcao, kierunek, in out, sens",
    "campaign": "campaign, campaign name, utm campaign, kampagne, campagne, campana, campagna, campanha, kampania",
    "satisfaction": """
        satisfaction, satisfaction rating, csat, csat score, nps, rating, zufriedenheit, bewertung, satisfaccion,
        valoracion, soddisfazione, valutazione, tevredenheid, satisfacao, avaliacao, ocena, zadowolenie
    """,
    "duration_seconds": """
        duration, duration seconds, duration in seconds, call duration, dauer, dauer sekunden, dauer in sekunden,
        duree,
        duracion, durata, duur, duracao, czas trwania, talk time
    """,
    "occurred_at": """
        booking date, booked at, booked on, reservation date, buchungsdatum, gebucht am, reservierungsdatum, date de
        reservation, date reservation, fecha reserva, fecha de reserva, data prenotazione, data reserva, data da
        reserva, boekingsdatum, data rezerwacji,
        occurred at, beginn, begin, start, start time, started at, start date, inicio, debut, inizio, poczatek,
        event time, event date, event timestamp, timestamp, date time, datetime, date and time, order
        date, date ordered, ordered at, order time, placed at, placed on, order created, order placed, purchase date,
        purchased at, purchased on, transaction date, transaction time, sale date, sold at, invoice date, visit date,
        sent at, sent, send date, received at, call date, ticket date, opened at, closed at, checkout date, paid at,
        zeitpunkt, zeitstempel, datum uhrzeit, bestelldatum, bestellt am, bestellzeitpunkt, auftragsdatum, kaufdatum,
        gekauft am, rechnungsdatum, belegdatum, buchungsdatum, verkaufsdatum, besuchsdatum, gesendet am, date heure,
        horodatage, date de commande, date commande, commande le, date achat, date d'achat, date de vente, date vente,
        date facture, date de facture, date de passage, fecha hora, fecha y hora, fecha de pedido, fecha pedido, fecha
        del pedido, fecha de compra, fecha compra, fecha de venta, fecha venta, fecha factura, fecha de factura, fecha
        operacion, data ora, data e ora, data ordine, data dell'ordine, data acquisto, data di acquisto, data vendita,
        data fattura, data operazione, datum tijd, tijdstip, orderdatum, besteldatum, bestelmoment, aankoopdatum,
        factuurdatum, verkoopdatum, data hora, data e hora, data do pedido, data pedido, data da compra, data compra,
        data da encomenda, data encomenda, data da venda, data venda, data i godzina, data godzina, data zamowienia,
        data zlozenia, data zlozenia zamowienia, zamowiono, data zakupu, data sprzedazy, data transakcji, data
        faktury,
        data wystawienia, znacznik czasu, processed at, completed at
    """,
    "kind": """
        kind, type, event, event type, event name, activity, activity type, action, interaction type, transaction
        type,
        record type, message type, art, vorgangsart, belegart, ereignis, aktion, aktivitat, bewegungsart,
        transaktionsart, type d'evenement, type evenement, evenement, type d'operation, type operation, nature, tipo,
        tipo evento, tipo de evento, tipo operacion, tipo de operacion, tipo movimiento, evento, accion, tipo di
        operazione, tipo operazione, tipo movimento, azione, soort, gebeurtenis, actie, soort transactie, tipo de
        operacao, acao, rodzaj, typ zdarzenia, zdarzenie, akcja, typ operacji, rodzaj operacji, rodzaj zdarzenia, typ
    """,
    "product_name": """
        product name, item, product title, product, item name, item title, item description, description, bezeichnung,
        artikelbezeichnung, artikelname, produktname, produkt, artikel, designation, libelle, nom du produit, nom
        produit, produit, article, descripcion, nombre del producto, nombre producto, producto, articulo, descrizione,
        nome prodotto, prodotto, articolo, omschrijving, productnaam, artikelomschrijving, descricao, nome do produto,
        produto, artigo, nazwa produktu, nazwa towaru, produkt nazwa, towar, opis, lineitem name
    """,
    "quantity": """
        quantity, qty, menge, anzahl, stuck, stuckzahl, quantite, qte, cantidad, cant, unidades, quantita, qta,
        aantal, quantidade, qtd, ilosc, sztuk, liczba, lineitem quantity, pieces, pcs, stuks, pezzi, piezas, pecas, szt
    """,
    "price": """
        price, unit price, item price, list price, sale price, regular price, preis, einzelpreis, stuckpreis,
        verkaufspreis, vk preis, vk, listenpreis, prix, prix unitaire, prix de vente, prix ttc, precio, precio
        unitario, precio venta, pvp, prezzo, prezzo unitario, prezzo di vendita, prijs, stukprijs, verkoopprijs,
        preco, preco unitario, cena, cena jednostkowa, cena brutto, lineitem price
    """,
    "stock": """
        stock, stock level, inventory, inventory quantity, qty in stock, on hand, bestand, lagerbestand, lager,
        existencias,
        giacenza, disponibilita, voorraad, estoque, stan, stan magazynowy, stock disponible, stock quantity,
        quantity on hand, qty on hand, available quantity, units in stock, pieces in stock, quantite en stock
    """,
    "availability": """
        availability, available, in stock, verfugbar, verfugbarkeit, disponible, disponibilite, disponibile
    """,
    "promotion": "promotion, promo, on sale, aktion preis, angebot, oferta, offerta, aanbieding, promocja, promocao",
    "line_id": """
        line id, line, line number, line item id, position, pos nr, posnr, ligne, no ligne, numero de ligne, linea,
        numero de linea, riga, numero riga, regel, regelnummer, linha, pozycja, nr pozycji
    """,
    "fax": "fax, fax number, faxnummer, telefax, numero de fax, telefaks, fax nr, telecopie",
    "note": """
        note, notes, comment, comments, remark, remarks, bemerkung, bemerkungen, notiz, notizen, kommentar, remarque,
        remarques, commentaire, commentaires, observaciones, notas, comentario, comentarios, osservazioni, opmerking,
        opmerkingen, observacoes, uwagi, notatka, notatki, komentarz, message, body, text, content, nachricht, inhalt
    """,
    "company": """
        company, company name, organisation, organization, business name, firma, firmenname, unternehmen, societe,
        entreprise, raison sociale, empresa, razon social, azienda, ragione sociale, bedrijf, bedrijfsnaam, nazwa
        firmy, przedsiebiorstwo, account name, employer
    """,
    "password": """
        password, passwort, kennwort, mot de passe, contrasena, wachtwoord, senha, haslo, password hash, hash
    """,
}
"""What a column is called that holds an attribute; names with more to them are found by their parts."""

WEAK: dict[str, dict[str, float]] = {
    "name": {"full_name": 0.9, "last_name": 0.6, "product_name": 0.5},
    "names": {"full_name": 0.8},
    "naam": {"full_name": 0.9, "last_name": 0.6},
    "nom": {"last_name": 0.7, "full_name": 0.7, "product_name": 0.4},
    "nombre": {"first_name": 0.7, "full_name": 0.7, "product_name": 0.4},
    "nome": {"first_name": 0.7, "full_name": 0.7, "product_name": 0.4},
    "nazwa": {"full_name": 0.6, "product_name": 0.5},
    "contact": {"full_name": 0.5, "phone": 0.3},
    "kontakt": {"full_name": 0.5, "phone": 0.3},
    "client": {"full_name": 0.5, "id:person": 0.5},
    "customer": {"full_name": 0.5, "id:person": 0.5},
    "kunde": {"full_name": 0.5, "id:person": 0.5},
    "cliente": {"full_name": 0.5, "id:person": 0.5},
    "klant": {"full_name": 0.5, "id:person": 0.5},
    "klient": {"full_name": 0.5, "id:person": 0.5},
    "user": {"full_name": 0.3, "id:person": 0.5},
    "member": {"full_name": 0.4, "id:person": 0.5},
    "buyer": {"full_name": 0.5, "id:person": 0.4},
    "kaufer": {"full_name": 0.5, "id:person": 0.4},
    "acheteur": {"full_name": 0.5, "id:person": 0.4},
    "sender": {"full_name": 0.4, "email": 0.4, "phone": 0.4},
    "from": {"email": 0.5, "phone": 0.5, "whatsapp": 0.3},
    "username": {"full_name": 0.2, "id:person": 0.3},
    "titel": {"salutation": 0.4, "product_name": 0.4},
    "title": {"salutation": 0.4, "product_name": 0.5},
    "titre": {"salutation": 0.4, "product_name": 0.4},
    "date": {"occurred_at": 0.7, "created_at": 0.4},
    "datum": {"occurred_at": 0.7, "created_at": 0.4},
    "fecha": {"occurred_at": 0.7, "created_at": 0.4},
    "data": {"occurred_at": 0.7, "created_at": 0.4},
    "time": {"occurred_at": 0.6},
    "zeit": {"occurred_at": 0.6},
    "uhrzeit": {"occurred_at": 0.4},
    "hora": {"occurred_at": 0.4},
    "opened": {"occurred_at": 0.6},
    "ts": {"occurred_at": 0.8},
    "at": {"occurred_at": 0.8},
    "when": {"occurred_at": 0.8},
    "wann": {"occurred_at": 0.8},
    "eid": {"interaction_id": 0.6},
    "estado": {"status": 0.6, "region": 0.6},
    "stato": {"status": 0.6, "country": 0.5, "region": 0.3},
    "status": {"status": 1.0},
    "statut": {"status": 1.0},
    "state": {"region": 0.7, "status": 0.6},
    "statusbestellung": {"status": 1.0},
    "financialstatus": {"status": 1.0},
    "orderstatus": {"status": 1.0},
    "note": {"note": 0.8, "satisfaction": 0.4},
    "voto": {"satisfaction": 0.7},
    "score": {"satisfaction": 0.6},
    "genre": {"gender": 0.6},
    "sens": {"direction": 0.6},
    "direccion": {"street": 0.8, "direction": 0.4},
    "adresse": {"street": 0.9, "email": 0.3},
    "address": {"street": 0.9, "email": 0.3},
    "total": {"amount": 0.9},
    "value": {"amount": 0.6},
    "valor": {"amount": 0.7},
    "paid": {"amount": 0.6},
    "items": {"item_count": 0.7},
    "pos": {"store": 0.3, "line_id": 0.5},
    "shop": {"store": 0.7},
    "land": {"country": 0.9},
    "cap": {"postcode": 0.8},
    "cp": {"postcode": 0.8},
    "pc": {"postcode": 0.5},
    "stand": {"updated_at": 0.5},
    "alta": {"created_at": 0.6},
    "unit": {"street_2": 0.4},
    "prefix": {"salutation": 0.6},
    "event": {"kind": 0.8},
    "nature": {"kind": 0.6},
    "art": {"kind": 0.6},
    "rating": {"satisfaction": 0.8},
    "number": {"interaction_id": 0.4, "id:person": 0.3},
    "numer": {"interaction_id": 0.4, "id:person": 0.3},
    "numero": {"house_number": 0.5, "interaction_id": 0.3, "id:person": 0.3, "phone": 0.2},
    "nummer": {"interaction_id": 0.4, "id:person": 0.3},
    "nr": {"interaction_id": 0.4, "id:person": 0.4, "house_number": 0.3},
    "no": {"interaction_id": 0.3, "id:person": 0.3},
    "id": {"id": 0.9},
    "uuid": {"id": 0.9},
    "uid": {"id": 0.9},
    "guid": {"id": 0.9},
    "key": {"id": 0.6},
    "lp": {"line_id": 0.3},
    "handle": {"instagram": 0.4, "telegram": 0.3},
    "carte": {"id:loyalty": 0.6},
    "karte": {"id:loyalty": 0.6},
    "karta": {"id:loyalty": 0.6},
    "tarjeta": {"id:loyalty": 0.6},
    "tessera": {"id:loyalty": 0.6},
    "cartao": {"id:loyalty": 0.6},
    "kaart": {"id:loyalty": 0.6},
    "card": {"id:loyalty": 0.5},
    "order": {"id:order": 0.6},
    "bestellung": {"id:order": 0.6},
    "commande": {"id:order": 0.6},
    "pedido": {"id:order": 0.6},
    "ordine": {"id:order": 0.6},
    "zamowienie": {"id:order": 0.6},
    "encomenda": {"id:order": 0.6},
    "bestelling": {"id:order": 0.6},
    "facture": {"id:order": 0.5},
    "rechnung": {"id:order": 0.5},
    "beleg": {"id:order": 0.6},
    "bon": {"id:order": 0.6},
    "receipt": {"id:order": 0.6},
    "ticket": {"id:ticket": 0.6},
    "sku": {"id:product": 1.0},
    "ean": {"id:product": 0.8},
    "gtin": {"id:product": 0.8},
    "asin": {"id:product": 0.8},
    "upc": {"id:product": 0.7},
}
"""Names that alone mean one thing or another, and how strongly each."""

AFFIXES = """
    customer customers cust client clients kunde kunden cliente clientes clienti klant klanten klient klienta klienci
    user users contact contacts kontakt kontakte contacto contato contatto contactpersoon person persona personne
    personen member members mitglied membre socio billing bill rechnungs rechnung facturation facturacion fatturazione
    facturatie faturacao buyer kaufer acheteur comprador acquirente koper account accounts profile profil primary main
    default principal principale haupt my his their private privat prive personal business work home crm shop web
    guest gast subscriber owner holder current text value field the of de des del di da do van der du la le el l d c
    attributes properties props custom fields billto payer legacy
"""
"""Parts of a name that say whose it is, or nothing, not what it is."""

OF_OTHERS = """
    shipping ship delivery liefer lieferung livraison envio spedizione consegna verzend bezorg entrega wysylki dostawy
    employee mitarbeiter verkaufer seller salesperson agent agente assignee vendedor venditore verkoper sprzedawca
    cashier kassierer bediener manager betreuer vertreter emergency notfall recipient empfanger destinataire
    destinatario ontvanger odbiorca gift parent partner spouse company firma store supplier lieferant warehouse
    author referrer referred vendeur createdby updatedby assigned submitter by
"""
"""Parts of a name that say it is of somebody else: who gets a parcel, who sold it, who keeps the record."""

ID_WORDS = """
    id ids no nr num number nummer numero numer number code codigo code codice kod key ref reference referenz uuid
    guid pk identifier identifikator kennung kennzahl identifiant identificador identificativo kz n
"""
"""Words that say that a column holds an ID."""

ENTITIES: dict[str, str] = {
    "person": """
        customer cust client kunde kunden cliente clienti clientes klant klanten klient klienta user usuario utilisateur
        utente gebruiker uzytkownik uzytkownika utilizador benutzer nutzer member mitglied mitglieds membre adherent
        socio lid czlonka contact kontakt contacto contato contatto contactpersoon person persona personne osoby
        profile profil subscriber abonnent abonne suscriptor guest gast buyer kaufer acheteur comprador patient
        patienten debitor debitoren adress adressen shopper visitor account konto kontakta partner geschaftspartner
        kd kdnr record datensatz ext external externe extern
    """,
    "loyalty": """
        loyalty loyalty card loyalty number card karte karten kundenkarte kundenkarten treue treuekarte treuekarten
        bonuskarte vorteilskarte carte carte fidelite carte de fidelite fidelite tarjeta tarjeta fidelidad tarjeta de
        fidelidad fidelidad tarjeta cliente tessera tessera fedelta carta fedelta fedelta cartao cartao fidelidade
        klantenkaart kaart karta karty karty stalego klienta lojalnosciowa karty lojalnosciowej karta lojalnosciowa
        club clubkarte rewards membership loyalty member bonus pluskarte spaarkaart
    """,
    "order": """
        order orders bestellung bestell bestellungs auftrag auftrags rechnung rechnungs beleg belegs kassenbon
        kassenzettel
        bon vorgangs invoice commande commandes facture pedido pedidos orden factura compra ordine ordini fattura
        acquisto scontrino bestelling order bestel factuur encomenda fatura zamowienie zamowienia zam faktura faktury
        paragon paragonu transaction transaktion transaktions trx txn transazione transaccion transacao transakcji
        transactie sale sales vente ventas venta vendita venda verkauf verkaufs verkoop kauf purchase purchases achat
        zakupu sprzedazy receipt checkout booking bookings reservation reservations buchung buchungs reservierung
        reservierungs reserva reservas prenotazione boeking reservering rezerwacja rezerwacji
        basket operation operacion operazione
    """,
    "cart": "cart basket warenkorb panier carrito carrello winkelwagen carrinho koszyk koszyka",
    "ticket": """
        ticket tickets case issue request anfrage vorgang incident caso demande solicitud richiesta zgloszenie
        zgloszenia zaak reclamation reclamo reklamacji
    """,
    "conversation": """
        conversation chat thread gesprach konversation conversacion conversazione gesprek conversa rozmowy
    """,
    "message": "message nachricht nachrichten mensaje messaggio bericht mensagem wiadomosc wiadomosci sms mail",
    "event": """
        event ereignis evenement evento gebeurtenis zdarzenia zdarzenie session visit besuch besuchs visite visita
        bezoek wizyty interaction interaktion activity aktivitat call anruf appel llamada chiamata
    """,
    "product": """
        product produkt artikel article articulo articolo artigo produit producto prodotto produto produktu item
        waren ware variant towaru towar sku lineitem sku
    """,
    "store": """
        store filiale filial magasin tienda negozio winkel filiaal loja sklep sklepu branch shop outlet
        standort sucursal kassen kasse till terminal
    """,
    "other": """
        employee mitarbeiter company firma organisation organization agent seller vendor supplier owner campaign list
        group segment tax vat ust steuer iban konto bank passport ausweis ip seite page assignee brand requestor
    """,
}
"""Whose ID it is, by the words beside ``ID_WORDS``."""
